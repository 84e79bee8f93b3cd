// Quotes from a CSV: time,symbol,bid,ask[,bid_size,ask_size][,lp], columns in any order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/units/symbol.h"
#include "hosts/cli/csv.h"
#include "hosts/cli/csv_time.h"

namespace assay {

// Where the columns of a quotes file stand.
struct QuoteColumns {
    std::size_t time{kNoColumn}, symbol{kNoColumn}, bid{kNoColumn}, ask{kNoColumn};
    std::size_t bid_size{kNoColumn}, ask_size{kNoColumn}, lp{kNoColumn};

    // Usual synonyms are known: bid_px, bid price, best bid, offer, ofr, bid qty, ticker, ...
    static QuoteColumns of(std::span<const std::string> header);
    bool complete() const;  // time, symbol, bid and ask are there
};

struct QuoteCounts {
    std::uint64_t quotes{};          // rows that became an event
    std::uint64_t dead{};            // rows that could not be read
    std::uint64_t of_lps{};          // among `quotes`: an LP's own, not the market's
    std::uint64_t time_backwards{};  // quotes earlier than the one before
};

// Reads row by row in bounded memory, as fast as the disk gives. An empty bid or ask is a missing
// side (price 0); an empty size is unknown (0). Crossed and locked quotes are passed on: whether
// they may be used is the market's question. Decimals beyond 1e-9 are rounded.
class QuotesCsv {
  public:
    // `file`: number of the input, for Event::place. The source must outlive the reader.
    QuotesCsv(Source& source, std::uint32_t file) : csv_(source), file_(file) {}

    // Reads the header. Errors: empty, or a column is missing (the text names what was found).
    Result<void> open();

    // `row`: `event` holds the next quote; its views hold for the life of this reader.
    // `bad`: see csv().dead(). `failed`: see csv().problem().
    CsvStep next(Event& event);

    const CsvReader& csv() const { return csv_; }
    const QuoteCounts& counts() const { return counts_; }

  private:
    bool read_fields(Event& event);
    std::string_view name_of(std::string_view text, std::uint32_t& last);
    bool reject(std::size_t field, std::string_view what);

    CsvReader csv_;
    std::uint32_t file_;
    QuoteColumns columns_;
    CsvTime time_;
    NameTable names_;
    std::uint32_t last_symbol_{NameTable::kNone}, last_lp_{NameTable::kNone};
    Nanos last_at_{kNever};
    QuoteCounts counts_;
};

// Symbols and LPs one reader keeps, and the length of one: beyond, rows are dead letters.
inline constexpr std::uint32_t kMaxCsvNames = 1'000'000;
inline constexpr std::size_t kMaxCsvName = 255;

}  // namespace assay
