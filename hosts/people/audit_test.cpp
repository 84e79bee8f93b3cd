#include "hosts/people/audit.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

#include "hosts/people/audit_check.h"
#include "hosts/people/people_testkit.h"

namespace assay::people {
namespace {

constexpr Nanos kNow{1'772'461'800'000'000'000};

AuditEntry entry(int i) {
    return {.at = kNow + Duration{i * kSecond.ns},
            .who = i % 2 == 0 ? "ann" : "bob",
            .via = "session",
            .from = "127.0.0.1",
            .act = i % 3 == 0 ? "kill" : "login",
            .outcome = "done",
            .what = {{"n", std::to_string(i)}}};
}

struct Kept {
    explicit Kept(int n = 0) : files{folder.file("audit.jsonl"), folder.file("heads.txt")} {
        auto audit = Audit::open(files);
        for (int i = 1; i <= n; ++i)
            EXPECT_EQ((*audit)->write(entry(i)).value_or(0), static_cast<std::uint64_t>(i));
    }
    AuditVerdict check() const { return check_audit(files.entries, files.heads).value(); }
    std::vector<std::string> lines(const std::string& path) const {
        std::vector<std::string> all;
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) all.push_back(line);
        return all;
    }
    void put(const std::string& path, const std::vector<std::string>& all) const {
        std::ofstream file(path, std::ios::trunc);
        for (const std::string& line : all) file << line << '\n';
    }
    OwnFolder folder;
    Audit::Files files;
};

TEST(Audit, is_as_it_was_written) {
    const Kept kept(20);
    const AuditVerdict v = kept.check();
    EXPECT_TRUE(v.ok) << v.why;
    EXPECT_EQ(v.entries, 20U);
    EXPECT_EQ(v.heads, 20U);
    EXPECT_EQ(v.head.size(), 64U);
    struct stat file{};
    ASSERT_EQ(::stat(kept.files.entries.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
}

TEST(Audit, the_first_hash_can_be_made_by_hand) {
    // printf '%064d\n%s' 0 '{"seq": 1, ...' | sha256sum
    const Kept kept(1);
    const std::string line = kept.lines(kept.files.entries).front();
    const std::string body = line.substr(0, line.find(kBeforeHash));
    EXPECT_EQ(line, body + ", \"hash\": \"" + sha256(std::string(64, '0') + "\n" + body) + "\"}");
    EXPECT_TRUE(body.starts_with(
        R"({"seq": 1, "at": "2026-03-02T14:30:01Z", "at_ns": 1772461801000000000, "who": "bob")"))
        << body;
}

TEST(Audit, of_nothing_is_in_order) {
    const Kept kept;
    const AuditVerdict v = kept.check();
    EXPECT_TRUE(v.ok) << v.why;
    EXPECT_EQ(v.entries, 0U);
}

// What a forger can do to a file of lines, at each place of it.
TEST(Audit, each_edit_delete_insert_reorder_and_truncation_is_found_with_its_place) {
    const Kept kept(12);
    const auto whole = kept.lines(kept.files.entries);
    const auto found = [&](const std::vector<std::string>& forged, std::uint64_t at,
                           const char* what) {
        kept.put(kept.files.entries, forged);
        const AuditVerdict v = kept.check();
        EXPECT_FALSE(v.ok) << what << " at " << at;
        EXPECT_EQ(v.first_bad, at) << what << ": " << v.why;
    };
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto edited = whole;
        edited[i].replace(edited[i].find("\"who\": \""), 11, "\"who\": \"eve");
        found(edited, i + 1, "edit");
        auto deleted = whole;
        deleted.erase(deleted.begin() + static_cast<std::ptrdiff_t>(i));
        found(deleted, i + 1, "delete");
        auto inserted = whole;
        inserted.insert(inserted.begin() + static_cast<std::ptrdiff_t>(i), whole[(i + 5) % 12]);
        found(inserted, i + 1, "insert");
        auto truncated = whole;
        truncated.resize(i);
        found(truncated, i + 1, "truncate");
        if (i + 1 < whole.size()) {
            auto moved = whole;
            std::swap(moved[i], moved[i + 1]);
            found(moved, i + 1, "reorder");
        }
    }
    kept.put(kept.files.entries, whole);
    EXPECT_TRUE(kept.check().ok);
}

TEST(Audit, one_that_was_written_anew_from_the_middle_on_is_found_by_its_heads) {
    const Kept kept(6);
    auto lines = kept.lines(kept.files.entries);
    std::string before = first_audit_hash();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string body = lines[i].substr(0, lines[i].find(kBeforeHash));
        if (i == 3) body.replace(body.find("\"n\": \"4\""), 8, "\"n\": \"9\"");
        before = audit_hash(before, body);
        lines[i] = body + std::string(kBeforeHash) + before + "\"}";
    }
    kept.put(kept.files.entries, lines);
    const AuditVerdict v = kept.check();
    EXPECT_FALSE(v.ok);
    EXPECT_EQ(v.first_bad, 4U) << v.why;
}

TEST(Audit, heads_that_are_gone_or_changed_are_found) {
    const Kept kept(6);
    auto heads = kept.lines(kept.files.heads);
    auto changed = heads;
    changed[2][3] = changed[2][3] == 'a' ? 'b' : 'a';
    kept.put(kept.files.heads, changed);
    EXPECT_EQ(kept.check().first_bad, 3U);
    std::filesystem::remove(kept.files.heads);
    EXPECT_FALSE(kept.check().ok);
}

TEST(Audit, each_byte_that_is_flipped_is_found) {
    const Kept kept(2);
    std::ifstream file(kept.files.entries, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string flipped = whole;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        std::ofstream(kept.files.entries, std::ios::binary | std::ios::trunc) << flipped;
        EXPECT_FALSE(kept.check().ok) << "byte " << i;
    }
}

TEST(Audit, a_line_that_was_left_half_written_is_cut_off_and_the_chain_goes_on) {
    const Kept kept(3);
    std::ofstream(kept.files.entries, std::ios::app) << R"({"seq": 4, "at": "2026)";
    EXPECT_FALSE(kept.check().ok);
    {
        auto audit = Audit::open(kept.files);
        ASSERT_TRUE(audit) << audit.error().text();
        EXPECT_EQ((*audit)->write(entry(4)).value_or(0), 4U);
    }
    EXPECT_TRUE(kept.check().ok) << kept.check().why;
    EXPECT_EQ(kept.check().entries, 4U);
}

TEST(Audit, two_who_write_at_once_make_one_chain) {
    const Kept kept;
    const auto write = [&](int n) {
        auto audit = Audit::open(kept.files);  // as another process does
        for (int i = 0; i < n; ++i) EXPECT_TRUE((*audit)->write(entry(i)));
    };
    std::thread other(write, 30);
    write(30);
    other.join();
    const AuditVerdict v = kept.check();
    EXPECT_TRUE(v.ok) << v.why;
    EXPECT_EQ(v.entries, 60U);
}

TEST(Audit, where_the_disk_takes_no_more_nothing_of_the_entry_stays) {
    const Kept kept(3);
    auto audit = Audit::open(kept.files);
    const auto size = std::filesystem::file_size(kept.files.entries);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = size + 40;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto refused = (*audit)->write(entry(4));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(refused);
    EXPECT_EQ(std::filesystem::file_size(kept.files.entries), size);
    EXPECT_EQ((*audit)->write(entry(4)).value_or(0), 4U) << "there is room again";
    EXPECT_TRUE(kept.check().ok) << kept.check().why;
}

TEST(Audit, is_read_from_its_end_page_by_page) {
    const Kept kept(1'000);  // more than one block of the file
    std::uint64_t before = 0, expected = 1'000;
    for (;;) {
        const auto page = read_audit(kept.files.entries, {.before = before, .limit = 70});
        ASSERT_TRUE(page) << page.error().text();
        for (const AuditRow& row : page->rows) {
            ASSERT_EQ(row.seq, expected);
            ASSERT_EQ(row.what.front().second, std::to_string(expected));
            --expected;
        }
        if (!page->more) break;
        before = page->rows.back().seq;
    }
    EXPECT_EQ(expected, 0U);
    const auto kills =
        read_audit(kept.files.entries, {.who = "ann", .act = "kill", .limit = 1'000});
    EXPECT_EQ(kills->rows.size(), 166U) << "every sixth";
    EXPECT_EQ(kills->rows.front().seq, 996U);
}

TEST(Audit, hostile_text_stays_within_its_line) {
    const Kept kept;
    {
        auto audit = Audit::open(kept.files);
        AuditEntry e = entry(1);
        e.who = "a\"}\n{\"seq\": 2";
        e.what = {{"why", std::string("\xff\x00\r\n=cmd|' /C calc'!A0", 22)},
                  {"long", std::string(5'000, 'x')}};
        ASSERT_TRUE((*audit)->write(e));
    }
    EXPECT_EQ(kept.lines(kept.files.entries).size(), 1U);
    EXPECT_TRUE(kept.check().ok) << kept.check().why;
    const auto rows = read_audit(kept.files.entries, {});
    ASSERT_EQ(rows->rows.size(), 1U);
    EXPECT_EQ(rows->rows[0].who, "a\"}\n{\"seq\": 2");
}

}  // namespace
}  // namespace assay::people
