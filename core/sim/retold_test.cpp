#include "core/sim/retold.h"

#include <gtest/gtest.h>

#include "core/sim/scripted_testkit.h"

namespace assay::sim {
namespace {

constexpr LpsDrawn kBoth[] = {LpsDrawn::around_the_history, LpsDrawn::at_random};

const Script& script() {
    static const Script s = acme(200);
    return s;
}
const Retelling& retelling() {
    static const Retelling r = *Retelling::of(script());
    return r;
}

TEST(Retold, every_policy_works_the_same_order_to_its_end) {
    for (const LpsDrawn how : kBoth) {
        const RetoldWorld world = retelling().world(how, 1);
        Nanos arrived = kNever;
        for (const route::Policy& p : route::policies()) {
            if (p.id == route::PolicyId::static_table) continue;
            const TradedParent t = retelling().trade(world, p.id, {});
            EXPECT_EQ(t.lots, 2'000) << p.name;
            EXPECT_EQ(t.side, Side::sell) << p.name;
            EXPECT_GT(t.filled_lots, 0) << p.name;
            EXPECT_NEAR(t.filled_lots + t.swept_lots, 2'000, 1e-9) << p.name;
            EXPECT_LE(t.done - t.arrived, Duration{31 * kMinute.ns}) << p.name;
            if (known(arrived)) {
                EXPECT_EQ(t.arrived, arrived) << p.name;
            }
            arrived = t.arrived;
        }
    }
}

TEST(Retold, a_static_table_sends_to_its_lp_alone) {
    const RetoldWorld world = retelling().world(LpsDrawn::around_the_history, 2);
    const route::LpId worst{1}, good{3};
    const TradedParent b =
        retelling().trade(world, route::PolicyId::static_table, std::span(&worst, 1));
    const TradedParent d =
        retelling().trade(world, route::PolicyId::static_table, std::span(&good, 1));
    EXPECT_GT(b.shortfall_bps, d.shortfall_bps + 3) << "LP_B leaks 1.1 bps with every child";
    EXPECT_GT(b.rejects, 0u);
    EXPECT_EQ(d.rejects, 0u) << "LP_D never rejects";
}

TEST(Retold, the_same_seed_is_the_same_world_and_another_is_another) {
    for (const LpsDrawn how : kBoth) {
        const auto shortfall = [&](std::uint64_t seed) {
            return retelling()
                .trade(retelling().world(how, seed), route::PolicyId::split, {})
                .shortfall_bps;
        };
        EXPECT_EQ(shortfall(5), shortfall(5));
        EXPECT_NE(shortfall(5), shortfall(6));
    }
}

// What a desk knows in the morning leads its first decision: without it nobody has a score.
TEST(Retold, the_desk_knows_its_lps) {
    const RetoldWorld world = retelling().world(LpsDrawn::at_random, 3);
    desk::Desk desk(desk_of(script()), 1);
    ASSERT_TRUE(desk.load(world.known));
    const auto page = desk.page("acme", "ACME");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->lps.size(), 5u);
    desk::Desk nobody(desk_of(script()), 1);
    EXPECT_FALSE(nobody.page("acme", "ACME"));
}

TEST(Retold, the_market_moves_as_the_quotes_of_the_script) {
    // Three steps of 1 bp in 1,800 s.
    EXPECT_NEAR(retelling().sigma_bps(), std::sqrt(3.0 / 1'800), 1e-4);
    Script still = script();
    still.market.resize(1);
    EXPECT_EQ(Retelling::of(still)->sigma_bps(), .01);
}

TEST(Retold, a_day_that_cannot_be_says_why) {
    Script none = script();
    none.market.clear();
    const auto r = Retelling::of(none);
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().text(),
              "the market needs a first quote that stands when the parent is entered");
}

}  // namespace
}  // namespace assay::sim
