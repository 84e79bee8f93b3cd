#include "core/kernel/attribution.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"

namespace assay {

namespace {

constexpr std::size_t index(LeakPart part) {
    return static_cast<std::size_t>(part);
}
// How surely a mid is known that nothing has moved: a tenth of the spread.
constexpr double kQuoteNoise = 0.1;

double square(double x) {
    return x * x;
}

}  // namespace

// An order left: it begins a round, or belongs to the one under way.
void Kernel::show(SymbolState& s, std::uint32_t chain, const Chain& c, std::uint32_t lp) {
    const Qty round_lot = s.instrument->round_lot;
    if (round_lot.micro <= 0) return;
    end_rounds_before(s, c.sent);
    Rounds& r = s.rounds[c.side == Side::buy];
    if (r.under_way() && c.sent - r.rounds.back().began > kRound) end_round(s, c.side, c.sent);
    if (!r.under_way()) {
        // Rounds whose first order was forgotten before its 15 s were over.
        std::erase_if(r.rounds, [&](const auto& x) {
            if (c.sent - x.began <= kLeakAfter + kRound) return false;
            std::erase_if(r.shown, [&](const auto& one) { return one.opener == x.opener; });
            return true;
        });
        Rounds::One one;
        one.began = c.sent;
        one.mid2 = twice_mid(c.bid, c.ask).nano2;
        one.variance_per_s = square(s.gauge.sigma());
        one.variance_of_quotes =
            square(1e4 * kQuoteNoise * 2 * static_cast<double>((c.ask - c.bid).nano) /
                   static_cast<double>(one.mid2));
        one.opener = chain;
        one.lp = lp;
        one.place = control_index(c.side, c.regime);
        r.rounds.push_back(one);
    }
    Rounds::One& round = r.rounds.back();
    ++round.unanswered;
    r.due = round.began + kLatest;
    r.shown.push_back({as_double(c.order_qty) / as_double(round_lot), round.opener, lp});
}

// An order was answered for good: the round may be over.
void Kernel::answered(SymbolState& s, const Chain& c, Nanos at) {
    if (c.side == Side::none) return;
    Rounds& r = s.rounds[c.side == Side::buy];
    if (!r.under_way() || c.sent < r.rounds.back().began || r.rounds.back().unanswered == 0) return;
    if (--r.rounds.back().unanswered == 0) r.due = std::min(r.due, at + kSettles);
}

// What is over by the last quote before time t; nothing has changed that quote since.
void Kernel::end_rounds_before(SymbolState& s, Nanos t) {
    for (const Side side : {Side::sell, Side::buy}) {
        const Rounds& r = s.rounds[side == Side::buy];
        if (r.under_way() && r.due < t) end_round(s, side, r.due);
    }
}

void Kernel::end_round(SymbolState& s, Side side, Nanos at) {
    Rounds& r = s.rounds[side == Side::buy];
    Rounds::One& round = r.rounds.back();
    r.due = kNever;
    round.over = at;
    const Bbo q = quote_at(round.lp, s, at);
    if (!q.usable() || blotter_.chain(round.opener).ours()) return;
    round.mid2_over = q.mid2().nano2;
    attribute(s, r, round, LeakPart::at_once,
              1e-6 * static_cast<double>(kpi::micro_bps({round.mid2}, q.mid2(), side)),
              at - round.began, at);
}

// 15 s after an order left: if it began a round, what came later is known.
void Kernel::attribute_later(SymbolState& s, std::uint32_t chain, Side side, TwiceMid mid,
                             Nanos due) {
    end_rounds_before(s, due);
    Rounds& r = s.rounds[side == Side::buy];
    const auto round = std::find_if(r.rounds.begin(), r.rounds.end(),
                                    [&](const auto& x) { return x.opener == chain; });
    if (round == r.rounds.end()) return;
    if (round->mid2_over != 0)
        attribute(s, r, *round, LeakPart::later,
                  1e-6 * static_cast<double>(kpi::micro_bps({round->mid2_over}, mid, side)),
                  due - round->over, due);
    std::erase_if(r.shown, [&](const auto& one) { return one.opener == chain; });
    r.rounds.erase(round);
}

void Kernel::attribute(SymbolState& s, Rounds& r, const Rounds::One& round, LeakPart part,
                       double moved_bps, Duration lasted, Nanos at) {
    round_.clear();
    for (const Rounds::Shown& x : r.shown) {
        if (x.opener != round.opener) continue;
        const auto same = std::find_if(round_.begin(), round_.end(),
                                       [&](const auto& one) { return one.lp == x.lp; });
        if (same != round_.end())
            same->lots += x.lots;
        else
            round_.push_back({x.lp, x.lots});
    }
    // Windows that overlap see the same move: a round counts for what is new of its own.
    Nanos& observed = r.observed[index(part)];
    const double fresh =
        known(observed) && lasted.ns > 0
            ? std::clamp(as_seconds(round.began - observed) / as_seconds(lasted), 0.0, 1.0)
            : 1.0;
    observed = std::max(observed, round.began);
    // A move is worth the more, the quieter the market and the shorter the time.
    const double variance = round.variance_per_s * as_seconds(lasted) + round.variance_of_quotes;
    if (fresh <= 0 || !(variance > 0) || !kpi::LeakageAttribution::bounded(round_)) return;
    const Nanos clock = session_clock(at);
    if (leak_clock_.landmark == kNever) leak_clock_.landmark = clock;
    if (const double factor = leak_clock_.rebase(clock); factor != 1) {
        for (kpi::LeakageAttribution& a : attribution_) a.scale(factor);
        for (SymbolState& each : markets_)
            for (ControlSum& stratum : each.controls)
                for (kpi::LeakageStratum& rounds : stratum.rounds) rounds.scale(factor);
    }
    const double weight = fresh / variance * leak_clock_.weight(clock);
    attribution_[index(part)].observe(round_, moved_bps, weight);
    control_of(s, static_cast<std::uint8_t>(round.place))
        .rounds[index(part)]
        .observe(round_, moved_bps, weight);
}

kpi::LeakageAttribution Kernel::attribution(LeakPart part) const {
    kpi::LeakageAttribution centred = attribution_[index(part)];
    for (const SymbolState& s : markets_)
        for (const ControlSum& stratum : s.controls) centred.centre(stratum.rounds[index(part)]);
    return centred;
}

double Leak::expected() const {
    return std::max(0.0, parts[0].mean + parts[1].mean);
}

double Leak::sure() const {
    constexpr double kZRoute = 1;  // docs/spec.md 12
    double sum = 0;
    for (const auto& part : parts) sum += std::max(0.0, part.mean - kZRoute * part.sd);
    return sum;
}

std::map<std::string, Leak, std::less<>> leakage_per_lot(std::span<const Kernel* const> shards) {
    Nanos now{INT64_MIN};
    for (const Kernel* k : shards)
        if (k->now() != Nanos{INT64_MIN}) now = std::max(now, k->session_clock(k->now()));
    std::map<std::string, std::uint32_t, std::less<>> ids;  // in order of names, whatever the shard
    for (const Kernel* k : shards)
        for (std::uint32_t i = 0; i < k->lps().size(); ++i)
            ids.try_emplace(std::string(k->lps().name(i)));
    std::uint32_t next = 0;
    for (auto& [name, id] : ids) id = next++;
    std::map<std::string, Leak, std::less<>> out;
    for (const LeakPart part : {LeakPart::at_once, LeakPart::later}) {
        kpi::LeakageAttribution all;
        for (const Kernel* k : shards) {
            const kpi::LeakageAttribution one = k->attribution(part);
            if (one.lps() == 0) continue;
            std::vector<std::uint32_t> ours;
            for (std::uint32_t i = 0; i < one.lps(); ++i)
                ours.push_back(ids.find(k->lps().name(i))->second);
            all.merge(one, ours, 1 / k->leak_weight(now));
        }
        const auto believed = all.believed();
        for (const auto& [name, id] : ids)
            if (id < believed.size() && all.seen(id)) out[name].parts[index(part)] = believed[id];
    }
    return out;
}

}  // namespace assay
