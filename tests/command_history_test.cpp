// assay history: a day into a file, and its figures, messages and decisions out of it again.
#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "tests/command.h"

namespace assay {
namespace {

using testkit::document;
using testkit::expect_says;
using testkit::Folder;
using testkit::good_day;
using testkit::in;
using testkit::Ran;
using testkit::run;

TEST(CommandHistory, a_series_of_an_imported_day_says_what_its_scorecard_says) {
    const Folder folder;
    folder.write("day.log", good_day());
    const Ran imported = run(folder, {"history", "import", "day.log", "--history", "h.db"});
    ASSERT_EQ(imported.code, 0) << imported.err;
    EXPECT_NE(imported.err.find("messages about orders"), std::string::npos);
    const auto card = document(run(folder, {"score", "day.log", "--format", "json"}), "score");
    for (const char* kpi :
         {"fill_rate", "n_orders", "price_improvement_bps", "reject_rate", "latency_rt_ms_p50"}) {
        const auto series = document(run(folder, {"history", "query", kpi, "--by", "lp",
                                                  "--history", "h.db", "--format", "json"}),
                                     kpi);
        ASSERT_EQ(series["lines"].size(), card["rows"].size()) << kpi;
        for (const auto& line : series["lines"]) {
            bool found = false;
            for (const auto& row : card["rows"]) {
                if (row["lp"] != line["lp"]) continue;
                EXPECT_EQ(line["whole"]["value"], row[kpi]) << kpi << " " << line["lp"];
                found = true;
            }
            EXPECT_TRUE(found) << line["lp"];
        }
    }
    const Ran csv = run(folder, {"history", "query", "fill_rate", "--step", "1m", "--history",
                                 "h.db", "--format", "csv"});
    EXPECT_TRUE(csv.out.starts_with("at,fill_rate,n_orders,n_fills\r\n")) << csv.out;
    EXPECT_EQ(run(folder, {"history", "query", "fill_rate", "--history", "h.db"}).code, 0);
}

TEST(CommandHistory, executions_come_page_by_page_and_tables_as_files) {
    const Folder folder;
    folder.write("day.log", good_day());
    ASSERT_EQ(run(folder, {"history", "import", "day.log", "--history", "h.db"}).code, 0);
    const auto all = document(run(folder, {"history", "executions", "--history", "h.db", "--format",
                                           "json", "--limit", "10000"}),
                              "all");
    ASSERT_GT(all.size(), 30u);
    nlohmann::json pages = nlohmann::json::array();
    std::string after;
    do {
        std::vector<std::string> args{"history",  "executions", "--history", "h.db",
                                      "--format", "json",       "--limit",   "7"};
        if (!after.empty()) args.insert(args.end(), {"--after", after});
        const Ran page = run(folder, args);
        for (const auto& row : document(page, "page")) pages.push_back(row);
        const auto at = page.err.find("--after ");
        after = at == std::string::npos ? ""
                                        : page.err.substr(at + 8, page.err.find('\n', at) - at - 8);
    } while (!after.empty());
    EXPECT_EQ(pages, all);
    const auto fills = document(run(folder, {"history", "executions", "--history", "h.db",
                                             "--exec-type", "F", "--format", "json"}),
                                "fills");
    EXPECT_LT(fills.size(), all.size());
    for (const char* table : {"executions", "minutes", "quarters", "days", "scores", "decisions",
                              "parents", "configs", "health"}) {
        const std::string file = std::string(table) + ".csv";
        const Ran out =
            run(folder, {"history", "export", table, "--history", "h.db", "--out", file});
        EXPECT_EQ(out.code, 0) << out.err;
        EXPECT_TRUE(std::filesystem::exists(in(folder, file))) << table;
    }
    const Ran info = run(folder, {"history", "info", "--history", "h.db"});
    EXPECT_NE(info.out.find("executions"), std::string::npos) << info.out;
    EXPECT_EQ(run(folder, {"history", "prune", "--history", "h.db", "--minutes", "0"}).code, 0);
}

TEST(CommandHistory, a_back_test_of_a_history_is_that_of_the_day_it_holds) {
    const Folder folder;
    ASSERT_EQ(run(folder, {"simulate", "--out", "day", "--trade", "split", "--hours", "0.25"}).code,
              0);
    const Ran imported = run(folder, {"history", "import", "day", "--history", "h.db"});
    ASSERT_EQ(imported.code, 0) << imported.err;
    const std::vector<std::string> how{"--format", "json", "--draws", "2"};
    std::vector<std::string> logs{"backtest", "day"},
        kept{"backtest", "day/market.log", "--history", "h.db"};
    logs.insert(logs.end(), how.begin(), how.end());
    kept.insert(kept.end(), how.begin(), how.end());
    auto a = document(run(folder, logs), "logs"), b = document(run(folder, kept), "history");
    EXPECT_EQ(a["orders"], b["orders"]);
    EXPECT_EQ(a["replay"], b["replay"]);
    for (auto* j : {&a, &b})
        for (const char* where_from : {"decisions_from", "decisions", "health", "assumptions"})
            j->erase(where_from);
    EXPECT_EQ(a, b) << nlohmann::json::diff(a, b).dump(1);
    const auto parents = document(
        run(folder, {"history", "export", "parents", "--history", "h.db", "--format", "json"}),
        "parents");
    EXPECT_GT(parents.size(), 3u);
    const auto decisions = document(
        run(folder, {"history", "export", "decisions", "--history", "h.db", "--format", "json"}),
        "decisions");
    ASSERT_GT(decisions.size(), 3u);
    const Ran one =
        run(folder, {"history", "decision", decisions[0]["id"].dump(), "--history", "h.db"});
    EXPECT_EQ(one.code, 0) << one.err;
    EXPECT_NE(one.out.find(decisions[0]["words"].get<std::string>().substr(0, 20)),
              std::string::npos);
}

TEST(CommandHistory, what_cannot_be_done_is_said_with_what_to_do) {
    const Folder folder;
    folder.write("day.log", good_day());
    folder.write("text.db", std::string(2'000, 'x'));
    ASSERT_EQ(run(folder, {"history", "import", "day.log", "--history", "h.db"}).code, 0);
    const struct {
        std::vector<std::string> args;
        int code;
        std::vector<std::string> words;
    } cases[] = {
        {{"history", "import", "day.log"}, 2, {"--history FILE"}},
        {{"history", "import", "--history", "n.db"}, 2, {"import what?"}},
        {{"history", "import", "none.log", "--history", "n.db"}, 1, {"none.log"}},
        {{"history", "query", "fill_rate"}, 1, {"--history FILE"}},
        {{"history", "query", "--history", "h.db"}, 2, {"which KPI"}},
        {{"history", "query", "fil_rate", "--history", "h.db"}, 2, {"did you mean \"fill_rate\""}},
        {{"history", "query", "composite", "--history", "h.db"}, 2, {"believed"}},
        {{"history", "query", "leakage_bps_15s", "--history", "h.db"}, 2, {"has no series"}},
        {{"history", "query", "fill_rate", "--history", "none.db"}, 1, {"none.db", "no such file"}},
        {{"history", "query", "fill_rate", "--history", "text.db"}, 1, {"no history of Assay"}},
        {{"history", "query", "fill_rate", "--by", "hour", "--history", "h.db"}, 2, {"lp, symbol"}},
        {{"history", "query", "fill_rate", "--step", "7s", "--history", "h.db"}, 2, {"minutes"}},
        {{"history", "query", "fill_rate", "--from", "soon", "--history", "h.db"}, 2, {"no time"}},
        {{"history", "executions", "--after", "x", "--history", "h.db"}, 1, {"no cursor"}},
        {{"history", "executions", "--limit", "0", "--history", "h.db"}, 2, {"--limit"}},
        {{"history", "decision", "seven", "--history", "h.db"}, 2, {"seven"}},
        {{"history", "decision", "7", "--history", "h.db"}, 1, {"no decision 7"}},
        {{"history", "export", "minute", "--history", "h.db"}, 2, {"did you mean \"minutes\""}},
        {{"history", "export", "days", "--format", "table", "--history", "h.db"}, 2, {"csv, json"}},
        {{"history", "export", "days", "--history", "h.db", "--out", "day.log"}, 1, {"day.log"}},
    };
    for (const auto& c : cases) {
        std::string typed;
        for (const std::string& a : c.args) typed += a + " ";
        expect_says(run(folder, c.args), c.code, c.words, typed);
    }
}

}  // namespace
}  // namespace assay
