#include "core/score/composite.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/score/testkit.h"

namespace assay::score {
namespace {

using testkit::about;
using testkit::kLpA;
using testkit::kLpB;
using testkit::kLpC;
using testkit::kLpD;
using testkit::sure;

double score_of(const char* profile, const Beliefs& b) {
    return *composite(*find_profile(profile), b).score;
}

TEST(Composite, worked_profiles) {
    const auto with_impact = [](testkit::Lp lp, double bps) {
        lp.impact_bps = bps;
        return lp;
    };
    const testkit::Lp a = with_impact(kLpA, 0.5), b = with_impact(kLpB, 2.0),
                      c = with_impact(kLpC, 1.2);
    struct {
        const char* worked;
        const char* profile;
        testkit::Lp lp;
        double expected, tolerance;
    } cases[] = {
        {"note4 A: 7.000+33.950+17.579+33.950 = 92.479", "note4", kLpA, 92.479, 5e-4},
        {"note4 B: 4+10.5+9.474+21.875 = 45.849", "note4", kLpB, 45.849, 5e-4},
        {"note4 C: 9+31.5+15.789+31.938 = 88.227", "note4", kLpC, 88.227, 5e-4},
        {"acme A: 7+33.95+17.579+4.85+29.1 = 92.479", "acme", kLpA, 92.479, 5e-4},
        {"acme B: 4+10.5+9.474+3.125+18.7 = 45.799", "acme", kLpB, 45.799, 5e-4},
        {"acme C: 9+31.5+15.789+4.5625+27.35 = 88.202", "acme", kLpC, 88.202, 5e-4},
        {"acme D: 9+23.17+16.842+5+30 = 84.012", "acme", kLpD, 84.012, 5e-4},
        {"high-frequency A 86.8", "high-frequency", a, 86.8, 0.05},
        {"high-frequency B 41.9", "high-frequency", b, 41.9, 0.05},
        {"high-frequency C 78.9", "high-frequency", c, 78.9, 0.05},
        {"block A 86.6", "block", a, 86.6, 0.05},
        {"block B 34.7", "block", b, 34.7, 0.05},
        {"block C 79.9", "block", c, 79.9, 0.05},
        {"best-price A 80.3", "best-price", a, 80.3, 0.05},
        {"best-price B 38.8", "best-price", b, 38.8, 0.05},
        {"best-price C 84.8: overtakes A", "best-price", c, 84.8, 0.05},
    };
    for (const auto& x : cases) {
        EXPECT_NEAR(score_of(x.profile, x.lp.beliefs()), x.expected, x.tolerance) << x.worked;
    }
}

TEST(Composite, the_story_of_two_children) {
    for (const char* profile : {"note4", "acme"}) {
        testkit::Lp lp = kLpA;
        lp.fill = 0.98875;
        lp.latency_ms = 16.125;
        EXPECT_NEAR(score_of(profile, lp.beliefs()), 92.8, 0.05)
            << profile << " after child 1: 92.8";
        lp.fill = (3 * 0.985 + 1.5) / 5;
        lp.latency_ms = (3 * 16.5 + 55) / 5;
        EXPECT_NEAR(score_of(profile, lp.beliefs()), 84.973, 5e-4)
            << profile << " after child 2: 7+27.370+16.653+33.950 = 84.973 -> 85.0";
        lp.fill = (3 * 0.985 + 2.5) / 6;
        lp.latency_ms = (3 * 16.5 + 70) / 6;
        EXPECT_NEAR(score_of(profile, lp.beliefs()), 86.5, 0.05)
            << profile << " a clean third: 86.5";
    }
    struct {
        const char* worked;
        double kappa, expected;
    } stronger[] = {{"kappa 10: 89.4", 10, 89.4}, {"kappa 50: 91.8", 50, 91.8}};
    for (const auto& c : stronger) {
        testkit::Lp lp = kLpA;
        lp.fill = (c.kappa * 0.985 + 1.5) / (c.kappa + 2);
        lp.latency_ms = (c.kappa * 16.5 + 55) / (c.kappa + 2);
        EXPECT_NEAR(score_of("note4", lp.beliefs()), c.expected, 0.05) << c.worked;
    }
}

TEST(Composite, slopes_of_note4) {
    struct {
        const char* worked;
        void (*change)(testkit::Lp&);
        double points;
    } cases[] = {
        {".4 points per .1 bp", [](testkit::Lp& l) { l.improvement_bps += 0.1; }, 0.4},
        {".7 points per 1 % fill", [](testkit::Lp& l) { l.fill += 0.01; }, 0.7},
        {".21 points per ms", [](testkit::Lp& l) { l.latency_ms -= 1; }, 0.21},
        {".875 points per 1 % reject", [](testkit::Lp& l) { l.reject -= 0.01; }, 0.875},
    };
    for (const auto& c : cases) {
        testkit::Lp lp = kLpC;
        c.change(lp);
        EXPECT_NEAR(score_of("note4", lp.beliefs()) - score_of("note4", kLpC.beliefs()), c.points,
                    0.005)
            << c.worked;
    }
}

TEST(Composite, worked_sd_and_lcb) {
    Beliefs b = kLpA.beliefs();
    of(b, Scored::price_improvement_bps) = about(0.50, 0.10);
    of(b, Scored::fill_rate) = about(0.985, 0.012);
    of(b, Scored::latency_mean_ms) = about(16.5, 1.2);
    of(b, Scored::reject_rate) = about(0.012, 0.006);
    const Composite c = composite(*find_profile("note4"), b);
    const double parts[] = {0.400, 0.840, 0.253, 0.525};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(c.parts[i].sd, parts[i], 0.0005) << "0.400, 0.840, 0.253, 0.525";
    }
    EXPECT_NEAR(c.sd, 1.098, 0.0005) << "sd = 1.098 points";
    EXPECT_NEAR(*c.lcb(1), 91.4, 0.05) << "LCB 91.4";
    EXPECT_NEAR(*c.lcb(1.645), 90.7, 0.05) << "LCB 90.7";
}

TEST(Composite, sd_of_the_story) {
    const auto with_fill = [](testkit::Lp lp, double mean, double sd) {
        Beliefs b = lp.beliefs();
        of(b, Scored::fill_rate) = about(mean, sd);
        return composite(*find_profile("note4"), b).sd;
    };
    EXPECT_NEAR(with_fill(kLpA, 0.891, 0.1272), 8.9, 0.05) << "sd .127 = 8.9 score points";
    EXPECT_NEAR(with_fill(kLpC, 0.95, 0.1090), 7.6, 0.05) << "sd .109 = 7.6 points";
}

TEST(Composite, a_saturated_kpi_is_not_riskless) {
    Profile p;
    p.terms = {{Scored::fill_rate, 10'000, 0.5, 0.9}};
    Beliefs b;
    of(b, Scored::fill_rate) = about(0.95, 0.02);
    const Composite c = composite(p, b);
    EXPECT_EQ(*c.score, 100);
    EXPECT_NEAR(c.sd, 100 * 0.02 / 0.4 / 2, 1e-12) << "half of the slope outside";
}

TEST(Composite, log_scale_takes_the_variance_of_ln_x) {
    Profile p;
    p.terms = {{Scored::latency_p50_ms, 10'000, 250, 1, Scale::log}};
    Beliefs b;
    const double m = std::log(10.0), v = 0.04;
    of(b, Scored::latency_p50_ms) = {
        .mean = std::exp(m), .var = v * std::exp(2 * m), .n_eff = 9, .absent = false};
    EXPECT_NEAR(composite(p, b).sd, 100 * 0.2 / std::log(250.0), 1e-10);
}

TEST(Composite, absent_weight_above_40_percent_leaves_no_score) {
    Profile p;
    p.terms = {{Scored::fill_rate, 6000, 0, 1}, {Scored::reject_rate, 4000, 1, 0}};
    Beliefs b;
    of(b, Scored::fill_rate) = sure(0.7);
    Composite c = composite(p, b);
    EXPECT_EQ(c.absent_bp, 4000);
    ASSERT_TRUE(c.score) << "exactly 40 % absent still stands";
    EXPECT_NEAR(*c.score, 70, 1e-12) << "the rest takes the whole weight";
    EXPECT_EQ(c.parts[1].weight, 0);
    EXPECT_TRUE(c.parts[1].absent);
    p.terms[0].weight_bp = 5999;
    p.terms[1].weight_bp = 4001;
    c = composite(p, b);
    EXPECT_FALSE(c.score) << "40.01 % absent";
    EXPECT_FALSE(c.lcb(1));
    EXPECT_FALSE(composite(p, Beliefs{}).score);
    of(b, Scored::reject_rate) = {.mean = NAN, .absent = false};
    EXPECT_FALSE(composite(p, b).score) << "NaN is absent, not zero";
}

TEST(Composite, odd_beliefs_never_make_a_number_that_is_none) {
    const double odd[] = {0, -1, 1, 1e300, -1e300, 1e-300, NAN, INFINITY, -INFINITY};
    for (const Profile& p : built_in_profiles()) {
        for (const double mean : odd) {
            for (const double var : odd) {
                Beliefs b;
                for (Belief& k : b) k = {.mean = mean, .var = var, .n_eff = 1, .absent = false};
                const Composite c = composite(p, b);
                if (!c.score) continue;
                EXPECT_TRUE(*c.score >= 0 && *c.score <= 100 + 1e-9) << p.name << " " << mean;
                EXPECT_TRUE(std::isfinite(c.sd)) << p.name << " " << mean << " " << var;
            }
        }
    }
}

TEST(Composite, parts_add_up_to_the_score_and_tiers_have_their_own) {
    const Composite c = composite(*find_profile("acme"), kLpA.beliefs());
    double sum = 0;
    for (const Part& part : c.parts) sum += part.points;
    EXPECT_NEAR(sum, *c.score, 1e-12);
    ASSERT_TRUE(c.execution);
    ASSERT_TRUE(c.liquidity);
    EXPECT_NEAR(*c.execution, 100 * (7 + 33.95) / 45, 5e-3) << "PI and fill";
    EXPECT_NEAR(*c.liquidity, 100 * (17.579 + 4.85 + 29.1) / 55, 5e-3) << "latency, reject, impact";
    EXPECT_NEAR(0.45 * *c.execution + 0.55 * *c.liquidity, *c.score, 1e-12);
    Beliefs b = kLpA.beliefs();
    of(b, Scored::fill_rate) = {};
    EXPECT_TRUE(composite(*find_profile("acme"), b).score) << "35 % absent";
    EXPECT_FALSE(composite(*find_profile("acme"), b).execution) << "35/45 of the tier absent";
    EXPECT_FALSE(composite(*find_profile("all-in"), kLpA.beliefs()).liquidity) << "no KPI of it";
}

TEST(Composite, all_in_is_a_straight_line_in_the_cost) {
    for (const auto& [bps, expected] :
         {std::pair{5.0, 0.0}, {2.5, 25.0}, {0.0, 50.0}, {-1.0, 60.0}, {-5.0, 100.0}, {9.0, 0.0}}) {
        Beliefs b;
        of(b, Scored::all_in_cost_bps) = sure(bps);
        EXPECT_NEAR(score_of("all-in", b), expected, 1e-12) << bps << " bps";
    }
}

}  // namespace
}  // namespace assay::score
