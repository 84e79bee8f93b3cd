#include "hosts/oms/order_book.h"

#include <fmt/format.h>

#include "core/fix/encode.h"
#include "core/units/decimal.h"

namespace assay::oms {

namespace {

std::string utc(Nanos at) {
    std::string text;
    fix::append_utc_timestamp(text, at, fix::Fraction::micros);
    return text;
}

// What the session writes itself (CompIDs, number, time) is filled with values it overwrites.
std::string framed(char msg_type, const std::string& body) {
    const std::string rest = fmt::format(
        "35={}\x01"
        "34=1\x01"
        "49=OMS\x01"
        "56=DESK\x01"
        "52=20000101-00:00:00\x01{}",
        msg_type, body);
    std::string bytes = fmt::format(
        "8=FIX.4.4\x01"
        "9={}\x01{}",
        rest.size(), rest);
    unsigned sum = 0;
    for (const char c : bytes) sum += static_cast<unsigned char>(c);
    return bytes + fmt::format("10={:03}\x01", sum % 256);
}

}  // namespace

std::string OrderBook::next_id() {
    return fmt::format("{}-{}", front_, ++given_);
}

OrderBook::Order* OrderBook::find(std::string_view cl_ord_id) {
    const auto first = first_of_.find(cl_ord_id);
    return first == first_of_.end() ? nullptr : &orders_.find(first->second)->second;
}

std::string OrderBook::new_order(const Wish& wish, Nanos at, std::string& cl_ord_id) {
    cl_ord_id = next_id();
    first_of_[cl_ord_id] = cl_ord_id;
    orders_[cl_ord_id] = {wish.symbol, cl_ord_id, {}, wish.side, wish.qty, false, false};
    ++counts_.sent;
    std::string body = fmt::format(
        "11={}\x01"
        "55={}\x01"
        "54={}\x01"
        "60={}\x01"
        "38={}\x01"
        "40=1\x01",
        cl_ord_id, wish.symbol, wish.side == Side::buy ? 1 : 2, utc(at), to_text(wish.qty));
    if (!wish.parameters.empty()) body += fmt::format("848={}\x01", wish.parameters);
    return framed('D', body);
}

std::string OrderBook::change(char msg_type, const std::string& cl_ord_id, Qty qty, Nanos at) {
    Order* order = find(cl_ord_id);
    if (order == nullptr || order->over || !order->asked.empty()) return {};
    order->asked = next_id();
    first_of_[order->asked] = first_of_.find(cl_ord_id)->second;
    if (msg_type == 'G') order->qty = qty;
    return framed(msg_type, fmt::format("11={}\x01"
                                        "41={}\x01"
                                        "55={}\x01"
                                        "54={}\x01"
                                        "60={}\x01"
                                        "38={}\x01{}",
                                        order->asked, order->in_force, order->symbol,
                                        order->side == Side::buy ? 1 : 2, utc(at),
                                        to_text(order->qty), msg_type == 'G' ? "40=1\x01" : ""));
}

std::string OrderBook::cancel(const std::string& cl_ord_id, Nanos at) {
    std::string bytes = change('F', cl_ord_id, {}, at);
    counts_.cancels += !bytes.empty();
    return bytes;
}

std::string OrderBook::replace(const std::string& cl_ord_id, Qty qty, Nanos at) {
    std::string bytes = change('G', cl_ord_id, qty, at);
    counts_.replaces += !bytes.empty();
    return bytes;
}

void OrderBook::hear(const fix::Message& m) {
    if (m.msg_type != "8" && m.msg_type != "9") return;
    Order* order = find(m.cl_ord_id);
    if (order == nullptr) {
        ++counts_.unknown;
        return;
    }
    if (m.msg_type == "9") {
        order->asked.clear();
        ++counts_.refused;
        return;
    }
    // FIX 4.2 names a fill by the state it leads to, and says busts and status by
    // ExecTransType(20).
    char type = m.exec_type;
    if (m.exec_trans_type == '1') type = 'H';
    if (m.exec_trans_type == '3') type = 'I';
    switch (type) {
        case '1':
        case '2':
        case 'F':
            ++counts_.fills;
            counts_.filled_qty += m.last_qty;
            break;
        case 'H':
            ++counts_.busts;
            counts_.filled_qty -= m.last_qty;
            break;
        case '5':
            ++counts_.replaced;
            order->in_force = m.cl_ord_id;
            order->asked.clear();
            break;
        default:
            break;
    }
    if (order->over) return;
    if (m.ord_status == '8') {
        order->over = true;
        ++counts_.rejected;
        last_reject_ = m.text;
        return;
    }
    if (!order->acknowledged) {
        order->acknowledged = true;
        ++counts_.acknowledged;
    }
    order->over = m.ord_status == '2' || m.ord_status == '4' || m.ord_status == 'C';
    counts_.filled += m.ord_status == '2';
    counts_.canceled += m.ord_status == '4';
    counts_.expired += m.ord_status == 'C';
}

std::vector<std::string> OrderBook::open() const {
    std::vector<std::string> all;
    for (const auto& [id, order] : orders_)
        if (!order.over) all.push_back(id);
    return all;
}

bool OrderBook::over(const std::string& cl_ord_id) const {
    const auto it = orders_.find(cl_ord_id);
    return it == orders_.end() || it->second.over;
}

}  // namespace assay::oms
