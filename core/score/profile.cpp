#include "core/score/profile.h"

#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace assay::score {
namespace {

using kpi::Good;
using kpi::Tier;

struct ScoredKpi {
    std::string_view name;
    Tier tier;
    Good good;
};
// In the order of Scored.
constexpr std::array<ScoredKpi, kScored> kTable = {{
    {"fill_rate", Tier::execution, Good::higher},
    {"reject_rate", Tier::liquidity, Good::lower},
    {"latency_rt_ms_mean", Tier::liquidity, Good::lower},
    {"latency_rt_ms_p50", Tier::liquidity, Good::lower},
    {"latency_rt_ms_p99", Tier::liquidity, Good::lower},
    {"price_improvement_bps", Tier::execution, Good::higher},
    {"half_spread_capture", Tier::execution, Good::higher},
    {"leakage_bps_15s", Tier::liquidity, Good::lower},
    {"reject_cost_bps", Tier::liquidity, Good::lower},
    {"markout_bps_15s", Tier::liquidity, Good::higher},
    {"effective_spread_bps", Tier::execution, Good::lower},
    {"all_in_cost_bps", Tier::execution, Good::lower},
}};

constexpr std::uint32_t bit(Scored k) {
    return 1u << index(k);
}

// docs/spec.md 5.5: one set of goalposts, three sets of weights; rejects are in the fill rate as
// zeros already and act as a gate only.
Profile desk_profile(std::string name, int latency, int fill, int improvement, int impact) {
    Profile p;
    p.name = std::move(name);
    p.terms = {{Scored::latency_mean_ms, latency, 100, 5},
               {Scored::fill_rate, fill, 0.5, 1},
               {Scored::price_improvement_bps, improvement, -1.25, 1.25},
               {Scored::leakage_bps_15s, impact, 3, 0}};
    p.max_reject_rate = 0.25;
    return p;
}

// docs/spec.md 5.4: ranked by the composite itself; two answers may move a score, so the FAST
// horizon counts the long run for three orders and does not forget between two children.
Profile story_profile(std::string name, std::vector<Term> terms) {
    Profile p;
    p.name = std::move(name);
    p.terms = std::move(terms);
    p.rank_by = RankBy::composite;
    p.fast_kpis = bit(Scored::fill_rate) | bit(Scored::latency_mean_ms);
    p.fast_kappa = 3;
    p.fast_half_life = Duration{0};
    return p;
}

std::vector<Profile> make_profiles() {
    Profile balanced;  // PROD6, docs/spec.md 5.6
    balanced.name = "balanced";
    balanced.terms = {{Scored::half_spread_capture, 2000, 0, 1},
                      {Scored::fill_rate, 2500, 0.3, 1},
                      {Scored::latency_p50_ms, 1000, 250, 1, Scale::log},
                      {Scored::latency_p99_ms, 500, 2000, 5, Scale::log},
                      {Scored::leakage_bps_15s, 2500, 1.5, -1.5},
                      {Scored::reject_cost_bps, 1500, 1, 0}};
    Profile all_in;
    all_in.name = "all-in";
    // Rebates and improvement can carry the cost below zero; a best of 0 would tie all of those.
    all_in.terms = {{Scored::all_in_cost_bps, kWholeBp, 5, -5}};
    all_in.rank_by = RankBy::composite;
    return {balanced,
            desk_profile("high-frequency", 6000, 1500, 1000, 1500),
            desk_profile("block", 1000, 4000, 2000, 3000),
            desk_profile("best-price", 2000, 2000, 5000, 1000),
            story_profile("note4", {{Scored::price_improvement_bps, 1000, -1.25, 1.25},
                                    {Scored::fill_rate, 3500, 0.5, 1},
                                    {Scored::latency_mean_ms, 2000, 100, 5},
                                    {Scored::reject_rate, 3500, 0.4, 0}}),
            story_profile("acme", {{Scored::price_improvement_bps, 1000, -1.25, 1.25},
                                   {Scored::fill_rate, 3500, 0.5, 1},
                                   {Scored::latency_mean_ms, 2000, 100, 5},
                                   {Scored::reject_rate, 500, 0.4, 0},
                                   {Scored::leakage_bps_15s, 3000, 3, 0}}),
            all_in};
}

class Fnv {
  public:
    void add(std::uint64_t v) {
        for (int i = 0; i < 8; ++i) {
            h_ ^= (v >> (8 * i)) & 0xff;
            h_ *= 1099511628211ull;
        }
    }
    void add(double v) { add(std::bit_cast<std::uint64_t>(v == 0 ? 0.0 : v)); }  // -0 is 0
    std::uint64_t value() const { return h_; }

  private:
    std::uint64_t h_{14695981039346656037ull};
};

using Remarks = std::vector<Remark>;
void error(Remarks& out, std::string text) {
    out.push_back({Remark::Weight::error, std::move(text)});
}
void warning(Remarks& out, std::string text) {
    out.push_back({Remark::Weight::warning, std::move(text)});
}

void check_term(const Term& t, Remarks& out) {
    const std::string_view name = scored_name(t.kpi);
    if (t.weight_bp <= 0) {
        error(out,
              fmt::format("{}: a weight must be more than 0; leave the KPI out instead", name));
    }
    if (!std::isfinite(t.worst) || !std::isfinite(t.best)) {
        error(out, fmt::format("{}: worst and best must be numbers", name));
        return;
    }
    if (t.worst == t.best) {
        error(out,
              fmt::format("{}: worst and best are both {}; they must differ, as the score runs "
                          "from one to the other",
                          name, t.worst));
        return;
    }
    if (t.scale == Scale::log && !(t.worst > 0 && t.best > 0)) {
        error(out, fmt::format("{}: scale \"log\" needs worst and best above 0, found {} and {}",
                               name, t.worst, t.best));
    }
    const Good wants = good(t.kpi);
    if (wants != Good::neither && (t.best > t.worst) != (wants == Good::higher)) {
        warning(out,
                fmt::format("{}: {} is better, but best ({}) is {} worst ({}); are they swapped?",
                            name, wants == Good::higher ? "more" : "less", t.best,
                            t.best > t.worst ? "above" : "below", t.worst));
    }
    if (2 * t.weight_bp > kWholeBp) {
        warning(out, fmt::format("{} holds {:g} % of the weight: this one KPI decides the ranking",
                                 name, t.weight_bp / 100.0));
    }
}

}  // namespace

std::string_view scored_name(Scored k) {
    return kTable[index(k)].name;
}
kpi::Tier tier(Scored k) {
    return kTable[index(k)].tier;
}
kpi::Good good(Scored k) {
    return kTable[index(k)].good;
}

std::optional<Scored> scored_named(std::string_view name) {
    for (std::size_t i = 0; i < kScored; ++i) {
        if (kTable[i].name == name) return static_cast<Scored>(i);
    }
    return std::nullopt;
}

std::uint64_t Profile::hash() const {
    Fnv h;
    h.add(std::uint64_t{name.size()});
    for (const char c : name) h.add(std::uint64_t{static_cast<unsigned char>(c)});
    h.add(std::uint64_t{terms.size()});
    for (const Term& t : terms) {
        h.add(std::uint64_t{index(t.kpi)});
        h.add(static_cast<std::uint64_t>(t.weight_bp));
        h.add(t.worst);
        h.add(t.best);
        h.add(static_cast<std::uint64_t>(t.scale));
    }
    h.add(static_cast<std::uint64_t>(rank_by));
    h.add(std::uint64_t{fast_kpis});
    h.add(fast_kappa.value_or(-1));
    h.add(static_cast<std::uint64_t>(fast_half_life.ns));
    for (const double v : {z_route, z_report, max_reject_rate}) h.add(v);
    return h.value();
}

std::span<const Profile> built_in_profiles() {
    static const std::vector<Profile> profiles = make_profiles();
    return profiles;
}

const Profile* find_profile(std::string_view name) {
    for (const Profile& p : built_in_profiles()) {
        if (p.name == name) return &p;
    }
    return nullptr;
}

std::vector<Remark> validate(const Profile& p) {
    Remarks out;
    if (p.name.empty()) error(out, "the profile needs a name");
    if (p.terms.empty()) error(out, "the profile weighs no KPI");
    std::int64_t sum = 0;
    std::uint32_t seen = 0;
    for (const Term& t : p.terms) {
        check_term(t, out);
        if (seen & bit(t.kpi)) error(out, fmt::format("{} is given twice", scored_name(t.kpi)));
        seen |= bit(t.kpi);
        sum += t.weight_bp;
    }
    if (!p.terms.empty() && sum != kWholeBp) {
        error(out, fmt::format("the weights add up to {:g} %, not 100 %",
                               static_cast<double>(sum) / 100));
    }
    if (p.fast_kappa && !(*p.fast_kappa > 0 && *p.fast_kappa <= 50)) {
        error(out, fmt::format("fast_kappa must be above 0 and at most 50 orders, found {}",
                               *p.fast_kappa));
    }
    if (p.fast_half_life.ns < 0)
        error(out, "fast_half_life must not be negative (0: never forgets)");
    if (!(p.z_route >= 0 && p.z_route <= 10) || !(p.z_report >= 0 && p.z_report <= 10)) {
        error(out, "z_route and z_report must be between 0 and 10");
    }
    if (!(p.max_reject_rate > 0 && p.max_reject_rate <= 1)) {
        error(out,
              fmt::format("max_reject_rate must be above 0 and at most 1 (1: no gate), found {}",
                          p.max_reject_rate));
    }
    return out;
}

}  // namespace assay::score
