#include "core/kpi/own_quote.h"

#include "core/kpi/price_improvement.h"

namespace assay::kpi {

namespace {

bool quotes_bid(const Bbo& q) {
    return q.bid.nano > 0;
}
bool quotes_ask(const Bbo& q) {
    return q.ask.nano > 0;
}

}  // namespace

Bbo composite_of(std::span<const Bbo> quotes) {
    Bbo best;
    for (const Bbo& q : quotes) {
        if (q.at > best.at) best.at = q.at;
        if (quotes_bid(q) && (!quotes_bid(best) || q.bid > best.bid)) {
            best.bid = q.bid;
            best.bid_size = {};
        }
        if (quotes_bid(q) && q.bid == best.bid) best.bid_size += q.bid_size;
        if (quotes_ask(q) && (!quotes_ask(best) || q.ask < best.ask)) {
            best.ask = q.ask;
            best.ask_size = {};
        }
        if (quotes_ask(q) && q.ask == best.ask) best.ask_size += q.ask_size;
    }
    if (quotes_bid(best) || quotes_ask(best)) best.state = state_of(best.bid, best.ask);
    return best;
}

QuotedTime& QuotedTime::operator+=(const QuotedTime& other) {
    watched += other.watched;
    two_sided += other.two_sided;
    at_bid += other.at_bid;
    at_ask += other.at_ask;
    at_both += other.at_both;
    alone += other.alone;
    spread += other.spread;
    size2 += other.size2;
    return *this;
}

QuotedTime& QuotedTime::operator-=(const QuotedTime& other) {
    watched -= other.watched;
    two_sided -= other.two_sided;
    at_bid -= other.at_bid;
    at_ask -= other.at_ask;
    at_both -= other.at_both;
    alone -= other.alone;
    spread -= other.spread;
    size2 -= other.size2;
    return *this;
}

QuotedTime quoted_time(const Bbo& own, const Bbo& others, Duration held) {
    const bool best_bid = quotes_bid(own) && (!quotes_bid(others) || own.bid >= others.bid);
    const bool best_ask = quotes_ask(own) && (!quotes_ask(others) || own.ask <= others.ask);
    const bool alone_bid = best_bid && own.bid != others.bid;
    const bool alone_ask = best_ask && own.ask != others.ask;
    QuotedTime t;
    t.watched = held.ns;
    if (quotes_bid(own) && quotes_ask(own)) {
        t.two_sided = held.ns;
        t.spread = static_cast<Money>(own.spread().nano) * held.ns;
        t.size2 = static_cast<Money>((own.bid_size + own.ask_size).micro) * held.ns;
    }
    if (best_bid) t.at_bid = held.ns;
    if (best_ask) t.at_ask = held.ns;
    if (best_bid && best_ask) t.at_both = held.ns;
    if (alone_bid || alone_ask) t.alone = held.ns;
    return t;
}

PriceDelta gain_against_own_quote(Side side, Price last_px, const Bbo& own) {
    return price_improvement(side, last_px, own.far_touch(side));
}

}  // namespace assay::kpi
