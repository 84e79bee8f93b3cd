#include "hosts/cli/comparison_run.h"

#include <gtest/gtest.h>

#include "hosts/cli/comparison_html.h"
#include "hosts/cli/comparison_output.h"

namespace assay {
namespace {

ComparisonPlan small_plan() {
    ComparisonPlan plan;
    const sim::WorldConfig base;
    for (const char* name : {"oracle", "split", "uniform", "static"})
        plan.contenders.push_back(*contender_of(name, base.lps));
    plan.scenarios = {*scenario_named("linear", base), *scenario_named("concave", base)};
    plan.first_seed = 7;
    plan.seeds = 2;
    plan.parents = 40;
    return plan;
}

TEST(ComparisonRun, threads_change_nothing) {
    ComparisonPlan plan = small_plan();
    const auto alone = run_comparison(plan, {});
    ASSERT_TRUE(alone) << alone.error().text();
    plan.threads = 2;
    std::uint64_t last = 0, all = 0;
    const auto together = run_comparison(plan, [&](std::uint64_t done, std::uint64_t of) {
        EXPECT_GE(done, last);
        last = done;
        all = of;
    });
    ASSERT_TRUE(together);
    EXPECT_EQ(cli::comparison_json(*alone), cli::comparison_json(*together));
    EXPECT_EQ(cli::comparison_csv(*alone), cli::comparison_csv(*together));
    EXPECT_EQ(last, all);
    EXPECT_EQ(all, 4u * 2 * 2 * 40) << "policies x scenarios x seeds x parents";
    plan.first_seed = 8;
    EXPECT_NE(cli::comparison_csv(*alone), cli::comparison_csv(*run_comparison(plan, {})))
        << "another seed is another world";
}

TEST(ComparisonRun, every_policy_meets_every_parent_and_all_is_traded) {
    const auto c = run_comparison(small_plan(), {});
    ASSERT_TRUE(c);
    ASSERT_EQ(c->rows.size(), 12u) << "all scenarios, and each of the two";
    EXPECT_EQ(c->seeds, 2);
    for (const judge::Row& row : c->rows) {
        EXPECT_EQ(row.parents, row.scenario.empty() ? 160 : 80) << row.policy;
        EXPECT_NEAR(row.filled_share + row.swept_share, 1, 0.02) << row.policy;
        ASSERT_TRUE(row.shortfall_bps);
        EXPECT_LE(row.rounds, 8) << row.policy;
        EXPECT_GE(row.children, 1) << row.policy;
        if (row.policy == "oracle") continue;
        ASSERT_TRUE(row.regret) << row.policy;
        EXPECT_EQ(row.regret->n, row.parents);
        EXPECT_EQ(row.regret->left_out, 0);
    }
    for (const auto& p : c->policies) EXPECT_GT(p.forecasts.filled.n(), 0) << p.policy;
    std::string says;
    for (const std::string& line : c->says) says += line + "\n";
    const cli::Terminal wide{.width = 120};
    for (const std::string& text :
         {cli::comparison_table(*c, wide), cli::comparison_json(*c), cli::comparison_html(*c)})
        EXPECT_NE(text.find("Made-up markets with made-up LPs: no evidence about a real one."),
                  text.npos);
    EXPECT_NE(says.find("concave: leakage grows as the square root of the lots sent; the router's "
                        "model of costs is another one"),
              says.npos);
    EXPECT_NE(says.find("no table was given; all goes to LP_"), says.npos);
}

TEST(ComparisonRun, names_of_policies_and_what_is_wrong_with_them) {
    const auto lps = sim::six_lps();
    EXPECT_EQ(contender_of("probe-then-split", lps)->policy, route::PolicyId::probe_then_split);
    const auto table = contender_of("static=LP_B,LP_A", lps);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->table, (std::vector<std::string>{"LP_B", "LP_A"}));
    const std::pair<const char*, const char*> bad[] = {
        {"spilt", "there is no policy \"spilt\"; did you mean \"split\"?"},
        {"", "there is no policy \"\""},
        {"split=LP_A", "only static has a table"},
        {"static=", "there is no LP \"\""},
        {"static=LP_A,LP_Q", "there is no LP \"LP_Q\"; did you mean"},
    };
    for (const auto& [text, says] : bad) {
        const auto wrong = contender_of(text, lps);
        ASSERT_FALSE(wrong) << text;
        EXPECT_NE(wrong.error().text().find(says), std::string::npos) << wrong.error().text();
    }
}

TEST(ComparisonRun, scenarios_change_the_world_and_nothing_else) {
    const sim::WorldConfig base;
    for (const auto name : scenario_names()) {
        const auto s = scenario_named(name, base);
        ASSERT_TRUE(s) << name;
        EXPECT_FALSE(s->says.empty());
        EXPECT_EQ(s->world.lps.size(), base.lps.size());
    }
    EXPECT_EQ(scenario_named("on-fills", base)->world.leakage.model, sim::LeakModel::on_fills);
    EXPECT_EQ(scenario_named("fading", base)->world.leakage.permanent_share, 0.5);
    EXPECT_EQ(scenario_named("linear", base)->model, Model::the_routers_own);
    EXPECT_EQ(scenario_named("delayed", base)->model, Model::another);
    const auto wrong = scenario_named("concav", base);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text().find("did you mean \"concave\"?"), std::string::npos);
}

TEST(ComparisonRun, the_best_in_the_long_run_is_that_of_the_truth) {
    sim::WorldConfig world;
    EXPECT_EQ(best_in_the_long_run(world).substr(0, 3), "LP_");
    world.lps[2].nature = {
        .zero_share = 0, .mean_lots = 500, .latency_ms = 10, .improvement = 0.9, .leak_bps = 0};
    EXPECT_EQ(best_in_the_long_run(world), world.lps[2].name) << "it has everything for nothing";
}

}  // namespace
}  // namespace assay
