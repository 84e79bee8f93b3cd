// A parent told from its decisions: the story, written down as files and read back.
#include "hosts/cli/explained_parent.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/sim/scripted_testkit.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/story_files.h"

namespace assay::cli {
namespace {

const DecisionsFile& file() {
    static const DecisionsFile read = [] {
        const testkit::Folder folder;
        const std::string into = folder.path() + "/acme";
        auto files = StoryFiles::create(into);
        EXPECT_TRUE(files) << files.error().text();
        const sim::Script script = sim::acme(2'000);
        const auto story = sim::play(script, {}, files->watch());
        EXPECT_TRUE(story);
        const auto written = files->close(*story);
        EXPECT_TRUE(written) << written.error().text();
        EXPECT_EQ(written->size(), 3u);
        EXPECT_EQ((*written)[0].messages + (*written)[1].messages, story->messages)
            << "every message the desk read is in one of the logs";
        EXPECT_FALSE(StoryFiles::create(into)) << "the folder is not empty any more";
        auto decisions = read_decisions(into);
        EXPECT_TRUE(decisions) << decisions.error().text();
        return std::move(*decisions);
    }();
    return read;
}
ExplainedParent acme() {
    return explained(1, file().parents.at(1));
}
const ExplainedScore* score_of(const ExplainedDecision& d, std::string_view lp) {
    for (const ExplainedScore& s : d.changed)
        if (s.lp == lp) return &s;
    return nullptr;
}

TEST(ExplainedParent, says_why_who_was_second_what_happened_and_what_that_changed) {
    const ExplainedParent p = acme();
    ASSERT_TRUE(p.order && p.end);
    EXPECT_EQ(p.order->cl_ord_id, "ACME-1");
    EXPECT_EQ(p.end->state, route::ParentState::filled);
    EXPECT_NEAR(*p.end->cost_bps, 1.94, .01);
    ASSERT_GE(p.decisions.size(), 3u);

    const ExplainedDecision& second = p.decisions[1];
    EXPECT_EQ(second.line, "20,000 to LP_A (live scores, probe-then-split)");
    EXPECT_EQ(second.words[0], "Ranked: LP_A with 92.8, second LP_C with 88.2.");
    ASSERT_EQ(second.children.size(), 1u);
    EXPECT_EQ(second.children[0].filled, 10'000_qty);
    EXPECT_NEAR(*second.children[0].expected, 19'740, 30);
    EXPECT_NEAR(*second.children[0].took_ms, 40, .1);
    const ExplainedScore* fell = score_of(second, "LP_A");
    ASSERT_NE(fell, nullptr);
    EXPECT_NEAR(fell->before, 92.8, .05);
    EXPECT_NEAR(fell->after, 85.0, .05);
    EXPECT_EQ(fell->rank_before, 1);
    EXPECT_EQ(fell->rank_after, 2);
    EXPECT_EQ(score_of(second, "LP_D"), nullptr) << "nothing happened to it";

    const ExplainedDecision& split = p.decisions[2];
    ASSERT_EQ(split.children.size(), 2u);
    EXPECT_EQ(split.children[1].lp, "LP_D");
    EXPECT_EQ(split.children[1].state, "canceled");
    EXPECT_NE(std::find(split.words.begin(), split.words.end(),
                        "Left out: LP_A (85.0): it has just given all it had, and is asked again "
                        "in 500 ms."),
              split.words.end());
    EXPECT_FALSE(p.decisions.back().until_next) << "nothing was decided after it";
    Qty filled;
    for (const ExplainedDecision& d : p.decisions)
        for (const ExplainedChild& c : d.children) filled += c.filled.value_or(Qty{});
    EXPECT_EQ(filled, 200'000_qty);
}

TEST(ExplainedParent, without_an_outcome_nothing_is_said_to_have_happened) {
    ParentStory story = file().parents.at(1);
    story.decisions.resize(1);
    story.decisions[0].outcome.reset();
    story.order.reset();
    story.end.reset();
    const ExplainedParent p = explained(1, story);
    EXPECT_EQ(p.decisions[0].children.at(0).state, "not known yet");
    EXPECT_FALSE(p.decisions[0].children[0].took_ms);
    EXPECT_EQ(p.remarks.size(), 1u);
    const std::string text = parent_text(p, {.width = 80});
    EXPECT_EQ(text.find("Happened"), text.npos);
    story.decisions.clear();
    EXPECT_NE(parent_text(explained(1, story), {.width = 80}).find("nothing was decided about it"),
              std::string::npos);
}

TEST(ExplainedParent, is_found_by_number_and_by_the_id_of_the_oms) {
    EXPECT_EQ(*parent_named(file(), "1"), 1u);
    EXPECT_EQ(*parent_named(file(), "ACME-1"), 1u);
    DecisionsFile many;
    for (const std::uint64_t id : {3u, 5u, 9u, 12u, 40u}) many.parents[id];
    const struct {
        const char* name;
        const char* says;
    } cases[] = {
        {"10", "no parent order 10 is in the file of decisions; near are 5, 9, 12, 40 (of 5)"},
        {"1", "near are 3, 5, 9, 12 (of 5)"},
        {"99", "near are 12, 40 (of 5)"},
        {"x", "no parent order \"x\" is in the file of decisions; the first of 5 is 3"},
    };
    for (const auto& c : cases) {
        const auto found = parent_named(many, c.name);
        ASSERT_FALSE(found) << c.name;
        EXPECT_NE(found.error().text().find(c.says), std::string::npos) << found.error().text();
    }
    EXPECT_NE(parent_named(file(), "ACME-2").error().text().find("did you mean \"ACME-1\"?"),
              std::string::npos);
    EXPECT_EQ(parent_named({}, "1").error().text(),
              "the file of decisions is about no order at all");
}

TEST(ExplainedParent, fits_80_and_120_columns) {
    ExplainedParent p = acme();
    for (const int width : {80, 120}) {
        const std::string text = parent_text(p, {.width = width});
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = text.find('\n', from);
            EXPECT_LE(display_width(text.substr(from, end - from)), width)
                << text.substr(from, end - from);
            from = end + 1;
        }
        EXPECT_NE(text.find("LP_A 92.8 -> 85.0 (rank 1"), text.npos) << text;
        EXPECT_NE(text.find("its messages are not in the logs"), text.npos);
    }
}

TEST(ExplainedParent, json_has_every_child_and_score) {
    ExplainedParent p = acme();
    p.decisions[0].children[0].messages.push_back(
        {p.decisions[0].at, Direction::out, "day.log", 212, "D", "sell", "8=FIX.4.4|"});
    const auto doc = nlohmann::json::parse(parent_json(p));
    EXPECT_EQ(doc["parent"], 1);
    EXPECT_EQ(doc["order"]["quantity"], 200'000);
    EXPECT_EQ(doc["end"]["state"], "filled");
    EXPECT_EQ(doc["decisions"].size(), p.decisions.size());
    const auto& first = doc["decisions"][0]["children"][0];
    EXPECT_EQ(first["messages"][0]["offset"], 212);
    EXPECT_EQ(first["filled"], 20'000);
    EXPECT_EQ(doc["decisions"][1]["scores_changed"][0]["lp"], "LP_A");
    EXPECT_TRUE(doc["decisions"].back()["seconds_to_next"].is_null());
}

}  // namespace
}  // namespace assay::cli
