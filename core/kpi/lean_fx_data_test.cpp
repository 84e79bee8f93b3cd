// Two FX LPs' own quotes over a day: time quoted, time at the touch, spreads, and their composite.
#include <gtest/gtest.h>

#include "core/kpi/own_quote.h"
#include "core/kpi/recorded_day_test.h"
#include "core/units/decimal.h"

namespace assay::kpi::recorded {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr Nanos kFrom{5 * kHourMs * 1'000'000}, kTo{24 * kHourMs * 1'000'000};

// Rows `ms,bid,ask`; the clock of a file may run behind UTC.
QuoteLine quotes_of(const std::string& file, std::int64_t clock_behind_ms) {
    QuoteLine line;
    each_line(contents(file), [&](std::string_view row) {
        const auto f = fields(row, ',');
        Bbo q;
        q.at = {(integer(f[0]) + clock_behind_ms) * 1'000'000};
        q.bid.nano = parse_price(f[1]).scaled;
        q.ask.nano = parse_price(f[2]).scaled;
        q.state = state_of(q.bid, q.ask);
        line.add(q);
    });
    return line;
}

// What both LPs' quotes were, at every change of either; states `none` before the first.
struct Pair {
    Bbo fxcm, oanda;
};

struct FxDay {
    std::int64_t ticks_fxcm{}, ticks_oanda{};
    QuotedTime fxcm, oanda;                  // over the whole window, against the other
    QuotedTime fxcm_of_both, oanda_of_both;  // while both are quoting
    QuotedTime composite;
    std::int64_t crossed{}, locked{};
};

FxDay walk(const QuoteLine& fxcm, const QuoteLine& oanda) {
    FxDay day;
    day.ticks_fxcm = std::ssize(fxcm.all());
    day.ticks_oanda = std::ssize(oanda.all());
    QuoteLine changes;  // only the times matter
    std::size_t i = 0, j = 0;
    while (i < fxcm.all().size() || j < oanda.all().size()) {
        const bool first = j == oanda.all().size() ||
                           (i < fxcm.all().size() && fxcm.all()[i].at < oanda.all()[j].at);
        changes.add(first ? fxcm.all()[i++] : oanda.all()[j++]);
    }
    each_stretch(changes.all(), kFrom, kTo, [&](std::size_t k, Duration held) {
        const Bbo& a = fxcm.at(changes.all()[k].at);
        const Bbo& b = oanda.at(changes.all()[k].at);
        day.fxcm += quoted_time(a, b, held);
        day.oanda += quoted_time(b, a, held);
        if (a.state == QuoteState::none || b.state == QuoteState::none) return;
        day.fxcm_of_both += quoted_time(a, b, held);
        day.oanda_of_both += quoted_time(b, a, held);
        const Bbo quotes[] = {a, b};
        const Bbo best = composite_of(quotes);
        day.composite += quoted_time(best, Bbo{}, held);
        if (best.state == QuoteState::crossed) day.crossed += held.ns;
        if (best.state == QuoteState::locked) day.locked += held.ns;
    });
    return day;
}

double pips(const QuotedTime& t) {
    return ratio(t.spread, t.two_sided) * 1e-9 * 1e4;
}

void check_lp(const QuotedTime& all, const QuotedTime& of_both, const Json& expected,
              const std::string& where) {
    EXPECT_EQ(all.two_sided / 1'000'000, count_at(expected, "ms_quoted")) << where;
    expect_close(pips(all), number_at(expected, "tw_spread_pips"), where + " spread");
    const auto percent = [&](std::int64_t part) { return 100.0 * ratio(part, of_both.watched); };
    expect_close(percent(of_both.at_bid), number_at(expected, "best_bid_pct"), where + " bid");
    expect_close(percent(of_both.at_ask), number_at(expected, "best_ask_pct"), where + " ask");
    expect_close(percent(of_both.at_both), number_at(expected, "both_sides_best_pct"),
                 where + " both");
}

void check(const std::string& pair) {
    const std::string folder = "permissive/market/lean/forex/";
    ASSAY_NEEDS(folder + "fxcm/" + pair);
    const Json both = json("expected/lean_fx_two_lps.json");
    Json expected;
    for (const auto& [name, child] : both) {
        if (name == pair) expected = child;
    }
    ASSERT_FALSE(expected.empty()) << pair;
    const FxDay day = walk(quotes_of(folder + "fxcm/" + pair, 5 * kHourMs),
                           quotes_of(folder + "oanda/" + pair, 0));
    EXPECT_EQ(day.ticks_fxcm, count_at(expected, "ticks_distinct_ms.FXCM"));
    EXPECT_EQ(day.ticks_oanda, count_at(expected, "ticks_distinct_ms.OANDA"));
    EXPECT_EQ(day.composite.watched / 1'000'000, count_at(expected, "composite.ms_both_quoting"));
    expect_close(pips(day.composite), number_at(expected, "composite.tw_spread_pips"), "composite");
    expect_close(100.0 * ratio(day.crossed, day.composite.watched),
                 number_at(expected, "composite.crossed_pct"), "crossed");
    expect_close(100.0 * ratio(day.locked, day.composite.watched),
                 number_at(expected, "composite.locked_pct"), "locked");
    check_lp(day.fxcm, day.fxcm_of_both, expected.get_child("lp.FXCM"), pair + " FXCM");
    check_lp(day.oanda, day.oanda_of_both, expected.get_child("lp.OANDA"), pair + " OANDA");
}

TEST(LeanFx, eurusd_time_quoted_and_at_the_touch_of_two_lps) {
    check("tick/eurusd/20140505_quote.zip");
}
TEST(LeanFx, nzdusd_time_quoted_and_at_the_touch_of_two_lps) {
    check("tick/nzdusd/20140505_quote.zip");
}

}  // namespace
}  // namespace assay::kpi::recorded
