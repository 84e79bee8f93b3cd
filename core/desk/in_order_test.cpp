#include "core/desk/in_order.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/units/archive.h"

namespace assay::desk {

namespace {

class InOrderTest : public ::testing::Test {
  protected:
    // What is acted upon because of a message, by their entries.
    std::vector<std::uint64_t> comes(int seq, std::string_view type = "D",
                                     std::string_view more = "") {
        const std::string bytes = fmt::format(
            "8=FIX.4.4\x01"
            "9=5\x01"
            "35={}\x01"
            "34={}\x01{}"
            "10=000\x01",
            type, seq, more);
        std::vector<std::uint64_t> acted;
        if (!in_order.its_turn(++entry, bytes)) return acted;
        acted.push_back(entry);
        while (const auto held = in_order.next()) acted.push_back(held->entry);
        return acted;
    }
    using Entries = std::vector<std::uint64_t>;
    InOrder in_order;
    std::uint64_t entry{};
};

TEST_F(InOrderTest, number_7_waits_until_3_to_6_are_there) {
    comes(1, "A");
    in_order.up();
    comes(2);
    EXPECT_EQ(comes(7), Entries{}) << "entry 3";
    EXPECT_EQ(comes(8), Entries{}) << "entry 4";
    EXPECT_EQ(comes(3), Entries{5});
    EXPECT_EQ(comes(4), Entries{6});
    EXPECT_EQ(in_order.waiting(), 2u);
    EXPECT_EQ(comes(5, "4",
                    "123=Y\x01"
                    "36=7\x01"),
              (Entries{7, 3, 4}));
    EXPECT_EQ(comes(9), Entries{8});
}

TEST_F(InOrderTest, session_messages_never_wait) {
    comes(1, "A");
    in_order.up();
    EXPECT_EQ(comes(5, "0"), Entries{2});
    EXPECT_EQ(comes(6), Entries{}) << "entry 3";
    EXPECT_EQ(comes(2, "4",
                    "123=Y\x01"
                    "36=5\x01"),
              (Entries{4, 3}))
        << "the heartbeat counts";
}

TEST_F(InOrderTest, a_gap_fill_across_what_waits_loses_none_of_it) {
    comes(1, "A");
    in_order.up();
    comes(4), comes(6);
    EXPECT_EQ(comes(2, "4",
                    "123=Y\x01"
                    "36=9\x01"),
              (Entries{4, 2, 3}));
    EXPECT_EQ(comes(9), Entries{5});
}

TEST_F(InOrderTest, a_repeated_number_is_acted_upon_as_before) {
    comes(1, "A");
    in_order.up();
    comes(2);
    EXPECT_EQ(comes(2, "8", "43=Y\x01"), Entries{3}) << "whoever acts on it knows duplicates";
}

TEST_F(InOrderTest, what_waits_when_the_session_goes_down_is_given_up) {
    comes(1, "A");
    in_order.up();
    comes(4), comes(3);
    const auto waited = in_order.down();
    ASSERT_EQ(waited.size(), 2u);
    EXPECT_EQ(waited[0].entry, 3u) << "number 3 first";
    EXPECT_EQ(waited[1].entry, 2u);
    EXPECT_EQ(in_order.waiting(), 0u);
}

TEST_F(InOrderTest, numbers_that_begin_anew_are_expected_from_1_or_behind_the_logon) {
    comes(1, "A");
    in_order.up();
    comes(2), comes(3);
    in_order.down();
    in_order.begin_anew(false);
    in_order.up();
    EXPECT_EQ(comes(2), Entries{}) << "1 is missing";
    in_order.down();
    comes(1, "A", "141=Y\x01");
    in_order.begin_anew(true);
    in_order.up();
    EXPECT_EQ(comes(2), Entries{6});
}

TEST_F(InOrderTest, what_is_imported_stands_as_it_is) {
    EXPECT_EQ(comes(500), Entries{1});
    EXPECT_EQ(comes(12), Entries{2});
}

TEST_F(InOrderTest, is_saved_with_what_waits) {
    comes(1, "A");
    in_order.up();
    comes(3);
    std::string bytes;
    Saver saver(bytes);
    in_order.archive(saver);
    InOrder again;
    Loader loader(bytes);
    again.archive(loader);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    in_order = again;
    EXPECT_EQ(comes(2), (Entries{3, 2}));
}

}  // namespace
}  // namespace assay::desk
