#include "core/estimate/calibration.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/estimate/testkit.h"
#include "core/units/archive.h"

namespace assay::estimate {
namespace {

TEST(Calibration, worked_brier_and_log_loss) {
    Calibration c;
    EXPECT_FALSE(c.brier());
    EXPECT_FALSE(c.log_loss());
    EXPECT_FALSE(c.ece());
    c.observe(0.9, 1);
    c.observe(0.8, 1);
    c.observe(0.6, 0);
    c.observe(0.3, 0);
    EXPECT_NEAR(*c.brier(), 0.125, 1e-15) << "(.01 + .04 + .36 + .09) / 4 = .125";
    EXPECT_NEAR(*c.log_loss(), 0.4004, 0.00005) << "log loss .4004";
    EXPECT_NEAR(*c.ece(), (0.1 + 0.2 + 0.6 + 0.3) / 4, 1e-15);
    EXPECT_EQ(c.table()[9].n, 1);
    EXPECT_EQ(c.table()[3].n, 1);
}

TEST(Calibration, save_and_load) {
    Prequential p, back;
    p.observe(0.9, 0.5, 0.4, 1);
    p.observe(0.2, 0.5, 0.4, 0);
    std::string bytes;
    Saver save(bytes);
    save(p);
    Loader load(bytes);
    load(back);
    EXPECT_TRUE(load.ok() && load.at_end());
    EXPECT_EQ(back.model, p.model);
    EXPECT_EQ(back.global_mean, p.global_mean);
}

TEST(Calibration, log_loss_is_clipped_at_a_thousandth) {
    Calibration c;
    c.observe(0, 1);
    EXPECT_NEAR(*c.log_loss(), -std::log(1e-3), 1e-12);
    c.observe(1.5, 1);
    c.observe(NAN, 1);
    c.observe(0.5, 0.5);
    EXPECT_EQ(c.n(), 1) << "what is no probability or no outcome is not counted";
    c.observe(1, 1);
    EXPECT_EQ(c.table()[9].n, 1) << "1 belongs to the last bin";
}

TEST(Calibration, honest_forecasts_have_small_ece_and_lies_do_not) {
    const std::uint64_t seed = 9;
    testkit::Random random(seed);
    Prequential honest, liar;
    Calibration half[2], whole;
    for (int i = 0; i < 20'000; ++i) {
        const double p = random.uniform();
        const double y = random.uniform() < p ? 1 : 0;
        honest.observe(p, 0.5, 0.5, y);
        liar.observe(p * p, 0.5, 0.5, y);
        whole.observe(p, y);
        half[i % 2].observe(p, y);
    }
    EXPECT_LT(*honest.model.ece(), 0.02) << "seed=" << seed;
    EXPECT_NEAR(*honest.model.brier(), 1.0 / 6, 0.005) << "integral of p(1-p) = 1/6";
    EXPECT_TRUE(*honest.accepted());
    EXPECT_GT(*liar.model.ece(), 0.1);
    EXPECT_FALSE(*liar.accepted());
    EXPECT_FALSE(Prequential{}.accepted());
    half[0].merge(half[1]);
    EXPECT_NEAR(*half[0].brier(), *whole.brier(), 1e-12);
    EXPECT_NEAR(*half[0].ece(), *whole.ece(), 1e-12);
}

TEST(Pinball, worked) {
    EXPECT_NEAR(pinball(0.9, 30, 40), 9, 1e-12) << "tau .9, forecast 30, came 40 -> 9";
    EXPECT_NEAR(pinball(0.9, 30, 20), 1, 1e-12) << "tau .9, forecast 30, came 20 -> 1";
    EXPECT_EQ(pinball(0.5, 30, 30), 0);
    QuantileLoss loss;
    EXPECT_FALSE(loss.mean(1));
    loss.observe({30, 30, 30}, 40);
    loss.observe({30, 30, 30}, 20);
    EXPECT_NEAR(*loss.mean(1), 5, 1e-12);
    EXPECT_NEAR(*loss.mean(0), 5, 1e-12);
}

TEST(Pit, an_atom_is_spread_over_its_jump) {
    EXPECT_DOUBLE_EQ(pit(0.2, 0.6, 0), 0.2);
    EXPECT_DOUBLE_EQ(pit(0.2, 0.6, 0.5), 0.4);
    EXPECT_DOUBLE_EQ(pit(0.3, 0.3, 0.9), 0.3) << "no atom, no matter";
}

TEST(Pit, ks_distance_by_hand) {
    EXPECT_EQ(ks_distance({}), 0);
    EXPECT_DOUBLE_EQ(ks_distance({0.5}), 0.5);
    EXPECT_NEAR(ks_distance({0.9, 0.1}), 0.4, 1e-15) << "1/2 at .1: .4 above; .9 - 1/2 = .4 below";
    EXPECT_NEAR(ks_distance({0.25, 0.5, 0.75}), 0.25, 1e-15);
}

TEST(Pit, right_forecasts_are_uniform_wrong_ones_are_not) {
    double mean_right = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        testkit::Random random(seed);
        std::vector<double> right, wrong;
        PitHistogram histogram, wrong_histogram;
        for (int i = 0; i < 10'000; ++i) {
            // Filled fraction: 0 with 30 %, 1 with 50 %, uniform between.
            const double u = random.uniform();
            const double x = u < 0.3 ? 0 : u < 0.8 ? 1 : random.uniform();
            const double below = x == 0 ? 0 : x == 1 ? 0.5 : 0.3 + 0.2 * x;
            const double up_to = x == 0 ? 0.3 : x == 1 ? 1 : below;
            right.push_back(pit(below, up_to, random.uniform()));
            wrong.push_back(right.back() * right.back());
            histogram.observe(right.back());
            wrong_histogram.observe(wrong.back());
        }
        mean_right += ks_distance(right) / 20;
        EXPECT_LT(ks_distance(right), 0.0195) << "0.1 % point of KS at n = 10 000; seed=" << seed;
        EXPECT_GT(ks_distance(wrong), 0.2) << "seed=" << seed;
        EXPECT_NEAR(histogram.ks(), ks_distance(right), 0.01) << "seed=" << seed;
        EXPECT_NEAR(wrong_histogram.ks(), ks_distance(wrong), 0.01) << "seed=" << seed;
    }
    EXPECT_NEAR(mean_right, 0.0087, 0.0025) << "mean of KS at n = 10 000: .8687 / 100";
}

TEST(Pit, histograms_merge_and_refuse_what_is_no_probability) {
    PitHistogram a, b;
    for (const double v : {0.1, 0.5, 1.0, 0.0}) a.observe(v);
    b.observe(0.5);
    b.observe(NAN);
    b.observe(1.5);
    a.merge(b);
    EXPECT_EQ(a.n(), 5);
    EXPECT_EQ(PitHistogram{}.ks(), 0);
}

}  // namespace
}  // namespace assay::estimate
