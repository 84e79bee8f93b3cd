#include "core/route/ladder.h"

#include "core/units/bug.h"

namespace assay::route {

const char* text(Step s) {
    switch (s) {
        case Step::live:
            return "live scores";
        case Step::last_good:
            return "last good scores";
        case Step::static_table:
            return "approved table";
        case Step::equal:
            return "equal parts";
        case Step::hold:
            return "hold";
    }
    return "";
}

Step step_for(Nanos now, const Footing& f, const LadderRules& rules) {
    if (f.permitted == 0) return Step::hold;
    const bool there = f.scores.state != BoardState::missing && known(f.scores.as_of) &&
                       f.scores.as_of <= now && f.scored > 0;
    if (there) {
        const Duration age = now - f.scores.as_of;
        if (f.scores.state == BoardState::good &&
            (age <= rules.ttl || planted(Bug::stale_score_accepted)))
            return Step::live;
        if (age <= rules.last_good_ttl) return Step::last_good;
    }
    return f.in_table > 0 ? Step::static_table : Step::equal;
}

}  // namespace assay::route
