#include "hosts/journal/writer.h"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "hosts/journal/fake_disk.h"
#include "hosts/journal/reader.h"

namespace assay::journal {
namespace {

constexpr Nanos kTen{1'772'445'600'000'000'000};  // 2026-03-02 10:00
const std::string kFolder = "journal";

struct Read {
    std::vector<std::string> entries;
    std::string error;
    std::optional<TornEnd> torn;
};
Read read_all(Disk& disk, std::uint64_t from = 1) {
    Read out;
    auto reader = Reader::open(disk, kFolder, from);
    if (!reader) {
        out.error = reader.error().text();
        return out;
    }
    for (;;) {
        const auto entry = reader->next();
        if (!entry) {
            out.error = entry.error().text();
            break;
        }
        if (!*entry) break;
        out.entries.push_back(std::to_string((*entry)->seq) + " " + std::string((*entry)->bytes));
    }
    out.torn = reader->torn();
    return out;
}

// Entries with bodies of any length, line breaks and lines of a journal among their bytes.
struct Batch {
    std::string lines;
    std::uint64_t first{}, last{};
    std::vector<std::string> entries;
};
Batch batch_of(std::uint64_t first, std::size_t n, Nanos at, std::mt19937_64& dice) {
    Batch b{{}, first, first + n - 1, {}};
    for (std::size_t i = 0; i < n; ++i) {
        std::string bytes = "8=FIX.4.4\x01" + std::string(dice() % 400, 'x') + "10=000\x01";
        if (dice() % 8 == 0) write_entry({at, first + i, 1, Mark::own, batch_note(9'999)}, bytes);
        write_entry({at, first + i, 1, Mark::received, bytes}, b.lines);
        b.entries.push_back(std::to_string(first + i) + " " + bytes);
    }
    return b;
}

TEST(JournalWriter, goes_on_where_it_stopped_over_files_days_and_starts) {
    FakeDisk disk;
    std::mt19937_64 dice(1);
    std::vector<std::string> all;
    Nanos at = kTen;
    for (int start = 0; start < 6; ++start) {
        auto writer = Writer::open(disk, kFolder, {.segment_bytes = 2'000});
        ASSERT_TRUE(writer) << writer.error().text();
        ASSERT_EQ(writer->next_seq(), all.size() + 1);
        writer->add_session(1, "LP_A");
        for (int i = 0; i < 5; ++i) {
            const Batch b = batch_of(writer->next_seq(), 1 + dice() % 5, at, dice);
            ASSERT_TRUE(writer->write(b.lines, b.first, b.last, at));
            all.insert(all.end(), b.entries.begin(), b.entries.end());
            at = at + Duration{kDay.ns / 8};
        }
    }
    EXPECT_EQ(read_all(disk).entries, all);
    EXPECT_GT(disk.files().size(), 6u) << "a file a day at least";
    for (std::uint64_t from = 1; from <= all.size() + 1; ++from) {
        const Read part = read_all(disk, from);
        ASSERT_EQ(part.error, "");
        EXPECT_EQ(part.entries, std::vector(all.begin() + static_cast<long>(from) - 1, all.end()));
    }
}

TEST(JournalWriter, names_its_sessions_at_the_front_of_each_file) {
    FakeDisk disk;
    std::mt19937_64 dice(1);
    auto writer = Writer::open(disk, kFolder, {.segment_bytes = 1});
    writer->add_session(1, "LP_A DESK FIX.4.4");
    writer->add_session(2, "OMS");
    for (int i = 0; i < 3; ++i) {
        const Batch b = batch_of(writer->next_seq(), 1, kTen, dice);
        ASSERT_TRUE(writer->write(b.lines, b.first, b.last, kTen));
    }
    auto last = Reader::open(disk, kFolder, 3);
    ASSERT_TRUE(last->next());
    EXPECT_EQ(last->sessions().at(1), "LP_A DESK FIX.4.4");
    EXPECT_EQ(last->sessions().at(2), "OMS");
    EXPECT_EQ(Writer::open(disk, kFolder, {})->sessions().at(2), "OMS");
}

TEST(JournalWriter, whatever_of_the_last_write_is_found_after_a_loss_of_power) {
    std::uint64_t images = 0, cut = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 dice(seed);
        FakeDisk disk;
        std::vector<std::string> all;
        std::size_t acknowledged = 0;
        // Before each write and each sync power is lost, in every way, in a copy of the world.
        disk.before = [&] {
            for (const FakeDisk::Loss loss : FakeDisk::kLosses) {
                for (int again = 0; again < 2; ++again) {
                    ++images;
                    FakeDisk found = disk.after_power_loss(loss, dice);
                    std::optional<TornEnd> torn;
                    auto recovered = Writer::open(found, kFolder, {.segment_bytes = 4'000}, &torn);
                    ASSERT_TRUE(recovered) << "seed " << seed << ": " << recovered.error().text();
                    cut += torn.has_value();
                    const Read first = read_all(found);
                    ASSERT_EQ(first.error, "") << "seed " << seed;
                    ASSERT_GE(first.entries.size(), acknowledged) << "seed " << seed;
                    ASSERT_LE(first.entries.size(), all.size()) << "seed " << seed;
                    ASSERT_TRUE(std::equal(first.entries.begin(), first.entries.end(), all.begin()))
                        << "seed " << seed;
                    ASSERT_EQ(recovered->next_seq(), first.entries.size() + 1);
                    // Recovered once more, nothing changes; and it can be written to.
                    auto twice = Writer::open(found, kFolder, {.segment_bytes = 4'000}, &torn);
                    ASSERT_TRUE(twice) << twice.error().text();
                    ASSERT_FALSE(torn) << "what was cut is gone";
                    std::mt19937_64 other(seed);
                    const Batch b = batch_of(twice->next_seq(), 2, kTen, other);
                    ASSERT_TRUE(twice->write(b.lines, b.first, b.last, kTen));
                    ASSERT_EQ(read_all(found).entries.size(), first.entries.size() + 2);
                }
            }
        };
        auto writer = Writer::open(disk, kFolder, {.segment_bytes = 4'000});
        Nanos at = kTen;
        for (int i = 0; i < 12; ++i) {
            const Batch b = batch_of(writer->next_seq(), 1 + dice() % 8, at, dice);
            all.insert(all.end(), b.entries.begin(), b.entries.end());
            ASSERT_TRUE(writer->write(b.lines, b.first, b.last, at));
            acknowledged = all.size();
            if (dice() % 3 == 0) {
                ASSERT_TRUE(writer->acknowledge(at));
            }
            at = at + Duration{static_cast<std::int64_t>(dice() % 3) * kHour.ns};
        }
    }
    std::printf("%llu crash images, %llu with something cut off\n",
                static_cast<unsigned long long>(images), static_cast<unsigned long long>(cut));
    EXPECT_GE(images, 2'000u);
    EXPECT_GE(cut, 300u);
}

TEST(JournalWriter, one_changed_byte_of_what_was_acknowledged_stops_the_reader_at_its_place) {
    FakeDisk disk;
    std::mt19937_64 dice(7);
    auto writer = Writer::open(disk, kFolder, {.segment_bytes = 3'000});
    writer->add_session(1, "LP_A");
    std::size_t entries = 0;
    for (int i = 0; i < 8; ++i) {
        const Batch b = batch_of(writer->next_seq(), 3, kTen, dice);
        ASSERT_TRUE(writer->write(b.lines, b.first, b.last, kTen));
        entries += b.entries.size();
    }
    const std::string last = disk.files().rbegin()->first;
    const std::size_t acknowledged = disk.files().at(last).bytes.size();
    ASSERT_TRUE(writer->acknowledge(kTen));
    ASSERT_EQ(read_all(disk).entries.size(), entries);
    std::size_t changed = 0;
    for (auto& [path, file] : disk.files()) {
        for (std::size_t i = 0; i < file.bytes.size(); ++i) {
            ++changed;
            file.bytes[i] = static_cast<char>(file.bytes[i] ^ (1 << (i % 8)));
            const Read found = read_all(disk);
            if (path == last && i >= acknowledged) {
                // Only the line that says so is gone.
                EXPECT_EQ(found.error, "");
                EXPECT_EQ(found.entries.size(), entries);
            } else {
                EXPECT_NE(found.error.find(path), std::string::npos) << i << ": " << found.error;
                EXPECT_NE(found.error.find("backup"), std::string::npos) << "says what to do";
            }
            file.bytes[i] = static_cast<char>(file.bytes[i] ^ (1 << (i % 8)));
        }
    }
    EXPECT_GT(changed, 4'000u);
}

TEST(JournalWriter, a_missing_file_is_told_with_the_entries_it_had) {
    FakeDisk disk;
    std::mt19937_64 dice(7);
    auto writer = Writer::open(disk, kFolder, {.segment_bytes = 1});
    for (int i = 0; i < 3; ++i) {
        const Batch b = batch_of(writer->next_seq(), 2, kTen, dice);
        ASSERT_TRUE(writer->write(b.lines, b.first, b.last, kTen));
    }
    disk.files().erase("journal/journal-000000000003-20260302.fix");
    EXPECT_EQ(read_all(disk).error,
              "journal: entries 3 to 4 are missing: the next file is "
              "journal-000000000005-20260302.fix. Put the file with them back from a backup");
    disk.files().erase("journal/journal-000000000001-20260302.fix");
    EXPECT_EQ(read_all(disk).error,
              "journal: it begins with entry 5, and entry 1 is asked for: earlier files were "
              "pruned or are missing");
}

TEST(JournalWriter, another_version_and_numbers_out_of_order_are_refused) {
    FakeDisk disk;
    std::string head;
    write_entry({kTen, 1, 0, Mark::own, "assay journal 2"}, head);
    disk.files()["journal/journal-000000000001-20260302.fix"] = {head, head.size()};
    const auto refused = Writer::open(disk, kFolder, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("another version wrote it"), std::string::npos);

    FakeDisk other;
    auto writer = Writer::open(other, kFolder, {});
    EXPECT_FALSE(writer->write("x", 2, 2, kTen)) << "the next one is 1";
}

}  // namespace
}  // namespace assay::journal
