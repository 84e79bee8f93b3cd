// `assay diff` as a user has it.
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/command.h"
#include "tests/gateway.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::document;
using testkit::expect_says;
using testkit::Folder;
using testkit::in;
using testkit::Ran;
using testkit::run;
using testkit::score_json;

// Scorecards of two days of the same LPs.
void write_two_scorecards(const Folder& folder) {
    folder.write("monday.log", testkit::log_of(testkit::made_day(1, {.orders = 60})));
    folder.write("tuesday.log", testkit::log_of(testkit::made_day(2, {.orders = 60})));
    for (const char* day : {"monday", "tuesday"}) {
        const Ran r = run(folder, score_json(std::string(day) + ".log"));
        ASSERT_EQ(r.code, 0) << r.err;
        folder.write(std::string(day) + ".json", r.out);
    }
}

TEST(Command, diff_is_the_difference_of_the_two_documents) {
    const Folder folder;
    write_two_scorecards(folder);
    const auto a = nlohmann::json::parse(testkit::file_content(in(folder, "monday.json")));
    const auto b = nlohmann::json::parse(testkit::file_content(in(folder, "tuesday.json")));
    const auto d =
        document(run(folder, {"diff", "monday.json", "tuesday.json", "--format", "json"}), "diff");
    EXPECT_TRUE(d["scores_compare"].get<bool>());
    ASSERT_GE(d["rows"].size(), 2u);
    int compared = 0;
    for (const auto& row : d["rows"]) {
        const auto find = [&](const nlohmann::json& document) {
            for (const auto& r : document["rows"])
                if (r["lp"] == row["lp"]) return r;
            return nlohmann::json();
        };
        const auto was = find(a), is = find(b);
        EXPECT_EQ(row["presence"], was.is_null() ? "new" : is.is_null() ? "gone" : "both");
        if (was.is_null() || is.is_null()) continue;
        for (const auto& [kpi, change] : row["kpis"].items()) {
            EXPECT_EQ(change["before"], was[kpi]) << kpi;
            EXPECT_EQ(change["after"], is[kpi]) << kpi;
            if (was[kpi].is_null() || is[kpi].is_null()) continue;
            EXPECT_DOUBLE_EQ(change["difference"].get<double>(),
                             is[kpi].get<double>() - was[kpi].get<double>());
            ++compared;
        }
        const double sd =
            std::hypot(was["composite_sd"].get<double>(), is["composite_sd"].get<double>());
        const double z = (is["composite"].get<double>() - was["composite"].get<double>()) / sd;
        EXPECT_NEAR(row["z"].get<double>(), z, 1e-12);
        EXPECT_EQ(row["clear"].get<bool>(), std::abs(z) > 1.645);
    }
    EXPECT_GT(compared, 10);

    const Ran table =
        run(folder, {"diff", "monday.json", "tuesday.json", "--kpi", "e_over_q,vwap"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_NE(table.out.find("E/Q"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("vwap"), std::string::npos) << table.out;
    const Ran same = run(folder, {"diff", "monday.json", "monday.json"});
    EXPECT_NE(same.out.find("no clear change"), std::string::npos) << same.out;
    EXPECT_EQ(same.out.find("clearly "), std::string::npos) << same.out;
}

TEST(Command, diff_says_what_cannot_be_compared) {
    const Folder folder;
    write_two_scorecards(folder);
    folder.write("by.json",
                 run(folder, {"score", "monday.log", "--format", "json", "--by", "lp,symbol"}).out);
    folder.write(
        "acme.json",
        run(folder, {"score", "tuesday.log", "--format", "json", "--profile", "acme"}).out);
    folder.write("half.json", testkit::file_content(in(folder, "monday.json")).substr(0, 5000));
    struct {
        std::vector<std::string> args;
        int code;
        std::vector<std::string> words;
    } const rows[] = {
        {{"diff"}, 2, {"two scorecards", "none was given"}},
        {{"diff", "monday.json"}, 2, {"one was given"}},
        {{"diff", "-", "-"}, 2, {"standard input"}},
        {{"diff", "monday.json", "by.json"}, 2, {"by lp,symbol", "same --by"}},
        {{"diff", "monday.json", "tuesday.json", "--kpi", "fill_rat"}, 2, {"--kpi", "fill_rat"}},
        {{"diff", "monday.json", "tuesday.json", "--format", "html"}, 2, {"html", "csv"}},
        {{"diff", "monday.json", "tuesday.json", "--kpis", "x"}, 2, {"--kpis", "--kpi"}},
        {{"diff", "monday.json", "none.json"}, 1, {"none.json", "o such file"}},
        {{"diff", "monday.json", "half.json"}, 1, {"half.json:", "not JSON"}},
        {{"diff", "monday.json", "monday.log"}, 1, {"monday.log:1:", "not JSON"}},
    };
    for (const auto& r : rows) {
        std::string line = "assay";
        for (const auto& a : r.args) line += " " + a;
        expect_says(run(folder, r.args), r.code, r.words, line);
    }
    const Ran other = run(folder, {"diff", "monday.json", "acme.json", "--format", "csv"});
    expect_says(other, 0, {"scores are not compared", "profile balanced", "configurations"},
                "another profile");
    EXPECT_NE(other.out.find(",both,composite,points of 100,,,,,,\r\n"), std::string::npos)
        << other.out;
}

}  // namespace
}  // namespace assay
