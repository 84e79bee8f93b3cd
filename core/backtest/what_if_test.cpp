#include "core/backtest/what_if.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/backtest/backtest_testkit.h"
#include "core/route/testkit.h"

namespace assay::backtest {
namespace {

using testkit::kAll;

const score::Profile& balanced() {
    return *score::find_profile("balanced");
}

TEST(WhatIf, capacity_is_drawn_given_what_the_log_saw) {
    const route::testkit::Tail t(0.8, 0.9, 60);  // T(k) = .8 x .9^(k-1)
    const auto tail = t.view();
    using Kind = CapacitySeen::Kind;
    // Exact: what it had, whatever is drawn.
    for (const double u : {.001, .5, .999}) EXPECT_EQ(capacity_lots(tail, Kind::exact, 5, u), 5);
    EXPECT_EQ(capacity_lots(tail, Kind::nothing, 0, .85), 0) << "above T(1) = .8: nothing";
    EXPECT_EQ(capacity_lots(tail, Kind::nothing, 0, .79), 1) << "T(1) = .8, T(2) = .72";
    EXPECT_EQ(capacity_lots(tail, Kind::nothing, 0, .70), 2) << "T(2) = .72, T(3) = .648";
    // Filled in full at 10: never less, and P(C >= 20 | C >= 10) = .9^10 = .3487.
    double twenty = 0, all = 0;
    for (double u = .0005; u < 1; u += .001, ++all) {
        const double given = capacity_lots(tail, Kind::censored, 10, u);
        EXPECT_GE(given, 10);
        twenty += given >= 20;
    }
    EXPECT_NEAR(twenty / all, std::pow(.9, 10), .002);
    EXPECT_EQ(capacity_lots(tail, Kind::censored, 100, .5), 100) << "beyond what the tail knows";
}

struct WorkedAgain {
    testkit::Day day;
    desk::Desk hindsight;
    std::vector<LoggedOrder> orders;
    std::vector<Contender> contenders;
    std::vector<Retold> told;

    WorkedAgain(const sim::TradingConfig& config, std::uint64_t seed, std::vector<Contender> others,
                Rules rules)
        : day(testkit::traded(config, seed)),
          hindsight(testkit::reader_of(day, {balanced()}), 1),
          orders(testkit::orders_in(day, hindsight, {}, true)),
          contenders(std::move(others)) {
        desk::Desk desk(testkit::reader_of(day, {balanced()}), 1);
        WhatIf what_if(rules, contenders, day.lps, orders, hindsight);
        testkit::read(day, desk, kAll, [&](const Event& e) { what_if.pass(e.at, desk); }, {});
        what_if.pass(kAll, desk);
        told = what_if.told();
    }
    double mean(double Retold::* of) const {
        double sum = 0;
        for (const Retold& r : told) sum += r.*of / static_cast<double>(told.size());
        return sum;
    }
    double mean(std::size_t contender, double Retold::Other::* of) const {
        double sum = 0;
        for (const Retold& r : told)
            sum += r.others[contender].*of / static_cast<double>(told.size());
        return sum;
    }
};

Contender of(route::PolicyId policy) {
    return {std::string(route::policy(policy).name), policy, balanced(), {}};
}

TEST(WhatIf, what_was_done_is_replayed_as_it_was_and_priced_nearly_so) {
    const WorkedAgain run(
        testkit::config_of(testkit::small_world(150, 120), route::PolicyId::split, {}), 11,
        {of(route::PolicyId::split), of(route::PolicyId::primary)}, {.rounds = 8});
    ASSERT_EQ(run.told.size(), run.day.parents.size());
    double truth = 0;
    std::map<std::uint64_t, sim::TradedParent> by_id;
    for (const sim::TradedParent& p : run.day.parents) by_id[p.number + 1] = p;
    for (std::size_t i = 0; i < run.told.size(); ++i) {
        const sim::TradedParent& p = by_id.at(run.orders[run.told[i].order].number);
        EXPECT_NEAR(run.told[i].filled_share, p.filled_lots / p.lots, 1e-9) << i;
        EXPECT_EQ(run.told[i].rounds, p.rounds) << i;
        truth += p.shortfall_bps / static_cast<double>(run.told.size());
    }
    double paid = 0;
    for (const Retold& r : run.told) paid += *r.paid_bps / static_cast<double>(run.told.size());
    EXPECT_NEAR(paid, truth, 0.02) << "prices of the log are those that were paid";
    EXPECT_NEAR(run.mean(&Retold::cost_bps), truth, 0.25) << "and the replay's come near";
    // The same policy again, by what it knew then: the same to within what its luck may do; the
    // single leader is dearer, as it is in the simulator.
    const double again = run.mean(0, &Retold::Other::cost_bps);
    EXPECT_NEAR(again, run.mean(&Retold::cost_bps), 0.25);
    EXPECT_GT(run.mean(1, &Retold::Other::cost_bps), again + 0.1);
}

TEST(WhatIf, all_policies_meet_the_same_luck_and_a_seed_decides_it) {
    const auto config =
        testkit::config_of(testkit::small_world(25, 80), route::PolicyId::uniform, {});
    const auto costs = [&](std::vector<Contender> others, std::size_t which, std::uint64_t seed) {
        const WorkedAgain run(config, 5, std::move(others),
                              {.rounds = 4, .draws = 2, .seed = seed});
        std::vector<double> out;
        for (const Retold& r : run.told) out.push_back(r.others[which].cost_bps);
        return out;
    };
    const auto alone = costs({of(route::PolicyId::split)}, 0, 1);
    EXPECT_EQ(alone, costs({of(route::PolicyId::random), of(route::PolicyId::split)}, 1, 1))
        << "who else is tried changes nothing";
    EXPECT_NE(alone, costs({of(route::PolicyId::split)}, 0, 2));
}

}  // namespace
}  // namespace assay::backtest
