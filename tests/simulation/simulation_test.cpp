// The closed loop in as many worlds as are asked for: SIM_SEEDS=n of each test (./check --long asks
// for 20,000 in all), SIM_SEED=n runs that one alone.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <iostream>

#include "tests/simulation/closed_loop.h"

namespace assay::simulation {
namespace {

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr std::uint64_t kUsual = 500;  // worlds of all four quarters

// Seeds of one part of many; SIM_SEED: that one, in every part.
struct Seeds {
    std::uint64_t first, last;
    explicit Seeds(std::uint64_t part, std::uint64_t parts, std::uint64_t usual) {
        // However few are asked for, no part is without one.
        const std::uint64_t all = std::max(parts, number_of("SIM_SEEDS", kUsual) * usual / kUsual);
        const std::uint64_t one = number_of("SIM_SEED", 0);
        first = one != 0 ? one : 1 + part * all / parts;
        last = one != 0 ? one : (part + 1) * all / parts;
    }
};

bool single() {
    return number_of("SIM_SEED", 0) != 0;
}

// How to run a failing world alone.
std::string again(std::uint64_t seed) {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    return fmt::format("once more: SIM_SEED={} simulation_test --gtest_filter='{}.{}'", seed,
                       test->test_suite_name(), test->name());
}

// Worlds in which little happens would show nothing. From 60 worlds on it can be asked.
constexpr std::uint64_t kEnough = 60;

void expect_lively(const ClosedLoop::Seen& s, std::uint64_t worlds) {
    std::cout << s.events << " events, " << s.decisions << " decisions (" << s.live << " live), "
              << s.sent << " sent, " << s.filled << " fills, " << s.overfills << " overfills, "
              << s.busts << " busts, " << s.unknown << " unknown at the end, " << s.refusals
              << " refusals, " << s.kills << " kills, " << s.restarts << " restarts, " << s.shadows
              << " events beside a loaded one, " << s.twice << " taken twice (" << s.resent
              << " as resends), " << s.downs << " sessions lost, " << s.midnights
              << " nights passed, " << s.bettered << " better outcomes, " << s.pages
              << " pages; decisions by step of the ladder:";
    for (const std::uint64_t n : s.steps) std::cout << ' ' << n;
    std::cout << '\n';
    if (single() || worlds < kEnough) return;
    EXPECT_GT(s.sent, 24 * worlds);
    EXPECT_GT(s.live, s.decisions / 10);
    EXPECT_GT(s.overfills, worlds / 20);
    EXPECT_GT(s.busts, worlds / 20);
    EXPECT_GT(s.unknown, worlds / 20);
    EXPECT_GT(s.refusals, worlds / 2);
    EXPECT_GT(s.kills, worlds / 2);
    EXPECT_GT(s.downs, worlds / 20);
    EXPECT_GT(s.restarts, worlds);
    EXPECT_GT(s.shadows, 8 * worlds);
    EXPECT_GT(s.resent, worlds);
    EXPECT_GT(s.midnights, worlds / 20);
    EXPECT_GT(s.bettered, worlds);
    EXPECT_GT(s.pages, worlds);
}

class Simulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, what_must_always_hold_holds_after_every_event) {
    const Seeds seeds(GetParam(), 4, kUsual);
    ClosedLoop::Seen seen;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop loop(seed);
        loop.run();
        ASSERT_FALSE(HasFailure()) << "event " << loop.seen().events << "; " << again(seed);
        seen.add(loop.seen());
    }
    expect_lively(seen, seeds.last - seeds.first + 1);
}

INSTANTIATE_TEST_SUITE_P(Quarter, Simulation, testing::Values(0, 1, 2, 3));

using Trace = std::vector<std::string>;
// Where they part; empty: nowhere.
std::string parting(const Trace& a, const Trace& b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (x == a.end() && y == b.end()) return {};
    return fmt::format("line {} of {} and {}:\n  {}\n  {}", x - a.begin() + 1, a.size(), b.size(),
                       x == a.end() ? "" : *x, y == b.end() ? "" : *y);
}

void expect_same(std::uint64_t seed, Twist twist, const char* said) {
    ClosedLoop plain(seed), other(seed, twist);
    plain.run();
    other.run();
    EXPECT_EQ(parting(plain.trace(), other.trace()), "") << said << "; " << again(seed);
}

TEST(SimulationTwist, the_same_seed_does_the_same) {
    const Seeds seeds(0, 1, 10);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop a(seed), b(seed);
        a.run();
        b.run();
        ASSERT_EQ(parting(a.trace(), b.trace()), "") << "7: " << again(seed);
        ASSERT_TRUE(a.save() == b.save()) << "7: " << again(seed);
    }
}

TEST(SimulationTwist, names_of_lps_change_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed)
        expect_same(seed, Twist::lps_renamed, "23: names change nothing");
}

TEST(SimulationTwist, an_lp_that_nothing_is_sent_to_changes_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed)
        expect_same(seed, Twist::lp_unused, "23: an unused LP changes nothing");
}

TEST(SimulationTwist, which_symbol_is_heard_first_changes_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed) {
        ClosedLoop plain(seed), other(seed, Twist::heard_otherwise);
        plain.run();
        other.run();
        EXPECT_EQ(parting(plain.trace(), other.trace()), "")
            << "7: the order in which shards begin; " << again(seed);
        EXPECT_TRUE(plain.priors() == other.priors())
            << "7: priors, and the order in which shards begin; " << again(seed);
    }
}

TEST(SimulationTwist, clocks_of_lps_change_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed)
        expect_same(seed, Twist::clocks_wrong, "27: clocks of LPs change nothing");
}

TEST(SimulationTwist, what_is_yet_to_come_changes_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop whole(seed), cut(seed, Twist::ends_early);
        whole.run();
        while (cut.step()) {
        }
        const auto& first = cut.trace();
        ASSERT_LE(first.size(), whole.trace().size()) << "8: " << again(seed);
        ASSERT_TRUE(std::equal(first.begin(), first.end(), whole.trace().begin()))
            << "8: " << again(seed);
    }
}

}  // namespace
}  // namespace assay::simulation
