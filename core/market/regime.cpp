#include "core/market/regime.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay {

const char* text(Regime r) {
    switch (r) {
        case Regime::calm:
            return "calm";
        case Regime::normal:
            return "normal";
        case Regime::stressed:
            return "stressed";
    }
    return "?";
}

bool Volatility::observe(Nanos at, double mid, const RegimeRules& rules) {
    if (!known(last)) {
        last = at;
        last_mid = mid;
        return false;
    }
    const Duration dt = at - last;
    if (dt < rules.grid) return false;
    const bool gap = dt > Duration{60'000'000'000};  // no return across halts
    if (!gap) fold(1e4 * elementary::ln(mid / last_mid), as_seconds(dt), rules);
    last = at;
    last_mid = mid;
    return !gap;
}

void Volatility::fold(double r_bps, double dt_s, const RegimeRules& rules) {
    const double d = elementary::exp2(-dt_s / as_seconds(rules.vol_time));
    num = num * d + r_bps * r_bps;
    den = den * d + dt_s;
}

double Volatility::sigma() const {
    return den > 0 ? std::sqrt(num / den) : 0.0;
}

void LogQuantiles::observe(double x) {
    if (!(x > 0)) return;
    // Bucket 32 holds 1.0; below 2^-8 and above 2^8 the end buckets take it.
    const int i =
        std::clamp(static_cast<int>(std::floor(4.0 * (elementary::ln(x) / elementary::kLn2))) + 32,
                   0, kBuckets - 1);
    bucket_[static_cast<std::size_t>(i)] += 1.0f;
    total_ += 1.0;
    // Half of the memory is let go every 20,000 samples: about a trading day of 1 s samples.
    if (++seen_ % 20'000 == 0) {
        total_ = 0;
        for (float& b : bucket_) total_ += (b *= 0.5f);
    }
}

double LogQuantiles::quantile(double q) const {
    if (total_ <= 0) return 0;
    double rest = q * total_;
    for (int i = 0; i < kBuckets; ++i) {
        rest -= bucket_[static_cast<std::size_t>(i)];
        if (rest <= 0) return elementary::exp2((i - 32 + 0.5) / 4.0);
    }
    return elementary::exp2((kBuckets - 32) / 4.0);
}

double RegimeGauge::usual_sigma(Nanos at) const {
    const auto slot = static_cast<std::size_t>(floor_div(at.ns, 1'800'000'000'000) % kSlots);
    std::array<float, kDays> known_days;
    const auto median = [&](const Slot& s) -> double {
        const std::size_t n = std::min<std::size_t>(s.n, kDays);
        std::copy_n(s.sigma.begin(), n, known_days.begin());
        std::nth_element(known_days.begin(),
                         known_days.begin() + static_cast<std::ptrdiff_t>(n / 2),
                         known_days.begin() + static_cast<std::ptrdiff_t>(n));
        return known_days[n / 2];
    };
    if (!slots_.empty() && slots_[slot].n >= 3) return median(slots_[slot]);
    // Fall back to the symbol's own level over all half hours.
    double sum = 0;
    int n = 0;
    for (const Slot& s : slots_) {
        if (s.n == 0) continue;
        sum += median(s);
        ++n;
    }
    return n == 0 ? 0.0 : sum / n;
}

void RegimeGauge::remember(Nanos at, double sigma) {
    if (slots_.empty()) slots_.resize(kSlots);
    Slot& slot = slots_[static_cast<std::size_t>(floor_div(at.ns, 1'800'000'000'000) % kSlots)];
    const auto day = static_cast<std::int32_t>(utc_day(at));
    if (slot.day != day) {
        slot.day = day;
        ++slot.n;
        if (slot.n >= 2 * kDays) slot.n -= kDays;  // keeps n % kDays, and n >= kDays
    }
    slot.sigma[static_cast<std::size_t>((slot.n - 1) % kDays)] = static_cast<float>(sigma);
}

void RegimeGauge::observe(const Bbo& quote, const RegimeRules& rules) {
    if (!quote.usable()) return;
    if (known(volatility_.last) && quote.at - volatility_.last < rules.grid) return;
    if (!volatility_.observe(quote.at, as_double(quote.mid2()), rules)) return;
    const double sigma = volatility_.sigma();
    const double usual = usual_sigma(quote.at);
    remember(quote.at, sigma);
    const double x = usual > 0 ? sigma / usual : 1.0;
    const double spread = as_double(quote.spread()) / as_double(quote.mid2()) * 1e4;
    relation_.observe(x);
    spread_.observe(spread);
    if (++samples_ < 30) return;  // thresholds of a handful of samples would only flicker

    const double low = relation_.quantile(rules.calm_quantile);
    const double high = relation_.quantile(rules.stressed_quantile);
    const double wide = spread_.quantile(rules.spread_quantile) * 1.19;  // beyond its whole bucket
    const double out = 1 + rules.hysteresis;
    Regime seen = Regime::normal;
    // Only who was carried past the threshold of volatility has to come back past it.
    if (x > high * out)
        volatile_ = true;
    else if (now_ != Regime::stressed || x <= high / out)
        volatile_ = false;
    if (volatile_ || spread > wide)
        seen = Regime::stressed;
    else if (x < low * (now_ == Regime::calm ? out : 1 / out))
        seen = Regime::calm;
    if (seen == now_) {
        pending_ = now_;
        return;
    }
    if (seen != pending_) {
        pending_ = seen;
        pending_since_ = quote.at;
    }
    if (quote.at - pending_since_ >= rules.hold) now_ = seen;
}

}  // namespace assay
