// A traded day through the whole back-test: written as logs, read twice, told in every format.
#include "hosts/cli/backtest_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/backtest_output.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/comparison_document.h"
#include "hosts/cli/html_testkit.h"
#include "hosts/cli/simulated_day.h"

namespace assay {
namespace {

using testkit::Folder;

// Half an hour that the router traded with drawn plans.
const std::string& day() {
    static const Folder folder;
    static const std::string path = [] {
        sim::WorldConfig world;
        world.length = {1800 * kSecond.ns};
        world.parents.least_lots = 5;
        world.parents.most_lots = 80;
        DayTrade trade;
        trade.explore = {.how = route::Explore::menu, .budget = 1e9};
        const auto written = write_traded_day(world, trade, 9, folder.path() + "/day", {});
        EXPECT_TRUE(written) << written.error().text();
        return folder.path() + "/day";
    }();
    return path;
}

const score::Profile& profile(const char* name) {
    return *score::find_profile(name);
}

BacktestPlan plan_of(std::initializer_list<route::PolicyId> policies) {
    BacktestPlan plan;
    plan.profile = profile("balanced");
    for (const route::PolicyId id : policies)
        plan.contenders.push_back({std::string(route::policy(id).name), id, plan.profile, {}});
    plan.rules.draws = 2;
    plan.how = {.draws = 200, .seed = 1};
    return plan;
}

Result<Backtest> run(const BacktestPlan& plan, std::vector<std::string> inputs = {day()}) {
    Settings settings;
    settings.config.profile = plan.profile;
    ReplayOptions options;
    options.inputs = std::move(inputs);
    return run_backtest(plan, settings, options, {}, {});
}

std::vector<std::string> only_logs() {
    std::vector<std::string> logs;
    for (const char* name : {"market", "LP_A", "LP_B", "LP_C", "LP_D", "LP_E", "LP_G"})
        logs.push_back(fmt::format("{}/{}.log", day(), name));
    return logs;
}

TEST(Backtest, a_day_with_decisions_is_told_in_every_format) {
    BacktestPlan plan =
        plan_of({route::PolicyId::split, route::PolicyId::round_robin, route::PolicyId::bandit});
    const auto b = run(plan);
    ASSERT_TRUE(b) << b.error().text();
    EXPECT_EQ(b->traded_by, "split");
    EXPECT_EQ(b->lps, 6);
    EXPECT_GT(b->orders, 60);
    EXPECT_NEAR(b->replayed_bps, b->paid_bps, 0.4);
    ASSERT_EQ(b->replay.rows.size(), 4u);
    ASSERT_EQ(b->replay.logged.size(), 3u);
    EXPECT_EQ(b->replay.logged[1].estimate.refused, judge::Refusal::outside);
    ASSERT_EQ(b->recommendations.size(), 1u) << "the learned one, unasked";
    EXPECT_FALSE(b->recommendations[0].recommended);
    EXPECT_EQ(b->biases.size(), 6u);

    const auto d = nlohmann::json::parse(cli::backtest_json(*b));
    EXPECT_EQ(d["policies"].size(), 4u);
    EXPECT_EQ(d["orders"], b->orders);
    EXPECT_EQ(d["recommendations"][0]["recommended"], false);
    EXPECT_TRUE(d["reranking"].is_null());
    EXPECT_EQ(cli::malformed(cli::backtest_html(*b)), "");
    const std::string csv = cli::backtest_csv(*b);
    std::size_t commas = 0, lines = 0;
    bool quoted = false;
    for (const char c : csv) {
        if (c == '"') quoted = !quoted;
        commas += c == ',' && !quoted;
        lines += c == '\n';
    }
    EXPECT_EQ(lines, 5u);
    EXPECT_EQ(commas, 23 * lines) << csv;
    for (int width = 80; width <= 200; width += 15) {
        const std::string text = cli::backtest_table(*b, {.width = width, .utf8 = true});
        std::size_t start = 0;
        for (std::size_t end; (end = text.find('\n', start)) != text.npos; start = end + 1)
            ASSERT_LE(cli::display_width(text.substr(start, end - start)), width)
                << text.substr(start, end - start);
    }
}

TEST(Backtest, without_decisions_the_log_is_asked_nothing_and_says_so) {
    const auto b = run(plan_of({route::PolicyId::uniform}), only_logs());
    ASSERT_TRUE(b) << b.error().text();
    EXPECT_EQ(b->decisions_from, "");
    EXPECT_NE(b->orders_are.find("no more than 1s apart"), std::string::npos) << b->orders_are;
    ASSERT_TRUE(b->replay.logged[0].estimate.refused);
    const std::string text = cli::backtest_table(*b, {.width = 100});
    EXPECT_NE(text.find("no conclusion: there are no decisions beside the log"), text.npos) << text;
    EXPECT_EQ(text.find("Side by side"), text.npos);
    // Runs of children are very nearly the parents that the decisions name.
    const auto known = run(plan_of({route::PolicyId::uniform}));
    ASSERT_TRUE(known);
    EXPECT_NEAR(static_cast<double>(b->orders), static_cast<double>(known->orders),
                0.1 * static_cast<double>(known->orders));
    EXPECT_EQ(b->children, known->children);
}

TEST(Backtest, two_profiles_are_held_against_each_other) {
    BacktestPlan plan = plan_of({route::PolicyId::primary});
    plan.against = profile("note4");
    plan.contenders.push_back(plan.contenders[0]);
    plan.contenders[0].name = "primary (balanced)";
    plan.contenders[1].name = "primary (note4)";
    plan.contenders[1].profile = *plan.against;
    const auto b = run(plan);
    ASSERT_TRUE(b) << b.error().text();
    ASSERT_TRUE(b->reranking);
    EXPECT_GT(b->reranking->orders, 100);
    EXPECT_GT(b->reranking->differ, 0);
    const std::string text = cli::backtest_table(*b, {.width = 80});
    for (const char* part : {"choice of both", "of note4 alone", "Flow, % of lots",
                             "balanced and note4 put another LP first for"})
        EXPECT_NE(text.find(part), text.npos) << part;
    EXPECT_FALSE(nlohmann::json::parse(cli::backtest_json(*b))["reranking"].is_null());
    EXPECT_EQ(cli::malformed(cli::backtest_html(*b)), "");
}

TEST(Backtest, a_learned_policy_is_told_with_what_the_comparison_said) {
    BacktestPlan plan = plan_of({route::PolicyId::bandit});
    plan.asked_compare = true;
    plan.compared["bandit"] = {"oracle", judge::Standing::clearly_cheaper, -.2, ""};
    const auto b = run(plan);
    ASSERT_TRUE(b) << b.error().text();
    ASSERT_EQ(b->recommendations.size(), 1u);
    EXPECT_FALSE(b->recommendations[0].recommended);
    const std::string text = cli::backtest_table(*b, {.width = 100});
    EXPECT_NE(text.find("bandit: not recommended: "), text.npos) << text;
}

TEST(Backtest, what_cannot_be_done_is_said_with_what_to_do) {
    BacktestPlan unknown = plan_of({route::PolicyId::static_table});
    unknown.contenders[0].table = {"LP_X"};
    BacktestPlan missing = plan_of({route::PolicyId::split});
    missing.decisions = day() + "/nothing.bin";
    const struct {
        const BacktestPlan& plan;
        std::vector<std::string> inputs;
        const char* says;
    } rows[] = {
        {unknown, {day()}, "no order of the log went to an LP \"LP_X\""},
        {missing, {day()}, "nothing.bin: No such file"},
        {plan_of({route::PolicyId::split}), {day() + "/market.log"}, "no orders were found"},
        {plan_of({route::PolicyId::split}), {day() + "/LP_A.log"}, "has a quote at its start"},
        {plan_of({route::PolicyId::split}), {day() + "/no.log"}, "nothing to read"},
    };
    for (const auto& row : rows) {
        const auto b = run(row.plan, row.inputs);
        ASSERT_FALSE(b) << row.says;
        EXPECT_NE(b.error().text().find(row.says), std::string::npos) << b.error().text();
    }
}

TEST(ComparisonDocument, is_read_and_anything_else_is_refused) {
    const Folder folder;
    const std::string good = R"({"reference": "split", "rows": [
        {"policy": "bandit", "scenario": null, "standing": "clearly cheaper", "regret": {"bps": -0.2}},
        {"policy": "bandit", "scenario": "fading", "standing": "clearly dearer", "regret": {"bps": 0.1}},
        {"policy": "split", "scenario": null, "standing": "reference", "regret": null}]})";
    const auto read = cli::read_comparison(folder.write("good.json", good));
    ASSERT_TRUE(read) << read.error().text();
    const judge::Compared& bandit = read->at("bandit");
    EXPECT_EQ(bandit.reference, "split");
    EXPECT_EQ(bandit.standing, judge::Standing::clearly_cheaper);
    EXPECT_EQ(bandit.regret_bps, -0.2);
    EXPECT_EQ(bandit.dearer_in, "fading");
    for (const char* bad :
         {"", "{", "[]", "{\"rows\": []}", "{\"reference\": \"a\", \"rows\": [1]}"}) {
        const auto refused = cli::read_comparison(folder.write("bad.json", bad));
        ASSERT_FALSE(refused) << bad;
        EXPECT_NE(refused.error().text().find("assay compare --format json"), std::string::npos);
    }
}

}  // namespace
}  // namespace assay
