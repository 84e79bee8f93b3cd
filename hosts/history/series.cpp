#include "hosts/history/series.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/history/measured_bytes.h"
#include "hosts/history/rows_summed.h"

namespace assay::history {
namespace {

constexpr std::int64_t kSteps[] = {1, 5, 15, 60, 240, 1'440, 10'080, 43'200};  // minutes

// Whether it is read from sketches.
bool needs_sketches(const kpi::Entry& e) {
    if (e.name == "hold_asymmetry_ms") return true;
    struct Asked {
        static std::optional<double> quantile(const void* row, kpi::Latency, double) {
            *static_cast<bool*>(const_cast<void*>(row)) = true;
            return 0.0;
        }
    };
    bool asked = false;
    const kpi::Sums none;
    kpi::RowFacts facts;
    facts.sums = &none;
    facts.latency_quantile = Asked::quantile;
    facts.row = &asked;
    e.value(facts);
    return asked;
}

class Reading {
  public:
    Reading(const SeriesQuery& query, const kpi::Entry& kpi, Cells& cells)
        : query_(query), kpi_(kpi), cells_(cells) {
        sketches_ = needs_sketches(kpi);
        daily_ = kpi.name == "pi_day_sd_bps";
        line_of_cell_.assign(cells.size(), kNoLine);
        std::map<Cell, std::int32_t> lines;
        for (std::size_t i = 1; i < cells.size(); ++i) {
            const Cell& c = cells[i];
            if (!passes(query.filter, c, query.by_size || query.by_regime)) continue;
            Cell by;
            if (query.by_lp) by.lp = c.lp;
            if (query.by_symbol) by.symbol = c.symbol;
            if (query.by_regime) by.regime = c.regime;
            if (query.by_size) {
                by.size = c.size;
                by.size_place = c.size_place;
            }
            const auto [it, fresh] =
                lines.try_emplace(by, static_cast<std::int32_t>(lines_.size()));
            if (fresh) lines_.push_back({{by, {}, {}}, {}, {}});
            line_of_cell_[i] = it->second;
        }
    }
    std::size_t lines() const { return lines_.size(); }

    Result<void> read(Database& db, const Segment& s, std::int64_t step, Series& out) {
        auto rows =
            db.prepare(fmt::format("SELECT id, sums, fees_known{} FROM {} WHERE id >= ?1 "
                                   "AND id < ?2 ORDER BY id",
                                   sketches_ ? ", latencies" : "", table_of(s.level)));
        if (!rows) return std::unexpected(rows.error());
        rows->bind(1, row_id(s.from, 0));
        rows->bind(2, row_id(s.to, 0));
        int code = SQLITE_ROW;
        while ((code = rows->step()) == SQLITE_ROW) {
            ++out.rows_read;
            const std::int64_t id = rows->whole(0), minute = minute_of(id);
            const std::size_t cell = cell_of(id);
            if (cell >= line_of_cell_.size() || line_of_cell_[cell] == kNoLine) continue;
            if (const std::int64_t at = floor_div(minute, step) * step; at != at_) {
                if (auto ended = end_step(); !ended) return ended;
                at_ = at;
            }
            if (!take(lines_[static_cast<std::size_t>(line_of_cell_[cell])], cell, minute, *rows))
                return fail(
                    fmt::format("{}: row {} of {} is damaged; restore a copy of the file, "
                                "or write it again from the journal",
                                db.path(), id, table_of(s.level)));
        }
        out.vm_steps += rows->work();
        if (code != SQLITE_DONE) return std::unexpected(db.error("read a series"));
        return {};
    }

    Result<void> end(Series& out) {
        if (auto ended = end_step(); !ended) return ended;
        std::ranges::sort(lines_, {}, [](const Open& o) -> const Cell& { return o.line.cell; });
        // Sizes go by how large they are.
        std::ranges::stable_sort(lines_, {}, [](const Open& o) {
            return std::tuple(o.line.cell.lp, o.line.cell.symbol, o.line.cell.size_place);
        });
        for (Open& o : lines_) {
            if (o.line.points.empty()) continue;
            o.line.whole = value_of(kpi_, o.all);
            out.lines.push_back(std::move(o.line));
        }
        return {};
    }

  private:
    static constexpr std::int32_t kNoLine = -1;
    struct Open {
        Line line;
        Sum now, all;
    };

    bool take(Open& o, std::size_t cell, std::int64_t minute, Statement& row) {
        if (o.now.first == nullptr) touched_.push_back(&o);
        o.now.note(cells_[cell]);
        kpi::Sums& sums = o.now.measured.sums;
        const Money gain = sums.q_gain, far = sums.q_far;
        if (!add(row.text(1), sums)) return false;
        o.now.measured.fees_known = o.now.measured.fees_known || row.whole(2) != 0;
        if (daily_) o.now.add_day(floor_div(minute, 1440), sums.q_gain - gain, sums.q_far - far);
        return !sketches_ || add_sketches(row.text(3), o.now.measured);
    }

    Result<void> end_step() {
        for (Open* o : touched_) {
            const kpi::Sums& sums = o->now.measured.sums;
            o->line.points.push_back(
                {Nanos{at_ * kMinute.ns}, value_of(kpi_, o->now), sums.n_orders, sums.n_fills});
            o->all.note(*o->now.first);
            o->all.several_symbols = o->all.several_symbols || o->now.several_symbols;
            o->all.several_currencies = o->all.several_currencies || o->now.several_currencies;
            o->all.measured += o->now.measured;
            for (const auto& [day, d] : o->now.days) o->all.add_day(day, d.first, d.second);
            o->now = {};
            ++points_;
        }
        touched_.clear();
        if (points_ <= kMostPoints) return {};
        return fail(
            fmt::format("the series would have more than {} points; ask for a longer step, "
                        "a shorter time or fewer lines",
                        kMostPoints));
    }

    const SeriesQuery& query_;
    const kpi::Entry& kpi_;
    const Cells& cells_;
    bool sketches_{}, daily_{};
    std::vector<std::int32_t> line_of_cell_;
    std::vector<Open> lines_;
    std::vector<Open*> touched_;
    std::int64_t at_{INT64_MIN};
    std::uint64_t points_{};
};

// The level that serves the step; of a step that was not asked for, the step too.
Result<Level> level_for(std::int64_t& step, std::int64_t from, std::int64_t to, const Kept& kept) {
    const bool automatic = step == 0;
    if (automatic) {
        step = kSteps[std::size(kSteps) - 1];
        for (const std::int64_t s : kSteps)
            if ((to - from) / s <= kPointsWanted) {
                step = s;
                break;
            }
    }
    for (;;) {
        Level level = Level::minute;
        for (const Level l : {Level::quarter, Level::day})
            if (step % period(l) == 0) level = l;
        if (level == Level::day || kept.from[static_cast<std::size_t>(level)] <= from) return level;
        const Level next = static_cast<Level>(static_cast<int>(level) + 1);
        if (!automatic)
            return fail(
                fmt::format("{} before {} are no longer kept; ask for --step {} or more, "
                            "or for a time after it",
                            table_of(level), date_of(kept.from[static_cast<std::size_t>(level)]),
                            next == Level::quarter ? "15m" : "1d"));
        step = period(next);
    }
}

}  // namespace

Result<const kpi::Entry*> with_series(std::string_view name) {
    const kpi::Entry* e = kpi::find(name);
    if (e == nullptr)
        return fail(fmt::format("no KPI is called \"{}\"; `assay catalog` lists them", name));
    if (e->value == nullptr)
        return fail(
            fmt::format("{} is believed, not measured: a history keeps it as scores, page "
                        "by page, not by minute (assay history export scores)",
                        name));
    struct Without {
        std::string_view name, why;
    };
    static constexpr Without kWithout[] = {
        {"leakage_bps_15s",
         "it is net of what the price did after the orders of all other LPs; "
         "leakage_raw_bps_15s has a series"},
        {"leakage_per_lot_bps", "it comes of a regression over all LPs, not of sums"},
        {"last_look_p", "it is adjusted for how many LPs are compared; last_look_z has a series"},
    };
    for (const Without& w : kWithout)
        if (w.name == name) return fail(fmt::format("{} has no series: {}", name, w.why));
    return e;
}

Result<Series> History::series(const SeriesQuery& query) {
    const auto kpi = with_series(query.kpi);
    if (!kpi) return std::unexpected(kpi.error());
    if (query.step.ns < 0 || query.step.ns % kMinute.ns != 0)
        return fail("a step is whole minutes: 1m, 15m, 4h, 1d");
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    const auto picture = OnePicture::begin(db);
    if (!picture) return std::unexpected(picture.error());
    if (auto read = store_->cells.refresh(db); !read) return std::unexpected(read.error());
    const auto kept = kept_of(db);
    if (!kept) return std::unexpected(kept.error());
    const auto there = within_what_is_there(db, query.from, query.to);
    if (!there) return std::unexpected(there.error());

    Series out;
    out.kpi = query.kpi;
    out.unit = (*kpi)->unit;
    const auto [from, to] = *there;
    std::int64_t step = query.step.ns / kMinute.ns;
    const auto level = level_for(step, from, to, *kept);
    if (!level) return std::unexpected(level.error());
    out.level = *level;
    out.step = {step * kMinute.ns};
    say_unknown(query.filter, store_->cells, out.remarks);

    std::vector<Segment> segments;
    bool widened = false;
    cut(*level, from, to, *kept, segments, widened);
    if (widened)
        out.remarks.push_back(
            fmt::format("minutes before {} are no longer kept: the first or last point counts the "
                        "whole quarter of an hour or day that it begins in",
                        date_of(kept->from[0])));
    Reading reading(query, **kpi, store_->cells);
    if (reading.lines() == 0) return out;
    for (const Segment& s : segments)
        if (auto read = reading.read(db, s, step, out); !read) return std::unexpected(read.error());
    if (auto ended = reading.end(out); !ended) return std::unexpected(ended.error());
    return out;
}

}  // namespace assay::history
