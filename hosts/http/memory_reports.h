// Reports of the desk in memory, for tests of the routes: one LP is known, of one symbol.
#pragma once

#include "hosts/http/reports.h"

namespace assay::http {

class MemoryReports final : public Reports {
  public:
    Answer<LpReportView> lp_report(const LpReportWish& wish) override;
    Answer<HeatmapView> heatmap(const HeatmapWish& wish) override;
    Answer<MirrorView> mirror(const MirrorWish& wish) override;
};

}  // namespace assay::http
