#include "core/desk/parent_message.h"

#include <array>
#include <fmt/format.h>

#include "core/fix/field_cursor.h"
#include "core/fix/values.h"
#include "core/units/decimal.h"

namespace assay::desk {

using route::ParentOrder;

namespace {

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

}  // namespace assay::desk
