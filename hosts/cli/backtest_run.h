// A captured log read twice: once for what it says of its orders and LPs, once to rank and route
// them again by what was known at each moment (docs/backtest.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/backtest/reranked.h"
#include "core/backtest/what_if.h"
#include "core/judge/comparison.h"
#include "core/judge/recommendation.h"
#include "core/kernel/health.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/replay.h"

namespace assay {

// What was done, as a row among the policies.
inline constexpr const char* kAsLogged = "as logged";

struct BacktestPlan {
    std::vector<backtest::Contender> contenders;
    // With a second profile their first choices are compared.
    score::Profile profile;
    std::optional<score::Profile> against;
    std::string decisions;  // a file or a folder; empty: that of a folder among the inputs, or none
    // Those of a history, which then is called by `decisions`.
    std::optional<DecisionsFile> kept_decisions;
    Duration gap{1'000'000'000};          // between children of one order, where no parent is known
    std::optional<std::uint32_t> rounds;  // of every order; absent: as many as the longest had
    backtest::Rules rules;
    judge::Resampling how;
    // What `assay compare` said, by policy; empty: it was not asked.
    std::map<std::string, judge::Compared> compared;
    bool asked_compare{};
};
inline constexpr std::uint32_t kMostRounds = 8;
inline constexpr std::size_t kMostBacktested = 20;

struct Backtest {
    std::string orders_are;      // where the orders come from, in words
    std::string decisions_from;  // a path; empty: none
    std::string traded_by;       // policy and profile of the decisions; empty: none, or several
    std::int64_t orders{}, children{}, lps{}, symbols{};
    std::int64_t without_quote{};  // orders that could not be priced
    Nanos from{kNever}, to{kNever};
    std::uint32_t rounds{};
    backtest::Rules rules;
    // Rows: as logged, and every contender; `logged` the off-policy answers for whole parents.
    judge::Comparison replay;
    std::vector<judge::LoggedAnswer> once;  // of deviating once, in step with replay.logged
    // What was done cost, at the replay's prices and in truth, on the same orders: how far the
    // replay's prices are to be trusted.
    double replayed_bps{}, paid_bps{};
    std::optional<backtest::Reranking> reranking;
    std::vector<judge::Recommendation> recommendations;
    std::vector<std::string> biases;
    std::vector<std::string> assumptions;  // of the reading
    Health health;
};

// Sees how far the reading is, 0 to 1, over both passes, and what was read.
using BacktestProgress = std::function<void(std::uint64_t bytes, std::uint64_t messages)>;

// Errors: nothing could be read, no orders, no decisions where a file of them was named, LPs of a
// table that the log does not know.
Result<Backtest> run_backtest(const BacktestPlan& plan, Settings settings, ReplayOptions options,
                              const Calendars& calendars, const BacktestProgress& progress);

}  // namespace assay
