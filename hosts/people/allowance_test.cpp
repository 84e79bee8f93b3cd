#include "hosts/people/allowance.h"

#include <gtest/gtest.h>

namespace assay::people {
namespace {

constexpr Nanos kNow{1'772'461'800'000'000'000};

TEST(Allowance, ten_at_once_then_one_each_thirty_seconds) {
    Allowance tries({.at_once = 10, .per_second = 1.0 / 30});
    for (int i = 0; i < 10; ++i) EXPECT_EQ(tries.take("ann", kNow).ns, 0);
    const Duration wait = tries.take("ann", kNow);
    EXPECT_NEAR(as_seconds(wait), 30, 1e-6);
    EXPECT_EQ(tries.take("bob", kNow).ns, 0) << "of each their own";
    EXPECT_GT(tries.take("ann", kNow + Duration{29'900'000'000}).ns, 0);
    EXPECT_EQ(tries.take("ann", kNow + wait).ns, 0);
    EXPECT_GT(tries.take("ann", kNow + wait).ns, 0);
}

TEST(Allowance, ten_thousand_tries_in_an_hour_are_130) {
    Allowance tries({.at_once = 10, .per_second = 1.0 / 30});
    int let_in = 0;
    for (int i = 0; i < 10'000; ++i)
        if (tries.take("ann", kNow + Duration{i * 360'000'000LL}).ns == 0) ++let_in;
    EXPECT_NEAR(let_in, 130, 1) << "10 and one each 30 s";
}

TEST(Allowance, what_is_given_back_is_there_again) {
    Allowance tries({.at_once = 1, .per_second = 1});
    EXPECT_EQ(tries.take("ann", kNow).ns, 0);
    tries.give_back("ann");
    EXPECT_EQ(tries.take("ann", kNow).ns, 0);
    EXPECT_GT(tries.take("ann", kNow).ns, 0);
    EXPECT_GT(tries.take("ann", kNow - kHour).ns, 0) << "a clock that is set back gives nothing";
}

TEST(Allowance, names_without_end_do_not_free_the_one_that_is_tried) {
    Allowance tries({.at_once = 2, .per_second = 0.001, .keys = 8});
    (void)tries.take("ann", kNow);
    (void)tries.take("ann", kNow);
    for (int i = 0; i < 1'000; ++i) (void)tries.take("x" + std::to_string(i), kNow);
    EXPECT_GT(tries.take("ann", kNow).ns, 0);
}

}  // namespace
}  // namespace assay::people
