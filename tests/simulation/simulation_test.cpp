// The closed loop in as many worlds as are asked for: SIM_SEEDS=n of each test (./check --long asks
// for 20,000 in all), SIM_SEED=n runs that one alone.
#include <algorithm>
#include <cstdlib>
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
        const std::uint64_t all = number_of("SIM_SEEDS", kUsual) * usual / kUsual;
        const std::uint64_t one = number_of("SIM_SEED", 0);
        first = one != 0 ? one : 1 + part * all / parts;
        last = one != 0 ? one : (part + 1) * all / parts;
    }
};

bool single() {
    return number_of("SIM_SEED", 0) != 0;
}

void expect_lively(const ClosedLoop::Seen& s) {
    std::cout << s.events << " events, " << s.decisions << " decisions (" << s.live << " live), "
              << s.sent << " sent, " << s.filled << " fills, " << s.overfills << " overfills, "
              << s.busts << " busts, " << s.unknown << " unknown at the end, " << s.refusals
              << " refusals, " << s.kills << " kills, " << s.restarts << " restarts, " << s.shadows
              << " events beside a loaded one, " << s.twice << " taken twice\n";
    if (single() || number_of("SIM_SEEDS", kUsual) < kUsual) return;
    // Worlds in which little happens would show nothing.
    EXPECT_GT(s.sent, 3'000u);
    EXPECT_GT(s.live, s.decisions / 10);
    EXPECT_GT(s.overfills, 10u);
    EXPECT_GT(s.busts, 10u);
    EXPECT_GT(s.unknown, 10u);
    EXPECT_GT(s.refusals, 50u);
    EXPECT_GT(s.restarts, 100u);
    EXPECT_GT(s.shadows, 1'000u);
}

class Simulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, what_must_always_hold_holds_after_every_event) {
    const Seeds seeds(GetParam(), 4, kUsual);
    ClosedLoop::Seen seen;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop loop(seed);
        loop.run();
        ASSERT_FALSE(HasFailure()) << "SIM_SEED=" << seed << ", event " << loop.seen().events;
        seen.add(loop.seen());
    }
    expect_lively(seen);
}

INSTANTIATE_TEST_SUITE_P(Quarter, Simulation, testing::Values(0, 1, 2, 3));

void expect_same(std::uint64_t seed, Twist twist) {
    ClosedLoop plain(seed), other(seed, twist);
    plain.run();
    other.run();
    EXPECT_EQ(plain.trace(), other.trace()) << "SIM_SEED=" << seed;
}

TEST(SimulationTwist, the_same_seed_does_the_same) {
    const Seeds seeds(0, 1, 10);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop a(seed), b(seed);
        a.run();
        b.run();
        ASSERT_EQ(a.trace(), b.trace()) << "7: SIM_SEED=" << seed;
        ASSERT_EQ(a.save(), b.save()) << "7: SIM_SEED=" << seed;
    }
}

TEST(SimulationTwist, names_of_lps_change_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed)
        expect_same(seed, Twist::lps_renamed);
}

TEST(SimulationTwist, clocks_of_lps_change_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last && !HasFailure(); ++seed)
        expect_same(seed, Twist::clocks_wrong);
}

TEST(SimulationTwist, what_is_yet_to_come_changes_nothing) {
    const Seeds seeds(0, 1, 15);
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        ClosedLoop whole(seed), cut(seed, Twist::ends_early);
        whole.run();
        while (cut.step()) {
        }
        const auto& first = cut.trace();
        ASSERT_LE(first.size(), whole.trace().size()) << "8: SIM_SEED=" << seed;
        ASSERT_TRUE(std::equal(first.begin(), first.end(), whole.trace().begin()))
            << "8: SIM_SEED=" << seed;
    }
}

}  // namespace
}  // namespace assay::simulation
