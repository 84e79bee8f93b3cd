#include "hosts/http/memory_reports.h"

#include <fmt/format.h>

#include "core/kpi/catalog.h"

namespace assay::http {
namespace {

constexpr Nanos kReported{1'772'461'800'000'000'000};  // 2026-03-02T14:30:00Z

Measured of_a_day() {
    return {kReported - kDay, kReported, true, 812};
}

}  // namespace

Answer<LpReportView> MemoryReports::lp_report(const LpReportWish& wish) {
    if (wish.lp != "LP_A")
        return std::unexpected(
            Refused{Refused::Why::not_found, fmt::format("No LP is called \"{}\"", wish.lp), {}});
    LpReportView v;
    v.lp = wish.lp;
    v.of = of_a_day();
    v.measured = {{"fill_rate", {0.95}}, {"reversion_bps", {std::nullopt, "no usable quote"}}};
    v.fills_bps[0] = -0.1;
    v.fills_n[0] = 12'000;
    v.rejects_bps[6] = 1.5;
    v.rejects_n[6] = 4;
    v.latency = {{"round_trip", 120, {15.0}, {14.0}, {20.0}, {std::nullopt, "too few"}}};
    v.histogram = {{12.0, 50}, {15.0, 70}};
    v.by_size = {{"1-2x", 120, {{"fill_rate", {0.95}}}}};
    v.by_regime = {{"normal", 120, {{"fill_rate", {0.95}}}}};
    v.by_hour = {{"14", 120, {{"fill_rate", {std::nullopt, "no orders"}}}}};
    v.rejects = {3, 1, 0};
    v.last_look = {40, 10, 38, 2, 0.1974, 2.52, 0.0117, false};
    v.changes_of = wish.orders.symbol ? "balanced" : "";
    if (wish.orders.symbol)
        v.changes = {
            {kReported, 92.5, 85.0, 1, 2, "0 fills, 1 order not filled in full", "E17", "D1-7"}};
    return v;
}

Answer<HeatmapView> MemoryReports::heatmap(const HeatmapWish& wish) {
    const kpi::Entry* kpi = kpi::find(wish.kpi);
    if (kpi == nullptr || kpi->value == nullptr)
        return std::unexpected(Refused{Refused::Why::wrong_query,
                                       fmt::format("kpi: no KPI is called \"{}\"", wish.kpi),
                                       {{"kpi", "no KPI is called so"}}});
    HeatmapView v;
    v.kpi = wish.kpi;
    v.unit = kpi->unit;
    v.good = kpi->good == kpi::Good::higher ? "higher" : "lower";
    v.columns_by = wish.columns;
    v.columns = {"ACME", "XYZ"};
    v.rows = {{"LP_A", {{{0.95}, 120}, {{std::nullopt, "no orders"}, 0}}},
              {"LP_B", {{{0.5}, 29}, {{0.6}, 30}}}};
    v.of = of_a_day();
    return v;
}

Answer<MirrorView> MemoryReports::mirror(const MirrorWish& wish) {
    MirrorView v;
    v.by = wish.by;
    v.of = of_a_day();
    v.flow = {{"LP_A", "1-2x", 90, 0.75, {0.8}},
              {"LP_B", "1-2x", 30, 0.25, {std::nullopt, "no fills"}}};
    v.over_time = {{kReported - kHour, "LP_A", 1.0}};
    v.stated = {{"fill_rate", "execution quality", "linear", 10'000, 0.5, 1}};
    v.rebates = {{"LP_A", {-0.2}, {-0.5}, {-0.3}}};
    return v;
}

}  // namespace assay::http
