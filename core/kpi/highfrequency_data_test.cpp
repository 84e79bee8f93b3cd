// A day of NYSE TAQ with stale quotes of other exchanges, and the figures that the R package
// `highfrequency` prints in its own tests.
#include <cmath>
#include <gtest/gtest.h>
#include <map>

#include "core/kpi/recorded_day_test.h"
#include "core/kpi/spread.h"
#include "core/units/decimal.h"

namespace assay::kpi::recorded {
namespace {

const std::string kFolder = "copyleft/market/highfrequency/";
const std::array<std::string, kHorizons> kNames = {"",
                                                   "",
                                                   "",
                                                   "",
                                                   "tau_1000000us",
                                                   "tau_5000000us",
                                                   "tau_15000000us",
                                                   "tau_60000000us",
                                                   "tau_300000000us"};

Price price_of(std::string_view digits) {
    return {parse_price(digits).scaled};
}

bool header(std::string_view row) {
    return row.starts_with("DT,");
}

// Best of the last quotes of each exchange, or the quotes of one exchange only.
QuoteLine raw_quotes(char only_exchange, std::int64_t& rows) {
    QuoteLine line;
    std::map<char, Bbo> last;
    each_line(contents(kFolder + "QDataRaw_2018-01-02.csv.gz"), [&](std::string_view row) {
        if (header(row)) return;
        ++rows;
        const auto f = fields(row, ',');  // DT,EX,BID,BIDSIZ,OFR,OFRSIZ,SYMBOL
        if (only_exchange != 0 && f[1][0] != only_exchange) return;
        Bbo& own = last[f[1][0]];
        own.at = timestamp(f[0]);
        own.bid = price_of(f[2]);
        own.ask = price_of(f[4]);
        std::vector<Bbo> quotes;
        for (const auto& [exchange, quote] : last) quotes.push_back(quote);
        Bbo best = composite_of(quotes);
        best.at = own.at;
        line.add(best);
    });
    return line;
}

std::vector<Print> raw_prints(std::int64_t& rows) {
    std::vector<Print> prints;
    const Nanos open = timestamp("2018-01-02T14:30:00Z"), close = timestamp("2018-01-02T21:00:00Z");
    each_line(contents(kFolder + "TDataRaw_2018-01-02.csv.gz"), [&](std::string_view row) {
        if (header(row)) return;
        ++rows;
        const auto f = fields(row, ',');  // DT,EX,SYMBOL,COND,SIZE,PRICE,CORR
        const Nanos at = timestamp(f[0]);
        if (at < open || at >= close || f[6] != "0") return;
        prints.push_back({at, price_of(f[5]), {integer(f[4]) * 1'000'000}, f[1][0]});
    });
    return prints;
}

void check(const char* benchmark, char only_exchange) {
    ASSAY_NEEDS(kFolder + "QDataRaw_2018-01-02.csv.gz");
    const Json expected =
        json("expected/highfrequency.json").get_child("2018-01-02").get_child(benchmark);
    std::int64_t quote_rows = 0, trade_rows = 0;
    const QuoteLine quotes = raw_quotes(only_exchange, quote_rows);
    const std::vector<Print> prints = raw_prints(trade_rows);
    EXPECT_EQ(quote_rows, count_at(expected, "quote_rows"));
    EXPECT_EQ(trade_rows, count_at(expected, "trade_rows"));
    EXPECT_EQ(std::ssize(prints), count_at(expected, "session_trades"));
    for (const auto& [name, as_of] :
         {std::pair{"le", AsOf::at_or_before}, std::pair{"lt", AsOf::before}}) {
        const Json& side = expected.get_child(name);
        const Day judged = judge(prints, quotes, timestamp("2018-01-02T21:00:00Z"), as_of);
        const std::string where = std::string(benchmark) + " " + name;
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

TEST(HighFrequency, all_exchanges_with_stale_quotes_locked_or_crossed_most_of_the_day) {
    check("benchmark_all_exchanges_stale_quotes", 0);
}
TEST(HighFrequency, nyse_quotes_as_benchmark_for_prints_of_all_venues) {
    check("benchmark_N_only", 'N');
}

// The cleaned sample: one exchange, one record a moment.
QuoteLine cleaned_quotes() {
    QuoteLine line;
    each_line(contents(kFolder + "sampleQData.csv.gz"), [&](std::string_view row) {
        if (header(row)) return;
        const auto f = fields(row, ',');  // DT,SYMBOL,BID,OFR,OFRSIZ,BIDSIZ,EX,MIDQUOTE
        Bbo q;
        q.at = timestamp(f[0]);
        q.bid = price_of(f[2]);
        q.ask = price_of(f[3]);
        q.state = state_of(q.bid, q.ask);
        line.add(q);
    });
    return line;
}

std::vector<Print> cleaned_prints() {
    std::vector<Print> prints;
    each_line(contents(kFolder + "sampleTData.csv.gz"), [&](std::string_view row) {
        if (header(row)) return;
        const auto f = fields(row, ',');  // DT,EX,SYMBOL,PRICE,SIZE
        prints.push_back({timestamp(f[0]), price_of(f[3]), {integer(f[4]) * 1'000'000}, f[1][0]});
    });
    return prints;
}

struct Means {
    std::int64_t n{}, direction{};
    long double mid{}, effective{}, effective_share{}, value{}, quoted{}, quoted_share{};
};

// R matches within the day, and gives prints before the day's first quote that first quote. (Assay
// would leave them without one.)
const Bbo& as_r_matches(const QuoteLine& quotes, Nanos at, Duration lag) {
    const Bbo& last = quotes.at(at - lag);
    if (known(last.at) && utc_day(last.at) == utc_day(at)) return last;
    for (const Bbo& q : quotes.all()) {
        if (utc_day(q.at) == utc_day(at)) return q;
    }
    return last;
}

Means means_at_lag(Duration lag) {
    const QuoteLine quotes = cleaned_quotes();
    TickRule rule;
    Means m;
    for (const Print& print : cleaned_prints()) {
        const Bbo& quote = as_r_matches(quotes, print.at, lag);
        const Side side = rule.side_of(print.px, quote);
        if (!quote.usable()) continue;
        ++m.n;
        m.direction += sign(side);
        const PriceDelta effective = effective_spread(side, print.px, quote.mid2());
        const PriceDelta quoted = quoted_spread(quote.bid, quote.ask);
        m.mid += as_double(quote.mid2());
        m.effective += as_double(effective);
        m.effective_share += spread_bps(effective, quote.mid2()) * 1e-4;
        m.quoted += as_double(quoted);
        m.quoted_share += spread_bps(quoted, quote.mid2()) * 1e-4;
        m.value += as_double(print.px) * as_double(print.qty);
    }
    return m;
}

TEST(HighFrequency, figures_printed_by_the_r_package) {
    ASSAY_NEEDS(kFolder + "sampleTData.csv.gz");
    const Json expected = json("expected/highfrequency.json").get_child("cleaned_vs_R_published");
    const Means m = means_at_lag(Duration{0});
    const auto n = static_cast<long double>(m.n);
    struct {
        const char* name;
        long double ours;
    } cases[] = {
        {"midpoints", m.mid / n},
        {"effectiveSpread", m.effective / n},
        {"valueTrade", m.value / n},
        {"proportionalEffectiveSpread", m.effective_share / n},
        {"halfTradedSpread", m.effective / n / 2},
        {"proportionalHalfTradedSpread", m.effective_share / n / 2},
        {"quotedSpread", m.quoted / n},
        {"proportionalQuotedSpread", m.quoted_share / n},
    };
    for (const auto& c : cases) {
        const Json& published = expected.get_child("means_lag0").get_child(c.name);
        // What R published has ten digits; our own reproduction has all of them.
        const double r = number_at(published, "r_published");
        EXPECT_NEAR(static_cast<double>(c.ours), r, 5e-10 * std::fabs(r)) << c.name;
        expect_close(static_cast<double>(c.ours), number_at(published, "python"), c.name);
    }
}

TEST(HighFrequency, direction_of_exact_prices_not_of_rounding_noise) {
    ASSAY_NEEDS(kFolder + "sampleTData.csv.gz");
    const Json expected = json("expected/highfrequency.json").get_child("cleaned_vs_R_published");
    const Means now = means_at_lag(Duration{0});
    expect_close(static_cast<double>(now.direction) / static_cast<double>(now.n),
                 number_at(expected, "direction_mean_lag0.exact_decimal"), "direction at lag 0");
    EXPECT_EQ(means_at_lag(Duration{2'000'000'000}).direction,
              count_at(expected, "sum_direction_lag2s.exact_decimal"));
}

}  // namespace
}  // namespace assay::kpi::recorded
