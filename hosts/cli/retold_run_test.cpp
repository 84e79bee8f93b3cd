// The comparison of the story: the same for every number of threads, paired, and told as it is.
#include "hosts/cli/retold_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/sim/scripted_testkit.h"
#include "hosts/cli/golden.h"
#include "hosts/cli/retold_html.h"
#include "hosts/cli/retold_output.h"
#include "hosts/cli/story_json.h"

namespace assay {
namespace {

const sim::Script& script() {
    static const sim::Script s = sim::acme(200);
    return s;
}
const Retold& small() {
    static const Retold r = *retold(script(), {.first_seed = 11, .seeds = 3, .threads = 2}, {});
    return r;
}

judge::Row row(const char* policy, double bps, judge::Standing standing) {
    judge::Row r;
    r.policy = policy;
    r.parents = 30;
    r.shortfall_bps = bps;
    r.shortfall_p95_bps = bps + 1;
    r.filled_share = .995;
    r.completion_seconds = 1'083;
    r.completion_p95_seconds = 1'084.4;
    r.standing = standing;
    if (standing == judge::Standing::reference) return r;
    judge::Paired paired;
    paired.n = 30;
    paired.bps = {bps - 1, {bps - 1.25, bps - .75}, .1, .001};
    r.regret = paired;
    return r;
}
// Made up, so that every standing is there.
Retold made_up() {
    using judge::Standing;
    Retold r{"probe-then-split", 1, 30, .04, {}};
    for (const auto how : {sim::LpsDrawn::around_the_history, sim::LpsDrawn::at_random}) {
        RetoldBlock b{how, {}, {{"LP_A", .98, .51, .09}, {"LP_B", .65, 1.39, 1.13}}};
        b.compared.reference = r.policy;
        b.compared.rows = {row("static LP_A", .2, Standing::clearly_cheaper),
                           row("split", .9, Standing::no_clear_difference),
                           row("probe-then-split", 1, Standing::reference),
                           row("uniform", 1.5, Standing::clearly_dearer),
                           row("static LP_B", 9.9, Standing::clearly_dearer)};
        r.blocks.push_back(b);
    }
    return r;
}

TEST(RetoldRun, threads_change_nothing) {
    std::uint64_t last = 0, all = 0;
    const auto alone = retold(script(), {.first_seed = 11, .seeds = 3, .threads = 1},
                              [&](std::uint64_t done, std::uint64_t of) {
                                  EXPECT_GT(done, last);
                                  last = done;
                                  all = of;
                              });
    ASSERT_TRUE(alone) << alone.error().text();
    EXPECT_EQ(cli::retold_text(*alone, {.width = 120}), cli::retold_text(small(), {.width = 120}));
    EXPECT_EQ(cli::retold_html(*alone), cli::retold_html(small()));
    EXPECT_EQ(last, all);
    EXPECT_EQ(all, 2u * 3 * 15) << "blocks x seeds x policies";
}

TEST(RetoldRun, every_policy_and_every_single_lp_stands_there_once) {
    for (const RetoldBlock& block : small().blocks) {
        std::vector<std::string> names;
        for (const judge::Row& r : block.compared.rows) {
            names.push_back(r.policy);
            EXPECT_EQ(r.parents, 3) << r.policy;
            EXPECT_EQ(r.regret.has_value(), r.policy != "probe-then-split") << r.policy;
        }
        std::sort(names.begin(), names.end());
        EXPECT_EQ(names,
                  (std::vector<std::string>{
                      "bandit", "limit-or-market", "oracle", "primary", "probe-then-split",
                      "random", "round-robin", "score-split", "split", "static LP_A", "static LP_B",
                      "static LP_C", "static LP_D", "static LP_E", "uniform"}));
    }
}

TEST(RetoldRun, a_story_told_by_a_table_is_held_against_the_others) {
    sim::Script s = script();
    s.parent.policy = route::PolicyId::static_table;
    s.table = {{0}};
    const auto r = retold(s, {.seeds = 1}, {});
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->policy, "static");
    for (const judge::Row& row : r->blocks[0].compared.rows)
        if (row.policy == "static LP_A") {
            EXPECT_EQ(row.regret->bps.mean, 0) << "its own table";
        }
}

TEST(RetoldOutput, a_few_worlds_are_not_clear) {
    for (const RetoldBlock& block : small().blocks) {
        EXPECT_EQ(cli::verdicts(small(), block),
                  (std::vector<std::string>{
                      "3 are too few worlds to call anything better or worse: at least 30."}));
        for (const judge::Row& r : block.compared.rows)
            if (r.policy != "probe-then-split") {
                EXPECT_STREQ(cli::verdict(r.standing), "not clear") << r.policy;
            }
    }
}

TEST(RetoldOutput, says_better_and_worse_from_the_side_of_the_story) {
    const Retold r = made_up();
    EXPECT_EQ(cli::verdicts(r, r.blocks[0]),
              (std::vector<std::string>{
                  "Against sending all to one LP, probe-then-split is better than LP_B; worse than "
                  "LP_A.",
                  "Against other policies, probe-then-split is better than uniform; not clearly "
                  "different from split."}));
}

TEST(RetoldOutput, fits_80_and_120_columns) {
    for (const int width : {80, 120}) {
        const std::string text = cli::retold_text(made_up(), {.width = width});
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = text.find('\n', from);
            EXPECT_LE(cli::display_width(text.substr(from, end - from)), width)
                << text.substr(from, end - from);
            from = end + 1;
        }
        EXPECT_TRUE(cli::equals_golden(text, fmt::format("retold_{}", width)));
    }
}

TEST(RetoldHtml, far_out_rows_are_cut_off_and_their_numbers_said) {
    const std::string page = cli::retold_html(made_up());
    EXPECT_NE(page.find("+8.90 (+8.65 to +9.15)"), page.npos);
    for (const char* never : {"http://", "https://", "nan", "inf "})
        EXPECT_EQ(page.find(never), page.npos) << never;
    const std::string picture = cli::difference_chart(made_up(), made_up().blocks[0]);
    EXPECT_EQ(picture.find(">8.00<"), picture.npos) << "the axis ends before";
}

TEST(StoryJson, holds_the_comparison) {
    sim::Story none;
    none.parent.starts = none.parent.ends = none.ended = script().parent.starts;
    const auto doc = nlohmann::json::parse(cli::story_json(script(), none, &small()));
    const auto& c = doc["comparison"];
    EXPECT_EQ(c["policy"], "probe-then-split");
    EXPECT_EQ(c["seeds"], 3);
    ASSERT_EQ(c["blocks"].size(), 2u);
    EXPECT_EQ(c["blocks"][0]["lps"], "around the history");
    EXPECT_EQ(c["blocks"][1]["lps"], "at random");
    for (const auto& block : c["blocks"]) {
        EXPECT_EQ(block["compared"]["rows"].size(), 15u);
        EXPECT_EQ(block["truth"].size(), 5u);
    }
    EXPECT_FALSE(nlohmann::json::parse(cli::story_json(script(), none)).contains("comparison"));
}

}  // namespace
}  // namespace assay
