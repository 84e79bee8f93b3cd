#include "hosts/desk/reports.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "core/estimate/distributions.h"
#include "core/estimate/latency_bars.h"
#include "core/kpi/curves.h"
#include "core/kpi/last_look.h"
#include "core/units/decimal.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/board_view.h"
#include "hosts/desk/bounds.h"
#include "hosts/desk/profile_change.h"

namespace assay::desk {

using http::Answer;
using http::Refused;

namespace {

// Changes of a score that are told: by so many points, between two of so many parts of the time.
constexpr double kToldChange = 1;
constexpr std::uint32_t kChangeParts = 288;
constexpr std::size_t kMostChanges = 20, kMostColumns = 60, kMostPoints = 60;
constexpr std::uint32_t kReportsLookedAt = 200;

// What tells orders of one size, condition or hour from others.
constexpr std::string_view kSliceKpis[] = {
    "fill_rate",       "reject_rate",      "effective_spread_bps", "price_improvement_bps",
    "markout_bps_15s", "latency_rt_ms_p50"};

struct PartNames {
    kpi::Latency latency;
    const char *name, *kpi;  // latency_KPI_ms_mean, ..._p50
};
constexpr PartNames kLatencyParts[] = {{kpi::Latency::round_trip, "round_trip", "rt"},
                                       {kpi::Latency::command, "command", "cmd"},
                                       {kpi::Latency::gateway, "gateway", "gateway"},
                                       {kpi::Latency::first_fill, "first_fill", "first_fill"},
                                       {kpi::Latency::ack_to_fill, "ack_to_fill", "ack_to_fill"},
                                       {kpi::Latency::last_fill, "last_fill", "last_fill"},
                                       {kpi::Latency::reject, "reject", "reject"},
                                       {kpi::Latency::cancel, "cancel", "cancel"}};

http::Known known_kpi(const history::MeasuredLine& line, std::string_view name) {
    const auto kpi = history::with_series(name);
    if (!kpi) return {std::nullopt, kpi.error().text()};
    const kpi::Value value = line.value(**kpi);
    return known_if(value.number, text(value.why));
}

http::Measured of_time(const history::MeasureQuery& q, const history::Measures& m) {
    return {m.complete ? q.from : m.from, q.to, m.complete, m.rows_read};
}

http::LpSlice slice_of(std::string key, const history::MeasuredLine& line) {
    http::LpSlice s{std::move(key), line.measured.sums.n_orders, {}};
    for (const std::string_view kpi : kSliceKpis)
        s.values.emplace_back(std::string(kpi), known_kpi(line, kpi));
    return s;
}

http::LastLook last_look_of(const kpi::Sums& s) {
    http::LastLook v{s.up_n, s.up_rejected, s.down_n, s.down_rejected, {}, {}, {}, false};
    const auto a = kpi::drift_asymmetry(s.up_rejected, s.up_n, s.down_rejected, s.down_n);
    if (!a) return v;
    v.difference = a->difference;
    v.z = a->z;
    if (!a->z) return v;
    v.p = 2 * estimate::normal_cdf(-std::fabs(*a->z));
    v.flagged = *v.p < kpi::kLastLookFlagP;
    return v;
}

std::string column_of(const history::MeasuredLine& line, std::string_view by) {
    if (by == "symbol") return line.cell.symbol;
    if (by == "size") return line.cell.size;
    if (by == "regime") return line.cell.regime;
    return fmt::format("{:02d}", line.hour);
}

void group_by(history::MeasureQuery& q, std::string_view by) {
    q.by_symbol = by == "symbol";
    q.by_size = by == "size";
    q.by_regime = by == "regime";
    q.by_hour = by == "hour";
}

void say_whether_all(const history::Measures& m, std::vector<std::string>& remarks) {
    for (const std::string& remark : m.remarks) remarks.push_back(remark);
    if (!m.complete) remarks.emplace_back("too many rows: it is of the latter part of the time");
}

}  // namespace

history::MeasureQuery DeskReports::query_of(const http::OrdersOf& orders) const {
    history::MeasureQuery q;
    if (orders.lp) q.filter.lp = {*orders.lp};
    if (orders.symbol) q.filter.symbol = {*orders.symbol};
    if (orders.regime) q.filter.regime = {*orders.regime};
    if (orders.size) q.filter.size = {size_name(settings_->desk.desk.kernel.size_by, *orders.size)};
    q.to = orders.to.value_or(service_->health().last_at);
    q.from = orders.from.value_or(q.to - kDay);
    q.most_rows = kMostRowsAtOnce;
    q.most_passed = kMostPassedAtOnce;
    return q;
}

Answer<http::LpReportView> DeskReports::lp_report(const http::LpReportWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    const auto& lps = settings_->desk.desk.router.lps;
    if (std::ranges::find(lps, wish.lp) == lps.end())
        return no(Refused::Why::not_found, fmt::format("no LP is called \"{}\"", wish.lp));
    http::LpReportView v;
    v.lp = wish.lp;
    history::MeasureQuery q = query_of(wish.orders);
    q.filter.lp = {wish.lp};
    const auto whole = history_->measures(q);
    if (!whole) return no(Refused::Why::unavailable, whole.error().text());
    v.of = of_time(q, *whole);
    say_whether_all(*whole, v.remarks);
    if (!whole->lines.empty()) {
        const history::MeasuredLine& line = whole->lines.front();
        const kpi::Sums& s = line.measured.sums;
        for (const kpi::Entry& e : kpi::catalog())
            if (e.value != nullptr)
                v.measured.emplace_back(std::string(e.name), known_kpi(line, e.name));
        for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
            if (!line.several_currencies) v.fills_bps[h] = kpi::markout_bps_at(s, h);
            v.fills_n[h] = static_cast<std::int64_t>(s.after[h].q / 1'000'000);
            v.rejects_bps[h] = kpi::reject_drift_bps_at(s, h);
            v.rejects_n[h] = s.reject_drift_n[h];
        }
        for (const PartNames& p : kLatencyParts) {
            const auto of = [&](const char* what) {
                return known_kpi(line, fmt::format("latency_{}_ms_{}", p.kpi, what));
            };
            v.latency.push_back({p.name, s.latency_n[static_cast<std::size_t>(p.latency)],
                                 of("mean"), of("p50"), of("p90"), of("p99")});
        }
        v.histogram = estimate::latency_bars(
            line.measured.latency[static_cast<std::size_t>(kpi::Latency::round_trip)]);
        for (std::size_t i = 0; i < v.rejects.size(); ++i) v.rejects[i] = s.n_rejected[i];
        v.last_look = last_look_of(s);
    }
    for (const auto& [by, into] : {std::pair("size", &v.by_size), std::pair("regime", &v.by_regime),
                                   std::pair("hour", &v.by_hour)}) {
        group_by(q, by);
        const auto some = history_->measures(q);
        if (!some) return no(Refused::Why::unavailable, some.error().text());
        for (const history::MeasuredLine& line : some->lines)
            into->push_back(slice_of(column_of(line, by), line));
    }
    put_changes(v, wish, q.from, q.to);
    return v;
}

// What of the LP's own came between two times at which its score was kept.
std::string DeskReports::cause_of(const std::string& lp, const std::string& symbol, Nanos from,
                                  Nanos to, http::ScoreChange& change) {
    history::ExecutionQuery q;
    q.lp = lp;
    q.from = from;
    q.to = to;
    q.msg_type = "8";
    q.limit = kReportsLookedAt;
    const auto page = history_->executions(q);
    if (!page) return {};
    std::int64_t fills = 0, partial = 0, rejects = 0;
    const history::ExecutionRow *first_reject = nullptr, *first_partial = nullptr,
                                *last_fill = nullptr;
    for (const history::ExecutionRow& e : page->rows) {
        if (e.symbol != symbol) continue;
        const bool unfilled = e.exec_type == "4" || e.exec_type == "C";
        if (e.exec_type == "8") {
            ++rejects;
            if (first_reject == nullptr) first_reject = &e;
        } else if (unfilled) {
            ++partial;
            if (first_partial == nullptr) first_partial = &e;
        } else if (e.exec_type == "F") {
            ++fills;
            last_fill = &e;
        }
    }
    const history::ExecutionRow* named = first_reject != nullptr    ? first_reject
                                         : first_partial != nullptr ? first_partial
                                                                    : last_fill;
    if (named == nullptr) return {};
    change.exec_id = named->exec_id;
    change.cl_ord_id = named->orig_cl_ord_id.empty() ? named->cl_ord_id : named->orig_cl_ord_id;
    const auto counted = [](std::int64_t n, const char* one, const char* many) {
        return fmt::format("{} {}", n, n == 1 ? one : many);
    };
    std::string words = counted(fills, "fill", "fills");
    if (partial > 0)
        words += fmt::format(", {} not filled in full", counted(partial, "order", "orders"));
    if (rejects > 0) words += ", " + counted(rejects, "reject", "rejects");
    if (named == first_partial && named->cum_qty && named->order_qty)
        words += fmt::format("; first {} of {} in {}", to_text(*named->cum_qty),
                             to_text(*named->order_qty), change.cl_ord_id);
    if (named == first_reject && !named->text.empty())
        words += fmt::format("; \"{}\"", named->text);
    return words;
}

void DeskReports::put_changes(http::LpReportView& v, const http::LpReportWish& wish, Nanos from,
                              Nanos to) {
    if (!wish.orders.symbol) {
        v.remarks.emplace_back("scores change symbol by symbol: ask for one to see what changed");
        return;
    }
    const auto& profile = settings_->desk.desk.ranked.front();
    v.changes_of = profile.name;
    const auto regime =
        asked(*service_, [&](SessionDesk& d) { return d.desk().regime(*wish.orders.symbol); });
    history::ScorePlace place;
    place.profile = profile.name;
    place.symbol = *wish.orders.symbol;
    place.regime = wish.orders.regime.value_or(text(regime.value_or(Regime::normal)));
    const auto size_by = settings_->desk.desk.kernel.size_by;
    place.size = size_name(size_by, wish.orders.size.value_or(score::kPageSizes - 1));
    if (!wish.orders.size) {
        // What is kept beside unknown size is that of most orders, which shows today's.
        for (std::uint8_t size = 0; size < score::kPageSizes - 1; ++size) {
            history::ScorePlace other = place;
            other.size = size_name(size_by, size);
            const auto there = history_->standing_before(other, from, to);
            if (there && !there->empty()) place = other;
        }
    }
    const auto line = history_->score_line(place, from, to, kChangeParts);
    if (!line) {
        v.remarks.push_back("scores cannot be read: " + line.error().text());
        return;
    }
    const history::ScoreRow* before = nullptr;
    for (const history::ScoreRow& s : *line) {
        if (s.lp != wish.lp || !s.composite) continue;
        if (before != nullptr && std::fabs(*s.composite - *before->composite) >= kToldChange) {
            http::ScoreChange c;
            c.at = s.at;
            c.before = *before->composite;
            c.after = *s.composite;
            if (before->rank) c.rank_before = static_cast<std::uint32_t>(*before->rank);
            if (s.rank) c.rank_after = static_cast<std::uint32_t>(*s.rank);
            c.cause = cause_of(wish.lp, place.symbol, before->at, s.at + Duration{1}, c);
            v.changes.push_back(std::move(c));
        }
        before = &s;
    }
    std::ranges::reverse(v.changes);
    if (v.changes.size() > kMostChanges) {
        v.remarks.push_back(
            fmt::format("of {} changes the latest {} are shown", v.changes.size(), kMostChanges));
        v.changes.resize(kMostChanges);
    }
}

Answer<http::HeatmapView> DeskReports::heatmap(const http::HeatmapWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    const auto kpi = history::with_series(wish.kpi);
    if (!kpi) return no(Refused::Why::wrong_query, "kpi: " + kpi.error().text());
    http::HeatmapView v;
    v.kpi = wish.kpi;
    v.unit = (*kpi)->unit;
    v.good = (*kpi)->good == kpi::Good::higher  ? "higher"
             : (*kpi)->good == kpi::Good::lower ? "lower"
                                                : "neither";
    v.columns_by = wish.columns;
    history::MeasureQuery q = query_of(wish.orders);
    q.by_lp = true;
    group_by(q, wish.columns);
    const auto measures = history_->measures(q);
    if (!measures) return no(Refused::Why::unavailable, measures.error().text());
    v.of = of_time(q, *measures);
    say_whether_all(*measures, v.remarks);
    // Columns by their place; of symbols those with most orders.
    std::map<std::string, std::pair<int, std::int64_t>> columns;  // place, orders
    std::set<std::string> lps;
    for (const history::MeasuredLine& line : measures->lines) {
        const std::string column = column_of(line, wish.columns);
        if (column.empty() || line.cell.lp.empty()) continue;
        auto& [place, orders] = columns[column];
        place = wish.columns == "size" ? line.cell.size_place : 0;
        orders += line.measured.sums.n_orders;
        lps.insert(line.cell.lp);
    }
    std::vector<std::pair<std::string, std::pair<int, std::int64_t>>> order(columns.begin(),
                                                                            columns.end());
    if (order.size() > kMostColumns) {
        std::ranges::stable_sort(order, std::greater<>(),
                                 [](const auto& c) { return c.second.second; });
        v.remarks.push_back(fmt::format("of {} columns the {} with most orders are shown",
                                        order.size(), kMostColumns));
        order.resize(kMostColumns);
        std::ranges::sort(order);
    }
    std::ranges::stable_sort(order, {}, [](const auto& c) { return c.second.first; });
    std::map<std::string, std::size_t> at;
    for (const auto& [name, column] : order) {
        at[name] = v.columns.size();
        v.columns.push_back(name);
    }
    std::map<std::string, std::vector<http::HeatmapCell>> rows;
    for (const std::string& lp : lps)
        rows[lp].assign(v.columns.size(), {{std::nullopt, text(kpi::Absent::no_orders)}, 0});
    for (const history::MeasuredLine& line : measures->lines) {
        const auto column = at.find(column_of(line, wish.columns));
        if (column == at.end() || line.cell.lp.empty()) continue;
        const kpi::Value value = line.value(**kpi);
        rows[line.cell.lp][column->second] = {known_if(value.number, text(value.why)),
                                              line.measured.sums.n_orders};
    }
    for (auto& [lp, cells] : rows) v.rows.emplace_back(lp, std::move(cells));
    return v;
}

Answer<http::MirrorView> DeskReports::mirror(const http::MirrorWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    http::MirrorView v;
    v.by = wish.by;
    const auto ranked = asked(*service_, [](SessionDesk& d) { return d.config().desk.ranked; });
    if (!ranked) return busy();
    const auto profile = std::ranges::find(*ranked, wish.profile.value_or(ranked->front().name),
                                           &score::Profile::name);
    if (profile == ranked->end())
        return no(Refused::Why::not_found,
                  fmt::format("no profile \"{}\" is ranked here", *wish.profile));
    v.stated = detail_of(*profile).terms;
    http::OrdersOf orders;
    orders.from = wish.from;
    orders.to = wish.to;
    history::MeasureQuery q = query_of(orders);
    q.by_lp = true;
    const auto whole = history_->measures(q);
    if (!whole) return no(Refused::Why::unavailable, whole.error().text());
    for (const history::MeasuredLine& line : whole->lines) {
        if (line.measured.sums.n_orders == 0) continue;
        http::MirrorRebate r{
            line.cell.lp, known_kpi(line, "fee_bps"), known_kpi(line, "markout_bps_15s"), {}};
        r.net_bps = known_if(r.fee_bps.value && r.markout_bps_15s.value
                                 ? std::optional(*r.markout_bps_15s.value - *r.fee_bps.value)
                                 : std::nullopt,
                             r.fee_bps.value ? r.markout_bps_15s.absent : r.fee_bps.absent);
        v.rebates.push_back(std::move(r));
    }
    group_by(q, wish.by);
    const auto measures = history_->measures(q);
    if (!measures) return no(Refused::Why::unavailable, measures.error().text());
    v.of = of_time(q, *measures);
    say_whether_all(*measures, v.remarks);
    struct OfKey {
        std::int64_t orders{};
        double notional{};
        bool mixed{};
    };
    std::map<std::string, OfKey> keys;
    for (const history::MeasuredLine& line : measures->lines) {
        OfKey& key = keys[column_of(line, wish.by)];
        key.orders += line.measured.sums.n_orders;
        key.notional += static_cast<double>(line.measured.sums.notional);
        key.mixed = key.mixed || line.several_currencies;
    }
    for (const history::MeasuredLine& line : measures->lines) {
        const std::string name = column_of(line, wish.by);
        const OfKey& key = keys[name];
        const kpi::Sums& s = line.measured.sums;
        if (name.empty() || s.n_orders == 0) continue;
        v.flow.push_back(
            {line.cell.lp, name, s.n_orders,
             static_cast<double>(s.n_orders) / static_cast<double>(key.orders),
             known_if(
                 key.notional > 0 && !key.mixed
                     ? std::optional(static_cast<double>(s.notional) / key.notional)
                     : std::nullopt,
                 key.mixed ? text(kpi::Absent::mixed_currency) : text(kpi::Absent::no_fills))});
    }
    history::SeriesQuery series;
    series.kpi = "n_orders";
    series.from = q.from;
    series.to = q.to;
    series.by_lp = true;
    const std::int64_t minutes = std::max<std::int64_t>((q.to - q.from).ns / kMinute.ns, 1);
    for (const std::int64_t step : {15, 60, 240, 1'440, 10'080})
        if (minutes / step <= static_cast<std::int64_t>(kMostPoints) || step == 10'080) {
            series.step = {step * kMinute.ns};
            break;
        }
    const auto lines = history_->series(series);
    if (!lines) return no(Refused::Why::unavailable, lines.error().text());
    std::map<Nanos, double> all;
    for (const history::Line& line : lines->lines)
        for (const history::Point& p : line.points) all[p.at] += static_cast<double>(p.n_orders);
    for (const history::Line& line : lines->lines)
        for (const history::Point& p : line.points)
            if (p.n_orders > 0)
                v.over_time.push_back(
                    {p.at, line.cell.lp, static_cast<double>(p.n_orders) / all[p.at]});
    return v;
}

}  // namespace assay::desk
