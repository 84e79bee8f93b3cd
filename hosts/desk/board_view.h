// A page of the board as the API shows it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/kernel/kernel.h"
#include "core/score/page.h"
#include "core/score/profile.h"
#include "hosts/http/source.h"

namespace assay::desk {

std::optional<Regime> regime_named(std::string_view name);
// The size that most orders in this condition had, as far as the page knows; that of unknown size
// where it knows of none.
std::uint8_t usual_size(const score::Page& page, Regime regime);

// A value, or why there is none.
http::Known known_if(std::optional<double> value, std::string_view why);

// One place of the page: orders of this size in this condition. `now`: for its age;
// `orders_behind`: in step with the page's LPs (Desk::orders_behind).
http::RankingView ranking_view(const score::Page& page, std::uint8_t size, Regime regime,
                               SizeBy size_by, const score::Profile& profile, Nanos now,
                               std::span<const double> orders_behind);

}  // namespace assay::desk
