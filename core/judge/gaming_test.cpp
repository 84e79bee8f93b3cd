#include "core/judge/gaming.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>

#include "core/score/draws.h"

namespace assay::judge {
namespace {

Count hits(score::Draws& random, std::int64_t n, double p) {
    Count c{n, 0};
    for (std::int64_t i = 0; i < n; ++i) c.hits += random.uniform() < p;
    return c;
}

Moments moments(score::Draws& random, std::int64_t n, double mean, double sd) {
    double sum = 0, squares = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        const double x = mean + sd * random.normal();
        sum += x;
        squares += x * x;
    }
    const auto m = static_cast<double>(n);
    return {n, sum / m, std::sqrt(std::max(0.0, squares / m - sum * sum / m / m))};
}

enum class Lp { honest, gaming };

// One LP of each kind per tactic, beside five peers' orders. The honest one is as hard to tell
// apart as an honest LP may be: slow to fill, fewer large fills, now and then a reject.
using Scene = std::function<Suspicion(Lp, score::Draws&)>;

Suspicion flash(Lp lp, score::Draws& r) {
    const bool gaming = lp == Lp::gaming;
    // Honest rejects are quick too: a check of credit is.
    return flash_reject({hits(r, 2000, gaming ? 0.25 : 0.04), hits(r, 10'000, 0.04), 2, 55});
}
Suspicion last_look(Lp lp, score::Draws& r) {
    return one_sided_last_look({hits(r, 900, lp == Lp::gaming ? 0.20 : 0.06), hits(r, 900, 0.06)});
}
Suspicion farming(Lp lp, score::Draws& r) {
    const bool gaming = lp == Lp::gaming;
    return small_order_farming({hits(r, 1000, gaming ? 0.99 : 0.85),
                                hits(r, 400, gaming ? 0.20 : 0.60), hits(r, 5000, 0.88),
                                hits(r, 2000, 0.62)});
}
Suspicion painted(Lp lp, score::Draws& r) {
    const bool gaming = lp == Lp::gaming;
    return painted_improvement({moments(r, 1000, gaming ? 0.9 : 0.4, 0.8),
                                moments(r, 300, gaming ? -0.2 : 0.35, 0.8),
                                moments(r, 5000, 0.4, 0.8), moments(r, 1500, 0.35, 0.8)});
}
Suspicion taken_back(Lp lp, score::Draws& r) {
    const bool gaming = lp == Lp::gaming;
    return improvement_taken_back(
        {0.5, moments(r, 800, gaming ? -1.2 : -0.2, 4), moments(r, 4000, -0.2, 4)});
}
Suspicion exploit(Lp lp, score::Draws& r) {
    std::vector<double> outcomes;
    for (int i = 0; i < 2500; ++i)
        outcomes.push_back(r.uniform() < (lp == Lp::gaming && i >= 2000 ? 0.4 : 0.9) ? 1 : 0);
    return reputation_then_exploit(outcomes);
}
Suspicion duplicates(Lp lp, score::Draws& r) {
    return duplicate_exec_ids(
        {hits(r, 3000, lp == Lp::gaming ? 0.01 : 0.0005), hits(r, 15'000, 0.0005)});
}
Suspicion late_busts(Lp lp, score::Draws& r) {
    return bust_after_window(
        {hits(r, 3000, lp == Lp::gaming ? 0.01 : 0.0005), hits(r, 15'000, 0.0005)});
}

TEST(Gaming, every_tactic_is_flagged_and_honest_twins_are_not) {
    const struct {
        Tactic tactic;
        Scene scene;
    } rows[] = {
        {Tactic::flash_reject, flash},
        {Tactic::one_sided_last_look, last_look},
        {Tactic::small_order_farming, farming},
        {Tactic::painted_improvement, painted},
        {Tactic::improvement_taken_back, taken_back},
        {Tactic::reputation_then_exploit, exploit},
        {Tactic::duplicate_exec_ids, duplicates},
        {Tactic::bust_after_window, late_busts},
    };
    constexpr int kDays = 500;
    for (const auto& r : rows) {
        int honest = 0, gaming = 0;
        std::uint64_t key = static_cast<std::uint64_t>(r.tactic);
        for (std::uint64_t seed = 1; seed <= kDays; ++seed) {
            score::Draws random({seed, key, 41}), other({seed, key, 42});
            honest += r.scene(Lp::honest, random).flagged;
            const Suspicion s = r.scene(Lp::gaming, other);
            gaming += s.flagged;
            ASSERT_EQ(s.tactic, r.tactic);
            ASSERT_FALSE(s.says.empty());
        }
        std::printf("%-26s honest %d, gaming %d of %d\n", text(r.tactic), honest, gaming, kDays);
        EXPECT_LE(honest, 0.01 * kDays) << text(r.tactic) << ", seeds 1 to 500";
        EXPECT_GE(gaming, 0.95 * kDays) << text(r.tactic) << ", seeds 1 to 500";
    }
}

// The p values themselves: where nothing differs at all, below kFlagP no more often than that.
TEST(Gaming, p_values_keep_their_level) {
    constexpr int kDays = 4000;
    int flash_p = 0, farming_p = 0, rare_p = 0, painted_p = 0;
    for (std::uint64_t seed = 1; seed <= kDays; ++seed) {
        score::Draws r({seed, 43});
        flash_p += flash_reject({hits(r, 200, .05), hits(r, 800, .05), 1, 1}).p < 0.05;
        farming_p += small_order_farming(
                         {hits(r, 100, .9), hits(r, 100, .5), hits(r, 300, .9), hits(r, 300, .5)})
                         .p < 0.05;
        rare_p += duplicate_exec_ids({hits(r, 300, .01), hits(r, 900, .01)}).p < 0.05;
        painted_p += painted_improvement({moments(r, 50, 0, 1), moments(r, 50, 0, 1),
                                          moments(r, 99, 0, 1), moments(r, 99, 0, 1)})
                         .p < 0.05;
    }
    std::printf("p below .05: flash %.3f farming %.3f rare %.3f painted %.3f\n", flash_p / 4e3,
                farming_p / 4e3, rare_p / 4e3, painted_p / 4e3);
    for (const int n : {flash_p, farming_p, rare_p, painted_p}) EXPECT_LE(n, 0.065 * kDays);
    EXPECT_GE(farming_p, 0.03 * kDays) << "and no test that never fires";
}

TEST(Gaming, an_effect_must_matter_and_go_the_right_way) {
    const Count many{100'000, 4000}, few_rejects{100'000, 5000};
    struct {
        const char* what;
        Suspicion s;
        bool flagged;
    } const rows[] = {
        {"5 % against 4 %: sure, but it does not matter", flash_reject({few_rejects, many, 1, 60}),
         false},
        {"25 % in 2 of 60 ms", flash_reject({{2000, 500}, many, 2, 60}), true},
        {"25 % in 20 of 60 ms: a third is just quick enough",
         flash_reject({{2000, 500}, many, 20, 60}), true},
        {"25 % in 30 of 60 ms: rejects much, but looks first",
         flash_reject({{2000, 500}, many, 30, 60}), false},
        {"docs/spec.md 2.8: 12/40 against 3/60, z 3.43", one_sided_last_look({{40, 12}, {60, 3}}),
         true},
        {"the other way round: to our advantage", one_sided_last_look({{60, 3}, {40, 12}}), false},
        {"two reused ExecIDs of 100 are an accident", duplicate_exec_ids({{100, 2}, {1000, 0}}),
         false},
        {"two of 10: unlikely by chance, but only two", duplicate_exec_ids({{10, 2}, {1000, 0}}),
         false},
        {"4 and none elsewhere: (1/11)^4", duplicate_exec_ids({{100, 4}, {1000, 0}}), true},
        {"all reuse them alike", duplicate_exec_ids({{100, 40}, {1000, 400}}), false},
        {"better on large orders",
         small_order_farming({{500, 300}, {500, 450}, {500, 300}, {500, 300}}), false},
        {"improves what matters too",
         painted_improvement({{500, 2, 1}, {500, 1.5, 1}, {500, 1, 1}, {500, 1, 1}}), false},
        {"the markout is worse, but by less than it gave",
         improvement_taken_back({1, {50'000, -1, 1}, {50'000, -0.5, 1}}), false},
    };
    for (const auto& r : rows) EXPECT_EQ(r.s.flagged, r.flagged) << r.what << ": " << r.s.says;
    EXPECT_LT(duplicate_exec_ids({{10, 2}, {1000, 0}}).p, kFlagP);
    EXPECT_NEAR(duplicate_exec_ids({{100, 4}, {1000, 0}}).p, 1 / 14641.0, 1e-9);
}

TEST(Gaming, nothing_seen_is_no_suspicion) {
    for (const Suspicion& s :
         {flash_reject({}), one_sided_last_look({}), small_order_farming({}),
          painted_improvement({}), improvement_taken_back({}), reputation_then_exploit({}),
          duplicate_exec_ids({}), bust_after_window({})}) {
        EXPECT_FALSE(s.flagged) << text(s.tactic);
        EXPECT_EQ(s.p, 1) << text(s.tactic);
        EXPECT_FALSE(s.says.empty());
    }
}

TEST(Gaming, says_the_numbers) {
    EXPECT_EQ(flash_reject({{2000, 500}, {10'000, 400}, 2, 60}).says,
              "rejects 25.0 % of 2000 orders, peers 4.0 %; a reject takes 2 ms, a fill 60 ms");
    EXPECT_EQ(bust_after_window({{100, 4}, {1000, 1}}).says,
              "fills busted late: 4 of 100; peers 1 of 1000");
}

}  // namespace
}  // namespace assay::judge
