// Kill, halt, release, restart: what people and sessions do to the router.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/route/router.h"
#include "core/units/archive.h"
#include "core/units/decimal.h"

namespace assay::route {

void Router::kill(const Scope& scope, Nanos at, std::string_view who, std::string_view why,
                  Outputs& out) {
    gate_.kill(scope, at, who, why);
    for (auto& [id, c] : children_) {
        if (scope.lp && *scope.lp != c.lp) continue;
        if (!scope.symbol.empty() && parents_.at(c.parent).order.symbol != scope.symbol) continue;
        ask_back(c, at, out);
    }
    for (auto& [id, p] : parents_) wake(p, at);
}

Result<void> Router::release(const Scope& scope, std::string_view first, std::string_view second) {
    return gate_.release(scope, first, second);
}

void Router::halt(const Scope& scope, Nanos at, std::string_view why) {
    gate_.halt(scope, at, why);
}

void Router::resume(const Scope& scope) {
    gate_.resume(scope);
}

void Router::session_down(LpId lp, Nanos at, Outputs& out, bool ours) {
    gate_.halt({lp, {}}, at, "its session is down");
    if (!ours) breakers_.open(at, lp, Fault::session_down);
    // What is at an LP that cannot be heard is UNKNOWN at once.
    for (auto& [id, c] : children_) {
        if (c.lp != lp || terminal(c.state) || c.state == ChildState::unknown) continue;
        c.time_out(at);
        out.alerts.push_back({at, c.parent, lp, "its session is down: the order is UNKNOWN"});
    }
    for (auto& [id, p] : parents_) wake(p, at);
}

void Router::own_quote_crossed(LpId lp, const std::string& symbol, Nanos at, Outputs& out) {
    // While it is open the next crossed quote says nothing new.
    if (breakers_.state(at, lp, symbol) == BreakerState::open) return;
    breakers_.open(at, lp, symbol, Fault::crossed_own_quote);
    out.alerts.push_back({at, 0, lp, fmt::format("its own quote of {} is crossed", symbol)});
}

void Router::session_up(LpId lp, Outputs& out) {
    gate_.resume({lp, {}});
    for (auto& [id, c] : children_)
        if (c.lp == lp && !terminal(c.state)) ask(Intent::What::ask_status, c, out);
}

void Router::on_restart(Nanos at, Outputs& out) {
    for (auto& [id, c] : children_) {
        if (terminal(c.state)) continue;
        // Its time passed while nobody listened: no silence of the LP, and no breaker counts it.
        if (c.state != ChildState::unknown) c.time_out(at);
        ask(Intent::What::ask_status, c, out);
    }
    for (auto& [id, p] : parents_) wake(p, at);
}

Result<void> Router::on_replace(std::uint64_t id, Qty qty, std::optional<Price> limit,
                                const MarketView& view, Outputs& out) {
    const auto it = parents_.find(id);
    if (it == parents_.end()) return fail(fmt::format("no order {} is known", id));
    Parent& p = it->second;
    if (p.state != ParentState::working)
        return fail(
            fmt::format("order {} is {}; only what is worked can be changed", id, text(p.state)));
    const Qty least = p.cum + exposure(p);
    if (qty < least)
        return fail(
            fmt::format("{} are filled and {} are at LPs; the order cannot be made smaller "
                        "than that ({} asked)",
                        to_text(p.cum), to_text(exposure(p)), to_text(qty)));
    if (limit && limit->nano <= 0) return fail("its limit price is not positive");
    if (auto no =
            gate_.amend({view.at, id, p.order.symbol, p.order.side, qty, limit, view.quote})) {
        std::string why = no->text;
        out.refusals.push_back(std::move(*no));
        return fail(std::move(why));
    }
    p.order.qty = qty;
    p.order.limit = limit;
    if (p.round_left > p.remaining()) p.round_left = p.remaining();
    go_on(p, view, out);
    forget_oldest(out);
    return {};
}

Result<void> Router::settle(ChildId id, std::string_view first, std::string_view second,
                            const MarketView& view, Outputs& out, const Found& found) {
    const auto it = children_.find(id);
    if (it == children_.end()) return fail(fmt::format("no child {} is known", id.number));
    Child& c = it->second;
    if (c.state != ChildState::unknown && c.owed == Qty{})
        return fail(fmt::format("child {} is {}; only what is UNKNOWN or owed is settled by people",
                                id.number, text(c.state)));
    if (first.empty() || second.empty() || first == second)
        return fail(fmt::format("it takes two people; this has \"{}\" and \"{}\"", first, second));
    const Qty filled = found.filled.value_or(c.cum), more = filled - c.cum;
    const Qty open = c.exposure();
    if (more < Qty{})
        return fail(fmt::format("{} are filled by what its LP reported; {} in all is less",
                                to_text(c.cum), to_text(filled)));
    if (more > open)
        return fail(fmt::format("{} are reported and {} open; {} in all is more", to_text(c.cum),
                                to_text(open), to_text(filled)));
    if (more > Qty{} && found.price.nano <= 0)
        return fail(
            fmt::format("{} were filled and not reported: it takes their price", to_text(more)));
    Parent& p = parents_.at(c.parent);
    if (more > Qty{}) {
        ChildReport booked;
        booked.at = view.at;
        booked.child = id;
        booked.answer = Answer::filled;
        booked.last_qty = more;
        booked.last_px = found.price;
        booked.exec_id = c.booked_id();
        booked.traded = view.traded;
        count(p, c, c.book(booked), booked, view, out);
        out.reports.back().text = fmt::format("booked by {} and {}", first, second);
    }
    c.settle(view.at);
    gate_.closed(id, Qty{});
    out.alerts.push_back(
        {view.at, p.order.id, c.lp,
         fmt::format("child {} is settled by {} and {}: {} filled in all, {} not", id.number, first,
                     second, to_text(c.cum), to_text(open - more))});
    close_outcome(p, c, out);
    go_on(p, view, out);
    return {};
}

std::string Router::save() const {
    std::string out;
    Saver saver(out);
    saver(kVersion, config_.lps, gate_, breakers_, bandit_, ledger_, parents_, children_, open_,
          ended_, usual_, sent_today_, all_sent_today_, day_);
    return out;
}

Result<void> Router::load(std::string_view bytes) {
    Loader loader(bytes);
    std::uint32_t version = 0;
    loader(version);
    if (!loader.ok() || version != kVersion)
        return fail(fmt::format("this router state is of version {}; version {} is read", version,
                                kVersion));
    std::vector<std::string> lps;
    loader(lps);
    // An LpId is a place in this list: under another one the same number is somebody else.
    if (loader.ok() && lps != config_.lps)
        return fail(fmt::format("this router state knows {} LPs, [{}]; configured are [{}]",
                                lps.size(), fmt::join(lps, ", "), fmt::join(config_.lps, ", ")));
    // The run is this one's, so that the ids of a lost tail are never given out again.
    Router fresh(config_, run_);
    loader(fresh.gate_, fresh.breakers_, fresh.bandit_, fresh.ledger_, fresh.parents_,
           fresh.children_, fresh.open_, fresh.ended_, fresh.usual_, fresh.sent_today_,
           fresh.all_sent_today_, fresh.day_);
    if (!loader.ok() || !loader.at_end()) return fail("this router state is damaged");
    for (const auto& [id, c] : fresh.children_)
        if (!fresh.parents_.contains(c.parent)) return fail("this router state is damaged");
    for (const auto& [id, p] : fresh.parents_) {
        if (static_cast<std::size_t>(p.order.policy) >= policies().size() || p.order.lot <= Qty{})
            return fail("this router state is damaged");
        if (profile_of(p.order.profile) == nullptr)
            return fail(fmt::format("order {} is worked by profile \"{}\", which is not configured",
                                    id, p.order.profile));
        for (const ChildId c : p.children)
            if (!fresh.children_.contains(c)) return fail("this router state is damaged");
        if (known(p.wakes_at)) fresh.due_.insert({p.wakes_at, id});
        fresh.index(p);
    }
    fresh.children_made_ = children_made_;
    fresh.decisions_made_ = decisions_made_;
    *this = std::move(fresh);
    return {};
}

}  // namespace assay::route
