// Real prints and NBBO of three equity days, by venue, through the metric functions.
#include <gtest/gtest.h>

#include "core/kpi/own_quote.h"
#include "core/kpi/recorded_day_test.h"
#include "core/units/decimal.h"

namespace assay::kpi::recorded {
namespace {

Nanos of_ms(std::int64_t ms) {
    return {ms * 1'000'000};
}
constexpr std::int64_t kOpenMs = 34'200'000, kCloseMs = 57'600'000;
// Prices of the files are in 1e-4.
Price of_file(std::string_view digits) {
    return {integer(digits) * 100'000};
}

const std::array<std::string, kHorizons> kNames = {
    "", "", "", "", "tau_1000ms", "tau_5000ms", "tau_15000ms", "tau_60000ms", "tau_300000ms"};

// Rows `ms,bid,bidsize,ask,asksize,...` change one side each.
QuoteLine quotes_of(const std::string& file, std::int64_t& rows) {
    QuoteLine line;
    Bbo now;
    each_line(contents(file), [&](std::string_view row) {
        ++rows;
        const auto f = fields(row, ',');
        now.at = of_ms(integer(f[0]));
        if (integer(f[1]) > 0) now.bid = of_file(f[1]);
        if (integer(f[3]) > 0) now.ask = of_file(f[3]);
        now.state = state_of(now.bid, now.ask);
        line.add(now);
    });
    return line;
}

std::vector<Print> prints_of(const std::string& file, std::int64_t& rows) {
    std::vector<Print> prints;
    each_line(contents(file), [&](std::string_view row) {
        ++rows;
        const auto f = fields(row, ',');
        const std::int64_t ms = integer(f[0]);
        if (ms < kOpenMs || ms >= kCloseMs || f[5] == "1") return;
        prints.push_back({of_ms(ms), of_file(f[1]), {integer(f[2]) * 1'000'000}, f[3][0]});
    });
    return prints;
}

// The market's own spread and mid, weighted by time.
void check_time_weighted(const QuoteLine& quotes, const Json& expected, const std::string& where) {
    QuotedTime usable, whole;
    Money mid2_time = 0;
    each_stretch(quotes.all(), of_ms(kOpenMs), of_ms(kCloseMs), [&](std::size_t i, Duration held) {
        const Bbo& q = quotes.all()[i];
        const QuotedTime t = quoted_time(q, Bbo{}, held);
        whole += t;
        if (q.state != QuoteState::ok) return;
        usable += t;
        mid2_time += static_cast<Money>(q.mid2().nano2) * held.ns;
    });
    EXPECT_EQ(usable.watched / 1'000'000, count_at(expected, "usable_ms")) << where;
    EXPECT_EQ((whole.watched - usable.watched) / 1'000'000, count_at(expected, "unusable_ms"))
        << where;
    expect_close(ratio(usable.spread, usable.two_sided) * 1e-9,
                 number_at(expected, "quoted_spread"), where + " time-weighted spread");
    expect_close(ratio(mid2_time, usable.watched) * 0.5e-9, number_at(expected, "mid"),
                 where + " time-weighted mid");
}

void check(const std::string& day) {
    const std::string folder = "permissive/market/lean/";
    ASSAY_NEEDS(folder + day + "_quote.zip");
    const Json all_days = json("expected/lean_equity.json");
    const auto found = all_days.find(day);
    ASSERT_NE(found, all_days.not_found()) << day;
    const Json& expected = found->second;
    std::int64_t quote_rows = 0, trade_rows = 0;
    const QuoteLine quotes = quotes_of(folder + day + "_quote.zip", quote_rows);
    const std::vector<Print> prints = prints_of(folder + day + "_trade.zip", trade_rows);
    EXPECT_EQ(quote_rows, count_at(expected, "quote_rows"));
    EXPECT_EQ(trade_rows, count_at(expected, "trade_rows"));
    EXPECT_EQ(std::ssize(prints), count_at(expected, "session_trades"));
    Money session_qty = 0;
    for (const Print& p : prints) session_qty += p.qty.micro;
    EXPECT_EQ(static_cast<std::int64_t>(session_qty / 1'000'000),
              count_at(expected, "session_shares"));
    check_time_weighted(quotes, expected.get_child("time_weighted"), day);
    for (const auto& [name, as_of] :
         {std::pair{"le", AsOf::at_or_before}, std::pair{"lt", AsOf::before}}) {
        const Json& side = expected.get_child(name);
        const Day judged = judge(prints, quotes, of_ms(kCloseMs), as_of);
        const std::string where = day + " " + name;
        EXPECT_EQ(judged.midpoint, count_or_zero_at(side, "counts.midpoint")) << where;
        EXPECT_EQ(judged.unusable, count_or_zero_at(side, "counts.no_usable_nbbo")) << where;
        EXPECT_EQ(judged.crossed, count_or_zero_at(side, "counts.crossed")) << where;
        EXPECT_EQ(judged.locked, count_or_zero_at(side, "counts.locked")) << where;
        expect_figures(judged.all, side.get_child("all"), where + " all", kNames);
        std::size_t venues = 0;
        for (const auto& [venue, figures] : side.get_child("by_venue")) {
            ++venues;
            const auto ours = judged.by_venue.find(venue[0]);
            ASSERT_NE(ours, judged.by_venue.end()) << where << " venue " << venue;
            expect_figures(ours->second, figures, where + " venue " + venue, kNames);
        }
        EXPECT_EQ(venues, judged.by_venue.size()) << where;
    }
}

TEST(LeanEquity, ibm_20131007_by_venue_quote_at_and_before_the_print) {
    check("equity/usa/tick/ibm/20131007");
}
TEST(LeanEquity, ibm_20131008_by_venue_quote_at_and_before_the_print) {
    check("equity/usa/tick/ibm/20131008");
}
TEST(LeanEquity, bac_20131007_by_venue_quote_at_and_before_the_print) {
    check("equity/usa/tick/bac/20131007");
}

}  // namespace
}  // namespace assay::kpi::recorded
