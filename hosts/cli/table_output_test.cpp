#include "hosts/cli/table_output.h"

#include <gtest/gtest.h>

#include "hosts/cli/columns.h"
#include "hosts/cli/golden.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

Terminal utf8(int width) {
    return {.width = width, .tty = true, .colour = false, .utf8 = true};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (std::size_t end; (end = text.find('\n', start)) != text.npos; start = end + 1) {
        lines.push_back(text.substr(start, end - start));
    }
    return lines;
}

TEST(TableOutput, looks_as_it_should_at_common_widths) {
    for (const int width : {80, 120, 200}) {
        EXPECT_TRUE(equals_golden(table_text(made_up_report(), made_up_catalog(), utf8(width)),
                                  "table_" + std::to_string(width)));
    }
    EXPECT_TRUE(equals_golden(table_text(made_up_report_by_symbol(), made_up_catalog(), utf8(120)),
                              "table_by_symbol_120"));
    EXPECT_TRUE(
        equals_golden(table_text(made_up_report(), made_up_catalog(), Terminal{.width = 100}),
                      "table_plain_100"));
    const Terminal colour{.width = 100, .tty = true, .colour = true, .utf8 = true};
    EXPECT_TRUE(
        equals_golden(table_text(made_up_report(), made_up_catalog(), colour), "table_colour_100"));
}

TEST(TableOutput, no_line_is_wider_than_the_terminal) {
    for (int width = 60; width <= 300; ++width) {
        for (const auto& report : {made_up_report(), made_up_report_by_symbol()}) {
            for (const auto& line : lines_of(table_text(report, made_up_catalog(), utf8(width)))) {
                ASSERT_LE(display_width(line), width) << line;
            }
        }
    }
}

TEST(TableOutput, plain_output_is_ascii_and_no_name_brings_an_escape) {
    for (const char c : table_text(made_up_report(), made_up_catalog(), Terminal{.width = 200})) {
        ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
    }
    score::Report hostile = made_up_report();
    hostile.rows[0].keys[0].second = "\x1b]0;owned\x07";
    hostile.assumptions = {"\x1b[2J"};
    hostile.rows[1].no_score = "\r\x1b[1A";
    hostile.profile = "\x1b[5m";
    const std::string text = table_text(hostile, made_up_catalog(), utf8(160));
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find('\r'), text.npos);
}

TEST(TableOutput, what_does_not_fit_is_named) {
    const std::string narrow = table_text(made_up_report(), made_up_catalog(), utf8(80));
    EXPECT_NE(narrow.find("more: --format html|json, --columns a,b"), narrow.npos);
    score::Report names_short = made_up_report_by_symbol();
    const std::string wide = table_text(names_short, made_up_catalog(), utf8(300));
    EXPECT_EQ(wide.find("more: "), wide.npos) << "everything fits";
}

TEST(TableOutput, columns_asked_for_take_the_place_of_the_tiers) {
    const auto columns = columns_named(made_up_catalog(), "vwap,fill_rate");
    ASSERT_TRUE(columns.has_value());
    const std::string text = table_text(made_up_report(), made_up_catalog(), utf8(120), *columns);
    EXPECT_NE(text.find("VWAP"), text.npos);
    EXPECT_EQ(text.find("Execution quality"), text.npos);
    // How rows stand to each other, where it is asked for: of the table alone.
    const auto standing = columns_named(made_up_catalog(), "min_max,z_score,rank,vwap", "--columns",
                                        AlsoNamed::standings);
    ASSERT_TRUE(standing.has_value());
    const std::string stands =
        table_text(made_up_report(), made_up_catalog(), utf8(120), *standing);
    for (const char* head : {"min-max", " z ", "rank", "VWAP"})
        EXPECT_NE(stands.find(head), stands.npos) << head << "\n" << stands;
    EXPECT_FALSE(columns_named(made_up_catalog(), "min_max", "--kpi").has_value());
    const auto wrong = columns_named(made_up_catalog(), "vwap,fil_rate");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().text(),
              "--columns: no KPI is called \"fil_rate\"; did you mean \"fill_rate\"?");
    EXPECT_NE(columns_named(made_up_catalog(), "zzzzzz", "--kpi")
                  .error()
                  .text()
                  .find("--kpi: no KPI is called \"zzzzzz\"; `assay catalog` lists the names"),
              std::string::npos);
}

TEST(TableOutput, rows_of_six_keys_are_told_apart) {
    score::Report report = made_up_report();
    report.by = {"lp", "symbol", "size", "regime", "hour", "side"};
    int hour = 9;
    for (score::Row& row : report.rows)
        row.keys = {{"lp", "LP_A"},
                    {"symbol", "ABC"},
                    {"size", "<0.5x"},
                    {"regime", "calm"},
                    {"hour", std::to_string(hour++)},
                    {"side", "buy"}};
    const std::string text = table_text(report, made_up_catalog(), utf8(100));
    EXPECT_NE(text.find("ABC / <0.5x / calm / 9 / buy"), text.npos) << text;
    EXPECT_NE(text.find("ABC / <0.5x / calm / 10 / buy"), text.npos) << text;
    // A narrow terminal cuts in the middle: the ends tell rows apart.
    for (score::Row& row : report.rows) row.keys[1].second = std::string(60, 'X');
    const std::string narrow = table_text(report, made_up_catalog(), utf8(80));
    EXPECT_NE(narrow.find(" / 9 / buy"), narrow.npos) << narrow;
}

TEST(TableOutput, no_mark_where_the_intervals_of_best_and_worst_overlap) {
    const auto index = *index_of(made_up_catalog(), "fill_rate");
    struct {
        const char* worked;
        double sd;
        Standing best;
    } const rows[] = {{".985 - .65 = .335 > 1.645 (.1 + .1) = .329", .1, Standing::best},
                      {".335 < 1.645 (.11 + .11) = .362", .11, Standing::none}};
    for (const auto& r : rows) {
        score::Report report = made_up_report();
        for (score::Row& row : report.rows) row.contributions[0].sd = r.sd;
        EXPECT_EQ(standings(report, made_up_catalog(), index)[0], r.best) << r.worked;
    }
}

TEST(TableOutput, an_undecided_lead_says_by_what_and_who_is_likelier) {
    score::Report report = made_up_report();
    report.rows[0].p_best = 0.48;
    report.rows[1].p_best = 0.52;
    report.rows[0].lcb = 80;
    for (std::size_t i = 1; i < report.rows.size(); ++i) report.rows[i].lcb = 70;
    const std::string text = table_text(report, made_up_catalog(), utf8(200));
    EXPECT_NE(text.find("undecided: LP_A leads by LCB with P(best) 48.0 %, below 95 %; the highest "
                        "P(best) is that of LP_C, 52.0 %"),
              text.npos)
        << text;
}

TEST(TableOutput, best_and_worst_need_three_to_compare_and_enough_orders) {
    const score::Report report = made_up_report();
    const auto index = *index_of(made_up_catalog(), "fill_rate");
    const auto standing = standings(report, made_up_catalog(), index);
    EXPECT_EQ(standing[0], Standing::best);   // .985
    EXPECT_EQ(standing[3], Standing::none);   // .33 is the lowest, of three orders
    EXPECT_EQ(standing[5], Standing::worst);  // .65
    const auto two = standings(made_up_report_by_symbol(), made_up_catalog(), index);
    EXPECT_EQ(two[0], Standing::none);
    const auto count =
        standings(report, made_up_catalog(), *index_of(made_up_catalog(), "n_rejects_risk"));
    EXPECT_EQ(count[5], Standing::none);
}

TEST(TableOutput, a_bound_below_the_scale_is_shown_as_0_and_said) {
    score::Report report = made_up_report();
    report.rows[0].lcb = -3.25;
    const std::string text = table_text(report, made_up_catalog(), utf8(200));
    EXPECT_NE(text.find("LCB of LP_A: its interval reaches below the scale, to -3.2; 0 is shown"),
              text.npos)
        << text;
    EXPECT_EQ(shown_lcb(report.rows[0]), 0.0);
    EXPECT_EQ(shown_lcb(report.rows[1]), report.rows[1].lcb);
}

TEST(TableOutput, columns_that_say_nothing_go_first) {
    score::Report report = made_up_report();
    const Catalog catalog = made_up_catalog();
    const auto gone = [&](score::Row& row) {
        row.values[*index_of(catalog, "effective_spread_bps")] = {std::nullopt,
                                                                  kpi::Absent::no_quote};
    };
    const auto head = [&] {
        const std::string text = table_text(report, catalog, utf8(80));
        return text.substr(text.find("Execution quality"), 200);
    };
    EXPECT_NE(head().find("effective"), std::string::npos);
    for (score::Row& row : report.rows) gone(row);
    gone(report.total);
    EXPECT_EQ(head().find("effective"), std::string::npos) << head();
    EXPECT_NE(head().find("PI"), std::string::npos);
}

TEST(TableOutput, headings_are_the_catalogs_in_two_lines) {
    struct {
        const char* kpi;
        const char* heading;
        const char* over;
        const char* head;
    } const rows[] = {
        {"price_improvement_bps", "PI bps", "PI", "bps"},
        {"realized_spread_15s_bps", "realised 15s bps", "realised", "15s bps"},
        {"fill_rate", "fill %", "fill", "%"},
        {"latency_rt_ms_p50", "trip p50 ms", "trip", "p50 ms"},
        {"n_orders", "orders", "", "orders"},
        {"half_spread_capture", "half spreads", "half", "spreads"},
        {"all_in_cost_bps", "all-in bps", "all-in", "bps"},
    };
    for (const auto& r : rows) {
        const kpi::Entry& entry = *kpi::find(r.kpi);
        EXPECT_EQ(heading(entry), r.heading);
        EXPECT_EQ(narrow_heading(entry).over, r.over) << r.kpi;
        EXPECT_EQ(narrow_heading(entry).head, r.head) << r.kpi;
    }
}

TEST(TableOutput, every_kpi_it_shows_is_in_the_catalog) {
    for (const ShownKpi& shown : shown_kpis()) {
        EXPECT_NE(kpi::find(shown.name), nullptr) << shown.name;
    }
    for (const kpi::Entry& entry : kpi::catalog()) {
        EXPECT_EQ(held_by_row(entry.name), entry.value == nullptr) << entry.name;
    }
}

TEST(TableOutput, nothing_to_rank_is_said) {
    score::Report empty;
    const std::string text = table_text(empty, made_up_catalog(), utf8(80));
    EXPECT_NE(text.find("No orders in what was read"), text.npos);
}

}  // namespace
}  // namespace assay::cli
