// What pages about LPs read besides the league table: one LP in full, one KPI as a heat map, and
// the mirror that shows a desk whom it routes to. Plain values, and one abstract class that the
// desk implements; calls come from the server's thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/kpi/sums.h"
#include "core/units/nanos.h"
#include "hosts/http/answer.h"
#include "hosts/http/league_view.h"
#include "hosts/http/routes.h"

namespace assay::http {

// Which orders: those sent in [from, to); by default the last 24 hours.
struct OrdersOf {
    std::optional<std::string> lp, symbol, regime;
    std::optional<std::uint8_t> size;
    std::optional<Nanos> from, to;
};
// Of which time an answer is: where there were too many rows it is of the latter part.
struct Measured {
    Nanos from{kNever}, to{kNever};
    bool complete{true};
    std::uint64_t rows_read{};
};

struct LpReportWish {
    std::string lp;
    OrdersOf orders;
};
struct LatencyPart {
    std::string part;  // round_trip, command, ...
    std::int64_t n{};
    Known mean, p50, p90, p99;  // ms
};
// Orders of one size, condition or hour, by the few KPIs that tell them apart.
struct LpSlice {
    std::string key;
    std::int64_t n_orders{};
    std::vector<std::pair<std::string, Known>> values;
};
struct LastLook {
    std::int64_t up_n{}, up_rejected{}, down_n{}, down_rejected{};
    std::optional<double> difference, z, p;  // p: two-sided, of this LP alone
    bool flagged{};
};
struct ScoreChange {
    Nanos at{kNever};
    double before{}, after{};
    std::optional<std::uint32_t> rank_before, rank_after;
    std::string cause;               // in words; empty: nothing of its own
    std::string exec_id, cl_ord_id;  // of the report that it names
};
struct LpReportView {
    std::string lp;
    Measured of;
    std::vector<std::string> remarks;
    std::vector<std::pair<std::string, Known>> measured;  // all that has a series
    std::array<std::optional<double>, kpi::kHorizons> fills_bps, rejects_bps;
    std::array<std::int64_t, kpi::kHorizons> fills_n{}, rejects_n{};  // fills_n: shares
    std::vector<LatencyPart> latency;
    std::vector<std::pair<double, std::int64_t>> histogram;  // of round trips: upper bound ms
    std::vector<LpSlice> by_size, by_regime, by_hour;
    std::array<std::int64_t, 3> rejects{};  // discretionary, technical, risk
    LastLook last_look;
    std::string changes_of;            // profile; empty: no symbol was asked for
    std::vector<ScoreChange> changes;  // newest first
};

struct HeatmapWish {
    std::string kpi, columns;  // columns: symbol, size, hour, regime
    OrdersOf orders;
};
struct HeatmapCell {
    Known value;
    std::int64_t n{};
};
struct HeatmapView {
    std::string kpi, unit, good, columns_by;
    std::vector<std::string> columns;
    std::vector<std::pair<std::string, std::vector<HeatmapCell>>> rows;  // by LP
    Measured of;
    std::vector<std::string> remarks;
};
// Cells of fewer orders than this are shown as such.
inline constexpr std::int64_t kFewOrders = 30;

struct MirrorWish {
    std::string by{"size"};  // size, regime, hour
    std::optional<std::string> profile;
    std::optional<Nanos> from, to;
};
struct MirrorFlow {
    std::string lp, key;
    std::int64_t n_orders{};
    double share{};        // of the orders of that key
    Known notional_share;  // of what was filled of that key; one currency
};
struct MirrorPoint {
    Nanos at{kNever};
    std::string lp;
    double share{};  // of the orders of that time
};
struct MirrorRebate {
    std::string lp;
    Known fee_bps, markout_bps_15s, net_bps;  // net: markout less fee; > 0: worth it
};
struct MirrorView {
    std::string by;
    Measured of;
    std::vector<MirrorFlow> flow;
    std::vector<MirrorPoint> over_time;
    std::vector<LeagueTerm> stated;
    std::vector<MirrorRebate> rebates;
    std::vector<std::string> remarks;
};

class Reports {
  public:
    virtual ~Reports() = default;
    virtual Answer<LpReportView> lp_report(const LpReportWish& wish) = 0;
    virtual Answer<HeatmapView> heatmap(const HeatmapWish& wish) = 0;
    virtual Answer<MirrorView> mirror(const MirrorWish& wish) = 0;
};

// /api/v1/lps/{lp}/report, /heatmap, /mirror. `reports` outlives them.
void add_reports(Routes& routes, Reports& reports);

}  // namespace assay::http
