// What must always hold, by its number in tests/simulation/README.md.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/desk/child_wire.h"
#include "core/kernel/scorecard.h"
#include "tests/simulation/closed_loop.h"
#include "tests/simulation/scores_hold.h"

namespace assay::simulation {

using route::Intent;
using route::Scope;

void ClosedLoop::check_stops(const Intent& i) const {
    for (const Scope& s : {Scope{}, Scope{i.lp, {}}, Scope{{}, i.symbol}, Scope{i.lp, i.symbol}}) {
        ASSERT_FALSE(killed_.contains(s)) << "14, 15: killed receives nothing; LP " << i.lp.number;
        ASSERT_FALSE(halted_.contains(s)) << "14: halted receives nothing; " << i.symbol;
    }
    ASSERT_FALSE(down_.contains(i.lp)) << "14: logged out receives nothing; LP " << i.lp.number;
}

void ClosedLoop::check_send(const Intent& i, const desk::Outgoing& o) {
    ASSERT_FALSE(fix::parse(o.bytes, '\x01', message_));
    const fix::Message& m = message_;
    trace_.push_back(in_numbers(o, m));
    ASSERT_EQ(o.lp, i.lp);
    ASSERT_EQ(m.target_comp_id, config_.router.lps[o.lp.number]);
    if (m.msg_type != "D") return;
    ++seen_.sent;
    check_stops(i);
    check_limits(i, m);
    const auto order = orders_.find(o.parent);
    ASSERT_NE(order, orders_.end()) << "19: every child has a parent";
    const route::ParentOrder& p = order->second;
    ASSERT_EQ(m.symbol, p.symbol) << "19";
    ASSERT_EQ(side_of_fix(m.side), p.side) << "19";
    ASSERT_LE(ledger_.filled(p.id) + ledger_.outstanding(p.id) + m.order_qty, p.qty)
        << "2, 17: filled " << ledger_.filled(p.id).micro << ", out "
        << ledger_.outstanding(p.id).micro << ", this " << m.order_qty.micro;
    ASSERT_TRUE(ledger_.sent(m, p.id, o.lp.number)) << "16: an id is never used twice";
    const auto choice = choices_.find(i.decision);
    ASSERT_NE(choice, choices_.end()) << "19: a stored decision";
    ASSERT_TRUE(std::any_of(choice->second.children.begin(), choice->second.children.end(),
                            [&](const route::PlannedChild& c) {
                                return c.lp == o.lp && c.qty == m.order_qty && c.limit == m.price;
                            }))
        << "19: the decision says so";
    if (p.limit) {
        ASSERT_GE(sign(p.side) * (*p.limit - m.price).nano, 0) << "18: the parent's limit";
    }
}

// Of one order that leaves, before the ledger has it: as an observer of the wire would add it up.
void ClosedLoop::check_limits(const Intent& i, const fix::Message& m) {
    const route::Limits& l = config_.router.limits;
    ASSERT_GT(m.order_qty, 0_qty) << "18";
    ASSERT_LE(m.order_qty, l.child_qty) << "18: the quantity of a child";
    const Money value = m.price * m.order_qty;
    ASSERT_TRUE(value <= l.child_notional) << "18: the value of a child";
    Qty open = m.order_qty;
    std::int64_t children = 1;
    for (const auto& [name, c] : ledger_.children()) {
        const route::ChildId id = *desk::child_named(name);
        // What an LP owes after a bust only its own books tell.
        const Qty out = c.busted ? desk_->router().child(id)->exposure() : c.outstanding();
        if (orders_.at(c.parent).symbol == i.symbol) open += out;
        if (c.parent != i.parent) continue;
        ++children;
        if (c.lp != i.lp.number) continue;
        ASSERT_FALSE(out > 0_qty && c.qty == m.order_qty && c.price == m.price)
            << "18: the same as " << name << ", which is out";
        const route::Child* other = desk_->router().child(id);
        ASSERT_NE(other->state, route::ChildState::unknown)
            << "17: an answer of " << name << " is owed";
    }
    ASSERT_LE(open, l.open_qty) << "18: open in " << i.symbol;
    ASSERT_LE(children, l.orders_per_parent) << "18: repeated execution";
    const Side side = side_of_fix(m.side);
    const Price far = desk_->quote(i.symbol).far_touch(side);
    const double beyond = 1e4 * sign(side) * as_double(m.price - far) / as_double(far);
    ASSERT_LE(beyond, l.collar_bps + 1e-6) << "18: the collar";
    std::vector<Nanos>& times = sent_at_[i.lp.number];
    times.push_back(world_->now());
    const auto recent = std::count_if(times.begin(), times.end(),
                                      [&](Nanos t) { return t > world_->now() - l.window; });
    ASSERT_LE(recent, l.orders_per_window) << "18: the rate";
}

void ClosedLoop::check_decision(const route::Decision& d) {
    ++seen_.decisions;
    ASSERT_TRUE(choices_.emplace(d.inputs.id, d.choice).second) << "19: its id is its own";
    ASSERT_EQ(bytes_of(decide(d.inputs)), bytes_of(d.choice)) << "20: decided again";
    const auto back = route::Decision::from_bytes(d.bytes());
    ASSERT_TRUE(back) << "20";
    ASSERT_EQ(bytes_of(decide(back->inputs)), bytes_of(d.choice)) << "20: from its bytes";
    const bool fresh = d.inputs.scores.state == route::BoardState::good &&
                       d.inputs.at - d.inputs.scores.as_of <= d.inputs.ladder.ttl;
    if (!fresh) {
        ASSERT_NE(d.choice.step, route::Step::live) << "22: old scores are said";
    }
    ASSERT_LE(d.inputs.scores.as_of, d.inputs.at) << "8: nothing of the future";
    ASSERT_LE(d.inputs.quote.at, d.inputs.at) << "8: nothing of the future";
    if (d.choice.step == route::Step::live) ++seen_.live;
    ++seen_.steps[static_cast<std::size_t>(d.choice.step)];
    ASSERT_TRUE(d.choice.step != route::Step::hold || d.choice.children.empty())
        << "22: nothing is sent on hold";
    // To the last bit, but for whom: names and LPs that were never asked are no part of it.
    trace_.push_back(fmt::format("decision {} {} {:a} {:a} {:a}", static_cast<int>(d.choice.step),
                                 d.choice.children.size(), d.choice.cost, d.choice.expected_lots,
                                 d.choice.completion));
    // After the first session priors change where one begins, and nowhere else.
    const std::int64_t day = utc_day(d.inputs.at);
    if (d.inputs.scores.state != route::BoardState::good || day == utc_day(world_->config().start))
        return;
    const auto of_day =
        priors_of_day_.try_emplace(day, d.inputs.scores.priors_version).first->second;
    ASSERT_EQ(of_day, d.inputs.scores.priors_version) << "25: within a session the priors stand";
}

void ClosedLoop::check_books() {
    const route::Router& router = desk_->router();
    struct Sums {
        Qty filled, out;
    };
    std::map<std::uint64_t, Sums> wire;
    for (const auto& [name, c] : ledger_.children()) {
        const route::Child* mine = router.child(*desk::child_named(name));
        ASSERT_NE(mine, nullptr) << name;
        const Qty filled = c.filled();
        ASSERT_EQ(mine->cum, filled) << "1, 4, 6: each fill once, none lost; " << name;
        if (!c.busted) {
            ASSERT_EQ(mine->exposure(), c.outstanding()) << "2, 3: " << name;
        }
        wire[c.parent].filled += filled;
        wire[c.parent].out += mine->exposure();
    }
    for (const auto& [id, p] : router.parents()) {
        ASSERT_EQ(p.cum, wire[id].filled) << "1: conservation; parent " << id;
        ASSERT_EQ(router.gate().filled_of(id), wire[id].filled) << "18: the gate agrees";
        ASSERT_EQ(router.gate().outstanding(id), wire[id].out) << "18: the gate agrees";
        if (p.cum > p.order.qty) {
            ASSERT_NE(p.state, route::ParentState::working) << "5: an overfill stops it";
        }
    }
    ASSERT_LE(router.gate().total_out(), router.gate().total_in()) << "19: out above in";
}

// Everything is over, or it is said what is not known; and the kernel has counted as the wire did.
void ClosedLoop::check_end() {
    for (const auto& [id, p] : desk_->router().parents()) {
        if (p.order.ends + kSecond + kSecond + kSecond > world_->now()) continue;
        EXPECT_TRUE(terminal(p.state) || desk_->router().exposure(p) > 0_qty)
            << "parent " << id << " is " << text(p.state) << " after its window";
    }
    for (const auto& [name, c] : ledger_.children())
        seen_.unknown +=
            desk_->router().child(*desk::child_named(name))->state == route::ChildState::unknown;
    Money scored = 0;
    for (const Kernel* k : desk_->shards())
        for (const ReportRow& row : k->rows()) scored += row.sums.filled;
    // What comes when its trade date is over is counted apart (docs/spec.md 1.4), not scored.
    if (seen_.midnights == 0) {
        EXPECT_EQ(static_cast<std::int64_t>(scored), ledger_.filled().micro)
            << "1, 4, 6: the scores count each fill of the wire once";
    }
    check_pages();
    check_report();
}

// --- scores --------------------------------------------------------------------------------------

// 24: had the LP done better, nothing of it would be believed less.
void ClosedLoop::better(const fix::Record& record) {
    fix::SessionStage stage(config_.parties);
    std::string blob;
    desk_->stage().save(blob);
    ASSERT_TRUE(stage.load(blob));
    std::vector<Event> events;
    stage.take({record.capture_ns, {1, record.length, record.session}, true}, message_, events);
    for (const Event& event : events)
        for (const Kernel* k : desk_->shards())
            if (k->symbols().find(event.symbol) != NameTable::kNone)
                seen_.bettered += better_is_no_worse(*k, config_, desk_->priors(), event);
}

void ClosedLoop::check_pages() {
    for (const std::string& symbol : world_->config().market.symbols)
        for (const score::Profile& profile : config_.ranked)
            if (const auto page = desk_->page(profile.name, symbol)) {
                ++seen_.pages;
                page_holds(*page, profile, desk_->shards(), desk_->priors());
            }
}

void ClosedLoop::check_report() {
    const auto shards = desk_->shards();
    if (!shards.empty()) report_holds(scorecard(shards, config_.kernel));
}

}  // namespace assay::simulation
