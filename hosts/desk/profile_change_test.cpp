#include "hosts/desk/profile_change.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "hosts/cli/profile_toml.h"
#include "hosts/desk/profile_versions.h"

namespace assay::desk {
namespace {

using score::Scored;

// 40 % fill rate, 30 % impact, 30 % latency.
score::Profile three_kpis(int fill = 4'000, int impact = 3'000, int latency = 3'000) {
    score::Profile p;
    p.name = "acme";
    p.terms = {{Scored::fill_rate, fill, 0.5, 1, score::Scale::linear},
               {Scored::leakage_bps_15s, impact, 3, 0, score::Scale::linear},
               {Scored::latency_mean_ms, latency, 100, 1, score::Scale::log}};
    return p;
}

const http::GuardRail& rail(const std::vector<http::GuardRail>& all, std::string_view name) {
    for (const http::GuardRail& r : all)
        if (r.rule == name) return r;
    ADD_FAILURE() << name;
    return all.front();
}

TEST(ProfileChange, is_told_key_by_key) {
    score::Profile after = three_kpis(4'000, 4'500, 1'500);
    after.rank_by = score::RankBy::composite;
    after.terms[0].worst = 0.6;
    EXPECT_EQ(changes_of(three_kpis(), after),
              (std::vector<std::string>{
                  "kpi.fill_rate.worst: 0.5 -> 0.6", "kpi.latency_rt_ms_mean.weight: 30 -> 15",
                  "kpi.leakage_bps_15s.weight: 30 -> 45", "rank_by: lcb -> composite"}));
    after = three_kpis();
    after.terms.pop_back();
    EXPECT_EQ(changes_of(three_kpis(), after).size(), 4u) << "weight, worst, best and scale go";
    EXPECT_TRUE(changes_of(after, after).empty());
}

TEST(ProfileChange, a_step_of_15_points_is_three_of_5) {
    const auto rails = guard_rails(three_kpis(), three_kpis(4'000, 4'500, 1'500), {}, {}, {});
    const http::GuardRail& step = rail(rails, "step");
    EXPECT_FALSE(step.holds);
    EXPECT_TRUE(step.blocks);
    EXPECT_NE(step.words.find("leakage_bps_15s moves by 15 points; one change may move a weight by "
                              "at most 5: go there in 3 versions"),
              std::string::npos)
        << step.words;
    EXPECT_TRUE(rail(rails, "day").holds);
    EXPECT_TRUE(rail(rails, "half").holds);
    EXPECT_TRUE(
        rail(guard_rails(three_kpis(), three_kpis(4'000, 3'500, 2'500), {}, {}, {}), "step").holds)
        << "exactly 5 points";
}

TEST(ProfileChange, four_steps_of_5_points_are_a_day_and_the_next_waits_for_the_first_to_pass) {
    const Nanos now{100 * kDay.ns};
    std::vector<WeightsThen> earlier = {{now - kDay, false, three_kpis()}};
    for (int i = 1; i <= 4; ++i)  // up and down again: 4 x 5 points moved
        earlier.push_back({now - Duration{(24 - i) * kHour.ns}, true,
                           i % 2 == 1 ? three_kpis(4'500, 2'500) : three_kpis()});
    const auto rails = guard_rails(three_kpis(), three_kpis(4'500, 2'500), earlier, now, {});
    const http::GuardRail& day = rail(rails, "day");
    EXPECT_FALSE(day.holds);
    EXPECT_NE(day.words.find("fill_rate has moved by 20 points in the last 24 hours, and would "
                             "move by 5 more; at most 20 a day"),
              std::string::npos)
        << day.words;
    const Nanos later = now + kHour;
    EXPECT_TRUE(
        rail(guard_rails(three_kpis(), three_kpis(4'500, 2'500), earlier, later + Duration{1}, {}),
             "day")
            .holds);
}

TEST(ProfileChange, more_than_half_is_said_and_another_half_life_takes_a_restart) {
    const auto half =
        guard_rails(three_kpis(5'000, 2'500, 2'500), three_kpis(5'100, 2'450, 2'450), {}, {}, {});
    EXPECT_FALSE(rail(half, "half").holds);
    EXPECT_FALSE(rail(half, "half").blocks) << "it is allowed";
    score::Profile other = three_kpis();
    other.fast_half_life = {};
    EXPECT_FALSE(rail(guard_rails(three_kpis(), other, {}, {}, {}), "restart").holds);
}

TEST(ProfileChange, a_draft_is_read_as_a_file_would_be) {
    const auto good = read_draft("acme", print_profile(three_kpis()));
    ASSERT_TRUE(good) << good.error().text();
    EXPECT_EQ(good->profile, three_kpis());
    const struct {
        std::string toml;
        const char* says;
    } bad[] = {
        {"name = \"acme\"\n[kpi.fil_rate]\nweight = 100\nworst = 0\nbest = 1\n", "fil_rate"},
        {"name = \"acme\"\n[kpi.fill_rate]\nweight = 90\nworst = 0\nbest = 1\n", "90 %, not 100 %"},
        {"name = \"acme\n", "draft:1"},
        {"name = \"other\"\n[kpi.fill_rate]\nweight = 100\nworst = 0\nbest = 1\n", "restart"},
    };
    for (const auto& c : bad) {
        const auto read = read_draft("acme", c.toml);
        ASSERT_FALSE(read) << c.toml;
        EXPECT_NE(read.error().text().find(c.says), std::string::npos) << read.error().text();
    }
}

class Versions : public testing::Test {
  protected:
    Versions() {
        std::string name =
            (std::filesystem::temp_directory_path() / "assay-versions-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        path_ = (folder_ / "profiles.jsonl").string();
    }
    ~Versions() override { std::filesystem::remove_all(folder_); }
    ProfileVersions open() {
        auto opened = ProfileVersions::open(*disk_, path_);
        EXPECT_TRUE(opened) << opened.error().text();
        return std::move(*opened);
    }
    static ProfileVersion by(const char* who, const score::Profile& profile,
                             const score::Profile& file) {
        ProfileVersion v;
        v.told.at = {17};
        v.told.who = who;
        v.told.why = "a \"test\",\nof\xff";
        v.told.source = "apply";
        v.told.changed = {"x: 1 -> 2"};
        v.told.toml = print_profile(profile);
        v.file_hash = file.hash();
        return v;
    }

    std::filesystem::path folder_;
    std::string path_;
    std::unique_ptr<journal::Disk> disk_ = journal::posix_disk();
};

TEST_F(Versions, are_there_after_a_restart_with_who_and_why_and_a_torn_line_is_not) {
    {
        ProfileVersions v = open();
        const auto first = in_force(v, three_kpis(), {1}, "desk", "it started");
        ASSERT_TRUE(first);
        EXPECT_EQ(*first, three_kpis());
        ASSERT_TRUE(v.add("acme", by("ann", three_kpis(4'500, 2'500), three_kpis())));
        ASSERT_TRUE(v.propose("acme", {.base_version = 2, .who = "ann", .why = "why"}));
        ASSERT_TRUE(v.propose("acme", {.base_version = 2, .who = "bob", .why = "why"}));
        ASSERT_TRUE(v.end_proposal("acme", 1, "withdrawn", "ann"));
    }
    std::ofstream(path_, std::ios::app) << R"({"what": "version", "profile": "acme", "ver)";
    ProfileVersions v = open();
    ASSERT_EQ(v.versions("acme").size(), 2u);
    EXPECT_EQ(v.newest("acme")->told.version, 2u);
    EXPECT_EQ(v.newest("acme")->told.who, "ann");
    EXPECT_EQ(v.newest("acme")->told.why, "a \"test\",\nof\xef\xbf\xbd");
    EXPECT_EQ(v.proposal("acme", 1)->state, "withdrawn");
    EXPECT_EQ(v.proposal("acme", 2)->state, "open");
    EXPECT_EQ(v.proposal("acme", 3), nullptr);
    const auto now = in_force(v, three_kpis(), {2}, "desk", "it started");
    ASSERT_TRUE(now);
    EXPECT_EQ(*now, three_kpis(4'500, 2'500)) << "the file is as it was: the change stands";
    // And goes on behind the whole lines.
    ASSERT_TRUE(v.add("acme", by("bob", three_kpis(), three_kpis())));
    EXPECT_EQ(open().newest("acme")->told.version, 3u);
}

TEST_F(Versions, a_file_that_was_changed_later_wins_and_is_a_version_of_its_own) {
    ProfileVersions v = open();
    ASSERT_TRUE(in_force(v, three_kpis(), {1}, "desk", "it started"));
    ASSERT_TRUE(v.add("acme", by("ann", three_kpis(4'500, 2'500), three_kpis())));
    const score::Profile file = three_kpis(4'200, 2'800);
    const auto now = in_force(v, file, {2}, "ann", "reload");
    ASSERT_TRUE(now);
    EXPECT_EQ(*now, file);
    const ProfileVersion* newest = v.newest("acme");
    EXPECT_EQ(newest->told.source, "file");
    EXPECT_EQ(newest->told.changed,
              (std::vector<std::string>{"kpi.fill_rate.weight: 45 -> 42",
                                        "kpi.leakage_bps_15s.weight: 25 -> 28"}));
    ASSERT_TRUE(in_force(v, file, {3}, "ann", "reload"));
    EXPECT_EQ(v.versions("acme").size(), 3u) << "the same file is no change";
}

TEST_F(Versions, damage_is_named_by_its_line) {
    std::ofstream(path_) << "{\"what\": \"version\"}\n";
    const auto opened = ProfileVersions::open(*disk_, path_);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().text().find("profiles.jsonl:1:"), std::string::npos);
}

}  // namespace
}  // namespace assay::desk
