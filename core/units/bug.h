// The bug zoo: known bugs that a build for tests alone (ASSAY_BUGS) can plant, one at a time, to
// see that the suites find them (docs/zoo.md). In every other build planted() is false while
// compiling, and nothing of this is in the program.
#pragma once

#include <cstdint>

namespace assay {

enum class Bug : std::uint8_t {
    none,
    quantity_checked_after_send,
    message_dedupe_off,
    poss_dup_ignored,
    fill_by_exec_id_alone,
    gate_after_send,
    kill_forgotten_at_restart,
    cancel_counted_twice,
    late_fill_dropped,
    unknown_quantity_freed,
    bust_at_wrong_weight,
    correction_only_added,
    sells_not_signed,
    as_of_excludes_equal,
    one_quote_ahead,
    replace_resets_cum,
    own_reject_charged,
    priors_on_arrival,
    shards_in_arrival_order,
    leaves_kept_on_partial_cancel,
    breaker_never_closes,
    stale_score_accepted,
    rerouted_unchecked,
    overfill_hidden,
    horizon_across_halt,
};
inline constexpr int kBugs = static_cast<int>(Bug::horizon_across_halt);

#ifdef ASSAY_BUGS
inline Bug planted_bug = Bug::none;  // set once, before main (tests/zoo/plant.cpp)
inline bool planted(Bug bug) {
    return planted_bug == bug;
}
#else
constexpr bool planted(Bug) {
    return false;
}
#endif

}  // namespace assay
