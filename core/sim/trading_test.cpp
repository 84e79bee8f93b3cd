#include "core/sim/trading.h"

#include <gtest/gtest.h>

#include "core/fix/message.h"
#include "core/sim/sim_testkit.h"
#include "core/sim/sweep.h"

namespace assay::sim {
namespace {

TradingConfig config(std::uint64_t parents, route::PolicyId policy = route::PolicyId::split) {
    TradingConfig c;
    c.world = testkit::still(six_lps(), parents);
    c.world.tail = {40 * kSecond.ns};
    c.desk = desk_for(c.world, "balanced");
    c.orders.policy = policy;
    return c;
}

struct Outcome {
    std::vector<std::string> bytes;
    std::vector<TradedParent> parents;
    std::vector<TradedChild> children;
};
Outcome run(const TradingConfig& c, std::uint64_t seed) {
    Trading trading(c, seed);
    Outcome r;
    while (trading.step())
        for (const desk::Outgoing& o : trading.output().outgoing) r.bytes.push_back(o.bytes);
    r.parents = trading.parents();
    r.children = trading.children();
    return r;
}

TEST(Trading, the_same_seed_gives_the_same_bytes_and_outcomes) {
    const Outcome a = run(config(5), 3), b = run(config(5), 3), other = run(config(5), 4);
    EXPECT_GT(a.bytes.size(), 5u);
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_NE(a.bytes, other.bytes);
    ASSERT_EQ(a.parents.size(), 5u);
    ASSERT_EQ(b.parents.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(a.parents[i].shortfall_bps, b.parents[i].shortfall_bps);
        EXPECT_EQ(a.parents[i].filled_lots, b.parents[i].filled_lots);
    }
}

TEST(Trading, a_parent_that_the_gate_refuses_is_an_outcome_too) {
    TradingConfig c = config(5);
    c.desk.router.limits.parent_qty = {1};  // less than a lot
    const Outcome r = run(c, 3);
    ASSERT_EQ(r.parents.size(), 5u);
    EXPECT_TRUE(r.children.empty());
    for (const TradedParent& p : r.parents) {
        EXPECT_TRUE(p.refused);
        EXPECT_EQ(p.filled_lots + p.swept_lots, 0);
        EXPECT_GT(p.lots, 0);
    }
    EXPECT_FALSE(run(config(5), 3).parents[0].refused);
}

TEST(Trading, a_child_says_what_it_improved_and_whether_it_was_rejected) {
    TradingConfig c = config(30);
    for (LpConfig& lp : c.world.lps) lp.nature.improvement_sd = 0;
    const Outcome r = run(c, 4);
    int filled = 0;
    for (const TradedChild& child : r.children) {
        EXPECT_TRUE(!child.rejected || child.filled_lots == 0);
        if (!(child.filled_lots > 0)) {
            EXPECT_EQ(child.improvement_bps, 0);
            continue;
        }
        ++filled;
        // The half spread of this calm market is 1 bp.
        EXPECT_NEAR(child.improvement_bps, c.world.lps[child.lp].nature.improvement, .03)
            << child.lp;
    }
    EXPECT_GT(filled, 30);
}

TEST(Trading, a_parent_adds_up) {
    const Outcome r = run(config(20), 5);
    ASSERT_EQ(r.parents.size(), 20u);
    std::map<std::uint32_t, double> by_parent;
    for (const TradedChild& c : r.children) {
        EXPECT_LE(c.filled_lots, c.lots);
        by_parent[c.parent] += c.filled_lots;
    }
    for (const TradedParent& p : r.parents) {
        EXPECT_EQ(p.filled_lots + p.swept_lots, p.lots) << p.number;
        EXPECT_EQ(by_parent[p.number], p.filled_lots) << p.number;
        EXPECT_GE(p.done, p.arrived);
    }
}

// What the log says of one parent, worked out anew: fills at their prices, the rest swept.
TEST(Trading, the_shortfall_of_one_parent_from_its_fix) {
    const TradingConfig c = config(1);
    for (const std::uint64_t seed : {1ull, 2ull, 3ull, 4ull}) {
        Trading trading(c, seed);
        double paid = 0, filled = 0, arrival = 0;
        Bbo before;
        while (trading.parents().empty() && trading.step()) {
            const Bbo quote = trading.desk().quote("ACME");
            for (const route::ParentReport& r : trading.output().routed.reports) {
                if (r.type == route::ReportType::accepted) arrival = as_double(quote.mid2());
                if (r.type != route::ReportType::fill) continue;
                paid += as_double(r.last_px) * as_double(r.last_qty) / 100;
                filled += as_double(r.last_qty) / 100;
            }
            before = quote;
        }
        ASSERT_EQ(trading.parents().size(), 1u);
        const TradedParent& p = trading.parents()[0];
        EXPECT_EQ(p.filled_lots, filled) << "seed " << seed;
        const double left = p.lots - filled;
        EXPECT_EQ(p.swept_lots, left);
        if (left > 0) paid += left * as_double(sweep_price(before, p.side, left));
        const double bps = 1e4 * sign(p.side) * (paid / p.lots - arrival) / arrival;
        EXPECT_NEAR(p.shortfall_bps, bps, 1e-6) << "seed " << seed;
        EXPECT_NE(p.shortfall_bps, 0);
    }
}

}  // namespace
}  // namespace assay::sim
