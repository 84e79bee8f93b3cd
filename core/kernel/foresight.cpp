#include "core/kernel/foresight.h"

#include <algorithm>
#include <cmath>

#include "core/estimate/censored.h"
#include "core/estimate/distributions.h"
#include "core/units/elementary.h"

namespace assay {
namespace {

using estimate::Capacity;
using estimate::CapacityKey;
using estimate::kCapacityPoints;
using estimate::LimitClass;
using estimate::TifClass;

constexpr double kLeastLatencies = 5;  // effective observations before a latency is forecast
constexpr std::array<double, 3> kQuantileZ = {0, 1.2815515655446004, 2.3263478740408408};

TifClass tif_class(Tif t) {
    return t == Tif::ioc ? TifClass::ioc : t == Tif::fok ? TifClass::fok : TifClass::resting;
}

bool immediate(Tif t) {
    return t == Tif::ioc || t == Tif::fok;
}

// We asked to cancel and it was: what it still could have given is not known.
bool taken_back(const Chain& c) {
    return c.why == Term::canceled && (c.has(kOwnCancel) || c.has(kCancelBeforeAck));
}

Qty size_of(const Chain& c) {
    return c.offered.micro > 0 ? c.offered : c.order_qty;
}

// The counters of a curve; zeros where there is none yet.
struct Counters {
    const double* exact{kNone.data()};
    const double* censored{kNone.data()};
    const double* beyond{kNone.data()};
    explicit Counters(const Capacity* seen) {
        if (seen == nullptr || seen->exact.size() < kCapacityPoints) return;
        exact = seen->exact.data();
        censored = seen->censored.data();
        beyond = seen->beyond.data();
    }
    static constexpr std::array<double, kCapacityPoints> kNone{};
};

double quantity(Qty q, const Chain& c, Qty round_lot) {
    const double ref = as_double(c.far_size.micro > 0 ? c.far_size : round_lot);
    return ref > 0 ? as_double(q) / ref : 0;
}

// Where the filled fraction stands in what was forecast: none, under 1/4, 1/2, 3/4, 1, all. An atom
// is spread by a sequence that fills 0 to 1 evenly (multiples of the golden ratio).
double fraction_pit(const Forecast& f, double fraction, std::uint64_t draw) {
    const std::array<double, 7> at_least = {
        1, f.p_any, f.p_quarters[0], f.p_quarters[1], f.p_quarters[2], f.p_full, 0};
    const std::size_t atom = fraction <= 0   ? 0
                             : fraction >= 1 ? 5
                                             : 1 + static_cast<std::size_t>(fraction * 4);
    const double turns = 0.6180339887498949 * static_cast<double>(draw);
    return estimate::pit(1 - at_least[atom], 1 - at_least[atom + 1], turns - std::floor(turns));
}

}  // namespace

CapacitySeen capacity_seen(const Chain& c, bool has_min_qty) {
    using enum CapacitySeen::Kind;
    const Qty size = size_of(c);
    if (!c.resolved() || c.left_out() || size.micro <= 0) return {};
    if (c.has(kCancelBeforeAck) && c.why == Term::canceled) return {};  // never exposed
    if (c.cum >= size) return {censored, size};
    // Filled, and busted since: only that what stands was there is known.
    if (taken_back(c) || c.why == Term::filled)
        return {c.cum.micro > 0 ? censored : nothing, c.cum};
    // All or nothing: some capacity below the size (or the MinQty), no telling which.
    if (c.cum.micro == 0 && (c.tif == Tif::fok || has_min_qty)) return {};
    return {exact, c.cum};
}

CapacityKey capacity_key(const Sent& m, const Bbo& route) {
    CapacityKey key{tif_class(m.tif), LimitClass::at};
    if (!m.price) {
        key.limit = LimitClass::market;
    } else if (route.usable() && m.side != Side::none) {
        const std::int64_t through = sign(m.side) * (*m.price - route.far_touch(m.side)).nano;
        key.limit = through > 0   ? LimitClass::through
                    : through < 0 ? LimitClass::inside
                                  : LimitClass::at;
    }
    return key;
}

void ForecastScores::merge(const ForecastScores& o) {
    full.merge(o.full);
    squares_any += o.squares_any;
    fraction_forecast += o.fraction_forecast;
    fraction_filled += o.fraction_filled;
    fraction_pit.merge(o.fraction_pit);
    for (std::size_t i = 0; i < latency.sum.size(); ++i) latency.sum[i] += o.latency.sum[i];
    latency.n += o.latency.n;
    latency_pit.merge(o.latency_pit);
}

Foresight::Foresight(Duration half_life)
    : half_life_(half_life), grid_(estimate::log_grid(kLotsPerRef)), clock_{half_life, kNever} {}

double Foresight::weight_at(Nanos clock) const {
    return clock_.landmark == kNever ? 1 : clock_.weight(clock);
}

double Foresight::weigh(Nanos clock) {
    if (clock == weighed_) return weight_;
    if (clock_.landmark == kNever) clock_.landmark = clock;
    if (const double factor = clock_.rebase(clock); factor != 1) {
        for (Lp& lp : lps_) {
            lp.capacity.scale(factor);
            for (double& w : lp.weight) w *= factor;
        }
        pool_.scale(factor);
        for (double& w : pool_weight_) w *= factor;
    }
    weighed_ = clock;
    return weight_ = clock_.weight(clock);
}

// The hazards of docs/spec.md 7b without room of its own; weights are brought to now by scaling
// what they are added to.
Forecast Foresight::foresee(const Lp& lp, CapacityKey key, double size, double weight_now) const {
    const Counters own(lp.capacity.find(key)), pool(pool_.find(key));
    double at_risk = lp.weight[index(key)], pool_at_risk = pool_weight_[index(key)];
    const double m0 = estimate::kPriorOrders * weight_now;
    size = std::min(size, grid_.upper.back());
    Forecast f;
    double alive = 1, before = 0, filled = 0;
    std::size_t quarter = 0;
    for (std::size_t b = 0; b < kCapacityPoints && before < size; ++b) {
        // 1 - h with both fractions of 7b over one denominator.
        const double n = at_risk + m0, pool_n = pool_at_risk + weight_now;
        const double part = 1 / (n * pool_n);
        const double pool_events = pool.exact[b] + grid_.prior[b] * weight_now;
        const double to = std::min(grid_.upper[b], size);
        // T is a step function: what it gives up within this cell, from where it drops on.
        const double beyond = own.beyond[b] * pool_n +
                              m0 * (pool.beyond[b] + grid_.prior_beyond[b] * weight_now) -
                              (own.exact[b] * pool_n + m0 * pool_events) * (grid_.upper[b] - to);
        filled += alive * (to - before - std::max(0.0, beyond) * part);
        alive *= std::max(0.0, (n - own.exact[b]) * pool_n - m0 * pool_events) * part;
        at_risk -= own.exact[b] + own.censored[b];
        pool_at_risk -= pool.exact[b] + pool.censored[b];
        if (b == 0) f.p_any = alive;
        for (; quarter < 3 && 4 * to >= static_cast<double>(quarter + 1) * size; ++quarter)
            f.p_quarters[quarter] = alive;
        before = grid_.upper[b];
    }
    f.p_full = alive;
    f.fraction = size > 0 ? std::min(1.0, filled / size) : 0;
    f.p_full_global = (full_ + 0.5) / (ended_ + 1);
    f.p_full_lp = (lp.full + f.p_full_global) / (lp.ended + 1);
    return f;
}

void Foresight::sent(const Order& o, const Sent& m, const Bbo& route) {
    if (lps_.size() <= o.lp) lps_.resize(o.lp + 1);
    if (routed_.size() <= o.id) routed_.resize(o.id + 1);
    const Chain& c = o.chain;
    CapacityKey key = capacity_key(m, route);
    routed_[o.id] = static_cast<std::uint8_t>(static_cast<unsigned>(key.limit) |
                                              (m.min_qty.micro > 0 ? 4u : 0u));
    if (c.working == kNoIndex) return;
    // What a FOK fails for is not known (docs/spec.md 1.5), so its own curve is blind: it is
    // forecast from how IOC orders were filled.
    if (key.tif == TifClass::fok) key.tif = TifClass::ioc;
    if (forecasts_.size() <= c.working) forecasts_.resize(c.working + 1);
    Pending& p = forecasts_[c.working];
    const Lp& lp = lps_[o.lp];
    p.forecast = foresee(lp, key, quantity(size_of(c), c, o.round_lot), weigh(o.clock));
    p.made = 1;
    const estimate::Decayed& ln = lp.ln_latency[immediate(c.tif)];
    if (ln.n_eff() < kLeastLatencies) return;
    p.forecast.ln_mean = *ln.mean();
    p.forecast.ln_sd = std::sqrt(std::max(0.0, *ln.variance()));
}

void Foresight::score(const Order& o, const estimate::OrderTrial* trial, bool replaced,
                      bool counts) {
    const Chain& c = o.chain;
    if (c.working == kNoIndex || c.working >= forecasts_.size()) return;
    Pending& p = forecasts_[c.working];
    if (p.made == 0) return;
    p.made = 0;
    if (trial == nullptr || replaced || c.ours()) return;
    Lp& lp = lps_[o.lp];
    if (counts && lp.scores == kNoIndex) {
        lp.scores = static_cast<std::uint32_t>(scores_.size());
        scores_.emplace_back();
    }
    ForecastScores* s = counts ? &scores_[lp.scores] : nullptr;
    const Forecast& f = p.forecast;
    const Qty size = size_of(c);
    if (c.cum >= size || !taken_back(c)) {
        const double full = c.cum >= size ? 1 : 0;
        if (s != nullptr) {
            const auto square = [](double x) { return x * x; };
            s->full.observe(f.p_full, f.p_full_lp, f.p_full_global, full);
            s->squares_any += square(f.p_any - (c.cum.micro > 0 ? 1 : 0));
            s->fraction_forecast += f.fraction;
            const double fraction = std::min(1.0, as_double(c.cum) / as_double(size));
            s->fraction_filled += fraction;
            s->fraction_pit.observe(fraction_pit(f, fraction, s->drawn++));
        }
        lp.full += full;
        lp.ended += 1;
        full_ += full;
        ended_ += 1;
    }
    if (!trial->latency_ms) return;
    double ln = trial->log_latency;
    if (trial->silent) {
        // It would have taken longer, nobody knows how much: no forecast is held to that, and what
        // is learnt is the mean of what was believed beyond it.
        if (f.ln_sd > 0) ln = estimate::expected_beyond({f.ln_mean, f.ln_sd * f.ln_sd}, ln);
    } else if (s != nullptr && f.ln_sd > 0) {
        std::array<double, 3> ns{};
        for (std::size_t i = 0; i < ns.size(); ++i)
            ns[i] = elementary::exp(f.ln_mean + kQuantileZ[i] * f.ln_sd);
        s->latency.observe(ns, *trial->latency_ms * 1e6);
        s->latency_pit.observe(estimate::normal_cdf((ln - f.ln_mean) / f.ln_sd));
    }
    lp.ln_latency[immediate(c.tif)].observe(o.clock, ln, 1, half_life_);
}

void Foresight::observe(const Order& o, int dir) {
    const Chain& c = o.chain;
    if (o.id >= routed_.size() || o.lp >= lps_.size()) return;
    const std::uint8_t routed = routed_[o.id];
    const CapacitySeen seen = capacity_seen(c, (routed & 4) != 0);
    if (seen.kind == CapacitySeen::Kind::nothing) return;
    const double k = quantity(seen.qty, c, o.round_lot), w = weigh(o.clock);
    const CapacityKey key{tif_class(c.tif), static_cast<LimitClass>(routed & 3)};
    for (Capacity* curve : {&lps_[o.lp].capacity.at(key), &pool_.at(key)}) {
        if (seen.kind == CapacitySeen::Kind::exact)
            dir > 0 ? curve->observe_exact(grid_, k, w) : curve->remove_exact(grid_, k, w);
        else
            dir > 0 ? curve->observe_censored(grid_, k, w) : curve->remove_censored(grid_, k, w);
    }
    for (double* sum : {&lps_[o.lp].weight[index(key)], &pool_weight_[index(key)]})
        *sum = std::max(0.0, *sum + dir * w);
    Seen& count = lps_[o.lp].seen[index(key)];
    count.n += dir;
    if (c.far_size.micro <= 0) count.by_round_lot += dir;
}

double Foresight::chance_in_full(const Order& o) {
    if (lps_.size() <= o.lp) lps_.resize(o.lp + 1);
    const std::uint8_t routed = o.id < routed_.size() ? routed_[o.id] : 0;
    const CapacityKey key{tif_class(o.chain.tif), static_cast<LimitClass>(routed & 3)};
    return foresee(lps_[o.lp], key, quantity(size_of(o.chain), o.chain, o.round_lot),
                   weigh(o.clock))
        .p_full;
}

void Foresight::improved(const Order& o, const estimate::OrderTrial& t, int dir, const Memory& slow,
                         const Memory& fast) {
    if (!t.priced || !(t.fill_fraction > 0)) return;
    if (lps_.size() <= o.lp) lps_.resize(o.lp + 1);
    const double half_spreads = t.capture / t.fill_fraction;
    lps_[o.lp].improved.trial(slow.at, o.chain.size, half_spreads, dir, slow.half_life);
    lps_[o.lp].lately.trial(fast.at, o.chain.size, half_spreads, dir, fast.half_life);
}

const Forecast* Foresight::forecast(const Chain& c) const {
    if (c.working == kNoIndex || c.working >= forecasts_.size()) return nullptr;
    const Pending& p = forecasts_[c.working];
    return p.made != 0 ? &p.forecast : nullptr;
}

}  // namespace assay
