#include "hosts/desk/stops_book.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

struct Booked {
    StopsBook book;
    std::string logged;
    Log log{"live", LogFormat::text, LogLevel::info, {}, [this](std::string_view line) {
                logged += line;
            }};
    Booked() { book.log(log); }
    void say(std::uint64_t seq, const Note& note, const char* problem = nullptr) {
        Input input;
        input.at = {static_cast<std::int64_t>(seq) * kSecond.ns};
        input.seq = seq;
        input.mark = journal::Mark::note;
        input.bytes.assign(note.text());
        SessionOutput out;
        if (problem != nullptr) out.problems.emplace_back(problem);
        book.applied(input, SessionDesk::kApi, out);
    }
    void kill(std::uint64_t seq, const char* lp, const char* who) {
        say(seq, Note("kill").with("lp", lp).with("who", who).with("why", "rejects all"));
    }
    void release(std::uint64_t seq, const char* lp, const char* problem = nullptr) {
        say(seq,
            Note("release")
                .with("lp", lp)
                .with("first", "ann")
                .with("second", "bob")
                .with("why", "mended"),
            problem);
    }
};

TEST(StopsBook, what_was_killed_and_released_stays_there_under_the_entry_of_its_kill) {
    Booked b;
    b.kill(7, "LP_A", "ann");
    b.kill(9, "LP_B", "bob");
    b.release(12, "LP_A");
    const auto all = b.book.all();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, 7u);
    EXPECT_FALSE(all[0].active);
    EXPECT_EQ(all[0].released, Nanos{12 * kSecond.ns});
    EXPECT_EQ(all[0].released_by, "ann");
    EXPECT_EQ(all[0].released_second, "bob");
    EXPECT_EQ(all[0].released_why, "mended");
    EXPECT_EQ(all[1].id, 9u);
    EXPECT_TRUE(all[1].active);
}

TEST(StopsBook, a_second_kill_of_the_same_changes_nothing_and_one_after_a_release_is_another) {
    Booked b;
    b.kill(7, "LP_A", "ann");
    b.kill(8, "LP_A", "bob");
    ASSERT_EQ(b.book.all().size(), 1u);
    EXPECT_EQ(b.book.all()[0].who, "ann");
    EXPECT_NE(b.logged.find("bob kills LP_A: rejects all (killed already by ann)"),
              std::string::npos)
        << b.logged;
    b.release(9, "LP_A");
    b.kill(10, "LP_A", "bob");
    ASSERT_EQ(b.book.all().size(), 2u);
    EXPECT_EQ(b.book.all()[1].id, 10u);
}

TEST(StopsBook, a_release_that_the_desk_refused_is_none) {
    Booked b;
    b.kill(7, "LP_A", "ann");
    b.release(8, "LP_A", "a release takes two people");
    EXPECT_TRUE(b.book.all()[0].active);
}

TEST(StopsBook, the_log_says_who_and_why) {
    Booked b;
    b.say(3, Note("kill").with("who", "ann").with("why", "runaway"));
    b.say(4, Note("kill").with("symbol", "EURUSD").with("who", "ann").with("why", "fast market"));
    b.release(5, "LP_A");
    EXPECT_NE(b.logged.find("[live] ann kills everything: runaway\n"), std::string::npos);
    EXPECT_NE(b.logged.find("[live] ann kills symbol EURUSD: fast market\n"), std::string::npos);
    EXPECT_NE(b.logged.find("[live] ann and bob release LP_A: mended\n"), std::string::npos);
}

TEST(StopsBook, is_found_again_beside_a_state_behind_what_others_keep_there) {
    Booked b;
    b.kill(7, "LP_A", "ann");
    b.kill(9, "LP_B", "bob");
    b.release(12, "LP_A");
    StopsBook again;
    again.begin("what others keep" + b.book.kept());
    const auto before = b.book.all(), all = again.all();
    ASSERT_EQ(all.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(all[i].id, before[i].id);
        EXPECT_EQ(all[i].scope, before[i].scope);
        EXPECT_EQ(all[i].value, before[i].value);
        EXPECT_EQ(all[i].who, before[i].who);
        EXPECT_EQ(all[i].at, before[i].at);
        EXPECT_EQ(all[i].active, before[i].active);
        EXPECT_EQ(all[i].released, before[i].released);
        EXPECT_EQ(all[i].released_second, before[i].released_second);
    }
    EXPECT_EQ(again.kept(), b.book.kept());
    StopsBook none;
    none.begin("of an earlier version");
    EXPECT_TRUE(none.all().empty());
}

TEST(StopsBook, of_those_that_are_over_1000_are_kept_and_all_that_hold) {
    Booked b;
    b.kill(1, "LP_A", "ann");
    for (std::uint64_t i = 0; i < 1'100; ++i) {
        b.kill(10 + 2 * i, "LP_B", "ann");
        b.release(11 + 2 * i, "LP_B");
    }
    EXPECT_EQ(b.book.all().size(), 1'001u);
    EXPECT_EQ(b.book.all()[0].id, 1u);
    EXPECT_EQ(b.book.all()[1].id, 10u + 2 * 100);
}

}  // namespace
}  // namespace assay::desk
