// What is believed of a cell, with what it borrows from its LP x symbol, its LP and all of them:
// the worked numbers of docs/spec.md 4.3 through the whole tree.
#include "core/estimate/hierarchy.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "core/estimate/shrink.h"
#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

constexpr double kFallback = 10;

// A cell in which `full` of `n` orders filled in full, and the others not at all.
Leaf orders(std::string lp, std::string symbol, std::string place, double full, double n) {
    Leaf leaf{std::move(lp), std::move(symbol), std::move(place), {}};
    leaf.stats.hot.t0 = Nanos{0};
    leaf.stats.hot.orders = {n, n};
    leaf.stats.hot.fill = {full, full};
    leaf.stats.hot.reject = n - full;
    return leaf;
}
// A cell of n orders whose price improvement has this mean, and a variance of 1 from order to
// order.
Leaf gains(std::string lp, std::string symbol, double mean, double n) {
    Leaf leaf{std::move(lp), std::move(symbol), "1/1", {}};
    leaf.stats.hot.t0 = Nanos{0};
    leaf.stats.hot.orders = leaf.stats.hot.quoted = {n, n};
    leaf.stats.hot.gain = {n * mean, n * mean * mean + (n - 1)};
    return leaf;
}
const Believed& of(const Hierarchy& h, std::size_t leaf, Measure m) {
    return h.leaves[leaf][index(m)];
}

// Both corrections at M = 10 (fewer than five LPs): 10 orders of a cell are worth
// 10 / (1 + 9/11) = 5.5 to its symbol and 3.90 to its LP; the LP is then believed at .5842 with a
// variance of .0163, which makes its M' 5.33; its symbol .6938, M' 4.70; the cell
// (8 + 4.70 x .6938) / 14.70 = .7661. Without the two corrections it were .7625 of 20 orders.
TEST(Hierarchy, eight_of_ten_beside_two_of_ten_are_believed_at_76_6_and_23_4_percent) {
    const Leaf leaves[] = {orders("LP_A", "XYZ", "1/1", 8, 10),
                           orders("LP_B", "XYZ", "1/1", 2, 10)};
    const Hierarchy h = fit(leaves, kFallback);
    EXPECT_NEAR(of(h, 0, Measure::fill).mean, 0.76605, 0.000005);
    EXPECT_NEAR(of(h, 1, Measure::fill).mean, 0.23395, 0.000005);
    EXPECT_NEAR(std::sqrt(of(h, 0, Measure::fill).var), 0.10684, 0.000005) << "sd of 14.7 orders";
    EXPECT_NEAR(of(h, 0, Measure::reject).mean, 0.23395, 0.000005) << "what fills not, rejects";
    EXPECT_EQ(of(h, 0, Measure::fill).n_eff, 10);
    EXPECT_EQ(h.pooled_mean[index(Measure::fill)], 0.5);
}

// Six orders, all filled: the mean of all is 1 - 0.5/7, and each LP's three lean on it with M = 10.
TEST(Hierarchy, three_of_three_beside_three_of_three_are_believed_at_97_8_percent_not_at_100) {
    const Leaf leaves[] = {orders("LP_A", "XYZ", "1/1", 3, 3), orders("LP_B", "XYZ", "1/1", 3, 3)};
    const Hierarchy h = fit(leaves, kFallback);
    EXPECT_NEAR(of(h, 0, Measure::fill).mean, 0.9783, 0.00005);
    EXPECT_GT(std::sqrt(of(h, 0, Measure::fill).var), 0.03) << "three orders prove little";
    EXPECT_NEAR(of(h, 0, Measure::reject).mean, 1 - of(h, 0, Measure::fill).mean, 1e-12);
    const Leaf many[] = {orders("LP_A", "XYZ", "1/1", 3e4, 3e4),
                         orders("LP_B", "XYZ", "1/1", 3e4, 3e4)};
    const Hierarchy sure = fit(many, kFallback);
    EXPECT_GT(of(sure, 0, Measure::fill).mean, 0.9999);
    EXPECT_LT(std::sqrt(of(sure, 0, Measure::fill).var), 0.001) << "thirty thousand prove much";
}

// Five cells of one LP and symbol: trials vary .948 as much as a coin would (phi), Kleinman's M is
// 8.24 and the mean of cells .8669; each cell leans on that, the more the fewer orders it has.
TEST(Hierarchy, five_cells_lean_on_their_symbol_by_how_much_they_differ) {
    struct {
        double full, n, mean, sd;
    } const rows[] = {{95, 100, 0.94500, 0.02142},
                      {180, 200, 0.89897, 0.02038},
                      {26, 40, 0.67994, 0.06600},
                      {55, 60, 0.91187, 0.03363},
                      {45, 50, 0.89624, 0.03920}};
    std::vector<Leaf> leaves;
    for (const auto& row : rows)
        leaves.push_back(
            orders("LP_A", "XYZ", std::to_string(leaves.size()) + "/1", row.full, row.n));
    const Hierarchy h = fit(leaves, kFallback);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const Believed& b = of(h, i, Measure::fill);
        EXPECT_NEAR(b.mean, rows[i].mean, 0.000006) << rows[i].full << " of " << rows[i].n;
        EXPECT_NEAR(std::sqrt(b.var), rows[i].sd, 0.000006) << rows[i].full << " of " << rows[i].n;
    }
}

// The worked example of magnitudes: four LPs whose means are known to .04, .09, .25 and .01 (25,
// 11.1, 4 and 100 orders of variance 1); tau2 .0547, mu .655.
TEST(Hierarchy, worked_price_improvements_of_four_lps_are_believed_at_566_786_493_778) {
    struct {
        double x, v, mean;
    } const rows[] = {
        {0.5, 0.04, 0.566}, {1, 0.09, 0.786}, {-0.25, 0.25, 0.493}, {0.8, 0.01, 0.778}};
    std::vector<Leaf> leaves;
    for (const auto& row : rows)
        leaves.push_back(gains("LP_" + std::to_string(leaves.size()), "XYZ", row.x, 1 / row.v));
    const Hierarchy h = fit(leaves, kFallback);
    EXPECT_NEAR(h.within[index(Measure::gain)], 1, 1e-12) << "pooled variance of one order";
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const double v = rows[i].v, tau2 = 0.0547274, doubt = 0.0276265, b = v / (v + tau2);
        EXPECT_NEAR(of(h, i, Measure::gain).mean, rows[i].mean, 0.0005) << "x = " << rows[i].x;
        EXPECT_NEAR(of(h, i, Measure::gain).var, v * (1 - b) + b * b * doubt, 1e-6)
            << "v (1 - B) + B^2 Var(mu), x = " << rows[i].x;
    }
}

TEST(Hierarchy, a_cell_without_orders_is_believed_as_its_parents_and_says_so) {
    const Leaf leaves[] = {orders("LP_A", "XYZ", "1/1", 8, 10), orders("LP_B", "XYZ", "1/1", 2, 10),
                           orders("LP_A", "XYZ", "2/1", 0, 0),  // all of it was busted
                           orders("LP_C", "XYZ", "1/1", 0, 0)};
    const Hierarchy h = fit(leaves, kFallback);
    const Believed& sibling = of(h, 2, Measure::fill);
    EXPECT_FALSE(sibling.absent);
    EXPECT_NEAR(sibling.mean, 0.69382, 0.000005) << "what is believed of LP_A x XYZ";
    EXPECT_EQ(sibling.n_eff, 0);
    const Believed& newcomer = of(h, 3, Measure::fill);
    EXPECT_NEAR(newcomer.mean, 0.5, 1e-12) << "a new LP is believed to be like its peers";
    EXPECT_GT(newcomer.var, of(h, 0, Measure::fill).var) << "with more doubt";
    EXPECT_TRUE(of(h, 0, Measure::markout).absent) << "nobody has one: nothing to borrow";
}

// Median .5, and one order differs from another by 1 bps: what is beyond .5 + 5 x 1 counts as 5.5.
TEST(Hierarchy, one_cell_at_1000_bps_counts_as_one_at_5_5_bps) {
    std::vector<Leaf> leaves;
    for (const double x : {0.4, 0.45, 0.5, 0.55, 0.5, 1000.0, 0.6}) {
        leaves.push_back(gains("LP_A", "XYZ", x, 100));
        leaves.back().place = std::to_string(leaves.size()) + "/1";
    }
    leaves.push_back(gains("LP_A", "XYZ", 0, 0));
    leaves.back().stats = {};
    leaves.back().place = "none";
    const Hierarchy h = fit(leaves, kFallback);
    EXPECT_LE(of(h, 5, Measure::gain).mean, 5.5);
    EXPECT_LT(of(h, 7, Measure::gain).mean, 1.3) << "a cell of that symbol without orders";
    EXPECT_GT(of(h, 7, Measure::gain).mean, 0.4);
}

// docs/spec.md 5.4: note-compatible profiles take latency as a plain mean that leans on its parent
// with ten orders.
TEST(Hierarchy, three_orders_of_40_ms_under_an_lp_of_20_ms_are_a_plain_mean_with_ten_of_the_lp) {
    std::vector<Leaf> leaves;
    for (const auto& [place, ms, n] :
         {std::tuple{"1/1", 20.0, 1e9}, std::tuple{"2/1", 40.0, 3.0}}) {
        Leaf leaf{"LP_A", "XYZ", place, {}};
        leaf.stats.hot.t0 = Nanos{0};
        leaf.stats.hot.orders = leaf.stats.hot.timed = {n, n};
        leaf.stats.hot.ms = {n * ms, n * ms * ms + 100 * (n - 1)};
        leaves.push_back(leaf);
    }
    const Hierarchy h = fit(leaves, kFallback);
    // The two cells differ by 20 ms and are known to 0 and 33 ms^2: tau2 = (12 - 1) / 0.03 ...
    const double w[] = {1e9 / 100, 3.0 / 100};
    const double mu0 = (w[0] * 20 + w[1] * 40) / (w[0] + w[1]);
    const double q = w[0] * std::pow(20 - mu0, 2) + w[1] * std::pow(40 - mu0, 2);
    const double tau2 = (q - 1) / (w[0] + w[1] - (w[0] * w[0] + w[1] * w[1]) / (w[0] + w[1]));
    const double known[] = {1 / w[0] + tau2, 1 / w[1] + tau2};
    const double pair = (20 / known[0] + 40 / known[1]) / (1 / known[0] + 1 / known[1]);
    EXPECT_NEAR(of(h, 1, Measure::latency_ms).mean, (10 * pair + 3 * 40) / 13, 1e-4)
        << "(10 m + 3 x 40) / 13 with m = " << pair;
    EXPECT_NEAR(of(h, 1, Measure::latency_ms).var, 100.0 / 13, 1e-6);
}

TEST(Hierarchy, the_order_in_which_cells_are_given_changes_no_bit) {
    testkit::Random random(11);
    std::vector<Leaf> leaves;
    for (int lp = 0; lp < 4; ++lp)
        for (int symbol = 0; symbol < 3; ++symbol)
            for (int place = 0; place < 4; ++place) {
                const double n = 1 + std::floor(20 * random.uniform());
                Leaf leaf =
                    orders("LP_" + std::to_string(lp), "S" + std::to_string(symbol),
                           std::to_string(place) + "/1", std::floor(n * random.uniform()), n);
                leaf.stats.hot.quoted = {n, n};
                leaf.stats.hot.gain = {n * random.normal(), n * (2 + random.uniform())};
                leaves.push_back(leaf);
            }
    const Hierarchy straight = fit(leaves, kFallback);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        testkit::Random draw(seed);
        std::vector<std::size_t> place(leaves.size());
        for (std::size_t i = 0; i < place.size(); ++i) place[i] = i;
        for (std::size_t i = place.size(); i > 1; --i)
            std::swap(place[i - 1], place[draw.below(i)]);
        std::vector<Leaf> mixed;
        for (const std::size_t i : place) mixed.push_back(leaves[i]);
        const Hierarchy h = fit(mixed, kFallback);
        for (std::size_t i = 0; i < place.size(); ++i)
            for (std::size_t m = 0; m < kMeasures; ++m) {
                EXPECT_EQ(h.leaves[i][m].mean, straight.leaves[place[i]][m].mean)
                    << "seed=" << seed;
                EXPECT_EQ(h.leaves[i][m].var, straight.leaves[place[i]][m].var) << "seed=" << seed;
            }
    }
}

TEST(Hierarchy, better_outcomes_are_never_believed_to_be_worse) {
    double before = 0;
    for (int full = 0; full <= 10; ++full) {
        const Leaf leaves[] = {orders("LP_A", "XYZ", "1/1", full, 10),
                               orders("LP_B", "XYZ", "1/1", 5, 10)};
        const double now = of(fit(leaves, kFallback), 0, Measure::fill).mean;
        EXPECT_GT(now, before) << full << " of 10";
        EXPECT_LT(now, 1) << full << " of 10";
        before = now;
    }
}

TEST(Hierarchy, nothing_at_all_is_nothing) {
    const Hierarchy h = fit({}, kFallback);
    EXPECT_TRUE(h.leaves.empty());
    const Leaf empty[] = {orders("LP_A", "XYZ", "1/1", 0, 0)};
    const Hierarchy of_nobody = fit(empty, kFallback);
    for (const Believed& b : of_nobody.leaves[0]) EXPECT_TRUE(b.absent);
}

}  // namespace
}  // namespace assay::estimate
