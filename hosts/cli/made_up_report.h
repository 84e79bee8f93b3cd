// For the tests of what is shown: a report of six LPs that no market ever saw, with absent values,
// hostile and long names, weak evidence, an undecided leader and rebates that change a rank.
#pragma once

#include "core/kernel/health.h"
#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

// A catalog of its own, so that new KPIs do not change what these tests expect.
Catalog made_up_catalog();
score::Report made_up_report();
score::Report made_up_report_by_symbol();  // two LPs in two symbols each
Health made_up_health();                   // with every kind of trouble
Health quiet_health();                     // all is well

}  // namespace assay::cli
