// What is given of a scripted day: the order, how the market moves, what each LP answers, and the
// day before it.
#pragma once

#include <string>
#include <vector>

#include "core/desk/desk.h"
#include "core/sim/long_run.h"

namespace assay::sim {

// What an LP answers to its n-th child of the day, n from 1.
struct ScriptedAnswer {
    std::string lp;
    int child{1};
    Qty filled;  // at most what it was asked for; the rest is cancelled
    Duration after;
    std::string place{};  // where it stands in a file, for what is said about it
};

// The market from this long after the parent's entry on, until the next one.
struct ScriptedQuote {
    Duration from;
    Price bid, ask;
    Qty bid_size, ask_size;
};

struct Script {
    std::string title, about;  // for people; nothing hangs on them
    LongRun long_run;          // of the day before; its LPs are those that may be sent to
    std::vector<ScriptedQuote> market;
    route::ParentOrder parent;
    // In no order. An LP without one fills all, in the time of its long run.
    std::vector<ScriptedAnswer> answers;
    route::CostTerms terms{.unfilled_bps = 2.0};
    route::RerouteRules reroute;
    double p_min{0.3};
    std::vector<route::LpId> table;  // of the policy `static`, best first
};

// The desk that such a day is played on.
desk::DeskConfig desk_of(const Script& script);
// Why such a day cannot be, in words; also said by play().
Result<void> possible(const Script& script);

}  // namespace assay::sim
