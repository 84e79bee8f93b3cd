#include "core/sim/world.h"

#include <algorithm>

namespace assay::sim {

namespace {

constexpr Duration kWire{40'000};  // between the market's stamp and our capture

}  // namespace

World::World(WorldConfig config, std::uint64_t seed)
    : config_(std::move(config)),
      luck_(seed),
      now_(config_.start),
      end_(config_.start + config_.length + config_.tail),
      last_parent_(config_.start + config_.length),
      characters_(config_.lps, config_.drift, luck_),
      parents_(config_.parents, static_cast<std::uint32_t>(config_.market.symbols.size()),
               config_.start, luck_),
      seq_(config_.lps.size() + 1) {
    const auto symbols = static_cast<std::uint32_t>(config_.market.symbols.size());
    markets_.reserve(symbols);
    for (std::uint32_t i = 0; i < symbols; ++i) {
        symbols_.id(config_.market.symbols[i]);
        markets_.emplace_back(config_.market, config_.leakage, i, luck_);
        // One symbol after the other, evenly over the interval.
        const Duration later{config_.market.quote_every.ns * i / symbols};
        queue_.put(config_.start + later, Turn::quotes, {Kind::tick, i, {}, 0, 0});
        // Not before its first quote.
        if (config_.market.trades_per_second > 0)
            queue_.put(config_.start + config_.market.quote_every + markets_[i].trade(0).after,
                       Turn::others, {Kind::trade, i, {}, 0, 1});
    }
    dealers_.reserve(config_.lps.size());
    for (std::uint32_t i = 0; i < config_.lps.size(); ++i) dealers_.emplace_back(config_, i, luck_);
    put_parent();
}

void World::put_parent() {
    if (!parents_.more()) return;
    coming_ = parents_.next();
    // Quotes of all symbols have begun one interval after the start.
    coming_.at = std::max(coming_.at, config_.start + config_.market.quote_every);
    if (coming_.at >= last_parent_) return;
    queue_.put(coming_.at, Turn::quotes, {Kind::prelude, coming_.symbol, {}, 0, 0});
    queue_.put(coming_.at, Turn::others, {Kind::parent, coming_.symbol, {}, 0, 0});
}

std::optional<Nanos> World::next_at() const {
    if (queue_.empty() || queue_.next_at() >= end_) return std::nullopt;
    return queue_.next_at();
}

std::optional<Step> World::next(Nanos until) {
    if (held_) free_leaving_.push_back(*held_);
    held_.reset();
    while (!queue_.empty() && queue_.next_at() <= until) {
        const auto entry = queue_.take();
        if (entry.at >= end_) return std::nullopt;
        now_ = entry.at;
        ++events_;
        if (std::optional<Step> step = happen(entry.what)) return step;
    }
    return std::nullopt;
}

std::optional<Step> World::happen(const Due& due) {
    switch (due.kind) {
        case Kind::tick:
            return tick(due.index);
        case Kind::publish:
            return publish(due.index);
        case Kind::prelude:
            return prelude();
        case Kind::parent:
            return parent();
        case Kind::leave:
            return leave(due.index);
        case Kind::dealer:
            return dealer(due.index, due.later);
        case Kind::leak:
            markets_[due.index].move(due.bps);
            return publish(due.index);
        case Kind::wake:
            return Step{now_, Wake{due.token}};
        case Kind::trade:
            return trade(due.index, due.token);
    }
    return std::nullopt;
}

Step World::record(std::uint32_t session, fix::Direction direction, std::string_view bytes) {
    return {now_, fix::Record{now_, session, direction, seq_[session]++,
                              static_cast<std::uint32_t>(bytes.size()), fix::crc32c(bytes), bytes}};
}

Step World::tick(std::uint32_t symbol) {
    markets_[symbol].tick(now_);
    queue_.put(now_ + config_.market.quote_every, Turn::quotes, {Kind::tick, symbol, {}, 0, 0});
    return publish(symbol);
}

fix::Header World::market_header() {
    return {.sender_comp_id = config_.market_comp_id,
            .target_comp_id = config_.our_comp_id,
            .msg_seq_num = ++market_seq_num_,
            .sending_time = now_ - kWire,
            .orig_sending_time = kNever};
}

Step World::trade(std::uint32_t symbol, std::uint64_t number) {
    const Market::Trade t = markets_[symbol].trade(number);
    queue_.put(now_ + t.after, Turn::others, {Kind::trade, symbol, {}, 0, number + 1});
    const std::string_view bytes = encoder_.write(
        market_header(), fix::MarketDataTrade{config_.market.symbols[symbol], t.price, t.qty});
    return record(kMarketSession, fix::Direction::received, bytes);
}

Step World::publish(std::uint32_t symbol) {
    const Bbo& quote = markets_[symbol].quote(now_);
    const std::string_view bytes = encoder_.write(
        market_header(), fix::MarketDataSnapshot{.symbol = config_.market.symbols[symbol],
                                                 .bid = quote.bid,
                                                 .ask = quote.ask,
                                                 .bid_size = quote.bid_size,
                                                 .ask_size = quote.ask_size});
    return record(kMarketSession, fix::Direction::received, bytes);
}

// What comes with a parent's time, before anybody sees the parent: LPs drift, the condition of its
// symbol may change, and the quote is fresh.
Step World::prelude() {
    characters_.step(coming_.number);
    Market& market = markets_[coming_.symbol];
    market.parent(coming_.number);
    if (const double bps = parents_.informed_bps(coming_.number); bps != 0)
        market.drift(sign(coming_.side) * bps, now_, now_ + config_.parents.informed_over);
    return publish(coming_.symbol);
}

std::optional<Step> World::parent() {
    const Parent arrived = coming_;
    ++parents_seen_;
    put_parent();
    return Step{now_, arrived};
}

void World::send(std::uint32_t lp, std::string_view bytes, Nanos at, Attempt attempt) {
    std::uint32_t slot = static_cast<std::uint32_t>(leaving_.size());
    if (free_leaving_.empty()) {
        leaving_.emplace_back();
    } else {
        slot = free_leaving_.back();
        free_leaving_.pop_back();
    }
    leaving_[slot].lp = lp;
    leaving_[slot].attempt = attempt;
    leaving_[slot].bytes.assign(bytes);
    queue_.put(std::max(at, now_), Turn::others, {Kind::leave, slot, {}, 0, 0});
}

void World::wake_at(Nanos at, std::uint64_t token) {
    queue_.put(std::max(at, now_), Turn::others, {Kind::wake, 0, {}, 0, token});
}

Moment World::moment(std::uint32_t lp, std::uint32_t symbol, LastLook look) const {
    static constexpr Bbo kNoQuote{};
    Moment m{now_, symbol, &kNoQuote, 0, Regime::calm, &characters_.of(lp), parents_seen_};
    if (symbol == NameTable::kNone) return m;
    const Market& market = markets_[symbol];
    m.quote = &market.last_quote();
    m.regime = market.regime();
    // Only a last look needs the mid between two quotes.
    if (look != LastLook::none)
        m.mid_bps =
            config_.leakage.seen_by_last_look ? market.mid_bps(now_) : market.unmoved_bps(now_);
    return m;
}

std::optional<Step> World::leave(std::uint32_t slot) {
    held_ = slot;
    const Leaving& l = leaving_[slot];
    Dealer::Heard heard = Dealer::Heard::passed_over;
    if (!fix::parse(l.bytes, '\x01', message_)) {
        const std::uint32_t symbol = symbols_.find(message_.symbol);
        const Moment m = moment(l.lp, symbol, characters_.of(l.lp).last_look);
        heard = dealers_[l.lp].receive(message_, l.attempt, m, later_);
        queue(l.lp);
    }
    passed_over_ += heard == Dealer::Heard::passed_over;
    return record(session_of(l.lp), fix::Direction::sent, l.bytes);
}

void World::queue(std::uint32_t lp) {
    for (const Later& later : later_)
        queue_.put(later.at, Turn::others, {Kind::dealer, lp, later, 0, 0});
    later_.clear();
}

std::optional<Step> World::dealer(std::uint32_t lp, const Later& later) {
    if (later.kind == Later::Kind::leak_sent || later.kind == Later::Kind::leak_filled)
        leak(lp, later);
    const bool decides = later.kind == Later::Kind::decide;
    const LastLook look = decides ? dealers_[lp].look_of(later) : LastLook::none;
    const Moment m = moment(lp, dealers_[lp].symbol_of(later), look);
    const std::string_view bytes = dealers_[lp].happens(later, m, later_);
    queue(lp);
    if (bytes.empty()) return std::nullopt;
    return record(session_of(lp), fix::Direction::received, bytes);
}

void World::leak(std::uint32_t lp, const Later& later) {
    const bool on_fills = config_.leakage.model == LeakModel::on_fills;
    if (on_fills != (later.kind == Later::Kind::leak_filled)) return;
    const Dealer& dealer = dealers_[lp];
    const double bps = sign(dealer.side_of(later)) *
                       leaked_bps(config_.leakage, dealer.leak_bps_of(later), later.lots);
    if (bps == 0) return;
    queue_.put(now_ + config_.leakage.delay, Turn::quotes,
               {Kind::leak, dealer.symbol_of(later), {}, bps, 0});
}

LpTruth World::truth(std::uint32_t lp, std::uint32_t symbol, double lots) const {
    const Market& market = markets_[symbol];
    const Moment m{
        now_, symbol, &market.last_quote(), 0, market.regime(), &characters_.of(lp), parents_seen_};
    const double half = config_.market.spread_bps[static_cast<std::size_t>(m.regime)] / 2;
    LpTruth t =
        truth_of(dealers_[lp].met_now(m, lots), config_.lps[lp].habits, lots, market.sigma(), half);
    t.regime = m.regime;
    return t;
}

}  // namespace assay::sim
