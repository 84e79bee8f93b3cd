// Everything a kernel is told before its first event. Same config, same records: same bytes out.
// The TOML keys of these fields, their ranges and defaults: `assay config check`, docs/config.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/market/book.h"
#include "core/market/instrument.h"
#include "core/market/regime.h"
#include "core/score/profile.h"
#include "core/units/nanos.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay {

enum class Benchmark : std::uint8_t { automatic, market, composite };
enum class CrossedPolicy : std::uint8_t { absent, last_ok };
enum class SizeBy : std::uint8_t { displayed, adv, notional };
enum class AssumeSide : std::uint8_t { none, buy, sell, infer };

// What a row of the report is grouped by. Bits of Config::by.
enum By : std::uint32_t {
    kByLp = 1,
    kBySymbol = 2,
    kBySize = 4,
    kByRegime = 8,
    kByHour = 16,
    kBySide = 32,
    // Rows are kept by the minute in which the order was sent, for a history of them. No part of
    // what a report is grouped by: a report over such rows adds them up again.
    kByMinute = 64
};

struct QuotesConfig {
    // Silence of the *source* after which its quotes are stale. Negative: never, which is right for
    // files: they hold only changes. Live sources want 5 s.
    Duration stale_after{-2};
    bool locked_valid{true};
    Benchmark benchmark{Benchmark::automatic};
    CrossedPolicy crossed{CrossedPolicy::absent};
    double outlier_factor{2};  // QuoteRules::outlier_factor
};

struct OrdersConfig {
    Duration timeout_equity{1'000'000'000};
    Duration timeout_fx{5'000'000'000};
    Duration min_expo{1'000'000'000};
    double outlier{0.20};  // |p / M - 1| beyond this is quarantined
    std::uint32_t max_closed{2'000'000};
    // Of event time since an order has settled: then it is forgotten, and with kByMinute the row of
    // its minute goes once no order of it is left (docs/decisions/0026). 0: orders are kept until
    // their date is over, rows for ever. For who runs for days.
    Duration keep_settled{};
};

struct RegimeConfig {
    bool told_apart{true};              // false: one condition for all
    Duration vol_time{60'000'000'000};  // Tv
    Duration grid{1'000'000'000};       // g
    double calm_quantile{0.30}, stressed_quantile{0.85}, spread_quantile{0.95};
    double hysteresis{0.10};
    Duration hold{5'000'000'000};
};

struct EstimateConfig {
    double slow_half_life_sessions{5.0};
    // Of how much LPs take, on the session clock, where a session is 24 h (docs/spec.md 7b, 12).
    Duration capacity_half_life{5 * kDay.ns};
    double m_fallback{10.0};
    double winsor{5.0};
    Duration reject_window{1'000'000'000};
    double pi_eps{1e-6};
};

struct Config {
    QuotesConfig quotes;
    OrdersConfig orders;
    RegimeConfig regime;
    EstimateConfig estimate;
    SizeBy size_by{SizeBy::displayed};
    AssumeSide assume_side{AssumeSide::buy};
    std::uint32_t by{kByLp};
    Nanos since{INT64_MIN}, until{INT64_MAX};  // [since, until) by t_send
    score::Profile profile;
    Instruments instruments;
    FeeSchedule fees;
    std::uint64_t version{};  // hash of the canonical text of all keys; every output names it
};

// What the configuration says of quotes and of conditions, as the market's rooms take it.
QuoteRules quote_rules(const Config& config);
RegimeRules regime_rules(const Config& config);

}  // namespace assay
