// assay journal: old logs in, the same scorecard out, and damage told with its place.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "tests/command.h"

namespace assay {
namespace {

using testkit::document;
using testkit::expect_says;
using testkit::Folder;
using testkit::good_day;
using testkit::in;
using testkit::Ran;
using testkit::run;

std::string the_file(const Folder& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(in(folder, "j")))
        return entry.path().string();
    return {};
}
std::string bytes_of(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}
// What a scorecard says, without where it was read from.
nlohmann::json card(const Folder& folder, const std::string& from) {
    nlohmann::json j = document(run(folder, {"score", from, "--format", "json"}), from);
    return {{"rows", j["rows"]}, {"total", j["total"]}};
}

TEST(CommandJournal, an_imported_day_scores_as_its_log_does_and_so_does_its_export) {
    const Folder folder;
    folder.write("day.log", good_day());
    const Ran imported = run(folder, {"journal", "import", "j", "day.log"});
    ASSERT_EQ(imported.code, 0) << imported.err;
    EXPECT_NE(imported.out.find("messages imported, entries 1 to "), std::string::npos);
    const Ran verified = run(folder, {"journal", "verify", "j"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    EXPECT_NE(verified.out.find("each is whole and in its place"), std::string::npos);
    ASSERT_EQ(run(folder, {"journal", "export", "j", "--out", "out.log"}).code, 0);
    const nlohmann::json before = card(folder, "day.log");
    EXPECT_EQ(card(folder, "j"), before) << "a journal is a log that score reads";
    EXPECT_EQ(card(folder, "out.log"), before);
    EXPECT_GT(before["total"]["n_orders"], 10);
}

TEST(CommandJournal, a_changed_byte_is_told_with_file_and_byte_and_what_to_do) {
    const Folder folder;
    folder.write("day.log", good_day());
    ASSERT_EQ(run(folder, {"journal", "import", "j", "day.log"}).code, 0);
    const std::string path = the_file(folder);
    const std::string bytes = bytes_of(path);
    std::string changed = bytes;
    const std::size_t at = bytes.size() / 2;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    std::ofstream(path, std::ios::binary) << changed;
    expect_says(run(folder, {"journal", "import", "j", "day.log"}), 1, {"at byte ", "backup"},
                "nothing is written behind damage");
    const Ran damaged = run(folder, {"journal", "verify", "j"});
    EXPECT_EQ(damaged.code, 1);
    EXPECT_NE(damaged.err.find(path.substr(path.rfind('/'))), std::string::npos) << damaged.err;
    EXPECT_NE(damaged.err.find("at byte "), std::string::npos) << damaged.err;

    // Cut in the middle of its last line it is only torn.
    std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() - 5);
    const Ran torn = run(folder, {"journal", "verify", "j"});
    EXPECT_EQ(torn.code, 0) << torn.err;
    EXPECT_NE(torn.out.find("a write was cut short there, or the file was"), std::string::npos)
        << torn.out;
    // A file that was cut between two entries has an end that nothing acknowledges.
    std::size_t line = 0;
    for (int i = 0; i < 10; ++i) line = bytes.find('\n', line) + 1;
    std::ofstream(path, std::ios::binary) << bytes.substr(0, line);
    const Ran cut = run(folder, {"journal", "verify", "j"});
    EXPECT_NE(cut.out.find("more may have followed"), std::string::npos) << cut.out;
    EXPECT_NE(run(folder, {"score", "j"}).out.find("more may have followed"), std::string::npos)
        << "a scorecard of it says so too";
}

TEST(CommandJournal, what_cannot_be_is_said) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("text.txt", "Dear reader,\nthis is no log.\n");
    ASSERT_EQ(run(folder, {"journal", "import", "j", "day.log"}).code, 0);
    const struct {
        std::vector<std::string> args;
        int code;
        std::vector<std::string> words;
    } rows[] = {
        {{"journal", "verify"}, 2, {"Its folder is missing"}},
        {{"journal", "verify", "nowhere"}, 2, {"nowhere", "no such folder"}},
        {{"journal", "verify", "."}, 1, {"holds no journal"}},
        {{"journal", "tail", "j", "--lines", "x"}, 2, {"--lines"}},
        {{"journal", "export", "j", "--since", "noon"}, 2, {"--since", "noon", "is no time"}},
        {{"journal", "export", "j", "--session", "NOPE"}, 1, {"no session", "NOPE"}},
        {{"journal", "export", "j", "--out", "day.log"}, 1, {"day.log", "is there already"}},
        {{"journal", "prune", "j"}, 2, {"--before DATE is missing"}},
        {{"journal", "prune", "j", "--before", "soon"}, 2, {"soon", "is no date"}},
        {{"journal", "import", "j"}, 2, {"a folder and logs are needed"}},
        {{"journal", "import", "k", "text.txt"}, 1, {"nothing to import", "text.txt"}},
        {{"journal", "import", "j", "day.log"}, 1, {"its last message was captured at"}},
    };
    for (const auto& r : rows) expect_says(run(folder, r.args), r.code, r.words, r.words.front());
    EXPECT_FALSE(std::filesystem::exists(in(folder, "k"))) << "nothing is made for nothing";
}

TEST(CommandJournal, tail_shows_the_last_ones_for_people_and_prune_keeps_the_last_file) {
    const Folder folder;
    folder.write("day.log", good_day());
    ASSERT_EQ(run(folder, {"journal", "import", "j", "day.log"}).code, 0);
    const Ran tail = run(folder, {"journal", "tail", "j", "--lines", "3"});
    EXPECT_EQ(tail.code, 0) << tail.err;
    EXPECT_EQ(std::count(tail.out.begin(), tail.out.end(), '\n'), 3);
    EXPECT_NE(tail.out.find("|35="), std::string::npos) << tail.out;
    EXPECT_EQ(tail.out.find('\x01'), std::string::npos);
    const Ran pruned = run(folder, {"journal", "prune", "j", "--before", "2100-01-01", "--yes"});
    EXPECT_EQ(pruned.code, 0) << pruned.err;
    EXPECT_NE(the_file(folder), "") << "the last file knows the next number";
}

}  // namespace
}  // namespace assay
