#include "core/kernel/beliefs.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

using score::Scored;

score::Beliefs hardly_known(double n_eff) {
    score::Beliefs b;
    const estimate::Beta d{5.39, 0.89};
    score::of(b, Scored::fill_rate) = {d.mean(), d.var(), n_eff, false};
    score::of(b, Scored::reject_rate) = {0.1, 0.01, n_eff, false};
    return b;
}
double fill(const score::Beliefs& b) {
    return score::of(b, Scored::fill_rate).mean;
}

// docs/spec.md 4.4: Beta(5.39, .89), mean .858, q10 .673.
TEST(Careful, a_new_lp_is_its_10_percent_quantile_0_673) {
    EXPECT_NEAR(fill(careful(hardly_known(3), {0.8, 0.9, 0.95})), 0.673, 0.001);
    EXPECT_NEAR(fill(careful(hardly_known(3), {})), 0.673, 0.001) << "without peers too";
}

TEST(Careful, and_never_above_the_median_peer) {
    EXPECT_EQ(fill(careful(hardly_known(3), {0.9, 0.2, 0.5})), 0.5);
    EXPECT_EQ(fill(careful(hardly_known(3), {0.2, 0.9, 0.5, 0.6})), 0.55);
}

TEST(Careful, from_twenty_orders_on_it_stands_for_itself) {
    EXPECT_NEAR(fill(careful(hardly_known(20), {0.5})), 0.858, 0.0005);
    EXPECT_EQ(score::of(careful(hardly_known(3), {0.5}), Scored::reject_rate).mean, 0.1);
}

TEST(Careful, what_is_absent_or_certain_stays) {
    EXPECT_TRUE(score::of(careful({}, {0.5}), Scored::fill_rate).absent);
    score::Beliefs sure = hardly_known(3);
    score::of(sure, Scored::fill_rate) = {1, 0, 3, false};
    EXPECT_EQ(fill(careful(sure, {0.5})), 1);
}

}  // namespace
}  // namespace assay
