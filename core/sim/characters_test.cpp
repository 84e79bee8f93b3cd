#include "core/sim/characters.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "core/sim/parents.h"
#include "core/sim/sweep.h"
#include "core/sim/truth.h"

namespace assay::sim {
namespace {

double logit(double p) {
    return std::log(p / (1 - p));
}

TEST(Characters, drift_has_the_spread_of_its_ar1) {
    DriftConfig drift;
    drift.swap_every = 0;
    const std::vector<LpConfig> lps = six_lps();
    Characters characters(lps, drift, Luck(21));
    double zero = 0, size = 0, leak = 0;
    constexpr int kParents = 60'000;
    for (std::uint64_t i = 0; i < kParents; ++i) {
        characters.step(i);
        const Nature& n = characters.of(0);
        zero += std::pow(logit(n.zero_share) - logit(lps[0].nature.zero_share), 2);
        size += std::pow(std::log(n.mean_lots / lps[0].nature.mean_lots), 2);
        leak += std::pow(std::log(n.leak_bps / lps[0].nature.leak_bps), 2);
        ASSERT_EQ(n.latency_ms, lps[0].nature.latency_ms) << "does not drift";
    }
    // Stationary variance sd^2 / (1 - .995^2); about 60,000 x .005 independent draws.
    const double per = 1 / (1 - .995 * .995), tolerance = 4 * std::sqrt(2 / (kParents * .005));
    EXPECT_NEAR(zero / kParents / (.04 * .04 * per), 1, tolerance);
    EXPECT_NEAR(size / kParents / (.03 * .03 * per), 1, tolerance);
    EXPECT_NEAR(leak / kParents / (.03 * .03 * per), 1, tolerance);
}

TEST(Characters, two_lps_change_places_every_500_parents) {
    Characters characters(six_lps(), {}, Luck(3));
    std::vector<std::uint32_t> before{0, 1, 2, 3, 4, 5};
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        characters.step(i);
        std::vector<std::uint32_t> now;
        for (std::uint32_t lp = 0; lp < 6; ++lp) now.push_back(characters.whose(lp));
        int moved = 0;
        for (std::size_t lp = 0; lp < 6; ++lp) moved += now[lp] != before[lp];
        ASSERT_EQ(moved, i > 0 && i % 500 == 0 ? 2 : 0) << i;
        ASSERT_EQ(std::set(now.begin(), now.end()).size(), 6u);
        before = now;
    }
}

TEST(Nature, last_look_of_spec_6_3) {
    Nature n{.latency_ms = 80, .last_look = LastLook::one_sided, .last_look_bps = .6};
    EXPECT_NEAR(last_look_share(n, 1.2), .039, .0005) << "theta .6 bps, tau 80 ms, sigma 1.2";
    EXPECT_NEAR(last_look_share(n, 3), .240, .0005) << "sigma 3";
    n.last_look = LastLook::symmetric;
    EXPECT_NEAR(last_look_share(n, 1.2), .078, .001) << "either way: twice";
    n.last_look = LastLook::none;
    EXPECT_EQ(last_look_share(n, 3), 0);
}

TEST(Nature, conditions_of_section_9) {
    const Nature a = six_lps()[0].nature;
    const Nature stressed = in_regime(a, Regime::stressed);
    EXPECT_DOUBLE_EQ(stressed.latency_ms, 30);
    EXPECT_DOUBLE_EQ(stressed.mean_lots, 30);
    EXPECT_DOUBLE_EQ(stressed.reject_share, .03);
    EXPECT_DOUBLE_EQ(in_regime(a, Regime::normal).reject_share, .02);
    EXPECT_DOUBLE_EQ(in_regime(a, Regime::calm).mean_lots, 60);
}

TEST(Habits, every_behaviour_changes_something_and_is_found_by_its_name) {
    std::set<std::string_view> names;
    for (const Behaviour& b : behaviours()) {
        EXPECT_TRUE(names.insert(b.name).second) << b.name;
        EXPECT_EQ(find_behaviour(b.name), &b);
        Nature nature = six_lps()[0].nature;
        const Nature was = nature;
        Habits habits;
        b.add(nature, habits);
        const Nature small = met(nature, habits, Face::usual, 1);
        const Nature turned = met(nature, habits, Face::turned, 50);
        EXPECT_FALSE(habits == Habits{} && nature == was) << b.name << " changes nothing";
        EXPECT_GE(small.mean_lots, turned.mean_lots) << b.name;
        EXPECT_GE(small.mean_lots, turned.mean_lots) << b.name;
    }
    EXPECT_EQ(names.size(), 20u);
    EXPECT_EQ(find_behaviour("slower"), nullptr);
}

TEST(Habits, when_an_lp_turns) {
    struct {
        const char* worked;
        Habits habits;
        std::uint64_t orders, parents;
        Face face;
    } const rows[] = {
        {"never", {}, 1'000'000, 1'000'000, Face::usual},
        {"its 400th order", {.turns_after_orders = 400}, 400, 0, Face::usual},
        {"its 401st", {.turns_after_orders = 400}, 401, 0, Face::turned},
        {"parent 99", {.turns_every_parents = 100}, 0, 99, Face::usual},
        {"parent 100", {.turns_every_parents = 100}, 0, 100, Face::turned},
        {"parent 200", {.turns_every_parents = 100}, 0, 200, Face::usual},
    };
    for (const auto& r : rows)
        EXPECT_EQ(face_of(r.habits, r.orders, r.parents), r.face) << r.worked;
}

TEST(Truth, tails_and_their_sum) {
    Nature n = six_lps()[0].nature;  // zero .05, mean 60, reject .01
    const LpTruth t = truth_of(n, {}, 40, .6, 1);
    EXPECT_NEAR(t.answered, .99, 1e-12);
    EXPECT_NEAR(t.rejected, .01, 1e-12);
    EXPECT_NEAR(t.tail(1), .99 * .95, 1e-12);
    EXPECT_NEAR(t.tail(31), .99 * .95 * std::exp(-.5), 1e-12);
    EXPECT_EQ(t.tail(41), 0) << "no more than was ordered";
    double sum = 0;
    for (int k = 1; k <= 40; ++k) sum += t.tail(k);
    EXPECT_NEAR(t.expected_fill(), sum, 1e-9);
    EXPECT_NEAR(t.cost_bps(), .75, 1e-12) << "half-spread 1, of which a quarter is given back";

    Habits flaky;
    flaky.silent_share = .1;
    flaky.flash_share = .2;
    flaky.technical_share = .5;
    const LpTruth f = truth_of(n, flaky, 40, .6, 1);
    EXPECT_NEAR(f.answered, .9 * .8 * .5 * .99, 1e-12);
    EXPECT_NEAR(f.rejected, .9 * .2 + .9 * .8 * (1 - .5 * .99), 1e-12);

    Habits farmer;
    farmer.small_lots = 1;
    farmer.perfect_when_small = true;
    EXPECT_NEAR(truth_of(met(n, farmer, Face::usual, 1), farmer, 1, .6, 1).expected_fill(), 1,
                1e-12);
}

TEST(Parents, gaps_sides_and_lots_of_section_9) {
    constexpr int kN = 20'000;
    Parents parents({}, 4, {0}, Luck(8));
    double buys = 0, lots = 0, squares = 0;
    std::array<int, 4> symbols{};
    Nanos last{};
    for (int i = 0; i < kN; ++i) {
        const Parent p = parents.next();
        ASSERT_GT(p.at, last);
        last = p.at;
        ASSERT_TRUE(p.lots >= 40 && p.lots <= 239) << p.lots;
        buys += p.side == Side::buy;
        lots += p.lots;
        squares += double{p.lots * 1.0} * p.lots;
        ++symbols[p.symbol];
    }
    const double root = std::sqrt(double{kN});
    EXPECT_NEAR(as_seconds(last - Nanos{}) / kN, 20, 4 * 20 / root);
    EXPECT_NEAR(buys / kN, .5, 4 * .5 / root);
    EXPECT_NEAR(lots / kN, 139.5, 4 * 57.7 / root);
    EXPECT_NEAR(std::sqrt(squares / kN - lots / kN * lots / kN), 57.7, 1);
    for (const int n : symbols) EXPECT_NEAR(n, kN / 4, 4 * root / 2);
}

TEST(Sweep, a_third_of_a_bp_for_the_root_of_the_lots) {
    const Bbo q{{}, 99.99_px, 100.00_px, {}, {}, QuoteState::ok};
    EXPECT_EQ(sweep_price(q, Side::buy, 100), 100.035_px) << "100.00 + .35 x 10 bps";
    EXPECT_EQ(sweep_price(q, Side::sell, 4), 99.98300070_px) << "99.99 - .35 x 2 bps";
    EXPECT_EQ(sweep_price(q, Side::sell, 0), 99.99_px);
}

}  // namespace
}  // namespace assay::sim
