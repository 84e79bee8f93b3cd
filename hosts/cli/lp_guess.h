// Who is the LP, where nobody said so: by looking at the front of a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/fix/parties.h"

namespace assay {

// `front`: the first bytes of a log. Where all orders go to one counterparty and name several
// destinations in ExDestination(100) or DeliverToCompID(128), that field names the LP; else the
// counterparty's CompID does. Returns the sentence to be printed; `parties` takes the choice.
std::string guess_lp(std::string_view front, fix::Parties& parties);

// Who passes orders on, in the front of a log: a CompID that is sent orders and sends some itself,
// or, in a journal, that sends to several counterparties. What it is sent are parent orders, and
// what it reports of them is no LP's report. `parties` takes them as its own; returns their names.
std::vector<std::string> find_routers(std::string_view front, fix::Parties& parties);

// Who takes orders from us in the front of a log: what quotes they send are their own, and none of
// the market's, from the first one on.
void find_counterparties(std::string_view front, fix::Parties& parties);

}  // namespace assay
