#include "hosts/cli/config_keys.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "hosts/cli/config_forms.h"
#include "hosts/cli/csv.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"

namespace assay {

namespace {

constexpr Duration kNeverStale{-1};

template <class E>
constexpr auto as_choice(E e) {
    return static_cast<std::size_t>(e);
}

// --- choices -------------------------------------------------------------------------------------
constexpr std::array<std::string_view, 2> kLocked{"absent", "valid"};
constexpr std::array<std::string_view, 2> kNoYes{"no", "yes"};
constexpr std::array<std::string_view, 3> kBenchmark{"auto", "market", "composite"};
constexpr std::array<std::string_view, 2> kCrossed{"absent", "last_ok"};
constexpr std::array<std::string_view, 3> kSizeBy{"displayed", "adv", "notional"};
constexpr std::array<std::string_view, 3> kDates{"auto", "month_first", "day_first"};
constexpr std::array<std::string_view, 4> kAssumeSide{"none", "buy", "sell", "infer"};
constexpr std::array<std::string_view, 2> kClock{"prefix", "sending_time"};
constexpr std::array<std::string_view, 2> kCounts{"session", "dropcopy"};
constexpr std::array<std::string_view, 2> kStrictness{"strict", "lenient"};

constexpr Duration kNone{0}, kYear{365 * kDay.ns};

// --- the table -----------------------------------------------------------------------------------
const std::vector<ConfigKey>& table() {
    static const std::vector<ConfigKey> keys{
        {"capture.lp_from", "auto",
         "Which field names the LP: the counterparty's CompID, a tag, or the PartyID of a "
         "PartyRole.",
         FormField{"auto, comp_id, tag:100, tag:30, tag:207, tag:128 or party:N (N a PartyRole)",
                   get_lp_from, set_lp_from}},
        {"capture.our_comp_ids", "",
         "Our own CompIDs, separated by commas: a D sent to one of them is a parent order, not "
         "scored.",
         FormField{"CompIDs separated by commas", get_ours, set_ours}},
        {"capture.drop_copies", "", "CompIDs that send drop copies, separated by commas.",
         FormField{"CompIDs separated by commas", get_drop_copies, set_drop_copies}},
        {"capture.clock", "prefix",
         "Capture time of logs without a time in front: none (latencies absent), or "
         "SendingTime(52).",
         ChoiceField{kClock, [](Settings& s) { return as_choice(s.clock); },
                     [](Settings& s, std::size_t i) { s.clock = CaptureClock(i); }}},
        {"capture.counts", "session",
         "Where an LP is seen by session and drop copy: which one counts; the other reconciles.",
         ChoiceField{
             kCounts, [](Settings& s) { return as_choice(s.parties.capture_counts); },
             [](Settings& s, std::size_t i) { s.parties.capture_counts = fix::CaptureCounts(i); }}},
        {"fix.strictness", "strict",
         "Whether BodyLength and CheckSum must be right; lenient is for logs edited by hand.",
         ChoiceField{kStrictness, [](Settings& s) { return as_choice(s.framer.strictness); },
                     [](Settings& s, std::size_t i) { s.framer.strictness = fix::Strictness(i); }}},
        {"fix.max_message", "65536", "The longest message in bytes; a longer one is a dead letter.",
         CountField{[](Settings& s) -> std::uint32_t& { return s.framer.max_message; }, 1024,
                    fix::kLargestMessage}},
        {"quotes.stale_after", "auto",
         "Silence of a source of quotes after which its quotes are stale and no benchmark. auto: "
         "never "
         "for files, which hold only changes; 5s for live sources.",
         FormField{"auto, never, or a duration from 1ms to 24h", stale_after_text,
                   set_stale_after}},
        {"quotes.locked", "valid", "Whether a locked quote (bid = ask) may be a benchmark.",
         ChoiceField{kLocked, [](Settings& s) { return as_choice(s.config.quotes.locked_valid); },
                     [](Settings& s, std::size_t i) { s.config.quotes.locked_valid = i == 1; }}},
        {"quotes.crossed", "absent",
         "A crossed quote (bid > ask) is no benchmark, or the last one before it that was good is.",
         ChoiceField{
             kCrossed, [](Settings& s) { return as_choice(s.config.quotes.crossed); },
             [](Settings& s, std::size_t i) { s.config.quotes.crossed = CrossedPolicy(i); }}},
        {"quotes.outlier_factor", "2",
         "A mid so many times the last good one, or its inverse, is no benchmark until quotes "
         "there "
         "have stood for 5 s; 1: every mid is.",
         NumberField{[](Settings& s) -> double& { return s.config.quotes.outlier_factor; }, 1,
                     1'000}},
        {"quotes.benchmark", "auto",
         "The market's quotes, or the best of all LPs' quotes but the one measured; auto: the "
         "market "
         "where it is quoted.",
         ChoiceField{kBenchmark, [](Settings& s) { return as_choice(s.config.quotes.benchmark); },
                     [](Settings& s, std::size_t i) { s.config.quotes.benchmark = Benchmark(i); }}},
        {"orders.timeout_equity", "1s", "An equity order without a response for so long timed out.",
         DurationField{[](Settings& s) -> Duration& { return s.config.orders.timeout_equity; },
                       kMillisecond, kDay}},
        {"orders.timeout_fx", "5s", "An FX order without a response for so long timed out.",
         DurationField{[](Settings& s) -> Duration& { return s.config.orders.timeout_fx; },
                       kMillisecond, kDay}},
        {"orders.min_expo", "1s",
         "An order that we cancel sooner than this gave its LP no chance: its rest is not offered.",
         DurationField{[](Settings& s) -> Duration& { return s.config.orders.min_expo; }, kNone,
                       kDay}},
        {"orders.outlier", "0.2",
         "A fill further than this share from the mid is quarantined: counted, not measured.",
         NumberField{[](Settings& s) -> double& { return s.config.orders.outlier; }, 0.0001, 10}},
        {"orders.max_closed", "2000000",
         "Closed orders kept at most, for late busts and corrections.",
         CountField{[](Settings& s) -> std::uint32_t& { return s.config.orders.max_closed; }, 1'000,
                    100'000'000}},
        {"fills.assume_side", "buy", "The side of rows of a fills table that do not say it.",
         ChoiceField{kAssumeSide, [](Settings& s) { return as_choice(s.config.assume_side); },
                     [](Settings& s, std::size_t i) { s.config.assume_side = AssumeSide(i); }}},
        {"fills.dates", "auto",
         "Of a date such as 2/8/2025 in a fills table, which number is the day; auto: what other "
         "dates of the table show, else the month is first. Dates with points are day first.",
         ChoiceField{kDates, [](Settings& s) { return as_choice(s.fill_dates); },
                     [](Settings& s, std::size_t i) { s.fill_dates = DateOrder(i); }}},
        {"regime.told_apart", "yes",
         "Whether calm, normal and stressed markets are told apart at all.",
         ChoiceField{kNoYes, [](Settings& s) { return as_choice(s.config.regime.told_apart); },
                     [](Settings& s, std::size_t i) { s.config.regime.told_apart = i == 1; }}},
        {"regime.vol_time", "1m", "Half-life of the volatility that tells calm from stressed.",
         DurationField{[](Settings& s) -> Duration& { return s.config.regime.vol_time; }, kSecond,
                       kDay}},
        {"regime.grid", "1s", "The mid is sampled for volatility no more often than this.",
         DurationField{[](Settings& s) -> Duration& { return s.config.regime.grid; }, kMillisecond,
                       kHour}},
        {"regime.calm_quantile", "0.3", "Volatility below this quantile of its past is calm.",
         NumberField{[](Settings& s) -> double& { return s.config.regime.calm_quantile; }, 0, 1}},
        {"regime.stressed_quantile", "0.85",
         "Volatility above this quantile of its past is stressed.",
         NumberField{[](Settings& s) -> double& { return s.config.regime.stressed_quantile; }, 0,
                     1}},
        {"regime.spread_quantile", "0.95", "A spread above this quantile of its past is stressed.",
         NumberField{[](Settings& s) -> double& { return s.config.regime.spread_quantile; }, 0, 1}},
        {"regime.hysteresis", "0.1",
         "How far back over the edge a measure must go before the regime changes back.",
         NumberField{[](Settings& s) -> double& { return s.config.regime.hysteresis; }, 0, 1}},
        {"regime.hold", "5s", "A regime stands at least this long.",
         DurationField{[](Settings& s) -> Duration& { return s.config.regime.hold; }, kNone, kDay}},
        {"estimate.slow_half_life_sessions", "5", "Half-life of long memory, in trading sessions.",
         NumberField{
             [](Settings& s) -> double& { return s.config.estimate.slow_half_life_sessions; }, 0.1,
             1000}},
        {"estimate.capacity_half_life", "5d",
         "Half-life of what is believed of how much LPs take; a session counts 24 h.",
         DurationField{
             [](Settings& s) -> Duration& { return s.config.estimate.capacity_half_life; }, kMinute,
             Duration{1'000 * kDay.ns}}},
        {"estimate.m_fallback", "10",
         "Strength of a prior, in orders, where the data cannot tell it.",
         NumberField{[](Settings& s) -> double& { return s.config.estimate.m_fallback; }, 0.1,
                     10'000}},
        {"estimate.winsor", "5",
         "Observations further out than so many robust deviations are pulled in.",
         NumberField{[](Settings& s) -> double& { return s.config.estimate.winsor; }, 1, 100}},
        {"estimate.reject_window", "1s",
         "How long after a reject the market is watched for what the retry costs.",
         DurationField{[](Settings& s) -> Duration& { return s.config.estimate.reject_window; },
                       kMillisecond, kHour}},
        {"estimate.pi_eps", "1e-06",
         "Price improvement of no more than this, in currency, is at the touch.",
         NumberField{[](Settings& s) -> double& { return s.config.estimate.pi_eps; }, 0, 1}},
        {"context.size_by", "displayed",
         "What an order's size is compared with: the displayed size, average daily volume, "
         "nothing.",
         ChoiceField{kSizeBy, [](Settings& s) { return as_choice(s.config.size_by); },
                     [](Settings& s, std::size_t i) { s.config.size_by = SizeBy(i); }}},
        {"report.by", "lp", "What a row of the report is grouped by.",
         FormField{"some of lp, symbol, size, regime, hour, side, separated by commas", get_by,
                   set_by}},
        {"report.since", "open", "Orders sent before this are not in the report.",
         FormField{"a time (2025-08-02, 2025-08-02T13:30:00Z, epoch s/ms/us/ns) or open", get_since,
                   [](Settings& s, std::string_view t) {
                       return set_time(s.config.since, t, {INT64_MIN});
                   }}},
        {"report.until", "open", "Orders sent at this time or later are not in the report.",
         FormField{"a time (2025-08-02, 2025-08-02T13:30:00Z, epoch s/ms/us/ns) or open", get_until,
                   [](Settings& s, std::string_view t) {
                       return set_time(s.config.until, t, {INT64_MAX});
                   }}},
        {"report.profile", "balanced", "The strategy profile that weighs the KPIs.",
         FormField{"balanced, high-frequency, block, best-price, note4, acme, all-in, or a file",
                   [](Settings& s) { return s.profile; }, set_profile}},
    };
    return keys;
}

std::string bad(const ConfigKey& key, std::string_view value, std::string_view why) {
    return fmt::format("{} = \"{}\" {}; allowed: {}", key.name, value.substr(0, 80), why,
                       allowed_text(key));
}

// What is wrong with the text for this kind of field; empty: it was set.
struct SetField {
    Settings& settings;
    std::string_view text;

    std::string operator()(const DurationField& f) const {
        if (f.may_be_never && text == "never") {
            f.of(settings) = kNeverStale;
            return {};
        }
        const std::optional<Duration> d = parse_duration(text);
        if (!d) return "is not a duration";
        if (*d < f.least || *d > f.most) return "is out of range";
        f.of(settings) = *d;
        return {};
    }
    std::string operator()(const NumberField& f) const {
        double value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        if (end.ec != std::errc() || end.ptr != text.data() + text.size() || !std::isfinite(value))
            return "is not a number";
        if (value < f.least || value > f.most) return "is out of range";
        f.of(settings) = value;
        return {};
    }
    std::string operator()(const CountField& f) const {
        std::uint64_t value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        if (end.ec == std::errc::invalid_argument || end.ptr != text.data() + text.size())
            return "is not a whole number";
        if (end.ec != std::errc() || value < f.least || value > f.most) return "is out of range";
        f.of(settings) = static_cast<std::uint32_t>(value);
        return {};
    }
    std::string operator()(const ChoiceField& f) const {
        for (std::size_t i = 0; i < f.choices.size(); ++i)
            if (f.choices[i] == text) {
                f.set(settings, i);
                return {};
            }
        const auto meant = nearest(text, f.choices);
        return meant ? fmt::format("is not known (did you mean \"{}\"?)", *meant) : "is not known";
    }
    std::string operator()(const FormField& f) const { return f.set(settings, text); }
};

}  // namespace

std::span<const ConfigKey> config_keys() {
    return table();
}

std::span<const std::string_view> config_key_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const ConfigKey& key : table()) all.push_back(key.name);
        return all;
    }();
    return names;
}

const ConfigKey* find_config_key(std::string_view name) {
    for (const ConfigKey& key : table())
        if (key.name == name) return &key;
    return nullptr;
}

std::string allowed_text(const ConfigKey& key) {
    struct Allowed {
        std::string operator()(const DurationField& f) const {
            return fmt::format("a duration from {} to {}{}", format_duration(f.least),
                               format_duration(f.most), f.may_be_never ? ", or never" : "");
        }
        std::string operator()(const NumberField& f) const {
            return fmt::format("a number from {} to {}", f.least, f.most);
        }
        std::string operator()(const CountField& f) const {
            return fmt::format("a whole number from {} to {}", f.least, f.most);
        }
        std::string operator()(const ChoiceField& f) const {
            return fmt::format("one of {}", fmt::join(f.choices, ", "));
        }
        std::string operator()(const FormField& f) const { return std::string(f.allowed); }
    };
    return std::visit(Allowed{}, key.field);
}

const char* kind_text(const ConfigKey& key) {
    constexpr std::array<const char*, 5> kKinds{"duration", "number", "count", "choice", "text"};
    return kKinds[key.field.index()];
}

std::string set_config_key(Settings& settings, const ConfigKey& key, std::string_view value) {
    const std::string why = std::visit(SetField{settings, trimmed(value)}, key.field);
    return why.empty() ? std::string() : bad(key, value, why);
}

std::string config_value(const Settings& settings, const ConfigKey& key) {
    struct Value {
        Settings& s;
        std::string operator()(const DurationField& f) const {
            return f.of(s) < Duration{0} ? "never" : format_duration(f.of(s));
        }
        std::string operator()(const NumberField& f) const { return fmt::format("{}", f.of(s)); }
        std::string operator()(const CountField& f) const { return fmt::format("{}", f.of(s)); }
        std::string operator()(const ChoiceField& f) const {
            return std::string(f.choices[f.get(s)]);
        }
        std::string operator()(const FormField& f) const { return f.get(s); }
    };
    // The accessors of the table serve reading and writing; this use only reads.
    return std::visit(Value{const_cast<Settings&>(settings)}, key.field);
}

Settings default_settings() {
    Settings settings;
    for (const ConfigKey& key : table()) (void)set_config_key(settings, key, key.default_text);
    return settings;
}

}  // namespace assay
