#include "core/judge/recommendation.h"

#include <fmt/format.h>

namespace assay::judge {
namespace {

enum class Says : std::uint8_t { cheaper, dearer, unclear };

Says of_log(const LoggedAnswer& answer) {
    const Interval& i = answer.estimate.best()->difference_interval;
    return i.high < 0 ? Says::cheaper : i.low > 0 ? Says::dearer : Says::unclear;
}

std::string bps(double x) {
    return fmt::format("{:+.2f} bps", x);
}

}  // namespace

Recommendation recommendation(const LoggedAnswer& answer, const std::optional<Compared>& compared,
                              const std::string& traded_by) {
    Recommendation r{answer.policy, false, {}};
    if (answer.estimate.refused) {
        r.why = "the log cannot say what it would have cost: " + answer.estimate.why;
        return r;
    }
    const Estimated& estimate = *answer.estimate.best();
    const std::string log =
        fmt::format("the log says {} [{:+.2f}, {:+.2f}]", bps(estimate.difference),
                    estimate.difference_interval.low, estimate.difference_interval.high);
    if (!compared) {
        r.why = fmt::format(
            "{}, and there is no comparison to agree with it: give --compare with the output of "
            "`assay compare --policies {} --reference {} --format json`",
            log, answer.policy, traded_by);
        return r;
    }
    if (compared->reference != traded_by) {
        r.why = fmt::format(
            "the comparison holds it against {}, the log was traded by {}: compare "
            "with --reference {}",
            compared->reference, traded_by, traded_by);
        return r;
    }
    const std::string simulated =
        fmt::format("the comparison says {}{}", text(compared->standing),
                    compared->regret_bps ? ", " + bps(*compared->regret_bps) : "");
    const Says says = of_log(answer);
    if (!compared->dearer_in.empty())
        r.why = fmt::format("in the comparison it is clearly dearer in scenario {}",
                            compared->dearer_in);
    else if (says == Says::cheaper && compared->standing == Standing::clearly_cheaper &&
             answer.conclusion != Conclusion::disagree) {
        r.recommended = true;
        r.why = fmt::format("{} and {}: both are clear and agree", log, simulated);
    } else if (says == Says::cheaper && compared->standing == Standing::clearly_cheaper)
        r.why = fmt::format("{} and {}, but a replay of the same log says the opposite", log,
                            simulated);
    else if (says == Says::unclear)
        r.why = fmt::format("{}, which is not clear; {}", log, simulated);
    else if (says == Says::dearer)
        r.why = fmt::format("{}: dearer; {}", log, simulated);
    else
        r.why = fmt::format("{}, but {}", log, simulated);
    return r;
}

}  // namespace assay::judge
