#include "hosts/journal/read_ahead.h"

#include <gtest/gtest.h>
#include <random>

#include "hosts/journal/fake_disk.h"
#include "hosts/journal/writer.h"

namespace assay::journal {
namespace {

constexpr Nanos kMorning{1'772'445'600'000'000'000};  // 2026-03-02 10:00
constexpr std::uint64_t kEntries = 5'000;             // some 2.5 MB: ten pieces

std::string line(std::uint64_t seq) {
    return std::to_string(seq) + std::string(seq % 1'000, 'x');
}

void fill(FakeDisk& disk) {
    auto writer = Writer::open(disk, "journal", {std::uint64_t{1} << 20});
    ASSERT_TRUE(writer);
    for (std::uint64_t seq = 1; seq <= kEntries; ++seq) {
        if (seq % 1'000 == 1)
            writer->add_session(static_cast<std::uint32_t>(seq / 1'000 + 1),
                                "LP_" + std::to_string(seq / 1'000));
        std::string text;
        write_entry({kMorning, seq, static_cast<std::uint32_t>((seq - 1) / 1'000 + 1),
                     Mark::received, line(seq)},
                    text);
        ASSERT_TRUE(writer->write(text, seq, seq, kMorning));
    }
}

Reader reader_of(FakeDisk& disk, std::uint64_t from = 1) {
    auto reader = Reader::open(disk, "journal", from);
    EXPECT_TRUE(reader);
    return std::move(*reader);
}

TEST(ReadAhead, gives_what_the_reader_gives_5000_entries_in_3_files) {
    FakeDisk disk;
    fill(disk);
    std::uint64_t seen = 16;
    ReadAhead ahead(reader_of(disk, 17), [&](const Entry& e, const std::string& session) {
        EXPECT_EQ(e.seq, ++seen);
        EXPECT_EQ(session, "LP_" + std::to_string((seen - 1) / 1'000));
    });
    for (std::uint64_t seq = 17; seq <= kEntries; ++seq) {
        const auto entry = ahead.next();
        ASSERT_TRUE(entry && *entry) << seq;
        ASSERT_EQ((*entry)->seq, seq);
        ASSERT_EQ((*entry)->bytes, line(seq));
        const auto session = ahead.sessions().find((*entry)->session);
        ASSERT_NE(session, ahead.sessions().end());
        ASSERT_EQ(session->second, "LP_" + std::to_string((seq - 1) / 1'000));
    }
    for (int again = 0; again < 2; ++again) {
        const auto end = ahead.next();
        ASSERT_TRUE(end);
        EXPECT_FALSE(*end);
    }
    EXPECT_EQ(seen, kEntries);
}

TEST(ReadAhead, says_what_is_damaged_behind_all_that_is_whole) {
    FakeDisk disk;
    fill(disk);
    auto& first = disk.files().begin()->second.bytes;
    first[first.size() / 2] ^= 1;
    Reader plain = reader_of(disk);
    ReadAhead ahead(reader_of(disk));
    for (;;) {
        const auto expected = plain.next();
        const auto entry = ahead.next();
        ASSERT_EQ(entry.has_value(), expected.has_value());
        if (!expected) {
            EXPECT_EQ(entry.error().text(), expected.error().text());
            break;
        }
        ASSERT_TRUE(*entry && *expected);
        ASSERT_EQ((*entry)->seq, (*expected)->seq);
    }
}

TEST(ReadAhead, a_tail_of_one_tick_is_its_4_bytes) {
    FakeDisk disk;
    auto writer = Writer::open(disk, "journal", {std::uint64_t{1} << 20});
    ASSERT_TRUE(writer);
    std::string text;
    write_entry({kMorning, 1, 0, Mark::note, "tick"}, text);
    ASSERT_TRUE(writer->write(text, 1, 1, kMorning));
    ReadAhead ahead(reader_of(disk));
    const auto entry = ahead.next();
    ASSERT_TRUE(entry && *entry);
    EXPECT_EQ((*entry)->bytes, "tick");
    EXPECT_FALSE(*ahead.next());
    EXPECT_EQ((*entry)->bytes, "tick");
}

TEST(ReadAhead, ends_when_nobody_takes_the_rest) {
    FakeDisk disk;
    fill(disk);
    ReadAhead ahead(reader_of(disk));
    EXPECT_TRUE(ahead.next());
}

}  // namespace
}  // namespace assay::journal
