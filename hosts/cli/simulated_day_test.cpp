// A simulated day through the whole program: what the logs say against what truly happened.
#include "hosts/cli/simulated_day.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/kernel/scorecard.h"
#include "core/score/draws.h"
#include "core/sim/habits.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/replay.h"

namespace assay {
namespace {

using testkit::Folder;

struct Scored {
    SimulatedDay day;
    Health health;
    score::Report report;
    nlohmann::json truth;
};

Scored scored(const sim::WorldConfig& config, std::uint64_t seed) {
    const Folder folder;
    const std::string out = folder.path() + "/day";
    auto day = write_simulated_day(config, seed, out, {});
    EXPECT_TRUE(day) << day.error().text();
    Settings settings;
    settings.config.profile = *score::find_profile("balanced");
    ReplayOptions options;
    options.inputs = {out};
    Calendars calendars;
    auto done = replay(settings, options, calendars);
    EXPECT_TRUE(done) << done.error().text();
    const std::string truth = testkit::file_content(out + "/truth.json");
    return {std::move(*day), done->health, scorecard(done->shards(), settings.config),
            nlohmann::json::parse(truth)};
}

double value(const score::Report& report, const std::string& lp, const char* kpi) {
    const std::size_t number = static_cast<std::size_t>(kpi::find(kpi) - kpi::catalog().data());
    for (const score::Row& row : report.rows)
        if (row.keys.front().second == lp && row.values[number].number)
            return *row.values[number].number;
    ADD_FAILURE() << lp << " has no " << kpi;
    return NAN;
}

void expect_adds_up(const Health& h) {
    EXPECT_EQ(h.bytes.read, h.bytes.messages + h.bytes.between + h.bytes.dead + h.bytes.pending);
    EXPECT_EQ(h.messages.read,
              h.messages.applied + h.messages.duplicate + h.messages.waiting + h.messages.dead);
    EXPECT_EQ(h.messages.dead, 0u);
    EXPECT_EQ(h.messages.waiting, 0u);
    EXPECT_EQ(h.bytes.dead, 0u);
}

TEST(SimulatedDay, all_of_it_is_read_and_the_truth_is_not) {
    sim::WorldConfig config;
    config.market.symbols = {"ACME", "BOLT"};
    const Scored s = scored(config, 11);
    expect_adds_up(s.health);
    EXPECT_EQ(s.health.messages.read, s.day.messages);
    EXPECT_EQ(s.health.bytes.read, s.day.bytes);
    EXPECT_EQ(s.health.messages.duplicate, 0u);
    ASSERT_EQ(s.health.inputs.size(), 10u);
    for (const InputLine& input : s.health.inputs) {
        const bool log = input.name.ends_with(".log");
        EXPECT_EQ(input.kind.starts_with("FIX log"), log) << input.name << ": " << input.kind;
        EXPECT_EQ(input.kind.find("not used") == std::string::npos, log) << input.name;
    }
    for (const SessionLine& line : s.health.sessions) {
        EXPECT_EQ(line.gaps, 0u) << line.them;
        EXPECT_EQ(line.duplicates, 0u) << line.them;
    }
}

// Against what each LP is (docs/spec.md section 9), not only against what it happened to do.
TEST(SimulatedDay, the_league_table_finds_what_the_truth_says) {
    sim::WorldConfig config;
    config.length = {4 * kHour.ns};
    config.drift = {0, 0, 0, 0, 0};
    config.market.stationary = {1, 0, 0};
    for (sim::LpConfig& lp : config.lps) lp.nature.leak_bps = 0;
    const Scored s = scored(config, 12);
    expect_adds_up(s.health);
    for (std::size_t i = 0; i < config.lps.size(); ++i) {
        const std::string& name = config.lps[i].name;
        const sim::Nature& n = config.lps[i].nature;
        const nlohmann::json& happened = s.truth["lps"][i]["happened"];
        ASSERT_EQ(s.truth["lps"][i]["lp"], name);
        const double orders = happened["orders"], filled = happened["lots_filled"],
                     rejects = happened["rejects"];
        ASSERT_GT(orders, 1500) << name;
        EXPECT_NEAR(value(s.report, name, "reject_rate"), rejects / orders, 1e-12) << name;
        const double look = last_look_share(n, config.market.sigma[0]);
        const double p = look + (1 - look) * n.reject_share;
        EXPECT_NEAR(value(s.report, name, "reject_rate"), p, 3 * std::sqrt(p * (1 - p) / orders))
            << name;
        EXPECT_NEAR(value(s.report, name, "filled_qty") / 100, filled, 1e-6) << name;
        // Half-spread 1 bp: the simple mean of improvement over fills, in bps.
        const double fills = happened["fills"];
        EXPECT_NEAR(value(s.report, name, "price_improvement_bps_simple"), n.improvement,
                    3 * .25 / std::sqrt(fills) + .01)
            << name;
        EXPECT_NEAR(value(s.report, name, "latency_rt_ms_p50") / n.latency_ms, 1,
                    .02 + 3 * 1.25 * n.latency_log_sd / std::sqrt(orders))
            << name;
    }
}

// Every behaviour at once: nothing dead, and what was counted twice or taken back is accounted for.
TEST(SimulatedDay, the_zoo_is_understood) {
    const auto file = TomlFile::read(std::string(ASSAY_SOURCE_DIR) + "/examples/zoo.toml");
    ASSERT_TRUE(file) << file.error().text();
    auto config = read_lps(*file);
    ASSERT_TRUE(config) << config.error().text();
    config->tail = {400 * kSecond.ns};  // late busts come in
    const Scored s = scored(*config, 13);
    expect_adds_up(s.health);
    std::map<std::string, std::uint64_t> counts, expected;
    for (const Count& c : s.health.counts) counts[c.name] = c.n;
    for (const nlohmann::json& lp : s.truth["lps"]) {
        const std::string name = lp["lp"];
        for (const char* what : {"busts", "duplicate_exec_ids", "overfills"})
            expected[what] += lp["happened"][what].get<std::uint64_t>();
        const double filled = lp["happened"]["lots_filled"];
        const std::uint64_t busts = lp["happened"]["busts"];
        if (busts == 0) {
            EXPECT_NEAR(value(s.report, name, "filled_qty") / 100, filled, 1e-6)
                << name << ": each fill once";
        }
    }
    EXPECT_EQ(counts["overfills"], expected["overfills"]);
    EXPECT_EQ(s.health.messages.duplicate, expected["duplicate_exec_ids"]);
    EXPECT_EQ(counts["busts"], expected["busts"]);
    EXPECT_GT(expected["busts"], 50u);
    for (const SessionLine& line : s.health.sessions)
        if (line.lp == "WRONG_CLOCK") {
            ASSERT_TRUE(line.clock_offset_ms);
            EXPECT_NEAR(*line.clock_offset_ms, 7000, 400) << "7 s ahead, and running away";
        }
}

// Behaviours mixed at random: what the scorecard counts is what happened.
TEST(SimulatedDay, mixed_worlds_are_counted_right) {
    std::uint64_t busts = 0, duplicates = 0, compared = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        score::Draws draws({seed, 99});
        const auto below = [&](std::size_t n) {
            return static_cast<std::size_t>(draws.uniform() * static_cast<double>(n));
        };
        sim::WorldConfig config;
        config.length = {600 * kSecond.ns};
        config.tail = {400 * kSecond.ns};
        config.parents.mean_gap_s = 5;
        config.market.symbols = {"ACME", "BOLT", "CRUX"};
        for (sim::LpConfig& lp : config.lps)
            for (std::size_t i = below(4); i > 0; --i)
                sim::behaviours()[below(sim::behaviours().size())].add(lp.nature, lp.habits);
        const Scored s = scored(config, seed);
        expect_adds_up(s.health);
        std::uint64_t expected = 0;
        for (std::size_t i = 0; i < config.lps.size(); ++i) {
            const std::string place = fmt::format("seed {} {}", seed, config.lps[i].name);
            const nlohmann::json& happened = s.truth["lps"][i]["happened"];
            const double orders = happened["orders"], rejects = happened["rejects"];
            const std::uint64_t of_lp = happened["busts"];
            // Nothing filled within the time-out of 1 s is a reject too, whatever comes later:
            // shares are equal where there is no such order.
            if (happened["unanswered"] == 0 && happened["late"] == 0 &&
                config.lps[i].nature.latency_ms < 60) {
                ++compared;
                EXPECT_NEAR(value(s.report, config.lps[i].name, "reject_rate"), rejects / orders,
                            2 / orders)
                    << place;
            }
            if (of_lp == 0) {
                EXPECT_NEAR(value(s.report, config.lps[i].name, "filled_qty") / 100,
                            happened["lots_filled"].get<double>(), 1e-6)
                    << place;
            }
            busts += of_lp;
            expected += happened["duplicate_exec_ids"].get<std::uint64_t>();
        }
        EXPECT_EQ(s.health.messages.duplicate, expected) << "seed " << seed;
        duplicates += expected;
    }
    EXPECT_GT(busts, 100u);
    EXPECT_GT(duplicates, 200u);
    EXPECT_GT(compared, 20u);
}

TEST(SimulatedDay, the_same_seed_writes_the_same_files) {
    const Folder folder;
    sim::WorldConfig config;
    config.length = {600 * kSecond.ns};
    std::map<std::string, std::string> files[2];
    for (int i = 0; i < 2; ++i) {
        const std::string out = folder.path() + "/" + std::to_string(i);
        const auto day = write_simulated_day(config, 3, out, {});
        ASSERT_TRUE(day);
        for (const auto* list : {&day->logs, &day->truth})
            for (const DayFile& f : *list)
                files[i][f.name] = testkit::file_content(out + "/" + f.name);
    }
    EXPECT_EQ(files[0].size(), 10u);
    EXPECT_EQ(files[0], files[1]);
}

TEST(SimulatedDay, a_traded_day_has_its_decisions_and_they_decide_the_same_again) {
    const Folder folder;
    const std::string out = folder.path() + "/day";
    sim::WorldConfig config;
    config.length = {600 * kSecond.ns};
    DayTrade trade;
    trade.explore = {.how = route::Explore::menu, .budget = 1e9};
    const auto day = write_traded_day(config, trade, 5, out, {});
    ASSERT_TRUE(day) << day.error().text();
    const auto file = read_decisions(out);
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_EQ(file->parents.size(), day->parents);
    double filled = 0, drawn = 0;
    for (const auto& [id, story] : file->parents) {
        ASSERT_TRUE(story.order) << id;
        ASSERT_TRUE(story.end) << id;
        ASSERT_TRUE(story.end->cost_bps) << id;
        filled += as_double(story.end->filled) / as_double(story.order->lot);
        double by_outcomes = 0;
        for (const route::Decision& d : story.decisions) {
            ASSERT_TRUE(d.choice.children.empty() || d.outcome) << id;
            EXPECT_EQ(route::bytes_of(route::decide(d.inputs)), route::bytes_of(d.choice)) << id;
            drawn += d.choice.plans.size() > 1;
            if (d.outcome) by_outcomes += d.outcome->filled_lots;
        }
        EXPECT_NEAR(by_outcomes, as_double(story.end->filled) / as_double(story.order->lot), 1e-6);
    }
    EXPECT_NEAR(filled, day->filled_lots, 1e-6);
    EXPECT_GT(drawn, 20);
    // The logs of that day are logs like any other.
    Settings settings;
    ReplayOptions options;
    options.inputs = {out};
    Calendars calendars;
    const auto done = replay(settings, options, calendars);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->health.messages.dead, 0u);
    EXPECT_EQ(done->health.messages.read, day->messages);
}

TEST(SimulatedDay, a_folder_that_cannot_be_used) {
    const Folder folder;
    folder.write("full/note.txt", "keep me");
    folder.write("file", "");
    const sim::WorldConfig config;
    struct {
        std::string out, says;
    } const rows[] = {
        {folder.path() + "/full", "is not empty"},
        {folder.path() + "/file", "file"},
        {"/dev/null/day", "/dev/null/day"},
    };
    for (const auto& r : rows) {
        const auto day = write_simulated_day(config, 1, r.out, {});
        ASSERT_FALSE(day) << r.out;
        EXPECT_NE(day.error().text().find(r.says), std::string::npos) << day.error().text();
    }
    EXPECT_EQ(testkit::file_content(folder.path() + "/full/note.txt"), "keep me");
}

}  // namespace
}  // namespace assay
