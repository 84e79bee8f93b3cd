// Sums of a time as a whole, by LP, symbol, size, condition or hour: what a table of KPIs is made
// of in one reading.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/units/nanos.h"
#include "hosts/history/rows.h"
#include "hosts/history/series.h"

namespace assay::history {

struct MeasureQuery {
    SeriesFilter filter{};
    Nanos from{INT64_MIN}, to{INT64_MAX};  // orders sent in [from, to), widened to whole minutes
    bool by_lp{}, by_symbol{}, by_size{}, by_regime{}, by_hour{};  // hours are UTC's
    // The newest rows are read first, and no more than so many that count, or that are passed over
    // to find them: Measures::from then says how far back that reaches.
    std::uint64_t most_rows{5'000}, most_passed{60'000};
};

struct MeasuredLine {
    Cell cell;     // what it is by; the rest is empty
    int hour{-1};  // with by_hour
    Measured measured;
    bool several_symbols{}, several_currencies{};
    std::vector<std::pair<Money, Money>> days;  // gain and far, for what is told by the day

    kpi::Value value(const kpi::Entry& kpi) const;
};

struct Measures {
    Nanos from{}, to{};   // what it is of
    bool complete{true};  // false: `from` is later than was asked, as there were too many rows
    std::vector<MeasuredLine> lines;  // sorted by what they are by
    std::vector<std::string> remarks;
    std::uint64_t rows_read{};
};

}  // namespace assay::history
