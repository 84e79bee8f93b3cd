// Plays every story of tests/stories in each FIX version it names.
#include "tests/stories/story.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>

namespace assay::stories {
namespace {

struct Case {
    Story story;
    std::string version;
};
void PrintTo(const Case& c, std::ostream* out) {
    *out << c.story.file << ": " << c.story.title << ", FIX " << c.version;
}

std::vector<Case> cases() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/tests/stories"))
        if (entry.path().extension() == ".story") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    std::vector<Case> out;
    for (const std::string& file : files)
        for (const Story& story : read_stories(file))
            for (const std::string& version : story.versions) out.push_back({story, version});
    return out;
}

// "partly_filled_then_canceled_fix42"
std::string name_of(const testing::TestParamInfo<Case>& info) {
    std::string name;
    for (const char c : info.param.story.title) {
        const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (word || (!name.empty() && name.back() != '_')) name += word ? c : '_';
    }
    while (!name.empty() && name.back() == '_') name.pop_back();
    return name + "_fix" + (info.param.version == "4.2" ? "42" : "44");
}

class Stories : public testing::TestWithParam<Case> {};

TEST_P(Stories, come_out_as_told) {
    for (const std::string& wrong : play(GetParam().story, GetParam().version))
        ADD_FAILURE() << wrong;
}
INSTANTIATE_TEST_SUITE_P(Of, Stories, testing::ValuesIn(cases()), name_of);

TEST(StoryRunner, says_file_and_line_of_what_is_not_so) {
    const Story story{"made.story",
                      "",
                      {},
                      {{7, "10:00:00 market XYZ 100.00 x 300 / 100.02 x 400"},
                       {8, "10:00:00 send A LP_A buy 100 XYZ at 100.02 IOC"},
                       {9, "expect A filled"},
                       {10, "expect LP_A n_orders 2"},
                       {11, "expect count busts 1"},
                       {12, "expect messages dead 1"},
                       {13, "10:00:01 full A 100 at 100.02 as E"},
                       {14, "expect A filled"}}};
    const std::vector<std::string> wrong = play(story, "4.4");
    ASSERT_EQ(wrong.size(), 5u);
    EXPECT_EQ(wrong[0], "made.story:9: A is pending new, not filled\n    expect A filled");
    EXPECT_EQ(wrong[1], "made.story:10: LP_A n_orders is 1, not 2\n    expect LP_A n_orders 2");
    EXPECT_EQ(wrong[2], "made.story:11: busts: is 0, not 1\n    expect count busts 1");
    EXPECT_EQ(wrong[3], "made.story:12: dead: is 0, not 1\n    expect messages dead 1");
    EXPECT_TRUE(wrong[4].starts_with("made.story:13: there is no word \"full\"")) << wrong[4];
}

}  // namespace
}  // namespace assay::stories
