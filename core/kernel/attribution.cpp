#include "core/kernel/attribution.h"

#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"

namespace assay {

// An order left: it begins a round, or belongs to the one under way.
void Kernel::show(Rounds& r, std::uint32_t chain, const Chain& c, std::uint32_t lp, Qty round_lot) {
    if (round_lot.micro <= 0) return;
    if (!known(r.began) || c.sent - r.began > kRound) {
        // Rounds whose first order was forgotten before its 15 s were over.
        const auto live = std::find_if(r.shown.begin(), r.shown.end(), [&](const auto& x) {
            return c.sent - x.began <= kLeakAfter + kRound;
        });
        r.shown.erase(r.shown.begin(), live);
        r.began = c.sent;
        r.opener = chain;
    }
    r.shown.push_back({as_double(c.order_qty) / as_double(round_lot), r.began, r.opener, lp});
}

// 15 s after an order left: if it began a round, that round is one observation.
void Kernel::attribute(Rounds& r, std::uint32_t chain, const Chain& c, ControlSum& control,
                       double moved_bps, Nanos clock) {
    const auto first = std::find_if(r.shown.begin(), r.shown.end(),
                                    [&](const auto& x) { return x.opener == chain; });
    const auto last =
        std::find_if(first, r.shown.end(), [&](const auto& x) { return x.opener != chain; });
    if (first == last) return;
    round_.clear();
    for (auto x = first; x != last; ++x) {
        const auto same = std::find_if(round_.begin(), round_.end(),
                                       [&](const auto& one) { return one.lp == x->lp; });
        if (same != round_.end())
            same->lots += x->lots;
        else
            round_.push_back({x->lp, x->lots});
    }
    r.shown.erase(first, last);
    // Windows that overlap see the same move: a round counts for what is new of its own.
    const double fresh =
        known(r.observed)
            ? std::clamp(as_seconds(c.sent - r.observed) / as_seconds(kLeakAfter), 0.0, 1.0)
            : 1.0;
    r.observed = std::max(r.observed, c.sent);
    if (fresh <= 0 || !kpi::LeakageAttribution::bounded(round_)) return;
    if (leak_clock_.landmark == kNever) leak_clock_.landmark = clock;
    if (const double factor = leak_clock_.rebase(clock); factor != 1) {
        attribution_.scale(factor);
        for (SymbolState& s : markets_)
            for (ControlSum& stratum : s.controls) stratum.rounds.scale(factor);
    }
    const double weight = fresh * leak_clock_.weight(clock);
    attribution_.observe(round_, moved_bps, weight);
    control.rounds.observe(round_, moved_bps, weight);
}

kpi::LeakageAttribution Kernel::attribution() const {
    kpi::LeakageAttribution centred = attribution_;
    for (const SymbolState& s : markets_)
        for (const ControlSum& stratum : s.controls) centred.centre(stratum.rounds);
    return centred;
}

std::map<std::string, double, std::less<>> leakage_per_lot(std::span<const Kernel* const> shards) {
    Nanos now{INT64_MIN};
    for (const Kernel* k : shards)
        if (k->now() != Nanos{INT64_MIN}) now = std::max(now, k->session_clock(k->now()));
    std::vector<kpi::LeakageAttribution> parts;
    std::map<std::string, std::uint32_t, std::less<>> ids;  // in order of names, whatever the shard
    for (const Kernel* k : shards) {
        parts.push_back(k->attribution());
        for (std::uint32_t i = 0; i < parts.back().lps(); ++i)
            ids.try_emplace(std::string(k->lps().name(i)));
    }
    std::uint32_t next = 0;
    for (auto& [name, id] : ids) id = next++;
    kpi::LeakageAttribution all;
    for (std::size_t s = 0; s < shards.size(); ++s) {
        if (parts[s].lps() == 0) continue;
        std::vector<std::uint32_t> ours;
        for (std::uint32_t i = 0; i < parts[s].lps(); ++i)
            ours.push_back(ids.find(shards[s]->lps().name(i))->second);
        all.merge(parts[s], ours, 1 / shards[s]->leak_weight(now));
    }
    const std::vector<double> ell = all.solve(all.pooled());
    std::map<std::string, double, std::less<>> out;
    for (const auto& [name, id] : ids)
        if (id < ell.size() && all.seen(id)) out.emplace(name, ell[id]);
    return out;
}

}  // namespace assay
