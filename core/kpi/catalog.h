// The catalog of KPIs: one table from which JSON names, tables, HTML, docs/metrics.md, profiles,
// configuration and history follow. Adding a KPI is a row here and a file with its formula.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/kpi/sums.h"

namespace assay::kpi {

// execution = tier 1 (execution quality), liquidity = tier 2 (liquidity profile and impact),
// volume = how much, no judgement.
enum class Tier : std::uint8_t { volume, execution, liquidity };
const char* text(Tier t);

enum class Good : std::uint8_t { higher, lower, neither };
enum class Absent : std::uint8_t {
    no,         // a value stands
    no_orders,  // nothing to divide by
    no_fills,
    no_quote,        // no usable benchmark quote at route
    no_horizon,      // no usable quote at the horizon
    no_clock,        // no capture clock
    no_peers,        // leakage has no control group
    mixed_symbols,   // the group spans several symbols
    mixed_currency,  // the group spans several currencies
    too_few,         // needs more observations
    not_measured,    // this input cannot carry it
    no_rejects,      // nothing was rejected or left unfilled
    no_cancels,      // no cancel of ours was answered by a cancel
    none_accepted,   // no order was acknowledged or filled
    nothing_moved,   // less than half a tick: nothing to come back from
    no_lot_price,    // something was left unfilled, and no quote prices any of it
};
const char* text(Absent why);

struct Value {
    std::optional<double> number;
    Absent why{Absent::no};
};

// What a row is made of besides its sums.
struct RowFacts {
    const Sums* sums{};
    // Quantile of a latency in ns out of the row's sketch; nullopt where empty.
    std::optional<double> (*latency_quantile)(const void* row, Latency l, double q){};
    const void* row{};
    std::optional<double> net_leakage_bps;    // needs all LPs, so it is worked out by the report
    std::optional<double> leakage_per_lot;    // bps, of the row's LP; believed, so not of the sums
    std::optional<double> last_look_p;        // two-sided, of last_look_z, by Holm over all LPs
    std::optional<double> hold_asymmetry_ms;  // median hold of rejects less that of accepts
    std::optional<double> pi_day_sd_bps;      // day-to-day spread of price improvement
    bool several_symbols{}, several_currencies{};
    // Several currencies, but the sums were brought to one: their ratios stand, amounts do not.
    bool exchanged{};
    bool no_fee_schedule{};  // fee_bps is then absent; all-in cost counts it as 0
};

struct Entry {
    std::string_view name;   // JSON name; never changes without a version
    std::string_view title;  // what tables, pages and comparisons call it, with its unit; short
    std::string_view unit;   // "bps", "ms", "currency/share", "shares", "share of 1", "count", ...
    Tier tier;
    Good good;
    std::string_view formula;  // plain text
    std::string_view source;   // rule, paper or section of docs/spec.md
    std::string_view example;  // worked example, "... = number"; redone by a test
    // How it follows from a row; null where only a report knows it (composite, p_best, ...).
    Value (*value)(const RowFacts&);
};

// In the order of docs/metrics.md.
std::span<const Entry> catalog();
const Entry* find(std::string_view name);
// docs/metrics.md, generated.
std::string catalog_markdown();

}  // namespace assay::kpi
