#include "hosts/cli/explain_output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/golden.h"

namespace assay::cli {
namespace {

Explanation made_up_explanation() {
    constexpr Nanos kSent{1754141401123456000};
    Explanation e;
    e.title = "Order 7A-113: buy 1,000 XYZ from LP_A, filled 800 at 100.01625, the rest canceled";
    e.remarks = {"The first fill came before the acknowledgement."};
    e.messages = {
        {kSent, Direction::out, "day.log", 1024, "D NewOrderSingle", "buy 1,000 XYZ at 100.02, IOC",
         "8=FIX.4.4|35=D|11=7A-113|55=XYZ|54=1|38=1000|44=100.02|554=***|"},
        {kSent + Duration{15'000'000}, Direction::in, "day.log", 2048, "8 ExecutionReport",
         "filled 600 at 100.015", "8=FIX.4.4|35=8|17=\x1b[31mE1|"},
        {kNever, Direction::in, "fills.csv", 77, "row 3", "canceled 200", ""}};
    e.quotes = {{"touch when the order was sent", kSent, Duration{12'300'000}, "100.00 x 300",
                 "100.02 x 400", "ok", "quotes.csv:12"},
                {"mid 15 s after the fill", kNever, std::nullopt, "", "", "none", ""}};
    e.metrics = {
        {"price_improvement", "s (F - p)", "+1 (100.02 - 100.015)", 0.005, "currency/share", ""},
        {"price_improvement_bps", "1e4 s (F - p) / F", "1e4 * 0.005 / 100.02", 0.49990001999600073,
         "bps", ""},
        {"markout_bps_15s", "1e4 s (M(t+15s) - p) / p", "", std::nullopt, "bps",
         "no usable quote at the horizon"}};
    e.changes = {{"LP_A / XYZ fill rate", 0.9307, 0.9266, "share of 1"},
                 {"LP_A / XYZ price improvement", std::nullopt, 0.4999, "bps"}};
    e.config_version = "3f2a9c01d4e5b677";
    return e;
}

TEST(ExplainOutput, looks_as_it_should) {
    const Terminal t{.width = 100, .tty = true, .colour = false, .utf8 = true};
    EXPECT_TRUE(equals_golden(explain_text(made_up_explanation(), t), "explain_100"));
}

TEST(ExplainOutput, json_holds_all_of_it) {
    const auto d = nlohmann::json::parse(explain_json(made_up_explanation()));
    EXPECT_EQ(d["messages"].size(), 3u);
    EXPECT_EQ(d["messages"][0]["at_ns"], 1754141401123456000);
    EXPECT_EQ(d["messages"][1]["direction"], "in");
    EXPECT_TRUE(d["messages"][2]["at_ns"].is_null());
    EXPECT_EQ(d["quotes"][0]["age_ns"], 12'300'000);
    EXPECT_EQ(d["metrics"][1]["result"].get<double>(), 0.49990001999600073);
    EXPECT_TRUE(d["metrics"][2]["result"].is_null());
    EXPECT_TRUE(d["changes"][1]["before"].is_null());
    EXPECT_EQ(d["remarks"].size(), 1u);
}

TEST(ExplainOutput, an_empty_explanation_is_its_title) {
    Explanation e;
    e.title = "Order X: no such order";
    EXPECT_EQ(explain_text(e, Terminal{}), "Order X: no such order\n");
}

}  // namespace
}  // namespace assay::cli
