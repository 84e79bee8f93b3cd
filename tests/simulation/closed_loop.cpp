#include "tests/simulation/closed_loop.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/desk/child_wire.h"
#include "core/fix/encode.h"

namespace assay::simulation {

using desk::Desk;
using desk::Output;
using route::Intent;
using route::Scope;

namespace {

// The same message as a resend: PossDupFlag(43), and a new time of sending.
std::string sent_again(std::string_view bytes, Nanos at) {
    std::string old(bytes);
    std::replace(old.begin(), old.end(), '\x01', '|');
    const auto field = [&](std::string_view tag) { return old.find(tag) + 1; };
    const std::size_t body = field("|35="), time = field("|52="), sum = field("|10=");
    std::string stamp;
    fix::append_utc_timestamp(stamp, at, fix::Fraction::micros);
    const std::string inside = old.substr(body, time - body) + "43=Y|52=" + stamp +
                               "|122=" + old.substr(time + 3, sum - time - 3);
    std::string again =
        fmt::format("{}|9={}|{}", old.substr(0, old.find('|')), inside.size(), inside);
    std::replace(again.begin(), again.end(), '|', '\x01');
    unsigned checksum = 0;
    for (const char c : again) checksum += static_cast<unsigned char>(c);
    return again + fmt::format("10={:03}\x01", checksum % 256);
}

}  // namespace

std::string ClosedLoop::in_numbers(const desk::Outgoing& o, const fix::Message& m) {
    return fmt::format("{} {} lp {} side {} qty {} px {}", o.at.ns, m.msg_type, o.lp.number, m.side,
                       m.order_qty.micro, m.price.nano);
}

void ClosedLoop::Seen::add(const Seen& o) {
    events += o.events, sent += o.sent, filled += o.filled, overfills += o.overfills;
    busts += o.busts, restarts += o.restarts, unknown += o.unknown, refusals += o.refusals;
    kills += o.kills, decisions += o.decisions, live += o.live, twice += o.twice;
    shadows += o.shadows, resent += o.resent, downs += o.downs, bettered += o.bettered;
    pages += o.pages, midnights += o.midnights;
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i] += o.steps[i];
}

ClosedLoop::ClosedLoop(std::uint64_t seed, Twist twist) : seed_(seed), draws_({seed, 0x6c6f6f70}) {
    world_ = std::make_unique<sim::World>(draw_world(seed, twist), seed);
    config_ = draw_desk(twist);
    desk_ = std::make_unique<Desk>(config_, run_);
    first_quotes(twist);
}

// --- what happens --------------------------------------------------------------------------------

bool ClosedLoop::step() {
    if (u() < .02) people();
    const std::optional<sim::Step> step = world_->next();
    if (!step) return false;
    ++seen_.events;
    if (u() < .005) damaged(*step);
    if (const auto* record = std::get_if<fix::Record>(&step->what)) {
        const bool heard = record->direction == fix::Direction::received &&
                           !fix::parse(record->bytes, '\x01', message_);
        if (heard) {
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
        if (u() < .02 && heard && message_.msg_type == "8") better(*record);
        act([&](Desk& d, Output& o) {
            d.take(*record, o);
            d.pass(step->at, o);
        });
        if (u() < .03) again(*step);
        if (u() < .01) check_pages();
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
    const route::LpId lp{static_cast<std::uint32_t>(below(world_->config().lps.size()))};
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
    } else if (x < .75) {
        down_.insert(lp);
        ++seen_.downs;
        act([&](Desk& d, Output& o) { d.session_down(lp, now, o); });
    } else if (x < .85) {
        down_.erase(lp);
        act([&](Desk& d, Output& o) { d.session_up(lp, now, o); });
    } else if (x < .9) {
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

// The same bytes by a second tap, or sent again as a possible duplicate.
void ClosedLoop::again(const sim::Step& step) {
    ++seen_.twice;
    fix::Record record = std::get<fix::Record>(step.what);
    const std::string before = desk_->router().save();
    const std::uint64_t duplicates = desk_->stage().counts().duplicate;
    std::string bytes(record.bytes);
    if (u() < .5 && record.bytes.find("43=Y") == std::string_view::npos) {
        ++seen_.resent;
        bytes = sent_again(record.bytes, world_->now());
    }
    record.bytes = bytes;
    record.length = static_cast<std::uint32_t>(bytes.size());
    act([&](Desk& d, Output& o) { d.take(record, o); });
    EXPECT_EQ(desk_->stage().counts().duplicate, duplicates + 1) << "4, 11: a duplicate is counted";
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

}  // namespace assay::simulation
