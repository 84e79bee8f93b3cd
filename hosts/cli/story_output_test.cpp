// How a story is told: on terminals of 80 and 120 columns, as a page, as a document.
#include "hosts/cli/story_output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/sim/scripted_testkit.h"
#include "hosts/cli/golden.h"
#include "hosts/cli/scenario_toml.h"
#include "hosts/cli/story_html.h"
#include "hosts/cli/story_json.h"

namespace assay::cli {
namespace {

const sim::Script& script() {
    static const sim::Script read = [] {
        const auto file = TomlFile::parse("acme.toml", std::string(acme_scenario()));
        return *read_scenario(*file);
    }();
    return read;
}
const sim::Story& story() {
    static const sim::Story played = *sim::play(script());
    return played;
}
std::string timeline(const sim::Story& of, const Terminal& t) {
    std::string out = story_opening(script(), of, t);
    for (const sim::Scene& m : of.moments) out += story_moment(of, m, t);
    return out + story_ending(of, t);
}
void none_wider(const std::string& text, int width) {
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::string line = text.substr(from, end - from);
        EXPECT_LE(display_width(line), width) << line;
        from = end + 1;
    }
}

TEST(StoryOutput, fits_80_columns_without_colour) {
    const std::string text = timeline(story(), {.width = 80});
    none_wider(text, 80);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_TRUE(equals_golden(text, "story_80"));
}

TEST(StoryOutput, fits_120_columns_of_utf8) {
    const std::string text = timeline(story(), {.width = 120, .utf8 = true});
    none_wider(text, 120);
    EXPECT_TRUE(equals_golden(text, "story_120"));
}

TEST(StoryOutput, paints_where_there_is_colour_and_says_the_same) {
    const Terminal plain{.width = 100}, colour{.width = 100, .tty = true, .colour = true};
    std::string text = timeline(story(), colour);
    EXPECT_NE(text.find('\x1b'), std::string::npos);
    for (std::size_t at; (at = text.find('\x1b')) != std::string::npos;)
        text.erase(at, text.find('m', at) - at + 1);
    EXPECT_EQ(text, timeline(story(), plain));
}

TEST(StoryOutput, an_order_nobody_fills_is_told_as_well) {
    sim::Script none = script();
    none.long_run.orders = 100;
    none.answers.clear();
    for (const auto& lp : none.long_run.lps)
        for (int n = 1; n <= 200; ++n) none.answers.push_back({lp.lp, n, {}, {20'000'000}});
    const auto played = sim::play(none);
    ASSERT_TRUE(played) << played.error().text();
    const std::string text = timeline(*played, {.width = 80});
    none_wider(text, 80);
    EXPECT_NE(text.find("LP_A fills 0 of 20,000"), std::string::npos) << text.substr(0, 3'000);
    EXPECT_NE(text.find("expired at 10:30:00.000: 0 of 200,000."), std::string::npos)
        << text.substr(text.size() - 700);
    EXPECT_FALSE(story_html(none, *played).empty());
}

TEST(StoryJson, has_every_moment_and_its_numbers) {
    const auto doc = nlohmann::json::parse(story_json(script(), story()));
    EXPECT_EQ(doc["moments"].size(), story().moments.size());
    const auto& second = [&]() -> const nlohmann::json& {
        for (const auto& m : doc["moments"])
            if (m["what"] == "answered" && m["children"][0]["child"] == 2) return m;
        return doc["moments"][0];
    }();
    EXPECT_EQ(second["children"][0]["filled"], 10'000);
    EXPECT_NEAR(second["scores_before"]["LP_A"]["composite"].get<double>(), 92.8, 0.05);
    EXPECT_NEAR(second["scores_after"]["LP_A"]["composite"].get<double>(), 85.0, 0.05);
    EXPECT_EQ(second["remaining"], 170'000);
    EXPECT_EQ(doc["state"], "filled");
    EXPECT_NEAR(doc["shortfall_bps"].get<double>(), 1.94, 0.01);
}

TEST(StoryHtml, is_one_page_with_four_pictures_and_nothing_from_elsewhere) {
    sim::Script spoilt = script();
    spoilt.title = "<b>ACME</b>";
    const std::string page = story_html(spoilt, story());
    std::size_t pictures = 0;
    for (std::size_t at = page.find("<svg"); at != page.npos; at = page.find("<svg", at + 1))
        ++pictures;
    EXPECT_EQ(pictures, 4u);
    for (const char* never : {"http://", "https://", "src=", "<b>ACME", "nan", "inf "})
        EXPECT_EQ(page.find(never), page.npos) << never;
    EXPECT_NE(page.find("LP_A (85.0): it has just given all it had"), page.npos);
}

}  // namespace
}  // namespace assay::cli
