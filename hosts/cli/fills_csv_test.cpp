#include "hosts/cli/fills_csv.h"

#include <fmt/format.h>
#include <map>

#include "core/units/decimal.h"
#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

struct Told {
    const Event& e;
    std::string operator()(const Quote& q) const {
        return fmt::format("quote {}/{}", to_text(q.bid), to_text(q.ask));
    }
    std::string operator()(const Sent& s) const {
        return fmt::format("sent {} {} {}{}", s.ref.cl_ord_id, text(s.side), to_text(s.order_qty),
                           s.price ? " limit " + to_text(*s.price) : "");
    }
    std::string operator()(const Filled& f) const {
        EXPECT_EQ(f.execution.transact_time, e.at);
        return fmt::format("filled {} {} {}@{}", f.ref.cl_ord_id, f.execution.exec_id,
                           to_text(f.execution.last_qty), to_text(f.execution.last_px));
    }
    std::string operator()(const Rejected& r) const {
        return fmt::format("rejected {}{}", r.ref.cl_ord_id,
                           r.text.empty() ? "" : " " + std::string(r.text));
    }
    std::string operator()(const Canceled& c) const {
        return fmt::format("canceled {}", c.ref.cl_ord_id);
    }
    template <class T>
    std::string operator()(const T&) const {
        return "?";
    }
};

constexpr std::int64_t kStart = 1'754'141'401'000'000'000;  // 2025-08-02 13:30:01

// Milliseconds after 13:30:01, symbol, LP, what: an event a line. Bad rows first, with !.
std::string story(const std::string& content, AssumeSide assume = AssumeSide::buy) {
    const auto source = memory_source("f.csv", content);
    FillsCsv fills(*source, 3, 9, assume);
    std::string all;
    const auto loaded = fills.load([&](const DeadRow& dead) {
        EXPECT_EQ(content.substr(dead.offset, dead.bytes.size()), dead.bytes);
        all += fmt::format("!{}\n", dead.reason);
    });
    if (!loaded) return loaded.error().text();
    Event e;
    Nanos last{INT64_MIN};
    while (fills.next(e)) {
        EXPECT_LE(last, e.at) << "events come in time order";
        last = e.at;
        EXPECT_EQ(e.session, 9u);
        EXPECT_EQ(e.place.file, 3u);
        all += fmt::format("{:.3f} {} {}: {}{}\n", static_cast<double>(e.at.ns - kStart) * 1e-6,
                           e.symbol, e.lp.empty() ? "-" : e.lp, std::visit(Told{e}, e.what),
                           e.capture_clock ? "" : " (no clock)");
    }
    const CsvBytes& n = fills.csv().byte_counts();
    EXPECT_EQ(n.rows + n.between + n.dead, source->bytes_read());
    return all;
}

TEST(FillsCsv, the_traders_spreadsheet) {
    const std::string path = std::string(ASSAY_SOURCE_DIR) + "/examples/fills.csv";
    const std::string expected =
        "108.456 XYZ -: quote 100/100.02\n"
        "108.456 XYZ LP_A: sent row-2 buy 1000\n"
        "123.456 XYZ LP_A: filled row-2 row-2 1000@100.01\n"
        "1401.789 XYZ -: quote 100.01/100.03\n"
        "1401.789 XYZ LP_B: sent row-3 buy 500\n"
        "1456.789 XYZ LP_B: filled row-3 row-3 200@100.03\n"
        "1456.789 XYZ LP_B: canceled row-3\n"
        "2764.123 XYZ -: quote 100/100.02\n"
        "2764.123 XYZ LP_C: sent row-4 buy 2000\n"
        "2789.123 XYZ LP_C: filled row-4 row-4 2000@100\n"
        "3894.345 ABC -: quote 50.24/50.26\n"
        "3894.345 ABC LP_A: sent row-5 buy 5000\n"
        "3912.345 ABC LP_A: filled row-5 row-5 5000@50.24\n";
    const std::string csv = testkit::file_content(path);
    EXPECT_EQ(story(csv), expected);

    // The same as a table pasted from a document: rows begin one line later, behind the rule.
    std::string table;
    for (std::size_t at = 0, line = 0; at < csv.size(); ++line) {
        const std::size_t end = csv.find('\n', at);
        std::string row = "| ";
        for (const char c : csv.substr(at, end - at))
            row += c == ',' ? std::string(" | ") : std::string(1, c);
        table += row + " |\n" + (line == 0 ? "|---|---|---|---|---|---|---|---|---|\n" : "");
        at = end + 1;
    }
    std::string later = expected;
    for (int row = 5; row >= 2; --row)
        for (std::size_t at = 0;
             (at = later.find(fmt::format("row-{}", row), at)) != std::string::npos; at += 5)
            later.replace(at, 5, fmt::format("row-{}", row + 1));
    EXPECT_EQ(story(table), later);
}

// As people write them: each row is a fill at 2025-08-02 13:30:01, 0 ms after kStart.
TEST(FillsCsv, dates_and_numbers_of_spreadsheets) {
    const std::string good =
        "0.000 X A: sent row-2 buy 5000 (no clock)\n"
        "0.000 X A: filled row-2 row-2 5000@3 (no clock)\n";
    const std::string h = "time,lp,symbol,fill size,price\n";
    struct {
        const char* name;
        std::string table, told;
    } const cases[] = {
        {"thousands and a currency", h + "2025-08-02 13:30:01,A,X,\"5,000\",$3.00", good},
        {"euros", h + "2025-08-02 13:30:01,A,X,5000,\xe2\x82\xac 3", good},
        {"commas that separate no thousands", h + "2025-08-02 13:30:01,A,X,\"5,00\",3",
         "!f.csv:2:25: fill size \"5,00\" is not"},
        {"points: the day is first", h + "02.08.2025 13:30:01,A,X,5000,3", good},
        {"month first where nothing says so", h + "8/2/2025 13:30:01,A,X,5000,3", good},
        {"half a day", h + "8/2/25 1:30:01 PM,A,X,5000,3", good},
        {"a date of its own", "date,time,lp,symbol,fill size,price\n2025-08-02,13:30:01,A,X,5000,3",
         good},
        {"a date of its own, as people write it",
         "date,time,lp,symbol,fill size,price\n8/2/2025,1:30:01 pm,A,X,5000,3", good},
        {"no such hour", h + "8/2/2025 13:30:01 PM,A,X,5000,3",
         "!f.csv:2:1: time \"8/2/2025 13:30:01 PM\" is not a time"},
    };
    for (const auto& c : cases) {
        const std::string told = story(c.table);
        if (c.told.starts_with("!"))
            EXPECT_TRUE(told.starts_with(c.told)) << c.name << told;
        else
            EXPECT_EQ(told, c.told) << c.name;
    }
}

TEST(FillsCsv, the_column_says_which_number_is_the_day) {
    const std::string h = "time,lp,symbol,fill size,price\n2/8/2025 13:30:01,A,X,1,3\n";
    struct {
        const char* name;
        std::string second;
        DateOrder order;
        const char* day;
        const char* said;
    } const cases[] = {
        {"13/8: the day is first", "13/8/2025 13:30:01", DateOrder::automatic, "2025-08-02",
         "read day first, as another date"},
        {"8/13: the month is first", "8/13/2025 13:30:01", DateOrder::automatic, "2025-02-08",
         "read month first, as another date"},
        {"nothing says so", "3/8/2025 13:30:01", DateOrder::automatic, "2025-02-08",
         "read month first, and no other date says so (--set fills.dates=day_first|month_first)"},
        {"told", "3/8/2025 13:30:01", DateOrder::day_first, "2025-08-02", ""},
    };
    for (const auto& c : cases) {
        const auto source = memory_source("f.csv", h + c.second + ",A,X,1,3\n");
        FillsCsv fills(*source, 0, 0, AssumeSide::buy, c.order);
        ASSERT_TRUE(fills.load({})) << c.name;
        Event e;
        ASSERT_TRUE(fills.next(e)) << c.name;
        Nanos at;
        CsvTime{}.parse(std::string(c.day) + " 13:30:01", at);
        EXPECT_EQ(e.at, at) << c.name;
        std::string said;
        for (const std::string& sentence : fills.assumptions()) said += sentence + "\n";
        EXPECT_NE(said.find(c.said), std::string::npos) << c.name << ": " << said;
        EXPECT_EQ(said.find("latency earlier"), std::string::npos) << "no latency column: " << said;
    }
}

TEST(FillsCsv, says_which_column_became_the_lp) {
    const auto source =
        memory_source("f.csv", "time,broker,symbol,fill size,price\n2025-08-02 13:30:01,A,X,1,3\n");
    FillsCsv fills(*source, 0, 0, AssumeSide::buy);
    ASSERT_TRUE(fills.load({}));
    std::string said;
    for (const std::string& sentence : fills.assumptions()) said += sentence + "\n";
    EXPECT_NE(said.find("f.csv: the LP is the column \"broker\"."), std::string::npos) << said;
}

TEST(FillsCsv, what_a_row_means) {
    const std::string h =
        "time,lp,symbol,order size,fill size,price,side,bid,ask,latency,status,reason,order id\n";
    struct {
        const char* meaning;
        std::string row, events;
    } cases[] = {
        {"filled", "1754141401,A,X,10,10,5.1,B,5,5.2,20,,,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 buy 10\n0.000 X A: filled o1 row-2 "
         "10@5.1\n"},
        {"partly filled: the rest is canceled", "1754141401,A,X,10,4,5.1,S,5,5.2,20,,,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 sell 10\n0.000 X A: filled o1 row-2 "
         "4@5.1\n"
         "0.000 X A: canceled o1\n"},
        {"fill size 0 is a reject", "1754141401,A,X,10,0,,sell,5,5.2,20,,too late,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 sell 10\n0.000 X A: rejected o1 too "
         "late\n"},
        {"the status says reject", "1754141401,A,X,10,,,-1,5,5.2,20,Rejected,,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 sell 10\n0.000 X A: rejected o1\n"},
        {"the status says canceled", "1754141401,A,X,10,0,,1,5,5.2,20,Expired,,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 buy 10\n0.000 X A: canceled o1\n"},
        {"no latency: sent when filled, no clock", "1754141401,A,X,10,10,5.1,2,5,5.2,,,,o1",
         "0.000 X -: quote 5/5.2 (no clock)\n0.000 X A: sent o1 sell 10 (no clock)\n"
         "0.000 X A: filled o1 row-2 10@5.1 (no clock)\n"},
        {"no quote", "1754141401,A,X,10,10,5.1,B,,,20,,,o1",
         "-20.000 X A: sent o1 buy 10\n0.000 X A: filled o1 row-2 10@5.1\n"},
        {"no order size: what was filled", "1754141401,A,X,,10,5.1,B,,,20,,,",
         "-20.000 X A: sent row-2 buy 10\n0.000 X A: filled row-2 row-2 10@5.1\n"},
        {"two fills of one order",
         "1754141401,A,X,10,4,5.1,B,5,5.2,20,,,o1\n1754141402,A,X,10,6,5.2,B,5,5.2,1020,,,o1",
         "-20.000 X -: quote 5/5.2\n-20.000 X A: sent o1 buy 10\n0.000 X A: filled o1 row-2 4@5.1\n"
         "1000.000 X A: filled o1 row-3 6@5.2\n"},
        {"one id at two LPs is two orders",
         "1754141401,A,X,4,4,5.1,B,,,20,,,o1\n1754141401,B,X,6,6,5.2,B,,,20,,,o1",
         "-20.000 X A: sent o1 buy 4\n-20.000 X B: sent o1/B/X buy 6\n0.000 X A: filled o1 row-2 "
         "4@5.1\n"
         "0.000 X B: filled o1/B/X row-3 6@5.2\n"},
        {"placements: rows are events at their own time",
         "1754141401,A,X,10,0,0,B,5,5.2,,placement,,o1\n1754141402,A,X,10,4,5.1,B,5.1,5.3,,trade,,"
         "o1\n"
         "1754141403,A,X,10,0,0,B,5,5.2,,cancel,,o1",
         "0.000 X -: quote 5/5.2\n0.000 X A: sent o1 buy 10\n1000.000 X -: quote 5.1/5.3\n"
         "1000.000 X A: filled o1 row-3 4@5.1\n2000.000 X -: quote 5/5.2\n2000.000 X A: canceled "
         "o1\n"},
        {"orders cross in time: events are sorted",
         "1754141401,A,X,1,1,5,B,,,50,,,o1\n1754141401.01,B,X,1,1,5,B,,,55,,,o2",
         "-50.000 X A: sent o1 buy 1\n-45.000 X B: sent o2 buy 1\n0.000 X A: filled o1 row-2 1@5\n"
         "10.000 X B: filled o2 row-3 1@5\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(story(h + c.row + "\n"), c.events) << c.meaning;
}

TEST(FillsCsv, says_what_is_wrong_with_a_row_and_where) {
    const std::string h = "time,venue,ticker,qty,filled,px,side,latency ms\n";
    struct {
        std::string row, problem;
    } cases[] = {
        {"x,A,X,1,1,5,B,1", "f.csv:2:1: time \"x\" is not a time: "},
        {"1754141401,,X,1,1,5,B,1", "f.csv:2:12: venue \"\" is empty"},
        {"1754141401,A,,1,1,5,B,1", "f.csv:2:14: ticker \"\" is empty"},
        {"1754141401,A,X,1,,5,B,1",
         "f.csv:2:18: filled \"\" says nothing: a row without fill size needs a status"},
        {"1754141401,A,X,1,1,,B,1", "f.csv:2:20: px \"\" is not a price: a fill needs one"},
        {"1754141401,A,X,1,1,0,B,1", "f.csv:2:20: px \"0\" is not a price: a fill needs one"},
        {"1754141401,A,X,-1,1,5,B,1",
         "f.csv:2:16: qty \"-1\" is negative: the side says buy or sell, sizes are 0 or more"},
        {"1754141401,A,X,1,1,NaN,B,1", "f.csv:2:20: px \"NaN\" is not a decimal number"},
        {"1754141401,A,X,1,1,5,maybe,1",
         "f.csv:2:22: side \"maybe\" is not a side: expected buy or sell"},
        {"1754141401,A,X,1,1,5,B,-1",
         "f.csv:2:24: latency ms \"-1\" is negative: a latency is 0 or more"},
        {"1754141401,A,X,1,1,5,B", "f.csv:2:23: 7 fields where the header has 8"},
    };
    for (const auto& c : cases) {
        const std::string all = story(h + c.row + "\n1754141401,A,X,1,1,5,B,1\n");
        EXPECT_TRUE(all.starts_with("!" + c.problem)) << all;
        EXPECT_TRUE(all.ends_with("filled row-3 row-3 1@5\n")) << all;
    }
    EXPECT_EQ(story("time,lp,symbol,qty\n"),
              "f.csv:1: no column for fill size (it may be called fill size, fill qty, filled, "
              "filled qty, "
              "last qty, last shares, executed qty): found time,lp,symbol,qty; fills need "
              "timestamp,LP,symbol,fill size,fill price and may have order size,side,NBBO bid,NBBO "
              "ask,latency ms,order id,exec id,status");
}

TEST(FillsCsv, a_missing_side_is_assumed_as_told) {
    const std::string h = "time,lp,symbol,filled,px,bid,ask\n";
    struct {
        AssumeSide assume;
        const char *px, *side;
    } cases[] = {{AssumeSide::buy, "4", "buy"},       {AssumeSide::sell, "6", "sell"},
                 {AssumeSide::none, "6", "none"},     {AssumeSide::infer, "5.06", "buy"},
                 {AssumeSide::infer, "5.04", "sell"}, {AssumeSide::infer, "5.05", "buy"}};
    for (const auto& c : cases)
        EXPECT_NE(story(h + "1754141401,A,X,1," + c.px + ",5,5.1\n", c.assume)
                      .find(fmt::format("sent row-2 {} 1", c.side)),
                  std::string::npos)
            << c.px;
    const auto source = memory_source("f.csv", h + "1754141401,A,X,1,5,5,5.1\n");
    FillsCsv fills(*source, 0, 0, AssumeSide::infer);
    ASSERT_TRUE(fills.load({}));
    ASSERT_EQ(fills.assumptions().size(), 3u);
    EXPECT_EQ(fills.assumptions()[1],
              "f.csv: Side is missing for 1 of 1 orders; they are inferred: below the mid is a "
              "sell, else a "
              "buy (--assume-side buy|sell|infer).");
}

TEST(FillsCsv, reads_58_rows_of_tcapy_as_28_orders_and_27_fills) {
    const std::string path = testkit::test_data() + "/permissive/tca/tcapy/mini_test_trade_df.csv";
    ASSAY_NEEDS_DATA(path);
    const auto source = open_source(path);
    ASSERT_TRUE(source);
    FillsCsv fills(**source, 0, 0, AssumeSide::none);
    ASSERT_TRUE(fills.load([](const DeadRow& dead) { ADD_FAILURE() << dead.reason; }));
    EXPECT_EQ(fills.counts().rows, 58u);
    EXPECT_EQ(fills.counts().orders, 28u);
    EXPECT_EQ(fills.counts().fills, 27u);
    EXPECT_EQ(fills.counts().noted, 3u);  // cancel/replace
    EXPECT_EQ(fills.counts().rejects + fills.counts().cancels + fills.counts().sides_assumed, 0u);
    std::map<std::string, int> of_lp;
    Event e;
    while (fills.next(e)) of_lp[std::string(e.lp)] += std::holds_alternative<Sent>(e.what);
    EXPECT_EQ(of_lp.size(), 7u) << "six brokers and the market";
}

}  // namespace
}  // namespace assay
