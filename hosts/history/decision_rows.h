// The router's words as rows of history, and back as the story of a parent.
#pragma once

#include <string>

#include "core/route/router.h"
#include "core/units/result.h"
#include "hosts/history/rows.h"

namespace assay::history {

DecisionRow decision_row(const route::Decision& decision);
OutcomeRow outcome_row(const route::DecisionOutcome& outcome);
// As it was received; what became of it is filled in by whoever knows.
ParentRow parent_row(const route::ParentOrder& order, Nanos at);

Result<route::Decision> decision_of(const DecisionRow& row);  // with its outcome
Result<route::ParentOrder> parent_order_of(const ParentRow& row);

}  // namespace assay::history
