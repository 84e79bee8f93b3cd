#include "hosts/oms/flow.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

#include "core/units/decimal.h"

namespace assay::oms {
namespace {

std::string said(const DrawnOrder& o) {
    std::string text =
        fmt::format("{} {} {}", o.side == Side::buy ? "buy" : "sell", to_text(o.qty), o.symbol);
    if (o.change == Change::cancel) text += ", canceled";
    if (o.change == Change::replace) text += ", replaced by " + to_text(o.new_qty);
    return text;
}

TEST(Flow, the_same_seed_draws_the_same_orders_in_whatever_order_they_are_asked_for) {
    FlowConfig c;
    c.symbols = {"ACME", "SIM002"};
    std::vector<std::string> forth, back;
    for (std::uint64_t i = 1; i <= 50; ++i) forth.push_back(said(drawn_order(c, i)));
    for (std::uint64_t i = 50; i >= 1; --i) back.insert(back.begin(), said(drawn_order(c, i)));
    EXPECT_EQ(forth, back);
    c.seed = 2;
    std::vector<std::string> other;
    for (std::uint64_t i = 1; i <= 50; ++i) other.push_back(said(drawn_order(c, i)));
    EXPECT_NE(forth, other);
}

TEST(Flow, keeps_to_what_it_is_told) {
    FlowConfig c;
    c.symbols = {"A", "B", "C"};
    c.per_minute = 30;
    c.cancel_share = 0.2;
    c.replace_share = 0.1;
    double gaps = 0;
    int buys = 0, cancels = 0, replaces = 0;
    std::set<std::string> symbols;
    constexpr int kMany = 10'000;
    for (std::uint64_t i = 1; i <= kMany; ++i) {
        const DrawnOrder o = drawn_order(c, i);
        ASSERT_GE(o.qty, c.least) << i;
        ASSERT_LE(o.qty, c.most) << i;
        ASSERT_EQ(o.qty.micro % c.lot.micro, 0) << i;
        ASSERT_GE(o.gap.ns, 0) << i;
        if (o.change == Change::replace) {
            ASSERT_GT(o.new_qty, o.qty) << i;
            ASSERT_EQ(o.new_qty.micro % c.lot.micro, 0) << i;
        }
        ASSERT_LE(o.change_after, c.second_thoughts) << i;
        gaps += as_seconds(o.gap);
        buys += o.side == Side::buy;
        cancels += o.change == Change::cancel;
        replaces += o.change == Change::replace;
        symbols.insert(o.symbol);
    }
    EXPECT_NEAR(gaps / kMany, 2.0, 0.1);
    EXPECT_NEAR(buys, kMany / 2, 200);
    EXPECT_NEAR(cancels, kMany / 5, 200);
    EXPECT_NEAR(replaces, kMany / 10, 150);
    EXPECT_EQ(symbols, (std::set<std::string>{"A", "B", "C"}));
}

TEST(Flow, one_size_is_always_that_size) {
    FlowConfig c;
    c.least = c.most = {700'000'000};
    for (std::uint64_t i = 1; i <= 100; ++i) EXPECT_EQ(drawn_order(c, i).qty, c.least) << i;
}

}  // namespace
}  // namespace assay::oms
