#include "hosts/fixnet/sequences.h"

#include <gtest/gtest.h>

#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using testkit::framed;

constexpr Nanos kAt{1'772'461'800'000'000'000};

class SequencesTest : public ::testing::Test {
  protected:
    void got(int seq, const std::string& type = "8", const std::string& body = "17=x|",
             const std::string& header = "") {
        at.message(kAt, false,
                   framed("FIX.4.4", fmt::format("35={}|34={}|{}{}", type, seq, header, body)));
    }
    void gave(int seq, const std::string& type = "D", const std::string& header = "") {
        at.message(kAt, true,
                   framed("FIX.4.4", fmt::format("35={}|34={}|{}11=a|", type, seq, header)));
    }
    Sequences at{3};
};

}  // namespace

TEST_F(SequencesTest, nothing_seen_is_a_new_session) {
    const Recovered r = at.recovered(1'000);
    EXPECT_EQ(r.next_sender, 1u);
    EXPECT_EQ(r.next_target, 1u);
    EXPECT_FALSE(known(r.created));
}

TEST_F(SequencesTest, goes_on_behind_the_last_of_both_sides) {
    gave(1, "A");
    got(1, "A");
    gave(2);
    got(2);
    got(3);
    EXPECT_EQ(at.next_sender(), 3u);
    EXPECT_EQ(at.next_target(), 4u);
    EXPECT_EQ(at.recovered().created, kAt);
}

TEST_F(SequencesTest, a_gap_is_asked_for_again_and_what_waited_behind_it_counts) {
    got(1, "A");
    got(4);
    got(5);
    EXPECT_EQ(at.next_target(), 2u);
    got(2, "8", "17=x|", "43=Y|");
    EXPECT_EQ(at.next_target(), 3u);
    got(3, "8", "17=x|", "43=Y|");
    EXPECT_EQ(at.next_target(), 6u);
}

TEST_F(SequencesTest, what_waited_is_forgotten_by_a_new_connection) {
    got(1, "A");
    got(4);
    got(5, "A");
    got(2);
    got(3);
    EXPECT_EQ(at.next_target(), 4u);
}

TEST_F(SequencesTest, gap_fills_and_resets_of_the_other_side) {
    got(1, "A");
    got(2, "4", "36=9|123=Y|", "43=Y|");
    EXPECT_EQ(at.next_target(), 9u);
    got(3, "4", "36=7|123=Y|", "43=Y|");  // below what is expected: nothing
    EXPECT_EQ(at.next_target(), 9u);
    EXPECT_EQ(at.ignored_gap_fills(), 1u);
    EXPECT_FALSE(at.waits_for_gap());
    got(12);
    EXPECT_TRUE(at.waits_for_gap());
    got(9, "4", "36=12|123=Y|", "43=Y|");
    EXPECT_FALSE(at.waits_for_gap());
    EXPECT_EQ(at.next_target(), 13u);
    got(999, "4", "36=20|");  // a reset, whatever its own number is
    EXPECT_EQ(at.next_target(), 20u);
    got(999, "4", "36=5|");  // never backward
    EXPECT_EQ(at.next_target(), 20u);
}

TEST_F(SequencesTest, our_resends_and_gap_fills_use_no_number) {
    gave(1, "A");
    gave(2);
    gave(1, "4", "43=Y|");
    gave(2, "8", "43=Y|");
    EXPECT_EQ(at.next_sender(), 3u);
}

TEST_F(SequencesTest, notes_of_resets_begin_anew) {
    gave(5);
    got(5, "A");
    at.note(kAt, "something else");
    EXPECT_EQ(at.next_sender(), 6u);
    at.note(kAt, kResetNote);
    EXPECT_EQ(at.next_sender(), 1u);
    EXPECT_EQ(at.next_target(), 1u);
    EXPECT_TRUE(at.recovered().sent.empty());
    got(1, "A");
    at.note(kAt, kLogonResetNote);  // of the Logon before it, which counts
    gave(1, "A");
    EXPECT_EQ(at.next_sender(), 2u);
    EXPECT_EQ(at.next_target(), 2u);
}

TEST_F(SequencesTest, keeps_the_last_sent_for_resends) {
    for (int seq = 1; seq <= 5; ++seq) gave(seq);
    const Recovered r = at.recovered();
    ASSERT_EQ(r.sent.size(), 3u);
    EXPECT_EQ(r.sent.front().seq, 3u);
    EXPECT_EQ(r.sent.back().seq, 5u);
}

TEST_F(SequencesTest, numbers_that_may_have_been_used_are_not_used_again) {
    gave(1, "A");
    gave(2);
    EXPECT_EQ(at.recovered(1'000).next_sender, 1'003u);
    at.note(kAt, kEndNote);  // nothing can be missing
    EXPECT_EQ(at.recovered(1'000).next_sender, 3u);
    got(1, "A");
    EXPECT_EQ(at.recovered(1'000).next_sender, 1'003u);
}

TEST_F(SequencesTest, what_is_no_message_changes_nothing) {
    EXPECT_FALSE(at.message(kAt, true, "8=FIX.4.4"));
    EXPECT_FALSE(at.message(kAt, true, framed("FIX.4.4", "35=8|34=x|")));
    EXPECT_FALSE(at.message(kAt, true, framed("FIX.4.4", "35=8|34=99999999999|")));
    EXPECT_FALSE(known(at.recovered().created));
}

}  // namespace assay::fixnet
