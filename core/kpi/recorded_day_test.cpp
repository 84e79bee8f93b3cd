#include "core/kpi/recorded_day_test.h"

#include <algorithm>
#include <boost/property_tree/json_parser.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <zlib.h>

#include "core/kpi/price_improvement.h"
#include "core/kpi/spread.h"
#include "core/kpi/values.h"

namespace assay::kpi::recorded {

std::string data_folder() {
    const char* set = std::getenv("ASSAY_TEST_DATA");
    return set && *set ? std::string(set) : std::string(ASSAY_SOURCE_DIR) + "/../shared/data";
}

bool present(const std::string& file) {
    return std::ifstream(data_folder() + "/" + file).good();
}

bool must_be_present() {
    const char* set = std::getenv("ASSAY_REQUIRE_DATA");
    return set && std::string_view(set) == "1";
}

namespace {

// Inflates `packed`; `window` as for zlib's inflateInit2: raw deflate or gzip.
std::string inflate_all(std::string_view packed, int window) {
    z_stream z{};
    if (inflateInit2(&z, window) != Z_OK) return {};
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = static_cast<uInt>(packed.size());
    std::string out;
    std::vector<char> block(1u << 18);
    int rc = Z_OK;
    while (rc == Z_OK) {
        z.next_out = reinterpret_cast<Bytef*>(block.data());
        z.avail_out = static_cast<uInt>(block.size());
        rc = inflate(&z, Z_NO_FLUSH);
        out.append(block.data(), block.size() - z.avail_out);
    }
    inflateEnd(&z);
    EXPECT_EQ(rc, Z_STREAM_END);
    return out;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint32_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

// The first entry, deflated: local header of 30 bytes, name, extra field, data.
std::string unzip_single(std::string_view zip) {
    const std::size_t data = 30 + little_endian(zip, 26, 2) + little_endian(zip, 28, 2);
    return inflate_all(zip.substr(data), -MAX_WBITS);
}

}  // namespace

std::string contents(const std::string& file) {
    std::ifstream in(data_folder() + "/" + file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (file.ends_with(".zip")) return unzip_single(bytes);
    if (file.ends_with(".gz")) return inflate_all(bytes, MAX_WBITS + 16);
    return bytes;
}

std::vector<std::string_view> fields(std::string_view line, char separator) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t end = line.find(separator);
        out.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return out;
        line.remove_prefix(end + 1);
    }
}

std::int64_t integer(std::string_view digits) {
    std::int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

Nanos timestamp(std::string_view iso) {
    std::string digits;
    for (const char c : iso) {
        if (c >= '0' && c <= '9') digits += c;
    }
    digits.resize(23, '0');  // yyyymmddhhmmss and nanoseconds
    const std::string_view d = digits;
    const std::int64_t year = integer(d.substr(0, 4)), month = integer(d.substr(4, 2));
    // Days since 1970 of the proleptic Gregorian calendar, March as the first month.
    const std::int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    const std::int64_t day_of_year =
        (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + integer(d.substr(6, 2)) - 1;
    const std::int64_t day =
        era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719'468;
    const std::int64_t seconds = integer(d.substr(8, 2)) * 3600 + integer(d.substr(10, 2)) * 60 +
                                 integer(d.substr(12, 2)) + day * 86'400;
    return {seconds * 1'000'000'000 + integer(d.substr(14, 9))};
}

Json json(const std::string& file) {
    Json tree;
    boost::property_tree::read_json(data_folder() + "/" + file, tree);
    return tree;
}

// Read by hand: the typed getters of property_tree set off -Wmaybe-uninitialized under sanitizers.
double number_at(const Json& tree, const std::string& path) {
    const auto child = tree.get_child_optional(path);
    EXPECT_TRUE(child && !child->data().empty()) << "no number at " << path;
    return child ? std::strtod(child->data().c_str(), nullptr) : std::nan("");
}

std::int64_t count_at(const Json& tree, const std::string& path) {
    return std::llround(number_at(tree, path));
}

std::int64_t count_or_zero_at(const Json& tree, const std::string& path) {
    return tree.get_child_optional(path) ? count_at(tree, path) : 0;
}

void QuoteLine::add(const Bbo& quote) {
    if (!quotes_.empty() && quotes_.back().at == quote.at)
        quotes_.back() = quote;
    else
        quotes_.push_back(quote);
}

const Bbo& QuoteLine::at(Nanos t) const {
    const auto after = std::upper_bound(quotes_.begin(), quotes_.end(), t,
                                        [](Nanos x, const Bbo& q) { return x < q.at; });
    return after == quotes_.begin() ? none_ : *std::prev(after);
}

const Bbo& QuoteLine::before(Nanos t) const {
    return at(t - Duration{1});
}

void Figures::add(Side side, const Print& print, const Bbo& quote) {
    FillFacts fill{.side = side,
                   .last_qty = print.qty,
                   .last_px = print.px,
                   .at_route = quote,
                   .at_receipt = {},
                   .since_send = {},
                   .gain_vs_own_quote = {},
                   .own_quote_age = {}};
    by_share.fill(fill, Dir::add);
    fill.last_qty = 1_qty;
    by_trade.fill(fill, Dir::add);
    buys += side == Side::buy;
    const double bps = spread_bps(effective_spread(side, print.px, quote.mid2()), quote.mid2());
    effective_bps += bps;
    effective_bps_shares += static_cast<long double>(bps) * as_double(print.qty);
    const PriceDelta gain = kpi::price_improvement(side, print.px, quote.far_touch(side));
    improvement_bps += spread_bps(gain, quote.mid2());
    const AgainstQuote judged = against_quote(gain);
    inside += judged == AgainstQuote::improved;
    at += judged == AgainstQuote::at_quote;
    outside += judged == AgainstQuote::worse;
}

void Figures::add(std::size_t horizon, Side side, const Print& print, const Bbo& quote,
                  TwiceMid later) {
    HorizonFacts fact{
        .side = side, .last_qty = print.qty, .last_px = print.px, .at_route = quote, .mid2 = later};
    by_share.horizon(horizon, fact, Dir::add);
    fact.last_qty = 1_qty;
    by_trade.horizon(horizon, fact, Dir::add);
    // Here the markout is that of the mid, so half of the impact.
    markout_bps[horizon] +=
        0.5L * spread_bps(price_impact(side, quote.mid2(), later), quote.mid2());
}

Side TickRule::side_of(Price px, const Bbo& quote) {
    if (any_ && px != last_) {
        different_ = last_;
        moved_ = true;
    }
    last_ = px;
    any_ = true;
    if (quote.state != QuoteState::ok) return Side::none;
    const std::int64_t above = 2 * px.nano - quote.mid2().nano2;
    if (above != 0) return above > 0 ? Side::buy : Side::sell;
    if (!moved_) return Side::none;
    return px > different_ ? Side::buy : Side::sell;
}

Day judge(const std::vector<Print>& prints, const QuoteLine& quotes, Nanos close, AsOf as_of) {
    Day day;
    TickRule rule;
    for (const Print& print : prints) {
        const Bbo& quote =
            as_of == AsOf::at_or_before ? quotes.at(print.at) : quotes.before(print.at);
        const Side side = rule.side_of(print.px, quote);
        if (quote.state != QuoteState::ok) {
            ++day.unusable;
            day.crossed += quote.state == QuoteState::crossed;
            day.locked += quote.state == QuoteState::locked;
            continue;
        }
        day.midpoint += 2 * print.px.nano == quote.mid2().nano2;
        if (side == Side::none) continue;
        Figures& venue = day.by_venue[print.venue];
        day.all.add(side, print, quote);
        venue.add(side, print, quote);
        for (std::size_t h = 0; h < kHorizons; ++h) {
            const Nanos due = print.at + kHorizon[h];
            if (due >= close) continue;
            const Bbo& later = quotes.at(due);
            if (later.state != QuoteState::ok) continue;
            day.all.add(h, side, print, quote, later.mid2());
            venue.add(h, side, print, quote, later.mid2());
        }
    }
    return day;
}

void expect_close(double ours, double expected, const std::string& where) {
    EXPECT_NEAR(ours, expected, 1e-9 * std::max(1e-3, std::fabs(expected))) << where;
}

namespace {

// Reads figures of one group by name and compares them.
class Comparison {
  public:
    Comparison(const Json& expected, std::string where)
        : expected_(expected), where_(std::move(where)) {}

    void number(const char* name, long double ours) const {
        expect_close(static_cast<double>(ours), number_at(expected_, name), where_ + " " + name);
    }
    void of_row(const char* name, const Sums& sums, Value (*value)(const RowFacts&),
                double scale = 1.0) const {
        RowFacts row;
        row.sums = &sums;
        const Value ours = value(row);
        ASSERT_TRUE(ours.number) << where_ << " " << name << ": " << text(ours.why);
        number(name, *ours.number * scale);
    }

  private:
    const Json& expected_;
    std::string where_;
};

void expect_horizon(const Figures& ours, std::size_t h, const Json& expected,
                    const std::string& where) {
    const Comparison at(expected, where);
    const Sums& s = ours.by_share;
    const Sums& t = ours.by_trade;
    const Money n = t.after[h].priced_q / 1'000'000;
    at.number("trades", static_cast<long double>(n));
    if (n == 0) return;
    at.number("realized_mean", -ratio(t.after[h].priced_move2, t.after[h].priced_q) * 1e-9L);
    at.number("realized_sw", -ratio(s.after[h].priced_move2, s.after[h].priced_q) * 1e-9L);
    at.number("impact_mean", ratio(t.after[h].impact2, t.after[h].priced_q) * 1e-9L);
    at.number("impact_sw", ratio(s.after[h].impact2, s.after[h].priced_q) * 1e-9L);
    at.number("markout_bps_mean", ours.markout_bps[h] / static_cast<long double>(n));
}

}  // namespace

void expect_figures(const Figures& ours, const Json& expected, const std::string& where,
                    const std::array<std::string, kHorizons>& horizon_names) {
    const Comparison is(expected, where);
    const Sums& s = ours.by_share;
    const Sums& t = ours.by_trade;
    const auto n = static_cast<long double>(t.n_fills);
    const long double quantity = ratio(s.filled, 1'000'000);
    is.number("trades", n);
    is.of_row("shares", s, value::filled_qty);
    is.number("buys", static_cast<long double>(ours.buys));
    is.number("notional_usd", ratio(s.notional, 1'000'000) * 1e-9L);
    is.of_row("vwap", s, value::vwap);
    is.of_row("quoted_spread_mean", t, value::quoted_spread);
    is.of_row("quoted_spread_sw", s, value::quoted_spread);
    is.of_row("effective_spread_mean", t, value::effective_spread);
    is.of_row("effective_spread_sw", s, value::effective_spread);
    is.number("effective_bps_mean", ours.effective_bps / n);
    is.number("effective_bps_sw", ours.effective_bps_shares / quantity);
    is.of_row("effective_over_quoted_sw", s, value::e_over_q);
    is.of_row("price_improvement_mean", t, value::price_improvement);
    is.of_row("price_improvement_sw", s, value::price_improvement);
    is.number("price_improvement_bps_mean", ours.improvement_bps / n);
    is.of_row("shares_inside_pct", s, value::pi_frequency, 100.0);
    is.of_row("shares_at_nbbo_pct", s, value::pi_share_at, 100.0);
    is.of_row("shares_outside_pct", s, value::pi_share_worse, 100.0);
    is.number("trades_inside", static_cast<long double>(ours.inside));
    is.number("trades_at", static_cast<long double>(ours.at));
    is.number("trades_outside", static_cast<long double>(ours.outside));
    for (std::size_t h = 0; h < kHorizons; ++h) {
        if (horizon_names[h].empty()) continue;
        const auto at = expected.find(horizon_names[h]);
        if (at == expected.not_found()) continue;
        if (at->second.empty()) {  // null: no print had a quote there
            EXPECT_EQ(s.after[h].priced_q, 0) << where << " " << horizon_names[h];
            continue;
        }
        expect_horizon(ours, h, at->second, where + " " + horizon_names[h]);
    }
}

namespace {

TEST(RecordedDay, time_stamps_of_both_kinds) {
    EXPECT_EQ(timestamp("1970-01-01T00:00:00Z").ns, 0);
    EXPECT_EQ(timestamp("2018-01-02T14:30:00.115000Z").ns, 1'514'903'400'115'000'000);
    EXPECT_EQ(timestamp("20131008-14:00:00.164").ns, 1'381'240'800'164'000'000);
    EXPECT_EQ(timestamp("2016-02-29T00:00:00Z").ns, 1'456'704'000'000'000'000);
}

TEST(RecordedDay, last_quote_at_or_before_and_strictly_before) {
    QuoteLine line;
    Bbo q;
    for (const std::int64_t ask : {101, 102, 103}) {  // the second and third at the same moment
        q.at = {ask == 101 ? 10 : 20};
        q.ask = {ask};
        line.add(q);
    }
    EXPECT_EQ(line.all().size(), 2u);
    EXPECT_EQ(line.at({9}).state, QuoteState::none);
    EXPECT_FALSE(known(line.at({9}).at));
    EXPECT_EQ(line.at({10}).ask.nano, 101);
    EXPECT_EQ(line.at({20}).ask.nano, 103);
    EXPECT_EQ(line.before({20}).ask.nano, 101);
}

TEST(RecordedDay, side_by_mid_else_by_the_last_different_price) {
    TickRule rule;
    Bbo q;
    q.bid = 10.00_px;
    q.ask = 10.02_px;
    q.state = state_of(q.bid, q.ask);
    EXPECT_EQ(rule.side_of(10.01_px, q), Side::none) << "at mid, nothing to compare with";
    EXPECT_EQ(rule.side_of(10.02_px, q), Side::buy) << "above mid";
    EXPECT_EQ(rule.side_of(10.01_px, q), Side::sell) << "at mid, down from 10.02";
    EXPECT_EQ(rule.side_of(10.01_px, q), Side::sell) << "unchanged: still down from 10.02";
    EXPECT_EQ(rule.side_of(10.00_px, q), Side::sell) << "below mid";
    EXPECT_EQ(rule.side_of(10.01_px, q), Side::buy) << "at mid, up from 10.00";
}

}  // namespace

}  // namespace assay::kpi::recorded
