#include "hosts/cli/html_output.h"

#include <gtest/gtest.h>
#include <string_view>

#include "hosts/cli/html_charts.h"
#include "hosts/cli/html_testkit.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/made_up_report.h"

namespace assay::cli {
namespace {

TEST(HtmlOutput, the_check_of_form_can_fail) {
    EXPECT_EQ(malformed("<p class=\"a\">x &amp; y<br></p>"), "");
    EXPECT_NE(malformed("<p><b></p></b>"), "");
    EXPECT_NE(malformed("<p>a & b</p>"), "");
    EXPECT_NE(malformed("<p title=\"<b>\">a</p>"), "");
    EXPECT_NE(malformed("<p>"), "");
}

TEST(HtmlOutput, is_well_formed) {
    EXPECT_EQ(malformed(html_text(made_up_report(), made_up_health(), made_up_catalog())), "");
    EXPECT_EQ(malformed(html_text(made_up_report_by_symbol(), quiet_health(), made_up_catalog())),
              "");
    EXPECT_EQ(malformed(html_text({}, {}, made_up_catalog())), "");
}

TEST(HtmlOutput, asks_nothing_of_the_network) {
    const std::string page = html_text(made_up_report(), made_up_health(), made_up_catalog());
    for (const char* word :
         {"http", "src=", "url(", "@import", "fetch", "XMLHttp", "<link", "<iframe"}) {
        // The one `src=` is the text of a hostile CompID, and stands there escaped.
        const std::size_t at = page.find(word);
        if (std::string_view(word) == "src=") {
            EXPECT_EQ(page.substr(at - 8, 14), "&lt;img src=x ");
            EXPECT_EQ(page.find(word, at + 1), page.npos);
        } else {
            EXPECT_EQ(at, page.npos) << word;
        }
    }
}

TEST(HtmlOutput, hostile_names_are_only_text) {
    const std::string page = html_text(made_up_report(), made_up_health(), made_up_catalog());
    EXPECT_EQ(page.find("<script>alert"), page.npos);
    EXPECT_EQ(page.find("<img"), page.npos);
    EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;"), page.npos);
    EXPECT_EQ(page.find("\xE2\x80\xAE"), page.npos) << "right-to-left override";
    score::Report report = made_up_report();
    report.rows[0].keys[0].second = "\" onmouseover=\"x";
    report.rows[0].fill_rate_by_size[0].label = "</svg><b>";
    report.assumptions = {"<b>", "a & b"};
    report.profile = "</title><script>";
    EXPECT_EQ(malformed(html_text(report, made_up_health(), made_up_catalog())), "");
    EXPECT_EQ(html_escaped("<a href='x'>&\"\x01"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\x01");
}

TEST(HtmlOutput, holds_what_it_should) {
    const std::string page = html_text(made_up_report(), made_up_health(), made_up_catalog());
    for (const char* part : {"prefers-color-scheme", "@media print", "Ingest health",
                             "League table", "Execution quality", "Liquidity and impact", "Markout",
                             "Round trip", "Fill rate by order size", "How much fills",
                             "IOC at touch", "12 of 4,090 orders over the round lot",
                             "Predicted fill: Brier 0.128 against 0.150 by the LP&#39;s mean; well "
                             "calibrated: ECE 0.010",
                             "undecided", "Where the composite comes from", "Lenient",
                             "price_improvement_bps (bps; higher is better)"}) {
        EXPECT_NE(page.find(part), page.npos) << part;
    }
}

TEST(HtmlCharts, nothing_measured_gives_no_picture) {
    const score::Curve nothing;
    EXPECT_EQ(curve_chart({{"fills", "fills", &nothing}}, 400, 200), "");
    EXPECT_EQ(latency_chart({}, {}), "");
    EXPECT_EQ(latency_chart({{1.0, 0}}, {}), "");
    EXPECT_EQ(fill_rate_chart({}), "");
    EXPECT_EQ(contribution_chart({}), "");
    EXPECT_EQ(capacity_chart({}), "");
    const score::CapacityCurve one{"ioc", "at", 1, 0, {{1, .5, 1}}};
    EXPECT_EQ(capacity_chart({&one}), "");
}

TEST(HtmlCharts, odd_numbers_stay_inside_the_picture) {
    score::Curve flat;
    flat.bps[3] = 0;
    score::Curve wild;
    wild.bps = {1e9, -1e9, 0, 1e-12};
    const score::CapacityCurve steep{"<b>", "at", 1, 0, {{1e-2, 1.5, 1}, {100, -1, 1}}};
    for (const std::string& svg :
         {capacity_chart({&steep, &steep}), curve_chart({{"a", "fills", &flat}}, 400, 200),
          curve_chart({{"a", "fills", &wild}}, 400, 200), latency_chart({{18, 1}}, {{"p50", 18}}),
          latency_chart({{1e-3, 5}, {6e4, 1}}, {{"p99", 1e7}}), latency_chart({{5, 1}, {5, 2}}, {}),
          fill_rate_chart({{"<1x", 1.7, 3}, {"", -1, 0}}),
          contribution_chart({{"k", 100, {}, {}, 900.0}}), score_chart(140, 80),
          score_chart(-3, 0)}) {
        EXPECT_EQ(malformed(svg), "");
        for (const char* bad : {"nan", "inf", "e+"}) EXPECT_EQ(svg.find(bad), svg.npos) << svg;
    }
}

TEST(HtmlOutput, a_head_leaves_room_for_a_tag_only_where_there_is_one) {
    score::Report report = made_up_report_by_symbol();
    const auto page = [&] { return html_text(report, quiet_health(), made_up_catalog()); };
    const std::string slot = "n eff<span class=\"slot\">";
    EXPECT_EQ(page().find(slot), std::string::npos);
    report.rows[0].evidence = score::Evidence::low;
    EXPECT_NE(page().find(slot), std::string::npos);
}

TEST(HtmlOutput, a_curve_of_how_much_fills_needs_ten_orders) {
    score::Report report = made_up_report();
    const auto page = [&] { return html_text(report, quiet_health(), made_up_catalog()); };
    EXPECT_NE(page().find("resting at market"), std::string::npos) << "90 orders";
    for (score::Row& row : report.rows)
        for (score::CapacityCurve& c : row.capacity)
            if (c.tif == "resting") c.n = 9;
    EXPECT_EQ(page().find("resting at market"), std::string::npos);
}

}  // namespace
}  // namespace assay::cli
