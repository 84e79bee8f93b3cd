// The 471 conversations of QuickFIX's acceptance tests: each line is counted, and each message is
// read with the result that its test case calls for.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/fix/message.h"

namespace assay::fix {
namespace {

using Json = nlohmann::json;
constexpr char kSoh = '\x01';

std::filesystem::path data_folder() {
    const char* given = std::getenv("ASSAY_TEST_DATA");
    if (given != nullptr) return given;
    return std::filesystem::path(ASSAY_SOURCE_DIR) / "../shared/data";
}

bool data_required() {
    const char* required = std::getenv("ASSAY_REQUIRE_DATA");
    return required != nullptr && std::string_view(required) == "1";
}

// The value of the first field `tag`, by plain search: independent of parse().
std::string value_of(const std::string& message, std::string_view tag) {
    const std::string mark = kSoh + std::string(tag) + "=";
    const std::string text = kSoh + message;
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) return "";
    const std::size_t from = at + mark.size();
    return text.substr(from, text.find(kSoh, from) - from);
}

// `<TIME>`, `<TIME+121>` and the all-zero times of expected lines become a time.
std::string with_times(std::string text) {
    for (const std::string_view mark : {"<TIME", "00000000-00:00:00.000", "00000000-00:00:00"}) {
        for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
            const std::size_t size = mark == "<TIME" ? text.find('>', at) + 1 - at : mark.size();
            text.replace(at, size, "20261120-09:30:00");
        }
    }
    return text;
}

// What parse() must say of a message that the test case sends as a bad one.
struct Expected {
    ParseCode code{};
    std::uint32_t tag{};
};

// An incoming line is followed by the reject that FIX asks for; its text tells what is wrong (its
// reason code 373 and tag 371 exist since 4.2, in 4.0 and 4.1 the text ends with "(tag)").
// Reasons that need a dictionary or a session are none of a reader's: such messages are read.
Expected expected_of(const std::string& message, const std::string& answer) {
    // A session that is told not to mind sends and answers a field without value: we do mind.
    if (message.find("\x01"
                     "112=\x01") != std::string::npos)
        return {ParseCode::empty_value, 112};
    if (message.find("garbled") != std::string::npos) return {ParseCode::tag_not_a_number, 0};
    if (value_of(answer, "35") != "3") return {};
    const std::string text = value_of(answer, "58");
    std::string tag_text = value_of(answer, "371");
    const std::size_t parenthesis = text.find('(');
    if (tag_text.empty() && parenthesis != text.npos) tag_text = text.substr(parenthesis + 1);
    const int number = std::atoi(tag_text.c_str());
    const auto tag = static_cast<std::uint32_t>(number);
    if (text.starts_with("Tag specified without a value")) return {ParseCode::empty_value, tag};
    if (text.starts_with("Tag appears more than once")) return {ParseCode::repeated_tag, tag};
    const bool is_read = tag < kTagTable && kFieldBits[tag] < kReadTags.size();
    if (text.starts_with("Incorrect data format") && is_read) return {ParseCode::bad_number, tag};
    if (text.starts_with("Incorrect NumInGroup count")) return {ParseCode::group_count, tag};
    // A PossDup without OrigSendingTime is read; the session stage goes by its number alone.
    if (text.starts_with("Required tag missing") && tag != 122) {
        return {ParseCode::missing_field, tag};
    }
    if (text.starts_with("Embedded SOH")) return {ParseCode::tag_not_a_number, 0};
    if (text.starts_with("Invalid tag number") && number == 0) return {ParseCode::tag_zero, 0};
    if (text.starts_with("Invalid tag number") && number < 0) {
        return {ParseCode::tag_not_a_number, 0};
    }
    return {};
}

struct Tally {
    int files{}, lines_in{}, lines_out{}, bad{};
    std::map<std::string, int> types_in, types_out;
};

void check(const std::string& message, const Expected& expected, const std::string& place) {
    Message m;
    const ParseError error = parse(message, kSoh, m);
    EXPECT_EQ(error.code, expected.code)
        << place << ": " << fix::text(error.code) << " " << error.tag << "\n"
        << message;
    if (expected.code == ParseCode::missing_field) {  // several may be missing: any of them
        EXPECT_EQ(value_of(message, std::to_string(error.tag)), "") << place;
    } else if (expected.code != ParseCode::none) {
        EXPECT_EQ(error.tag, expected.tag) << place;
    }
    if (!error) {
        EXPECT_EQ(m.msg_type, value_of(message, "35")) << place;
        EXPECT_EQ(m.sender_comp_id, value_of(message, "49")) << place;
        EXPECT_EQ(std::to_string(m.msg_seq_num), value_of(message, "34")) << place;
    }
}

void read_file(const std::filesystem::path& path, Tally& tally) {
    ++tally.files;
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
        const bool ours = !line.empty() && (line[0] == 'I' || line[0] == 'E') &&
                          line.find("8=FIX") <= 3;  // also I1,8=FIX; a 35=0 first is no message
        if (ours) lines.push_back(line);
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool in = lines[i][0] == 'I';
        const auto message_of = [](const std::string& line) {
            return with_times(line.substr(line.find("8=FIX")));
        };
        const std::string message = message_of(lines[i]);
        ++(in ? tally.lines_in : tally.lines_out);
        ++(in ? tally.types_in : tally.types_out)[value_of(message, "35")];
        const bool answered = in && i + 1 < lines.size() && lines[i + 1][0] == 'E';
        const Expected expected = expected_of(message, answered ? message_of(lines[i + 1]) : "");
        const std::string place = path.parent_path().filename().string() + "/" +
                                  path.filename().string() + " " + std::to_string(i);
        tally.bad += expected.code != ParseCode::none;
        check(message, expected, place);
    }
}

TEST(QuickfixDefs, every_line_is_counted_and_read_as_its_case_demands) {
    const std::filesystem::path expected_path = data_folder() / "expected/quickfix_defs.json";
    const std::filesystem::path root = data_folder() / "permissive/fix/quickfix_defs";
    if (!std::filesystem::exists(expected_path) || !std::filesystem::exists(root)) {
        if (data_required()) FAIL() << "missing: " << root;
        GTEST_SKIP() << "not here: " << root;
    }
    std::ifstream file(expected_path);
    const Json expected = Json::parse(file);
    int files = 0, bad = 0;
    for (const auto& [folder, counts] : expected.items()) {
        Tally tally;
        const std::filesystem::path path = root.parent_path() / folder;
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            if (entry.path().extension() == ".def") read_file(entry.path(), tally);
        }
        EXPECT_EQ(tally.files, counts["files"].get<int>()) << folder;
        EXPECT_EQ(tally.lines_in, counts["lines_I"].get<int>()) << folder;
        EXPECT_EQ(tally.lines_out, counts["lines_E"].get<int>()) << folder;
        EXPECT_EQ(tally.types_in, (counts["by_type_I"].get<std::map<std::string, int>>()))
            << folder;
        EXPECT_EQ(tally.types_out, (counts["by_type_E"].get<std::map<std::string, int>>()))
            << folder;
        files += tally.files;
        bad += tally.bad;
    }
    EXPECT_EQ(files, 471);
    EXPECT_GT(bad, 100);
}

}  // namespace
}  // namespace assay::fix
