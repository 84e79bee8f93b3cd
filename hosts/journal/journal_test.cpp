#include "hosts/journal/journal.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "hosts/journal/fake_disk.h"

namespace assay::journal {
namespace {

using namespace std::chrono_literals;
constexpr Nanos kTen{1'772'445'600'000'000'000};  // 2026-03-02 10:00

JournalLimits quick() {
    JournalLimits limits;
    limits.delay = 1ms;
    limits.bytes = 8'192;
    return limits;
}

class JournalOnDisk : public testing::Test {
  protected:
    JournalOnDisk()
        : folder_(std::filesystem::temp_directory_path() /
                  ("assay-journal-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name())) {
        std::filesystem::remove_all(folder_);
    }
    ~JournalOnDisk() override { std::filesystem::remove_all(folder_); }
    std::unique_ptr<Journal> open(JournalLimits limits = {}) {
        auto journal = Journal::open(posix_disk(), folder_.string(), limits);
        EXPECT_TRUE(journal) << journal.error().text();
        return std::move(*journal);
    }
    std::filesystem::path folder_;
};

TEST_F(JournalOnDisk, many_threads_append_and_every_entry_is_there_once_in_order) {
    constexpr std::uint64_t kThreads = 4, kEach = 2'000;
    {
        auto journal = open(quick());
        std::vector<std::jthread> threads;
        for (std::uint64_t t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                const std::uint32_t session = journal->session("LP_" + std::to_string(t));
                for (std::uint64_t i = 0; i < kEach; ++i) {
                    const auto seq = journal->append(kTen, session, Mark::received,
                                                     std::to_string(t) + ":" + std::to_string(i));
                    ASSERT_TRUE(seq);
                    if (i % 500 == 0) {
                        ASSERT_TRUE(journal->wait(*seq, Journal::When::urgent));
                        ASSERT_GE(journal->health().durable, *seq);
                    }
                }
            });
        }
    }
    auto disk = posix_disk();
    auto reader = Reader::open(*disk, folder_.string());
    std::vector<std::uint64_t> next(kThreads);
    for (std::uint64_t seq = 1; seq <= kThreads * kEach; ++seq) {
        const auto entry = reader->next();
        ASSERT_TRUE(entry) << entry.error().text();
        ASSERT_TRUE(*entry);
        const std::string bytes((*entry)->bytes);
        const auto thread = static_cast<std::size_t>(bytes[0] - '0');
        EXPECT_EQ((*entry)->seq, seq);
        EXPECT_EQ(bytes.substr(2), std::to_string(next[thread]++)) << "each thread's in its order";
        EXPECT_EQ(reader->sessions().at((*entry)->session), "LP_" + bytes.substr(0, 1));
    }
    EXPECT_FALSE(reader->next()->has_value());
}

TEST_F(JournalOnDisk, sessions_keep_their_numbers_over_starts) {
    std::uint32_t first = 0;
    {
        auto journal = open();
        journal->session("OMS");
        first = journal->session("LP_A");
        ASSERT_TRUE(journal->append(kTen, first, Mark::sent, "x"));
    }
    auto journal = open();
    EXPECT_EQ(journal->session("LP_A"), first);
    EXPECT_EQ(journal->health().next_seq, 2u);
}

TEST(Journal, the_first_error_ends_it_and_every_call_says_why) {
    for (std::uint64_t nth = 1; nth <= 2; ++nth) {  // the write, the sync
        auto disk = std::make_unique<FakeDisk>();
        disk->fail_at(nth);
        auto journal = std::move(*Journal::open(std::move(disk), "journal", quick()));
        const auto seq = journal->append(kTen, 0, Mark::note, "kill");
        ASSERT_TRUE(seq);
        const auto waited = journal->wait(*seq);
        ASSERT_FALSE(waited) << "nothing is called durable that is not";
        EXPECT_NE(waited.error().text().find("cannot be"), std::string::npos);
        EXPECT_EQ(journal->append(kTen, 0, Mark::note, "again").error().text(),
                  waited.error().text());
        EXPECT_EQ(journal->health().durable, 0u);
        EXPECT_EQ(journal->health().failed, waited.error().text());
    }
}

TEST(Journal, what_is_too_large_or_not_there_yet_is_refused) {
    auto journal = std::move(*Journal::open(std::make_unique<FakeDisk>(), "journal", {}));
    EXPECT_FALSE(journal->append(kTen, 0, Mark::note, std::string(kMostBytes + 1, 'x')));
    EXPECT_TRUE(journal->append(kTen, 0, Mark::note, std::string(kMostBytes, 'x')));
    EXPECT_FALSE(journal->wait(2)) << "only one was appended";
}

}  // namespace
}  // namespace assay::journal
