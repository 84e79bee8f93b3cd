#include "core/desk/oms.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

#include "core/fix/field_cursor.h"
#include "core/fix/values.h"
#include "core/units/decimal.h"
#include "core/units/text_hash.h"

namespace assay::desk {

using route::ParentOrder;
using route::ParentState;
using route::ReportType;

namespace {

// OrdRejReason(103) and CxlRejReason(102).
constexpr int kDuplicateOrder = 6, kOther = 99, kUnknownOrder = 1, kTooLate = 0;

struct Wire {
    char exec_type, ord_status;
};

char ord_status_of(ParentState state, Qty cum) {
    switch (state) {
        case ParentState::received:
            return 'A';
        case ParentState::working:
        case ParentState::stopping:
            return cum > Qty{} ? '1' : '0';
        case ParentState::filled:
            return '2';
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

Error wrong(std::string_view field, std::string_view value, std::string_view expected) {
    return Error(fmt::format("{} is \"{}\"; expected {}", field, value, expected));
}

// --- TargetStrategyParameters(848) ---------------------------------------------------------------

Result<Qty> quantity(std::string_view field, std::string_view text) {
    const Decimal d = parse_qty(text);
    if (!d || d.scaled <= 0) return std::unexpected(wrong(field, text, "a quantity above 0"));
    return Qty{d.scaled};
}

Result<double> share(std::string_view field, std::string_view text, double most,
                     std::string_view expected) {
    const Decimal d = parse_decimal(text, 9, 1'000'000'000'000'000'000);
    const double value = static_cast<double>(d.scaled) * 1e-9;
    if (!d || value < 0 || value > most) return std::unexpected(wrong(field, text, expected));
    return value;
}

// "500ms", "1s", "30m", "2h".
Result<Duration> duration(std::string_view field, std::string_view text) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 9 && text[digits] >= '0' && text[digits] <= '9';
         ++digits)
        value = value * 10 + (text[digits] - '0');
    const std::string_view unit = text.substr(digits);
    const std::int64_t ns = unit == "ms"  ? kMillisecond.ns
                            : unit == "s" ? kSecond.ns
                            : unit == "m" ? kMinute.ns
                            : unit == "h" ? kHour.ns
                                          : 0;
    if (digits == 0 || ns == 0 || value == 0)
        return std::unexpected(wrong(field, text, "a time such as 500ms, 1s, 30m or 2h"));
    return Duration{value * ns};
}

struct Parameter {
    std::string_view name;
    Result<void> (*read)(std::string_view text, ParentOrder& order);
};

template <class T, class M>
Result<void> into(Result<T> read, M& member) {
    if (!read) return std::unexpected(std::move(read).error());
    member = *read;
    return {};
}

constexpr std::array<Parameter, 12> kParameters{{
    {"policy",
     [](std::string_view v, ParentOrder& o) -> Result<void> {
         const auto id = route::policy_named(v);
         if (!id || route::policy(*id).use == route::Use::truth) {
             std::string names;
             for (const route::Policy& p : route::policies())
                 if (p.use != route::Use::truth) names += fmt::format(" {}", p.name);
             return std::unexpected(wrong("policy", v, "one of" + names));
         }
         o.policy = *id;
         return {};
     }},
    {"profile",
     [](std::string_view v, ParentOrder& o) -> Result<void> {
         o.profile = v;  // the router knows which there are
         return {};
     }},
    {"urgency",
     [](std::string_view v, ParentOrder& o) {
         return into(share("urgency", v, 1, "0 to 1"), o.pace.urgency);
     }},
    {"participation",
     [](std::string_view v, ParentOrder& o) {
         return into(share("participation", v, 1, "a share above 0 and at most 1"),
                     o.pace.participation_cap);
     }},
    {"round", [](std::string_view v,
                 ParentOrder& o) { return into(quantity("round", v), o.pace.round_qty); }},
    {"round_gap", [](std::string_view v,
                     ParentOrder& o) { return into(duration("round_gap", v), o.pace.round_gap); }},
    {"min_child", [](std::string_view v,
                     ParentOrder& o) { return into(quantity("min_child", v), o.min_child); }},
    {"max_child", [](std::string_view v,
                     ParentOrder& o) { return into(quantity("max_child", v), o.max_child); }},
    {"probe",
     [](std::string_view v, ParentOrder& o) { return into(quantity("probe", v), o.probe_qty); }},
    {"max_slip_bps",
     [](std::string_view v, ParentOrder& o) {
         return into(share("max_slip_bps", v, 1e4, "0 to 10000"), o.max_slip_bps);
     }},
    {"window",
     [](std::string_view v, ParentOrder& o) -> Result<void> {
         const auto length = duration("window", v);
         if (!length) return std::unexpected(length.error());
         o.ends = o.starts + *length;
         return {};
     }},
    {"at_the_end",
     [](std::string_view v, ParentOrder& o) -> Result<void> {
         if (v != "hold" && v != "sweep")
             return std::unexpected(wrong("at_the_end", v, "hold or sweep"));
         o.fallback = v == "hold" ? route::Fallback::hold : route::Fallback::sweep;
         return {};
     }},
}};

Result<void> read_parameters(std::string_view text, ParentOrder& order) {
    while (!text.empty()) {
        const std::size_t end = text.find_first_of("; ");
        const std::string_view one = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (one.empty()) continue;
        const std::size_t equals = one.find('=');
        const std::string_view name = one.substr(0, equals);
        const Parameter* known = nullptr;
        for (const Parameter& p : kParameters)
            if (p.name == name) known = &p;
        if (known == nullptr || equals == std::string_view::npos)
            return std::unexpected(
                wrong("TargetStrategyParameters(848)", one,
                      fmt::format("name=value with a name of {}", parent_parameters())));
        if (auto read = known->read(one.substr(equals + 1), order); !read)
            return std::unexpected(
                Error("in TargetStrategyParameters(848): " + read.error().text()));
    }
    return {};
}

// The fields that Message does not read.
struct Further {
    std::string_view effective_time, expire_time, max_floor, parameters, participation_rate;
};
Further further(const fix::Message& m) {
    Further f;
    fix::FieldCursor cursor(m.bytes, m.delimiter);
    for (fix::Field field; !cursor.done() && cursor.next(field) == fix::ParseCode::none;) {
        switch (field.tag) {
            case 168:
                f.effective_time = field.value;
                break;
            case 126:
                f.expire_time = field.value;
                break;
            case 111:
                f.max_floor = field.value;
                break;
            case 848:
                f.parameters = field.value;
                break;
            case 849:
                f.participation_rate = field.value;
                break;
            default:
                break;
        }
    }
    return f;
}

Result<void> read_time(std::string_view field, std::string_view text, Nanos& time) {
    if (text.empty()) return {};
    if (!fix::read_utc_timestamp(text, time))
        return std::unexpected(wrong(field, text, "YYYYMMDD-HH:MM:SS[.sss], UTC"));
    return {};
}

}  // namespace

std::string_view parent_parameters() {
    static const std::string names = [] {
        std::string all;
        for (const Parameter& p : kParameters)
            all += fmt::format("{}{}", all.empty() ? "" : ", ", p.name);
        return all;
    }();
    return names;
}

Result<ParentOrder> parent_from(const fix::Message& m, const ParentDefaults& d, Nanos at) {
    ParentOrder o;
    o.cl_ord_id = m.cl_ord_id;
    o.symbol = m.symbol;
    if (m.cl_ord_id.empty()) return fail("ClOrdID(11) is missing");
    if (m.symbol.empty()) return fail("Symbol(55) is missing");
    // 1 buy, 3 buy minus; 2 sell, 4 sell plus, 5 and 6 short.
    o.side = m.side == '1' || m.side == '3'   ? Side::buy
             : m.side == '2' || m.side == '4' ? Side::sell
             : m.side == '5' || m.side == '6' ? Side::sell
                                              : Side::none;
    if (o.side == Side::none)
        return std::unexpected(wrong("Side(54)", m.side != 0 ? std::string_view(&m.side, 1) : "",
                                     "1 (buy) or 2 (sell)"));
    if (m.order_qty <= Qty{}) return fail("OrderQty(38) is missing or not above 0");
    o.qty = m.order_qty;
    if (m.ord_type == '2') {
        if (!m.has(44)) return fail("Price(44) is missing, and OrdType(40) is 2: limit");
        o.limit = m.price;
    } else if (m.ord_type != '1') {
        return std::unexpected(wrong("OrdType(40)",
                                     m.ord_type != 0 ? std::string_view(&m.ord_type, 1) : "",
                                     "1 (market) or 2 (limit)"));
    }
    const Further f = further(m);
    o.lot = d.lot;
    o.tick = d.tick;
    o.starts = at;
    if (auto ok = read_time("EffectiveTime(168)", f.effective_time, o.starts); !ok)
        return std::unexpected(ok.error());
    if (o.starts < at) o.starts = at;
    o.ends = o.starts + d.window;
    if (auto ok = read_time("ExpireTime(126)", f.expire_time, o.ends); !ok)
        return std::unexpected(ok.error());
    o.pace.round_gap = d.round_gap;
    o.pace.urgency = d.urgency;
    o.pace.participation_cap = d.participation_cap;
    o.pace.round_qty = d.round_qty > Qty{} ? d.round_qty : o.qty;
    o.min_child = d.min_child > Qty{} ? d.min_child : d.lot;
    o.max_child = d.max_child;
    o.probe_qty = d.probe_qty;
    o.max_slip_bps = d.max_slip_bps;
    o.profile = d.profile;
    o.policy = d.policy;
    o.fallback = d.fallback;
    if (!f.max_floor.empty())
        if (auto ok = into(quantity("MaxFloor(111)", f.max_floor), o.max_child); !ok)
            return std::unexpected(ok.error());
    if (!f.participation_rate.empty())
        if (auto ok = into(share("ParticipationRate(849)", f.participation_rate, 1,
                                 "a share above 0 and at most 1"),
                           o.pace.participation_cap);
            !ok)
            return std::unexpected(ok.error());
    if (auto ok = read_parameters(f.parameters, o); !ok) return std::unexpected(ok.error());
    if (o.max_child <= Qty{}) o.max_child = std::min(o.pace.round_qty, o.qty);
    if (o.max_child < o.min_child) o.min_child = o.max_child;
    if (o.probe_qty <= Qty{}) o.probe_qty = o.lot;
    if (std::string no = route::wrong_with(o); !no.empty()) return fail(std::move(no));
    return o;
}

// --- requests ------------------------------------------------------------------------------------

Asked Oms::take(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                std::vector<Reply>& replies) {
    begin_day(at);
    if (m.msg_type == "D") return new_order(session, who, m, at, replies);
    if (m.msg_type == "F" || m.msg_type == "G") return change(session, who, m, at, replies);
    if (m.msg_type == "H") status(session, who, m, at, replies);
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
             .ord_status = ord_status_of(order.state, order.cum),
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
}

// --- reports -------------------------------------------------------------------------------------

void Oms::reject(std::uint32_t session, const Session& who, const fix::Message& m, int reason,
                 std::string_view text, Nanos at, std::vector<Reply>& replies) {
    const std::string exec_id = fmt::format("R{}-{}", session, m.msg_seq_num);
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
                 .ord_status = order != nullptr ? ord_status_of(order->state, order->cum) : '8',
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
              .ord_status = ord_status_of(order.state, r.cum_qty),
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
         .ord_status = ord_status_of(order.state, order.cum),
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
