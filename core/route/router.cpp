#include "core/route/router.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/units/archive.h"

namespace assay::route {

Router::Router(RouterConfig config, std::uint64_t run)
    : config_(std::move(config)), run_(run), gate_(config_.limits, config_.lps) {}

const score::Profile* Router::profile_of(std::string_view name) const {
    for (const auto& p : config_.profiles)
        if (p.name == name) return &p;
    return score::find_profile(name);
}

void Router::on_parent(const ParentOrder& order, const MarketView& view, Outputs& out) {
    // The same id again is the same order, whatever else it says: nothing happens twice.
    if (parents_.contains(order.id)) return;
    Parent p;
    p.order = order;
    std::string wrong = wrong_with(order);
    if (wrong.empty() && profile_of(order.profile) == nullptr)
        wrong = fmt::format("no profile is called \"{}\"", order.profile);
    if (wrong.empty() && parents_.size() - ended_.size() >= config_.most_parents)
        wrong = fmt::format("{} orders are being worked, which is the most", config_.most_parents);
    if (wrong.empty() && view.at >= order.ends) wrong = "its window is over";
    if (wrong.empty()) {
        if (auto no = gate_.admit({view.at, order.id, order.symbol, order.side, order.qty,
                                   order.limit, view.quote})) {
            wrong = no->text;
            out.refusals.push_back(std::move(*no));
        }
    }
    if (!wrong.empty()) {
        // Not kept: the id may come again with what was wrong put right.
        p.move_to(ParentState::rejected);
        return report(p, ReportType::rejected, view.at, {}, {}, std::move(wrong), out);
    }
    p.move_to(ParentState::working);
    if (view.quote.usable()) p.decision_mid = view.quote.mid2();
    p.next_round_at = std::max(order.starts, view.at);
    auto& kept = parents_[order.id] = std::move(p);
    report(kept, ReportType::accepted, view.at, {}, {}, {}, out);
    go_on(kept, view, out);
}

void Router::on_cancel(std::uint64_t id, const MarketView& view, Outputs& out) {
    const auto it = parents_.find(id);
    if (it == parents_.end()) return;
    stop(it->second, StopReason::cancel_asked, view.at, out);
    go_on(it->second, view, out);
    forget_oldest(out);
}

void Router::on_time(std::uint64_t id, const MarketView& view, Outputs& out) {
    const auto it = parents_.find(id);
    if (it == parents_.end()) return;
    Parent& p = it->second;
    for (const ChildId c : p.children) {
        Child& child = children_.at(c);
        if (terminal(child.state) || child.state == ChildState::unknown) continue;
        if (known(child.times_out_at) && child.times_out_at <= view.at)
            time_out(p, child, view.at, out);
    }
    go_on(p, view, out);
    forget_oldest(out);
}

void Router::on_quote(std::uint64_t id, const MarketView& view, Outputs& out) {
    if (const auto it = parents_.find(id); it != parents_.end()) go_on(it->second, view, out);
}

bool Router::awaits_answers(const Parent& p) const {
    return std::any_of(p.children.begin(), p.children.end(), [&](ChildId id) {
        const Child& c = children_.at(id);
        return c.kind == ChildKind::take && !terminal(c.state) && c.state != ChildState::unknown;
    });
}

// An order that rests from an earlier round is asked back first; true while one is out.
bool Router::resting_asked_back(const Parent& p, Nanos at, Outputs& out) {
    bool any = false;
    for (const ChildId id : p.children) {
        Child& c = children_.at(id);
        if (c.kind != ChildKind::rest || terminal(c.state) || c.state == ChildState::unknown)
            continue;
        ask_back(c, at, out);
        any = true;
    }
    return any;
}

// The one place that decides what a parent does next.
void Router::go_on(Parent& p, const MarketView& view, Outputs& out) {
    if (terminal(p.state)) return wake(p, view.at);
    if (view.quote.usable()) {
        p.end_mid = view.quote.mid2();
        if (p.decision_mid.nano2 <= 0) p.decision_mid = p.end_mid;
    }
    if (!p.traded_at_start && view.at >= p.order.starts) {
        p.traded_at_start = view.traded;
        p.volume_at_round = view.traded.volume;
    }
    if (p.state == ParentState::working && p.remaining() > Qty{}) {
        const Pace& pace = p.order.pace;
        if (view.at >= p.order.ends || (pace.most_rounds && p.round >= *pace.most_rounds)) {
            at_the_end(p, view, out);
        } else if (pace.replan == Replan::when_all_answered && awaits_answers(p)) {
            // What came back waits for the others of its round.
        } else if (p.round_left > Qty{}) {
            plan(p, view, out);
        } else if (view.at >= p.next_round_at && !awaits_answers(p) &&
                   !resting_asked_back(p, view.at, out) && start_round(p, view)) {
            plan(p, view, out);
        }
    }
    if (p.state == ParentState::working && p.remaining() == Qty{} && exposure(p) > Qty{})
        for (const ChildId id : p.children) ask_back(children_.at(id), view.at, out);
    finish(p, view, out);
    wake(p, view.at);
}

void Router::at_the_end(Parent& p, const MarketView& view, Outputs& out) {
    if (resting_asked_back(p, view.at, out) || awaits_answers(p)) return;
    const bool sweeps = p.order.fallback == Fallback::sweep && !p.swept && view.quote.usable();
    const auto why = view.at >= p.order.ends ? StopReason::window_over : StopReason::rounds_over;
    if (!sweeps) return stop(p, why, view.at, out);
    p.swept = true;
    p.round_left = std::min(p.remaining(), cap_left(p, view));
    if (p.round_left > Qty{}) plan(p, view, out);
    p.round_left = Qty{};
    if (!awaits_answers(p)) stop(p, why, view.at, out);
}

void Router::stop(Parent& p, StopReason why, Nanos at, Outputs& out) {
    if (!p.move_to(ParentState::stopping)) {
        // An overfill outweighs a cancel that was asked for before.
        if (p.state == ParentState::stopping && why == StopReason::overfilled) p.stop = why;
        return;
    }
    p.stop = why;
    p.round_left = Qty{};
    for (const ChildId id : p.children) ask_back(children_.at(id), at, out);
}

// A request about a child that is out.
void Router::ask(Intent::What what, const Child& c, Outputs& out) const {
    out.intents.push_back({what,
                           c.id,
                           c.parent,
                           c.decision,
                           c.lp,
                           parents_.at(c.parent).order.symbol,
                           c.side,
                           c.kind,
                           c.qty,  // OrderQty(38) of a cancel is that of its order
                           c.limit,
                           {}});
}

void Router::ask_back(Child& c, Nanos at, Outputs& out) {
    if (c.state != ChildState::pending && c.state != ChildState::live) return;
    c.cancel_asked(at + config_.time_out);
    ask(Intent::What::cancel, c, out);
}

void Router::finish(Parent& p, const MarketView& view, Outputs& out) {
    if (terminal(p.state) || exposure(p) > Qty{}) return;
    const bool done = p.remaining() == Qty{};
    if (!done && p.state != ParentState::stopping) return;
    if (done) {
        p.move_to(ParentState::filled);
    } else if (p.stop == StopReason::window_over || p.stop == StopReason::rounds_over) {
        p.move_to(ParentState::expired);
        report(p, ReportType::expired, view.at, {}, {}, text(p.stop), out);
    } else {
        p.move_to(ParentState::canceled);
        report(p, ReportType::canceled, view.at, {}, {}, text(p.stop), out);
    }
    p.ended_at = view.at;
    ended_.push_back(p.order.id);
}

void Router::forget_oldest(Outputs& out) {
    while (ended_.size() > config_.most_ended) {
        const auto it = parents_.find(ended_.front());
        ended_.erase(ended_.begin());
        if (it == parents_.end()) continue;
        for (const ChildId id : it->second.children) children_.erase(id);
        due_.erase({it->second.wakes_at, it->first});
        gate_.forget(it->first);
        out.forgotten.push_back(it->first);
        parents_.erase(it);
    }
}

void Router::wake_at(Parent& p, Nanos at) {
    if (known(p.wakes_at)) due_.erase({p.wakes_at, p.order.id});
    p.wakes_at = at;
    if (known(at)) due_.insert({at, p.order.id});
}

// The earliest of what this parent waits for, and never a moment that is not in the future.
void Router::wake(Parent& p, Nanos now) {
    index(p);
    if (terminal(p.state)) return wake_at(p, kNever);
    Nanos first = kNever;
    const auto want = [&](Nanos at) {
        if (!known(at)) return;
        at = std::max(at, now + kMicrosecond);
        if (!known(first) || at < first) first = at;
    };
    bool waits = false;
    for (const ChildId id : p.children) {
        const Child& c = children_.at(id);
        if (terminal(c.state) || c.state == ChildState::unknown) continue;
        want(c.times_out_at);
        waits |= c.kind == ChildKind::take;
    }
    if (p.state == ParentState::working && p.remaining() > Qty{}) {
        if (now < p.order.ends) want(p.order.ends);
        // With something left of the round, or a round that is due and could not start: when
        // somebody comes back, or after the gap.
        if (!waits) {
            if (p.round_left > Qty{} || p.next_round_at <= now) {
                want(now + p.order.pace.round_gap);
                want(p.tried.next_return(now));
            } else {
                want(p.next_round_at);
            }
        }
    }
    wake_at(p, first);
}

void Router::index(const Parent& p) {
    if (terminal(p.state))
        unfinished_.erase(p.order.id);
    else
        unfinished_.insert(p.order.id);
    if (p.state == ParentState::working && p.held != Hold::none) {
        held_[p.order.symbol].insert(p.order.id);
    } else if (const auto of = held_.find(p.order.symbol); of != held_.end()) {
        of->second.erase(p.order.id);
        if (of->second.empty()) held_.erase(of);
    }
}

const Router::Ids* Router::held(std::string_view symbol) const {
    if (held_.empty()) return nullptr;
    const auto it = held_.find(symbol);
    return it == held_.end() ? nullptr : &it->second;
}

std::optional<Router::Due> Router::next_due() const {
    if (due_.empty()) return std::nullopt;
    return Due{due_.begin()->first, due_.begin()->second};
}

Qty Router::exposure(const Parent& p) const {
    Qty sum;
    for (const ChildId id : p.children) sum += children_.at(id).exposure();
    return sum;
}

std::optional<std::uint64_t> Router::parent_of(ChildId id) const {
    const auto it = children_.find(id);
    return it == children_.end() ? std::nullopt : std::optional(it->second.parent);
}
const Parent* Router::parent(std::uint64_t id) const {
    const auto it = parents_.find(id);
    return it == parents_.end() ? nullptr : &it->second;
}
const Child* Router::child(ChildId id) const {
    const auto it = children_.find(id);
    return it == children_.end() ? nullptr : &it->second;
}

Result<double> Router::vwap_slippage_bps(const Parent& p) const {
    std::vector<const Child*> all;
    for (const ChildId id : p.children)
        if (const Child* c = child(id)) all.push_back(c);
    return p.vwap_slippage_bps(all);
}

void Router::report(const Parent& p, ReportType type, Nanos at, Qty qty, Price px,
                    std::string words, Outputs& out) const {
    const Qty leaves = terminal(p.state) ? Qty{} : p.remaining();
    out.reports.push_back(
        {at, p.order.id, type, p.state, qty, px, p.cum, leaves, p.avg_px(), std::move(words)});
}

}  // namespace assay::route
