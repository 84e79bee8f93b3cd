#include "core/judge/gaming.h"

#include <cmath>
#include <fmt/format.h>

#include "core/estimate/distributions.h"

namespace assay::judge {
namespace {

constexpr double kMoreRejects = 0.05;
constexpr double kFlash = 1.0 / 3;  // of the time of a fill
constexpr double kWiderGap = 0.15;
constexpr double kWiderGapBps = 0.1;
constexpr std::int64_t kFewest = 3;  // of what should not happen at all
constexpr std::int64_t kLeast = 20;  // orders in a group before it is spoken of

double above(double z) {  // P(Z >= z)
    return estimate::normal_cdf(-z);
}

Suspicion suspicion(Tactic tactic, double p, bool matters, std::string says) {
    return {tactic, matters && p < kFlagP, p, std::move(says)};
}

Suspicion too_little(Tactic tactic) {
    return suspicion(tactic, 1, false, "not enough was seen to say");
}

// A share with one hit and one miss added (Agresti and Caffo 2000), so that 0 and 1 have a spread.
struct Share {
    double value{}, var{};
};
Share share_of(const Count& c) {
    const double n = static_cast<double>(c.n) + 2, p = (static_cast<double>(c.hits) + 1) / n;
    return {p, p * (1 - p) / n};
}

double var_of_mean(const Moments& m) {
    return m.sd_bps * m.sd_bps / static_cast<double>(m.n);
}

// P(at least `hits` here | all hits, equal rates): exact, for what is rare.
double rare_p(const Count& own, const Count& peers) {
    if (own.hits <= 0 || own.n <= 0 || peers.n <= 0) return 1;
    const auto n = static_cast<double>(own.n), m = static_cast<double>(peers.n);
    return estimate::cdf({static_cast<double>(own.hits), static_cast<double>(peers.hits + 1)},
                         n / (n + m));
}

Suspicion rare(Tactic tactic, const char* what, const Count& own, const Count& peers) {
    const double p = rare_p(own, peers);
    return suspicion(
        tactic, p, own.hits >= kFewest && own.rate() > peers.rate(),
        fmt::format("{} {} of {}; peers {} of {}", what, own.hits, own.n, peers.hits, peers.n));
}

}  // namespace

const char* text(Tactic t) {
    switch (t) {
        case Tactic::flash_reject:
            return "flash reject";
        case Tactic::one_sided_last_look:
            return "one-sided last look";
        case Tactic::small_order_farming:
            return "small-order farming";
        case Tactic::painted_improvement:
            return "painted improvement";
        case Tactic::improvement_taken_back:
            return "improvement taken back";
        case Tactic::reputation_then_exploit:
            return "reputation, then exploit";
        case Tactic::duplicate_exec_ids:
            return "duplicate ExecIDs";
        case Tactic::bust_after_window:
            return "bust after the window";
    }
    return "";
}

Suspicion flash_reject(const FlashReject& s) {
    if (s.rejects.n < kLeast || s.peers.n < kLeast || !(s.fill_ms > 0))
        return too_little(Tactic::flash_reject);
    const Share own = share_of(s.rejects), peers = share_of(s.peers);
    const double p = above((own.value - peers.value) / std::sqrt(own.var + peers.var));
    const bool more = s.rejects.rate() - s.peers.rate() >= kMoreRejects;
    const bool flash = s.reject_ms <= kFlash * s.fill_ms;
    return suspicion(
        Tactic::flash_reject, p, more && flash,
        fmt::format(
            "rejects {:.1f} % of {} orders, peers {:.1f} %; a reject takes {:.3g} ms, a fill "
            "{:.3g} ms",
            100 * s.rejects.rate(), s.rejects.n, 100 * s.peers.rate(), s.reject_ms, s.fill_ms));
}

Suspicion one_sided_last_look(const OneSidedLastLook& s) {
    const auto a = kpi::drift_asymmetry(s.up.hits, s.up.n, s.down.hits, s.down.n);
    if (!a || !a->z) return too_little(Tactic::one_sided_last_look);
    return suspicion(Tactic::one_sided_last_look, 2 * above(std::fabs(*a->z)), a->difference > 0,
                     fmt::format("rejects {:.1f} % of {} orders that moved our way, {:.1f} % of {} "
                                 "that moved against us",
                                 100 * s.up.rate(), s.up.n, 100 * s.down.rate(), s.down.n));
}

Suspicion small_order_farming(const SmallOrderFarming& s) {
    for (const Count& c : {s.small, s.large, s.peers_small, s.peers_large})
        if (c.n < kLeast) return too_little(Tactic::small_order_farming);
    const Share small = share_of(s.small), large = share_of(s.large);
    const Share peers_small = share_of(s.peers_small), peers_large = share_of(s.peers_large);
    const double wider = small.value - large.value - (peers_small.value - peers_large.value);
    const double var = small.var + large.var + peers_small.var + peers_large.var;
    return suspicion(
        Tactic::small_order_farming, above(wider / std::sqrt(var)), wider >= kWiderGap,
        fmt::format("fills {:.1f} % of small orders and {:.1f} % of large ones; peers {:.1f} % and "
                    "{:.1f} %",
                    100 * s.small.rate(), 100 * s.large.rate(), 100 * s.peers_small.rate(),
                    100 * s.peers_large.rate()));
}

Suspicion painted_improvement(const PaintedImprovement& s) {
    for (const Moments& m : {s.small, s.large, s.peers_small, s.peers_large})
        if (m.n < kLeast) return too_little(Tactic::painted_improvement);
    const double wider =
        s.small.mean_bps - s.large.mean_bps - (s.peers_small.mean_bps - s.peers_large.mean_bps);
    const double var = var_of_mean(s.small) + var_of_mean(s.large) + var_of_mean(s.peers_small) +
                       var_of_mean(s.peers_large);
    if (!(var > 0)) return too_little(Tactic::painted_improvement);
    const bool painted = s.small.mean_bps > 0 && s.large.mean_bps < 0.5 * s.small.mean_bps;
    return suspicion(
        Tactic::painted_improvement, above(wider / std::sqrt(var)),
        painted && wider >= kWiderGapBps,
        fmt::format(
            "improves small orders by {:.2f} bps and large ones by {:.2f}; peers {:.2f} and "
            "{:.2f}",
            s.small.mean_bps, s.large.mean_bps, s.peers_small.mean_bps, s.peers_large.mean_bps));
}

Suspicion improvement_taken_back(const ImprovementTakenBack& s) {
    if (s.markout.n < kLeast || s.peers_markout.n < kLeast)
        return too_little(Tactic::improvement_taken_back);
    const double worse = s.peers_markout.mean_bps - s.markout.mean_bps;
    const double var = var_of_mean(s.markout) + var_of_mean(s.peers_markout);
    if (!(var > 0)) return too_little(Tactic::improvement_taken_back);
    return suspicion(
        Tactic::improvement_taken_back, above(worse / std::sqrt(var)),
        s.improvement_bps > 0 && worse >= s.improvement_bps,
        fmt::format("improves by {:.2f} bps; the markout afterwards is {:.2f} bps, of peers' fills "
                    "{:.2f}",
                    s.improvement_bps, s.markout.mean_bps, s.peers_markout.mean_bps));
}

Suspicion reputation_then_exploit(std::span<const double> outcomes, const ChangeRule& rule) {
    const auto change = worsening(outcomes, rule);
    if (!change)
        return {Tactic::reputation_then_exploit, false, 1,
                fmt::format("no turn to the worse in {} outcomes", outcomes.size())};
    return {Tactic::reputation_then_exploit, true, 1,
            fmt::format("since outcome {} the mean is {:.3g}, before it was {:.3g}; flagged at {}",
                        change->since + 1, change->after, change->before, change->alarm)};
}

Suspicion duplicate_exec_ids(const DuplicateExecIds& s) {
    return rare(Tactic::duplicate_exec_ids, "ExecIDs used again:", s.reused, s.peers);
}

Suspicion bust_after_window(const BustAfterWindow& s) {
    return rare(Tactic::bust_after_window, "fills busted late:", s.late, s.peers);
}

}  // namespace assay::judge
