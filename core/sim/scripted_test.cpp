// The ACME story (docs/spec.md 5.4, 7g), from FIX to FIX: its numbers, and that they hang on what
// the LPs answer.
#include "core/sim/scripted.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/sim/scripted_testkit.h"

namespace assay::sim {
namespace {

using What = Scene::What;

Story told(const Script& script) {
    auto story = play(script);
    EXPECT_TRUE(story) << story.error().text();
    return story ? *story : Story{};
}
double score(const ScriptedScores& of, std::size_t lp) {
    return of[lp] ? std::round(of[lp]->composite * 10) / 10 : -1;
}
// "20,000 to A" of all decisions, in order: "A20 | C30 D15".
std::string routed(const Story& story) {
    std::string out;
    for (const Scene& m : story.moments) {
        if (m.what != What::decided) continue;
        if (!out.empty()) out += " |";
        for (const ScriptedChild& c : m.children)
            out += fmt::format("{}{}{}", out.empty() ? "" : " ", story.lps[c.lp.number].back(),
                               c.qty.micro / 1'000'000'000);
    }
    return out;
}
const Scene& answer(const Story& story, int child) {
    for (const Scene& m : story.moments)
        if (m.what == What::answered && m.children[0].number == child) return m;
    ADD_FAILURE() << "child " << child << " has no answer";
    return story.moments.at(0);
}
const Scene& decision(const Story& story, int n) {
    for (const Scene& m : story.moments)
        if (m.what == What::decided && --n == 0) return m;
    ADD_FAILURE() << "no such decision";
    return story.moments.at(0);
}

TEST(Acme, is_told_as_the_desk_tells_it) {
    const Story s = told(acme());
    const Scene& entered = s.moments.at(0);
    ASSERT_EQ(entered.what, What::entered);
    const double scores[] = {92.5, 45.8, 88.2, 84.0};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(score(entered.after, i), scores[i]) << s.lps[i];

    const Scene& first = answer(s, 1);
    EXPECT_EQ(first.at - s.parent.starts, Duration{15'030'000}) << "15 ms, and 30 us of thought";
    EXPECT_EQ(first.children[0].filled, 20'000_qty);
    EXPECT_EQ(score(first.before, 0), 92.5);
    EXPECT_EQ(score(first.after, 0), 92.8);
    EXPECT_EQ(first.remaining, 180'000_qty);

    const Scene& second = answer(s, 2);
    EXPECT_EQ(second.children[0].filled, 10'000_qty);
    EXPECT_NEAR(as_ms(second.took), 40, 0.1);
    EXPECT_EQ(score(second.before, 0), 92.8);
    EXPECT_EQ(score(second.after, 0), 85.0);
    EXPECT_EQ(second.after[0]->rank, 2) << "behind LP_C";
    EXPECT_EQ(second.remaining, 170'000_qty);

    const Scene& split = decision(s, 3);
    EXPECT_EQ(split.at, second.at) << "at the same instant";
    EXPECT_EQ(split.line, "30,000 to LP_C and 15,000 to LP_D (live scores, probe-then-split)");
    EXPECT_NE(split.words.find("Ranked: LP_C with 88.2, second LP_D with 84.0."), std::string::npos)
        << split.words;
    EXPECT_NE(split.words.find("Left out: LP_A (85.0): it has just given all it had"),
              std::string::npos)
        << "7g: why 85.0 is passed over for 84.0. " << split.words;

    const Scene& dark = answer(s, 4);
    EXPECT_EQ(dark.children[0].filled, 10'000_qty);
    EXPECT_EQ(dark.remaining, 130'000_qty);

    EXPECT_EQ(s.state, route::ParentState::filled);
    EXPECT_EQ(s.filled, 200'000_qty);
    EXPECT_EQ(s.moments.back().what, What::over);
    EXPECT_EQ((s.ended - s.parent.starts).ns / kMinute.ns, 18) << "done at 10:18";
    EXPECT_NEAR(*s.moments.back().cost_bps, 2.0, 0.15) << "bps below arrival";
    EXPECT_NEAR(s.shortfall->total_bps, *s.moments.back().cost_bps, 1e-6) << "all was filled";
    for (const Scene& m : s.moments) EXPECT_TRUE(m.alerts.empty()) << m.alerts[0];
}

TEST(Acme, twice_played_is_the_same_story) {
    const Story a = told(acme(2'000)), b = told(acme(2'000));
    ASSERT_EQ(a.moments.size(), b.moments.size());
    for (std::size_t i = 0; i < a.moments.size(); ++i) {
        EXPECT_EQ(a.moments[i].at, b.moments[i].at);
        EXPECT_EQ(a.moments[i].words, b.moments[i].words);
    }
}

TEST(Acme, what_is_left_and_what_was_filled_are_the_order_at_every_moment) {
    for (const Scene& m : told(acme(1'000)).moments) {
        EXPECT_EQ(m.filled + m.remaining, 200'000_qty);
        EXPECT_LE(m.at_lps, m.remaining);
    }
}

// Each row changes one answer; what was decided before it stays, something after it does not.
TEST(Acme, another_answer_leads_elsewhere) {
    const std::string as_told = routed(told(acme(2'000)));
    const struct {
        const char* what;
        std::size_t answer;  // of acme().answers
        Qty filled;
        Duration after;
        const char* begins;  // the routes, as far as they are said here
    } cases[] = {
        {"LP_A's second child fills: it is probed again, nothing is split", 1, 20'000_qty, 40_ms,
         "A20 | A20 | A20"},
        {"LP_A's second child fills nothing", 1, 0_qty, 40_ms, "A20 | A20 | C30 D15"},
        {"LP_A's first child comes short: the split comes at once", 0, 5'000_qty, 15_ms,
         "A20 | C30 D15"},
        {"LP_C comes short as well: the rest goes elsewhere", 2, 10'000_qty, 25_ms,
         "A20 | A20 | C30 D15 | E20"},
        {"LP_D fills all: nothing came short, so the leader is probed again", 3, 15'000_qty, 30_ms,
         "A20 | A20 | C30 D15 | C20"},
        {"LP_D is the first of the two to answer: LP_C is busy, the rest goes to LP_E", 3,
         10'000_qty, 20_ms, "A20 | A20 | C30 D15 | E5"},
        {"LP_A's third child fills: the leader is probed, and that is LP_C now", 4, 30'000_qty,
         20_ms, "A20 | A20 | C30 D15 | C5 | A30 C15 | C20"},
    };
    EXPECT_TRUE(as_told.starts_with("A20 | A20 | C30 D15 | C5 | A30 C15 | D6")) << as_told;
    for (const auto& c : cases) {
        Script script = acme(2'000);
        script.answers[c.answer].filled = c.filled;
        script.answers[c.answer].after = c.after;
        // What the third and fourth child of LP_A were to fill may be more than they now are.
        if (c.answer < 4) script.answers.resize(4);
        const std::string now = routed(told(script));
        EXPECT_NE(now, as_told) << c.what;
        EXPECT_TRUE(now.starts_with(c.begins)) << c.what << ": " << now;
    }
}

// Silence beyond the time-out: what is out is not sent again, the answer counts when it comes.
TEST(Acme, a_late_answer_is_waited_for_and_counts) {
    Script script = acme(2'000);
    script.answers[1].after = Duration{2 * kSecond.ns};
    const Story s = told(script);
    const Scene& split = decision(s, 3);
    EXPECT_EQ(split.line, "30,000 to LP_C and 15,000 to LP_D (live scores, probe-then-split)");
    EXPECT_NE(split.words.find("20,000 of this order are still there"), std::string::npos);
    ASSERT_EQ(split.alerts.size(), 1u);
    EXPECT_TRUE(split.alerts[0].starts_with("LP_A: no answer for 1000 ms")) << split.alerts[0];
    const Scene& late = answer(s, 2);
    EXPECT_EQ(late.children[0].filled, 10'000_qty);
    EXPECT_LT(late.before[0]->composite, 70) << "no answer is worse than a late half";
    EXPECT_GT(late.after[0]->composite, late.before[0]->composite);
    EXPECT_EQ(s.filled, 200'000_qty);
}

TEST(Script, an_answer_above_its_child_is_refused_with_its_place) {
    Script script = acme(10);
    script.answers[0] = {"LP_A", 1, 25'000_qty, 15_ms, "my.toml:41:14"};
    const auto story = play(script);
    ASSERT_FALSE(story) << "the probe is of 20,000";
    EXPECT_EQ(story.error().text(),
              "my.toml:41:14: answer 1 of LP_A fills 25000, and the child that it answers is of "
              "20000: an LP cannot fill more than it was sent");
}

TEST(Script, a_day_that_cannot_be_says_why) {
    const struct {
        void (*spoil)(Script&);
        const char* why;
    } cases[] = {
        {[](Script& s) { s.market.clear(); },
         "the market needs a first quote that stands when the parent is entered"},
        {[](Script& s) { s.market[2].from = s.market[1].from; },
         "the quotes of the market must stand in order of time"},
        {[](Script& s) { s.long_run.symbol = "XYZ"; }, "the long run is of another symbol"},
        {[](Script& s) { s.long_run.begins = s.long_run.begins - kDay; },
         "the long run must be the day before the parent's"},
        {[](Script& s) { std::swap(s.long_run.lps[0], s.long_run.lps[1]); },
         "the LPs must stand in order of name, each once"},
        {[](Script& s) { s.answers[0] = {"LP_A", 1, 30'001_qty, 15_ms, "my.toml:41:14"}; },
         "my.toml:41:14: answer 1 of LP_A fills 30001, and no child is above 30000"},
        {[](Script& s) { s.parent.profile = "acne"; }, "no profile is called \"acne\""},
        {[](Script& s) { s.long_run.lps[4].impact_bps = 0; },
         "the impacts are net of each other and must sum to 0; they sum to 1.485 bps: add an LP "
         "for "
         "the rest of the market"},
    };
    for (const auto& c : cases) {
        Script script = acme(10);
        c.spoil(script);
        const auto story = play(script);
        ASSERT_FALSE(story) << c.why;
        EXPECT_EQ(story.error().text(), c.why);
    }
}

}  // namespace
}  // namespace assay::sim
