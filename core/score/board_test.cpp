// One writer and readers that never wait: what is taken, what is refused, and that a version stays
// as it is for as long as it is read.
#include "core/score/board.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "core/score/page_testkit.h"

namespace assay::score {
namespace {

using testkit::page_of;

TEST(Board, finds_the_newest_page_of_a_profile_and_symbol) {
    Board board(10);
    EXPECT_FALSE(board.find(42, "XYZ"));
    EXPECT_EQ(board.publish(page_of("XYZ", 1)), Acceptance::accepted);
    EXPECT_EQ(board.publish(page_of("ABC", 5)), Acceptance::accepted);
    EXPECT_EQ(board.publish(page_of("XYZ", 2)), Acceptance::accepted);
    EXPECT_EQ(board.find(42, "XYZ")->stamp.sequence, 2u);
    EXPECT_EQ(board.find(42, "ABC")->stamp.sequence, 5u);
    EXPECT_FALSE(board.find(42, "XY"));
    EXPECT_FALSE(board.find(43, "XYZ")) << "another profile";
    EXPECT_EQ(board.pages(), 2u);
}

TEST(Board, refuses_what_is_not_newer_or_not_sound_and_keeps_what_it_has) {
    Board board(10);
    ASSERT_EQ(board.publish(page_of("XYZ", 3)), Acceptance::accepted);
    EXPECT_EQ(board.publish(page_of("XYZ", 3)), Acceptance::not_newer);
    EXPECT_EQ(board.publish(page_of("XYZ", 2)), Acceptance::not_newer);
    Page damaged = page_of("XYZ", 4);
    damaged.rows[0].values[0] += 1e-9;
    EXPECT_EQ(board.publish(damaged), Acceptance::bad_checksum);
    EXPECT_EQ(board.find(42, "XYZ")->stamp.sequence, 3u);
    Page anew = page_of("XYZ", 1);
    anew.stamp.epoch = 2;
    anew.checksum = anew.sum();
    EXPECT_EQ(board.publish(anew), Acceptance::accepted) << "a writer that began anew";
    EXPECT_EQ(board.publish(page_of("XYZ", 9)), Acceptance::not_newer) << "the old one, come late";
}

TEST(Board, holds_as_many_pages_as_it_was_made_for) {
    Board board(2);
    EXPECT_EQ(board.publish(page_of("A", 1)), Acceptance::accepted);
    EXPECT_EQ(board.publish(page_of("B", 1)), Acceptance::accepted);
    EXPECT_EQ(board.publish(page_of("C", 1)), Acceptance::no_room);
    EXPECT_EQ(board.publish(page_of("A", 2)), Acceptance::accepted);
    EXPECT_FALSE(board.find(42, "C"));
}

TEST(Board, a_version_that_is_held_stays_and_the_writer_goes_on_until_all_are_held) {
    Board board(1);
    std::vector<Board::Reading> held;
    for (std::uint64_t n = 1; n <= Board::kVersions; ++n) {
        ASSERT_EQ(board.publish(page_of("XYZ", n)), Acceptance::accepted) << n;
        held.push_back(board.find(42, "XYZ"));
    }
    EXPECT_EQ(board.publish(page_of("XYZ", 100)), Acceptance::no_room);
    for (std::uint64_t n = 1; n <= Board::kVersions; ++n)
        EXPECT_EQ(*held[n - 1], page_of("XYZ", n)) << "as it was published";
    held[3] = Board::Reading();
    EXPECT_EQ(board.publish(page_of("XYZ", 100)), Acceptance::accepted) << "one was let go";
    EXPECT_EQ(board.find(42, "XYZ")->stamp.sequence, 100u);
    Board::Reading moved = std::move(held[0]);
    EXPECT_FALSE(held[0]);
    EXPECT_EQ(moved->stamp.sequence, 1u);
}

// Under the thread sanitizer this is the proof that no reader looks into a page that is written.
TEST(Board, one_writer_and_two_readers_never_see_half_a_page_nor_an_older_one) {
    constexpr std::uint64_t kLast = 3'000;
    Board board(4);
    ASSERT_EQ(board.publish(page_of("XYZ", 1)), Acceptance::accepted);
    std::atomic<std::uint64_t> torn{0}, backwards{0}, read{0};
    const auto reader = [&] {
        for (std::uint64_t last = 0; last < kLast;) {
            const Board::Reading page = board.find(42, "XYZ");
            const std::uint64_t now = page->stamp.sequence;
            const auto n = static_cast<double>(now);
            backwards += now < last;
            last = now;
            for (const PageRow& row : page->rows)
                for (const double x : row.values) torn += x != n;
            for (const PageTail& t : page->tails) torn += t.plain[0] != n || t.n[47] != n;
            ++read;
        }
    };
    std::thread first(reader), second(reader);
    // Its own slot is made while they read.
    for (std::uint64_t n = 2; n <= kLast; ++n) {
        ASSERT_EQ(board.publish(page_of("XYZ", n, 2 + n % 5)), Acceptance::accepted)
            << "two readers hold two versions at most";
        if (n == 100) {
            EXPECT_EQ(board.publish(page_of("ABC", 1)), Acceptance::accepted);
        }
    }
    first.join();
    second.join();
    EXPECT_EQ(torn, 0u);
    EXPECT_EQ(backwards, 0u);
    EXPECT_GE(read, 2u);
}

}  // namespace
}  // namespace assay::score
