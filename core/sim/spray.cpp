#include "core/sim/spray.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/fix/book.h"
#include "core/sim/sweep.h"

namespace assay::sim {

namespace {

constexpr Duration kThinks{30'000};  // between what it sees and what it sends

// The numbers of "P12-3-4": parent, round, LP.
bool read_name(std::string_view text, std::uint32_t (&numbers)[3]) {
    if (text.empty() || (text[0] != 'P' && text[0] != 'C')) return false;
    const char* at = text.data() + 1;
    const char* const end = text.data() + text.size();
    for (int i = 0; i < 3; ++i) {
        if (i > 0) {
            if (at == end || *at != '-') return false;
            ++at;
        }
        const auto [next, error] = std::from_chars(at, end, numbers[i]);
        if (error != std::errc{}) return false;
        at = next;
    }
    return at == end;
}

}  // namespace

Spray::Spray(World& world, SprayConfig config, std::uint64_t seed)
    : world_(&world), config_(std::move(config)), luck_(seed) {
    const std::size_t lps = world.config().lps.size();
    if (config_.shares.empty()) config_.shares.assign(lps, 1.0 / static_cast<double>(lps));
    quotes_.resize(world.config().market.symbols.size());
    seq_.resize(lps);
}

void Spray::take(const Step& step) {
    if (const auto* record = std::get_if<fix::Record>(&step.what)) {
        if (record->direction == fix::Direction::sent) return;
        if (fix::parse(record->bytes, '\x01', message_)) return;
        if (record->session == kMarketSession) return quote(message_);
        return report(record->session - 1, message_);
    }
    if (const auto* parent = std::get_if<Parent>(&step.what)) return begin(*parent);
    const std::uint64_t token = std::get<Wake>(step.what).token;
    const auto found = works_.find(static_cast<std::uint32_t>(token >> 16));
    if (found == works_.end()) return;
    Work& w = found->second;
    if (w.round != (token >> 8 & 0xff)) return;  // of a round that is over
    switch (static_cast<Alarm>(token & 0xff)) {
        case Alarm::round:
            return round(w);
        case Alarm::cancel_day:
            for (const Child& c : w.children)
                if (c.open && c.tif == '0') send_cancel(w, c);
            return alarm(w, Alarm::give_up, config_.gives_up);
        case Alarm::give_up:
            for (Child& c : w.children) c.open = false;
            return settle(w);
    }
}

void Spray::quote(const fix::Message& m) {
    const std::vector<std::string>& symbols = world_->config().market.symbols;
    const auto symbol = std::find(symbols.begin(), symbols.end(), m.symbol);
    if (symbol == symbols.end()) return;
    Bbo& q = quotes_[static_cast<std::size_t>(symbol - symbols.begin())];
    fix::MdEntryReader reader(m);
    for (fix::MdEntry e; reader.next(e);) {
        if (e.side == fix::MdSide::bid) q.bid = e.price;
        if (e.side == fix::MdSide::offer) q.ask = e.price;
    }
}

void Spray::begin(const Parent& parent) {
    Work& w = works_[parent.number];
    w.parent = parent;
    w.arrival_mid = as_double(quotes_[parent.symbol].mid2());
    score::Draws draws = luck_.draws(What::agent, parent.number);
    if (draws.uniform() >= config_.day_share) return round(w);
    const auto lps = static_cast<double>(config_.shares.size());
    const auto lp = static_cast<std::uint32_t>(draws.uniform() * lps);
    const Price near = quotes_[parent.symbol].near_touch(parent.side);
    send_order(w, lp, std::min(parent.lots, 20u), '0', near);
    alarm(w, Alarm::cancel_day, config_.day_rests);
}

double Spray::left(const Work& w) const {
    double out = 0;
    for (const Child& c : w.children) out += lots(std::max(c.qty, c.cum));
    // What was closed with less than it asked for is free again; see settle().
    return w.parent.lots - out;
}

void Spray::round(Work& w) {
    const auto rest = static_cast<std::uint32_t>(std::max(left(w), 0.0));
    const Bbo& q = quotes_[w.parent.symbol];
    const double slack = config_.limit_half_spreads * as_double(q.spread()) / 2;
    const std::int64_t tick = world_->config().market.tick.nano;
    const std::int64_t by = std::llround(slack * 1e9 / static_cast<double>(tick)) * tick;
    const Price limit = q.far_touch(w.parent.side) + PriceDelta{sign(w.parent.side) * by};
    double share = 0, sum = 0;
    for (const double s : config_.shares) sum += s;
    std::uint32_t given = 0;
    const auto lps = static_cast<std::uint32_t>(config_.shares.size());
    for (std::uint32_t i = 0; i < lps; ++i) {
        // The rounding favours another LP each time.
        const std::uint32_t lp = (i + w.parent.number + w.round) % lps;
        share += config_.shares[lp];
        const auto until =
            static_cast<std::uint32_t>(std::lround(rest * std::min(share / sum, 1.0)));
        if (until > given) send_order(w, lp, until - given, '3', limit);
        given = std::max(given, until);
    }
    alarm(w, Alarm::give_up, config_.gives_up);
}

void Spray::send_order(Work& w, std::uint32_t lp, std::uint32_t child_lots, char tif, Price limit) {
    Child& c = w.children.emplace_back();
    c.lp = lp;
    c.round = w.round;
    c.qty = {child_lots * world_->config().market.lot.micro};
    c.tif = tif;
    c.open = true;
    name(cl_ord_id_, 'P', w, c);
    const Nanos at = world_->now() + kThinks;
    const fix::NewOrderSingle order{.cl_ord_id = cl_ord_id_,
                                    .symbol = world_->config().market.symbols[w.parent.symbol],
                                    .side = w.parent.side,
                                    .order_qty = c.qty,
                                    .price = limit,
                                    .time_in_force = tif,
                                    .min_qty = {-1},
                                    .transact_time = at};
    world_->send(lp, encoder_.write(header(lp), order), at, {w.parent.number, w.round});
}

void Spray::send_cancel(Work& w, const Child& child) {
    name(cl_ord_id_, 'C', w, child);
    name(orig_, 'P', w, child);
    const Nanos at = world_->now() + kThinks;
    const fix::OrderCancelRequest request{
        .cl_ord_id = cl_ord_id_,
        .orig_cl_ord_id = orig_,
        .symbol = world_->config().market.symbols[w.parent.symbol],
        .side = w.parent.side,
        .order_qty = child.qty,
        .transact_time = at};
    world_->send(child.lp, encoder_.write(header(child.lp), request), at,
                 {w.parent.number, child.round});
}

fix::Header Spray::header(std::uint32_t lp) {
    return {.sender_comp_id = world_->config().our_comp_id,
            .target_comp_id = world_->config().lps[lp].name,
            .msg_seq_num = ++seq_[lp],
            .sending_time = world_->now() + kThinks,
            .orig_sending_time = kNever};
}

void Spray::name(std::string& out, char kind, const Work& w, const Child& child) const {
    out.assign(1, kind);
    fix::append_scaled(out, w.parent.number, 0);
    out += '-';
    fix::append_scaled(out, child.round, 0);
    out += '-';
    fix::append_scaled(out, child.lp, 0);
}

void Spray::alarm(const Work& w, Alarm kind, Duration in) {
    world_->wake_at(world_->now() + in, std::uint64_t{w.parent.number} << 16 |
                                            std::uint64_t{w.round & 0xff} << 8 |
                                            static_cast<std::uint64_t>(kind));
}

void Spray::report(std::uint32_t lp, const fix::Message& m) {
    if (m.msg_type != "8") return;
    std::uint32_t id[3];
    const std::string_view order = m.orig_cl_ord_id.empty() ? m.cl_ord_id : m.orig_cl_ord_id;
    if (!read_name(order, id) || id[2] != lp) return;
    const auto found = works_.find(id[0]);
    if (found == works_.end()) return;  // it is done, and this comes late
    Work& w = found->second;
    const auto child = std::find_if(w.children.begin(), w.children.end(),
                                    [&](const Child& c) { return c.lp == lp && c.round == id[1]; });
    if (child == w.children.end() || m.exec_type == 'H') return;
    // CumQty says how much is new, also of a report that comes twice.
    if (m.exec_type == 'F' && m.cum_qty > child->cum) {
        const double more = lots(m.cum_qty - child->cum);
        w.filled += more;
        w.notional += more * as_double(m.last_px);
        child->cum = m.cum_qty;
    }
    const bool over = m.ord_status == '2' || m.ord_status == '4' || m.ord_status == '8';
    if (!child->open || !over || m.cum_qty > child->cum) return;  // a fill is still to come
    child->open = false;
    child->qty = child->cum;  // the rest is free again
    settle(w);
}

void Spray::settle(Work& w) {
    for (const Child& c : w.children)
        if (c.open) return;
    const double rest = left(w);
    if (rest < 0.5) return finish(w, 0);
    if (++w.round >= config_.rounds) return finish(w, rest);
    alarm(w, Alarm::round, config_.round_gap);
}

void Spray::finish(Work& w, double rest) {
    const Price swept = sweep_price(quotes_[w.parent.symbol], w.parent.side, rest);
    const double all = w.filled + rest;
    const double cost =
        sign(w.parent.side) * (w.notional + rest * as_double(swept) - all * w.arrival_mid);
    outcomes_.push_back({w.parent, std::min(w.round + 1, config_.rounds), w.filled, rest,
                         all > 0 ? cost / (all * w.arrival_mid) * 1e4 : 0, world_->now()});
    works_.erase(w.parent.number);
}

}  // namespace assay::sim
