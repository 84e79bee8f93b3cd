#include "core/judge/twin.h"

#include <gtest/gtest.h>

#include "core/score/draws.h"

namespace assay::judge {
namespace {

// Worlds in which the gamer's share is drawn around one mean, its twin's around another.
std::vector<TwinDay> worlds(int n, double gaming, double honest, std::uint64_t seed) {
    score::Draws random({seed, 5});
    std::vector<TwinDay> out;
    for (int i = 0; i < n; ++i) {
        const double all = 1e6 * (0.5 + random.uniform());
        out.push_back({{all * (gaming + 0.01 * random.normal()), all},
                       {all * (honest + 0.01 * random.normal()), all}});
    }
    return out;
}

TEST(Twin, a_share_of_23_per_cent_against_20_is_300_bp) {
    const TwinDay days[] = {{{20, 100}, {25, 100}}, {{72, 300}, {55, 300}}};
    const ShareGain g = share_gain(days, 100, {});
    EXPECT_NEAR(g.gaming_share, 0.23, 1e-12) << "92 / 400";
    EXPECT_NEAR(g.honest_share, 0.20, 1e-12) << "80 / 400";
    EXPECT_NEAR(g.gain_bp, 300, 1e-9);
    EXPECT_EQ(g.gain, Gain::not_clear) << "two worlds that differ";
}

TEST(Twin, the_interval_is_held_against_the_limit) {
    struct {
        const char* what;
        double gaming, honest;
        Gain gain;
    } const rows[] = {
        {"+5 points: beyond", 0.20, 0.15, Gain::beyond},
        {"nothing: within", 0.15, 0.15, Gain::within},
        {"less than honest: within", 0.10, 0.15, Gain::within},
        {"+1 point, the limit itself: not clear", 0.16, 0.15, Gain::not_clear},
    };
    for (const auto& r : rows) {
        const ShareGain g = share_gain(worlds(40, r.gaming, r.honest, 1), 100, {});
        EXPECT_EQ(g.gain, r.gain) << r.what << ": " << (g.interval_bp ? g.interval_bp->low : 0)
                                  << ".." << (g.interval_bp ? g.interval_bp->high : 0);
        EXPECT_NEAR(g.gain_bp, 1e4 * (r.gaming - r.honest), 70) << r.what;
    }
}

TEST(Twin, the_interval_holds_the_truth) {
    int held = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const Interval i =
            *share_gain(worlds(30, 0.2, 0.15, seed), 100, {.draws = 400}).interval_bp;
        held += i.low <= 500 && 500 <= i.high ? 1 : 0;
    }
    EXPECT_GE(held, 178) << "seeds 1 to 200";
    EXPECT_LE(held, 197);
}

TEST(Twin, without_flow_there_is_nothing_to_say) {
    EXPECT_EQ(share_gain({}, 100, {}).gain, Gain::not_clear);
    const TwinDay silent[] = {{{0, 0}, {1, 2}}, {{0, 0}, {1, 2}}};
    EXPECT_EQ(share_gain(silent, 100, {}).gain, Gain::not_clear);
    EXPECT_EQ(share_gain(silent, 100, {}).gaming_share, 0);
}

}  // namespace
}  // namespace assay::judge
