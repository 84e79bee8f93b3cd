#include "core/desk/child_wire.h"

#include <charconv>
#include <fmt/format.h>

namespace assay::desk {

using route::Answer;
using route::ChildId;
using route::ChildReport;
using route::Intent;

namespace {

std::string request_id(ChildId child, std::uint64_t request) {
    return fmt::format("X{}-{}", child.number, request);
}

const OrderRef* ref_of(const Happening& what) {
    return std::visit(
        [](const auto& m) -> const OrderRef* {
            if constexpr (requires { m.ref; })
                return &m.ref;
            else
                return nullptr;
        },
        what);
}

void put_execution(const Execution& x, ChildReport& r) {
    r.last_qty = x.last_qty;
    r.last_px = x.last_px;
    r.exec_id = x.exec_id;
    r.cum_qty = x.cum_qty;
}

// How an event answers a child; false: it says nothing that the router waits for.
struct Answered {
    ChildReport& r;
    bool operator()(const Acked&) const { return says(Answer::acked); }
    bool operator()(const Filled& m) const {
        put_execution(m.execution, r);
        return says(Answer::filled);
    }
    bool operator()(const Corrected& m) const {
        put_execution(m.execution, r);
        r.exec_ref_id = m.exec_ref_id;
        return says(Answer::corrected);
    }
    bool operator()(const Busted& m) const {
        r.exec_ref_id = m.exec_ref_id;
        return says(Answer::busted);
    }
    bool operator()(const Canceled& m) const { return ends(Answer::canceled, m.cum_qty); }
    bool operator()(const Expired& m) const { return ends(Answer::expired, m.cum_qty); }
    bool operator()(const DoneForDay& m) const { return ends(Answer::expired, m.cum_qty); }
    bool operator()(const Rejected& m) const {
        r.blamed_on_us = m.reject_class == RejectClass::ours;
        return says(Answer::rejected);
    }
    bool operator()(const MessageRejected&) const {
        r.blamed_on_us = true;
        return says(Answer::rejected);
    }
    bool operator()(const CancelRejected&) const { return says(Answer::cancel_rejected); }
    bool operator()(const StatusReported& m) const { return ends(Answer::status, m.cum_qty); }
    template <class M>
    bool operator()(const M&) const {
        return false;
    }

  private:
    bool says(Answer answer) const {
        r.answer = answer;
        return true;
    }
    bool ends(Answer answer, Qty cum_qty) const {
        r.cum_qty = cum_qty;
        return says(answer);
    }
};

}  // namespace

std::string cl_ord_id_of(ChildId child) {
    return fmt::format("C{}", child.number);
}

std::optional<ChildId> child_named(std::string_view text) {
    if (text.empty() || (text[0] != 'C' && text[0] != 'X')) return std::nullopt;
    const char *begin = text.data() + 1, *const end = text.data() + text.size();
    ChildId child;
    const auto [rest, error] = std::from_chars(begin, end, child.number);
    if (error != std::errc{}) return std::nullopt;
    const bool whole = text[0] == 'C' ? rest == end : rest != end && *rest == '-';
    return whole ? std::optional(child) : std::nullopt;
}

std::optional<ChildReport> report_of(const Event& e) {
    const OrderRef* ref = ref_of(e.what);
    if (ref == nullptr) return std::nullopt;
    std::optional<ChildId> child = child_named(ref->orig_cl_ord_id);
    if (!child) child = child_named(ref->cl_ord_id);
    if (!child) return std::nullopt;
    ChildReport r;
    r.at = e.at;
    r.child = *child;
    if (!std::visit(Answered{r}, e.what)) return std::nullopt;
    return r;
}

std::string_view ChildWire::write(const Intent& intent, Nanos at) {
    const std::uint32_t lp = intent.lp.number;
    const fix::Header header{.sender_comp_id = our_comp_id_,
                             .target_comp_id = lps_[lp],
                             .msg_seq_num = ++seq_[lp],
                             .sending_time = at,
                             .orig_sending_time = kNever};
    const std::string order = cl_ord_id_of(intent.child);
    if (intent.what == Intent::What::send)
        return encoder_.write(
            header,
            fix::NewOrderSingle{.cl_ord_id = order,
                                .symbol = intent.symbol,
                                .side = intent.side,
                                .order_qty = intent.qty,
                                .price = intent.limit,
                                .time_in_force = intent.kind == route::ChildKind::take ? '3' : '0',
                                .min_qty = {-1},
                                .transact_time = at});
    const std::string request = request_id(intent.child, ++requests_);
    if (intent.what == Intent::What::cancel)
        return encoder_.write(header, fix::OrderCancelRequest{.cl_ord_id = request,
                                                              .orig_cl_ord_id = order,
                                                              .symbol = intent.symbol,
                                                              .side = intent.side,
                                                              .order_qty = intent.qty,
                                                              .transact_time = at});
    return encoder_.write(
        header,
        fix::OrderStatusRequest{.cl_ord_id = order, .symbol = intent.symbol, .side = intent.side});
}

}  // namespace assay::desk
