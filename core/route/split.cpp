#include "core/route/policy.h"

namespace assay::route {

Plan split(const Round& round) {
    return plan_of(allocate(round.candidates, round.costs, round.rules), round.candidates.size());
}

}  // namespace assay::route
