// Save and load: a stage that is loaded goes on as the saved one would have.
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/fix/message_testkit.h"
#include "core/fix/session.h"

namespace assay::fix {
namespace {

using testkit::raw;

std::string two_digits(int n) {
    return (n < 10 ? "0" : "") + std::to_string(n);
}

// A day with gaps, duplicates, resends, waiting reports, rejects, quotes and restarts in it.
std::vector<std::string> a_day(std::uint64_t seed, std::size_t messages) {
    std::mt19937_64 dice(seed);
    std::vector<std::string> day;
    int out_seq = 0, in_seq = 0, md_seq = 0, order = 0;
    for (std::size_t i = 0; i < messages; ++i) {
        const int s = static_cast<int>(i);
        const std::string time = "20261120-" + two_digits(9 + s / 3600) + ":" +
                                 two_digits(s / 60 % 60) + ":" + two_digits(s % 60);
        const std::string id = "A" + std::to_string(order);
        const std::string next = "A" + std::to_string(order + 1);
        switch (dice() % 11) {
            case 0:
            case 1:
                ++order;
                day.push_back(
                    raw("D", "11=" + next + "|55=S" + std::to_string(dice() % 5) + "|54=1|38=1000|",
                        ++out_seq, "US>LP_A", time));
                break;
            case 2:
            case 3:
                day.push_back(raw("8",
                                  "37=O" + id + "|11=" + id + "|17=E" + std::to_string(i) +
                                      "|150=F|39=1|32=1|31=9|14=" + std::to_string(i) + "|",
                                  ++in_seq, "LP_A>US", time));
                break;
            case 4:  // a report before its order
                day.push_back(raw("8", "11=" + next + "|150=0|39=0|", ++in_seq, "LP_A>US", time));
                break;
            case 5:
                in_seq += 3;
                break;
            case 6:
                if (!day.empty()) day.push_back(day[dice() % day.size()]);
                break;
            case 7:
                day.push_back(raw("3", "45=" + std::to_string(out_seq) + "|372=D|", ++in_seq,
                                  "LP_A>US", time));
                break;
            case 8:
                day.push_back(raw(
                    "X", "268=1|279=0|269=0|55=S1|270=" + std::to_string(dice() % 9) + "|271=5|",
                    ++md_seq, "MD>US", time));
                break;
            case 9:
                day.push_back(
                    raw("4", "43=Y|122=20261120-08:00:00|123=Y|36=" + std::to_string(in_seq) + "|",
                        in_seq > 2 ? in_seq - 2 : 1, "LP_A>US", time));
                break;
            default:
                if (dice() % 9 == 0) in_seq = 0;
                day.push_back(raw("A", "", ++in_seq, "LP_A>US", time));
        }
    }
    return day;
}

std::string take(SessionStage& stage, const std::string& text) {
    Message m;
    const ParseError error = parse(text, '|', m);
    std::vector<Event> events;
    const Capture capture{.at = m.sending_time, .place = {text.size(), 1, 0}};
    const Outcome outcome = error ? stage.take_dead(capture, m) : stage.take(capture, m, events);
    std::string trace = std::to_string(static_cast<int>(outcome));
    for (const Event& e : events) {
        trace += " " + std::to_string(e.what.index()) + std::string(e.symbol) + std::string(e.lp);
    }
    return trace;
}

TEST(SessionState, saved_in_the_middle_it_goes_on_the_same) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const std::vector<std::string> day = a_day(seed, 300);
        const Parties parties;
        SessionStage whole(parties);
        std::vector<std::string> traces;
        for (const std::string& text : day) traces.push_back(take(whole, text));
        std::string end;
        whole.save(end);
        for (const std::size_t cut : {std::size_t{0}, day.size() / 3, day.size() / 2}) {
            SessionStage first(parties), second(parties);
            for (std::size_t i = 0; i < cut; ++i) take(first, day[i]);
            std::string blob, again, end_after_load;
            first.save(blob);
            ASSERT_TRUE(second.load(blob)) << "seed " << seed << " cut " << cut;
            second.save(again);
            EXPECT_EQ(blob, again) << "seed " << seed << " cut " << cut;
            for (std::size_t i = cut; i < day.size(); ++i) {
                ASSERT_EQ(take(second, day[i]), traces[i]) << "seed " << seed << " at " << i;
            }
            second.save(end_after_load);
            EXPECT_EQ(end_after_load, end) << "seed " << seed << " cut " << cut;
            EXPECT_EQ(second.counts(), whole.counts());
            EXPECT_EQ(second.counts().read(), day.size());
        }
    }
}

TEST(SessionState, every_cut_of_a_blob_is_refused_and_leaves_the_stage_as_it_was) {
    const Parties parties;
    SessionStage stage(parties), other(parties);
    for (const std::string& text : a_day(5, 60)) take(stage, text);
    for (const std::string& text : a_day(6, 10)) take(other, text);
    std::string blob, before, after;
    stage.save(blob);
    other.save(before);
    for (std::size_t size = 0; size < blob.size(); size += 1 + size / 50) {
        EXPECT_FALSE(other.load(std::string_view(blob).substr(0, size))) << size;
    }
    other.save(after);
    EXPECT_EQ(before, after);
    EXPECT_FALSE(other.load(blob + "x"));
}

TEST(SessionState, another_version_is_refused_with_what_to_do) {
    const Parties parties;
    SessionStage stage(parties);
    std::string blob;
    stage.save(blob);
    blob[8] = 99;
    const auto result = stage.load(blob);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().text().find("version 99"), std::string::npos);
}

TEST(SessionState, a_window_of_a_million_numbers_still_knows_the_first) {
    SequenceWindow window;
    WindowBudget budget;
    for (std::uint64_t n = 1; n <= 1'000'000; ++n) {
        window.take({.seq = n, .sent = {static_cast<std::int64_t>(n)}}, budget);
    }
    EXPECT_EQ(window.slots(), SequenceWindow::kMostSlots);
    EXPECT_EQ(window.take({.seq = 1, .sent = {1}}, budget), SequenceWindow::Verdict::duplicate);
    EXPECT_EQ(window.take({.seq = 999'999, .sent = {999'999}}, budget),
              SequenceWindow::Verdict::duplicate);
    EXPECT_EQ(window.counts().gaps, 0u);
}

TEST(SessionState, ranges_of_missing_numbers_are_bounded_and_exact) {
    SequenceWindow window;
    WindowBudget budget;
    for (std::uint64_t n = 1; n <= 2 * SequenceWindow::kMostRanges + 21; n += 2) {
        window.take({.seq = n, .sent = {static_cast<std::int64_t>(n)}}, budget);
    }
    EXPECT_EQ(window.missing().size(), SequenceWindow::kMostRanges);
    EXPECT_EQ(window.missing_numbers() + window.counts().missing_forgotten,
              SequenceWindow::kMostRanges + 10);
    window.gap_fill(100, 201);  // 100, 102, ..., 200
    EXPECT_EQ(window.counts().gap_filled, 51u);
}

}  // namespace
}  // namespace assay::fix
