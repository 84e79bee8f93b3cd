#include "core/sim/script.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

#include "core/units/decimal.h"

namespace assay::sim {

desk::DeskConfig desk_of(const Script& s) {
    desk::DeskConfig d;
    const score::Profile& p = *score::find_profile(s.parent.profile);
    d.kernel.profile = p;
    // One condition for all: the market of a script is too short to tell conditions apart.
    d.kernel.regime.told_apart = false;
    d.kernel.instruments.fallback.tick = s.parent.tick;
    d.kernel.instruments.fallback.round_lot = s.parent.lot;
    d.ranked = {p};
    d.our_comp_id = s.long_run.us;
    d.fold_every = kDay;  // once, when the second day begins
    for (const LongRunRecord& lp : s.long_run.lps) d.router.lps.push_back(lp.lp);
    const Money any = static_cast<Money>(INT64_MAX) * INT64_MAX / 4;
    d.router.limits = {.parent_qty = s.parent.qty,
                       .child_qty = s.parent.qty,
                       .parent_notional = any,
                       .child_notional = any,
                       .collar_bps = 100,
                       .open_qty = s.parent.qty,
                       .orders_per_window = 100,
                       .window = kSecond,
                       .orders_per_parent = 1'000,
                       .duplicate_window = {1}};
    d.router.terms = s.terms;
    d.router.reroute = s.reroute;
    d.router.p_min = s.p_min;
    if (!s.table.empty()) d.router.static_tables[""] = s.table;
    d.thinks = {30'000};
    return d;
}

Result<void> possible(const Script& s) {
    if (const std::string wrong = wrong_with(s.parent); !wrong.empty())
        return fail("the parent: " + wrong);
    if (score::find_profile(s.parent.profile) == nullptr)
        return fail(fmt::format("no profile is called \"{}\"", s.parent.profile));
    if (s.parent.symbol != s.long_run.symbol) return fail("the long run is of another symbol");
    for (std::size_t i = 1; i < s.market.size(); ++i)
        if (s.market[i].from <= s.market[i - 1].from)
            return fail("the quotes of the market must stand in order of time");
    if (s.market.empty() || s.market.front().from.ns > 0)
        return fail("the market needs a first quote that stands when the parent is entered");
    if (utc_day(s.parent.starts) != utc_day(s.long_run.begins) + 1)
        return fail("the long run must be the day before the parent's");
    const Qty most = s.parent.max_child > Qty{} ? s.parent.max_child : s.parent.qty;
    for (const ScriptedAnswer& a : s.answers)
        if (a.filled > most)
            return fail(fmt::format("{}{}answer {} of {} fills {}, and no child is above {}",
                                    a.place, a.place.empty() ? "" : ": ", a.child, a.lp,
                                    to_text(a.filled), to_text(most)));
    std::vector<std::string> names;
    for (const LongRunRecord& lp : s.long_run.lps) names.push_back(lp.lp);
    if (!std::is_sorted(names.begin(), names.end()) ||
        std::adjacent_find(names.begin(), names.end()) != names.end())
        return fail("the LPs must stand in order of name, each once");
    return {};
}

}  // namespace assay::sim
