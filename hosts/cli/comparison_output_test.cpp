#include "hosts/cli/comparison_output.h"

#include <gtest/gtest.h>

#include "hosts/cli/comparison_charts.h"
#include "hosts/cli/comparison_html.h"
#include "hosts/cli/golden.h"
#include "hosts/cli/html_testkit.h"
#include "hosts/cli/made_up_comparison.h"

namespace assay::cli {
namespace {

const judge::Comparison& made_up() {
    static const judge::Comparison c = made_up_comparison();
    return c;
}

TEST(ComparisonOutput, looks_as_it_should) {
    EXPECT_TRUE(equals_golden(comparison_table(made_up(), Terminal{.width = 120, .utf8 = true}),
                              "comparison_120"));
    EXPECT_TRUE(
        equals_golden(comparison_table(made_up(), Terminal{.width = 80}), "comparison_plain_80"));
    EXPECT_TRUE(equals_golden(comparison_csv(made_up()), "comparison_csv"));
    EXPECT_TRUE(equals_golden(comparison_json(made_up()), "comparison_json"));
}

TEST(ComparisonOutput, no_line_is_wider_than_the_terminal_and_no_name_brings_an_escape) {
    judge::Comparison hostile = made_up();
    hostile.scenarios[0] = hostile.rows[9].scenario = std::string(300, 'x') + "\x1b[2J";
    hostile.reference = std::string(200, 'r');
    hostile.rows[0].parents = 123'456'789;
    hostile.rows[0].shortfall_bps = -123456.789;
    hostile.rows[0].completion_p95_seconds = 1e7;
    hostile.gaming[0].tactic = std::string(100, 't') + "\x1b[2J";
    hostile.gaming[0].share.interval_bp = {-12345, 12345};
    for (judge::Row& row : hostile.rows)
        if (row.regret) row.regret->bps.interval = {-1234.5, 12345.678};
    for (int width = 80; width <= 240; width += 7) {
        const std::string text = comparison_table(hostile, Terminal{.width = width, .utf8 = true});
        EXPECT_EQ(text.find('\x1b'), text.npos);
        std::size_t start = 0;
        for (std::size_t end; (end = text.find('\n', start)) != text.npos; start = end + 1)
            ASSERT_LE(display_width(text.substr(start, end - start)), width)
                << text.substr(start, end - start);
    }
}

TEST(ComparisonOutput, the_page_is_well_formed_and_names_are_only_text) {
    const std::string page = comparison_html(made_up());
    EXPECT_EQ(malformed(page), "");
    EXPECT_EQ(malformed(comparison_html({})), "");
    EXPECT_EQ(page.find("<b>rogue"), page.npos);
    EXPECT_EQ(page.find('\x1b'), page.npos);
    for (const char* word : {"http", "src=", "url(", "@import", "fetch", "<link", "<iframe"})
        EXPECT_EQ(page.find(word), page.npos) << word;
    for (const char* part :
         {"What can be said", "All scenarios", "linear leakage", "Regret to split",
          "Time to completion", "Were the forecasts right", "From logged decisions",
          "&lt;b&gt;rogue&lt;/b&gt;", "&lt;painted&gt;", "beyond the limit", "clearly dearer",
          "Spearman", "cheaper: replay and log"})
        EXPECT_NE(page.find(part), page.npos) << part;
}

TEST(ComparisonOutput, every_csv_line_has_as_many_cells_as_the_head) {
    const std::string text = comparison_csv(made_up());
    std::vector<std::ptrdiff_t> commas;
    std::size_t start = 0;
    for (std::size_t end; (end = text.find("\r\n", start)) != text.npos; start = end + 2)
        commas.push_back(std::count(text.begin() + static_cast<std::ptrdiff_t>(start),
                                    text.begin() + static_cast<std::ptrdiff_t>(end), ','));
    ASSERT_EQ(commas.size(), 1 + made_up().rows.size());
    for (const auto n : commas) EXPECT_EQ(n, commas[0]);
}

TEST(ComparisonCharts, nothing_gives_no_picture_and_odd_numbers_stay_numbers) {
    EXPECT_EQ(regret_chart({}, "a"), "");
    EXPECT_EQ(completion_chart({}), "");
    EXPECT_EQ(reliability_chart({}), "");
    judge::Row row;
    row.policy = "</svg><b>";
    row.regret = judge::Paired{};
    judge::Row wild = row;
    wild.regret->bps.mean = 1e6;
    wild.regret->bps.interval = {-1e6, 1e7};
    judge::PolicyForecasts one;
    one.policy = "\"";
    one.completion = {{1e-6, 1}};
    estimate::Calibration sure;
    sure.observe(1, 1);
    for (const std::string& svg : {regret_chart({row}, "<"), regret_chart({row, wild}, "a"),
                                   completion_chart({one}), reliability_chart(sure)}) {
        EXPECT_NE(svg, "");
        EXPECT_EQ(malformed(svg), "");
        for (const char* bad : {"nan", "inf", "e+"}) EXPECT_EQ(svg.find(bad), svg.npos) << svg;
    }
}

}  // namespace
}  // namespace assay::cli
