#include "hosts/desk/footings.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

route::Decision decision_on(route::Step step, std::string profile, std::string symbol, Nanos at) {
    route::Decision d;
    d.inputs.profile = std::move(profile);
    d.inputs.symbol = std::move(symbol);
    d.inputs.at = at;
    d.choice.step = step;
    return d;
}

TEST(Footings, every_step_has_its_name_and_the_lowest_of_those_at_work_is_told) {
    EXPECT_STREQ(name_of(route::Step::live), "live");
    EXPECT_STREQ(name_of(route::Step::static_table), "static_table");
    EXPECT_STREQ(name_of(route::Step::hold), "hold");

    Footings footings;
    EXPECT_FALSE(footings.last()) << "nothing was decided: nothing is said";
    EXPECT_FALSE(lowest({}, footings.last()));
    SessionOutput out;
    out.desk.routed.decisions = {decision_on(route::Step::equal, "balanced", "ACME", {1}),
                                 decision_on(route::Step::live, "balanced", "XYZ", {2})};
    footings.applied({}, 0, out);
    EXPECT_EQ(footings.last()->symbol, "XYZ");
    EXPECT_EQ(lowest({}, footings.last())->step, "live");
    const http::FootingView live{"balanced", "XYZ", "live", {2}},
        equal{"balanced", "ACME", "equal", {1}};
    EXPECT_EQ(lowest({equal, live}, footings.last())->symbol, "ACME");
    const route::Router nobody({}, 1);
    EXPECT_TRUE(footings.at_work(nobody).empty());
}

}  // namespace
}  // namespace assay::desk
