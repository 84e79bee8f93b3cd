#include "hosts/cli/lps_toml.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "hosts/cli/duration_text.h"
#include "hosts/cli/toml_keys.h"

namespace assay {

namespace {

using Kind = TomlNode::Kind;
using sim::LpConfig;
using sim::WorldConfig;

constexpr sim::Nature kHonest{.zero_share = .10,
                              .mean_lots = 60,
                              .latency_ms = 20,
                              .latency_log_sd = .35,
                              .reject_share = .015,
                              .last_look = sim::LastLook::none,
                              .last_look_bps = 0,
                              .improvement = .30,
                              .improvement_sd = .25,
                              .leak_bps = .004};

// --- one row for each key ------------------------------------------------------------------------
template <class T>
struct NumberKey {
    std::string_view name;
    double least, most;
    void (*set)(T&, double);
    bool whole{};
};
template <class T>
struct DurationKey {
    std::string_view name;
    void (*set)(T&, Duration);
    bool may_be_negative{};
};

std::uint32_t count(double x) {
    return static_cast<std::uint32_t>(x);
}

constexpr NumberKey<LpConfig> kLpNumbers[] = {
    {"zero_share", 0, .999, [](LpConfig& l, double x) { l.nature.zero_share = x; }},
    {"mean_lots", .01, 1e6, [](LpConfig& l, double x) { l.nature.mean_lots = x; }},
    {"latency_ms", .001, 60'000, [](LpConfig& l, double x) { l.nature.latency_ms = x; }},
    {"latency_log_sd", 0, 3, [](LpConfig& l, double x) { l.nature.latency_log_sd = x; }},
    {"reject_share", 0, 1, [](LpConfig& l, double x) { l.nature.reject_share = x; }},
    {"last_look_bps", 0, 1000, [](LpConfig& l, double x) { l.nature.last_look_bps = x; }},
    {"improvement", -20, 20, [](LpConfig& l, double x) { l.nature.improvement = x; }},
    {"improvement_sd", 0, 20, [](LpConfig& l, double x) { l.nature.improvement_sd = x; }},
    {"leak_bps_per_lot", -1, 1, [](LpConfig& l, double x) { l.nature.leak_bps = x; }},
    {"ack_share", 0, 1, [](LpConfig& l, double x) { l.habits.ack_share = x; }},
    {"silent_share", 0, 1, [](LpConfig& l, double x) { l.habits.silent_share = x; }},
    {"after_ack_share", 0, 1, [](LpConfig& l, double x) { l.habits.after_ack_share = x; }},
    {"technical_share", 0, 1, [](LpConfig& l, double x) { l.habits.technical_share = x; }},
    {"flash_share", 0, 1, [](LpConfig& l, double x) { l.habits.flash_share = x; }},
    {"overfill_share", 0, 1, [](LpConfig& l, double x) { l.habits.overfill_share = x; }},
    {"pieces", 1, 20, [](LpConfig& l, double x) { l.habits.pieces = count(x); }, true},
    {"late_share", 0, 1, [](LpConfig& l, double x) { l.habits.late_share = x; }},
    {"disorder_share", 0, 1, [](LpConfig& l, double x) { l.habits.disorder_share = x; }},
    {"bust_share", 0, 1, [](LpConfig& l, double x) { l.habits.bust_share = x; }},
    {"duplicate_share", 0, 1, [](LpConfig& l, double x) { l.habits.duplicate_share = x; }},
    {"reuse_share", 0, 1, [](LpConfig& l, double x) { l.habits.reuse_share = x; }},
    {"clock_drift_ppm", -1e5, 1e5, [](LpConfig& l, double x) { l.habits.clock_drift_ppm = x; }},
    {"small_lots", 0, 1e6, [](LpConfig& l, double x) { l.habits.small_lots = count(x); }, true},
    {"large_zero_share", 0, .999, [](LpConfig& l, double x) { l.habits.large_zero_share = x; }},
    {"large_size_factor", .001, 100, [](LpConfig& l, double x) { l.habits.large_size_factor = x; }},
    {"small_improvement", -20, 20, [](LpConfig& l, double x) { l.habits.small_improvement = x; }},
    {"large_improvement", -20, 20, [](LpConfig& l, double x) { l.habits.large_improvement = x; }},
    {"turns_after_orders", 0, 4e9,
     [](LpConfig& l, double x) { l.habits.turns_after_orders = count(x); }, true},
    {"turns_every_parents", 0, 4e9,
     [](LpConfig& l, double x) { l.habits.turns_every_parents = count(x); }, true},
    {"turned_reject", 0, 1, [](LpConfig& l, double x) { l.habits.turned_reject = x; }},
    {"turned_size", .001, 100, [](LpConfig& l, double x) { l.habits.turned_size = x; }},
    {"turned_leak", 0, 100, [](LpConfig& l, double x) { l.habits.turned_leak = x; }},
};
constexpr DurationKey<LpConfig> kLpDurations[] = {
    {"flash_after", [](LpConfig& l, Duration d) { l.habits.flash_after = d; }},
    {"late_by", [](LpConfig& l, Duration d) { l.habits.late_by = d; }},
    {"bust_after", [](LpConfig& l, Duration d) { l.habits.bust_after = d; }},
    {"clock_offset", [](LpConfig& l, Duration d) { l.habits.clock_offset = d; }, true},
};

constexpr NumberKey<WorldConfig> kMarketNumbers[] = {
    {"switch_share", 0, 1, [](WorldConfig& w, double x) { w.market.switch_share = x; }},
    {"jumps_per_second", 0, 1, [](WorldConfig& w, double x) { w.market.jumps_per_second = x; }},
    {"jump_sd_bps", 0, 1000, [](WorldConfig& w, double x) { w.market.jump_sd_bps = x; }},
    {"size_median_lots", 1, 1e6, [](WorldConfig& w, double x) { w.market.size_median_lots = x; }},
    {"size_log_sd", 0, 3, [](WorldConfig& w, double x) { w.market.size_log_sd = x; }},
    {"trades_per_second", 0, 1000,
     [](WorldConfig& w, double x) { w.market.trades_per_second = x; }},
    {"trade_median_lots", 1, 1e6, [](WorldConfig& w, double x) { w.market.trade_median_lots = x; }},
    {"trade_log_sd", 0, 3, [](WorldConfig& w, double x) { w.market.trade_log_sd = x; }},
};
constexpr NumberKey<WorldConfig> kParentsNumbers[] = {
    {"mean_gap_s", .001, 86'400, [](WorldConfig& w, double x) { w.parents.mean_gap_s = x; }},
    {"least_lots", 1, 1e6, [](WorldConfig& w, double x) { w.parents.least_lots = count(x); }, true},
    {"most_lots", 1, 1e6, [](WorldConfig& w, double x) { w.parents.most_lots = count(x); }, true},
    {"informed_share", 0, 1, [](WorldConfig& w, double x) { w.parents.informed_share = x; }},
    {"informed_bps", -1000, 1000, [](WorldConfig& w, double x) { w.parents.informed_bps = x; }},
};
constexpr NumberKey<WorldConfig> kLeakageNumbers[] = {
    {"permanent_share", 0, 1, [](WorldConfig& w, double x) { w.leakage.permanent_share = x; }},
};
constexpr NumberKey<WorldConfig> kDriftNumbers[] = {
    {"kept", 0, 1, [](WorldConfig& w, double x) { w.drift.kept = x; }},
    {"zero_sd", 0, 10, [](WorldConfig& w, double x) { w.drift.zero_sd = x; }},
    {"size_sd", 0, 10, [](WorldConfig& w, double x) { w.drift.size_sd = x; }},
    {"leak_sd", 0, 10, [](WorldConfig& w, double x) { w.drift.leak_sd = x; }},
    {"swap_every", 0, 4e9, [](WorldConfig& w, double x) { w.drift.swap_every = count(x); }, true},
};
constexpr NumberKey<WorldConfig> kRootNumbers[] = {
    {"capacity_correlation", 0, .999, [](WorldConfig& w, double x) { w.capacity_correlation = x; }},
};
constexpr DurationKey<WorldConfig> kMarketDurations[] = {
    {"quote_every", [](WorldConfig& w, Duration d) { w.market.quote_every = d; }},
};
constexpr DurationKey<WorldConfig> kParentsDurations[] = {
    {"informed_over", [](WorldConfig& w, Duration d) { w.parents.informed_over = d; }},
};
constexpr DurationKey<WorldConfig> kLeakageDurations[] = {
    {"delay", [](WorldConfig& w, Duration d) { w.leakage.delay = d; }},
    {"half_life", [](WorldConfig& w, Duration d) { w.leakage.half_life = d; }},
};
struct RegimeKey {
    std::string_view name;
    double least, most;
    sim::ByRegime sim::MarketConfig::* at;
};
constexpr RegimeKey kRegimeKeys[] = {
    {"sigma", .001, 1000, &sim::MarketConfig::sigma},
    {"spread_bps", .01, 1000, &sim::MarketConfig::spread_bps},
    {"stationary", 0, 1, &sim::MarketConfig::stationary},
};
constexpr std::array<std::string_view, 3> kLastLooks{"none", "one_sided", "symmetric"};
constexpr std::array<std::string_view, 3> kLeakModels{"linear", "concave", "on_fills"};

// --- readers -------------------------------------------------------------------------------------
template <class T>
void read_numbers(TomlKeys& keys, const TomlNode& table, std::span<const NumberKey<T>> rows,
                  T& out) {
    for (const NumberKey<T>& row : rows) {
        const TomlNode* node = keys.child(table, row.name, Kind::number, "a number");
        if (!node) continue;
        if (!(node->number >= row.least && node->number <= row.most) ||
            (row.whole && std::floor(node->number) != node->number))
            keys.wrong(*node,
                       fmt::format("{} = {} is out of range; allowed: a {} from {} to {}", row.name,
                                   node->text, row.whole ? "whole number" : "number", row.least,
                                   row.most));
        else
            row.set(out, node->number);
    }
}

template <class T>
void read_durations(TomlKeys& keys, const TomlNode& table, std::span<const DurationKey<T>> rows,
                    T& out) {
    for (const DurationKey<T>& row : rows) {
        const TomlNode* node =
            keys.child(table, row.name, Kind::text, "a duration such as \"30s\"");
        if (!node) continue;
        std::string_view text = node->text;
        const bool minus = row.may_be_negative && text.starts_with('-');
        if (minus) text.remove_prefix(1);
        const auto d = parse_duration(text);
        if (!d || d->ns > kDay.ns || (d->ns < 1 && !row.may_be_negative))
            keys.wrong(*node, fmt::format("{} is \"{}\"; expected a duration up to a day, such as "
                                          "500ms, 30s or 5m",
                                          row.name, node->text));
        else
            row.set(out, minus ? Duration{-d->ns} : *d);
    }
}

template <class Row, std::size_t N>
void add_names(std::vector<std::string_view>& names, const Row (&rows)[N]) {
    for (const Row& row : rows) names.push_back(row.name);
}

void read_behaviours(TomlKeys& keys, const TomlNode& lp, LpConfig& out) {
    const TomlNode* list =
        keys.child(lp, "behaviours", Kind::array, "a list such as [\"slow\", \"buster\"]");
    if (!list) return;
    std::vector<std::string_view> names;
    for (const sim::Behaviour& b : sim::behaviours()) names.push_back(b.name);
    for (const TomlNode& entry : list->children) {
        if (!keys.is(entry, Kind::text, "the name of a behaviour in quotes")) continue;
        if (const sim::Behaviour* b = sim::find_behaviour(entry.text)) {
            b->add(out.nature, out.habits);
            continue;
        }
        const std::string meant = did_you_mean(entry.text, names);
        keys.wrong(entry,
                   fmt::format("no behaviour is called \"{}\"{}", entry.text,
                               meant.empty() ? fmt::format("; there are {}", fmt::join(names, ", "))
                                             : meant));
    }
}

// A CompID and the name of a file.
bool good_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), plain);
}

void read_lp(TomlKeys& keys, const TomlNode& node, WorldConfig& world) {
    if (!keys.is(node, Kind::table, "a section such as [lp.LP_A]")) return;
    std::vector<std::string_view> known{"last_look", "perfect_when_small", "behaviours"};
    add_names(known, kLpNumbers);
    add_names(known, kLpDurations);
    keys.only(node, known, "key of an LP");
    // market.log is the market's.
    if (!good_name(node.key) || node.key == world.our_comp_id || node.key == world.market_comp_id ||
        node.key == "market")
        keys.wrong_key(node, fmt::format("\"{}\" cannot be the name of an LP: up to 32 letters, "
                                         "digits, - and _, other than {}, {} and market",
                                         node.key, world.our_comp_id, world.market_comp_id));
    LpConfig lp{node.key, kHonest, {}};
    read_behaviours(keys, node, lp);
    read_numbers<LpConfig>(keys, node, kLpNumbers, lp);
    read_durations<LpConfig>(keys, node, kLpDurations, lp);
    if (const auto look = keys.choice(node, "last_look", kLastLooks))
        lp.nature.last_look = static_cast<sim::LastLook>(*look);
    if (const TomlNode* perfect =
            keys.child(node, "perfect_when_small", Kind::boolean, "true or false"))
        lp.habits.perfect_when_small = perfect->text == "true";
    world.lps.push_back(std::move(lp));
}

void read_market(TomlKeys& keys, const TomlNode& table, WorldConfig& world) {
    std::vector<std::string_view> known;
    add_names(known, kMarketNumbers);
    add_names(known, kMarketDurations);
    add_names(known, kRegimeKeys);
    keys.only(table, known, "key of the market");
    read_numbers<WorldConfig>(keys, table, kMarketNumbers, world);
    read_durations<WorldConfig>(keys, table, kMarketDurations, world);
    for (const RegimeKey& row : kRegimeKeys) {
        const TomlNode* list =
            keys.child(table, row.name, Kind::array, "three numbers: calm, normal, stressed");
        if (!list) continue;
        bool good = list->children.size() == 3;
        for (const TomlNode& n : list->children)
            good = good && n.kind == Kind::number && n.number >= row.least && n.number <= row.most;
        if (!good) {
            keys.wrong(*list, fmt::format("{} is not three numbers from {} to {}: calm, normal, "
                                          "stressed",
                                          row.name, row.least, row.most));
            continue;
        }
        for (std::size_t i = 0; i < 3; ++i) (world.market.*row.at)[i] = list->children[i].number;
    }
    const sim::ByRegime& s = world.market.stationary;
    if (std::abs(s[0] + s[1] + s[2] - 1) > 1e-9)
        keys.wrong(*table.find("stationary"),
                   fmt::format("the three add up to {}, not to 1", s[0] + s[1] + s[2]));
    if (world.market.quote_every < kMillisecond)
        keys.wrong(*table.find("quote_every"), "quote_every is less than a millisecond");
}

}  // namespace

Result<WorldConfig> read_lps(const TomlFile& file) {
    TomlKeys keys(file);
    const TomlNode& root = file.root();
    constexpr std::array<std::string_view, 6> kKnown{"lp",      "market", "parents",
                                                     "leakage", "drift",  "capacity_correlation"};
    keys.only(root, kKnown, "part of a file of LPs");
    WorldConfig world;
    world.lps.clear();
    read_numbers<WorldConfig>(keys, root, kRootNumbers, world);
    if (const TomlNode* t = keys.child(root, "market", Kind::table, "a section"))
        read_market(keys, *t, world);
    if (const TomlNode* t = keys.child(root, "parents", Kind::table, "a section")) {
        std::vector<std::string_view> known;
        add_names(known, kParentsNumbers);
        add_names(known, kParentsDurations);
        keys.only(*t, known, "key of the parents");
        read_numbers<WorldConfig>(keys, *t, kParentsNumbers, world);
        read_durations<WorldConfig>(keys, *t, kParentsDurations, world);
        if (world.parents.least_lots > world.parents.most_lots)
            keys.wrong_key(*t, fmt::format("least_lots = {} is more than most_lots = {}",
                                           world.parents.least_lots, world.parents.most_lots));
    }
    if (const TomlNode* t = keys.child(root, "leakage", Kind::table, "a section")) {
        std::vector<std::string_view> known{"model", "seen_by_last_look"};
        add_names(known, kLeakageNumbers);
        add_names(known, kLeakageDurations);
        keys.only(*t, known, "key of the leakage");
        read_numbers<WorldConfig>(keys, *t, kLeakageNumbers, world);
        read_durations<WorldConfig>(keys, *t, kLeakageDurations, world);
        if (const auto model = keys.choice(*t, "model", kLeakModels))
            world.leakage.model = static_cast<sim::LeakModel>(*model);
        if (const TomlNode* seen =
                keys.child(*t, "seen_by_last_look", Kind::boolean, "true or false"))
            world.leakage.seen_by_last_look = seen->text == "true";
    }
    if (const TomlNode* t = keys.child(root, "drift", Kind::table, "a section")) {
        std::vector<std::string_view> known;
        add_names(known, kDriftNumbers);
        keys.only(*t, known, "key of the drift");
        read_numbers<WorldConfig>(keys, *t, kDriftNumbers, world);
    }
    if (const TomlNode* lps = keys.child(root, "lp", Kind::table, "sections such as [lp.LP_A]"))
        for (const TomlNode& lp : lps->children) read_lp(keys, lp, world);
    constexpr std::size_t kMostLps = 256;
    if (keys.problems().none() && (world.lps.empty() || world.lps.size() > kMostLps))
        return fail(fmt::format("{}: {} LPs; from 1 to {} sections such as [lp.LP_A] are expected",
                                file.name(), world.lps.size(), kMostLps));
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    return world;
}

bool looks_like_lps(const TomlFile& file) {
    for (const char* part : {"market", "parents", "leakage", "drift", "capacity_correlation"})
        if (file.root().find(part) != nullptr) return true;
    // A reference has sections of LPs too, and other things in them.
    const TomlNode* lps = file.root().find("lp");
    if (lps == nullptr || file.root().children.size() > 1) return false;
    for (const TomlNode& lp : lps->children)
        for (const char* key : {"class", "group", "exec_type", "symbols", "reject_text"})
            if (lp.find(key) != nullptr) return false;
    return true;
}

}  // namespace assay
