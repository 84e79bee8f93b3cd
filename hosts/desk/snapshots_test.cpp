#include "hosts/desk/snapshots.h"

#include <gtest/gtest.h>

#include "hosts/journal/fake_disk.h"

namespace assay::desk {
namespace {

const std::string kState(5'000, 's');

struct Kept {
    journal::FakeDisk disk;
    Snapshots snapshots{disk, "desk"};
    std::vector<std::string> passed;
    std::string path(std::uint64_t seq) { return fmt::format("desk/state-{:020}.bin", seq); }
    Snapshots& with(std::uint64_t seq) {
        EXPECT_TRUE(snapshots.write({3, seq, 0xabc, kState + std::to_string(seq)}));
        return snapshots;
    }
};

TEST(Snapshots, the_newest_is_read) {
    Kept k;
    k.with(100);
    k.with(200);
    const auto s = k.snapshots.newest(1'000, k.passed);
    ASSERT_TRUE(s && *s);
    EXPECT_EQ((*s)->seq, 200u);
    EXPECT_EQ((*s)->run, 3u);
    EXPECT_EQ((*s)->config, 0xabcu);
    EXPECT_EQ((*s)->state, kState + "200");
    EXPECT_TRUE(k.passed.empty());
}

TEST(Snapshots, three_are_kept) {
    Kept k;
    for (const std::uint64_t seq : {100, 200, 300, 400, 500}) k.with(seq);
    EXPECT_EQ(k.disk.files().size(), 3u);
    for (const std::uint64_t seq : {300, 400, 500})
        EXPECT_TRUE(k.disk.files().contains(k.path(seq))) << seq;
}

TEST(Snapshots, stand_for_the_entries_up_to_the_oldest_300_of_300_to_500) {
    Kept k;
    EXPECT_EQ(*k.snapshots.stand_for(), 0u);
    for (const std::uint64_t seq : {100, 200, 300, 400, 500}) k.with(seq);
    EXPECT_EQ(*k.snapshots.stand_for(), 300u);
}

TEST(Snapshots, one_that_is_ahead_of_the_journal_is_passed_over) {
    Kept k;
    k.with(100);
    k.with(200);
    const auto s = k.snapshots.newest(150, k.passed);
    ASSERT_TRUE(s && *s);
    EXPECT_EQ((*s)->seq, 100u);
    ASSERT_EQ(k.passed.size(), 1u);
    EXPECT_NE(k.passed[0].find("goes up to entry 200, and journal or history end at 150"),
              std::string::npos);
}

TEST(Snapshots, cut_at_any_byte_or_changed_in_any_byte_it_is_passed_over) {
    Kept k;
    k.with(100);
    k.with(200);
    const std::string whole = k.disk.files()[k.path(200)].bytes;
    for (std::size_t at = 0; at < whole.size(); at += at < 200 ? 1 : 37) {
        for (const bool cut : {true, false}) {
            std::string& bytes = k.disk.files()[k.path(200)].bytes;
            bytes = cut ? whole.substr(0, at) : whole;
            if (!cut) bytes[at] ^= 0x20;
            k.passed.clear();
            const auto s = k.snapshots.newest(1'000, k.passed);
            ASSERT_TRUE(s && *s) << at;
            // The head's own numbers have no sum: a changed run or configuration is still the
            // state.
            if ((*s)->seq == 100) {
                EXPECT_EQ(k.passed.size(), 1u);
            } else {
                EXPECT_FALSE(cut) << at;
                EXPECT_LT(at, whole.find('\n'));
                EXPECT_EQ((*s)->state, kState + "200");
            }
        }
    }
}

TEST(Snapshots, none_is_no_error) {
    Kept k;
    const auto s = k.snapshots.newest(0, k.passed);
    ASSERT_TRUE(s);
    EXPECT_FALSE(*s);
}

}  // namespace
}  // namespace assay::desk
