#include "core/kpi/rule605.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

TEST(Rule605, a_quarter_is_the_ratio_of_sums_not_the_mean_of_months) {
    ExecutionQuality quarter;
    const ExecutionQuality months[] = {
        {.exec_shares = 1000,
         .pr_imp_shares = 900,
         .pr_imp_total_amt = 9.0,
         .all_total_time = 500.0,
         .avg_effec_spread_total = 20.0},
        {.exec_shares = 3000,
         .pr_imp_shares = 300,
         .pr_imp_total_amt = 3.0,
         .all_total_time = 300.0,
         .avg_effec_spread_total = 20.0},
        {},  // a month without executions
    };
    for (const ExecutionQuality& m : months) quarter += m;
    EXPECT_DOUBLE_EQ(*quarter.pr_imp_pct(), 0.3) << "1200 / 4000, not (0.9 + 0.1) / 2";
    EXPECT_DOUBLE_EQ(*quarter.pr_imp_exp_amt(), 0.003) << "12 / 4000";
    EXPECT_DOUBLE_EQ(*quarter.all_avg_t(), 0.2) << "800 / 4000";
    EXPECT_DOUBLE_EQ(*quarter.avg_effec_spread(), 0.01) << "40 / 4000";
}

TEST(Rule605, nothing_executed_is_absent) {
    const ExecutionQuality empty;
    EXPECT_FALSE(empty.pr_imp_pct());
    EXPECT_FALSE(empty.pr_imp_exp_amt());
    EXPECT_FALSE(empty.all_avg_t());
    EXPECT_FALSE(empty.avg_effec_spread());
}

}  // namespace
}  // namespace assay::kpi
