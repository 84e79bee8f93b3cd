#include "core/kpi/catalog.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <vector>

#include "core/kpi/example_orders.h"
#include "core/kpi/last_look.h"
#include "core/kpi/leakage.h"
#include "core/kpi/leakage_attribution.h"
#include "core/kpi/reject_cost.h"
#include "core/market/instrument.h"

namespace assay::kpi {
namespace {

// Quantile of five latencies by nearest rank, in the place of a sketch.
std::optional<double> of_five(const void*, Latency, double q) {
    const double ms[] = {15, 16, 18, 20, 40};
    return ms[static_cast<int>(std::ceil(q * 5)) - 1] * 1e6;
}

struct Example {
    Sums sums;
    RowFacts facts;
};

Sums rejected_500() {
    Sums s;
    OrderFacts filled = plain_order(1000_qty, 1000_qty);
    filled.offered_at_far = 100.02_px * 1000_qty;
    s.order(filled, Dir::add);
    OrderFacts rejected = rejected_order(500_qty, RejectClass::discretionary);
    rejected.offered_at_far = 100.03_px * 500_qty;
    s.order(rejected, Dir::add);
    s.unfilled(reject_cost(Side::buy, 300_qty, 100.05_px, 100.03_px), 100.03_px * 300_qty,
               Dir::add);
    s.unfilled(reject_cost(Side::buy, 200_qty, 100.06_px, 100.03_px), 100.03_px * 200_qty,
               Dir::add);
    s.reject_drifted(kHorizon15s, micro_bps(twice(100.02_px), twice(100.05_px), Side::buy),
                     Dir::add);
    return s;
}

Sums five() {
    Sums s;
    for (const std::int64_t ms : {15, 16, 18, 20, 40}) {
        OrderFacts f = rejected_order(100_qty, RejectClass::technical);
        for (auto& part : f.latencies.part) part = Duration{ms * 1'000'000};
        s.order(f, Dir::add);
    }
    return s;
}

Sums drift() {
    Sums s;
    for (int i = 0; i < 40; ++i) s.last_look(500'000, i < 12, Dir::add);
    for (int i = 0; i < 60; ++i) s.last_look(-500'000, i < 3, Dir::add);
    return s;
}

Sums own_quote() {
    Sums s;
    FillFacts f = priced_fill(Side::buy, 100_qty, 100.01_px, Bbo{});
    f.gain_vs_own_quote = 0.01_dpx;
    f.own_quote_age = 250_ms;
    s.fill(f, Dir::add);
    QuotedTime t;
    t.watched = 10'000'000'000;
    t.two_sided = 9'000'000'000;
    t.at_bid = 6'000'000'000;
    t.at_ask = 5'000'000'000;
    t.at_both = 4'000'000'000;
    t.alone = 2'000'000'000;
    t.spread = Money{20'000'000} * 9'000'000'000;
    t.size2 = Money{400'000'000} * 4'000'000'000 + Money{500'000'000} * 5'000'000'000;
    s.quoted_for(t, Dir::add);
    return s;
}

Sums busted() {
    Sums s;
    s.fill(priced_fill(Side::buy, 900_qty, 100.00_px, Bbo{}), Dir::add);
    const FillFacts bust = priced_fill(Side::buy, 100_qty, 100.00_px, Bbo{});
    s.fill(bust, Dir::add);
    s.fill(bust, Dir::remove);
    s.bust(100_qty);
    return s;
}

LeakageAttribution rounds() {
    LeakageAttribution a;
    const ShownLots both[] = {{0, 100}, {1, 50}}, second[] = {{1, 80}}, first[] = {{0, 120}};
    a.observe(both, 1.0);
    a.observe(second, 0.1);
    a.observe(first, 1.3);
    return a;
}

double day_sd(std::initializer_list<double> days) {
    double mean = 0, square = 0;
    for (const double d : days) mean += d / static_cast<double>(days.size());
    for (const double d : days) square += (d - mean) * (d - mean);
    return std::sqrt(square / static_cast<double>(days.size() - 1));
}

// By the word before the colon of an example.
std::map<std::string, Example, std::less<>> examples() {
    std::map<std::string, Example, std::less<>> all;
    all["E1"].sums = e1();
    all["Four orders"].sums = four_orders();
    all["Rejected 500"].sums = rejected_500();
    all["Holds"].facts.hold_asymmetry_ms = 75.0 - 21.0;
    all["Five"].sums = five();
    all["Drift"].sums = drift();
    all["Own quote"].sums = own_quote();
    all["Bust"].sums = busted();
    all["Days"].sums = e1();
    all["Rounds"].facts.leakage_per_lot = rounds().believed()[0].mean;
    for (auto& [name, e] : all) {
        e.facts.sums = &e.sums;
        e.facts.latency_quantile = of_five;
    }
    // E1's move, net of one peer's order that moved 1 bps.
    Moves own, everyone;
    own.add(2'999'700);
    everyone = own;
    everyone.add(1'000'000);
    NetLeakage net;
    net.add(own, own, everyone);
    all["E1"].facts.net_leakage_bps = net.bps();
    const double p_values[] = {0.01, 0.04, 0.03, 0.005};
    all["Holm"].facts.last_look_p = holm(p_values)[0];
    all["Days"].facts.pi_day_sd_bps = day_sd({0.30, 0.40, 0.50});
    return all;
}

// The number behind the last "= " and half a unit of its last printed digit.
std::pair<double, double> printed(std::string_view example) {
    const std::size_t equals = example.rfind("= ");
    const std::string number(example.substr(equals + 2));
    std::size_t used = 0;
    const double value = std::stod(number, &used);
    EXPECT_EQ(used, number.size()) << "an example ends with \"= number\": " << example;
    const std::size_t point = number.find('.');
    const int decimals =
        point == std::string::npos ? 0 : static_cast<int>(number.size() - point - 1);
    return {value, 0.5 * std::pow(10.0, -decimals) + 1e-9};
}

TEST(Catalog, every_worked_example_is_true) {
    auto rows = examples();
    int redone = 0;
    for (const Entry& e : catalog()) {
        if (e.value == nullptr) continue;
        const std::string_view name = e.example.substr(0, e.example.find(':'));
        const auto row = rows.find(name);
        ASSERT_NE(row, rows.end()) << e.name << ": no example orders called \"" << name << "\"";
        ASSERT_NE(e.example.rfind("= "), std::string_view::npos) << e.name;
        const auto [expected, tolerance] = printed(e.example);
        const Value v = e.value(row->second.facts);
        ASSERT_TRUE(v.number) << e.name << ": " << text(v.why);
        EXPECT_NEAR(*v.number, expected, tolerance) << e.name << ": " << e.example;
        ++redone;
    }
    EXPECT_GT(redone, 90);
}

TEST(Catalog, names_are_unique_and_every_text_is_there) {
    std::set<std::string_view> names, titles;
    for (const Entry& e : catalog()) {
        EXPECT_TRUE(names.insert(e.name).second) << e.name << " twice";
        EXPECT_TRUE(titles.insert(e.title).second)
            << e.name << ": title \"" << e.title << "\" twice";
        EXPECT_FALSE(e.unit.empty() || e.formula.empty() || e.source.empty() || e.example.empty())
            << e.name;
        EXPECT_LE(e.title.size(), 17u) << e.name << ": the column head is too wide";
        EXPECT_EQ(find(e.name), &e);
    }
    EXPECT_EQ(find("fil_rate"), nullptr);
}

// The names that programs rely on.
TEST(Catalog, promised_json_names_are_there) {
    for (const char* name : {"n_orders",
                             "n_fills",
                             "n_rejects",
                             "filled_qty",
                             "ordered_qty",
                             "vwap",
                             "effective_spread",
                             "effective_spread_bps",
                             "quoted_spread",
                             "quoted_spread_bps",
                             "price_improvement",
                             "price_improvement_bps",
                             "e_over_q",
                             "realized_spread_50ms",
                             "realized_spread_1s",
                             "realized_spread_15s",
                             "realized_spread_1m",
                             "realized_spread_5m",
                             "realized_spread_50ms_bps",
                             "realized_spread_5m_bps",
                             "markout_bps_1ms",
                             "markout_bps_10ms",
                             "markout_bps_50ms",
                             "markout_bps_100ms",
                             "markout_bps_1s",
                             "markout_bps_5s",
                             "markout_bps_15s",
                             "markout_bps_1m",
                             "markout_bps_5m",
                             "fill_rate",
                             "reject_rate",
                             "latency_rt_ms_mean",
                             "latency_rt_ms_p50",
                             "latency_rt_ms_p90",
                             "latency_rt_ms_p99",
                             "latency_cmd_ms_mean",
                             "latency_first_fill_ms_mean",
                             "reject_cost_bps",
                             "leakage_bps_15s",
                             "leakage_raw_bps_15s",
                             "reversion_bps",
                             "all_in_cost_bps",
                             "fill_rate_order",
                             "composite",
                             "composite_sd",
                             "lcb",
                             "p_best",
                             "n_eff",
                             "n_rejects_discretionary",
                             "n_rejects_technical",
                             "n_rejects_risk",
                             "n_ours",
                             "n_unreadable",
                             "n_open",
                             "n_timeouts",
                             "n_fills_unpriced",
                             "p_any",
                             "p_full",
                             "pi_frequency",
                             "pi_share_at",
                             "pi_share_worse",
                             "pi_conditional",
                             "half_spread_capture",
                             "price_impact_bps_15s",
                             "effective_spread_605",
                             "price_improvement_605",
                             "e_over_q_605",
                             "size_improvement_ratio",
                             "bust_rate",
                             "reject_rate_volume",
                             "fill_rate_accepted",
                             "reject_cost_per_rejected_bps",
                             "fee_bps",
                             "last_look_asymmetry",
                             "last_look_z",
                             "pi_day_sd_bps",
                             "price_improvement_mid_bps"}) {
        EXPECT_NE(find(name), nullptr) << name;
    }
}

TEST(Catalog, an_empty_row_has_counts_of_zero_and_everything_else_absent_with_a_reason) {
    const Sums none;
    RowFacts row;
    row.sums = &none;
    for (const Entry& e : catalog()) {
        if (e.value == nullptr) continue;
        const Value v = e.value(row);
        if (e.tier == Tier::volume && e.name != "vwap") {
            EXPECT_EQ(v.number, 0.0) << e.name;
        } else {
            EXPECT_FALSE(v.number) << e.name;
            EXPECT_NE(v.why, Absent::no) << e.name;
            EXPECT_STRNE(text(v.why), "") << e.name;
        }
    }
}

TEST(Catalog, several_symbols_have_no_vwap_and_several_currencies_no_money) {
    const Sums s = e1();
    RowFacts row;
    row.sums = &s;
    row.several_symbols = true;
    EXPECT_EQ(find("vwap")->value(row).why, Absent::mixed_symbols);
    EXPECT_TRUE(find("effective_spread")->value(row).number);
    row.several_symbols = false;
    row.several_currencies = true;
    int mixed = 0;
    for (const Entry& e : catalog()) {
        if (e.value == nullptr) continue;
        const Value v = e.value(row);
        const bool money = e.unit == "currency/share";
        EXPECT_FALSE(money && v.number) << e.name;
        mixed += v.why == Absent::mixed_currency;
    }
    EXPECT_GT(mixed, 30);
    EXPECT_TRUE(find("fill_rate")->value(row).number) << "a share of quantity has no currency";
    EXPECT_TRUE(find("pi_frequency")->value(row).number);
    EXPECT_TRUE(find("leakage_raw_bps_15s")->value(row).number) << "a mean of moves, each in bps";
}

TEST(Catalog, at_a_rate_of_1_10_ratios_stay_and_money_is_a_tenth_more) {
    Sums s = e1();
    RowFacts row;
    row.sums = &s;
    std::vector<std::optional<double>> before;
    for (const Entry& e : catalog())
        before.push_back(e.value != nullptr ? e.value(row).number : std::nullopt);
    s.exchange(1'100'000'000'000);
    int money = 0;
    for (std::size_t i = 0; i < catalog().size(); ++i) {
        const Entry& e = catalog()[i];
        if (!before[i]) continue;
        const bool in_money = e.unit == "currency/share" || e.unit == "currency";
        EXPECT_NEAR(*e.value(row).number, *before[i] * (in_money ? 1.1 : 1.0),
                    1e-12 * std::abs(*before[i]))
            << e.name;
        money += in_money;
    }
    EXPECT_GT(money, 10);
}

TEST(Catalog, every_sum_of_money_is_exchanged_and_nothing_else) {
    Sums s;
    Sums::pairwise(s, s, [](auto& mine, auto&) { mine = 1000; });
    s.exchange(3'000'000'000'000);
    int exchanged_sums = 0;
    Sums::pairwise(s, s, [&](auto& mine, auto&) { exchanged_sums += mine == 3000; });
    // 20 at route, arrival, receipt and of notional and fees; 5 arrays of horizons; 10 of
    // reversion, cost, own quotes.
    EXPECT_EQ(exchanged_sums, 20 + 5 * static_cast<int>(kHorizons) + 10);
    EXPECT_EQ(s.n_fills, 1000);
    EXPECT_TRUE(s.priced_q == 1000 && s.leak == 1000 && s.size_good == 1000);
}

TEST(Rates, exchanged_amounts_are_rounded_half_away_from_zero) {
    struct {
        const char* worked;
        Money amount;
        std::int64_t rate;
        Money out;
    } const rows[] = {
        {"100 at 1.10 = 110", 100, 1'100'000'000'000, 110},
        {"5 at 0.1 = 0.5, away from zero 1", 5, 100'000'000'000, 1},
        {"-5 at 0.1 = -0.5, away from zero -1", -5, 100'000'000'000, -1},
        {"4 at 0.1 = 0.4, that is 0", 4, 100'000'000'000, 0},
        {"10^30 at 10^6 = 10^36", Money{1'000'000'000'000'000} * 1'000'000'000'000'000,
         1'000'000'000'000'000'000, Money{1'000'000'000'000'000'000} * 1'000'000'000'000'000'000},
    };
    for (const auto& r : rows) EXPECT_TRUE(exchanged(r.amount, r.rate) == r.out) << r.worked;
}

TEST(Catalog, without_fee_schedule_fees_are_absent_and_cost_nothing) {
    const Sums s = e1();
    RowFacts row;
    row.sums = &s;
    row.no_fee_schedule = true;
    EXPECT_FALSE(find("fee_bps")->value(row).number);
    EXPECT_NEAR(*find("all_in_cost_bps")->value(row).number, 0.62494, 5e-6);
}

TEST(Catalog, markdown_has_a_section_for_each_entry) {
    const std::string doc = catalog_markdown();
    for (const Entry& e : catalog()) {
        EXPECT_NE(doc.find("\n### " + std::string(e.name) + "\n"), std::string::npos) << e.name;
    }
    EXPECT_NE(doc.find("Absent is not zero"), std::string::npos);
}

}  // namespace
}  // namespace assay::kpi
