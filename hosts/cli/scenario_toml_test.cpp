// Scenario files: the one that is part of the program, and those that are wrong.
#include "hosts/cli/scenario_toml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/sim/scripted_testkit.h"

namespace assay {
namespace {

std::string changed(std::string_view what, std::string_view into) {
    std::string text(acme_scenario());
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) text.replace(at, what.size(), into);
    return text;
}

TEST(Scenario, of_the_program_is_the_acme_story) {
    const auto file = TomlFile::parse("acme.toml", std::string(acme_scenario()));
    ASSERT_TRUE(file);
    EXPECT_TRUE(looks_like_scenario(*file));
    const auto read = read_scenario(*file);
    ASSERT_TRUE(read) << read.error().text();
    const sim::Script meant = sim::acme();
    ASSERT_EQ(read->long_run.lps.size(), meant.long_run.lps.size());
    for (std::size_t i = 0; i < meant.long_run.lps.size(); ++i) {
        const auto &a = read->long_run.lps[i], &b = meant.long_run.lps[i];
        EXPECT_EQ(
            std::tie(a.lp, a.fill, a.latency_ms, a.price_improvement_bps, a.reject, a.impact_bps),
            std::tie(b.lp, b.fill, b.latency_ms, b.price_improvement_bps, b.reject, b.impact_bps));
    }
    EXPECT_EQ(read->long_run.begins, meant.long_run.begins);
    EXPECT_EQ(read->long_run.orders, 10'000);
    EXPECT_EQ(read->long_run.shown, meant.long_run.shown);
    EXPECT_EQ(read->parent.starts, meant.parent.starts);
    EXPECT_EQ(read->parent.ends, meant.parent.ends);
    EXPECT_EQ(read->parent.qty, 200'000_qty);
    EXPECT_EQ(read->parent.side, Side::sell);
    EXPECT_EQ(read->parent.tick, 0.01_dpx);
    EXPECT_FALSE(read->parent.pace.participation_cap) << "off, and the file says why";
    EXPECT_NE(read->about.find("participation cap is off"), std::string::npos);
    EXPECT_EQ(read->answers.size(), meant.answers.size());
    EXPECT_EQ(read->market.size(), meant.market.size());
    EXPECT_EQ(read->market[2].bid, 99.97_px);
    EXPECT_EQ(read->terms.unfilled_bps, 10);
}

TEST(Scenario, what_is_wrong_is_said_with_its_place_and_what_was_meant) {
    const struct {
        const char *what, *into, *says;
    } cases[] = {
        {"urgency = ", "urgancy = ",
         "no key of the parent is called \"urgancy\"; did you mean \"urgency\"?"},
        {"[costs]", "[cots]", "no key of a scenario is called \"cots\"; did you mean \"costs\"?"},
        {"after = \"40ms\"", "affter = \"40ms\"",
         "no key of an answer is called \"affter\"; did you mean \"after\"?"},
        {"after = \"40ms\"", "after = \"40 ms\"", "after is \"40 ms\"; expected a duration"},
        {"filled = 10_000, after = \"40ms\"", "after = \"40ms\"", "filled is missing here"},
        {"side = \"sell\"", "side = \"sel\"",
         "side is \"sel\"; allowed: buy, sell; did you mean \"sell\"?"},
        {"\"probe-then-split\"", "\"probe-than-split\"",
         "no policy is called \"probe-than-split\"; did you mean \"probe-then-split\"?"},
        {"profile = \"acme\"", "profile = \"acne\"",
         "no profile is called \"acne\"; did you mean \"acme\"?"},
        {"fill = 0.985", "fill = 98.5", "fill = 98.5 is out of range"},
        {"quantity = 200_000", "quantity = -1", "quantity = -1 is no quantity from 1 to"},
        {"10:00:00Z", "ten", "entered is \"2026-11-20Tten\"; expected a time"},
        {"from = \"6m\"", "from = \"2m\"", "does not stand after the one before it"},
        {"bid = 99.97", "bid = 0", "bid = 0 is no price above 0"},
        {"[history]", "[past]", "[history] is missing; examples/acme.toml shows"},
        {"[lp.LP_B]", "[lp.US]", "\"US\" cannot be the name of an LP"},
        {"window = \"30m\"", "window = \"15h\"", "the window reaches into the next day"},
    };
    for (const auto& c : cases) {
        const auto file = TomlFile::parse("my.toml", changed(c.what, c.into));
        ASSERT_TRUE(file) << c.into;
        const auto read = read_scenario(*file);
        ASSERT_FALSE(read) << c.into;
        const std::string text = read.error().text();
        EXPECT_NE(text.find(c.says), std::string::npos) << text;
        EXPECT_TRUE(text.starts_with("my.toml:")) << text;
    }
}

}  // namespace
}  // namespace assay
