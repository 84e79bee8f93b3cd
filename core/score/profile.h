// A profile says what a desk cares about: which KPIs, between which goalposts, with what weight
// (docs/spec.md section 5). Weights are integer basis points of the whole, so they compare exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/units/nanos.h"

namespace assay::score {

// KPIs that a profile can weigh. The order is part of saved states: add at the end.
enum class Scored : std::uint8_t {
    fill_rate,
    reject_rate,
    latency_mean_ms,
    latency_p50_ms,
    latency_p99_ms,
    price_improvement_bps,
    half_spread_capture,
    leakage_bps_15s,
    reject_cost_bps,
    markout_bps_15s,
    effective_spread_bps,
    all_in_cost_bps,
};
inline constexpr std::size_t kScored = 12;
constexpr std::size_t index(Scored k) {
    return static_cast<std::size_t>(k);
}

// The catalog's name (core/kpi/catalog.h): latencies are round trips.
std::string_view scored_name(Scored k);
std::optional<Scored> scored_named(std::string_view name);
kpi::Tier tier(Scored k);
kpi::Good good(Scored k);

enum class Scale : std::uint8_t { linear, log };
enum class RankBy : std::uint8_t { lcb, composite };

// u = 0 at `worst`, 1 at `best`, in the KPI's unit (rates 0 to 1); either may be the larger.
struct Term {
    Scored kpi{};
    int weight_bp{};
    double worst{}, best{};
    Scale scale{Scale::linear};
    bool operator==(const Term&) const = default;
};

inline constexpr int kWholeBp = 10'000;
inline constexpr std::uint32_t kAllFast = (1u << kScored) - 1;

struct Profile {
    std::string name;
    std::vector<Term> terms;
    RankBy rank_by{RankBy::lcb};
    // KPIs that follow the FAST horizon (bit index(kpi)); the others stay at SLOW.
    std::uint32_t fast_kpis{kAllFast};
    // Orders that the SLOW belief counts for, at most 50; nullopt: as the FAST windows themselves
    // say (docs/spec.md 4.1).
    std::optional<double> fast_kappa;
    Duration fast_half_life{1'800'000'000'000};  // 0: FAST never forgets
    double z_route{1}, z_report{1.645};
    double max_reject_rate{1};  // above it an LP is not eligible; 1: no gate

    bool fast(Scored k) const { return (fast_kpis >> index(k)) & 1u; }
    // Stable across machines and versions as long as the content is the same.
    std::uint64_t hash() const;
    bool operator==(const Profile&) const = default;
};

// balanced (the default), high-frequency, block, best-price, note4, acme, all-in.
std::span<const Profile> built_in_profiles();
const Profile* find_profile(std::string_view name);

// What is wrong or odd with a profile, in words for the one who wrote it; empty: nothing.
struct Remark {
    enum class Weight : std::uint8_t { error, warning };
    Weight weight{};
    std::string text;
};
std::vector<Remark> validate(const Profile& p);

}  // namespace assay::score
