#include "hosts/cli/diff.h"

#include <cmath>
#include <gtest/gtest.h>

#include "hosts/cli/diff_output.h"
#include "hosts/cli/golden.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/made_up_report.h"
#include "hosts/cli/score_document.h"

namespace assay::cli {
namespace {

const Catalog kCatalog = made_up_catalog();

std::size_t kpi_at(const char* name) {
    return *index_of(kCatalog, name);
}

Diff compared(const score::Report& before, const score::Report& after,
              std::vector<std::size_t> kpis = usual_diff_kpis(made_up_catalog())) {
    auto d = difference(before, "monday.json", after, "tuesday.json", made_up_catalog(),
                        std::move(kpis));
    EXPECT_TRUE(d) << (d ? "" : d.error().text());
    return d ? *d : Diff{};
}

// The second row has gone, a new one has come, and the first LP has changed.
score::Report tuesday() {
    score::Report r = made_up_report();
    r.rows.erase(r.rows.begin() + 1);
    score::Row fresh = r.rows[0];
    fresh.keys[0].second = "LP_NEW";
    r.rows.push_back(fresh);
    r.rows[0].composite = *r.rows[0].composite + 9.5;
    r.rows[0].values[kpi_at("effective_spread_bps")].number = 2.25;
    r.rows[0].values[kpi_at("fill_rate")].number = 0.5;
    return r;
}

TEST(Diff, a_score_of_70_0_sd_3_and_one_of_76_0_sd_4_are_z_1_2_apart) {
    struct {
        const char* worked;
        double before, sd_before, after, sd_after, z;
        bool clear;
    } const rows[] = {
        {"6 / root(9 + 16) = 1.2: no clear change", 70, 3, 76, 4, 1.2, false},
        {"-10 / 5 = -2: clear", 80, 3, 70, 4, -2, true},
        {"8.2 / 5 = 1.64: just not", 60, 3, 68.2, 4, 1.64, false},
        {"8.3 / 5 = 1.66: just clear", 60, 3, 68.3, 4, 1.66, true},
        {"the same: z 0", 60, 3, 60, 4, 0, false},
    };
    for (const auto& r : rows) {
        score::Report a = made_up_report(), b = made_up_report();
        a.rows[0].composite = r.before;
        a.rows[0].composite_sd = r.sd_before;
        b.rows[0].composite = r.after;
        b.rows[0].composite_sd = r.sd_after;
        const ScoreChange s = compared(a, b).rows[0].score;
        ASSERT_TRUE(s.z) << r.worked;
        EXPECT_NEAR(*s.z, r.z, 1e-9) << r.worked;
        EXPECT_EQ(s.clear, r.clear) << r.worked;
    }
}

TEST(Diff, two_periods_of_one_configuration_are_not_two_configurations) {
    struct {
        const char* before;
        const char* after;
        bool warned;
    } const rows[] = {{"5", "5", false}, {"5", "6", true}, {"", "", true}};
    for (const auto& r : rows) {
        score::Report a = made_up_report(), b = made_up_report();
        b.config_version = "0000000000000002";  // the period is in it
        b.since = "2025-08-03T00:00:00Z";
        a.settings_version = r.before;
        b.settings_version = r.after;
        std::string all;
        for (const std::string& w : compared(a, b).warnings) all += w + "\n";
        EXPECT_EQ(all.find("different configurations") != all.npos, r.warned) << all;
        EXPECT_NE(all.find("narrowed by --since or --until"), all.npos) << all;
    }
}

TEST(Diff, better_and_worse_go_by_the_catalogs_direction) {
    struct {
        const char* kpi;
        double before, after;
        Turn direction;
    } const rows[] = {
        {"effective_spread_bps", 2, 1, Turn::better},
        {"effective_spread_bps", 1, 2, Turn::worse},
        {"fill_rate", 0.5, 0.6, Turn::better},
        {"fill_rate", 0.6, 0.5, Turn::worse},
        {"fill_rate", 0.5, 0.5, Turn::none},
        {"quoted_spread_bps", 1, 2, Turn::none},  // neither is good
        {"n_rejects_risk", 1, 2, Turn::none},     // a count is no judgement
    };
    for (const auto& r : rows) {
        score::Report a = made_up_report(), b = made_up_report();
        a.rows[0].values[kpi_at(r.kpi)].number = r.before;
        b.rows[0].values[kpi_at(r.kpi)].number = r.after;
        const Change c = compared(a, b, {kpi_at(r.kpi)}).rows[0].kpis[0];
        EXPECT_EQ(c.direction, r.direction) << r.kpi << " " << r.before << " to " << r.after;
        EXPECT_NEAR(*c.difference, r.after - r.before, 1e-12);
    }
}

TEST(Diff, a_kpi_moved_clearly_where_the_profile_knows_its_doubt_and_it_is_beyond_it) {
    struct {
        const char* worked;
        const char* kpi;
        double before, sd_before, after, sd_after;
        std::optional<bool> clear;
    } const rows[] = {
        {"0.10 of root(.03^2 + .04^2) = .05: z 2", "fill_rate", .6, .03, .7, .04, true},
        {"0.08 of .05: z 1.6", "fill_rate", .6, .03, .68, .04, false},
        {"no doubt at all", "fill_rate", .6, 0, .61, 0, true},
        {"no term of the profile", "e_over_q", .6, 0, .9, 0, std::nullopt},
    };
    for (const auto& r : rows) {
        score::Report a = made_up_report(), b = made_up_report();
        a.rows[0].values[kpi_at(r.kpi)].number = r.before;
        b.rows[0].values[kpi_at(r.kpi)].number = r.after;
        a.rows[0].contributions[0].sd = r.sd_before;  // fill_rate
        b.rows[0].contributions[0].sd = r.sd_after;
        EXPECT_EQ(compared(a, b, {kpi_at(r.kpi)}).rows[0].kpis[0].clear, r.clear) << r.worked;
        const std::string text =
            diff_table(compared(a, b, {kpi_at(r.kpi)}), kCatalog, Terminal{.width = 100});
        EXPECT_EQ(text.substr(0, text.find("better")).find("*\n") != text.npos,
                  r.clear.value_or(false))
            << r.worked << text;
    }
}

TEST(Diff, new_and_gone_rows_are_said) {
    const Diff d = compared(made_up_report(), tuesday());
    ASSERT_EQ(d.rows.size(), made_up_report().rows.size() + 1);
    EXPECT_EQ(d.rows[d.rows.size() - 2].presence, Presence::only_after);
    EXPECT_EQ(d.rows.back().presence, Presence::only_before);
    EXPECT_EQ(d.rows.back().keys, made_up_report().rows[1].keys);
    EXPECT_FALSE(d.rows.back().kpis[0].after || d.rows.back().kpis[0].difference);
}

TEST(Diff, what_does_not_compare_is_refused_or_said) {
    const score::Report a = made_up_report();
    const auto by_symbol = difference(a, "a", made_up_report_by_symbol(), "b", kCatalog, {});
    ASSERT_FALSE(by_symbol);
    EXPECT_EQ(by_symbol.error().text(),
              "a has rows by lp, b by lp,symbol: nothing in them corresponds; give both the same "
              "--by");
    score::Report b = a;
    b.profile = "another";
    b.config_version = "0000000000000001";
    b.lenient = !a.lenient;
    b.until = "2025-08-03T00:00:00Z";
    b.assumptions.push_back("sides were assumed to be buys");
    const Diff d = compared(a, b);
    EXPECT_FALSE(d.scores_compare);
    EXPECT_FALSE(d.rows[0].score.composite.before || d.rows[0].score.z);
    EXPECT_TRUE(d.rows[0].kpis[0].before) << "KPIs do not depend on the profile";
    ASSERT_EQ(d.warnings.size(), 5u);
    EXPECT_NE(d.warnings[0].find("scores are not compared"), std::string::npos);
    EXPECT_NE(d.warnings[1].find("0000000000000001"), std::string::npos);
    EXPECT_NE(d.warnings[2].find("--lenient"), std::string::npos);
    EXPECT_NE(d.warnings[3].find("--since or --until"), std::string::npos);
    EXPECT_EQ(d.warnings[4], "only tuesday.json assumes: sides were assumed to be buys");
    EXPECT_TRUE(compared(a, a).warnings.empty());
}

TEST(Diff, a_document_reads_back_as_the_report_that_wrote_it) {
    for (const score::Report& report : {made_up_report(), made_up_report_by_symbol()}) {
        const auto read =
            read_score_document("a.json", json_text(report, made_up_health(), kCatalog), kCatalog);
        ASSERT_TRUE(read) << read.error().text();
        ASSERT_EQ(read->rows.size(), report.rows.size());
        EXPECT_EQ(read->by, report.by);
        EXPECT_EQ(read->assumptions, report.assumptions);
        for (std::size_t i = 0; i < report.rows.size(); ++i) {
            const score::Row &is = read->rows[i], &was = report.rows[i];
            EXPECT_EQ(is.keys, was.keys);
            EXPECT_EQ(is.composite, was.composite);
            EXPECT_EQ(is.composite_sd, was.composite_sd);
            EXPECT_EQ(is.rank, was.rank);
            for (std::size_t k = 0; k < kCatalog.size(); ++k) {
                if (held_by_row(kCatalog[k].name)) continue;
                EXPECT_EQ(is.values[k].number, value_at(was, k).number) << kCatalog[k].name;
                EXPECT_EQ(is.values[k].why, value_at(was, k).why) << kCatalog[k].name;
            }
        }
    }
}

TEST(Diff, bad_documents_say_where_and_what_to_do) {
    struct {
        const char *text, *error;
    } const rows[] = {
        {"", "a.json:1:1: this is not JSON: it is empty"},
        {"{\"version\": 1,\n  \"rows\": [}", "a.json:2:12: this is not JSON"},
        {"[1, 2]", "a.json: not a scorecard; `assay score FILES --format json` writes"},
        {"{\"version\": 1}", "a.json: JSON, but not a scorecard; `assay score"},
        {"{\"version\": 2, \"rows\": [], \"by\": [], \"total\": {}}",
         "a.json: a scorecard of version 2, and only version 1 is known"},
        {"{\"version\": 1, \"rows\": [7], \"by\": [], \"total\": {}}",
         "a.json: a scorecard with a row that is none"},
    };
    for (const auto& r : rows) {
        const auto read = read_score_document("a.json", r.text, kCatalog);
        ASSERT_FALSE(read) << r.text;
        EXPECT_EQ(read.error().text().substr(0, std::string(r.error).size()), r.error);
    }
    const std::string deep(100'000, '[');
    EXPECT_FALSE(read_score_document("deep.json", deep, kCatalog));
}

TEST(Diff, looks_as_it_should) {
    const Diff d = compared(made_up_report(), tuesday());
    EXPECT_TRUE(
        equals_golden(diff_table(d, kCatalog, Terminal{.width = 100, .utf8 = true}), "diff_100"));
    EXPECT_TRUE(equals_golden(diff_table(d, kCatalog, Terminal{.width = 100}), "diff_plain_100"));
    EXPECT_TRUE(equals_golden(diff_json(d, kCatalog), "diff_json"));
    EXPECT_TRUE(equals_golden(diff_csv(d, kCatalog), "diff_csv"));
}

TEST(Diff, no_line_is_wider_than_the_terminal_and_no_name_brings_an_escape) {
    score::Report hostile = tuesday();
    hostile.rows[0].keys[0].second = "\x1b]0;owned\x07";
    hostile.assumptions = {"\x1b[2J"};
    const Diff d = compared(made_up_report(), hostile);
    for (int width = 80; width <= 240; width += 7) {
        const std::string text = diff_table(d, kCatalog, Terminal{.width = width, .utf8 = true});
        EXPECT_EQ(text.find('\x1b'), text.npos);
        std::size_t start = 0;
        for (std::size_t end; (end = text.find('\n', start)) != text.npos; start = end + 1)
            ASSERT_LE(display_width(text.substr(start, end - start)), width)
                << text.substr(start, end - start);
    }
}

}  // namespace
}  // namespace assay::cli
