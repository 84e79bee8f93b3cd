// Part of every program of the zoo's build: plants the bug that ASSAY_BUG names, before main.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/units/bug.h"

namespace assay::zoo {
namespace {

// In the order of Bug.
constexpr std::array<std::string_view, kBugs> kNames = {
    "quantity-checked-after-send",
    "message-dedupe-off",
    "poss-dup-ignored",
    "fill-by-exec-id-alone",
    "gate-after-send",
    "kill-forgotten-at-restart",
    "cancel-counted-twice",
    "late-fill-dropped",
    "unknown-quantity-freed",
    "bust-at-wrong-weight",
    "correction-only-added",
    "sells-not-signed",
    "as-of-excludes-equal",
    "one-quote-ahead",
    "replace-resets-cum",
    "own-reject-charged",
    "priors-on-arrival",
    "shards-in-arrival-order",
    "leaves-kept-on-partial-cancel",
    "breaker-never-closes",
    "stale-score-accepted",
    "rerouted-unchecked",
    "overfill-hidden",
    "horizon-across-halt",
};

[[maybe_unused]] const bool kPlanted = [] {
    const char* const wanted = std::getenv("ASSAY_BUG");
    if (wanted == nullptr) return false;
    const auto found = std::find(kNames.begin(), kNames.end(), std::string_view(wanted));
    if (found == kNames.end()) {
        std::fprintf(stderr, "ASSAY_BUG=%s: no bug of this name; there are:\n", wanted);
        for (const std::string_view name : kNames) std::fprintf(stderr, "  %s\n", name.data());
        std::exit(2);
    }
    planted_bug = static_cast<Bug>(found - kNames.begin() + 1);
    return true;
}();

}  // namespace
}  // namespace assay::zoo
