#include "core/market/book.h"

#include "core/units/bug.h"

namespace assay {

void SymbolMarket::market_quote(Nanos at, Price bid, Price ask, Qty bid_size, Qty ask_size) {
    if (known(now_.at)) {
        if (memory_.size() < kMemory) {
            memory_.push_back(now_);
        } else {
            memory_[next_] = now_;
            next_ = (next_ + 1) % kMemory;
        }
    }
    now_ = {at, bid, ask, bid_size, ask_size, state_of(bid, ask)};
    last_change_ = at;
    if (now_.state == QuoteState::ok) last_ok_ = now_;
}

void SymbolMarket::halt(bool on, Nanos at) {
    if (on == halted_) return;
    halted_ = on;
    if (!on) {
        halts_.back().to = at;
        return;
    }
    if (halts_.size() == kHalts) halts_.erase(halts_.begin());
    halts_.push_back({at, kNever});
}

void SymbolMarket::lp_quote(std::uint32_t lp, Nanos at, Price bid, Price ask, Qty bid_size,
                            Qty ask_size) {
    const Bbo quote{at, bid, ask, bid_size, ask_size, state_of(bid, ask)};
    last_change_ = at;
    for (Own& own : own_) {
        if (own.lp == lp) {
            own.quote = quote;
            return;
        }
    }
    own_.push_back({lp, quote});
}

const Bbo* SymbolMarket::own(std::uint32_t lp) const {
    for (const Own& own : own_)
        if (own.lp == lp) return &own.quote;
    return nullptr;
}

std::vector<std::uint32_t> SymbolMarket::quoting() const {
    std::vector<std::uint32_t> lps;
    for (const Own& own : own_) lps.push_back(own.lp);
    return lps;
}

Bbo SymbolMarket::judged(Bbo q, Nanos t, Nanos heard, const QuoteRules& rules) const {
    if (q.state == QuoteState::none) return q;
    if (q.state == QuoteState::crossed && rules.last_ok_when_crossed && known(last_ok_.at) &&
        last_ok_.at <= q.at && t - last_ok_.at <= kSecond)
        q = last_ok_;
    if (rules.stale_after.ns >= 0) {
        const Nanos last = known(heard) && heard <= t ? heard : q.at;
        if (t - last > rules.stale_after) q.state = QuoteState::stale;
    }
    if (q.state == QuoteState::locked && !rules.locked_valid) q.state = QuoteState::stale;
    return q;
}

Bbo SymbolMarket::composite(std::uint32_t except, Nanos t, const QuoteRules& rules) const {
    Bbo best;
    for (const Own& own : own_) {
        if (own.lp == except) continue;
        const Bbo& q = own.quote;
        if (rules.stale_after.ns >= 0 && t - q.at > rules.stale_after) continue;
        if (q.bid.nano > 0 && (best.bid.nano <= 0 || q.bid > best.bid)) {
            best.bid = q.bid;
            best.bid_size = q.bid_size;
        }
        if (q.ask.nano > 0 && (best.ask.nano <= 0 || q.ask < best.ask)) {
            best.ask = q.ask;
            best.ask_size = q.ask_size;
        }
        if (!known(best.at) || q.at > best.at) best.at = q.at;
    }
    if (!known(best.at)) return {};
    best.state = state_of(best.bid, best.ask);
    if (best.state == QuoteState::locked && !rules.locked_valid) best.state = QuoteState::stale;
    return best;
}

Bbo SymbolMarket::benchmark(std::uint32_t lp, Nanos t, Nanos heard, const QuoteRules& rules) const {
    if (rules.always_composite || (!has_market() && rules.composite_if_no_market))
        return composite(lp, t, rules);
    return judged(now_, t, heard, rules);
}

Bbo SymbolMarket::as_of(std::uint32_t lp, Nanos t, Nanos heard, const QuoteRules& rules) const {
    for (const Halt& h : halts_)
        if (h.from <= t && (!known(h.to) || t < h.to)) return {};
    if (!known(last_change_) || last_change_ <= t) return benchmark(lp, t, heard, rules);
    if (rules.always_composite || !has_market()) return {};
    if (now_.at <= t || planted(Bug::one_quote_ahead)) return judged(now_, t, heard, rules);
    // Newest first: the ring's newest entry stands before next_.
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        const std::size_t at = (next_ + memory_.size() - 1 - i) % memory_.size();
        if (memory_[at].at <= t) return judged(memory_[at], t, heard, rules);
    }
    return {};
}

}  // namespace assay
