#include "core/judge/wheel.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/score/draws.h"
#include "core/units/elementary.h"
#include "core/units/symbol.h"

namespace assay::judge {
using namespace elementary;

Arm arm_of(std::string_view wheel, std::string_view parent_id, double share) {
    score::Draws draw({fnv1a(wheel), fnv1a(parent_id)});
    return draw.uniform() < share ? Arm::challenger : Arm::current;
}

Result<std::int64_t> parents_needed(const WheelPlan& plan) {
    for (const double x : {plan.share, plan.alpha, plan.power})
        if (!(x > 0 && x < 1))
            return fail(fmt::format("share, alpha and power are between 0 and 1; {} is not", x));
    for (const double x : {plan.least_difference_bps, plan.sd_bps})
        if (!(x > 0 && x < 1e9))
            return fail(fmt::format("the difference and the sd are above 0 bps; {} is not", x));
    const double z =
        estimate::normal_quantile(1 - plan.alpha / 2) + estimate::normal_quantile(plan.power);
    const double ratio = z * plan.sd_bps / plan.least_difference_bps;
    const double needed = std::ceil(ratio * ratio * (1 / plan.share + 1 / (1 - plan.share)));
    if (!(needed < 1e15)) return fail("no number of parents could find so small a difference");
    return static_cast<std::int64_t>(needed);
}

const char* text(Verdict v) {
    switch (v) {
        case Verdict::go_on:
            return "go on";
        case Verdict::challenger_cheaper:
            return "the challenger is cheaper";
        case Verdict::challenger_dearer:
            return "the challenger is dearer";
        case Verdict::nothing_found:
            return "no difference was found";
    }
    return "";
}

void Wheel::Costs::observe(double x) {
    n += 1;
    const double from = x - mean;
    mean += from / n;
    squares += from * (x - mean);
}

Result<Wheel> Wheel::make(const WheelPlan& plan) {
    const auto needed = parents_needed(plan);
    if (!needed) return std::unexpected(needed.error());
    return Wheel(plan, *needed);
}

void Wheel::observe(Arm arm, double cost_bps) {
    if (reading_.verdict != Verdict::go_on) return;
    (arm == Arm::current ? current_ : challenger_).observe(cost_bps);
    ++(arm == Arm::current ? reading_.current : reading_.challenger);
    read();
}

void Wheel::read() {
    if (reading_.current == 0 || reading_.challenger == 0) return;
    const double difference = challenger_.mean - current_.mean;
    reading_.difference_bps = difference;
    if (std::min(reading_.current, reading_.challenger) < kLeastArm) return;
    const double v = current_.variance_of_mean() + challenger_.variance_of_mean();
    if (!(v > 0)) return;
    // The mixture is Normal(0, tau^2) with the least difference worth finding as tau. The
    // likelihood ratio against "no difference" is root(v / (v + tau^2)) exp(tau^2 d^2 / (2 v (v +
    // tau^2))).
    const double tau2 = plan_.least_difference_bps * plan_.least_difference_bps, all = v + tau2;
    const double ln_ratio = 0.5 * ln(v / all) + tau2 * difference * difference / (2 * v * all);
    reading_.p = std::min(reading_.p, exp(-ln_ratio));
    const double half = std::sqrt(v * all / tau2 * (ln(all / v) - 2 * ln(plan_.alpha)));
    reading_.interval = estimate::Interval{difference - half, difference + half};
    if (reading_.p < plan_.alpha)
        reading_.verdict =
            difference < 0 ? Verdict::challenger_cheaper : Verdict::challenger_dearer;
    else if (reading_.current + reading_.challenger >= kGiveUp * needed_)
        reading_.verdict = Verdict::nothing_found;
}

}  // namespace assay::judge
