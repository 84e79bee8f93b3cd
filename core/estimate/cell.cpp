#include "core/estimate/cell.h"

namespace assay::estimate {
namespace {

void decay(Weights& w, double d) {
    w.W *= d;
    w.W2 *= d * d;
}
void decay(Moments& m, double d) {
    m.S1 *= d;
    m.S2 *= d;
}
void add(Weights& w, const Weights& o, double d) {
    w.W += d * o.W;
    w.W2 += d * d * o.W2;
}
void add(Moments& m, const Moments& o, double d) {
    m.S1 += d * o.S1;
    m.S2 += d * o.S2;
}

}  // namespace

double Hot::weigh(Nanos at, Duration half_life) {
    if (t0 == kNever) {
        t0 = at;
        return 1.0;
    }
    if (at < t0) return surviving(t0 - at, half_life);
    if (at == t0) return 1.0;
    const double d = surviving(at - t0, half_life);
    t0 = at;
    if (d == 1.0) return 1.0;
    for (Weights* w : {&orders, &timed, &quoted, &traded}) decay(*w, d);
    for (Moments* m : {&fill, &reject_cost, &ms, &ln, &gain, &capture, &effective}) decay(*m, d);
    reject *= d;
    return 1.0;
}

void Hot::trial(Nanos at, const OrderTrial& t, double dir, Duration half_life) {
    const double w = weigh(at, half_life), s = dir * w;
    orders.add(w, dir);
    fill.add(t.fill_fraction, s);
    if (t.rejected) reject += s;
    if (t.latency_ms) {
        timed.add(w, dir);
        ms.add(*t.latency_ms, s);
        ln.add(t.log_latency, s);
    }
    if (t.priced) {
        quoted.add(w, dir);
        gain.add(t.gain_bps, s);
        capture.add(t.capture, s);
        if (t.effective_bps) {
            traded.add(w, dir);
            effective.add(*t.effective_bps, s);
        }
    }
}

void Hot::cost_of_unfilled(Nanos at, double bps_per_offered, double dir, Duration half_life) {
    if (t0 == kNever) return;
    reject_cost.add(bps_per_offered, dir * weigh(at, half_life));
}

void Hot::merge(const Hot& o, Duration half_life) {
    if (o.t0 == kNever) return;
    if (t0 == kNever) {
        *this = o;
        return;
    }
    const double d = o.t0 < t0 ? surviving(t0 - o.t0, half_life) : 1.0;
    weigh(o.t0 > t0 ? o.t0 : t0, half_life);
    add(orders, o.orders, d);
    add(timed, o.timed, d);
    add(quoted, o.quoted, d);
    add(traded, o.traded, d);
    add(fill, o.fill, d);
    add(reject_cost, o.reject_cost, d);
    add(ms, o.ms, d);
    add(ln, o.ln, d);
    add(gain, o.gain, d);
    add(capture, o.capture, d);
    add(effective, o.effective, d);
    reject += d * o.reject;
}

void LaterMean::trial(Nanos at, double value, double weight, double dir, Duration half_life) {
    double w = weight;
    if (t0 == kNever) {
        t0 = at;
    } else if (at < t0) {
        w *= surviving(t0 - at, half_life);
    } else if (at > t0) {
        const double d = surviving(at - t0, half_life);
        decay(weights, d);
        decay(x, d);
        t0 = at;
    }
    weights.add(w, dir);
    x.add(value, dir * w);
}

void LaterMean::bring(Nanos at, Duration half_life) {
    if (t0 == kNever || at <= t0) return;
    const double d = surviving(at - t0, half_life);
    decay(weights, d);
    decay(x, d);
    t0 = at;
}

void LaterMean::merge(const LaterMean& o, Duration half_life) {
    if (o.t0 == kNever) return;
    if (t0 == kNever) {
        *this = o;
        return;
    }
    double mine = 1.0, theirs = 1.0;
    if (o.t0 > t0) {
        mine = surviving(o.t0 - t0, half_life);
        t0 = o.t0;
    } else {
        theirs = surviving(t0 - o.t0, half_life);
    }
    decay(weights, mine);
    decay(x, mine);
    add(weights, o.weights, theirs);
    add(x, o.x, theirs);
}

}  // namespace assay::estimate
