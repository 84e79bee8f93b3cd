#include "core/sim/drawn_lps.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/sim/scripted_testkit.h"
#include "core/sim/truth.h"

namespace assay::sim {
namespace {

constexpr Qty kLot = 100_qty;

LpTruth truth(const Nature& n, double lots = 200) {
    return truth_of(n, {}, lots, 1, 1);
}

// In the mean over many orders an LP of this nature has the record that it was made from.
TEST(DrawnLps, a_nature_has_the_record_it_was_made_from) {
    const LongRun run = acme().long_run;
    for (const LongRunRecord& r : run.lps) {
        const Nature n = nature_of(r, run, kLot);
        const LpTruth t = truth(n);
        EXPECT_NEAR(t.expected_fill() / 200, r.fill, 1e-3) << r.lp;
        EXPECT_NEAR(t.rejected, r.reject, 1e-12) << r.lp;
        EXPECT_NEAR(t.latency_ms(), r.latency_ms, 1e-9) << r.lp;
        EXPECT_NEAR((1 - t.cost_bps()) * r.fill, r.price_improvement_bps, 1e-9) << r.lp;
        EXPECT_NEAR(200 * n.leak_bps, std::max(0.0, r.impact_bps), 1e-12) << r.lp;
    }
}

TEST(DrawnLps, records_at_the_edge) {
    LongRun run = acme().long_run;
    const struct {
        const char* worked;
        double fill, reject, filled;
    } cases[] = {
        {"fills all", 1, 0, 1},
        {"fills all that it does not reject", .9, .1, .9},
        {"rejects all", 0, 1, 0},
        {"fills a thousandth", .001, 0, .0025},  // a capacity has at least a lot
    };
    for (const auto& c : cases) {
        const Nature n = nature_of({"X", c.fill, 20, 0, c.reject, 0}, run, kLot);
        EXPECT_NEAR(truth(n).expected_fill() / 200, c.filled, 2e-3) << c.worked;
    }
}

TEST(DrawnLps, around_the_history_the_mean_is_the_history) {
    const LongRun run = acme().long_run;
    std::vector<double> fill(run.lps.size()), ms(run.lps.size()), paid(run.lps.size());
    constexpr int kSeeds = 2'000;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const auto lps = drawn_lps(run, kLot, LpsDrawn::around_the_history, Luck(seed));
        ASSERT_EQ(lps.size(), run.lps.size());
        for (std::size_t i = 0; i < lps.size(); ++i) {
            EXPECT_EQ(lps[i].name, run.lps[i].lp);
            const LpTruth t = truth(lps[i].nature);
            fill[i] += t.expected_fill() / 200 / kSeeds;
            ms[i] += std::log(t.latency_ms()) / kSeeds;
            paid[i] += t.cost_bps() / kSeeds;
        }
    }
    for (std::size_t i = 0; i < run.lps.size(); ++i) {
        const LongRunRecord& r = run.lps[i];
        EXPECT_NEAR(fill[i], r.fill, .01) << r.lp;
        EXPECT_NEAR(std::exp(ms[i]), r.latency_ms, .03 * r.latency_ms) << r.lp;
        EXPECT_NEAR(paid[i], 1 - r.price_improvement_bps / r.fill, .03) << r.lp;
    }
}

TEST(DrawnLps, the_seed_alone_decides_and_no_lp_is_like_another) {
    const LongRun run = acme().long_run;
    for (const auto how : {LpsDrawn::around_the_history, LpsDrawn::at_random}) {
        const auto a = drawn_lps(run, kLot, how, Luck(3)), b = drawn_lps(run, kLot, how, Luck(3)),
                   c = drawn_lps(run, kLot, how, Luck(4));
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_EQ(a[i].nature, b[i].nature);
            EXPECT_NE(a[i].nature, c[i].nature);
            for (std::size_t k = i + 1; k < a.size(); ++k) EXPECT_NE(a[i].nature, a[k].nature);
        }
    }
}

// A script whose LPs have other records draws the same LPs at random.
TEST(DrawnLps, at_random_nobody_looks_at_the_history) {
    LongRun one = acme().long_run, other = one;
    for (LongRunRecord& r : other.lps) r.fill /= 2, r.latency_ms *= 3, r.price_improvement_bps = 0;
    const auto a = drawn_lps(one, kLot, LpsDrawn::at_random, Luck(9));
    const auto b = drawn_lps(other, kLot, LpsDrawn::at_random, Luck(9));
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].nature, b[i].nature);
}

}  // namespace
}  // namespace assay::sim
