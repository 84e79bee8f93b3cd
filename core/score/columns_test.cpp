#include "core/score/columns.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "core/estimate/distributions.h"

namespace assay::score {
namespace {

using kpi::Good;
const Column kNoteColumns[] = {
    {0.50, -0.25, 1.00}, {0.985, 0.65, 0.95}, {16.5, 55.0, 25.0}, {0.012, 0.15, 0.035}};
constexpr Good kNoteGood[] = {Good::higher, Good::higher, Good::lower, Good::lower};

// docs/spec.md 5.1: LP_B is worst on all four KPIs, so none of these can ever give it 45.8.
TEST(Columns, worked_lp_b_of_the_note) {
    double most = 0, most_sample = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(*min_max_column(kNoteColumns[i], kNoteGood[i])[1], 0) << "min-max: exactly 0";
        EXPECT_EQ(*rank_column(kNoteColumns[i], kNoteGood[i])[1], 0) << "rank: exactly 0";
        const double phi = *z_column(kNoteColumns[i], kNoteGood[i])[1];
        most = std::max(most, phi);
        const double z = estimate::normal_quantile(phi / 100) * std::sqrt(2.0 / 3);
        most_sample = std::max(most_sample, 100 * estimate::normal_cdf(z));
    }
    EXPECT_NEAR(most, 9.7, 0.05) << "z -> Phi at most 9.7 (population sd)";
    EXPECT_NEAR(most_sample, 14.5, 0.05) << "or 14.5 (sample sd)";
}

TEST(Columns, by_hand) {
    const Column v = {10.0, std::nullopt, 20.0, 40.0, 20.0};
    const Column mm = min_max_column(v, Good::higher);
    EXPECT_EQ(*mm[0], 0);
    EXPECT_FALSE(mm[1]) << "absent stays absent";
    EXPECT_NEAR(*mm[2], 100.0 / 3, 1e-12);
    EXPECT_EQ(*mm[3], 100);
    const Column low = min_max_column(v, Good::lower);
    EXPECT_EQ(*low[0], 100);
    EXPECT_EQ(*low[3], 0);
    const Column rank = rank_column(v, Good::higher);
    EXPECT_EQ(*rank[3], 100);
    EXPECT_EQ(*rank[2], 50) << "second and third share 2.5 of four";
    EXPECT_EQ(*rank[4], 50);
    EXPECT_EQ(*rank[0], 0);
    EXPECT_FALSE(rank[1]);
    const Column z = z_column(v, Good::higher);
    const double sd = std::sqrt((12.5 * 12.5 + 2 * 2.5 * 2.5 + 17.5 * 17.5) / 4);
    EXPECT_NEAR(*z[3], 100 * 0.5 * std::erfc(-17.5 / sd / std::sqrt(2)), 1e-10);
}

TEST(Columns, no_peers_or_no_difference_is_the_middle) {
    for (const Column& v :
         {Column{0.1, 0.1, 0.1}, Column{7.0}, Column{7.0, std::nullopt}, Column{7.0, NAN}}) {
        for (const auto f : {min_max_column, z_column, rank_column}) {
            EXPECT_EQ(*f(v, Good::lower)[0], 50);
            EXPECT_EQ(f(v, Good::lower).size(), v.size());
        }
    }
    EXPECT_TRUE(min_max_column({}, Good::higher).empty());
    EXPECT_FALSE(z_column(Column{std::nullopt}, Good::higher)[0]);
}

}  // namespace
}  // namespace assay::score
