#include "hosts/cli/json_output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/json_writer.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

using nlohmann::json;

TEST(JsonOutput, reads_back_as_the_report) {
    const score::Report report = made_up_report();
    const json d = json::parse(json_text(report, made_up_health(), made_up_catalog()));
    EXPECT_EQ(d["version"], 1);
    EXPECT_EQ(d["profile"], "balanced");
    EXPECT_EQ(d["by"], json::array({"lp"}));
    EXPECT_EQ(d["assumptions"].size(), 3u);
    ASSERT_EQ(d["rows"].size(), report.rows.size());
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const score::Row& row = report.rows[i];
        const json& j = d["rows"][i];
        for (std::size_t k = 0; k < made_up_catalog().size(); ++k) {
            const std::string name(made_up_catalog()[k].name);
            if (held_by_row(name)) continue;
            ASSERT_TRUE(j.contains(name)) << name;
            const auto number = row.values[k].number;
            EXPECT_EQ(j[name].is_null(), !number) << name;
            EXPECT_EQ(j["absent"].contains(name), !number) << name;
            if (!number) continue;
            EXPECT_EQ(j[name].get<double>(), *number) << name;
        }
        EXPECT_EQ(j["composite"].is_null(), !row.composite);
        EXPECT_EQ(j["n_eff"].get<double>(), *row.n_eff);
    }
    EXPECT_EQ(d["rows"][0]["lp"], "LP_A");
    EXPECT_TRUE(d["rows"][0]["n_orders"].is_number_integer()) << "integers as integers";
    EXPECT_EQ(d["rows"][0]["rank_without_rebates"], 2);
    EXPECT_EQ(d["rows"][3]["evidence"], "prior");
    EXPECT_TRUE(d["rows"][3]["price_improvement_bps"].is_null());
    EXPECT_EQ(d["rows"][3]["absent"]["price_improvement_bps"], "no usable quote at route");
    EXPECT_EQ(d["rows"][4]["lp"], "<script>alert(1)</script>");
    EXPECT_EQ(d["rows"][4]["no_score"], "55 % of the profile's weight is absent");
    EXPECT_FALSE(d["total"].contains("lp"));
    EXPECT_EQ(d["total"]["n_orders"], 35709);
}

TEST(JsonOutput, capacity_and_calibration) {
    const json d = json::parse(json_text(made_up_report(), made_up_health(), made_up_catalog()));
    const json& row = d["rows"][0];
    ASSERT_EQ(row["capacity"].size(), 3u);
    EXPECT_EQ(row["capacity"][0]["tif"], "ioc");
    EXPECT_EQ(row["capacity"][0]["limit"], "at");
    EXPECT_EQ(row["capacity"][0]["n"], 4000);
    EXPECT_EQ(row["capacity"][0]["n_by_round_lot"], 12);
    EXPECT_EQ(row["capacity"][0]["points"].size(), 12u);
    const json first = {{"size", 0.01}, {"p_at_least", 1.0}, {"n_at_risk", 7.0}};
    EXPECT_EQ(row["capacity"][2]["points"], json::array({first}));
    // The names that programs rely on; more may come, none may go without a version.
    const json calibration = json::parse(R"({"n":14000,"brier":0.1284,"brier_lp_mean":0.1504,
        "brier_global_mean":0.1546,"log_loss":0.406,"ece":0.0096,
        "log_loss_lp_mean":0.471,"log_loss_global_mean":0.482,"ece_lp_mean":0.004,
        "ece_global_mean":0.003,"fraction_pit_ks":0.012,
        "accepted":true,"brier_any":0.05,"fraction_forecast":0.93,
        "fraction_filled":0.929,"n_latency":13500,"pinball_ms_p50":1.5,"pinball_ms_p90":3.25,
        "pinball_ms_p99":2.0,"latency_pit_ks":0.031})");
    EXPECT_EQ(row["calibration"], calibration);
    EXPECT_TRUE(d["rows"][3]["capacity"].empty());
    EXPECT_TRUE(d["rows"][3]["calibration"].is_null());
    EXPECT_TRUE(d["total"].contains("calibration"));
}

TEST(JsonOutput, no_key_stands_twice_in_a_row) {
    std::vector<std::vector<std::string>> open;
    const auto see = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) open.emplace_back();
        if (event == json::parse_event_t::object_end) open.pop_back();
        if (event == json::parse_event_t::key) {
            for (const std::string& key : open.back()) EXPECT_NE(key, parsed.get<std::string>());
            open.back().push_back(parsed.get<std::string>());
        }
        return true;
    };
    const json d = json::parse(
        json_text(made_up_report_by_symbol(), made_up_health(), made_up_catalog()), see);
    EXPECT_EQ(d["rows"][1]["symbol"], "ABC");
}

TEST(JsonOutput, health_says_everything_and_adds_up) {
    const json h = json::parse(health_json(made_up_health()))["health"];
    EXPECT_EQ(h["bytes_read"], 1'204'331);
    EXPECT_EQ(h["bytes_read"].get<int>(),
              h["bytes_messages"].get<int>() + h["bytes_between"].get<int>() +
                  h["bytes_dead"].get<int>() + h["bytes_pending"].get<int>());
    EXPECT_EQ(h["messages_read"].get<int>(),
              h["messages_applied"].get<int>() + h["messages_duplicate"].get<int>() +
                  h["messages_waiting"].get<int>() + h["messages_dead"].get<int>());
    EXPECT_EQ(h["dead_by_reason"][1]["n"], 3);
    EXPECT_EQ(h["counts"].size(), 3u) << "zero counts are kept for programs";
    EXPECT_EQ(h["sessions"][0]["clock_offset_ms"], 3.25);
    EXPECT_EQ(h["sessions"][0]["first"], "2025-08-02T13:30:01.123456Z");
    EXPECT_TRUE(h["sessions"][1]["first"].is_null());
    EXPECT_EQ(h["inputs"][0]["zone_hours"], -4);
    EXPECT_EQ(h["by_msg_type"][0]["n"], 2000);
    EXPECT_EQ(h["dead_letter_file"], "assay.dead.jsonl");
    EXPECT_TRUE(json::parse(health_json(quiet_health()))["health"]["dead_letter_file"].is_null());
}

TEST(JsonOutput, hostile_strings_are_escaped) {
    struct {
        std::string text, json_text;
    } const cases[] = {
        {"plain", "\"plain\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"a\nb\tc\r", "\"a\\nb\\tc\\r\""},
        {std::string("\0\x1f\x7f", 3), "\"\\u0000\\u001f\\u007f\""},
        {"</script>", "\"\\u003c/script>\""},
        {"Börse 東京", "\"Börse 東京\""},
        {"\xFF\xC0\xAF", "\"\\ufffd\\ufffd\\ufffd\""},
        {"\xE2\x82", "\"\\ufffd\\ufffd\""},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(json_string(c.text), c.json_text);
        EXPECT_TRUE(json::accept(json_string(c.text))) << c.json_text;
    }
}

TEST(JsonOutput, same_report_same_bytes) {
    EXPECT_EQ(json_text(made_up_report(), made_up_health(), made_up_catalog()),
              json_text(made_up_report(), made_up_health(), made_up_catalog()));
}

TEST(JsonOutput, an_empty_report_is_a_document_too) {
    const json d = json::parse(json_text({}, {}, made_up_catalog()));
    EXPECT_TRUE(d["rows"].empty());
    EXPECT_TRUE(d["total"]["n_orders"].is_null());
}

}  // namespace
}  // namespace assay::cli
