#include "core/route/child.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace assay::route {
namespace {

Child order_of_1000() {
    Child c;
    c.id = {1};
    c.qty = 1000_qty;
    return c;
}
ChildReport fill(const char* exec_id, Qty qty, Price px = 100.02_px) {
    ChildReport r;
    r.answer = Answer::filled;
    r.exec_id = exec_id;
    r.last_qty = qty;
    r.last_px = px;
    return r;
}
ChildReport say(Answer answer, Qty cum = {-1}) {
    ChildReport r;
    r.answer = answer;
    r.cum_qty = cum;
    return r;
}
ChildReport bust(const char* exec_id) {
    ChildReport r;
    r.answer = Answer::busted;
    r.exec_ref_id = exec_id;
    return r;
}

TEST(Child, lives) {
    const struct {
        const char* worked;
        std::vector<ChildReport> reports;
        ChildState state;
        Qty cum, exposure;
    } cases[] = {
        {"sent and silent: all of it is exposure", {}, ChildState::pending, 0_qty, 1000_qty},
        {"600 of 1000", {fill("1", 600_qty)}, ChildState::live, 600_qty, 400_qty},
        {"600 and 400",
         {fill("1", 600_qty), fill("2", 400_qty)},
         ChildState::filled,
         1000_qty,
         0_qty},
        {"600, its repetition, canceled",
         {fill("1", 600_qty), fill("1", 600_qty), say(Answer::canceled, 600_qty)},
         ChildState::canceled,
         600_qty,
         0_qty},
        {"canceled with 600 in all, of which 200 were reported: 400 are owed",
         {fill("1", 200_qty), say(Answer::canceled, 600_qty)},
         ChildState::canceled,
         200_qty,
         400_qty},
        {"and the 400 come late",
         {fill("1", 200_qty), say(Answer::canceled, 600_qty), fill("2", 400_qty)},
         ChildState::canceled,
         600_qty,
         0_qty},
        {"rejected", {say(Answer::rejected)}, ChildState::rejected, 0_qty, 0_qty},
        {"a bust of a live order opens it again",
         {fill("1", 600_qty), bust("1")},
         ChildState::live,
         0_qty,
         1000_qty},
        {"a bust sent twice counts once",
         {fill("1", 600_qty), fill("2", 100_qty), bust("1"), bust("1")},
         ChildState::live,
         100_qty,
         900_qty},
        {"a bust before its fill: neither counts",
         {bust("1"), fill("1", 600_qty)},
         ChildState::pending,
         0_qty,
         1000_qty},
        {"a fill without ExecID or quantity is none",
         {fill("", 600_qty), fill("2", 0_qty)},
         ChildState::pending,
         0_qty,
         1000_qty},
        {"an answer after the end moves nothing",
         {say(Answer::canceled), say(Answer::acked), say(Answer::rejected)},
         ChildState::canceled,
         0_qty,
         0_qty},
    };
    for (const auto& c : cases) {
        Child child = order_of_1000();
        for (const auto& r : c.reports) child.apply(r);
        EXPECT_EQ(child.state, c.state) << c.worked;
        EXPECT_EQ(child.cum, c.cum) << c.worked;
        EXPECT_EQ(child.exposure(), c.exposure) << c.worked;
    }
}

TEST(Child, silence_keeps_its_exposure_until_the_lp_speaks) {
    Child child = order_of_1000();
    child.time_out(Nanos{1});
    EXPECT_EQ(child.state, ChildState::unknown);
    EXPECT_EQ(child.exposure(), 1000_qty);
    child.apply(say(Answer::cancel_rejected));
    EXPECT_EQ(child.state, ChildState::unknown) << "\"unknown order\" settles nothing";
    const auto late = child.apply(fill("1", 300_qty));
    EXPECT_TRUE(late.late);
    EXPECT_EQ(child.state, ChildState::live);
    EXPECT_EQ(child.exposure(), 700_qty);
    EXPECT_TRUE(child.apply(say(Answer::canceled, 300_qty)).ended);
    EXPECT_EQ(child.exposure(), 0_qty);
}

TEST(Child, overfill_and_contradiction_are_recorded) {
    Child child = order_of_1000();
    EXPECT_FALSE(child.apply(fill("1", 1000_qty)).overfilled);
    const auto over = child.apply(fill("2", 200_qty));
    EXPECT_TRUE(over.overfilled);
    EXPECT_EQ(child.cum, 1200_qty) << "we own it";
    Child done = order_of_1000();
    done.apply(say(Answer::canceled, 0_qty));
    EXPECT_TRUE(done.apply(fill("1", 100_qty)).contradictory);
    EXPECT_EQ(done.cum, 100_qty);
}

TEST(Child, a_correction_takes_out_and_puts_in) {
    Child child = order_of_1000();
    child.apply(fill("1", 600_qty, 100.02_px));
    ChildReport r = fill("2", 500_qty, 100.01_px);
    r.answer = Answer::corrected;
    r.exec_ref_id = "1";
    const auto change = child.apply(r);
    EXPECT_EQ(change.filled, Qty{} - 100_qty);
    EXPECT_EQ(child.cum, 500_qty);
    EXPECT_TRUE(child.notional == 100.01_px * 500_qty);
    EXPECT_EQ(child.apply(r).filled, 0_qty) << "sent twice";
}

TEST(Child, corrections_and_busts_of_what_was_corrected) {
    const auto correct = [](const char* ref, const char* exec_id, Qty qty) {
        ChildReport r = fill(exec_id, qty);
        r.answer = Answer::corrected;
        r.exec_ref_id = ref;
        return r;
    };
    struct Row {
        const char* worked;
        std::vector<ChildReport> reports;
        Qty cum;
    };
    const Row rows[] = {
        {"600 become 500", {fill("1", 600_qty), correct("1", "2", 500_qty)}, 500_qty},
        {"a bust names the first ExecID: the 500 are gone",
         {fill("1", 600_qty), correct("1", "2", 500_qty), bust("1")},
         0_qty},
        {"or the second", {fill("1", 600_qty), correct("1", "2", 500_qty), bust("2")}, 0_qty},
        {"corrected twice, each by the first ExecID: 400",
         {fill("1", 600_qty), correct("1", "2", 500_qty), correct("1", "3", 400_qty)},
         400_qty},
        {"what was busted is not corrected back",
         {fill("1", 600_qty), bust("1"), correct("1", "2", 500_qty)},
         0_qty},
        {"a correction before its fill stands for it",
         {correct("1", "2", 500_qty), fill("1", 600_qty)},
         500_qty},
        {"one without quantity takes nothing out",
         {fill("1", 600_qty), correct("1", "2", 0_qty)},
         600_qty},
        {"one under an ExecID that is known takes nothing out",
         {fill("1", 600_qty), fill("2", 100_qty), correct("1", "2", 500_qty)},
         700_qty},
    };
    for (const auto& row : rows) {
        Child child = order_of_1000();
        for (const auto& r : row.reports) child.apply(r);
        EXPECT_EQ(child.cum, row.cum) << row.worked;
    }
    Child silent = order_of_1000();
    silent.apply(fill("1", 600_qty));
    silent.time_out(Nanos{1});
    silent.apply(correct("1", "2", 500_qty));
    EXPECT_EQ(silent.state, ChildState::unknown) << "it does not say whether the order lives";
    EXPECT_EQ(silent.exposure(), 500_qty);
}

TEST(Child, terminal_states_are_never_left) {
    const ChildState ends[] = {ChildState::filled, ChildState::canceled, ChildState::rejected,
                               ChildState::expired};
    for (const auto from : ends)
        for (int to = 0; to < 8; ++to)
            EXPECT_FALSE(legal(from, static_cast<ChildState>(to))) << text(from);
    EXPECT_TRUE(legal(ChildState::unknown, ChildState::canceled));
    EXPECT_FALSE(legal(ChildState::live, ChildState::pending));
}

}  // namespace
}  // namespace assay::route
