// Real logs against counts that were made independently (expected/fix_summary.json).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/fix/frame_testkit.h"

namespace assay::fix {
namespace {

using Json = nlohmann::json;
using Counts = std::map<std::string, std::uint64_t>;

std::filesystem::path data_folder() {
    const char* given = std::getenv("ASSAY_TEST_DATA");
    if (given != nullptr) return given;
    return std::filesystem::path(ASSAY_SOURCE_DIR) / "../shared/data";
}

bool data_required() {
    const char* required = std::getenv("ASSAY_REQUIRE_DATA");
    return required != nullptr && std::string_view(required) == "1";
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Declared in a test body, so that the skip leaves the test.
#define ASSAY_NEED_DATA(name)                                  \
    const std::filesystem::path path = data_folder() / (name); \
    if (!std::filesystem::exists(path)) {                      \
        if (data_required()) FAIL() << "missing: " << path;    \
        GTEST_SKIP() << "not here: " << path;                  \
    }

std::string value_of(const testkit::Framed::Kept& kept, std::string_view tag) {
    const std::string mark = kept.frame.delimiter + std::string(tag) + "=";
    std::size_t at = kept.bytes.find(mark);
    if (tag == "8") at = 0;
    if (at == std::string::npos) return "";
    at = kept.bytes.find('=', at) + 1;
    return kept.bytes.substr(at, kept.bytes.find(kept.frame.delimiter, at) - at);
}

std::string delimiter_name(const Frame& frame) {
    if (frame.form == Form::braces) return "'{}'";
    if (frame.form == Form::colons) return "'():'";
    return frame.delimiter == '\x01' ? "'\\x01'" : std::string("'") + frame.delimiter + "'";
}

Counts count_by(const testkit::Framed& framed, auto key) {
    Counts counts;
    for (const auto& kept : framed.frames) ++counts[key(kept)];
    return counts;
}

TEST(FrameData, counts_of_every_log_are_those_of_the_independent_scan) {
    ASSAY_NEED_DATA("expected/fix_summary.json")
    const Json summary = Json::parse(content(path));
    std::size_t files = 0;
    for (const auto& [name, expected] : summary.items()) {
        if (name.ends_with(".pcap")) continue;
        SCOPED_TRACE(name);
        ++files;
        const std::string text = content(data_folder() / name);
        ASSERT_FALSE(text.empty());
        const testkit::Framed framed = testkit::frame_all(text, Strictness::lenient);
        EXPECT_EQ(framed.frames.size(), expected["messages"].get<std::size_t>());
        EXPECT_EQ(count_by(framed,
                           [](const auto& kept) -> std::string {
                               const Form form = kept.frame.form;
                               return form == Form::braces   ? "FMT"
                                      : form == Form::colons ? "FMT2"
                                                             : "RAW";
                           }),
                  expected["by_framing"].get<Counts>());
        EXPECT_EQ(count_by(framed, [](const auto& kept) { return value_of(kept, "8"); }),
                  expected["by_begin_string"].get<Counts>());
        EXPECT_EQ(count_by(framed, [](const auto& kept) { return value_of(kept, "35"); }),
                  expected["by_msg_type"].get<Counts>());
        EXPECT_EQ(count_by(framed, [](const auto& kept) { return delimiter_name(kept.frame); }),
                  expected["by_delimiter"].get<Counts>());
        const FrameCounts& counts = framed.counts;
        EXPECT_EQ(counts.frames[static_cast<std::size_t>(Verdict::truncated)],
                  expected["truncated_no_checksum_field"].get<std::uint64_t>());
        EXPECT_EQ(counts.body_length_right, expected["body_length_ok"].get<std::uint64_t>());
        EXPECT_EQ(counts.body_length_bad, expected["body_length_bad"].get<std::uint64_t>());
        EXPECT_EQ(counts.checksum_right, expected["checksum_ok"].get<std::uint64_t>());
        EXPECT_EQ(counts.checksum_bad, expected["checksum_bad"].get<std::uint64_t>());
        EXPECT_EQ(counts.not_verifiable,
                  expected["not_verifiable_multichar_or_pretty"].get<std::uint64_t>());
        EXPECT_EQ(framed.map.find('?'), std::string::npos);
    }
    EXPECT_EQ(files, 15U);
}

TEST(FrameData, gateway_logs_have_as_many_messages_as_a_third_party_found) {
    ASSAY_NEED_DATA("expected/virtu_fixclient_thirdparty.json")
    const Json third_party = Json::parse(content(path));
    for (const auto& [name, count] : third_party["message_counts"].items()) {
        SCOPED_TRACE(name);
        const std::string text = content(data_folder() / "permissive/fix/virtu_fixclient" / name);
        // The third party took atlas's two hand-edited messages (BodyLength and CheckSum wrong),
        // and left out the one of kls whose CheckSum alone is wrong.
        const testkit::Framed framed = testkit::frame_all(text, Strictness::lenient);
        std::size_t good = 0;
        for (const auto& kept : framed.frames)
            good += !(kept.frame.body_length_right && !kept.frame.checksum_right);
        EXPECT_EQ(good, count.get<std::size_t>());
    }
}

}  // namespace
}  // namespace assay::fix
