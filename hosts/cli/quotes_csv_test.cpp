#include "hosts/cli/quotes_csv.h"

#include <fmt/format.h>

#include "core/units/decimal.h"
#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

// "ns symbol lp bid x size / ask x size" a quote, !problem a bad row.
std::string quotes_of(const std::string& content) {
    const auto source = memory_source("q.csv", content);
    QuotesCsv quotes(*source, 7);
    if (const auto opened = quotes.open(); !opened) return opened.error().text();
    std::string all;
    Event e;
    for (CsvStep step = quotes.next(e); step != CsvStep::end; step = quotes.next(e)) {
        if (step != CsvStep::row) {
            all += fmt::format("!{}\n", quotes.csv().dead().reason);
            if (step == CsvStep::failed) break;
            continue;
        }
        const Quote& q = std::get<Quote>(e.what);
        EXPECT_EQ(e.place.file, 7u);
        EXPECT_EQ(content.substr(e.place.offset, e.place.length), quotes.csv().bytes());
        all +=
            fmt::format("{} {} {} {}x{}/{}x{}\n", e.at.ns, e.symbol, e.lp.empty() ? "-" : e.lp,
                        to_text(q.bid), to_text(q.bid_size), to_text(q.ask), to_text(q.ask_size));
    }
    const CsvBytes& n = quotes.csv().byte_counts();
    EXPECT_EQ(n.rows + n.between + n.dead, source->bytes_read());
    return all;
}

TEST(QuotesCsv, reads_columns_by_name_in_any_order) {
    constexpr const char* kOne = "1754141401000000000 XYZ - 100x200/100.02x300\n";
    struct {
        const char* form;
        std::string content, quotes;
    } cases[] = {
        {"as documented",
         "time,symbol,bid,ask,bid_size,ask_size\n"
         "2025-08-02T13:30:01Z,XYZ,100.00,100.02,200,300\n",
         kOne},
        {"other order and words",
         "ask_qty;Offer Price;bid qty;BidPx;Ticker;Timestamp (UTC)\n"
         "300;100.02;200;100;XYZ;1754141401\n",
         kOne},
        {"as in derived/ibm_20131008",
         "ts_utc,symbol,bid,bid_size,ask,ask_size\n"
         "2025-08-02T13:30:01.000Z,XYZ,100,200,100.02,300\n",
         kOne},
        {"no sizes", "ts,symbol,bid,ask\n1754141401,XYZ,100,100.02\n",
         "1754141401000000000 XYZ - 100x0/100.02x0\n"},
        {"an LP's own",
         "time,symbol,bid,ask,lp\n1754141401,XYZ,100,100.02,LP_A\n1754141401,XYZ,1,2,\n",
         "1754141401000000000 XYZ LP_A 100x0/100.02x0\n1754141401000000000 XYZ - 1x0/2x0\n"},
        {"missing sides", "time,symbol,bid,ask\n1754141401,XYZ,,100.02\n1754141401,XYZ,100,\n",
         "1754141401000000000 XYZ - 0x0/100.02x0\n1754141401000000000 XYZ - 100x0/0x0\n"},
        {"crossed, zero and negative are the market's question",
         "time,symbol,bid,ask\n1754141401,XYZ,101,100\n1754141401,XYZ,0,0\n1754141401,XYZ,-1,1\n",
         "1754141401000000000 XYZ - 101x0/100x0\n1754141401000000000 XYZ - 0x0/0x0\n"
         "1754141401000000000 XYZ - -1x0/1x0\n"},
        {"more decimals than are kept are rounded",
         "time,symbol,bid,ask\n1754141401,EURUSD,1.0879499912261963,1.087980031967163\n",
         "1754141401000000000 EURUSD - 1.087949991x0/1.087980032x0\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(quotes_of(c.content), c.quotes) << c.form;
}

TEST(QuotesCsv, says_what_is_wrong_with_a_row_and_where) {
    const std::string header = "time,symbol,bid,ask,bid_size\n";
    struct {
        std::string row, problem;
    } cases[] = {
        {"yesterday,XYZ,1,2,3",
         "!q.csv:2:1: time \"yesterday\" is not a time: expected 2025-08-02 "
         "13:30:01.123456 (UTC), an offset like -04:00, FIX 20250802-13:30:01, or "
         "epoch s, ms, us or ns\n"},
        {"1754141401,,1,2,3", "!q.csv:2:12: symbol \"\" is empty: a symbol is expected\n"},
        {"1754141401,XYZ,NaN,2,3", "!q.csv:2:16: bid \"NaN\" is not a decimal number\n"},
        {"1754141401,XYZ,1,1e2,3", "!q.csv:2:18: ask \"1e2\" is not a decimal number\n"},
        {"1754141401,XYZ,1,1234567890123456789012345678901234567890,3",
         "!q.csv:2:18: ask \"1234567890123456789012345678901234567890\" is too large\n"},
        {"1754141401,XYZ,1,2,-3",
         "!q.csv:2:20: bid_size \"-3\" is negative: a size is 0 or more\n"},
        {"1754141401,XYZ,1,2", "!q.csv:2:19: 4 fields where the header has 5\n"},
        {"1754141401," + std::string(256, 'X') + ",1,2,3",
         "!q.csv:2:12: symbol \"" + std::string(60, 'X') + "\" is too long for a symbol\n"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(quotes_of(header + c.row + "\n1754141401,XYZ,1,2,3\n"),
                  c.problem + "1754141401000000000 XYZ - 1x3/2x0\n");
    EXPECT_EQ(quotes_of("time,bid,ask\n1,2,3\n"),
              "q.csv:1: no column for symbol: found time,bid,ask; quotes need time,symbol,bid,ask "
              "and may "
              "have bid_size,ask_size,lp");
}

TEST(QuotesCsv, counts_time_that_runs_backwards_and_passes_it_on) {
    const auto source = memory_source("q.csv",
                                      "time,symbol,bid,ask,lp\n1754141402,X,1,2,\n"
                                      "1754141401,X,1,2,A\n1754141401,X,x,2,\n1754141403,X,1,2,\n");
    QuotesCsv quotes(*source, 0);
    ASSERT_TRUE(quotes.open());
    Event e;
    while (quotes.next(e) != CsvStep::end) {
    }
    EXPECT_EQ(quotes.counts().quotes, 3u);
    EXPECT_EQ(quotes.counts().dead, 1u);
    EXPECT_EQ(quotes.counts().of_lps, 1u);
    EXPECT_EQ(quotes.counts().time_backwards, 1u);
}

TEST(QuotesCsv, reads_every_recorded_quote_of_ibm_20131008) {
    const std::string path = testkit::test_data() + "/derived/ibm_20131008/nbbo.csv.gz";
    ASSAY_NEEDS_DATA(path);
    const auto source = open_source(path);
    ASSERT_TRUE(source);
    QuotesCsv quotes(**source, 0);
    ASSERT_TRUE(quotes.open());
    Event e;
    ASSERT_EQ(quotes.next(e), CsvStep::row);
    EXPECT_EQ(e.symbol, "IBM");
    EXPECT_EQ(e.at.ns, 1'381'240'742'211'000'000);  // 2013-10-08T13:59:02.211Z
    while (quotes.next(e) == CsvStep::row) {
    }
    EXPECT_EQ(quotes.counts().quotes, 3052u);
    EXPECT_EQ(quotes.counts().dead, 0u);
}

}  // namespace
}  // namespace assay
