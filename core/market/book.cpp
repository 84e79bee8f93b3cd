#include "core/market/book.h"

#include "core/units/bug.h"

namespace assay {

namespace {
bool near(const Bbo& a, const Bbo& b, double factor) {
    const auto x = static_cast<double>(a.mid2().nano2), y = static_cast<double>(b.mid2().nano2);
    return x <= factor * y && y <= factor * x;
}
}  // namespace

void SymbolMarket::market_quote(Nanos at, Price bid, Price ask, Qty bid_size, Qty ask_size,
                                const QuoteRules& rules) {
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
    if (now_.usable() && off_the_market(rules)) now_.state = QuoteState::outlier;
    if (now_.state == QuoteState::ok) last_ok_ = now_;
}

// A shifted decimal, or a price that has moved: the quotes behind it tell.
bool SymbolMarket::off_the_market(const QuoteRules& rules) const {
    if (rules.outlier_factor <= 1 || !known(last_ok_.at) || now_.at - last_ok_.at > kLastGoodFor ||
        near(now_, last_ok_, rules.outlier_factor))
        return false;
    std::size_t before = 0;
    for (; before < memory_.size(); ++before) {
        const Bbo& q = remembered(before);
        if (q.state != QuoteState::outlier || !near(q, now_, rules.outlier_factor)) break;
        if (now_.at - q.at >= kBelievedAfter) return false;
    }
    return before < kMemory;
}

const Bbo& SymbolMarket::remembered(std::size_t back) const {
    return memory_[(next_ + memory_.size() - 1 - back) % memory_.size()];
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
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        if (remembered(i).at <= t) return judged(remembered(i), t, heard, rules);
    }
    return {};
}

}  // namespace assay
