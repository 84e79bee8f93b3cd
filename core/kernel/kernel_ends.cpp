// An order ends: its hold and its reject.

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"
#include "core/kpi/reject_cost.h"
#include "core/kpi/reject_rate.h"

namespace assay {

using kpi::Dir;

void Kernel::resolve(std::uint32_t chain, Nanos at) {
    const Chain& c = blotter_.chain(chain);
    count_hold(c, Dir::add);
    answered(markets_[cells_[c.cell].key.symbol], c, at);
    if (blotter_.working_if(c) == nullptr || c.left_out()) return;
    start_reject_horizons(chain, at);
    count_last_look(c, Dir::add);
    open_lot(chain);
}

// It had ended, and a late fill, a bust or a correction changed what it ended as.
void Kernel::changed_after_end(std::uint32_t chain, const Chain& before, Nanos at) {
    const Chain& c = blotter_.chain(chain);
    if (before.rejected() != c.rejected() || before.why != c.why) {
        count_hold(before, Dir::remove);
        count_hold(c, Dir::add);
    }
    Chain ended = before;
    ended.working = c.working;
    count_last_look(ended, Dir::remove);
    count_last_look(c, Dir::add);
    if (!before.rejected() && at == c.sent + Duration{c.resolved_after()})
        start_reject_horizons(chain, at);
    if (!c.unreadable()) resize_lot(chain);
}

// How long an LP held what may not rest, accepted and rejected apart.
void Kernel::count_hold(const Chain& c, Dir dir) {
    const std::int64_t after = c.resolved_after();
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (c.has(kNoClock) || c.left_out() || after < 0 || c.why == Term::timed_out || !immediate)
        return;
    const auto count = [&](estimate::Sketch& s) {
        if (dir == Dir::add)
            s.add(Duration{after});
        else
            s.remove(Duration{after});
    };
    ReportRow& row = row_at(c.row);
    if (c.has(kInWindow)) count(c.rejected() ? row.hold_reject : row.hold_accept);
    if (c.rejected()) return;
    LpState& state = lp_states_[cells_[c.cell].key.lp];
    count(state.hold);
    if (dir == Dir::add && ++state.since % 64 == 1)
        state.median_hold =
            Duration{static_cast<std::int64_t>(state.hold.quantile(0.5).value_or(0))};
}

// Where the price goes after the LP declined.
void Kernel::start_reject_horizons(std::uint32_t chain, Nanos at) {
    const Chain& c = blotter_.chain(chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || w->reject_mid2 != 0 || !c.rejected() || c.ours() || c.side == Side::none)
        return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = quote_at(key.lp, markets_[key.symbol], at);
    if (!q.usable()) return;
    w->reject_mid2 = q.mid2().nano2;
    w->timers += timers_.push(kRejectLane, {.due = at + kpi::kHorizon[0],
                                            .order = 0,
                                            .subject = chain,
                                            .chain = chain,
                                            .generation = c.generation,
                                            .kind = Due::reject_horizon});
}

// Whether the LP rejected more when the price had moved our way: counted once both are known, the
// drift at the fixed horizon and how the order ended. Orders that rest say nothing of a last look.
void Kernel::count_last_look(const Chain& c, Dir dir) {
    const Working* w = blotter_.working_if(c);
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (w == nullptr || !w->drift || !c.has(kInWindow) || !(immediate || c.rejected()) ||
        c.unreadable())
        return;
    const bool silent = c.why == Term::timed_out && c.cum.micro == 0;
    const bool discretionary = silent || (c.rejected() && kpi::is_last_look(c.reject_class));
    if (discretionary || !c.rejected()) row_at(c.row).sums.last_look(*w->drift, discretionary, dir);
}

// A late fill after a time-out, or a replace to more, opened the order again: what its end brought
// is taken back.
void Kernel::unresolve(std::uint32_t chain, const Chain& before) {
    const Chain& c = blotter_.chain(chain);
    count_hold(before, Dir::remove);
    Chain ended = before;
    ended.working = c.working;
    count_last_look(ended, Dir::remove);
    take_back_lot(chain);
}

}  // namespace assay
