// Normalisations across LPs, shown beside the score and never used in it (docs/spec.md 5.1): each
// moves with the company an LP is in. All from 0 (worst of these) to 100 (best); absent stays
// absent and is no peer; without peers or without any difference: 50.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/kpi/catalog.h"

namespace assay::score {

using Column = std::vector<std::optional<double>>;

// `good` says which end is the better one; Good::neither counts as higher.
Column min_max_column(std::span<const std::optional<double>> values, kpi::Good good);
// 100 Phi(z) with the population's standard deviation.
Column z_column(std::span<const std::optional<double>> values, kpi::Good good);
// 100 (n - rank)/(n - 1); equal values share the mean of their ranks.
Column rank_column(std::span<const std::optional<double>> values, kpi::Good good);

}  // namespace assay::score
