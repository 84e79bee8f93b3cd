#include "core/desk/oms.h"

#include <cmath>
#include <fmt/format.h>

#include "core/units/text_hash.h"

namespace assay::desk {

using route::ParentState;
using route::ReportType;

namespace {

// OrdRejReason(103) and CxlRejReason(102).
constexpr int kDuplicateOrder = 6, kOther = 99, kUnknownOrder = 1, kTooLate = 0;

// BusinessRejectReason(380).
constexpr int kUnsupported = 3, kMissingField = 5;

// The session layer answers them, or they are answers themselves: reports and rejects.
bool of_the_session(std::string_view msg_type) {
    return msg_type.size() == 1 && std::string_view("0A12345j89").contains(msg_type[0]);
}

// `cum` of `qty` are filled. What was filled, and of which a part was taken back, is over and not
// filled any more.
char ord_status_of(ParentState state, Qty cum, Qty qty) {
    switch (state) {
        case ParentState::received:
            return 'A';
        case ParentState::working:
        case ParentState::stopping:
            return cum > Qty{} ? '1' : '0';
        case ParentState::filled:
            return cum < qty ? '4' : '2';
        case ParentState::canceled:
            return '4';
        case ParentState::expired:
            return 'C';
        case ParentState::rejected:
            return '8';
    }
    return '0';
}

std::string name_of(std::uint32_t session, std::string_view cl_ord_id) {
    return fmt::format("{}/{}", session, cl_ord_id);
}
std::string order_id_of(std::uint64_t parent) {
    return fmt::format("P{}", parent);
}

}  // namespace

// --- requests ------------------------------------------------------------------------------------

Asked Oms::take(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                std::vector<Reply>& replies) {
    begin_day(at);
    if (m.msg_type == "D") return new_order(session, who, m, at, replies);
    if (m.msg_type == "F" || m.msg_type == "G") return change(session, who, m, at, replies);
    if (m.msg_type == "H")
        status(session, who, m, at, replies);
    else if (!of_the_session(m.msg_type))
        not_taken(session, who, m, kUnsupported,
                  fmt::format("MsgType(35) {} is not taken; D, F, G and H are", m.msg_type), at,
                  replies);
    return {};
}

Asked Oms::new_order(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                     std::vector<Reply>& replies) {
    if (used_before(session, m.cl_ord_id)) {
        if (m.poss_dup_flag == 'Y' || m.poss_resend == 'Y') return {};
        reject(session, who, m, kDuplicateOrder,
               fmt::format("ClOrdID {} was used before on this session", m.cl_ord_id), at, replies);
        return {};
    }
    auto order = parent_from(m, defaults_, at);
    if (!order) {
        reject(session, who, m, kOther, order.error().text(), at, replies);
        return {};
    }
    order->id = next_parent_++;
    Order& kept = orders_[order->id];
    kept.session = session;
    kept.who = who;
    kept.cl_ord_id = order->cl_ord_id;
    kept.symbol = order->symbol;
    kept.side = order->side;
    kept.qty = order->qty;
    kept.limit = order->limit;
    name(order->id, kept, order->cl_ord_id);
    return NewParent{std::move(*order)};
}

Asked Oms::change(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                  std::vector<Reply>& replies) {
    const char response_to = m.msg_type == "F" ? '1' : '2';
    const auto no = [&](const Order* order, int reason, std::string_view text) {
        refuse_change(session, who, m.cl_ord_id, m.orig_cl_ord_id, response_to, order, reason, text,
                      at, replies);
        return Asked{};
    };
    const auto id = parent_of(session, m.orig_cl_ord_id);
    if (!id)
        return no(nullptr, kUnknownOrder,
                  fmt::format("no order {} is known on this session", m.orig_cl_ord_id));
    Order& order = orders_.at(*id);
    if (!m.symbol.empty() && m.symbol != order.symbol)
        return no(&order, kOther,
                  fmt::format("Symbol(55) is {}; the order is in {}", m.symbol, order.symbol));
    if (m.side != 0 && side_of_fix(m.side) != order.side)
        return no(&order, kOther,
                  fmt::format("Side(54) is {}; the order is to {}", m.side, text(order.side)));
    if (used_before(session, m.cl_ord_id)) {
        if (m.poss_dup_flag == 'Y' || m.poss_resend == 'Y') return {};
        return no(&order, kDuplicateOrder,
                  fmt::format("ClOrdID {} was used before on this session", m.cl_ord_id));
    }
    if (m.orig_cl_ord_id != order.cl_ord_id)
        return no(
            &order, kOther,
            fmt::format("{} was replaced; the order is {} now", m.orig_cl_ord_id, order.cl_ord_id));
    if (terminal(order.state))
        return no(&order, kTooLate, fmt::format("the order is {}", route::text(order.state)));
    if (!order.asked.empty())
        return no(&order, 3, fmt::format("{} is under way for it", order.asked));
    name(*id, order, m.cl_ord_id);
    order.asked = m.cl_ord_id;
    order.asked_type = m.msg_type;
    if (m.msg_type == "F") {
        say(*id, order,
            {.exec_type = '6',
             .ord_status = '6',
             .exec_ref_id = {},
             .cl_ord_id = order.asked,
             .orig_cl_ord_id = order.cl_ord_id,
             .text = {},
             .last_mkt = {},
             .exec_id = {},
             .leaves = order.qty > order.cum ? order.qty - order.cum : Qty{}},
            at, replies);
        return CancelParent{*id};
    }
    ReplaceParent replace{*id, m.has(38) ? m.order_qty : order.qty, order.limit};
    if (m.ord_type == '1')
        replace.limit.reset();
    else if (m.has(44))
        replace.limit = m.price;
    return replace;
}

void Oms::status(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                 std::vector<Reply>& replies) {
    if (const auto id = parent_of(session, m.cl_ord_id)) {
        Order& order = orders_.at(*id);
        const Qty left = order.qty > order.cum ? order.qty - order.cum : Qty{};
        say(*id, order,
            {.exec_type = 'I',
             .ord_status = ord_status_of(order.state, order.cum, order.qty),
             .exec_ref_id = {},
             .cl_ord_id = {},
             .orig_cl_ord_id = {},
             .text = {},
             .last_mkt = {},
             .exec_id = {},
             .leaves = terminal(order.state) ? Qty{} : left},
            at, replies);
        return;
    }
    reject(session, who, m, 5, fmt::format("no order {} is known on this session", m.cl_ord_id), at,
           replies);
}

void Oms::unreadable(std::uint32_t session, const Session& who, const fix::Message& m,
                     std::string_view why, Nanos at, std::vector<Reply>& replies) {
    if (m.msg_type == "D" && !m.cl_ord_id.empty())
        reject(session, who, m, kOther, why, at, replies);
    else if (!m.msg_type.empty() && !of_the_session(m.msg_type))
        not_taken(session, who, m, m.cl_ord_id.empty() ? kMissingField : 0, why, at, replies);
}

// What cannot be answered by a report, as it names no order.
void Oms::not_taken(std::uint32_t session, const Session& who, const fix::Message& m, int reason,
                    std::string_view why, Nanos at, std::vector<Reply>& replies) {
    replies.push_back(
        {session, std::string(encoder_.write({.sender_comp_id = who.our_comp_id,
                                              .target_comp_id = who.comp_id,
                                              .msg_seq_num = 1,
                                              .sending_time = at,
                                              .orig_sending_time = kNever},
                                             fix::BusinessReject{.ref_seq_num = m.msg_seq_num,
                                                                 .ref_msg_type = m.msg_type,
                                                                 .ref_id = m.cl_ord_id,
                                                                 .reason = reason,
                                                                 .text = why}))});
}

// --- reports -------------------------------------------------------------------------------------

void Oms::reject(std::uint32_t session, const Session& who, const fix::Message& m, int reason,
                 std::string_view text, Nanos at, std::vector<Reply>& replies) {
    // Numbers begin anew with a ResetSeqNumFlag; times do not.
    const std::string exec_id = fmt::format("R{}-{}-{}", session, at.ns, m.msg_seq_num);
    replies.push_back(
        {session, std::string(encoder_.write(
                      {.sender_comp_id = who.our_comp_id,
                       .target_comp_id = who.comp_id,
                       .msg_seq_num = 1,
                       .sending_time = at,
                       .orig_sending_time = kNever},
                      fix::ExecutionReport{
                          .order_id = "NONE",
                          .cl_ord_id = m.cl_ord_id,
                          .orig_cl_ord_id = {},
                          .exec_id = exec_id,
                          .exec_ref_id = {},
                          .symbol = m.symbol,
                          .exec_type = '8',
                          .ord_status = '8',
                          .side = m.side == '1' ? Side::buy : Side::sell,
                          .order_qty = m.order_qty,
                          .last_px = {},
                          .cum_qty = {},
                          .leaves_qty = {},
                          .avg_px = {},
                          .ord_rej_reason = reason,
                          .text = text,
                          .transact_time = at,
                          .exec_trans_type = who.version == Version::fix42 ? '0' : '\0'}))});
}

void Oms::refuse_change(std::uint32_t session, const Session& who, std::string_view cl_ord_id,
                        std::string_view orig_cl_ord_id, char response_to, const Order* order,
                        int reason, std::string_view text, Nanos at, std::vector<Reply>& replies) {
    std::string order_id = "NONE";
    if (order != nullptr)
        if (const auto id = parent_of(session, order->cl_ord_id)) order_id = order_id_of(*id);
    replies.push_back(
        {session,
         std::string(encoder_.write(
             {.sender_comp_id = who.our_comp_id,
              .target_comp_id = who.comp_id,
              .msg_seq_num = 1,
              .sending_time = at,
              .orig_sending_time = kNever},
             fix::OrderCancelReject{
                 .order_id = order_id,
                 .cl_ord_id = cl_ord_id,
                 .orig_cl_ord_id = orig_cl_ord_id,
                 .ord_status =
                     order != nullptr ? ord_status_of(order->state, order->cum, order->qty) : '8',
                 .cxl_rej_reason = reason,
                 .response_to = response_to,
                 .text = text,
                 .transact_time = at}))});
}

void Oms::say(std::uint64_t parent, Order& order, const What& what, Nanos at,
              std::vector<Reply>& replies) {
    const bool old = order.who.version == Version::fix42;
    char exec_type = what.exec_type, ord_status = what.ord_status, trans = old ? '0' : '\0';
    if (old) {  // fills are named by the state they lead to, busts and status by ExecTransType(20)
        if (exec_type == 'F') exec_type = ord_status;
        if (exec_type == 'H') trans = '1', exec_type = ord_status;
        if (exec_type == 'I') trans = '3', exec_type = ord_status;
    }
    const std::string exec_id = !what.exec_id.empty()
                                    ? std::string(what.exec_id)
                                    : fmt::format("P{}-{}", parent, ++order.executions);
    replies.push_back(
        {order.session,
         std::string(encoder_.write(
             {.sender_comp_id = order.who.our_comp_id,
              .target_comp_id = order.who.comp_id,
              .msg_seq_num = 1,
              .sending_time = at,
              .orig_sending_time = kNever},
             fix::ExecutionReport{
                 .order_id = order_id_of(parent),
                 .cl_ord_id = what.cl_ord_id.empty() ? order.cl_ord_id : what.cl_ord_id,
                 .orig_cl_ord_id = what.orig_cl_ord_id,
                 .exec_id = exec_id,
                 .exec_ref_id = what.exec_ref_id,
                 .symbol = order.symbol,
                 .exec_type = exec_type,
                 .ord_status = ord_status,
                 .side = order.side,
                 .order_qty = order.qty,
                 .last_qty = what.last_qty,
                 .last_px = what.last_px,
                 .cum_qty = order.cum,
                 .leaves_qty = what.leaves,
                 .avg_px = {static_cast<std::int64_t>(std::llround(order.avg_px * 1e9))},
                 .ord_rej_reason = what.ord_rej_reason,
                 .text = what.text,
                 .transact_time = at,
                 .exec_trans_type = trans,
                 .last_mkt = what.last_mkt}))});
}

void Oms::report(const route::ParentReport& r, std::span<const std::string> lps,
                 std::vector<Reply>& replies) {
    const auto it = orders_.find(r.parent);
    if (it == orders_.end()) return;
    Order& order = it->second;
    order.cum = r.cum_qty;
    order.avg_px = r.avg_px;
    // The fill that completes it is reported before the router calls the order filled.
    order.state = r.type == ReportType::fill && r.cum_qty >= order.qty && r.leaves_qty == Qty{}
                      ? ParentState::filled
                      : r.state;
    What what{.exec_type = '0',
              .ord_status = ord_status_of(order.state, r.cum_qty, order.qty),
              .exec_ref_id = {},
              .cl_ord_id = {},
              .orig_cl_ord_id = {},
              .text = r.text,
              .last_mkt = {},
              .exec_id = {},
              .leaves = r.leaves_qty};
    std::string exec_id;
    if (r.lp.number < lps.size()) what.last_mkt = lps[r.lp.number];
    const auto of_lp = [&](std::string_view id) { return fmt::format("{}/{}", r.lp.number, id); };
    switch (r.type) {
        case ReportType::accepted:
            break;
        case ReportType::rejected:
            what.exec_type = '8';
            what.ord_rej_reason = kOther;
            break;
        case ReportType::fill:
            what.exec_type = 'F';
            what.last_qty = r.last_qty;
            what.last_px = r.last_px;
            exec_id = fmt::format("P{}-{}", r.parent, ++order.executions);
            what.exec_id = exec_id;
            order.fills[of_lp(r.exec_id)] = exec_id;
            break;
        case ReportType::bust: {
            what.exec_type = 'H';
            const auto fill = order.fills.find(of_lp(r.exec_ref_id));
            what.exec_ref_id = fill != order.fills.end() ? fill->second : r.exec_ref_id;
            break;
        }
        case ReportType::canceled:
        case ReportType::expired:
            what.exec_type = r.type == ReportType::canceled ? '4' : 'C';
            if (order.asked_type == "F") {
                what.cl_ord_id = order.asked;
                what.orig_cl_ord_id = order.cl_ord_id;
            }
            break;
    }
    say(r.parent, order, what, r.at, replies);
    // Filled before it could be canceled.
    if (order.state == ParentState::filled && order.asked_type == "F")
        refuse_change(order.session, order.who, order.asked, order.cl_ord_id, '1', &order, kTooLate,
                      "the order is filled", r.at, replies);
    if (terminal(order.state)) order.asked.clear(), order.asked_type.clear();
    // The router keeps none of those that it refuses.
    if (r.type == ReportType::rejected) forget(r.parent, r.at);
}

void Oms::forget(std::uint64_t parent, Nanos at) {
    const auto it = orders_.find(parent);
    if (it == orders_.end()) return;
    for (const std::string& id : it->second.ids) {
        const std::string name = name_of(it->second.session, id);
        names_.erase(name);
        used_[text_hash(name)] = utc_day(at);
    }
    orders_.erase(it);
}

void Oms::name(std::uint64_t parent, Order& order, std::string_view cl_ord_id) {
    names_[name_of(order.session, cl_ord_id)] = parent;
    order.ids.emplace_back(cl_ord_id);
}

bool Oms::used_before(std::uint32_t session, std::string_view cl_ord_id) const {
    const std::string name = name_of(session, cl_ord_id);
    return names_.contains(name) || used_.contains(text_hash(name));
}

void Oms::begin_day(Nanos at) {
    const std::int64_t day = utc_day(at);
    if (day == day_) return;
    day_ = day;
    boost::unordered::erase_if(used_,
                               [&](const auto& one) { return one.second + kUsedDays <= day; });
}

void Oms::replaced(std::uint64_t parent, const Result<void>& done, const route::Parent* now,
                   Nanos at, std::vector<Reply>& replies) {
    const auto it = orders_.find(parent);
    if (it == orders_.end()) return;
    Order& order = it->second;
    const std::string asked = std::exchange(order.asked, {}), before = order.cl_ord_id;
    order.asked_type.clear();
    if (!done || now == nullptr) {
        refuse_change(
            order.session, order.who, asked, before, '2', &order, kOther,
            done ? std::string_view("the order is over") : std::string_view(done.error().text()),
            at, replies);
        return;
    }
    order.cl_ord_id = asked;
    order.qty = now->order.qty;
    order.limit = now->order.limit;
    say(parent, order,
        {.exec_type = '5',
         .ord_status = ord_status_of(order.state, order.cum, order.qty),
         .exec_ref_id = {},
         .cl_ord_id = {},
         .orig_cl_ord_id = before,
         .text = {},
         .last_mkt = {},
         .exec_id = {},
         .leaves = order.qty > order.cum ? order.qty - order.cum : Qty{}},
        at, replies);
}

std::string_view Oms::cl_ord_id(std::uint64_t parent) const {
    const auto it = orders_.find(parent);
    return it == orders_.end() ? std::string_view() : std::string_view(it->second.cl_ord_id);
}

std::optional<std::uint64_t> Oms::parent_of(std::uint32_t session,
                                            std::string_view cl_ord_id) const {
    const auto it = names_.find(name_of(session, cl_ord_id));
    return it == names_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<std::uint64_t> Oms::open_of(std::uint32_t session) const {
    std::vector<std::uint64_t> open;
    for (const auto& [parent, order] : orders_)
        if (order.session == session && !terminal(order.state)) open.push_back(parent);
    return open;
}

}  // namespace assay::desk
