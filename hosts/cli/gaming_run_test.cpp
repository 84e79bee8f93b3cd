#include "hosts/cli/gaming_run.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

ComparisonPlan plan(std::uint64_t parents) {
    ComparisonPlan p;
    p.seeds = 2;
    p.parents = parents;
    return p;
}
const GamingTactic& tactic(judge::Tactic wanted) {
    for (const GamingTactic& t : gaming_tactics())
        if (t.tactic == wanted) return t;
    return gaming_tactics().front();
}

TEST(Gaming, the_lps_of_a_world_are_drawn_by_its_seed_and_none_games) {
    const GamingWorld a = gaming_world(7), again = gaming_world(7), other = gaming_world(8);
    ASSERT_EQ(a.lps.size(), 6u);
    EXPECT_LT(a.gamer, 6u);
    EXPECT_EQ(a.gamer, again.gamer);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(a.lps[i].nature, again.lps[i].nature);
        EXPECT_FALSE(a.lps[i].nature == other.lps[i].nature);
        EXPECT_EQ(a.lps[i].habits, sim::Habits{});
    }
}

TEST(Gaming, a_flash_rejecter_is_flagged_and_gets_less_than_its_honest_twin) {
    const GamingTactic& flash = tactic(judge::Tactic::flash_reject);
    const GamingDay games = gaming_day(plan(120), flash, true, 41);
    const GamingDay honest = gaming_day(plan(120), flash, false, 41);
    EXPECT_TRUE(games.suspicion.flagged) << games.suspicion.says;
    EXPECT_FALSE(honest.suspicion.flagged) << honest.suspicion.says;
    EXPECT_LT(games.flow.to_lp / games.flow.to_all, honest.flow.to_lp / honest.flow.to_all);
}

TEST(Gaming, exec_ids_given_twice_are_counted_from_the_reports_and_bring_nothing) {
    const GamingTactic& reuse = tactic(judge::Tactic::duplicate_exec_ids);
    const GamingDay games = gaming_day(plan(40), reuse, true, 42);
    const GamingDay honest = gaming_day(plan(40), reuse, false, 42);
    EXPECT_TRUE(games.suspicion.flagged) << games.suspicion.says;
    EXPECT_FALSE(honest.suspicion.flagged) << honest.suspicion.says;
    EXPECT_EQ(games.flow.to_lp, honest.flow.to_lp) << "each is a fill of its own order";
}

TEST(Gaming, a_case_for_each_tactic_whatever_the_number_of_threads) {
    ComparisonPlan one = plan(10), three = plan(10);
    three.threads = 3;
    const auto a = run_gaming(one), b = run_gaming(three);
    ASSERT_EQ(a.size(), gaming_tactics().size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].share.worlds, 2);
        EXPECT_EQ(a[i].share.gain_bp, b[i].share.gain_bp);
        EXPECT_EQ(a[i].flagged, b[i].flagged);
    }
}

}  // namespace
}  // namespace assay
