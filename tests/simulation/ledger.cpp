#include "tests/simulation/ledger.h"

#include <algorithm>

namespace assay::simulation {

Qty Ledger::Child::outstanding() const {
    if (over) return std::max(Qty{}, stated - gross);
    return std::max(Qty{}, qty - filled());
}

bool Ledger::sent(const fix::Message& m, std::uint64_t parent, std::uint32_t lp) {
    Child c;
    c.parent = parent;
    c.lp = lp;
    c.qty = m.order_qty;
    c.price = m.price;
    return children_.emplace(std::string(m.cl_ord_id), c).second;
}

const Ledger::Child* Ledger::heard(const fix::Message& m) {
    if (m.msg_type != "8") return nullptr;
    const std::string_view id = m.orig_cl_ord_id.empty() ? m.cl_ord_id : m.orig_cl_ord_id;
    const auto it = children_.find(std::string(id));
    if (it == children_.end()) return nullptr;
    Child& c = it->second;
    switch (m.exec_type) {
        case 'F':
            if (!c.fills.emplace(std::string(m.exec_id), m.last_qty).second) return nullptr;
            c.gross += m.last_qty;
            c.net += m.last_qty;
            c.over = c.over || c.filled() >= c.qty;
            return &c;
        case 'H': {
            Qty& q = c.fills[std::string(m.exec_ref_id)];
            c.busted = true;
            c.net -= q;
            q = {};
            return nullptr;
        }
        case '4':
        case 'C':
        case '3':
            c.stated = std::max(c.stated, m.cum_qty);
            c.over = true;
            return nullptr;
        case '8':
            c.over = true;
            return nullptr;
        default:
            return nullptr;
    }
}

void Ledger::settled(const std::string& cl_ord_id) {
    Child& c = children_.at(cl_ord_id);
    c.over = true;
    c.stated = {};
}

Qty Ledger::filled(std::uint64_t parent) const {
    Qty sum;
    for (const auto& [id, c] : children_)
        if (c.parent == parent) sum += c.filled();
    return sum;
}
Qty Ledger::outstanding(std::uint64_t parent) const {
    Qty sum;
    for (const auto& [id, c] : children_)
        if (c.parent == parent) sum += c.outstanding();
    return sum;
}
Qty Ledger::filled() const {
    Qty sum;
    for (const auto& [id, c] : children_) sum += c.filled();
    return sum;
}

}  // namespace assay::simulation
