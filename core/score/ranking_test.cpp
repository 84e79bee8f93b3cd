#include "core/score/ranking.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "core/score/drawn_score.h"
#include "core/score/testkit.h"

namespace assay::score {
namespace {

using testkit::about;
using testkit::kLpA;
using testkit::kLpB;
using testkit::kLpC;
using testkit::kLpD;
using testkit::sure;

Candidate candidate(const testkit::Lp& lp, std::uint64_t cell) {
    return {lp.name, cell, lp.beliefs(), lp.latency_ms, true};
}
std::string order_of(const Ranking& r, const std::vector<Candidate>& cs) {
    std::string s;
    for (const Place& p : r.places) s += cs[p.candidate].name.back();
    return s;
}
const Place& place_of(const Ranking& r, std::size_t candidate) {
    return *std::find_if(r.places.begin(), r.places.end(),
                         [&](const Place& p) { return p.candidate == candidate; });
}

// 7a: note4, z = 1, sd A 8.9, C 7.6, D (84.0) 6.0 -> LCB A 76.1, C 80.6, D 78.0 -> C, D, A.
TEST(Ranking, worked_order_by_lcb) {
    Profile p = *find_profile("note4");
    p.rank_by = RankBy::lcb;
    testkit::Lp after = kLpA;
    after.fill = 0.891;
    after.latency_ms = 20.9;
    std::vector<Candidate> cs = {candidate(after, 1), candidate(kLpC, 2), candidate(kLpC, 3)};
    of(cs[0].beliefs, Scored::fill_rate) = about(0.891, 0.089 / 0.7);
    of(cs[1].beliefs, Scored::fill_rate) = about(0.95, 0.076 / 0.7);
    cs[2].name = "LP_D";  // 84.0 in note4, sd 6.0
    of(cs[2].beliefs, Scored::fill_rate) = about(0.95 - 0.04227 / 0.7, 0.060 / 0.7);
    Ranking r = ranked(p, cs, p.z_route);
    EXPECT_EQ(order_of(r, cs), "CDA");
    EXPECT_NEAR(*place_of(r, 0).lcb, 76.1, 0.05) << "LCB A 76.1";
    EXPECT_NEAR(*place_of(r, 1).lcb, 80.6, 0.05) << "LCB C 80.6";
    EXPECT_NEAR(*place_of(r, 2).lcb, 78.0, 0.05) << "LCB D 78.0";
    p.rank_by = RankBy::composite;
    EXPECT_EQ(order_of(ranked(p, cs, p.z_route), cs), "CAD") << "88.2, 85.0, 84.0";
}

TEST(Ranking, ties_go_to_the_quicker_then_by_name) {
    std::vector<Candidate> cs(4, candidate(kLpA, 1));
    const char* names[] = {"LP_Z", "LP_Y", "LP_X", "LP_W"};
    for (std::size_t i = 0; i < 4; ++i) {
        cs[i].name = names[i];
        cs[i].expected_latency_ms = i == 1 ? 10 : 20;
    }
    EXPECT_EQ(order_of(ranked(*find_profile("note4"), cs, 1), cs), "YWXZ");
}

TEST(Ranking, gated_lps_come_last_and_say_why) {
    std::vector<Candidate> cs = {candidate(kLpA, 1), candidate(kLpB, 2), candidate(kLpC, 3),
                                 candidate(kLpD, 4), candidate(kLpB, 5)};
    of(cs[0].beliefs, Scored::reject_rate) = sure(0.2501);
    of(cs[2].beliefs, Scored::reject_rate) = sure(0.25);
    cs[3].beliefs = {};
    cs[4].available = false;
    Ranking r = ranked(*find_profile("block"), cs, 1);
    EXPECT_EQ(order_of(r, cs).substr(0, 2), "CB");
    EXPECT_EQ(place_of(r, 0).gate, Gate::reject_rate) << "25.01 % rejected";
    EXPECT_EQ(place_of(r, 2).gate, Gate::open) << "25 % is still allowed";
    EXPECT_EQ(place_of(r, 3).gate, Gate::no_score);
    EXPECT_EQ(place_of(r, 4).gate, Gate::unavailable);
    draw_p_best(r, *find_profile("block"), cs, 1);
    EXPECT_FALSE(place_of(r, 0).p_best);
    EXPECT_EQ(*place_of(r, 2).p_best, 1);
    EXPECT_FALSE(r.undecided);
}

// docs/spec.md 5.4: at kappa 3 the flip from 85.0 to 88.2 is weak: P(A above C) = 38 %.
TEST(Ranking, worked_noise_of_the_story) {
    testkit::Lp after = kLpA;
    after.latency_ms = 20.9;
    std::vector<Candidate> cs = {candidate(after, 1), candidate(kLpC, 2)};
    of(cs[0].beliefs, Scored::fill_rate) = about(0.891, std::sqrt(4.455 * 0.545 / 25 / 6));
    of(cs[1].beliefs, Scored::fill_rate) = about(0.95, std::sqrt(2.85 * 0.15 / 9 / 4));
    const Profile& p = *find_profile("note4");
    Ranking r = ranked(p, cs, 1);
    draw_p_best(r, p, cs, 7, 20'000);
    EXPECT_NEAR(*place_of(r, 0).p_best, 0.38, 0.01) << "38 % of 20,000 draws";
    EXPECT_TRUE(r.undecided) << "the leader's 62 % is below 95 %";
}

TEST(Ranking, p_best_adds_up_to_one_and_ties_are_shared) {
    std::vector<Candidate> cs(4, candidate(kLpA, 1));
    for (std::size_t i = 0; i < 4; ++i) cs[i].name[3] = static_cast<char>('A' + i);
    const Profile& p = *find_profile("note4");
    Ranking r = ranked(p, cs, 1);
    draw_p_best(r, p, cs, 1);
    for (const Place& place : r.places) EXPECT_NEAR(*place.p_best, 0.25, 1e-12);
    EXPECT_TRUE(r.undecided);
    Ranking nobody = ranked(p, {}, 1);
    draw_p_best(nobody, p, {}, 1);
    EXPECT_FALSE(nobody.undecided);
}

TEST(Ranking, draws_depend_on_the_cell_not_on_the_company) {
    const Profile& p = *find_profile("note4");
    std::vector<Candidate> cs = {candidate(kLpA, 11), candidate(kLpC, 12), candidate(kLpB, 13)};
    for (Candidate& c : cs) of(c.beliefs, Scored::fill_rate) = about(0.9, 0.05);
    Ranking r = ranked(p, cs, 1);
    draw_p_best(r, p, cs, 5);
    std::vector<Candidate> turned(cs.rbegin(), cs.rend());
    Ranking again = ranked(p, turned, 1);
    draw_p_best(again, p, turned, 5);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(*place_of(r, i).p_best, *place_of(again, 2 - i).p_best);
    }
    Ranking other = ranked(p, cs, 1);
    draw_p_best(other, p, cs, 6);
    EXPECT_NE(*place_of(r, 0).p_best, *place_of(other, 0).p_best) << "another config, other draws";
}

TEST(Ranking, drawn_scores_have_the_closed_forms_mean_and_sd_where_nothing_saturates) {
    const Profile& p = *find_profile("acme");
    Beliefs b;
    of(b, Scored::price_improvement_bps) = about(0.1, 0.1);
    of(b, Scored::fill_rate) = about(0.75, 0.03);
    of(b, Scored::latency_mean_ms) = about(40, 3);
    of(b, Scored::leakage_bps_15s) = about(1.5, 0.2);
    of(b, Scored::reject_rate) = sure(0.1);
    const Composite c = composite(p, b);
    double sum = 0, squares = 0;
    constexpr int kN = 20'000;
    const DrawnScore drawn(p, b, 1, 2, 3);
    for (std::uint64_t draw = 0; draw < kN; ++draw) {
        const double s = drawn.at(draw);
        sum += s;
        squares += s * s;
    }
    EXPECT_NEAR(sum / kN, *c.score, 0.1);
    EXPECT_NEAR(std::sqrt(squares / kN - (sum / kN) * (sum / kN)), c.sd, 0.05);
}

// Fill .7, rejected .2, neither .1, worth 50 orders each: a Dirichlet(35, 10, 5), where
// Cov(fill, reject) = -.7 x .2 / 51.
TEST(Ranking, fill_and_reject_are_drawn_together) {
    Profile fill_only, reject_only, both;
    fill_only.terms = {{Scored::fill_rate, 10'000, 0, 1}};
    reject_only.terms = {{Scored::reject_rate, 10'000, 0, 1}};
    Beliefs b;
    of(b, Scored::fill_rate) = about(0.7, std::sqrt(0.7 * 0.3 / 51));
    of(b, Scored::reject_rate) = about(0.2, std::sqrt(0.2 * 0.8 / 51));
    constexpr int kN = 20'000;
    double f = 0, r = 0, ff = 0, rr = 0, fr = 0;
    const DrawnScore fills(fill_only, b, 1, 2, 3), rejects(reject_only, b, 1, 2, 3);
    for (std::uint64_t draw = 0; draw < kN; ++draw) {
        const double x = fills.at(draw) / 100, y = rejects.at(draw) / 100;
        EXPECT_LE(x + y, 1 + 1e-12);
        f += x / kN, r += y / kN, ff += x * x / kN, rr += y * y / kN, fr += x * y / kN;
    }
    EXPECT_NEAR(f, 0.7, 0.002);
    EXPECT_NEAR(r, 0.2, 0.002);
    EXPECT_NEAR(ff - f * f, 0.21 / 51, 0.0002);
    EXPECT_NEAR(rr - r * r, 0.16 / 51, 0.0002);
    EXPECT_NEAR(fr - f * r, -0.14 / 51, 0.0002);
}

// What spares the losers their draws must never spare a winner.
TEST(Ranking, a_draw_is_cut_short_only_below_the_score_to_beat) {
    const Profile& p = *find_profile("acme");
    Beliefs b;
    of(b, Scored::price_improvement_bps) = about(0.1, 0.1);
    of(b, Scored::fill_rate) = about(0.75, 0.03);
    of(b, Scored::latency_mean_ms) = about(40, 3);
    of(b, Scored::leakage_bps_15s) = about(1.5, 0.2);
    of(b, Scored::reject_rate) = about(0.1, 0.02);
    const DrawnScore drawn(p, b, 1, 2, 3);
    int cut = 0;
    for (std::uint64_t draw = 0; draw < 2'000; ++draw) {
        const double s = drawn.at(draw);
        EXPECT_GT(s, 0);
        for (const double to_beat : {s - 20, s - 1e-9, s, s + 1e-9, s + 1, s + 20, s + 50}) {
            const double again = drawn.at(draw, to_beat);
            EXPECT_TRUE(to_beat <= s ? again == s : again < to_beat)
                << "draw " << draw << ": " << again << " is not " << s << ", to beat " << to_beat;
            cut += again != s;
        }
    }
    EXPECT_GT(cut, 2'000);
}

}  // namespace
}  // namespace assay::score
