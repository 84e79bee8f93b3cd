// Fills from a spreadsheet: rows become the events that a FIX session would have shown.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/event/event.h"
#include "core/kernel/config.h"
#include "hosts/cli/fill_row.h"

namespace assay {

struct FillCounts {
    std::uint64_t rows{}, dead{};
    std::uint64_t orders{}, fills{}, rejects{}, cancels{};
    std::uint64_t sides_assumed{};    // orders whose side the table does not say
    std::uint64_t without_latency{};  // orders whose send time is not known
    std::uint64_t without_quote{};    // orders without bid and ask
    std::uint64_t unknown_status{};   // rows whose status word is not known; the sizes decided
    std::uint64_t thousands{};        // rows with commas that separate thousands
    std::uint64_t noted{};            // rows that change nothing (acks, replaces)
};

// Whole table in memory, because rows are rarely in the order of their send times; at most
// kMaxFillRows of them, further ones are dead letters.
inline constexpr std::size_t kMaxFillRows = 2'000'000;

// What is taken for granted:
//   The timestamp is the time of the fill (or reject) as we received it. The order was sent at
//   timestamp - latency, the round trip; without a latency it counts as sent at the timestamp, and
//   latencies are absent (Event::capture_clock is false).
//   Bid and ask of a row are the market (NBBO) when its order was sent: they become a Quote at that
//   time, and so the benchmark.
//   A row is an order of its own, IOC: what is not filled is canceled at the timestamp; fill size
//   0, or a status that says so, is a reject. Rows with one order id (of one LP and symbol) are
//   fills of one order, of the largest order size among them. Where a status column has placements,
//   each row is an event at its own time, with the market of that time, and an order lives until
//   its rows say that it is over. Without order id or ExecID, both are "row-<line>". No side:
//   `assume`; `infer` is above the mid = buy, below = sell, at the mid = buy.
class FillsCsv {
  public:
    // `file` goes into Event::place, `session` into Event::session.
    FillsCsv(Source& source, std::uint32_t file, std::uint32_t session, AssumeSide assume,
             DateOrder dates = DateOrder::automatic)
        : csv_(source), file_(file), session_(session), assume_(assume), time_(dates) {}

    // Reads everything. Rows that cannot be used go to `dead`. Errors: empty, or columns missing.
    // A source that breaks off is no error here: its rows so far are used, see broken_off().
    Result<void> load(const std::function<void(const DeadRow&)>& dead);
    // Why the input ended early; empty where it did not.
    const std::string& broken_off() const { return broken_off_; }

    // The next event in time order (then in file order); false at the end. Views hold until the
    // next call.
    bool next(Event& event);

    // When the next event is; nothing at the end.
    std::optional<Nanos> next_at() const {
        if (next_ == planned_.size()) return std::nullopt;
        return Nanos{planned_[next_].at};
    }

    const FillCounts& counts() const { return counts_; }
    // Sentences for the report: which side was assumed, and so on.
    std::vector<std::string> assumptions() const;
    const CsvReader& csv() const { return csv_; }

  private:
    enum class Kind : std::uint8_t { quote, sent, filled, rejected, canceled };
    struct Planned {  // an event to come
        std::int64_t at;
        std::uint32_t order_row;  // its place among events of one time: the earliest row it needs
        Kind kind;
        std::uint32_t row, order;
    };
    struct Order {
        std::vector<std::uint32_t> rows;
        Qty order_qty;
        Side side{};
        std::string cl_ord_id;
        bool live_events{};  // has a placement: rows are events at their own time
        bool capture_clock{};
    };

    void decide_dates();
    void group_rows();
    void plan(std::uint32_t number);
    void plan_events_of(std::uint32_t number, std::uint32_t start, Nanos sent_at);
    Side assumed(const FillRow& row) const;

    CsvReader csv_;
    std::uint32_t file_, session_;
    AssumeSide assume_;
    SheetTime time_;
    bool dates_turned_{};
    FillColumns columns_;
    NameTable names_;
    std::vector<FillRow> rows_;
    std::vector<Order> orders_;
    std::vector<Planned> planned_;
    std::size_t next_{};
    std::string made_up_id_;
    std::string broken_off_;
    FillCounts counts_;
};

}  // namespace assay
