// One row of a spreadsheet of fills, read and checked; what it means is for fills_csv.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/units/result.h"
#include "core/units/symbol.h"
#include "hosts/cli/csv.h"
#include "hosts/cli/csv_time.h"

namespace assay {

// Where the columns of a fills table stand.
struct FillColumns {
    std::size_t time{kNoColumn}, lp{kNoColumn}, symbol{kNoColumn}, order_qty{kNoColumn};
    std::size_t fill_qty{kNoColumn}, price{kNoColumn}, bid{kNoColumn}, ask{kNoColumn};
    std::size_t bid_size{kNoColumn}, ask_size{kNoColumn}, latency{kNoColumn}, side{kNoColumn};
    std::size_t order_id{kNoColumn}, exec_id{kNoColumn}, status{kNoColumn}, reason{kNoColumn};
    std::size_t limit_price{kNoColumn}, liquidity{kNoColumn};
    std::size_t date{kNoColumn};  // of its own, beside a column with the time of day
    int latency_scale{6};         // decimal places from the unit of the column down to ns: 6 for ms

    // Usual synonyms are known, in order of preference where several are there: LP, counterparty,
    // broker, venue, destination; order size, qty, ordered; fill size, filled, last qty; ...
    static FillColumns of(std::span<const std::string> header);
    bool complete() const;  // time, lp, symbol, fill size and price are there
};

// A column that fills need, and what it may be called.
struct NeededColumn {
    const char* name;
    std::size_t FillColumns::* at;
    const char* synonyms;
};
std::span<const NeededColumn> needed_fill_columns();
// "has time, LP, symbol and price, but no column for fill size (which may be called ...)"; empty
// where none is missing.
std::string missing_fill_columns(std::span<const std::string> header);

// What a status column says of a row. `unsaid`: nothing, so the quantities decide.
enum class RowStatus : std::uint8_t { unsaid, sent, filled, rejected, canceled, noted };

// Names are ids of the table the row was read with; kNone where the row has none.
struct FillRow {
    Nanos at;
    std::optional<Duration> latency;
    Price bid, ask, price;
    Qty bid_size, ask_size, order_qty, fill_qty;
    std::optional<Price> limit_price;
    std::uint32_t symbol{NameTable::kNone}, lp{NameTable::kNone};
    std::uint32_t order_id{NameTable::kNone}, exec_id{NameTable::kNone}, reason{NameTable::kNone};
    std::uint64_t offset{}, line{};
    std::uint32_t length{};
    Side side{Side::none};
    Liquidity liquidity{};
    RowStatus status{};
    bool has_order_qty{}, side_given{}, status_unknown{};
    bool date_open{};  // day and month could be the other way round
    bool thousands{};  // a number of it has commas that separate thousands

    bool has_quote() const { return bid.nano > 0 && ask.nano > 0; }
};

// What is wrong with a row, and in which column.
struct RowProblem {
    std::size_t field{};
    std::string why;
};

// Reads the row at hand of `csv`. Empty optional: `row` is good.
std::optional<RowProblem> read_fill_row(const CsvReader& csv, const FillColumns& columns,
                                        SheetTime& time, NameTable& names, FillRow& row);

}  // namespace assay
