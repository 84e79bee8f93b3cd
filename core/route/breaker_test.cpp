#include "core/route/breaker.h"

#include <gtest/gtest.h>
#include <string>

#include "core/score/draws.h"
#include "core/units/archive.h"

namespace assay::route {
namespace {

constexpr auto R = Outcome::rejected;
constexpr auto A = Outcome::answered;
constexpr auto T = Outcome::timed_out;

TEST(Breaker, r_r_a_r_opens) {
    Breaker b;
    const struct {
        Outcome outcome;
        double sum;
    } steps[] = {{R, 2.303}, {R, 4.605}, {A, 4.402}};
    Nanos at{0};
    for (const auto& s : steps) {
        b.observe(at, s.outcome, .02);
        EXPECT_NEAR(b.sum(), s.sum, 5e-4);
        EXPECT_EQ(b.state(at), BreakerState::closed);
    }
    b.observe(at, R, .02);  // 6.705 >= 6
    EXPECT_EQ(b.state(at), BreakerState::open);
    EXPECT_EQ(b.fault(), Fault::cusum);
    EXPECT_EQ(b.sum(), 0) << "starts from 0 at OPEN";
}

TEST(Breaker, thresholds_follow_what_is_usual) {
    EXPECT_NEAR(cusum_for(0).up, 2.303, 5e-4) << "p0 at least .02";
    EXPECT_NEAR(cusum_for(.02).down, .203, 5e-4);
    EXPECT_EQ(cusum_for(.02).threshold, 6);
    EXPECT_NEAR(cusum_for(.15).up, 1.386, 5e-4) << "ln(.6 / .15)";
    EXPECT_EQ(cusum_for(.045).threshold, 5.7) << "between two rows the higher one";
    EXPECT_EQ(cusum_for(.9).threshold, cusum_for(.4).threshold);
}

TEST(Breaker, opens_thirty_seconds_and_twice_as_long_each_time) {
    Breaker b;
    Nanos at{0};
    double waits_s = 30;
    for (int k = 0; k < 9; ++k) {
        b.open(at, Fault::session_down);
        EXPECT_NEAR(as_seconds(b.open_until() - at), std::min(waits_s, 1800.0), 1e-9) << k;
        at = b.open_until();
        EXPECT_EQ(b.state(at - 1_ns), BreakerState::open);
        EXPECT_EQ(b.state(at), BreakerState::half_open);
        waits_s *= 2;
    }
    // Three answered probes close it; eight clean hours forgive eight of nine openings.
    for (int probe = 0; probe < 3; ++probe) b.observe(at, A, .02);
    EXPECT_EQ(b.state(at), BreakerState::closed);
    at = at + Duration{8 * kHour.ns};
    b.open(at, Fault::bust);
    EXPECT_NEAR(as_seconds(b.open_until() - at), 60, 1e-9) << "30 x 2^1";
}

TEST(Breaker, a_probe_that_fails_opens_it_again) {
    Breaker b;
    b.open(Nanos{0}, Fault::bust);
    const Nanos at = b.open_until();
    b.observe(at, A, .02);
    b.observe(at, A, .02);
    b.observe(at, R, .02);
    EXPECT_EQ(b.state(at), BreakerState::open);
    EXPECT_NEAR(as_seconds(b.open_until() - at), 60, 1e-9);
}

TEST(Breaker, three_timeouts_in_a_row_whatever_is_usual) {
    Breaker b;
    for (const auto o : {T, T, A, T, T}) b.observe(Nanos{0}, o, .4);
    EXPECT_EQ(b.state(Nanos{0}), BreakerState::closed);
    b.observe(Nanos{0}, T, .4);
    EXPECT_EQ(b.state(Nanos{0}), BreakerState::open);
    EXPECT_EQ(b.fault(), Fault::timeouts);
}

struct Runs {
    double orders_to_open{};
    int longest{};
};
Runs mean_orders_to_open(double usual, double rejects, int runs, std::uint64_t key) {
    Runs r;
    double orders = 0;
    for (int run = 0; run < runs; ++run) {
        Breaker b;
        score::Draws draws({key, static_cast<std::uint64_t>(run)});
        int n = 0;
        for (; b.state(Nanos{0}) == BreakerState::closed; ++n)
            b.observe(Nanos{0}, draws.uniform() < rejects ? R : A, usual);
        orders += n;
        r.longest = std::max(r.longest, n);
    }
    r.orders_to_open = orders / runs;
    return r;
}

TEST(Breaker, one_false_opening_in_4000_orders_at_most_and_opens_within_25_at_20_percent) {
    const double falsely = mean_orders_to_open(.02, .02, 500, 1).orders_to_open,
                 at_20_percent = mean_orders_to_open(.02, .20, 2'000, 2).orders_to_open;
    std::printf("opens falsely every %.0f orders, after %.1f at 20 %%\n", falsely, at_20_percent);
    EXPECT_GT(falsely, 4'000);
    EXPECT_LT(at_20_percent, 25);
    EXPECT_LT(mean_orders_to_open(.02, .50, 2'000, 3).orders_to_open, 8);
    // An LP that always rejects 15 % is no false alarm: with one p0 for all it opened every 31.
    for (const double usual : {.03, .05, .10, .15, .25, .40})
        EXPECT_GT(mean_orders_to_open(usual, usual, 300, 4).orders_to_open, 4'000) << usual;
    EXPECT_LT(mean_orders_to_open(.02, .15, 500, 5).orders_to_open, 60);
}

TEST(Breakers, lp_and_symbol_apart_and_kept_over_a_restart) {
    Breakers b;
    const LpId lp{3};
    b.open(Nanos{0}, lp, "XYZ", Fault::crossed_own_quote);
    EXPECT_EQ(b.state(Nanos{1}, lp, "XYZ"), BreakerState::open);
    EXPECT_EQ(b.state(Nanos{1}, lp, "ABC"), BreakerState::closed);
    b.open(Nanos{0}, {4}, Fault::session_down);
    std::string bytes;
    Saver saver(bytes);
    saver(b);
    Breakers again;
    Loader loader(bytes);
    loader(again);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    EXPECT_EQ(again.state(Nanos{1}, {4}, "ABC"), BreakerState::open);
    EXPECT_EQ(again.fault(Nanos{1}, lp, "XYZ"), Fault::crossed_own_quote);
    EXPECT_EQ(again.open_until(Nanos{1}, lp, "XYZ"), Nanos{} + 30_s);
    EXPECT_EQ(again.open_until(Nanos{1}, {9}, "XYZ"), kNever);
}

}  // namespace
}  // namespace assay::route
