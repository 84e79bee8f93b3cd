// Reports on LPs out of a desk's history: http::Reports. Called by the server's thread; each
// question reads a bounded number of rows, the newest first, and says how far back that reaches.
#pragma once

#include <string>

#include "hosts/desk/desk_toml.h"
#include "hosts/desk/service.h"
#include "hosts/history/history.h"
#include "hosts/http/reports.h"

namespace assay::desk {

class DeskReports final : public http::Reports {
  public:
    // All of it outlives this; `history` may be null: then everything is refused.
    DeskReports(Service& service, const DeskSettings& settings, history::History* history)
        : service_(&service), settings_(&settings), history_(history) {}

    http::Answer<http::LpReportView> lp_report(const http::LpReportWish& wish) override;
    http::Answer<http::HeatmapView> heatmap(const http::HeatmapWish& wish) override;
    http::Answer<http::MirrorView> mirror(const http::MirrorWish& wish) override;

  private:
    history::MeasureQuery query_of(const http::OrdersOf& orders) const;
    void put_changes(http::LpReportView& v, const http::LpReportWish& wish, Nanos from, Nanos to);
    std::string cause_of(const std::string& lp, const std::string& symbol, Nanos from, Nanos to,
                         http::ScoreChange& change);

    Service* service_;
    const DeskSettings* settings_;
    history::History* history_;
};

}  // namespace assay::desk
