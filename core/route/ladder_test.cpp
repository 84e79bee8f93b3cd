#include "core/route/ladder.h"

#include <gtest/gtest.h>

namespace assay::route {
namespace {

TEST(Ladder, steps) {
    const Nanos now{1'000'000'000'000'000};
    const auto scores = [&](BoardState state, Duration age) {
        return Scores{state, now - age, 1, 1, 1};
    };
    const auto good = BoardState::good;
    const struct {
        const char* what;
        Footing footing;
        Step step;
    } cases[] = {
        {"60 s old", {scores(good, 60_s), 2, 1, 2}, Step::live},
        {"a nanosecond more", {scores(good, 60_s + 1_ns), 2, 1, 2}, Step::last_good},
        {"damaged, the last good one is a second old",
         {scores(BoardState::damaged, 1_s), 2, 1, 2},
         Step::last_good},
        {"30 minutes and a nanosecond", {scores(good, 1800_s + 1_ns), 2, 1, 2}, Step::static_table},
        {"missing", {Scores{}, 2, 1, 2}, Step::static_table},
        {"missing, no table", {Scores{}, 0, 0, 2}, Step::equal},
        {"from the future", {scores(good, Duration{-1}), 2, 0, 2}, Step::equal},
        {"nobody permitted has a score", {scores(good, 1_s), 0, 0, 2}, Step::equal},
        {"nobody permitted", {scores(good, 1_s), 2, 1, 0}, Step::hold},
    };
    for (const auto& c : cases) EXPECT_EQ(step_for(now, c.footing, {}), c.step) << c.what;
}

}  // namespace
}  // namespace assay::route
