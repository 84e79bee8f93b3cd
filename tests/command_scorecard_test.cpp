// Scorecards as the command prints them.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/command.h"
#include "tests/gateway.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::document;
using testkit::expect_adds_up;
using testkit::expect_says;
using testkit::Folder;
using testkit::Gateway;
using testkit::good_day;
using testkit::in;
using testkit::Ran;
using testkit::run;
using testkit::score_json;

TEST(Command, each_row_of_a_spreadsheet_counts_once) {
    const Folder folder;
    folder.write("fills.csv",
                 "time,LP,symbol,side,order size,fill size,fill price,NBBO bid,NBBO ask\n"
                 "2026-11-20T10:00:00Z,LP_A,X,buy,100,100,10.02,10.00,10.02\n"
                 "2026-11-20T10:00:01Z,LP_A,X,buy,many,100,10.02,10.00,10.02\n"
                 "2026-11-20T10:00:02Z,LP_A,X,buy,100,100,10.02,10.00,10.02\n");
    const auto j = document(run(folder, score_json("fills.csv")), "fills.csv");
    EXPECT_EQ(j["health"]["messages_read"], 3);
    EXPECT_EQ(j["health"]["messages_applied"], 2);
    EXPECT_EQ(j["health"]["messages_dead"], 1);
    for (const auto& count : j["health"]["counts"])
        EXPECT_TRUE(count["name"] != "one_sided_quotes" || count["n"] == 0)
            << "each row has both sides";
}

TEST(Command, a_day_that_goes_on_from_a_state_counts_its_own_messages) {
    const Folder folder;
    folder.write("day.log", good_day());
    const std::vector<std::string> args = {"score", "day.log", "--state", "st", "--format", "json"};
    const auto first = document(run(folder, args), "first"),
               again = document(run(folder, args), "again");
    expect_adds_up(first, "first");
    expect_adds_up(again, "again");
    EXPECT_EQ(again["health"]["messages_duplicate"], again["health"]["messages_read"])
        << "all of it was counted before";
}

// The names in backticks between one heading of a file and the next.
std::vector<std::string> names_under(const std::string& file, const std::string& heading) {
    const std::string text = testkit::file_content(file);
    const std::size_t from = text.find("\n" + heading + "\n");
    std::vector<std::string> out;
    if (from == std::string::npos) return out;
    std::size_t at = from + heading.size() + 2;
    const std::size_t end = std::min(text.find("\nWhat is measured", at), text.size());
    for (at = text.find('`', at); at < end; at = text.find('`', at)) {
        const std::size_t close = text.find('`', at + 1);
        out.push_back(text.substr(at + 1, close - at - 1));
        at = close + 1;
    }
    out.erase(std::remove(out.begin(), out.end(), "total"), out.end());
    out.erase(std::remove(out.begin(), out.end(), "null"), out.end());
    return out;
}

// `docs/json.md` promises names: the command prints each of them in every row.
TEST(Command, every_name_that_json_md_promises_is_printed) {
    Folder folder;
    folder.write("day.log", testkit::log_of(testkit::made_day(3, {.orders = 30})));
    const auto j = document(run(folder, score_json("day.log")), "promised names");
    const auto names =
        names_under(std::string(ASSAY_SOURCE_DIR) + "/docs/json.md", "### Names to build on");
    EXPECT_EQ(names.size(),
              49u);  // 44 of them are promised since the beginning, 5 are twins in bps
    ASSERT_FALSE(j["rows"].empty());
    for (const std::string& name : names) {
        for (const auto& row : j["rows"]) EXPECT_TRUE(row.contains(name)) << name;
        EXPECT_TRUE(j["total"].contains(name)) << name << " of the total";
    }
}

// Two fills of 100 at the touch: X at 10.02 in USD, Y at 20.02 in EUR; spreads of 0.02.
void write_two_currencies(const Folder& folder, const std::string& rates) {
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
    std::string log;
    for (const auto& [symbol, price] : {std::pair{"X", "10.02"}, std::pair{"Y", "20.02"}}) {
        const std::string order =
            fmt::format("11={0}|55={0}|54=1|38=100|40=2|44={1}|59=3|", symbol, price);
        log += gateway.line(at + 1_s, "US", "LP_A", "D", order);
        log += gateway.line(
            at + 1_s + 5_ms, "LP_A", "US", "8",
            fmt::format("37=O{0}|11={0}|17=E{0}|150=F|39=2|55={0}|54=1|32=100|31={1}|14=100|151=0|",
                        symbol, price));
    }
    folder.write("day.log", log);
    folder.write("quotes.csv",
                 "time,symbol,bid,ask\n"
                 "2026-11-20T00:00:00Z,X,10.00,10.02\n2026-11-20T00:00:00Z,Y,20.00,20.02\n");
    folder.write("reference.toml",
                 "unmapped = \"stands_for_itself\"\n[symbol.X]\ncurrency = "
                 "\"USD\"\n[symbol.Y]\ncurrency = \"EUR\"\n" +
                     rates);
}

TEST(Command, one_euro_at_1_10_usd_makes_10000_x_4_20_over_3202_10_of_two_currencies) {
    const Folder folder;
    const std::vector<std::string> args = {"score",      "day.log",     "--quotes",
                                           "quotes.csv", "--reference", "reference.toml",
                                           "--format",   "json"};
    write_two_currencies(folder, "[rates]\nbase = \"USD\"\nEUR = 1.10\n");
    const auto with = document(run(folder, args), "with rates");
    for (const auto& row : {with["rows"][0], with["total"]}) {
        // USD 100 x 0.02 over 100 x 10.01, EUR 100 x 0.02 over 100 x 20.01 at 1.10
        EXPECT_NEAR(row["effective_spread_bps"].get<double>(), 1e4 * 4.20 / 3202.10, 1e-9);
        EXPECT_TRUE(row["effective_spread"].is_null());
        EXPECT_EQ(row["absent"]["effective_spread"], "several currencies");
        EXPECT_TRUE(row["vwap"].is_null());
        EXPECT_NEAR(row["e_over_q"].get<double>(), 1.0, 1e-12);
        EXPECT_EQ(row["filled_qty"].get<double>(), 200);
    }
    EXPECT_NE(with["assumptions"].dump().find("weighted in USD, at EUR 1.1"), std::string::npos);

    // A group of one currency stays in its own: 100 x 0.02 a share.
    std::vector<std::string> by_symbol = args;
    by_symbol.insert(by_symbol.end(), {"--by", "lp,symbol"});
    const auto apart = document(run(folder, by_symbol), "by symbol");
    for (const auto& row : apart["rows"])
        EXPECT_NEAR(row["effective_spread"].get<double>(), 0.02, 1e-12) << row["symbol"];

    write_two_currencies(folder, "");
    const auto without = document(run(folder, args), "without rates");
    EXPECT_TRUE(without["total"]["effective_spread_bps"].is_null());
    EXPECT_EQ(without["total"]["absent"]["effective_spread_bps"], "several currencies");
    EXPECT_TRUE(without["total"]["markout_after_fills"][6]["bps"].is_null());

    write_two_currencies(folder, "[rates]\nbase = \"USD\"\nGBP = 1.30\n");
    expect_says(run(folder, args), 2, {"reference.toml:5:12", "EUR", "has no rate"}, "no rate");
}

std::size_t times(const std::string& text, const std::string& words) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(words, at)) != text.npos; at += words.size()) ++n;
    return n;
}

// Sizes from small to large and hours by number, below the first key where nothing is ranked.
TEST(Command, rows_stand_in_the_order_of_their_keys) {
    const Folder folder;
    const std::uint64_t seed = 20261123;
    folder.write("day.log", testkit::log_of(testkit::made_day(
                                seed, {.orders = 300, .symbols = 2, .apart = {100'000'000'000}})));
    const std::vector<std::string> sizes = {"<0.5x", "0.5-1x",  "1-2x",   "2-5x",
                                            ">=5x",  "odd lot", "unknown"};
    const auto place = [&](const nlohmann::json& row) {
        const auto it = std::find(sizes.begin(), sizes.end(), row["size"].get<std::string>());
        return it - sizes.begin();
    };
    std::vector<std::string> args = score_json("day.log");
    args.insert(args.end(), {"--by", "hour,size,lp"});
    const auto j = document(run(folder, args), "by hour,size,lp");
    ASSERT_GT(j["rows"].size(), 20u);
    for (std::size_t i = 1; i < j["rows"].size(); ++i) {
        const auto &a = j["rows"][i - 1], &b = j["rows"][i];
        EXPECT_TRUE(a["n_eff"].is_null()) << "beliefs know no hour";
        const auto key = [&](const nlohmann::json& r) {
            return std::tuple(r["lp"].get<std::string>(), place(r),
                              std::stoi(r["hour"].get<std::string>()));
        };
        EXPECT_LT(key(a), key(b)) << "seed=" << seed << "\n" << a["size"] << " " << b["size"];
    }
    args.back() = "lp,size";
    const auto ranked = document(run(folder, args), "by lp,size");
    for (std::size_t i = 1; i < ranked["rows"].size(); ++i)
        EXPECT_LE(place(ranked["rows"][i - 1]), place(ranked["rows"][i])) << "groups by size";

    const Ran table = run(folder, {"score", "day.log", "--by", "lp,side"});
    EXPECT_EQ(times(table.out, "beliefs are not kept by hour or side"), 1u) << table.out;
    EXPECT_EQ(table.out.find("n eff"), std::string::npos) << table.out;
    for (const char* lp : {"\nLP_A\n", "\nLP_B\n"})
        EXPECT_EQ(times(table.out, lp), 3u) << "a heading in each part\n" << table.out;
}

TEST(Command, one_lp_alone_is_no_winner) {
    const Folder folder;
    folder.write("day.log",
                 testkit::log_of(testkit::made_day(4, {.orders = 60, .symbols = 2, .lps = 1})));
    const auto j = document(run(folder, score_json("day.log")), "one LP");
    ASSERT_EQ(j["rows"].size(), 1u);
    const auto& row = j["rows"][0];
    EXPECT_FALSE(row["composite"].is_null());
    EXPECT_TRUE(row["p_best"].is_null());
    EXPECT_EQ(row["absent"]["p_best"], "one LP only");
    EXPECT_EQ(row["undecided"], false);
    const Ran table = run(folder, {"score", "day.log"});
    EXPECT_NE(table.out.find("no P(best) for LP_A: one LP only"), std::string::npos) << table.out;
}

TEST(Command, a_period_says_that_scores_rest_on_all_that_was_read) {
    const Folder folder;
    folder.write("day.log", good_day());
    const std::string said = "rest on all that was read";
    for (const char* format : {"table", "html"}) {
        const std::vector<std::string> args = {"score", "day.log", "--format", format};
        std::vector<std::string> since = args;
        since.insert(since.end(), {"--since", "2020-01-01"});
        std::string text = run(folder, since).out;
        std::replace(text.begin(), text.end(), '\n', ' ');
        EXPECT_NE(text.find(said), std::string::npos) << format;
        EXPECT_EQ(run(folder, args).out.find(said), std::string::npos) << format;
    }
}

// Of 500 offered 200 were filled, and no row of the table tells what the price did then.
TEST(Command, what_was_left_unfilled_without_a_later_quote_has_no_all_in_cost) {
    const Folder folder;
    folder.write("fills.csv",
                 "timestamp,lp,symbol,order_size,fill_size,price,bid,ask\n"
                 "2026-11-20T10:00:00Z,LP_A,XYZ,1000,1000,100.01,100.00,100.02\n"
                 "2026-11-20T10:00:01Z,LP_B,XYZ,500,200,100.03,100.01,100.03\n");
    const auto j = document(run(folder, score_json("fills.csv")), "fills");
    for (const auto& row : j["rows"]) {
        if (row["lp"] == "LP_A") {
            EXPECT_FALSE(row["all_in_cost_bps"].is_null());
        }
        if (row["lp"] != "LP_B") continue;
        EXPECT_FALSE(row["effective_spread_bps"].is_null()) << "the quote at route is there";
        for (const char* kpi : {"all_in_cost_bps", "reject_cost_bps"})
            EXPECT_EQ(row["absent"][kpi], "no quote after it to price what was left unfilled");
    }
}

TEST(Command, a_session_is_named_alike_whoever_speaks_first) {
    for (const bool lp_first : {true, false}) {
        const Folder folder;
        Gateway gateway;
        const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns};
        const auto logon = [&](const char* from, const char* to) {
            return gateway.line(at, from, to, "A", "98=0|108=30|");
        };
        const std::string ours = logon("US", "LP_A"), theirs = logon("LP_A", "US");
        folder.write("day.log", (lp_first ? theirs + ours : ours + theirs) +
                                    gateway.line(at, "US", "LP_A", "D",
                                                 "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|"));
        const auto j = document(run(folder, score_json("day.log")), lp_first ? "LP" : "us");
        ASSERT_EQ(j["health"]["sessions"].size(), 1u);
        EXPECT_EQ(j["health"]["sessions"][0]["us"], "US") << lp_first;
        EXPECT_EQ(j["health"]["sessions"][0]["them"], "LP_A") << lp_first;
    }
}

TEST(Command, explain_says_what_a_bust_took_back) {
    const Folder folder;
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns + 10 * kHour.ns};
    const auto report = [&](Duration after, const char* body) {
        return gateway.line(at + after, "LP_A", "US", "8", body);
    };
    folder.write(
        "day.log",
        gateway.line(at, "US", "LP_A", "D", "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|") +
            report(5_ms, "37=O|11=A|17=E1|150=F|39=1|55=XYZ|54=1|32=60|31=10|14=60|151=40|") +
            report(5_ms, "37=O|11=A|17=E2|150=F|39=2|55=XYZ|54=1|32=40|31=10|14=100|151=0|") +
            report(20_s, "37=O|11=A|17=E3|19=E1|150=H|39=1|55=XYZ|54=1|14=40|151=0|"));
    folder.write("quotes.csv",
                 "time,symbol,bid,ask\n2026-11-20T09:00:00Z,XYZ,9.99,10.00\n"
                 "2026-11-20T11:00:00Z,XYZ,9.99,10.00\n");
    const auto j = document(run(folder, {"explain", "day.log", "--quotes", "quotes.csv", "--order",
                                         "A", "--format", "json"}),
                            "explain");
    ASSERT_EQ(j["undone"].size(), 1u);
    EXPECT_EQ(j["undone"][0]["exec_id"], "E1");
    EXPECT_EQ(j["undone"][0]["what"], "busted by message 4: counts no more");
    EXPECT_TRUE(j["cell"].get<std::string>().starts_with("LP_A / XYZ / ")) << j["cell"];
    std::map<std::string, int> markouts;  // of 1 s, by fill
    for (const auto& m : j["metrics"])
        if (m["name"] == "markout_bps_1s") ++markouts[m["exec_id"].get<std::string>()];
    EXPECT_EQ(markouts, (std::map<std::string, int>{{"E1", 1}, {"E2", 1}}))
        << "two fills at one instant each have their own";
    std::vector<std::pair<int, std::string>> steps;
    for (const auto& c : j["changes"]) {
        const std::pair step{c["message"].get<int>(), c["what"].get<std::string>()};
        if (steps.empty() || steps.back() != step) steps.push_back(step);
    }
    const std::vector<std::pair<int, std::string>> expected = {
        {3, "what the order came to is counted"},
        {4, "what the order had come to is taken out again"},
        {4, "what the order came to is counted"}};
    EXPECT_EQ(steps, expected);
    const Ran text = run(folder, {"explain", "day.log", "--quotes", "quotes.csv", "--exec", "E1"});
    EXPECT_NE(text.out.find("fill E1, busted by message 4: counts no more"), std::string::npos)
        << text.out;
}

// What a document of explain says of the order, or of one of its fills, by name.
std::map<std::string, nlohmann::json> measured(const nlohmann::json& j,
                                               const std::string& exec_id) {
    std::map<std::string, nlohmann::json> all;
    for (const auto& m : j["metrics"])
        if (m["exec_id"] == exec_id) {
            const std::string name = m["name"].get<std::string>();
            EXPECT_FALSE(all.contains(name)) << name << " of \"" << exec_id << "\" twice";
            all[name] = m;
        }
    return all;
}

TEST(Command, explain_shows_every_number_of_an_order) {
    const Folder folder;
    Gateway gateway;
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns + 10 * kHour.ns};
    const auto us = [&](Duration after, const char* type, const char* body,
                        const char* lp = "LP_A") {
        return gateway.line(at + after, "US", lp, type, body);
    };
    const auto report = [&](Duration after, const char* body, const char* lp = "LP_A") {
        return gateway.line(at + after, lp, "US", "8", body);
    };
    const Duration minute{60'000'000'000};
    folder.write(
        "day.log",
        // A: two fills, and the first is corrected after its horizons.
        us(0_ms, "D", "11=A|55=XYZ|54=1|38=100|40=2|44=10|59=3|") +
            report(5_ms, "37=OA|11=A|17=E1|150=F|39=1|55=XYZ|54=1|32=60|31=10|14=60|151=40|") +
            report(9_ms, "37=OA|11=A|17=E2|150=F|39=2|55=XYZ|54=1|32=40|31=10|14=100|151=0|") +
            report(20_s,
                   "37=OA|11=A|17=E3|19=E1|150=G|39=2|55=XYZ|54=1|32=60|31=9.98|14=100|151=0|") +
            // T: silence. R: our own mistake. V: replaced.
            us(minute, "D", "11=T|55=XYZ|54=1|38=100|40=2|44=10|59=3|") +
            us(minute + 2_s, "D", "11=R|55=XYZ|54=1|38=100|40=2|44=10|59=3|") +
            report(minute + 2_s, "37=OR|11=R|17=E5|150=8|39=8|103=6|55=XYZ|54=1|14=0|151=0|") +
            us(minute + 3_s, "D", "11=V|55=XYZ|54=1|38=100|40=2|44=10|59=0|") +
            report(minute + 3_s, "37=OV|11=V|17=E6|150=0|39=0|55=XYZ|54=1|14=0|151=100|") +
            us(minute + 5_s, "G", "11=V2|41=V|55=XYZ|54=1|38=200|40=2|44=10|59=0|") +
            report(minute + 5_s,
                   "37=OV|11=V2|41=V|17=E7|150=5|39=5|38=200|55=XYZ|54=1|14=0|151=200|") +
            // The same ExecID at another LP.
            us(minute + 9_s, "D", "11=B|55=XYZ|54=1|38=50|40=2|44=10|59=3|", "LP_B") +
            report(minute + 9_s, "37=OB|11=B|17=E1|150=F|39=2|55=XYZ|54=1|32=50|31=10|14=50|151=0|",
                   "LP_B"));
    folder.write(
        "quotes.csv",
        "time,symbol,bid,ask,bid_size,ask_size\n2026-11-20T09:00:00Z,XYZ,9.98,10.00,300,400\n"
        "2026-11-20T10:01:04Z,XYZ,9.97,9.99,100,200\n2026-11-20T11:00:00Z,XYZ,9.98,10,1,1\n");
    const auto explained = [&](std::vector<std::string> what) {
        std::vector<std::string> args{"explain",    "day.log",  "--quotes",
                                      "quotes.csv", "--format", "json"};
        args.insert(args.end(), what.begin(), what.end());
        return document(run(folder, args), what.back());
    };
    const auto a = explained({"--order", "A"});
    const auto order = measured(a, ""), e1 = measured(a, "E1"), e2 = measured(a, "E2"),
               corrected = measured(a, "E1 as corrected by message 4");
    EXPECT_EQ(order.at("fill_rate")["result"], 1.0);
    EXPECT_EQ(order.at("reject_rate")["result"], 0.0);
    EXPECT_EQ(order.at("latency_rt")["result"], 9.0) << "ms";
    EXPECT_EQ(order.at("latency_cmd")["result"], 5.0) << "ms";
    EXPECT_TRUE(e1.contains("latency_first_fill") && e2.contains("latency_later_fill"));
    EXPECT_NEAR(e1.at("quoted_spread_bps")["result"].get<double>(), 1e4 * 0.02 / 9.99, 1e-9);
    EXPECT_NEAR(e1.at("e_over_q")["result"].get<double>(), 1.0, 1e-9);
    EXPECT_NEAR(e1.at("realized_spread_15s_bps")["result"].get<double>(), 1e4 * 2 * 0.01 / 9.99,
                1e-9);
    EXPECT_NEAR(e1.at("price_impact_bps_15s")["result"].get<double>(), 0.0, 1e-9);
    // What counts is the corrected price: 0.02 better than the far touch, at once and after.
    EXPECT_NEAR(corrected.at("price_improvement")["result"].get<double>(), 0.02, 1e-12);
    EXPECT_NEAR(corrected.at("e_over_q")["result"].get<double>(), -1.0, 1e-9);
    EXPECT_TRUE(corrected.contains("markout_bps_15s") && corrected.contains("markout_bps_5m"));
    EXPECT_EQ(a["quotes"][0]["ask"], "10 x 400") << "sizes stand beside the prices";
    EXPECT_EQ(a["statuses"][0]["ord_status"], "2");
    bool capacity = false;
    for (const auto& c : a["changes"]) {
        capacity |= c["estimate"].get<std::string>().starts_with("capacity");
        if (c["estimate"] == "fill rate, slow (5 sessions)") {
            EXPECT_TRUE(c["before"].is_null()) << "no order was behind it";
            break;
        }
    }
    EXPECT_TRUE(capacity);

    const auto t = explained({"--order", "T"});
    ASSERT_EQ(t["messages"].size(), 2u);
    EXPECT_EQ(t["messages"][1]["in_words"],
              "no answer within 1 s: timed out, a discretionary reject until an answer comes");
    EXPECT_EQ(measured(t, "").at("reject_rate")["result"], 1.0);
    EXPECT_TRUE(measured(t, "").contains("reject_cost_bps"));

    const auto r = explained({"--order", "R"});
    EXPECT_TRUE(measured(r, "").at("fill_rate")["result"].is_null());
    EXPECT_NE(measured(r, "").at("fill_rate")["absent"].get<std::string>().find("our own making"),
              std::string::npos);

    const auto v = explained({"--order", "V"});
    EXPECT_EQ(v["statuses"].size(), 2u);
    EXPECT_EQ(v["statuses"][0]["in_words"], "replaced");
    bool taken_anew = false;
    for (const auto& q : v["quotes"])
        if (q["used_for"] == "the quote the replace left with") {
            taken_anew = true;
            EXPECT_EQ(q["ask"], "9.99 x 200");
        }
    EXPECT_TRUE(taken_anew);

    // An ExecID of two orders: the first, with how to ask for the other.
    const auto first = explained({"--exec", "E1"});
    EXPECT_NE(first["remarks"][0].get<std::string>().find("add --order B"), std::string::npos);
    EXPECT_NE(
        explained({"--order", "B", "--exec", "E1"})["title"].get<std::string>().find("order B"),
        std::string::npos);
    expect_says(run(folder, {"explain", "day.log", "--order", "T", "--exec", "E1"}), 1,
                {"order T has no fill with ExecID E1; it stands in A, B"}, "not of that order");
}

}  // namespace
}  // namespace assay
