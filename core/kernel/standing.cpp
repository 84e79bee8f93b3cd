#include "core/kernel/standing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/kernel/beliefs.h"

namespace assay {
namespace {

using estimate::Measure;
using score::PageRow;
using score::PageValue;
using score::Scored;

void put(PageRow& row, PageValue v, const score::Belief& b) {
    if (b.usable()) row.put(v, b.mean);
}
void put(PageRow& row, PageValue v, const std::optional<double>& x) {
    if (x) row.put(v, *x);
}

// P(X > Y) of two normal scores.
double p_beats(const PageRow& first, const PageRow& second) {
    const auto of = [](const PageRow& r, PageValue v) { return r.value(v).value_or(0); };
    const double ahead = of(first, PageValue::composite) - of(second, PageValue::composite);
    const double a = of(first, PageValue::composite_sd), b = of(second, PageValue::composite_sd);
    const double sd = std::sqrt(a * a + b * b);
    if (sd > 0) return estimate::normal_cdf(ahead / sd);
    return ahead > 0 ? 1 : ahead < 0 ? 0 : 0.5;
}

}  // namespace

Standing standing_of(const StandingFacts& facts, const Prior& prior, const Cell* cell,
                     std::optional<double> fee_bps, std::optional<double> leakage_per_lot) {
    Standing s;
    const estimate::Stats window =
        cell == nullptr ? estimate::Stats{} : window_of(*cell, facts.kernel, facts.at);
    estimate::Beliefs slow = prior.beliefs;
    for (estimate::Believed& b : slow) b.weight = 1;  // there is one place, and it is believed
    const estimate::Beliefs joined = fast_over(slow, window, facts.profile, facts.kappa);
    const auto scored = [&](const estimate::Beliefs& b) {
        return beliefs_of({&b}, facts.profile, fee_bps.value_or(0), prior.ln_spread);
    };
    s.today = estimate::evidenced(window, Measure::fill).n_eff;
    s.beliefs = scored(joined);

    const score::Composite c = score::composite(facts.profile, s.beliefs);
    s.composite = c.score;
    s.lcb = c.lcb(facts.profile.z_route);
    PageRow& row = s.row;
    row.gate = score::gate_of(facts.profile, s.beliefs, c);
    put(row, PageValue::composite, c.score);
    if (c.score) row.put(PageValue::composite_sd, c.sd);
    put(row, PageValue::composite_slow, score::composite(facts.profile, scored(slow)).score);
    row.put(PageValue::n_eff, joined[estimate::index(Measure::fill)].n_eff);
    put(row, PageValue::fill_rate, score::of(s.beliefs, Scored::fill_rate));
    put(row, PageValue::latency_ms, score::of(s.beliefs, Scored::latency_mean_ms));
    put(row, PageValue::latency_p99_ms, score::of(s.beliefs, Scored::latency_p99_ms));
    put(row, PageValue::reject_rate, score::of(s.beliefs, Scored::reject_rate));
    if (const estimate::Believed& gain = joined[estimate::index(Measure::gain)]; !gain.absent)
        row.put(PageValue::price_improvement_bps, gain.mean);
    put(row, PageValue::reject_cost_bps, score::of(s.beliefs, Scored::reject_cost_bps));
    put(row, PageValue::leakage_bps, score::of(s.beliefs, Scored::leakage_bps_15s));
    put(row, PageValue::leakage_bps_per_lot, leakage_per_lot);
    put(row, PageValue::fee_bps, fee_bps);
    put(row, PageValue::all_in_cost_bps, score::of(s.beliefs, Scored::all_in_cost_bps));
    return s;
}

std::optional<double> taker_fee_bps(const FeeSchedule& fees, std::string_view lp,
                                    std::optional<std::int64_t> mid) {
    if (fees.empty()) return std::nullopt;
    const auto of_lp = fees.by_lp.find(lp);
    if (of_lp == fees.by_lp.end()) return 0;
    const Fee& fee = of_lp->second.taker;
    if (fee.bps) return *fee.bps;
    if (!fee.per_share) return 0;
    if (!mid || *mid <= 0) return std::nullopt;
    return 1e4 * static_cast<double>(fee.per_share->nano) / static_cast<double>(*mid);
}

score::Beliefs ranked_beliefs(std::span<const Standing> lps, std::span<const double> n_eff,
                              std::size_t lp) {
    if (n_eff[lp] >= kWellKnown) return lps[lp].beliefs;
    std::vector<double> peers;
    for (std::size_t j = 0; j < lps.size(); ++j)
        if (const score::Belief& fill = score::of(lps[j].beliefs, Scored::fill_rate);
            j != lp && fill.usable())
            peers.push_back(fill.mean);
    score::Beliefs cautious = lps[lp].beliefs;
    score::of(cautious, Scored::fill_rate).n_eff = n_eff[lp];
    return careful(cautious, std::move(peers));
}

score::PageRanking rank(const score::Profile& profile, std::span<const Standing> lps,
                        std::span<const double> n_eff, std::span<score::PageRow> rows) {
    std::vector<double> value(lps.size());
    std::vector<PageRow> by_name(lps.size());
    for (std::size_t i = 0; i < lps.size(); ++i) {
        const Standing& s = lps[i];
        PageRow& row = by_name[i] = s.row;
        row.lp = static_cast<std::uint16_t>(i);
        std::optional<double> composite = s.composite, lcb = s.lcb;
        if (n_eff[i] < kWellKnown) {
            const score::Composite c = score::composite(profile, ranked_beliefs(lps, n_eff, i));
            composite = c.score;
            lcb = c.lcb(profile.z_route);
            row.caution = score::Caution::quantile;
        }
        put(row, PageValue::lcb, lcb);
        value[i] = (profile.rank_by == score::RankBy::lcb ? lcb : composite)
                       .value_or(-std::numeric_limits<double>::infinity());
    }
    std::vector<std::uint16_t> order(lps.size());
    std::iota(order.begin(), order.end(), std::uint16_t{0});
    std::sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) {
        const bool open_a = by_name[a].gate == score::Gate::open,
                   open_b = by_name[b].gate == score::Gate::open;
        if (open_a != open_b) return open_a;
        if (value[a] != value[b]) return value[a] > value[b];
        const auto latency = [&](std::uint16_t i) {
            return by_name[i]
                .value(PageValue::latency_ms)
                .value_or(std::numeric_limits<double>::infinity());
        };
        if (latency(a) != latency(b)) return latency(a) < latency(b);
        return a < b;
    });
    score::PageRanking out;
    for (std::size_t place = 0; place < order.size(); ++place) {
        rows[place] = by_name[order[place]];
        out.eligible += rows[place].gate == score::Gate::open;
    }
    if (out.eligible > 1) out.p_leader = p_beats(rows[0], rows[1]);
    return out;
}

}  // namespace assay
