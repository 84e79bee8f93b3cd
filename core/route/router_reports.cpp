// What LPs say about children, and what follows for the parent, the breaker and the gate.
#include <algorithm>
#include <fmt/format.h>

#include "core/route/router.h"
#include "core/units/decimal.h"

namespace assay::route {

double Router::usual_rejects(LpId lp) const {
    const auto it = usual_.find(lp);
    return it == usual_.end() ? 0 : it->second;
}

void Router::on_report(const ChildReport& said, const MarketView& view, Outputs& out) {
    ChildReport r = said;
    r.traded = view.traded;
    const auto it = children_.find(r.child);
    if (it == children_.end()) {
        out.alerts.push_back({r.at,
                              0,
                              {},
                              fmt::format("a report ({}) names child {}, which nobody "
                                          "sent or which is forgotten",
                                          text(r.answer), r.child.number)});
        return;
    }
    Child& c = it->second;
    Parent& p = parents_.at(c.parent);
    for (const Candidate& known : view.candidates) usual_[known.lp] = known.reject_share;
    const ChildState before = c.state;
    const bool found_before = give_way(p, c, r, view, out);
    const Qty owed_before = c.owed;
    const ChildChange change = c.apply(r);
    if (change.contradictory && !found_before)
        out.alerts.push_back({r.at, p.order.id, c.lp,
                              fmt::format("filled more of an order that it had reported {}: {}",
                                          text(before), to_text(c.cum + c.owed))});
    if (terminal(c.state) && c.owed > owed_before)
        out.alerts.push_back(
            {r.at, p.order.id, c.lp,
             fmt::format("says that {} were filled, of which {} were never reported: they count as "
                         "exposure until they are, or until two people settle it",
                         to_text(c.cum + c.owed), to_text(c.owed))});
    if (change.what == ChildChange::What::counted) count(p, c, change, r, view, out);
    if (terminal(c.state)) gate_.closed(c.id, c.exposure());
    if (change.ended) ended(p, c, r, view, out);
    // An answer that leaves the order alive gives it the time-out again.
    if (!terminal(c.state) && change.what != ChildChange::What::nothing)
        c.times_out_at = c.kind == ChildKind::rest && before != ChildState::canceling
                             ? kNever
                             : r.at + config_.time_out;
    // It was UNKNOWN when it should have been asked back, and lives.
    if (before == ChildState::unknown && c.state == ChildState::live &&
        (p.state == ParentState::stopping || gate_.killed(c.lp, p.order.symbol)))
        ask_back(c, r.at, out);
    go_on(p, view, out);
    forget_oldest(out);
}

// What people booked stands in for what the LP did not report. Once it does, theirs is taken back,
// as far as the LP's goes. True: all of the fill was found by people before.
bool Router::give_way(Parent& p, Child& c, const ChildReport& r, const MarketView& view,
                      Outputs& out) {
    const ChildFill* booked = c.booked();
    if (booked == nullptr || r.answer != Answer::filled || r.exec_id.empty() ||
        r.last_qty <= Qty{} || c.knows_fill(r.exec_id))
        return false;
    const Qty qty = booked->qty;
    ChildReport back;
    back.at = r.at;
    back.child = c.id;
    back.answer = Answer::busted;
    back.exec_ref_id = booked->exec_id;
    back.traded = r.traded;
    ChildReport rest = back;
    rest.answer = Answer::filled;
    rest.exec_ref_id.clear();
    rest.exec_id = c.booked_id();
    rest.last_qty = qty - r.last_qty;
    rest.last_px = booked->px;
    count(p, c, c.apply(back), back, view, out);
    if (rest.last_qty > Qty{}) count(p, c, c.book(rest), rest, view, out);
    return r.last_qty <= qty;
}

void Router::count(Parent& p, Child& c, const ChildChange& change, const ChildReport& r,
                   const MarketView& view, Outputs& out) {
    gate_.filled(c.id, change.filled);
    p.count(c, change);
    const bool bust = r.answer != Answer::filled;
    if (bust && !booked_by_people(r.exec_ref_id)) {
        breakers_.open(r.at, c.lp, Fault::bust);
        out.alerts.push_back(
            {r.at, p.order.id, c.lp, fmt::format("took back or changed fill {}", r.exec_ref_id)});
    }
    if (p.overfilled_by(change)) overfilled(p, c, view, out);
    const std::string words = terminal(p.state) ? "after the order was over" : "";
    report(p, bust ? ReportType::bust : ReportType::fill, r.at, change.filled, r.last_px, words,
           out);
    out.reports.back().lp = c.lp;
    out.reports.back().exec_id = r.exec_id;
    out.reports.back().exec_ref_id = r.exec_ref_id;
}

// It is ours, whoever is to blame: counted, said, and nothing more goes to that LP.
void Router::overfilled(Parent& p, const Child& c, const MarketView& view, Outputs& out) {
    out.alerts.push_back(
        {view.at, p.order.id, c.lp,
         fmt::format("overfilled: {} of {} at the LP, {} of {} in all", to_text(c.cum),
                     to_text(c.qty), to_text(p.cum), to_text(p.order.qty))});
    gate_.kill({c.lp, {}}, view.at, "the router", "it filled more than it was sent");
    stop(p, StopReason::overfilled, view.at, out);
}

void Router::ended(Parent& p, Child& c, const ChildReport& r, const MarketView& view,
                   Outputs& out) {
    const Qty unfilled = c.cum < c.qty ? c.qty - c.cum : Qty{};
    // Its silence was counted when it timed out.
    const bool ours = r.answer == Answer::rejected && r.blamed_on_us;
    if (!c.timed_out() && !ours)
        breakers_.observe(r.at, c.lp, p.order.symbol,
                          c.state == ChildState::rejected ? Outcome::rejected : Outcome::answered,
                          usual_rejects(c.lp));
    if (c.state == ChildState::rejected) {
        p.tried.rejected(c.lp, r.at, config_.reroute);
    } else if (unfilled > Qty{} && c.kind == ChildKind::take) {
        Refill refill = Refill::depletes;
        for (const Candidate& known : view.candidates)
            if (known.lp == c.lp) refill = known.refill;
        p.tried.came_short(c.lp, r.at, refill, config_.reroute);
    }
    if (unfilled > Qty{} && p.state == ParentState::working && !p.swept) {
        p.round_short = p.round_short || c.kind == ChildKind::take;
        if (p.probing) {
            p.next_round_at = r.at;  // after a probe that came short, the split at once
        } else {
            p.round_left += unfilled - std::min(unfilled, c.owed);
        }
    }
    close_outcome(p, c, out);
}

void Router::close_outcome(const Parent& p, const Child& c, Outputs& out) {
    const auto it = open_.find(c.decision);
    if (it == open_.end()) return;
    Open& open = it->second;
    for (ChildOutcome& o : open.outcome.children) {
        if (o.child != c.id || terminal(o.state)) continue;
        o.filled = c.cum;
        o.notional = c.notional;
        o.state = c.state;
        if (known(c.answered_at)) o.took = c.answered_at - c.sent_at;
        open.outcome.filled_lots += as_double(c.cum) / as_double(p.order.lot);
        --open.waiting;
    }
    if (open.waiting > 0) return;
    if (!open.plan.empty())
        if (const auto cost = cost_a_lot(open.outcome, open.terms, p.order.side, p.order.lot))
            bandit_.learn(open.plan, open.features, *cost);
    out.outcomes.push_back(std::move(open.outcome));
    open_.erase(it);
}

void Router::time_out(Parent& p, Child& c, Nanos at, Outputs& out) {
    const bool first = !c.timed_out();
    c.time_out(at);
    if (first) {
        breakers_.observe(at, c.lp, p.order.symbol, Outcome::timed_out, usual_rejects(c.lp));
        p.round_short = true;
        if (p.probing) p.next_round_at = at;
    }
    out.alerts.push_back(
        {at, p.order.id, c.lp,
         fmt::format("no answer for {} ms: {} may still be filled and are not "
                     "sent again until it is known",
                     config_.time_out.ns / kMillisecond.ns, to_text(c.exposure()))});
    ask(Intent::What::cancel, c, out);
}

}  // namespace assay::route
