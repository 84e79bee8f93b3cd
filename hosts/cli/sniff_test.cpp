#include "hosts/cli/sniff.h"

#include <fmt/format.h>

#include "hosts/cli/cli_in_testkit.h"

namespace assay {
namespace {

TEST(Sniff, tells_inputs_apart_by_their_content) {
    struct {
        const char* what;
        std::string front, told;
    } cases[] = {
        {"raw, SOH",
         "8=FIX.4.2\x01"
         "9=12\x01"
         "35=0\x01",
         "FIX log"},
        {"raw behind junk and a prefix", "started\n20131008-14:00:00.1 : 8=FIXT.1.1|9=12|35=0|",
         "FIX log"},
        {"printed with braces", "(incoming)\n{\n     BeginString    (8) - FIX.4.2\n", "FIX log"},
        {"printed with colons", "BeginString( 8): FIX.4.2\nBodyLength( 9): 12\n", "FIX log"},
        {"quotes", "time,symbol,bid,ask\n", "quotes"},
        {"quotes, other words", "ts_utc;ticker;best bid;offer\n", "quotes"},
        {"fills", "timestamp (UTC),LP,symbol,order size,fill size,fill price,NBBO bid,NBBO ask\n",
         "fills"},
        {"fills as a table", "| time | LP | symbol | filled | price |\n|---|---|---|---|---|\n",
         "fills"},
        {"empty", "", "empty: the file is empty"},
        {"blank", "\n\n  \n", "empty: the file holds only blank lines"},
        {"binary", std::string("\0\1\2\3", 4), "not used: a binary file"},
        {"control characters", "\x02\x03\x04 some \x05\x06", "not used: a binary file"},
        {"pcap", "\xd4\xc3\xb2\xa1 8",
         "not used: a packet capture (.pcap); export its FIX messages as text"},
        {"pcap with a whole message", "\xd4\xc3\xb2\xa1 8=FIX.4.2|9=12|35=0|",
         "not used: a packet capture (.pcap); export its FIX messages as text"},
        {"zip", "PK\x03\x04",
         "not used: a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"},
        {"no symbol", "timestamp,bid,ask\n1,2,3\n",
         "not used: a table with time, bid, ask, but without symbol it cannot be read as quotes"},
        {"no LP", "time,symbol,filled,price\n",
         "not used: a table with time, symbol, fill size, price, but without LP (a column called "
         "LP, "
         "liquidity provider, counterparty, broker, venue, destination) it cannot be read as "
         "fills"},
        {"only one size", "timestamp,LP,symbol,qty,price\n",
         "not used: a table with time, LP, symbol, price, but without fill size (a column called "
         "fill size, fill qty, filled, filled qty, last qty, last shares, executed qty) it cannot "
         "be "
         "read as fills; \"qty\" is taken for the size of the order: where it is what was filled, "
         "call it fill size"},
        {"no price", "time,LP,symbol,fill size,bid,ask\n",
         "not used: a table with time, LP, symbol, fill size, but without price (a column called "
         "fill "
         "price, price, last px, exec price, avg px) it cannot be read as fills"},
        {"more than a MiB of text", std::string(kSniffBytes, 'x'),
         "not used: text without FIX messages in its first MiB"},
        {"text", "Dear desk,\nplease call.\n",
         "not used: text without FIX messages, and no table of quotes or fills"},
        {"mentions 8=FIX only", "we speak 8=FIX here\n",
         "not used: text without FIX messages, and no table of quotes or fills"},
    };
    for (const auto& c : cases) {
        const Sniffed s = sniff(c.front);
        EXPECT_EQ(fmt::format("{}{}{}", text(s.kind), s.why.empty() ? "" : ": ", s.why), c.told)
            << c.what;
    }
}

TEST(Sniff, recorded_files) {
    const std::string data = testkit::test_data();
    ASSAY_NEEDS_DATA(data + "/derived/ibm_20131008/session.fix.log.gz");
    struct {
        const char* path;
        InputKind kind;
    } cases[] = {
        {"derived/ibm_20131008/session.fix.log.gz", InputKind::fix_log},
        {"derived/ibm_20131008/nbbo.csv.gz", InputKind::quotes_csv},
        {"permissive/tca/tcapy/mini_test_trade_df.csv", InputKind::fills_csv},
        {"permissive/fix/virtu_fixclient/t_amend_cancel.log", InputKind::fix_log},
        {"permissive/fix/virtu_fixclient/t_new_amend.log", InputKind::fix_log},
        {"permissive/regulatory/sec_oes/sample.csv", InputKind::not_used},
        {"copyleft/market/nautilus/truefx-usdjpy-ticks.csv", InputKind::not_used},
        {"expected/orders/test.log.csv", InputKind::not_used},
        {"DEFINITIONS.md", InputKind::not_used},
    };
    for (const auto& c : cases) {
        const auto source = open_source(data + "/" + c.path);
        ASSERT_TRUE(source) << c.path;
        const auto front = (*source)->peek(kSniffBytes);
        ASSERT_TRUE(front);
        EXPECT_EQ(text(sniff(*front).kind), std::string(text(c.kind))) << c.path;
    }
}

}  // namespace
}  // namespace assay
