#include "hosts/cli/lp_guess.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hosts/journal/entry.h"

namespace assay {
namespace {

std::string fix(std::string_view type, std::string_view from, std::string_view to,
                std::string_view rest = "") {
    std::string body =
        fmt::format("35={}|49={}|56={}|34=1|52=20260302-14:30:00.000|{}", type, from, to, rest);
    std::string m = fmt::format("8=FIX.4.4|9={}|{}", body.size(), body);
    for (char& c : m)
        if (c == '|') c = '\x01';
    unsigned sum = 0;
    for (const char c : m) sum += static_cast<unsigned char>(c);
    return m + fmt::format("10={:03}\x01", sum % 256);
}
std::string order(std::string_view from, std::string_view to) {
    return fix("D", from, to, "11=1|55=ACME|54=1|38=100|40=1|60=20260302-14:30:00.000|");
}

struct Journal {
    std::string bytes;
    std::uint64_t seq{1};
    Journal() { add(journal::Mark::own, "assay journal 1"); }
    void add(journal::Mark mark, std::string_view what) {
        journal::write_entry({{1'772'461'800'000'000'000 + static_cast<std::int64_t>(seq)},
                              seq,
                              mark == journal::Mark::own ? 0u : 1u,
                              mark,
                              what},
                             bytes);
        if (mark != journal::Mark::own) ++seq;
    }
};

std::vector<std::string> routers(std::string_view front) {
    fix::Parties parties;
    return find_routers(front, parties);
}

TEST(Routers, who_is_sent_orders_and_sends_some_passes_them_on) {
    const std::string log =
        order("OMS", "DESK") + "\n" + order("DESK", "LP_A") + "\n" + order("DESK", "LP_B") + "\n";
    fix::Parties parties;
    EXPECT_EQ(find_routers(log, parties), std::vector<std::string>{"DESK"});
    EXPECT_TRUE(parties.ours.contains("DESK"));
    find_counterparties(log, parties);
    EXPECT_EQ(parties.counterparties.size(), 2u);
    EXPECT_FALSE(parties.counterparties.contains("DESK")) << "it is no LP";
}

TEST(Routers, an_ordinary_log_has_none) {
    EXPECT_TRUE(routers(order("DESK", "LP_A") + "\n" + order("DESK", "LP_B") + "\n").empty());
    EXPECT_TRUE(routers("").empty());
}

// The first megabyte of a desk's journal may hold quotes and no order yet.
TEST(Routers, a_journal_says_who_wrote_it_before_the_first_order) {
    Journal desk;
    for (const char* to : {"MARKET", "LP_A", "OMS"})
        desk.add(journal::Mark::sent, fix("A", "DESK", to, "98=0|108=30|"));
    desk.add(journal::Mark::received, fix("A", "LP_A", "DESK", "98=0|108=30|"));
    EXPECT_EQ(routers(desk.bytes), std::vector<std::string>{"DESK"});
}

TEST(Routers, lps_that_keep_a_journal_stay_lps) {
    Journal lps;
    for (const char* lp : {"LP_A", "LP_B"}) {
        lps.add(journal::Mark::sent, fix("A", lp, "DESK", "98=0|108=30|"));
        lps.add(journal::Mark::received, order("DESK", lp));
    }
    EXPECT_TRUE(routers(lps.bytes).empty());
}

}  // namespace
}  // namespace assay
