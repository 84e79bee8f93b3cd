// Whether a policy may be recommended: only where a comparison in simulated markets and an estimate
// from what was really logged agree, and both are clear.
#pragma once

#include <optional>
#include <string>

#include "core/judge/comparison.h"

namespace assay::judge {

// What `assay compare` said of a policy, against which reference.
struct Compared {
    std::string reference;
    Standing standing{Standing::not_compared};  // over all its scenarios
    std::optional<double> regret_bps;           // > 0: it cost more than the reference
    std::string dearer_in;                      // a scenario in which it was clearly dearer
};

struct Recommendation {
    std::string policy;
    bool recommended{};
    std::string why;  // in words
};

// `traded_by`: the policy that made the log; a comparison counts only against that one. `compared`
// absent: there is none.
Recommendation recommendation(const LoggedAnswer& answer, const std::optional<Compared>& compared,
                              const std::string& traded_by);

}  // namespace assay::judge
