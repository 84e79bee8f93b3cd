// The estimates of yesterday: kept whole, gone on from, or refused with a sentence that helps.
#include "hosts/cli/state_file.h"

#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "core/fix/record.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/replay.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::Folder;

Settings settings_of_version(std::uint64_t version) {
    Settings s;
    s.config.profile = *score::find_profile("balanced");
    s.config.version = version;
    return s;
}
std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
// The state of a made-up day in `folder`; returns the file's bytes.
std::string make_state(const Folder& folder, const Settings& made_under) {
    Settings settings = made_under;
    ReplayOptions options;
    options.inputs = {folder.write(
        "day.log", testkit::log_of(testkit::made_day(1, {.orders = 30, .symbols = 4})))};
    options.state_folder = folder.path();
    Calendars calendars;
    const auto done = replay(settings, options, calendars);
    EXPECT_TRUE(done) << done.error().text();
    return read(folder.path() + "/assay.state");
}
// Why what lies in the folder is refused; empty where it is taken.
std::string refusal(const std::string& folder, const Settings& s, Kernels* into = nullptr) {
    fix::SessionStage stage(s.parties);
    Kernels kernels;
    const auto loaded = load_state(folder, s.config, stage, kernels);
    if (into != nullptr) *into = std::move(kernels);
    return loaded ? "" : loaded.error().text();
}
// The last four bytes are the checksum of what stands between them and the first eight.
std::string with_checksum(std::string bytes) {
    const std::uint32_t sum = fix::crc32c(std::string_view(bytes).substr(8, bytes.size() - 12));
    std::memcpy(bytes.data() + bytes.size() - 4, &sum, 4);
    return bytes;
}

TEST(StateFile, a_folder_without_a_state_is_a_fresh_start) {
    const Folder folder;
    Kernels kernels;
    EXPECT_EQ(refusal(folder.path(), settings_of_version(7), &kernels), "");
    for (const auto& k : kernels) EXPECT_EQ(k, nullptr);
    EXPECT_EQ(refusal(folder.path() + "/not/there", settings_of_version(7)), "");
}

TEST(StateFile, loaded_and_saved_again_it_is_the_same_file) {
    const Folder folder;
    const Settings s = settings_of_version(7);
    const std::string bytes = make_state(folder, s);
    ASSERT_GT(bytes.size(), 1'000u);
    fix::SessionStage stage(s.parties);
    Kernels kernels;
    const auto loaded = load_state(folder.path(), s.config, stage, kernels);
    ASSERT_TRUE(loaded) << loaded.error().text();
    const Folder other;
    const auto saved = save_state(other.path() + "/new/folder", s.config, stage, kernels);
    ASSERT_TRUE(saved) << saved.error().text();
    EXPECT_TRUE(read(other.path() + "/new/folder/assay.state") == bytes);
    EXPECT_FALSE(std::filesystem::exists(other.path() + "/new/folder/assay.state.new"));
}

// Yesterday's orders are still known today: their messages again are duplicates.
TEST(StateFile, a_day_replayed_on_its_own_state_counts_nothing_twice) {
    const Folder folder;
    Settings s = settings_of_version(7);
    make_state(folder, s);
    ReplayOptions options;
    options.inputs = {folder.path() + "/day.log"};
    options.state_folder = folder.path();
    Calendars calendars;
    const auto again = replay(s, options, calendars);
    ASSERT_TRUE(again) << again.error().text();
    Kernels once;
    const Folder fresh;
    make_state(fresh, s);
    ASSERT_EQ(refusal(fresh.path(), s, &once), "");
    for (std::uint32_t i = 0; i < kShards; ++i) {
        if (once[i] == nullptr) continue;
        ASSERT_NE(again->kernels[i], nullptr);
        ASSERT_EQ(again->kernels[i]->rows().size(), once[i]->rows().size());
        for (std::size_t r = 0; r < once[i]->rows().size(); ++r) {
            EXPECT_EQ(again->kernels[i]->rows()[r].sums.n_orders, once[i]->rows()[r].sums.n_orders);
            EXPECT_EQ(again->kernels[i]->rows()[r].sums.n_fills, once[i]->rows()[r].sums.n_fills);
        }
    }
}

TEST(StateFile, what_cannot_be_used_is_named_with_its_reason_and_what_to_do) {
    const Folder folder;
    const std::string good = make_state(folder, settings_of_version(7));
    const auto with = [&](std::size_t at, const std::string& what) {
        std::string s = good;
        s.replace(at, what.size(), what);
        return s;
    };
    // In the file: ASSAYST1, config version, length and bytes of the stage, number of shards; then
    // of each: its number, length and bytes, which begin with ASSAYK and the kernel's version.
    const std::size_t shard = good.find("ASSAYK");
    ASSERT_NE(shard, std::string::npos);
    const struct {
        const char* what;
        std::string bytes;
        std::vector<const char*> says;
    } cases[] = {
        {"empty", "", {"not a state of Assay", "remove it to start afresh"}},
        {"a spreadsheet", "time,symbol,bid,ask,and,so,on\n", {"not a state of Assay"}},
        {"of another version of Assay",
         with(0, "ASSAYST9"),
         {"another version of Assay", "remove it to start afresh"}},
        {"half a file", good.substr(0, good.size() / 2), {"damaged", "checksum", "restore a copy"}},
        {"a bit flipped",
         with(good.size() / 2, {static_cast<char>(good[good.size() / 2] ^ 1)}),
         {"damaged", "checksum", "restore a copy"}},
        {"of another config",
         with_checksum(with(8, "\x08")),
         {"config version 0000000000000008", "this run has 0000000000000007", "--state"}},
        {"whose shards are of another version",
         with_checksum(with(shard, "ASSAYK99")),
         {"shard", "another version of Assay", "remove it to start afresh"}},
        {"whose shard has a number that there is not",
         with_checksum(with(shard - 12, "\xff")),
         {"shard 255", "damaged"}},
    };
    for (const auto& c : cases) {
        folder.write("assay.state", c.bytes);
        const std::string text = refusal(folder.path(), settings_of_version(7));
        EXPECT_NE(text.find("assay.state"), std::string::npos) << c.what << ": " << text;
        for (const char* word : c.says)
            EXPECT_NE(text.find(word), std::string::npos) << c.what << ": " << text;
    }
}

TEST(StateFile, cut_or_changed_at_any_byte_it_is_refused) {
    const Folder folder;
    const Settings s = settings_of_version(7);
    const std::string good = make_state(folder, s);
    for (std::size_t at = 0; at < good.size(); at += at < 64 ? 1 : 1 + good.size() / 200) {
        folder.write("assay.state", good.substr(0, at));
        EXPECT_NE(refusal(folder.path(), s), "") << "cut to " << at << " bytes";
        std::string changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 0x20);
        folder.write("assay.state", changed);
        EXPECT_NE(refusal(folder.path(), s), "") << "byte " << at << " changed";
    }
}

TEST(StateFile, a_state_without_rights_is_no_fresh_start) {
    const Folder folder;
    folder.write("assay.state", "secret");
    std::filesystem::permissions(folder.path() + "/assay.state", std::filesystem::perms::none);
    const testkit::AsNobody nobody;
    EXPECT_NE(refusal(folder.path(), settings_of_version(7)).find("Permission denied"),
              std::string::npos);
}

}  // namespace
}  // namespace assay
