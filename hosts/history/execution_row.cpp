#include "hosts/history/execution_row.h"

#include <algorithm>

#include "core/fix/fields.h"
#include "core/units/symbol.h"

namespace assay::history {
namespace {

// D F G orders, 8 reports, 9 cancel rejects, Q DK, 3 and j rejects that name a message.
constexpr std::string_view kTypes = "DFGQ89j3";

std::string letter(char c) {
    return c == 0 ? std::string() : std::string(1, c);
}

// ExecType(150) as FIX 4.4 has it: 4.2 tells a fill by its state, and what is done to one by
// ExecTransType(20).
std::string exec_type_of(const fix::Message& m) {
    switch (m.exec_trans_type) {
        case '1':
            return "H";
        case '2':
            return "G";
        case '3':
            return "I";
        default:
            break;
    }
    const bool fill = (m.exec_type == '1' || m.exec_type == '2') && m.last_qty.micro != 0;
    return fill ? "F" : letter(m.exec_type);
}

template <class T>
std::optional<T> if_there(const fix::Message& m, std::uint32_t tag, T value) {
    return m.has(tag) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<ExecutionRow> execution_row(const fix::Message& m, const Captured& c) {
    if (m.msg_type.size() != 1 || kTypes.find(m.msg_type.front()) == kTypes.npos)
        return std::nullopt;
    ExecutionRow row;
    row.seq = row.place = c.seq;
    row.capture_ns = c.at;
    row.session = c.session;
    row.direction = c.direction;
    row.lp = c.lp;
    row.symbol = c.symbol.empty() ? m.symbol : c.symbol;
    row.side = side_of_fix(m.side);
    row.msg_type = m.msg_type;
    row.exec_type = exec_type_of(m);
    row.ord_status = letter(m.ord_status);
    row.cl_ord_id = m.cl_ord_id;
    row.orig_cl_ord_id = m.orig_cl_ord_id;
    row.order_id = m.order_id;
    row.exec_id = m.exec_id;
    row.order_qty = if_there(m, 38, m.order_qty);
    row.last_qty = if_there(m, 32, m.last_qty);
    row.cum_qty = if_there(m, 14, m.cum_qty);
    row.leaves_qty = if_there(m, 151, m.leaves_qty);
    row.price = if_there(m, 44, m.price);
    row.last_px = if_there(m, 31, m.last_px);
    row.parent = c.parent;
    row.child = c.child;
    row.text = m.text;
    if (c.keep_bytes) {
        row.bytes = m.bytes;
        // On the wire fields end with SOH, whatever a log made of it.
        if (m.delimiter != '\x01')
            std::replace(row.bytes.begin(), row.bytes.end(), m.delimiter, '\x01');
    }
    return row;
}

std::int64_t number_of_imported(Nanos at, std::string_view session, fix::Direction direction,
                                std::string_view bytes) {
    std::uint64_t h = fnv1a(bytes);
    const auto mix = [&](std::uint64_t v) {
        h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
        h *= 1099511628211ull;
        h ^= h >> 29;
    };
    mix(static_cast<std::uint64_t>(at.ns));
    mix(fnv1a(session));
    mix(static_cast<std::uint64_t>(direction));
    return -1 - static_cast<std::int64_t>(h >> 1);
}

}  // namespace assay::history
