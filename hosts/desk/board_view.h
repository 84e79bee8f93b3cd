// A page of the board as the API shows it.
#pragma once

#include "core/kernel/kernel.h"
#include "core/score/page.h"
#include "core/score/profile.h"
#include "hosts/http/source.h"

namespace assay::desk {

// One place of the page: orders of this size in this condition. `now`: for its age.
http::RankingView ranking_view(const score::Page& page, std::uint8_t size, Regime regime,
                               SizeBy size_by, const score::Profile& profile, Nanos now);

}  // namespace assay::desk
