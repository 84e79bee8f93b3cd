// What a configuration that was read anew may change.
#include "hosts/desk/reload.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

constexpr const char* kSession =
    "[session.LP_A]\nrole = \"lp\"\nport = 9891\nsender = \"DESK\"\n"
    "target = \"LPA\"\npassword = \"secret\"\n";

DeskSettings read(const std::string& rest) {
    auto file = TomlFile::parse("desk.toml", kSession + rest);
    EXPECT_TRUE(file);
    auto d = read_desk(*file);
    EXPECT_TRUE(d) << (d ? "" : d.error().text());
    return d ? *d : DeskSettings();
}
Reload between(const std::string& now, const std::string& then) {
    return what_changed(read(now), read(then));
}
using Texts = std::vector<std::string>;

TEST(Reload, limits_rules_defaults_and_retention_may_change) {
    const Reload r = between(
        "[limits]\ncollar_bps = 100\n[parents]\nurgency = 0.5\n[history]\nkeep_scores_days = 90\n",
        "[limits]\ncollar_bps = 50\nchild_qty = 100\n[history]\nkeep_scores_days = 30\n"
        "[log]\nlevel = \"warning\"\n[lp.LP_A]\nenabled = false\n");
    EXPECT_EQ(r.takes_restart, Texts{});
    EXPECT_EQ(r.changed,
              (Texts{"history.keep_scores_days: 90 -> 30", "limits.child_qty: (none) -> 100",
                     "limits.collar_bps: 100 -> 50", "log.level: (none) -> warning",
                     "lp.LP_A.enabled: (none) -> false", "parents.urgency: 0.5 -> (none)"}));
}

TEST(Reload, what_takes_a_restart_is_named_and_no_secret_is_shown) {
    DeskSettings then = read("[limits]\ncollar_bps = 50\n[desk]\nqueue = 5000\n");
    then.keys["session.LP_A.password"] = "another";
    const Reload r = what_changed(read("[limits]\ncollar_bps = 100\n"), then);
    EXPECT_EQ(r.takes_restart, (Texts{"desk.queue", "session.LP_A.password"}));
    for (const std::string& one : r.changed) EXPECT_EQ(one.find("another"), std::string::npos);
}

TEST(Reload, the_same_file_changes_nothing) {
    const Reload r = between("[limits]\ncollar_bps = 100\n", "[limits]\ncollar_bps = 100 # so\n");
    EXPECT_EQ(r.changed, Texts{});
    EXPECT_EQ(r.takes_restart, Texts{});
}

TEST(Reload, another_fast_half_life_takes_a_restart) {
    DeskSettings now = read(""), then = read("");
    then.desk.desk.ranked[0].fast_half_life = {1};
    const Reload r = what_changed(now, then);
    ASSERT_EQ(r.takes_restart.size(), 1u);
    EXPECT_NE(r.takes_restart[0].find("half-life"), std::string::npos);
}

}  // namespace
}  // namespace assay::desk
