// Quotes, sessions and the clock that slow beliefs decay on.
#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/units/bug.h"

namespace assay {

using kpi::Dir;

void Kernel::quote_event(const Event& e, const Quote& q) {
    ++counts_.quotes;
    const std::uint32_t symbol = symbol_of(e);
    SymbolState& s = symbol_state(symbol);
    end_rounds_before(s, e.at);
    if (e.lp.empty()) {
        s.market.market_quote(e.at, q.bid, q.ask, q.bid_size, q.ask_size, rules_);
        const Bbo& now = s.market.raw();
        counts_.crossed_quotes += now.state == QuoteState::crossed;
        counts_.locked_quotes += now.state == QuoteState::locked;
        counts_.outlier_quotes += now.state == QuoteState::outlier;
        // No side at all is the end of a quote.
        counts_.onesided_quotes +=
            now.state == QuoteState::onesided && (q.bid.nano > 0 || q.ask.nano > 0);
        s.gauge.observe(now, regime_rules_);
        return;
    }
    account_quoting(s, symbol, e.at);
    s.market.lp_quote(lp_of(e), e.at, q.bid, q.ask, q.bid_size, q.ask_size);
    if (s.quoting_since == kNever) s.quoting_since = e.at;
    if (!s.market.has_market()) {
        const Bbo best = s.market.benchmark(kNoIndex, e.at, heard_, rules_);
        if (best.usable()) s.gauge.observe(best, regime_rules_);
    }
}

// Integrates each LP's own quotes from the last change to `until`.
void Kernel::account_quoting(SymbolState& s, std::uint32_t symbol, Nanos until) {
    if (s.quoting_since == kNever || until <= s.quoting_since) return;
    const Duration held = until - s.quoting_since;
    s.quoting_since = until;
    // A quote has no size, side or hour. Rows that are kept by minute have one without any for it,
    // in the minute in which the quote ended.
    const std::uint32_t by = config_.by;
    if ((by & kByMinute) == 0 && (by & ~(kByLp | kBySymbol)) != 0) return;
    QuoteRules plain = rules_;
    plain.always_composite = true;
    for (const std::uint32_t lp : s.market.quoting()) {
        const Bbo others = s.market.benchmark(lp, until, heard_, plain);
        RowKey key;
        if ((by & kByLp) != 0) key.lp = lp;
        if ((by & kBySymbol) != 0) key.symbol = symbol;
        if ((by & kByMinute) != 0)
            key.minute = static_cast<std::int32_t>(floor_div(until.ns, kMinute.ns));
        key.currency = config_.instruments.rates.number(s.instrument->currency);
        row_at(row_of(key))
            .sums.quoted_for(kpi::quoted_time(*s.market.own(lp), others, held), Dir::add);
    }
}

void Kernel::session_opened(const Event& e, const SessionOpened& m) {
    SymbolState& s = symbol_state(symbol_of(e));
    s.opens = e.at;
    s.closes = m.closes;
    s.session_closed = false;
    if (calendar_ && e.at <= session_closes_) return;  // another symbol of the same session
    calendar_ = true;
    ++session_;
    session_began_ = e.at;
    session_closes_ = known(m.closes) ? m.closes : e.at + kDay;
}

void Kernel::session_closed(const Event& e) {
    SymbolState& s = symbol_state(symbol_of(e));
    s.closing = s.market.benchmark(kNoIndex, e.at, heard_, rules_);
    s.closes = e.at;
    s.session_closed = true;
}

Bbo Kernel::quote_at(std::uint32_t lp, SymbolState& s, Nanos at) const {
    if (s.market.halted() && !planted(Bug::horizon_across_halt)) return {};
    // A horizon past the close takes the last valid quote of the session it began in.
    if (s.session_closed && at >= s.closes) return s.closing;
    return s.market.benchmark(lp, at, heard_, rules_);
}

void Kernel::quote_at_receipt(Chain& c) {
    // When the LP had it: half of its command latency after it left (docs/spec.md section 2).
    if (c.response < 0 || c.has(kNoClock)) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = markets_[key.symbol].market.as_of(key.lp, c.sent + Duration{c.response / 2},
                                                    heard_, rules_);
    c.rcpt_bid = q.bid;
    c.rcpt_ask = q.ask;
    c.rcpt_state = q.state;
    c.rcpt_far_size = q.usable() ? q.far_size(c.side) : Qty{};
}

void Kernel::roll_day(Nanos at) {
    const bool first = day_ == INT64_MIN;
    day_ = floor_div(at.ns, kDay.ns);
    if (!first) blotter_.forget_before(at);
    let_rows_go();
    if (!calendar_) {
        ++session_;
        session_began_ = at;
    }
}

Nanos Kernel::session_clock(Nanos at) const {
    // Weekdays since 1970-01-05, a Monday, and how much of this one has passed. At the weekend the
    // clock stands still. The same for every shard, whatever it has seen (docs/decisions/0013).
    if (!known(at)) return kNever;  // a shard that was told nothing
    const std::int64_t day = utc_day(at), since_monday = day - 4;
    const std::int64_t week = floor_div(since_monday, 7), weekday = since_monday - week * 7;
    const std::int64_t whole = week * 5 + std::min<std::int64_t>(weekday, 5);
    return {whole * kDay.ns + (weekday < 5 ? at.ns - day * kDay.ns : 0)};
}

Duration Kernel::slow_half_life() const {
    return {static_cast<std::int64_t>(config_.estimate.slow_half_life_sessions *
                                      static_cast<double>(kDay.ns))};
}
Duration Kernel::fast_half_life() const {
    return config_.profile.fast_half_life;
}

}  // namespace assay
