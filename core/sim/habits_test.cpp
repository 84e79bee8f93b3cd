// The behaviours, as the bytes show them: each beside an honest twin in the same world.
#include "core/sim/habits.h"

#include <gtest/gtest.h>

#include "core/sim/sim_testkit.h"

namespace assay::sim {
namespace {

using testkit::run;
using testkit::still;
using testkit::told;
using testkit::Told;
using testkit::Transcript;

struct Shown {
    double orders{}, acked{}, answered{}, rejected{}, technical{}, flashed{}, looked{};
    double fills{}, overfilled{}, late{}, disordered{}, busts{}, repeats{}, resends{}, reused{};
    double median_ms{}, ack_share{}, clock_s{};
    double small_gain{}, large_gain{}, small_whole{}, large_whole{}, bust_after_s{};
    double rejected_first_half{}, rejected_second_half{}, rejected_odd_hundreds{};
    double rejected_up{}, rejected_down{};
};

double share(double a, double b) {
    return b > 0 ? a / b : 0;
}

// What happened to the mid, 1 s after an order, our way.
double moved(const Transcript& t, const Told& o) {
    fix::Message m;
    const auto after = std::lower_bound(t.records.begin(), t.records.end(), o.sent + kSecond,
                                        [](const testkit::Seen& s, Nanos at) { return s.at < at; });
    for (auto it = after; it != t.records.end(); ++it) {
        if (it->session != kMarketSession || fix::parse(it->bytes, '\x01', m)) continue;
        fix::MdEntryReader reader(m);
        fix::MdEntry bid, ask;
        reader.next(bid);
        reader.next(ask);
        return sign(o.side) *
               static_cast<double>((twice_mid(bid.price, ask.price).nano2 - o.quote.mid2().nano2));
    }
    return 0;
}

// Sums over orders first; means and shares at the end.
struct Sums {
    std::vector<double> took;
    std::set<std::string> exec_ids;
    double small{}, large{}, small_fills{}, large_fills{}, acks{}, odd{}, halves[2]{};
};

void count_executions(const Told& o, Shown& s, Sums& sums) {
    const bool is_small = as_double(o.qty) <= 100;
    (is_small ? sums.small : sums.large) += 1;
    (is_small ? s.small_whole : s.large_whole) += o.filled() >= o.qty;
    s.overfilled += o.filled() > o.qty;
    std::set<std::string> own;
    for (const testkit::Execution& e : o.fills) {
        if (!own.insert(e.exec_id).second) {
            (e.poss_dup == 'Y' ? s.resends : s.repeats) += 1;
            continue;
        }
        s.fills += 1;
        s.reused += !sums.exec_ids.insert(e.exec_id).second;
        const double gain = sign(o.side) * as_double(o.quote.far_touch(o.side) - e.px) /
                            (as_double(o.quote.spread()) / 2);
        (is_small ? s.small_gain : s.large_gain) += gain;
        (is_small ? sums.small_fills : sums.large_fills) += 1;
    }
    for (const auto& [at, type] : o.reports)
        if (type == 'H') {
            s.busts += 1;
            s.bust_after_s += as_seconds(at - o.fills[0].at);
        }
}

void count_answer(const Told& o, Shown& s, Sums& sums) {
    const bool acked = o.first_report('0') != kNever, rejected = !o.reject_text.empty();
    s.acked += acked;
    s.answered += o.ended() != kNever;
    s.rejected += rejected;
    s.technical += o.reject_text == "matching engine not available";
    s.flashed += o.reject_text == "no liquidity";
    s.looked += o.reject_text == "last look: price moved";
    if (o.ended() == kNever) return;
    sums.took.push_back(as_ms(o.ended() - o.sent));
    s.late += sums.took.back() > 20'000;
    if (acked && !rejected) {
        sums.acks += 1;
        s.ack_share += as_ms(o.first_report('0') - o.sent) / sums.took.back();
    }
    const Nanos end = o.first_report('4');
    if (!o.fills.empty())
        s.disordered += (end != kNever && end < o.fills[0].at) ||
                        (acked && o.first_report('0') > o.fills[0].at);
}

// Whether an order belongs to the second, fourth ... hundred of parents.
bool of_an_odd_hundred(const Transcript& t, const Told& o) {
    const auto next = std::upper_bound(t.parents.begin(), t.parents.end(), o.sent,
                                       [](Nanos at, const Parent& p) { return at < p.at; });
    return (next - t.parents.begin()) / 100 % 2 == 1;
}

Shown shown(const Transcript& t, std::uint32_t lp) {
    Shown s;
    Sums sums;
    const std::vector<Told> orders = told(t, lp);
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const Told& o = orders[i];
        s.orders += 1;
        count_answer(o, s, sums);
        if (o.ended() != kNever) count_executions(o, s, sums);
        const bool rejected = !o.reject_text.empty(), odd = of_an_odd_hundred(t, o);
        const std::size_t half = i * 2 / orders.size();
        sums.halves[half] += 1;
        (half == 0 ? s.rejected_first_half : s.rejected_second_half) += rejected;
        sums.odd += odd;
        s.rejected_odd_hundreds += odd && rejected;
        if (o.reject_text == "last look: price moved")
            (moved(t, o) > 0 ? s.rejected_up : s.rejected_down) += 1;
    }
    std::sort(sums.took.begin(), sums.took.end());
    if (!sums.took.empty()) s.median_ms = sums.took[sums.took.size() / 2];
    s.ack_share = share(s.ack_share, sums.acks);
    s.bust_after_s = share(s.bust_after_s, s.busts);
    s.small_gain = share(s.small_gain, sums.small_fills);
    s.large_gain = share(s.large_gain, sums.large_fills);
    s.small_whole = share(s.small_whole, sums.small);
    s.large_whole = share(s.large_whole, sums.large);
    s.rejected_first_half = share(s.rejected_first_half, sums.halves[0]);
    s.rejected_second_half = share(s.rejected_second_half, sums.halves[1]);
    s.rejected_odd_hundreds = share(s.rejected_odd_hundreds, sums.odd);
    fix::Message m;
    for (const auto& r : t.records)
        if (r.session == session_of(lp) && r.direction == fix::Direction::received &&
            !fix::parse(r.bytes, '\x01', m))
            s.clock_s = as_seconds(m.sending_time - r.at);  // of the last
    return s;
}

// Two LPs that are alike but for the behaviour of the first; every fourth parent is of two lots, so
// that each is shown a single one.
struct Pair {
    Shown bad, honest;
};
Pair shown_beside_honest(std::string_view behaviour, std::uint64_t seed) {
    LpConfig bad{"BAD", {.1, 60, 20, .35, .02, LastLook::none, 0, .3, .25, 0}, {}};
    LpConfig honest = bad;
    honest.name = "HONEST";
    const Behaviour* b = find_behaviour(behaviour);
    EXPECT_NE(b, nullptr) << behaviour;
    b->add(bad.nature, bad.habits);
    WorldConfig c = still({bad, honest}, 600);
    c.market.sigma = {1.2, 1.2, 1.2};
    c.parents.least_lots = 1;
    c.parents.most_lots = 60;
    const Transcript t = run(c, seed, {.rounds = 4, .day_share = 0});
    return {shown(t, 0), shown(t, 1)};
}

void expect_near_share(double hits, double of, double p, std::string_view what) {
    EXPECT_NEAR(share(hits, of), p, 4 * std::sqrt(p * (1 - p) / of)) << what;
}

TEST(Behaviours, times) {
    const Pair slow = shown_beside_honest("slow", 1),
               ack = shown_beside_honest("fast-ack-slow-fill", 1),
               flash = shown_beside_honest("flash-reject", 1),
               late = shown_beside_honest("late", 1);
    EXPECT_NEAR(slow.bad.median_ms / slow.honest.median_ms, 8, 1);
    EXPECT_NEAR(ack.bad.median_ms / ack.honest.median_ms, 6, .8);
    EXPECT_NEAR(ack.bad.ack_share, .01, .002);
    EXPECT_NEAR(ack.honest.ack_share, .3, .01);
    expect_near_share(flash.bad.flashed, flash.bad.orders, .33, "flash");
    EXPECT_LT(flash.bad.median_ms, flash.honest.median_ms) << "that is the point of it";
    EXPECT_EQ(flash.honest.flashed, 0);
    expect_near_share(late.bad.late, late.bad.orders, .20, "late");
    EXPECT_EQ(late.honest.late, 0);
}

TEST(Behaviours, silence_and_failure) {
    const Pair flaky = shown_beside_honest("flaky", 2),
               silent = shown_beside_honest("acks-then-silent", 2);
    expect_near_share(flaky.bad.orders - flaky.bad.answered, flaky.bad.orders, .04, "lost");
    EXPECT_EQ(flaky.bad.acked, flaky.bad.answered) << "not even acked";
    expect_near_share(flaky.bad.technical, flaky.bad.answered, .08, "down");
    expect_near_share(silent.bad.orders - silent.bad.answered, silent.bad.orders, .10, "silent");
    EXPECT_EQ(silent.bad.acked, silent.bad.orders) << "all of them acked";
    for (const Pair* p : {&flaky, &silent}) {
        EXPECT_EQ(p->honest.answered, p->honest.orders);
        EXPECT_EQ(p->honest.technical, 0);
    }
}

TEST(Behaviours, reports) {
    const Pair disorder = shown_beside_honest("out-of-order", 3),
               bust = shown_beside_honest("buster", 3),
               late_bust = shown_beside_honest("bust-after-window", 3),
               over = shown_beside_honest("overfiller", 3),
               twice = shown_beside_honest("duplicate-exec-ids", 3),
               reused = shown_beside_honest("reused-exec-ids", 3),
               clock = shown_beside_honest("wrong-clock", 3);
    EXPECT_NEAR(disorder.bad.disordered / disorder.bad.orders, .33 * .9, .05);
    expect_near_share(bust.bad.busts, bust.bad.fills, .04, "busts");
    EXPECT_NEAR(bust.bad.bust_after_s, 60, .1);
    expect_near_share(late_bust.bad.busts, late_bust.bad.fills, .04, "late busts");
    EXPECT_NEAR(late_bust.bad.bust_after_s, 360, .1) << "beyond the markout of five minutes";
    EXPECT_GT(over.bad.overfilled, 30);
    expect_near_share(twice.bad.repeats + twice.bad.resends, twice.bad.fills, .20, "twice");
    EXPECT_GT(twice.bad.repeats, 40) << "as new messages";
    EXPECT_GT(twice.bad.resends, 40) << "as honest resends";
    expect_near_share(reused.bad.reused, reused.bad.fills, .20, "reused");
    EXPECT_NEAR(clock.bad.clock_s, 7 + 50e-6 * 6000, .2);
    for (const Pair* p : {&disorder, &bust, &late_bust, &over, &twice, &reused, &clock}) {
        EXPECT_EQ(p->honest.disordered + p->honest.busts + p->honest.overfilled +
                      p->honest.repeats + p->honest.resends + p->honest.reused,
                  0);
        EXPECT_NEAR(p->honest.clock_s, 0, .001);
    }
}

TEST(Behaviours, last_looks) {
    const Pair both = shown_beside_honest("last-look", 4),
               one = shown_beside_honest("one-sided-last-look", 4);
    Nature n{.latency_ms = 100,
             .latency_log_sd = .35,
             .last_look = LastLook::one_sided,
             .last_look_bps = .4};
    const double p = last_look_share(n, 1.2);
    expect_near_share(one.bad.looked, one.bad.orders, p, "one side");
    expect_near_share(both.bad.looked, both.bad.orders, 2 * p, "both sides");
    EXPECT_GT(one.bad.rejected_up, 1.3 * one.bad.rejected_down)
        << "the price went our way after it said no";
    EXPECT_NEAR(both.bad.rejected_up / (both.bad.rejected_up + both.bad.rejected_down), .5, .1);
    EXPECT_EQ(both.honest.looked + one.honest.looked, 0);
}

TEST(Behaviours, games_with_size_and_time) {
    const Pair farm = shown_beside_honest("small-order-farming", 5),
               paint = shown_beside_honest("painted-improvement", 5),
               large = shown_beside_honest("good-small-bad-large", 5),
               switcher = shown_beside_honest("regime-switcher", 5),
               exploit = shown_beside_honest("reputation-then-exploit", 5);
    EXPECT_EQ(farm.bad.small_whole, 1) << "every one";
    EXPECT_LT(farm.bad.large_whole, farm.honest.large_whole - .2);
    EXPECT_NEAR(paint.bad.small_gain, 1.3, .1);
    EXPECT_NEAR(paint.bad.large_gain, -.3, .05);
    EXPECT_NEAR(paint.honest.small_gain - paint.honest.large_gain, 0, .1);
    EXPECT_LT(large.bad.large_whole, large.honest.large_whole - .1);
    EXPECT_NEAR(large.bad.small_whole, large.honest.small_whole, .1);
    EXPECT_NEAR(switcher.bad.rejected_odd_hundreds, .32, .06);
    EXPECT_NEAR(switcher.honest.rejected_odd_hundreds, .02, .02);
    EXPECT_GT(exploit.bad.rejected_second_half, exploit.bad.rejected_first_half + .1);
    EXPECT_NEAR(exploit.bad.rejected_second_half, .32, .06);
}

}  // namespace
}  // namespace assay::sim
