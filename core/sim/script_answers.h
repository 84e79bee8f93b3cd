// How an LP of a script answers a child: how much of it, when, at which price, in which words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sim/script.h"
#include "core/units/side.h"

namespace assay::sim {

// What the script says of the n-th child of an LP, n from 1; what it does not say is all of it, in
// the time of the LP's long run.
struct ScriptedFill {
    Qty filled;
    Duration after;
    const ScriptedAnswer* cut{};  // that fills more than was asked, and is cut to it
};
ScriptedFill scripted_fill(const Script& script, const LongRunRecord& lp, int nth, Qty asked);

// The touch that a child of this side meets so long after the parent's entry.
Price scripted_touch(const Script& script, Side side, Duration since_entry);
// Better than the touch by what the LP improves on it per filled share.
Price scripted_price(const LongRunRecord& lp, Side side, Price touch);

// The bodies of its reports (8), | between the fields: a fill, and the end of the rest.
struct ScriptedReport {
    std::string_view cl_ord_id, symbol;
    Side side{};
    Qty qty, filled;
    Price px;
    Nanos at;
};
std::vector<std::string> scripted_reports(const ScriptedReport& r);

}  // namespace assay::sim
