#include "core/estimate/improvement.h"

#include <numeric>

#include "core/estimate/decayed.h"

namespace assay::estimate {
namespace {

double shrunk(double prior, double sum, double orders) {
    return (kImprovementOrders * prior + sum) / (kImprovementOrders + orders);
}

void decay(BySize& x, double d) {
    for (double& each : x) each *= d;
}

}  // namespace

double Improvement::weigh(Nanos at, Duration half_life) {
    if (t0 == kNever) {
        t0 = at;
        return 1.0;
    }
    if (at <= t0) return at == t0 ? 1.0 : surviving(t0 - at, half_life);
    const double d = surviving(at - t0, half_life);
    t0 = at;
    decay(W, d);
    decay(S, d);
    return 1.0;
}

void Improvement::trial(Nanos at, std::size_t size, double half_spreads, int dir,
                        Duration half_life) {
    if (size >= kOrderSizes) return;
    const double w = dir * weigh(at, half_life);
    W[size] += w;
    S[size] += w * half_spreads;
    if (W[size] < 1e-12) W[size] = S[size] = 0;
}

void Improvement::merge(const Improvement& o, Duration half_life) {
    if (o.t0 == kNever) return;
    if (t0 == kNever) {
        *this = o;
        return;
    }
    const double d = o.t0 < t0 ? surviving(t0 - o.t0, half_life) : 1.0;
    weigh(o.t0 > t0 ? o.t0 : t0, half_life);
    for (std::size_t k = 0; k < kOrderSizes; ++k) {
        W[k] += d * o.W[k];
        S[k] += d * o.S[k];
    }
}

double Improvement::orders() const {
    return std::accumulate(W.begin(), W.end(), 0.0);
}
double Improvement::half_spreads() const {
    return std::accumulate(S.begin(), S.end(), 0.0);
}

double improvement_of_all(double half_spreads, double orders) {
    return half_spreads / (orders + 1);
}

BySize improvement_by_size(const Improvement& lp, double all) {
    BySize out;
    out.fill(shrunk(all, lp.half_spreads(), lp.orders()));
    return improvement_over(out, lp);
}

BySize improvement_over(const BySize& prior, const Improvement& seen) {
    BySize out;
    for (std::size_t k = 0; k < kOrderSizes; ++k) out[k] = shrunk(prior[k], seen.S[k], seen.W[k]);
    return out;
}

}  // namespace assay::estimate
