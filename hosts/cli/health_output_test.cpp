#include "hosts/cli/health_output.h"

#include <gtest/gtest.h>

#include "hosts/cli/golden.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

constexpr Terminal kWide{.width = 120, .tty = true, .colour = false, .utf8 = true};

TEST(HealthOutput, looks_as_it_should) {
    EXPECT_TRUE(equals_golden(health_text(made_up_health(), kWide, Detail::full), "health_120"));
    const Terminal narrow{.width = 80};
    EXPECT_TRUE(
        equals_golden(health_text(made_up_health(), narrow, Detail::full), "health_plain_80"));
}

TEST(HealthOutput, one_calm_line_when_all_is_well) {
    EXPECT_EQ(
        health_text(quiet_health(), kWide, Detail::brief),
        "Health 1 input, 12.3 MB, 51,204 messages: 51,201 applied, 3 seen before, nothing lost.\n");
    EXPECT_GT(health_text(quiet_health(), kWide, Detail::full).size(), 200u);
}

TEST(HealthOutput, the_calm_line_never_hides_trouble) {
    ASSERT_TRUE(all_is_well(quiet_health()));
    struct {
        const char* what;
        void (*spoil)(Health&);
    } const cases[] = {
        {"a dead letter", [](Health& h) { h.messages.dead = 1, --h.messages.applied; }},
        {"one waits", [](Health& h) { h.messages.waiting = 1, --h.messages.applied; }},
        {"bytes pending", [](Health& h) { h.bytes.pending = 1, --h.bytes.between; }},
        {"dead bytes", [](Health& h) { h.bytes.dead = 1, --h.bytes.between; }},
        {"a count", [](Health& h) { h.counts.push_back({"orphans", "", 1}); }},
        {"a gap", [](Health& h) { h.sessions[0].gaps = 1; }},
        {"a note", [](Health& h) { h.sessions[0].note = "x"; }},
        {"a file not used", [](Health& h) { h.inputs[0].kind = "not used: binary"; }},
        {"lenient", [](Health& h) { h.lenient = true; }},
        {"messages do not add up", [](Health& h) { ++h.messages.applied; }},
        {"bytes do not add up", [](Health& h) { ++h.bytes.read; }},
    };
    for (const auto& c : cases) {
        Health h = quiet_health();
        c.spoil(h);
        EXPECT_FALSE(all_is_well(h)) << c.what;
        EXPECT_EQ(health_text(h, kWide, Detail::brief).find("nothing lost"), std::string::npos)
            << c.what;
    }
}

TEST(HealthOutput, a_wrong_sum_is_loud) {
    Health h = quiet_health();
    h.messages.read += 5;
    EXPECT_NE(
        health_text(h, kWide, Detail::brief).find("DOES NOT ADD UP: the parts are 51,204, 5 fewer"),
        std::string::npos);
}

}  // namespace
}  // namespace assay::cli
