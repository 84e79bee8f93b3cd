#include "tests/simulation/closed_loop.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/desk/child_wire.h"
#include "core/sim/trading.h"

namespace assay::simulation {

using desk::Desk;
using desk::Output;
using route::Intent;
using route::Scope;

namespace {

constexpr std::size_t kParents = 20;

std::string in_numbers(const desk::Outgoing& o, const fix::Message& m) {
    return fmt::format("{} {} lp {} side {} qty {} px {}", o.at.ns, m.msg_type, o.lp.number, m.side,
                       m.order_qty.micro, m.price.nano);
}

}  // namespace

void ClosedLoop::Seen::add(const Seen& o) {
    events += o.events, sent += o.sent, filled += o.filled, overfills += o.overfills;
    busts += o.busts, restarts += o.restarts, unknown += o.unknown, refusals += o.refusals;
    kills += o.kills, decisions += o.decisions, live += o.live, twice += o.twice;
    shadows += o.shadows;
}

ClosedLoop::ClosedLoop(std::uint64_t seed, Twist twist) : seed_(seed), draws_({seed, 0x6c6f6f70}) {
    world_ = std::make_unique<sim::World>(draw_world(seed, twist), seed);
    config_ = draw_desk();
    desk_ = std::make_unique<Desk>(config_, run_);
}

// --- what a seed draws ---------------------------------------------------------------------------

sim::WorldConfig ClosedLoop::draw_world(std::uint64_t, Twist twist) {
    sim::WorldConfig w;
    const std::size_t symbols = 1 + below(3), lps = 3 + below(6);
    w.market.symbols = {"ACME", "EURUSD", "XYZ"};
    w.market.symbols.resize(symbols);
    const auto natures = sim::six_lps();
    const auto zoo = sim::behaviours();
    w.lps.clear();
    for (std::size_t i = 0; i < lps; ++i) {
        sim::LpConfig lp = natures[below(natures.size())];
        lp.name = fmt::format("{}_{:02}", twist == Twist::lps_renamed ? "QX" : "LP", i);
        for (std::size_t k = below(3); k > 0; --k) zoo[below(zoo.size())].add(lp.nature, lp.habits);
        // Late reports and busts within the world's time.
        lp.habits.late_by = {static_cast<std::int64_t>(4e9 * u())};
        lp.habits.bust_after = {static_cast<std::int64_t>(2e10 * u())};
        if (twist == Twist::clocks_wrong) lp.habits.clock_offset.ns += 1'234'567'000;
        w.lps.push_back(std::move(lp));
    }
    w.parents.most = kParents;
    w.parents.mean_gap_s = 1 + 4 * u();
    w.length = {75'000'000'000};
    w.tail = {20'000'000'000};
    if (twist == Twist::ends_early) w.length = {40'000'000'000}, w.tail = {};
    return w;
}

desk::DeskConfig ClosedLoop::draw_desk() {
    const sim::WorldConfig& w = world_->config();
    desk::DeskConfig d = sim::desk_for(w, "balanced");
    for (const sim::LpConfig& lp : w.lps) d.router.lps.push_back(lp.name);
    d.our_comp_id = w.our_comp_id;
    d.router.seed = seed_;
    d.router.version = 7;
    d.fold_every = {10'000'000'000};
    d.router.static_tables[""] = {{0}, {1}};
    d.router.nothing_pays = u() < .5 ? route::WhenNothingPays::probe : route::WhenNothingPays::wait;
    // Limits that are met now and then: a gate that never refuses shows nothing.
    route::Limits& l = d.router.limits;
    l.child_qty = {150 * w.market.lot.micro};
    l.open_qty = {300 * w.market.lot.micro};
    l.collar_bps = 40;
    l.orders_per_window = 8;
    l.window = kSecond;
    l.orders_per_parent = 60;
    l.duplicate_window = {1};
    return d;
}

route::ParentOrder ClosedLoop::draw_order(const sim::Parent& parent) {
    static constexpr route::PolicyId kPolicies[] = {
        route::PolicyId::split,        route::PolicyId::split,
        route::PolicyId::primary,      route::PolicyId::probe_then_split,
        route::PolicyId::score_split,  route::PolicyId::limit_or_market,
        route::PolicyId::static_table, route::PolicyId::round_robin,
        route::PolicyId::random,       route::PolicyId::uniform,
        route::PolicyId::bandit};
    const sim::MarketConfig& market = world_->config().market;
    route::ParentOrder o;
    o.id = parent.number + 1;
    o.cl_ord_id = fmt::format("OMS-{}", o.id);
    o.symbol = market.symbols[parent.symbol];
    o.side = parent.side;
    o.lot = market.lot;
    o.tick = market.tick;
    o.qty = {parent.lots * o.lot.micro};
    if (u() < .2) o.qty += Qty{o.lot.micro / 3};
    o.starts = parent.at;
    o.ends = parent.at + Duration{static_cast<std::int64_t>((2 + 12 * u()) * 1e9)};
    o.pace.round_gap = {static_cast<std::int64_t>((.2 + u()) * 1e9)};
    o.pace.round_qty = u() < .5 ? o.qty : Qty{20 * o.lot.micro};
    o.pace.urgency = u();
    o.min_child = o.lot;
    o.max_child = {static_cast<std::int64_t>(1 + below(100)) * o.lot.micro};
    o.probe_qty = {static_cast<std::int64_t>(1 + below(20)) * o.lot.micro};
    o.max_slip_bps = u() < .5 ? 0 : 3 * u();
    o.fallback = u() < .3 ? route::Fallback::sweep : route::Fallback::hold;
    o.policy = kPolicies[below(std::size(kPolicies))];
    const double slack = u();
    if (const Bbo q = desk_->quote(o.symbol); slack < .4 && q.usable()) {
        const std::int64_t far = q.far_touch(o.side).nano;
        o.limit = Price{far + sign(o.side) * static_cast<std::int64_t>(static_cast<double>(far) *
                                                                       2e-3 * (slack - .1))};
    }
    orders_[o.id] = o;
    return o;
}

// --- what happens --------------------------------------------------------------------------------

bool ClosedLoop::step() {
    if (u() < .02) people();
    const std::optional<sim::Step> step = world_->next();
    if (!step) return false;
    ++seen_.events;
    if (u() < .005) damaged(*step);
    if (const auto* record = std::get_if<fix::Record>(&step->what)) {
        if (record->direction == fix::Direction::received &&
            !fix::parse(record->bytes, '\x01', message_)) {
            if (message_.msg_type == "8" && message_.exec_type == 'H') ++seen_.busts;
            const Ledger::Child* c = ledger_.heard(message_);
            if (c != nullptr) {
                ++seen_.filled;
                if (c->filled() > c->qty || ledger_.filled(c->parent) > orders_[c->parent].qty) {
                    ++seen_.overfills;
                    killed_.insert({route::LpId{c->lp}, {}});
                }
            }
        }
        act([&](Desk& d, Output& o) {
            d.take(*record, o);
            d.pass(step->at, o);
        });
        if (u() < .03) again(*step);
    } else if (const auto* parent = std::get_if<sim::Parent>(&step->what)) {
        const route::ParentOrder order = draw_order(*parent);
        act([&](Desk& d, Output& o) {
            d.take_parent(order, step->at, o);
            d.pass(step->at, o);
        });
    } else {
        woken_.reset();
        act([&](Desk& d, Output& o) { d.pass(step->at, o); });
    }
    return true;
}

void ClosedLoop::run() {
    while (step())
        if (testing::Test::HasFailure()) return;
    check_end();
}

void ClosedLoop::act(const Act& what) {
    out_.clear();
    what(*desk_, out_);
    if (shadow_) {
        Output other;
        what(*shadow_, other);
        compare(other);
    }
    hand_over();
    check_books();
    wake();
}

void ClosedLoop::people() {
    const double x = u();
    if (x < .3) {
        restart();
    } else if (x < .4 && !orders_.empty()) {
        const std::uint64_t id = 1 + below(orders_.size());
        act([&](Desk& d, Output& o) { d.cancel_parent(id, world_->now(), o); });
    } else if (x < .5) {
        settle_one();
    } else {
        person();
    }
}

void ClosedLoop::person() {
    const auto& symbols = world_->config().market.symbols;
    const route::LpId lp{static_cast<std::uint32_t>(below(config_.router.lps.size()))};
    const std::string symbol = symbols[below(symbols.size())];
    const Scope scopes[] = {{}, {lp, {}}, {lp, {}}, {lp, symbol}, {{}, symbol}};
    const Scope scope = scopes[below(std::size(scopes))];
    const double x = u();
    const Nanos now = world_->now();
    if (x < .25) {
        killed_.insert(scope);
        ++seen_.kills;
        act([&](Desk& d, Output& o) { d.kill(scope, now, "ann", "drill", o); });
    } else if (x < .7) {
        const std::set<Scope> all = killed_;
        for (const Scope& s : all) {
            EXPECT_FALSE(desk_->router().release(s, "ann", "ann")) << "15: two people";
            act([&](Desk& d, Output&) { EXPECT_TRUE(d.router().release(s, "ann", "bob")); });
        }
        killed_.clear();
    } else if (x < .8) {
        halted_.insert({{}, symbol});
        act([&](Desk& d, Output&) { d.router().halt({{}, symbol}, now, "news"); });
    } else {
        halted_.erase({{}, symbol});
        act([&](Desk& d, Output&) { d.router().resume({{}, symbol}); });
    }
}

void ClosedLoop::settle_one() {
    for (const auto& [name, c] : ledger_.children()) {
        const route::ChildId id = *desk::child_named(name);
        const route::Child* mine = desk_->router().child(id);
        if (mine == nullptr || mine->state != route::ChildState::unknown) continue;
        const std::string settled = name;
        act([&](Desk& d, Output& o) {
            EXPECT_FALSE(d.settle(id, "ann", "ann", world_->now(), o));
            EXPECT_TRUE(d.settle(id, "ann", "bob", world_->now(), o));
            ledger_.settled(settled);
        });
        return;
    }
}

// Half a message changes nothing but a counter.
void ClosedLoop::damaged(const sim::Step& step) {
    const auto* record = std::get_if<fix::Record>(&step.what);
    if (record == nullptr) return;
    fix::Record half = *record;
    const std::string bytes =
        std::string(record->bytes.substr(0, record->bytes.size() / 2)) + "\x01=\x01";
    half.bytes = bytes;
    half.length = static_cast<std::uint32_t>(half.bytes.size());
    const std::string before = desk_->router().save();
    const std::uint64_t unreadable = desk_->unreadable();
    act([&](Desk& d, Output& o) { d.take(half, o); });
    EXPECT_EQ(desk_->unreadable(), unreadable + 1) << "9: counted";
    EXPECT_TRUE(out_.outgoing.empty() && out_.routed.reports.empty()) << "9: nothing follows";
    EXPECT_TRUE(desk_->router().save() == before) << "9: nothing changes";
}

// The same bytes by a second tap.
void ClosedLoop::again(const sim::Step& step) {
    ++seen_.twice;
    const std::string before = desk_->router().save();
    act([&](Desk& d, Output& o) { d.take(std::get<fix::Record>(step.what), o); });
    EXPECT_TRUE(out_.outgoing.empty() && out_.routed.reports.empty()) << "4: applied once";
    EXPECT_TRUE(desk_->router().save() == before) << "4: applied once";
}

void ClosedLoop::restart() {
    const std::string bytes = desk_->save();
    auto loaded = std::make_unique<Desk>(config_, ++run_);
    ASSERT_TRUE(loaded->load(bytes));
    ASSERT_TRUE(loaded->save() == bytes) << "7: a state survives its bytes";
    if (u() < .5) {
        shadow_ = std::move(loaded);
        return;
    }
    ++seen_.restarts;
    shadow_.reset();
    desk_ = std::move(loaded);
    // Half of them without asking, as a process does that lost nothing.
    if (u() < .5) {
        act([&](Desk& d, Output& o) { d.restart(world_->now(), o); });
    } else {
        // Dies once more after it has decided, before anything has left.
        loses_ = u() < .5;
    }
}

// A desk that was saved and loaded says what the one that went on says, apart from numbers that a
// run gives out.
void ClosedLoop::compare(const Output& other) {
    ASSERT_EQ(out_.outgoing.size(), other.outgoing.size()) << "7: loaded, it does as before";
    fix::Message m, n;
    for (std::size_t i = 0; i < other.outgoing.size(); ++i) {
        const desk::Outgoing &a = out_.outgoing[i], &b = other.outgoing[i];
        ASSERT_FALSE(fix::parse(a.bytes, '\x01', m));
        ASSERT_FALSE(fix::parse(b.bytes, '\x01', n));
        ASSERT_EQ(in_numbers(a, m), in_numbers(b, n)) << "7";
        ASSERT_EQ(m.msg_seq_num, n.msg_seq_num) << "7";
    }
    ASSERT_EQ(out_.routed.reports.size(), other.routed.reports.size()) << "7";
    ASSERT_EQ(out_.routed.alerts.size(), other.routed.alerts.size()) << "7";
    ASSERT_EQ(out_.routed.decisions.size(), other.routed.decisions.size()) << "7";
    for (std::size_t i = 0; i < other.routed.decisions.size(); ++i)
        ASSERT_TRUE(bytes_of(out_.routed.decisions[i].choice) ==
                    bytes_of(other.routed.decisions[i].choice))
            << "7";
    ++seen_.shadows;
    if (!other.routed.decisions.empty()) shadow_.reset();
}

void ClosedLoop::hand_over() {
    seen_.refusals += out_.routed.refusals.size();
    for (const route::Decision& d : out_.routed.decisions) check_decision(d);
    ASSERT_EQ(out_.routed.intents.size(), out_.outgoing.size()) << "16: what leaves was intended";
    for (std::size_t i = 0; i < out_.outgoing.size(); ++i)
        check_send(out_.routed.intents[i], out_.outgoing[i]);
    for (const desk::Outgoing& o : out_.outgoing) {
        if (loses_) continue;
        const route::Parent* p = desk_->router().parent(o.parent);
        const auto attempt = static_cast<std::uint32_t>(p != nullptr ? p->round : 0);
        world_->send(o.lp.number, o.bytes, o.at,
                     {static_cast<std::uint32_t>(o.parent - 1), attempt});
    }
    if (!loses_ || out_.outgoing.empty()) return;
    // It was durable, and never left: after the restart it is UNKNOWN, and not sent again.
    loses_ = false;
    const std::string bytes = desk_->save();
    desk_ = std::make_unique<Desk>(config_, ++run_);
    shadow_.reset();
    ASSERT_TRUE(desk_->load(bytes));
    act([&](Desk& d, Output& o) { d.restart(world_->now(), o); });
}

void ClosedLoop::wake() {
    const auto due = desk_->next_due();
    if (!due || (woken_ && *woken_ <= *due)) return;
    woken_ = std::max(*due, world_->now());
    world_->wake_at(*woken_, 0);
}

// --- what must always hold -----------------------------------------------------------------------

void ClosedLoop::check_stops(const Intent& i) const {
    for (const Scope& s : {Scope{}, Scope{i.lp, {}}, Scope{{}, i.symbol}, Scope{i.lp, i.symbol}}) {
        ASSERT_FALSE(killed_.contains(s)) << "14, 15: killed receives nothing; LP " << i.lp.number;
        ASSERT_FALSE(halted_.contains(s)) << "14: halted receives nothing; " << i.symbol;
    }
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
    const route::Limits& l = config_.router.limits;
    ASSERT_GT(m.order_qty, 0_qty) << "18";
    ASSERT_LE(m.order_qty, l.child_qty) << "18";
    if (p.limit) {
        ASSERT_GE(sign(p.side) * (*p.limit - m.price).nano, 0) << "18: the parent's limit";
    }
    const Price far = desk_->quote(p.symbol).far_touch(p.side);
    const double beyond = 1e4 * sign(p.side) * as_double(m.price - far) / as_double(far);
    ASSERT_LE(beyond, l.collar_bps + 1e-6) << "18: the collar";
    std::vector<Nanos>& times = sent_at_[o.lp.number];
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
    EXPECT_EQ(static_cast<std::int64_t>(scored), ledger_.filled().micro)
        << "1, 4, 6: the scores count each fill of the wire once";
}

}  // namespace assay::simulation
