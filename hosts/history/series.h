// Series of a KPI over time: what is asked, and what comes back.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/history/rows.h"

namespace assay::history {

// By what rows are kept: each level is the sum of the one before it.
enum class Level : std::uint8_t { minute, quarter, day };
inline constexpr std::int64_t kMinutesOf[] = {1, 15, 1440};
const char* text(Level level);

struct SeriesFilter {  // those named, of each; empty: all
    std::vector<std::string> lp{}, symbol{}, size{}, regime{};
};

struct SeriesQuery {
    std::string kpi{};  // a name of the catalog
    SeriesFilter filter{};
    Nanos from{INT64_MIN}, to{INT64_MAX};  // orders sent in [from, to), widened to whole minutes
    // One line for each of them that there is; none: a single line over all.
    bool by_lp{}, by_symbol{}, by_size{}, by_regime{};
    // Whole minutes; 0: one that gives at most kPointsWanted points.
    Duration step{0};
};
inline constexpr std::int64_t kPointsWanted = 400;
inline constexpr std::uint64_t kMostPoints = 500'000;

struct Point {
    Nanos at;          // the beginning of its step
    kpi::Value value;  // absent is not zero; `why` says it
    std::int64_t n_orders{}, n_fills{};
};
struct Line {
    Cell cell;                  // what it is by; the rest is empty
    std::vector<Point> points;  // in order of time; a step without any order has none
    kpi::Value whole;           // over all of its points together
};

struct Series {
    std::string kpi, unit;
    Duration step{};
    Level level{};            // the coarsest that serves the step
    std::vector<Line> lines;  // sorted by what they are by
    std::vector<std::string> remarks;
    // The work it took.
    std::uint64_t rows_read{}, vm_steps{};
};

// Values of the catalog that sums of minutes carry. Errors: no such KPI (with a suggestion), or one
// that needs more than the sums of its own orders, with the reason.
Result<const kpi::Entry*> with_series(std::string_view kpi);
kpi::Value value_of(const kpi::Entry& kpi, const Measured& measured, bool several_symbols,
                    bool several_currencies, const std::vector<std::pair<Money, Money>>& days);

struct ScoreQuery {
    std::string profile{}, symbol{}, lp{};  // empty: all
    Nanos from{INT64_MIN}, to{INT64_MAX};
    std::uint32_t limit{10'000};
};

// Where LPs stand beside each other.
struct ScorePlace {
    std::string profile{}, symbol{}, size{}, regime{};
};

}  // namespace assay::history
