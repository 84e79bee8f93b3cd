// The report of two shards: what its rows are, what is in them, who is first and how surely.
#include "core/kernel/scorecard.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "core/kernel/kernel_testkit.h"

namespace assay {
namespace {

using testkit::config_by;
using testkit::Desk;
using testkit::kTen;

kpi::Value value(const score::Row& row, std::string_view name) {
    const kpi::Entry* e = kpi::find(name);
    if (e == nullptr) ADD_FAILURE() << "no such KPI: " << name;
    return row.values.at(static_cast<std::size_t>(e - kpi::catalog().data()));
}
double number(const score::Row& row, std::string_view name) {
    return value(row, name).number.value_or(std::nan(""));
}
std::string key_of(const score::Row& row) {
    std::string key;
    for (const auto& [name, text] : row.keys) key += (key.empty() ? "" : "/") + text;
    return key;
}
const score::Row& row_of(const score::Report& r, std::string_view key) {
    for (const score::Row& row : r.rows)
        if (key_of(row) == key) return row;
    ADD_FAILURE() << "no row " << key;
    return r.total;
}

// Two symbols in two shards.
struct Day {
    explicit Day(const Config& c) : config(c), xyz(c, "XYZ"), abc(c, "ABC") {}
    score::Report report() {
        xyz.kernel.finish();
        abc.kernel.finish();
        const Kernel* shards[] = {&xyz.kernel, &abc.kernel};
        return scorecard(shards, config);
    }
    Config config;
    Desk xyz, abc;
};

// --- groups --------------------------------------------------------------------------------------

// XYZ at 10:00: LP_A fills a buy of 100 (400 displayed), LP_B rejects a sell of 400 (300
// displayed). ABC at 11:00, just after a halt: LP_A fills 1000 of a buy of 2000, LP_B 100 of an
// order without a side.
Day four_orders(std::uint32_t by) {
    Day day(config_by(by));
    Desk& x = day.xyz;
    x.market(100.00_px, 100.02_px);
    x.ioc("A", 100_qty, 100_qty, 100.02_px);
    x.lp = "LP_B";
    x.send("B", 400_qty, Tif::ioc, Side::sell);
    x.wait(2_ms);
    x.reject("B");
    Desk& a = day.abc;
    a.at(Duration{kHour.ns});
    a.halt();
    a.resume();
    a.market(50.00_px, 50.02_px);
    a.ioc("A", 2000_qty, 1000_qty, 50.02_px);
    a.lp = "LP_B";
    a.ioc("B", 100_qty, 100_qty, 50.02_px, 15_ms, Side::none);
    return day;
}

TEST(Scorecard, four_orders_in_rows_by_each_key) {
    struct Expected {
        double n_orders, n_fills, filled;
    };
    const struct {
        std::uint32_t by;
        std::vector<std::string> names;
        std::map<std::string, Expected> rows;
    } cases[] = {
        {kByLp, {"lp"}, {{"LP_A", {2, 2, 1100}}, {"LP_B", {2, 1, 100}}}},
        {kBySymbol, {"symbol"}, {{"XYZ", {2, 1, 100}}, {"ABC", {2, 2, 1100}}}},
        {kBySize,
         {"size"},
         {{"<0.5x", {1, 1, 100}},
          {"1-2x", {1, 0, 0}},
          {">=5x", {1, 1, 1000}},
          {"unknown", {1, 1, 100}}}},
        {kByRegime, {"regime"}, {{"normal", {2, 1, 100}}, {"stressed", {2, 2, 1100}}}},
        {kByHour, {"hour"}, {{"10", {2, 1, 100}}, {"11", {2, 2, 1100}}}},
        {kBySide, {"side"}, {{"buy", {2, 2, 1100}}, {"sell", {1, 0, 0}}, {"none", {1, 1, 100}}}},
        {kByLp | kBySymbol,
         {"lp", "symbol"},
         {{"LP_A/XYZ", {1, 1, 100}},
          {"LP_B/XYZ", {1, 0, 0}},
          {"LP_A/ABC", {1, 1, 1000}},
          {"LP_B/ABC", {1, 1, 100}}}},
        {kByLp | kBySymbol | kBySize | kByRegime | kByHour | kBySide,
         {"lp", "symbol", "size", "regime", "hour", "side"},
         {{"LP_A/XYZ/<0.5x/normal/10/buy", {1, 1, 100}},
          {"LP_B/XYZ/1-2x/normal/10/sell", {1, 0, 0}},
          {"LP_A/ABC/>=5x/stressed/11/buy", {1, 1, 1000}},
          {"LP_B/ABC/unknown/stressed/11/none", {1, 1, 100}}}},
    };
    for (const auto& c : cases) {
        Day day = four_orders(c.by);
        const score::Report r = day.report();
        EXPECT_EQ(r.by, c.names);
        ASSERT_EQ(r.rows.size(), c.rows.size()) << c.names.front();
        for (const auto& [key, e] : c.rows) {
            const score::Row& row = row_of(r, key);
            EXPECT_EQ(number(row, "n_orders"), e.n_orders) << key;
            EXPECT_EQ(number(row, "n_fills"), e.n_fills) << key;
            EXPECT_EQ(number(row, "filled_qty"), e.filled) << key;
        }
        EXPECT_EQ(number(r.total, "n_orders"), 4) << "the total, whatever the rows";
        EXPECT_EQ(number(r.total, "n_rejects"), 1);
        EXPECT_EQ(number(r.total, "filled_qty"), 1200);
        EXPECT_EQ(number(r.total, "ordered_qty"), 2600);
        EXPECT_NEAR(number(r.total, "fill_rate"), 1200.0 / 2600, 1e-15);
    }
}

TEST(Scorecard, the_total_is_the_sum_of_the_rows_whatever_they_are_by) {
    for (std::uint32_t by = 1; by < 64; ++by) {
        Day day = four_orders(by);
        const score::Report r = day.report();
        for (const char* name : {"n_orders", "n_fills", "n_rejects", "filled_qty", "ordered_qty"}) {
            double sum = 0;
            for (const score::Row& row : r.rows) sum += number(row, name);
            EXPECT_EQ(sum, number(r.total, name)) << name << ", --by mask " << by;
        }
    }
}

// LP_A buys in both symbols, in one of them at ten and in the other at eleven.
TEST(Scorecard, a_price_over_several_symbols_is_none_however_the_rows_are_cut) {
    for (const std::uint32_t by : {std::uint32_t{kByLp}, std::uint32_t{kBySide}, kByLp | kBySide}) {
        Day day = four_orders(by);
        const score::Report r = day.report();
        const char* key = by == kByLp ? "LP_A" : by == kBySide ? "buy" : "LP_A/buy";
        EXPECT_EQ(value(row_of(r, key), "vwap").why, kpi::Absent::mixed_symbols) << key;
        EXPECT_EQ(value(r.total, "vwap").why, kpi::Absent::mixed_symbols);
    }
    Day day = four_orders(kByLp | kBySymbol | kBySide);
    EXPECT_NEAR(number(row_of(day.report(), "LP_A/ABC/buy"), "vwap"), 50.02, 1e-12);
}

TEST(Scorecard, only_rows_of_an_lp_have_a_score_and_the_others_say_why) {
    struct {
        std::uint32_t by;
        const char* why;  // empty: they have one
    } const cases[] = {{kByLp | kBySymbol, ""},
                       {kBySymbol, "a score compares LPs: add lp to --by"},
                       {kByHour, "a score compares LPs: add lp to --by"},
                       {kByLp | kByHour, "beliefs are not kept by hour or side"},
                       {kByLp | kBySide, "beliefs are not kept by hour or side"}};
    for (const auto& c : cases) {
        Day day = four_orders(c.by);
        day.config.profile = *score::find_profile("note4");
        const score::Report r = day.report();
        for (const score::Row& row : r.rows) {
            EXPECT_EQ(row.composite.has_value(), c.why[0] == '\0') << c.by << " " << key_of(row);
            EXPECT_EQ(row.rank.has_value(), c.why[0] == '\0') << c.by << " " << key_of(row);
            EXPECT_EQ(row.no_score, c.why) << c.by << " " << key_of(row);
        }
        EXPECT_FALSE(r.total.composite);
        EXPECT_EQ(r.total.no_score, "a score compares LPs");
    }
}

// --- values that are absent ----------------------------------------------------------------------

TEST(Scorecard, absent_values_say_what_is_missing) {
    using enum kpi::Absent;
    struct Case {
        const char* what;
        void (*happens)(Day&);
        const char* kpi;
        kpi::Absent why;  // `no`: a value stands
    };
    const auto plain = [](Day& d) {
        d.xyz.market(100.00_px, 100.02_px);
        d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px);
    };
    const Case cases[] = {
        {"one fill with a quote", plain, "price_improvement_bps", no},
        {"one fill without a quote", [](Day& d) { d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px); },
         "price_improvement_bps", no_quote},
        {"one reject",
         [](Day& d) {
             d.xyz.market(100.00_px, 100.02_px);
             d.xyz.send("A", 100_qty);
             d.xyz.reject("A");
         },
         "price_improvement_bps", no_fills},
        {"one reject",
         [](Day& d) {
             d.xyz.market(100.00_px, 100.02_px);
             d.xyz.send("A", 100_qty);
             d.xyz.reject("A");
         },
         "latency_first_fill_ms_mean", no_fills},
        {"a log without a clock",
         [](Day& d) {
             d.xyz.capture_clock = false;
             d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px);
         },
         "latency_rt_ms_mean", no_clock},
        {"no quote after the fill", [](Day& d) { d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px); },
         "markout_bps_15s", no_horizon},
        {"one LP alone", plain, "leakage_bps_15s", no_peers},
        {"one LP alone", plain, "leakage_raw_bps_15s", no},
        {"one LP of two",
         [](Day& d) {
             d.xyz.market(100.00_px, 100.02_px);
             d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px);
             d.xyz.lp = "LP_B";
             d.xyz.ioc("B", 100_qty, 100_qty, 100.015_px);
         },
         "leakage_bps_15s", no},
        {"one symbol", plain, "vwap", no},
        {"two symbols",
         [](Day& d) {
             d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px);
             d.abc.ioc("A", 100_qty, 100_qty, 50.015_px);
         },
         "vwap", mixed_symbols},
        {"two currencies",
         [](Day& d) {
             d.xyz.market(100.00_px, 100.02_px);
             d.xyz.ioc("A", 100_qty, 100_qty, 100.015_px);
             d.abc.symbol = "EUROPE";
             d.abc.market(50.00_px, 50.02_px);
             d.abc.ioc("A", 100_qty, 100_qty, 50.015_px);
         },
         "price_improvement", mixed_currency},
        {"no fees given", plain, "fee_bps", not_measured},
        {"one day", plain, "pi_day_sd_bps", too_few},
        {"only quotes of its own",
         [](Day& d) {
             d.xyz.quote_of("LP_A", 100.00_px, 100.02_px);
             d.xyz.wait(1_s);
             d.xyz.quote_of("LP_A", 100.00_px, 100.03_px);
         },
         "reject_rate", no_orders},
    };
    for (const Case& c : cases) {
        Config config = config_by(kByLp);
        config.instruments.by_symbol["EUROPE"].currency = "EUR";
        Day day(config);
        c.happens(day);
        const score::Report r = day.report();
        const kpi::Value v = value(row_of(r, "LP_A"), c.kpi);
        EXPECT_EQ(v.number.has_value(), c.why == no) << c.what << ": " << c.kpi;
        EXPECT_STREQ(kpi::text(v.why), kpi::text(c.why)) << c.what << ": " << c.kpi;
    }
}

TEST(Scorecard, no_shards_no_rows) {
    const score::Report r = scorecard({}, config_by(kByLp));
    EXPECT_TRUE(r.rows.empty());
    EXPECT_EQ(number(r.total, "n_orders"), 0);
    EXPECT_EQ(value(r.total, "fill_rate").why, kpi::Absent::no_orders);
}

// --- who is first --------------------------------------------------------------------------------

struct Trader {
    const char* lp;
    int orders, filled, rejected;  // the others are canceled unfilled
    Price px{100.02_px};
};
// Buys of 200 (400 displayed at 100.00 x 100.02), one after the other at each LP in turn.
score::Report traded(const Config& config, const std::vector<Trader>& traders) {
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    for (int i = 0; i < 200; ++i)
        for (const Trader& t : traders) {
            if (i >= t.orders) continue;
            d.lp = t.lp;
            const std::string id = fmt::format("{}{}", t.lp, i);
            const int kind = i * 37 % t.orders;  // spread evenly
            if (kind >= t.orders - t.rejected) {
                d.send(id, 200_qty);
                d.wait(15_ms);
                d.reject(id);
            } else {
                d.ioc(id, 200_qty, kind < t.filled ? 200_qty : 0_qty, t.px, 15_ms, Side::buy,
                      Liquidity::added);
            }
            d.wait(1_s);
        }
    d.kernel.finish();
    const Kernel* shards[] = {&d.kernel};
    return scorecard(shards, config);
}

TEST(Scorecard, the_better_of_two_is_first_and_surely_so) {
    const score::Report r =
        traded(config_by(kByLp, "note4"), {{"LP_B", 100, 60, 20}, {"LP_A", 100, 98, 1}});
    ASSERT_EQ(key_of(r.rows[0]), "LP_A");
    EXPECT_EQ(r.rows[0].rank, 1);
    EXPECT_EQ(r.rows[1].rank, 2);
    EXPECT_GE(*r.rows[0].p_best, 0.99);
    EXPECT_NEAR(*r.rows[0].p_best + *r.rows[1].p_best, 1, 1e-12);
    for (const score::Row& row : r.rows) {
        EXPECT_FALSE(row.undecided);
        double points = 0;
        for (const score::Contribution& c : row.contributions) points += c.points.value_or(0);
        EXPECT_NEAR(points, *row.composite, 1e-9) << "the parts add up, " << key_of(row);
        EXPECT_NEAR(*row.lcb, *row.composite - 1.645 * *row.composite_sd, 1e-9) << "z_report";
    }
}

TEST(Scorecard, between_equals_it_is_undecided) {
    const score::Report r =
        traded(config_by(kByLp, "note4"), {{"LP_A", 50, 40, 5}, {"LP_B", 50, 40, 5}});
    EXPECT_NEAR(*r.rows[0].composite, *r.rows[1].composite, 1e-9);
    for (const score::Row& row : r.rows) {
        EXPECT_TRUE(row.undecided) << key_of(row);
        EXPECT_NEAR(*row.p_best, 0.5, 0.1) << "of 1,000 draws, " << key_of(row);
    }
}

// Profile block wants no LP that rejects more than a quarter: LP_C rejects 60 of 100.
TEST(Scorecard, an_lp_behind_a_gate_comes_last_and_is_not_drawn) {
    const score::Report r =
        traded(config_by(kByLp, "block"),
               {{"LP_A", 100, 60, 5}, {"LP_B", 100, 50, 5}, {"LP_C", 100, 40, 60, 100.00_px}});
    ASSERT_EQ(key_of(r.rows[2]), "LP_C");
    EXPECT_EQ(r.rows[2].rank, 3);
    EXPECT_TRUE(r.rows[2].composite) << "its score is shown all the same";
    EXPECT_EQ(r.rows[2].no_score, "rejects more than the profile allows");
    EXPECT_FALSE(r.rows[2].p_best);
    EXPECT_NEAR(*r.rows[0].p_best + *r.rows[1].p_best, 1, 1e-12) << "among the eligible";
    EXPECT_EQ(r.rows[0].no_score, "");
}

TEST(Scorecard, too_little_of_the_profile_is_no_score_no_rank_and_no_draw) {
    Desk d(config_by(kByLp, "best-price"));  // without quotes: price improvement .5, leakage .1
    for (int i = 0; i < 20; ++i) {
        d.ioc(fmt::format("A{}", i), 200_qty, 200_qty, 100.02_px);
        d.wait(1_s);
    }
    d.kernel.finish();
    const Kernel* shards[] = {&d.kernel};
    const score::Report r = scorecard(shards, config_by(kByLp, "best-price"));
    const score::Row& row = row_of(r, "LP_A");
    EXPECT_FALSE(row.composite);
    EXPECT_FALSE(row.rank);
    EXPECT_FALSE(row.p_best);
    EXPECT_EQ(row.no_score, "60 % of the profile's weight is absent");
    EXPECT_EQ(number(row, "fill_rate"), 1) << "what was measured stands";
}

// LP_A fills at the touch, 1.0 bps from the mid, and pays us .02 a share: 1.0 - 2.0 = -1.0 bps all
// in. LP_B fills at half of that and pays nothing: .5 bps. By prices alone LP_B is the better one.
TEST(Scorecard, a_rebate_of_2_bps_makes_first_who_is_second_without_it) {
    Config config = config_by(kByLp, "all-in");
    config.fees.by_lp["LP_A"].maker.per_share = PriceDelta{-20'000'000};
    const score::Report r =
        traded(config, {{"LP_A", 50, 50, 0, 100.02_px}, {"LP_B", 50, 50, 0, 100.015_px}});
    ASSERT_EQ(key_of(r.rows[0]), "LP_A");
    EXPECT_NEAR(number(r.rows[0], "all_in_cost_bps"), -1.0, 0.001);
    EXPECT_NEAR(number(r.rows[1], "all_in_cost_bps"), 0.5, 0.001);
    EXPECT_EQ(r.rows[0].rank, 1);
    EXPECT_EQ(r.rows[0].rank_without_rebates, 2);
    EXPECT_EQ(r.rows[1].rank, 2);
    EXPECT_EQ(r.rows[1].rank_without_rebates, 1);
    // What we pay is no rebate: it counts in both.
    config.fees.by_lp["LP_A"].maker.per_share = PriceDelta{+20'000'000};
    const score::Report paid =
        traded(config, {{"LP_A", 50, 50, 0, 100.02_px}, {"LP_B", 50, 50, 0, 100.015_px}});
    ASSERT_EQ(key_of(paid.rows[0]), "LP_B");
    for (const score::Row& row : paid.rows) EXPECT_EQ(row.rank, row.rank_without_rebates);
}

TEST(Scorecard, ranks_begin_anew_in_each_comparison_group) {
    Day day(config_by(kByLp | kBySymbol, "note4"));
    for (Desk* d : {&day.xyz, &day.abc}) {
        d->market(100.00_px, 100.02_px);
        for (int i = 0; i < 30; ++i)
            for (const char* lp : {"LP_A", "LP_B"}) {
                d->lp = lp;
                // LP_A is the better one in XYZ, LP_B in ABC.
                const bool better = (d->lp == "LP_A") == (d->symbol == "XYZ");
                d->ioc(fmt::format("{}{}", lp, i), 200_qty, better ? 200_qty : 20_qty, 100.02_px);
                d->wait(1_s);
            }
    }
    const score::Report r = day.report();
    std::vector<std::string> shown;
    for (const score::Row& row : r.rows)
        shown.push_back(fmt::format("{} {}", key_of(row), row.rank.value_or(0)));
    EXPECT_EQ(shown,
              (std::vector<std::string>{"LP_B/ABC 1", "LP_A/ABC 2", "LP_A/XYZ 1", "LP_B/XYZ 2"}));
}

TEST(Scorecard, evidence_is_enough_from_ten_orders_and_low_below) {
    const score::Report r =
        traded(config_by(kByLp, "note4"), {{"LP_A", 11, 11, 0}, {"LP_B", 3, 3, 0}});
    EXPECT_EQ(row_of(r, "LP_A").evidence, score::Evidence::enough);
    EXPECT_EQ(row_of(r, "LP_B").evidence, score::Evidence::low);
    EXPECT_NEAR(*row_of(r, "LP_B").n_eff, 3, 0.01);
}

}  // namespace
}  // namespace assay
