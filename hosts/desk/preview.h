// What other weights would change: rankings cell by cell, whom orders like those of the last days
// would go to first, and what that is believed to cost.
#pragma once

#include "core/score/profile.h"
#include "hosts/desk/service.h"
#include "hosts/history/history.h"
#include "hosts/http/calibration.h"

namespace assay::desk {

// Puts it into `v`. Rankings are those of now, by what is believed now; cells count by the orders
// that they had in the last `days`. The symbols with most orders are looked at, as many as take a
// few tens of ms; a remark says where that was not all. Profiles of one fast half-life.
http::Answer<void> foresee(Service& service, history::History& history,
                           const score::Profile& before, const score::Profile& after, int days,
                           http::PreviewView& v);

}  // namespace assay::desk
