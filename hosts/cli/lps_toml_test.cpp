#include "hosts/cli/lps_toml.h"

#include <set>

#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

std::string lps_error(const std::string& toml) {
    const auto file = TomlFile::parse("lps.toml", toml);
    if (!file) return file.error().text();
    const auto read = read_lps(*file);
    return read ? "" : read.error().text();
}

Result<sim::WorldConfig> example(const std::string& name) {
    const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/" + name);
    EXPECT_TRUE(file) << file.error().text();
    EXPECT_TRUE(looks_like_lps(*file));
    return read_lps(*file);
}

TEST(LpsToml, the_example_is_the_six_of_the_spec_and_every_default) {
    const auto read = example("lps.toml");
    ASSERT_TRUE(read) << read.error().text();
    const sim::WorldConfig usual;
    ASSERT_EQ(read->lps.size(), usual.lps.size());
    for (std::size_t i = 0; i < usual.lps.size(); ++i) {
        EXPECT_EQ(read->lps[i].name, usual.lps[i].name);
        EXPECT_TRUE(read->lps[i].nature == usual.lps[i].nature) << usual.lps[i].name;
        EXPECT_TRUE(read->lps[i].habits == usual.lps[i].habits) << usual.lps[i].name;
    }
    const sim::MarketConfig &m = read->market, &d = usual.market;
    EXPECT_EQ(m.sigma, d.sigma);
    EXPECT_EQ(m.spread_bps, d.spread_bps);
    EXPECT_EQ(m.stationary, d.stationary);
    EXPECT_EQ(m.switch_share, d.switch_share);
    EXPECT_NEAR(m.jumps_per_second, d.jumps_per_second, 1e-18);
    EXPECT_EQ(m.jump_sd_bps, d.jump_sd_bps);
    EXPECT_EQ(m.size_median_lots, d.size_median_lots);
    EXPECT_EQ(m.size_log_sd, d.size_log_sd);
    EXPECT_EQ(m.quote_every, d.quote_every);
    EXPECT_EQ(read->parents.mean_gap_s, usual.parents.mean_gap_s);
    EXPECT_EQ(read->parents.least_lots, usual.parents.least_lots);
    EXPECT_EQ(read->parents.most_lots, usual.parents.most_lots);
    EXPECT_EQ(read->parents.informed_share, usual.parents.informed_share);
    EXPECT_EQ(read->parents.informed_bps, usual.parents.informed_bps);
    EXPECT_EQ(read->parents.informed_over, usual.parents.informed_over);
    EXPECT_EQ(read->leakage.model, usual.leakage.model);
    EXPECT_EQ(read->leakage.delay, usual.leakage.delay);
    EXPECT_EQ(read->leakage.permanent_share, usual.leakage.permanent_share);
    EXPECT_EQ(read->leakage.half_life, usual.leakage.half_life);
    EXPECT_EQ(read->leakage.seen_by_last_look, usual.leakage.seen_by_last_look);
    EXPECT_EQ(read->drift.kept, usual.drift.kept);
    EXPECT_EQ(read->drift.zero_sd, usual.drift.zero_sd);
    EXPECT_EQ(read->drift.size_sd, usual.drift.size_sd);
    EXPECT_EQ(read->drift.leak_sd, usual.drift.leak_sd);
    EXPECT_EQ(read->drift.swap_every, usual.drift.swap_every);
    EXPECT_EQ(read->capacity_correlation, usual.capacity_correlation);
}

TEST(LpsToml, the_zoo_has_every_behaviour) {
    const auto zoo = example("zoo.toml");
    ASSERT_TRUE(zoo) << zoo.error().text();
    ASSERT_EQ(zoo->lps[0].name, "HONEST");
    for (const sim::Behaviour& b : sim::behaviours()) {
        sim::LpConfig expected = zoo->lps[0];
        b.add(expected.nature, expected.habits);
        bool found = false;
        for (const sim::LpConfig& lp : zoo->lps)
            found = found || (lp.nature == expected.nature && lp.habits == expected.habits);
        EXPECT_TRUE(found) << b.name;
    }
    EXPECT_EQ(zoo->lps.back().habits.clock_offset, Duration{-2'000'000'000})
        << "a key of its own wins over a behaviour";
}

TEST(LpsToml, other_files_are_not_taken_for_it) {
    for (const char* name : {"reference.toml", "fees.toml", "desk.toml", "profiles/acme.toml"}) {
        const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/" + name);
        ASSERT_TRUE(file);
        EXPECT_FALSE(looks_like_lps(*file)) << name;
    }
}

TEST(LpsToml, errors_show_the_place_and_what_was_meant) {
    struct {
        const char *toml, *error;
    } const cases[] = {
        {"[lp.A]\nlatency = 5\n",
         "lps.toml:2:1: no key of an LP is called \"latency\"; did you mean \"latency_ms\"?\n"
         "  2 | latency = 5\n"
         "    | ^~~~~~~"},
        {"[lp.A]\nreject_share = 1.5\n",
         "lps.toml:2:16: reject_share = 1.5 is out of range; allowed: a number from 0 to 1\n"
         "  2 | reject_share = 1.5\n"
         "    |                ^~~"},
        {"[lp.A]\npieces = 1.5\n",
         "lps.toml:2:10: pieces = 1.5 is out of range; allowed: a whole number from 1 to 20\n"
         "  2 | pieces = 1.5\n"
         "    |          ^~~"},
        {"[lp.A]\nbehaviours = [\"slw\"]\n",
         "lps.toml:2:15: no behaviour is called \"slw\"; did you mean \"slow\"?\n"
         "  2 | behaviours = [\"slw\"]\n"
         "    |               ^~~~~"},
        {"[lp.A]\nlast_look = \"both\"\n",
         "lps.toml:2:13: last_look is \"both\"; allowed: one of none, one_sided, symmetric\n"
         "  2 | last_look = \"both\"\n"
         "    |             ^~~~~~"},
        {"[lp.A]\nlate_by = \"half a minute\"\n",
         "lps.toml:2:11: late_by is \"half a minute\"; expected a duration up to a day, such as "
         "500ms, 30s or 5m\n"
         "  2 | late_by = \"half a minute\"\n"
         "    |           ^~~~~~~~~~~~~~~"},
        {"[lp.\"a/b\"]\n",
         "lps.toml:1:5: \"a/b\" cannot be the name of an LP: up to 32 letters, digits, - and _, "
         "other than DESK, MARKET and market\n"
         "  1 | [lp.\"a/b\"]\n"
         "    |     ^~~"},
        {"[lp.A]\n[markets]\n",
         "lps.toml:2:2: no part of a file of LPs is called \"markets\"; did you mean \"market\"?\n"
         "  2 | [markets]\n"
         "    |  ^~~~~~~"},
        {"[lp.A]\n[market]\nsigma = [1, 2]\n",
         "lps.toml:3:9: sigma is not three numbers from 0.001 to 1000: calm, normal, stressed\n"
         "  3 | sigma = [1, 2]\n"
         "    |         ^"},
        {"[lp.A]\n[market]\nstationary = [0.5, 0.5, 0.5]\n",
         "lps.toml:3:14: the three add up to 1.5, not to 1\n"
         "  3 | stationary = [0.5, 0.5, 0.5]\n"
         "    |              ^"},
        {"[lp.A]\n[parents]\nleast_lots = 9\nmost_lots = 8\n",
         "lps.toml:2:2: least_lots = 9 is more than most_lots = 8\n"
         "  2 | [parents]\n"
         "    |  ^~~~~~~"},
        {"", "lps.toml: 0 LPs; from 1 to 256 sections such as [lp.LP_A] are expected"},
    };
    for (const auto& c : cases) EXPECT_EQ(lps_error(c.toml), c.error) << c.toml;
    EXPECT_EQ(lps_error("[lp.A]\n"), "") << "an honest LP";
}

}  // namespace
}  // namespace assay
