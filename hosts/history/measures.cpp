#include "hosts/history/measures.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "hosts/history/history.h"
#include "hosts/history/measured_bytes.h"
#include "hosts/history/rows_summed.h"

namespace assay::history {
namespace {

class Gathering {
  public:
    Gathering(const MeasureQuery& query, const Cells& cells) : query_(&query), cells_(&cells) {
        counts_.reserve(cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i)
            counts_.push_back(i > 0 &&
                              passes(query.filter, cells[i], query.by_size || query.by_regime));
    }

    // Newest first, until it is enough; then false, and all from `reached` on is in it.
    Result<bool> read(Database& db, const Segment& s, Measures& out, std::int64_t& reached) {
        auto rows = db.prepare(
            fmt::format("SELECT id, sums, latencies, fees_known FROM {} WHERE id >= ?1 AND id < ?2 "
                        "ORDER BY id DESC",
                        table_of(s.level)));
        if (!rows) return std::unexpected(rows.error());
        rows->bind(1, row_id(s.from, 0));
        rows->bind(2, row_id(s.to, 0));
        int code = SQLITE_ROW;
        std::int64_t at = INT64_MAX;
        while ((code = rows->step()) == SQLITE_ROW) {
            const std::int64_t id = rows->whole(0), minute = minute_of(id);
            // Only between two times: what a minute came to is counted whole.
            if (minute != at) {
                if (out.rows_read >= query_->most_rows || passed_ >= query_->most_passed)
                    return false;
                reached = at = minute;
            }
            const std::size_t cell = cell_of(id);
            if (cell >= counts_.size() || !counts_[cell]) {
                ++passed_;
                continue;
            }
            ++out.rows_read;
            Sum& sum = line_of((*cells_)[cell], minute);
            sum.note((*cells_)[cell]);
            kpi::Sums& sums = sum.measured.sums;
            const Money gain = sums.q_gain, far = sums.q_far;
            if (!add(rows->text(1), sums) || !add_sketches(rows->text(2), sum.measured))
                return fail(
                    fmt::format("{}: row {} of {} is damaged; restore a copy of the file, or write "
                                "it again from the journal",
                                db.path(), id, table_of(s.level)));
            sum.measured.fees_known = sum.measured.fees_known || rows->whole(3) != 0;
            sum.add_day(floor_div(minute, 1440), sums.q_gain - gain, sums.q_far - far);
        }
        if (code != SQLITE_DONE) return std::unexpected(db.error("read rows of sums"));
        reached = s.from;
        return true;
    }

    void end(Measures& out) {
        for (auto& [key, sum] : sums_) {
            MeasuredLine line;
            line.cell = key.first;
            line.hour = key.second;
            line.measured = std::move(sum.measured);
            line.several_symbols = sum.several_symbols;
            line.several_currencies = sum.several_currencies;
            for (const auto& [day, gains] : sum.days) line.days.push_back(gains);
            out.lines.push_back(std::move(line));
        }
        std::ranges::stable_sort(out.lines, {}, [](const MeasuredLine& l) {
            return std::tuple(l.cell.lp, l.cell.symbol, l.cell.size_place, l.cell.regime, l.hour);
        });
    }

  private:
    Sum& line_of(const Cell& c, std::int64_t minute) {
        Cell by;
        if (query_->by_lp) by.lp = c.lp;
        if (query_->by_symbol) by.symbol = c.symbol;
        if (query_->by_regime) by.regime = c.regime;
        if (query_->by_size) {
            by.size = c.size;
            by.size_place = c.size_place;
        }
        const int hour =
            query_->by_hour ? static_cast<int>((minute - floor_div(minute, 1440) * 1440) / 60) : -1;
        return sums_[{std::move(by), hour}];
    }

    const MeasureQuery* query_;
    const Cells* cells_;
    std::vector<bool> counts_;
    std::map<std::pair<Cell, int>, Sum> sums_;
    std::uint64_t passed_{};
};

}  // namespace

kpi::Value MeasuredLine::value(const kpi::Entry& kpi) const {
    return value_of(kpi, measured, several_symbols, several_currencies, days);
}

Result<Measures> History::measures(const MeasureQuery& query) {
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    const auto picture = OnePicture::begin(db);
    if (!picture) return std::unexpected(picture.error());
    if (auto read = store_->cells.refresh(db); !read) return std::unexpected(read.error());
    const auto kept = kept_of(db);
    if (!kept) return std::unexpected(kept.error());
    const auto there = within_what_is_there(db, query.from, query.to);
    if (!there) return std::unexpected(there.error());

    Measures out;
    const auto [from, to] = *there;
    if (from >= to) {
        out.from = query.from;
        out.to = query.to;
        return out;
    }
    std::vector<Segment> segments;
    bool widened = false;
    cut(query.by_hour ? Level::quarter : Level::day, from, to, *kept, segments, widened);
    if (widened)
        out.remarks.push_back(
            fmt::format("minutes before {} are no longer kept: the whole quarter of an hour or day "
                        "that the time begins or ends in is counted",
                        date_of(kept->from[0])));
    Gathering gathering(query, store_->cells);
    std::int64_t reached = to;
    for (auto s = segments.rbegin(); s != segments.rend(); ++s) {
        const auto all = gathering.read(db, *s, out, reached);
        if (!all) return std::unexpected(all.error());
        if (*all) continue;
        out.complete = false;
        break;
    }
    gathering.end(out);
    const std::int64_t begin = std::min(reached, segments.front().from);
    out.from = {(out.complete ? begin : reached) * kMinute.ns};
    out.to = {segments.back().to * kMinute.ns};
    return out;
}

}  // namespace assay::history
