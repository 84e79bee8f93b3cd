#include "hosts/cli/profile_toml.h"

#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

constexpr const char* kGood =
    "name = \"mine\"\n[kpi.fill_rate]\nweight = 60.5\nworst = 0.5\nbest = 1\n"
    "[kpi.latency_rt_ms_p50]\nweight = 39.5\nworst = 250\nbest = 1\nscale = \"log\"\n";

std::string profile_error(const std::string& toml) {
    const auto file = TomlFile::parse("mine.toml", toml);
    if (!file) return file.error().text();
    const auto read = read_profile(*file);
    return read ? "" : read.error().text();
}

TEST(ProfileToml, each_example_equals_the_built_in_profile_of_its_name) {
    ASSERT_EQ(score::built_in_profiles().size(), 7u);
    for (const score::Profile& built_in : score::built_in_profiles()) {
        const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/profiles/" +
                                         built_in.name + ".toml");
        ASSERT_TRUE(file) << file.error().text();
        const auto read = read_profile(*file);
        ASSERT_TRUE(read) << read.error().text();
        EXPECT_TRUE(read->profile == built_in) << built_in.name << "\n" << print_profile(built_in);
        const auto printed = TomlFile::parse("printed", print_profile(built_in));
        ASSERT_TRUE(printed) << printed.error().text();
        EXPECT_TRUE(read_profile(*printed)->profile == built_in) << built_in.name;
    }
}

TEST(ProfileToml, reads_weights_as_basis_points_and_warns) {
    const auto file = TomlFile::parse("mine.toml", kGood);
    ASSERT_TRUE(file);
    const auto read = read_profile(*file);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->profile.name, "mine");
    ASSERT_EQ(read->profile.terms.size(), 2u);
    EXPECT_EQ(read->profile.terms[0].weight_bp, 6050);
    EXPECT_EQ(read->profile.terms[1].scale, score::Scale::log);
    ASSERT_EQ(read->warnings.size(), 1u) << "one KPI holds more than half";
    EXPECT_NE(read->warnings[0].find("fill_rate"), std::string::npos) << read->warnings[0];
}

TEST(ProfileToml, errors_show_the_place_and_what_was_meant) {
    struct {
        const char *toml, *error;
    } cases[] = {
        {"name = \"x\"\n[kpi.fil_rate]\nweight = 100\nworst = 0\nbest = 1\n",
         "mine.toml:2:6: no KPI is called \"fil_rate\"; did you mean \"fill_rate\"?\n"
         "  2 | [kpi.fil_rate]\n"
         "    |      ^~~~~~~~"},
        {"name = \"x\"\n[kpi.fill_rate]\nweight = 100\nworst = 0\n",
         "mine.toml:2:6: fill_rate has no best\n"
         "  2 | [kpi.fill_rate]\n"
         "    |      ^~~~~~~~~"},
        {"name = \"x\"\n[kpi.fill_rate]\nweight = 33.333\nworst = 0\nbest = 1\n",
         "mine.toml:3:10: weight is in percent, with at most two decimals: 35 or 12.25\n"
         "  3 | weight = 33.333\n"
         "    |          ^~~~~~"},
        {"name = \"x\"\n[kpi.fill_rate]\nweight = 100\nworst = 0\nbest = 1\nscale = \"lin\"\n",
         "mine.toml:6:9: scale is \"lin\"; allowed: one of linear, log; did you mean \"linear\"?\n"
         "  6 | scale = \"lin\"\n"
         "    |         ^~~~~"},
        {"name = \"x\"\nrank_by = \"composit\"\n",
         "mine.toml:2:11: rank_by is \"composit\"; allowed: one of lcb, composite; did you mean "
         "\"composite\"?\n"
         "  2 | rank_by = \"composit\"\n"
         "    |           ^~~~~~~~~~"},
        {"name = \"x\"\nfast_half_life = \"soon\"\n",
         "mine.toml:2:18: \"soon\" is not a duration; expected such as 30m, or never\n"
         "  2 | fast_half_life = \"soon\"\n"
         "    |                  ^~~~~~"},
        {"name = \"x\"\nmax_reject_rate = 25\n",
         "mine.toml:2:19: max_reject_rate = 25 is out of range; allowed: a number from 0 to 1\n"
         "  2 | max_reject_rate = 25\n"
         "    |                   ^~"},
        {"rank_by = \"lcb\"\n",
         "mine.toml:1:1: a profile needs a name: name = \"...\"\n"
         "  1 | rank_by = \"lcb\"\n"
         "    | ^"},
        {"name = \"x\"\nrankby = \"lcb\"\n",
         "mine.toml:2:1: no key of a profile is called \"rankby\"; did you mean \"rank_by\"?\n"
         "  2 | rankby = \"lcb\"\n"
         "    | ^~~~~~"},
        {"name = \"x\"\n[kpi.fill_rate]\nweight = nan\nworst = -inf\nbest = 1\n",
         "mine.toml:3:10: weight = nan is out of range; allowed: a number from 0 to 100\n"
         "  3 | weight = nan\n"
         "    |          ^~~\n"
         "mine.toml:4:9: worst = -inf is out of range; allowed: a number from -1000000000 to "
         "1000000000\n"
         "  4 | worst = -inf\n"
         "    |         ^~~~"},
    };
    for (const auto& c : cases) EXPECT_EQ(profile_error(c.toml), c.error);
    const std::string sum =
        profile_error("name = \"x\"\n[kpi.fill_rate]\nweight = 90\nworst = 0\nbest = 1\n");
    EXPECT_TRUE(sum.starts_with("mine.toml: ")) << sum;
    EXPECT_NE(sum.find("90"), std::string::npos) << sum;
}

TEST(ProfileToml, load_takes_a_name_or_a_file) {
    EXPECT_EQ(load_profile("balanced")->profile.name, "balanced");
    const testkit::Folder folder;
    EXPECT_EQ(load_profile(folder.write("p.toml", kGood))->profile.name, "mine");
    EXPECT_EQ(load_profile("ballanced").error().text(),
              "no profile and no file is called \"ballanced\"; did you mean \"balanced\"?\n  "
              "built-in profiles: "
              "balanced, high-frequency, block, best-price, note4, acme, all-in");
}

}  // namespace
}  // namespace assay
