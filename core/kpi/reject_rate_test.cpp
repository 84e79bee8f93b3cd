#include "core/kpi/reject_rate.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

TEST(RejectRate, whose_fault_a_reject_is) {
    struct {
        RejectClass reject_class;
        bool against_lp, last_look;
    } cases[] = {
        {RejectClass::discretionary, true, true},
        {RejectClass::technical, true, false},
        {RejectClass::risk, true, false},
        {RejectClass::ours, false, false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(counts_against_lp(c.reject_class), c.against_lp)
            << static_cast<int>(c.reject_class);
        EXPECT_EQ(is_last_look(c.reject_class), c.last_look) << static_cast<int>(c.reject_class);
    }
}

}  // namespace
}  // namespace assay::kpi
