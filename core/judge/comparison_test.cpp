#include "core/judge/comparison.h"

#include <gtest/gtest.h>

#include "core/judge/testkit.h"

namespace assay::judge {
namespace {

// Each policy costs `extra` more than the world, with noise of its own.
PolicyRun run(const std::string& name, double extra, double own, std::uint64_t key,
              std::uint32_t scenarios = 2) {
    PolicyRun out{.name = name};
    for (std::uint32_t scenario = 0; scenario < scenarios; ++scenario)
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            const auto world = made_up_series(200, 0.5, seed + 10 * scenario);
            const auto noise = made_up_series(200, 0.2, 1000 * key + seed + 10 * scenario);
            for (std::uint32_t i = 0; i < 200; ++i)
                out.outcomes.push_back(
                    made_up_outcome(scenario, seed, i, 3 * world[i] + extra + own * noise[i]));
        }
    return out;
}

const std::vector<std::string> kTwo = {"calm", "leaky"};

const Row& row(const Comparison& c, const std::string& policy, const std::string& scenario) {
    for (const Row& r : c.rows)
        if (r.policy == policy && r.scenario == scenario) return r;
    static const Row none;
    ADD_FAILURE() << policy << " " << scenario;
    return none;
}

TEST(Comparison, puts_policies_in_order_and_says_what_is_clear) {
    const PolicyRun runs[] = {run("uniform", 0.5, 0.5, 1), run("oracle", 0, 0, 2),
                              run("split", 0.1, 0.3, 3), run("same", 0, 0.5, 4)};
    const auto c = compared(runs, kTwo, "oracle", {});
    ASSERT_TRUE(c) << c.error().text();
    ASSERT_EQ(c->rows.size(), 12u) << "all, calm, leaky";
    EXPECT_EQ(c->seeds, 5);
    EXPECT_EQ(c->rows[3].policy, "uniform") << "dearest last";
    EXPECT_EQ(row(*c, "oracle", "").standing, Standing::reference);
    EXPECT_FALSE(row(*c, "oracle", "").regret);
    EXPECT_EQ(row(*c, "uniform", "").standing, Standing::clearly_dearer);
    EXPECT_EQ(row(*c, "split", "").standing, Standing::clearly_dearer);
    EXPECT_EQ(row(*c, "same", "").standing, Standing::no_clear_difference);
    EXPECT_EQ(row(*c, "uniform", "").parents, 2000);
    EXPECT_EQ(row(*c, "uniform", "calm").parents, 1000);
    EXPECT_EQ(row(*c, "uniform", "").regret->worlds, 10);
    EXPECT_NEAR(row(*c, "uniform", "").regret->bps.mean, 0.5, 0.05);
    EXPECT_GE(*row(*c, "same", "").p_holm, row(*c, "same", "").regret->bps.p);
    EXPECT_NEAR(*row(*c, "uniform", "").p_holm, 3 / 2001.0, 1e-12) << "the least of three";
    ASSERT_GE(c->says.size(), 2u);
    EXPECT_EQ(c->says[0], "all scenarios: clearly dearer than oracle: split, uniform");
    EXPECT_EQ(c->says[1], "all scenarios: no clear difference from oracle: same");
}

TEST(Comparison, where_nothing_is_clear_it_says_so) {
    const PolicyRun runs[] = {run("a", 0, 0.5, 1, 1), run("b", 0, 0.5, 2, 1)};
    const auto c = compared(runs, {"calm"}, "a", {});
    ASSERT_TRUE(c);
    ASSERT_EQ(c->rows.size(), 2u) << "one scenario needs no row for all";
    ASSERT_EQ(c->says.size(), 1u);
    EXPECT_EQ(c->says[0], "calm: nothing is clear; no policy differs from a beyond chance");
}

// Twelve policies that are all the same: at most 5 % of comparisons call any of them different.
TEST(Comparison, twelve_equal_policies_are_seldom_told_apart) {
    int wrong = 0;
    constexpr int kTimes = 60;
    for (std::uint64_t time = 1; time <= kTimes; ++time) {
        std::vector<PolicyRun> runs;
        for (std::uint64_t p = 0; p < 12; ++p)
            runs.push_back(
                run(std::string(1, static_cast<char>('a' + p)), 0, 0.5, 100 * time + p, 1));
        const auto c = compared(runs, {"calm"}, "a", {.draws = 500, .seed = time});
        bool any = false;
        for (const Row& r : c->rows)
            any = any || r.standing == Standing::clearly_cheaper ||
                  r.standing == Standing::clearly_dearer;
        wrong += any;
    }
    std::printf("equal policies told apart in %d of %d comparisons\n", wrong, kTimes);
    EXPECT_LE(wrong, 6) << "5 % of 60 and two standard deviations; times 1 to 60";
}

TEST(Comparison, twenty_nine_pairs_are_never_clear_and_thirty_may_be) {
    for (const std::size_t n : {1u, 2u, 29u, 30u}) {
        PolicyRun a = run("a", 0, 0.1, 1, 1), b = run("b", 5, 0.1, 2, 1);
        a.outcomes.resize(n);
        b.outcomes.resize(n);
        const PolicyRun runs[] = {a, b};
        const auto c = compared(runs, {"calm"}, "a", {.draws = 200});
        ASSERT_TRUE(c);
        EXPECT_EQ(row(*c, "b", "calm").standing,
                  n < 30 ? Standing::no_clear_difference : Standing::clearly_dearer)
            << n;
    }
}

// Ten parents cost 5 bps more, the next ten 5 less, and so on, .3 bps more in the mean: a block of
// twenty always holds a whole wave, so the bootstrap sees no spread at all.
TEST(Comparison, what_the_check_does_not_see_is_not_clear) {
    PolicyRun a{.name = "a"}, b{.name = "b"};
    for (std::uint32_t i = 0; i < 200; ++i) {
        a.outcomes.push_back(made_up_outcome(0, 1, i, 1));
        b.outcomes.push_back(made_up_outcome(0, 1, i, 1.3 + (i / 10 % 2 == 0 ? 5 : -5)));
    }
    const PolicyRun runs[] = {a, b};
    const auto c = compared(runs, {"calm"}, "a", {});
    ASSERT_TRUE(c);
    const Row& r = row(*c, "b", "calm");
    EXPECT_LT(*r.p_holm, 0.01);
    EXPECT_GT(r.regret->check->p, 0.5);
    EXPECT_EQ(r.standing, Standing::no_clear_difference);
    EXPECT_EQ(c->says.back().substr(0, 48), "calm: b: the bootstrap finds a difference, Diebo");
}

TEST(Comparison, parents_that_never_end_are_not_fast) {
    PolicyRun a = run("a", 0, 0, 1, 1), b = run("b", 0, 0, 2, 1);
    for (std::size_t i = 0; i < b.outcomes.size(); i += 2) {
        b.outcomes[i].completion_seconds.reset();
        b.outcomes[i].filled_share = 0.5;
    }
    for (std::size_t i = 1; i < 100; i += 2) b.outcomes[i].shortfall_bps.reset();
    const PolicyRun runs[] = {a, b};
    const auto c = compared(runs, {"calm"}, "a", {});
    ASSERT_TRUE(c);
    const Row& r = row(*c, "b", "calm");
    EXPECT_NEAR(r.complete_share, 0.5, 1e-12);
    EXPECT_NEAR(r.filled_share, 0.75, 1e-12);
    EXPECT_EQ(r.regret->left_out, 50);
    EXPECT_EQ(r.regret->n, 950);
    for (const PolicyForecasts& p : c->policies)
        EXPECT_NEAR(p.completion.back().share, p.policy == "b" ? 0.5 : 1, 1e-12);
    EXPECT_EQ(c->says.back(), "b: 50 parents could not be paired");
}

// The replay says -.4 bps; the log of 2,000 parents says what its propensities carry.
TEST(Comparison, a_log_stands_beside_the_replay) {
    const PolicyRun runs[] = {run("logged", 0.4, 0.3, 1, 1), run("other", 0, 0.3, 2, 1)};
    const auto log = [](double gain) {
        score::Draws random({9});
        std::vector<LoggedParent> out;
        for (int i = 0; i < 2000; ++i) {
            const bool plan = random.uniform() < 0.5;
            out.push_back(
                {0, 1 - gain * plan + 0.5 * random.normal(), {{0.5, plan ? 0.9 : 0.1, {}, {}}}});
        }
        return out;
    };
    const auto few = std::vector<LoggedParent>(50, {0, 1, {{0.5, 0.5, {}, {}}}});
    struct {
        const char* what;
        std::vector<LoggedParent> log;
        Conclusion conclusion;
        const char* says;
    } const rows[] = {
        {"-.4 too", log(1), Conclusion::cheaper, "other: cheaper: replay and log agree"},
        {"+.4", log(-1), Conclusion::disagree,
         "other: replay and log disagree: nothing to conclude"},
        {"50 parents", few, Conclusion::refused,
         "other: the log cannot carry an answer: the effective sample size is 50.0, and 200 are "
         "needed"},
    };
    for (const auto& r : rows) {
        auto c = compared(runs, {"monday"}, "logged", {.draws = 500});
        ASSERT_TRUE(c);
        ASSERT_TRUE(answer_from_log(*c, "other", r.log, Question::whole_parent));
        ASSERT_EQ(c->logged.size(), 1u);
        EXPECT_EQ(c->logged[0].conclusion, r.conclusion) << r.what;
        EXPECT_EQ(c->says.back(), r.says);
    }
    auto c = compared(runs, {"monday"}, "logged", {.draws = 50});
    EXPECT_EQ(answer_from_log(*c, "third", few, Question::deviate_once).error().text(),
              "there is no policy \"third\"");
}

TEST(Comparison, what_cannot_be_compared_is_an_error) {
    const PolicyRun a = run("a", 0, 0, 1, 1), b = run("b", 0, 0, 2, 1), two = run("c", 0, 0, 1, 2);
    PolicyRun twice = b;
    twice.outcomes.push_back(twice.outcomes.front());
    PolicyRun nan = b;
    nan.outcomes[3].shortfall_bps = std::nan("");
    struct {
        std::vector<PolicyRun> runs;
        const char* error;
    } const rows[] = {
        {{}, "there are no policies to compare"},
        {{a, a}, "two policies are called \"a\""},
        {{b}, "the reference \"a\" is none of the policies"},
        {{a, two}, "c: a parent of scenario 1, and there are 1"},
        {{a, nan}, "b: parent 3 of seed 1, scenario 0 has a shortfall or a time that is no number"},
        {{a, twice}, "b: parent 0 of seed 1, scenario 0 stands there twice"},
    };
    for (const auto& r : rows) {
        const auto c = compared(r.runs, {"calm"}, "a", {});
        ASSERT_FALSE(c) << r.error;
        EXPECT_EQ(c.error().text(), r.error);
    }
    PolicyRun elsewhere = b;
    for (Outcome& o : elsewhere.outcomes) o.parent.seed += 100;
    const PolicyRun runs[] = {a, elsewhere};
    const auto c = compared(runs, {"calm"}, "a", {});
    EXPECT_EQ(row(*c, "b", "calm").standing, Standing::not_compared);
    EXPECT_EQ(c->says.back(), "b has no parent in common with a");
}

}  // namespace
}  // namespace assay::judge
