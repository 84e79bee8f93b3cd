// How far a person may move the weight of one KPI.
#pragma once

namespace assay::desk {

// bp of the whole. [approval] step_limit_bp and day_limit_bp of a desk's file.
struct WeightLimits {
    int step_bp{500};   // of one change
    int day_bp{2'000};  // of all changes of the last 24 hours together, to and fro
    bool operator==(const WeightLimits&) const = default;
};

}  // namespace assay::desk
