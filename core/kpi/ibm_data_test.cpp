// A FIX day made of real prints and NBBO: what the scorecard's own test does not compare (figures
// per order and per fill that no catalog entry has), through the same metric functions.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/kpi/markout.h"
#include "core/kpi/price_improvement.h"
#include "core/kpi/recorded_day_test.h"
#include "core/kpi/spread.h"
#include "core/kpi/values.h"

namespace assay::kpi::recorded {
namespace {

const std::string kFolder = "derived/ibm_20131008/";

struct Fill {
    Nanos at{};
    Qty qty;
    Price px;
};
struct Order {
    std::string lp;
    Side side{};
    Nanos sent{}, acked{kNever};
    std::vector<Fill> fills;
};

Price price_of(std::string_view digits) {
    return {parse_price(digits).scaled};
}
Qty qty_of(std::string_view digits) {
    return {parse_qty(digits).scaled};
}

// The log is clean by construction: one message a line, time stamp and " : " in front.
std::map<std::string, Order> orders_of_log() {
    std::map<std::string, Order> orders;
    each_line(contents(kFolder + "session.fix.log.gz"), [&](std::string_view row) {
        const std::size_t start = row.find(" : ");
        std::map<std::string, std::string_view, std::less<>> tag;
        for (const std::string_view field : fields(row.substr(start + 3), '\x01')) {
            const std::size_t equals = field.find('=');
            if (equals != std::string_view::npos) {
                tag[std::string(field.substr(0, equals))] = field.substr(equals + 1);
            }
        }
        const Nanos at = timestamp(row.substr(0, start));
        Order& order = orders[std::string(tag["11"])];
        if (tag["35"] == "D") {
            order.lp = tag["56"];
            order.side = side_of_fix(tag["54"][0]);
            order.sent = at;
        } else if (tag["35"] == "8" && tag["150"] == "0") {
            order.acked = at;
        } else if (tag["35"] == "8" && qty_of(tag["32"]).micro > 0) {
            order.fills.push_back({at, qty_of(tag["32"]), price_of(tag["31"])});
        }
    });
    return orders;
}

QuoteLine nbbo() {
    QuoteLine line;
    each_line(contents(kFolder + "nbbo.csv.gz"), [&](std::string_view row) {
        if (row.starts_with("ts_utc")) return;
        const auto f = fields(row, ',');  // ts_utc,symbol,bid,bid_size,ask,ask_size
        Bbo q;
        q.at = timestamp(f[0]);
        q.bid = price_of(f[2]);
        q.ask = price_of(f[4]);
        q.state = state_of(q.bid, q.ask);
        line.add(q);
    });
    return line;
}

struct LpDay {
    Sums at_send, at_fill;
    std::int64_t orders{}, usable{}, improved{}, at_touch{}, worse{};
    long double mid_bps{}, mid_bps_qty{};
    std::array<long double, kHorizons> markout{};
    std::array<std::int64_t, kHorizons> markout_n{};
    std::vector<double> fill_ms;
};

void add_order(LpDay& day, const Order& order, const QuoteLine& quotes) {
    const Bbo& sent = quotes.at(order.sent);
    const bool usable = sent.state == QuoteState::ok;
    OrderFacts facts;
    facts.offered = facts.cum = {};
    facts.latencies[Latency::command] = order.acked - order.sent;
    facts.latencies[Latency::first_fill] = order.fills.front().at - order.sent;
    day.at_send.order(facts, Dir::add);
    day.fill_ms.push_back(as_ms(order.fills.front().at - order.sent));
    Money gain = 0;
    for (const Fill& fill : order.fills) {
        FillFacts f{.side = order.side,
                    .last_qty = fill.qty,
                    .last_px = fill.px,
                    .at_route = usable ? sent : Bbo{},
                    .at_receipt = {},
                    .since_send = {},
                    .gain_vs_own_quote = {},
                    .own_quote_age = {}};
        day.at_send.fill(f, Dir::add);
        const Bbo& then = quotes.at(fill.at);
        f.at_route = then.state == QuoteState::ok ? then : Bbo{};
        day.at_fill.fill(f, Dir::add);
        if (usable) {
            gain += price_improvement(order.side, fill.px, sent.far_touch(order.side)) * fill.qty;
            const PriceDelta effective = effective_spread(order.side, fill.px, sent.mid2());
            day.mid_bps -= 0.5L * spread_bps(effective, sent.mid2()) * as_double(fill.qty);
            day.mid_bps_qty += as_double(fill.qty);
        }
        for (std::size_t h = 0; h < kHorizons; ++h) {
            const Bbo& later = quotes.at(fill.at + kHorizon[h]);
            if (later.state != QuoteState::ok) continue;
            day.at_send.horizon(h,
                                {.side = order.side,
                                 .last_qty = fill.qty,
                                 .last_px = fill.px,
                                 .at_route = {},
                                 .mid2 = later.mid2()},
                                Dir::add);
            if (then.state != QuoteState::ok) continue;
            day.markout[h] +=
                0.5L * spread_bps(price_impact(order.side, then.mid2(), later.mid2()), then.mid2());
            ++day.markout_n[h];
        }
    }
    ++day.orders;
    if (!usable) return;
    ++day.usable;
    day.improved += gain > 0;
    day.at_touch += gain == 0;
    day.worse += gain < 0;
}

// Nearest rank: the ceil(0.95 n)-th of n.
double p95(std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    return ms[(ms.size() * 95 + 99) / 100 - 1];
}

double of_row(const Sums& sums, Value (*value)(const RowFacts&)) {
    RowFacts row;
    row.sums = &sums;
    const Value v = value(row);
    EXPECT_TRUE(v.number) << text(v.why);
    return v.number.value_or(std::nan(""));
}

void compare(const LpDay& day, const Json& expected, const std::string& lp) {
    const auto is = [&](const char* name, double ours) {
        expect_close(ours, number_at(expected, name), lp + " " + name);
    };
    const auto count = [&](const char* name, std::int64_t ours) {
        EXPECT_EQ(ours, count_at(expected, name)) << lp << " " << name;
    };
    const Sums& s = day.at_send;
    count("orders", day.orders);
    count("fills", s.n_fills);
    count("qty", static_cast<std::int64_t>(s.filled / 1'000'000));
    count("orders_with_usable_arrival_nbbo", day.usable);
    count("orders_improved", day.improved);
    count("orders_at_touch", day.at_touch);
    count("orders_worse", day.worse);
    is("vwap", of_row(s, value::vwap));
    is("eff_spread_vs_arrival_sw", of_row(s, value::effective_spread));
    is("price_improvement_vs_arrival_touch_sw", of_row(s, value::price_improvement));
    is("price_improvement_vs_arrival_mid_bps_sw",
       static_cast<double>(day.mid_bps / day.mid_bps_qty));
    is("eff_spread_at_fill_sw", of_row(day.at_fill, value::effective_spread));
    is("mean_ack_ms", of_row(s, value::latency_mean<Latency::command>));
    is("mean_fill_ms", of_row(s, value::latency_mean<Latency::first_fill>));
    is("p95_fill_ms", p95(day.fill_ms));
    is("realized_1000ms_sw", of_row(s, value::realized_spread<4>));
    is("realized_5000ms_sw", of_row(s, value::realized_spread<5>));
    is("realized_60000ms_sw", of_row(s, value::realized_spread<7>));
    is("realized_300000ms_sw", of_row(s, value::realized_spread<8>));
    const std::pair<const char*, std::size_t> markouts[] = {{"markout_1000ms_bps_mean", 4},
                                                            {"markout_5000ms_bps_mean", 5},
                                                            {"markout_60000ms_bps_mean", 7},
                                                            {"markout_300000ms_bps_mean", 8}};
    for (const auto& [name, h] : markouts) {
        is(name, static_cast<double>(day.markout[h] / static_cast<long double>(day.markout_n[h])));
    }
}

TEST(IbmFixDay, every_figure_of_each_lp_through_the_metric_functions) {
    ASSAY_NEEDS(kFolder + "session.fix.log.gz");
    const Json expected = json(kFolder + "expected.json");
    const QuoteLine quotes = nbbo();
    std::map<std::string, LpDay> by_lp;
    for (const auto& [id, order] : orders_of_log()) {
        if (order.fills.empty()) continue;
        add_order(by_lp[order.lp], order, quotes);
        add_order(by_lp["ALL"], order, quotes);
    }
    EXPECT_EQ(by_lp.size(), expected.size());
    for (const auto& [lp, figures] : expected) {
        ASSERT_TRUE(by_lp.contains(lp)) << lp;
        compare(by_lp[lp], figures, lp);
    }
}

}  // namespace
}  // namespace assay::kpi::recorded
