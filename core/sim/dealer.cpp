#include "core/sim/dealer.h"

#include <algorithm>
#include <cmath>

#include "core/units/text_hash.h"

namespace assay::sim {

namespace {

// An order that rests meets somebody every so many seconds.
constexpr double kRestGap = 1.5;

constexpr std::string_view kFlashed = "no liquidity";
constexpr std::int32_t kDuplicateOrder = 6, kUnknownSymbol = 1, kUnsupported = 11;

Duration after(double ns) {
    return {std::max<std::int64_t>(std::llround(ns), 1)};
}

}  // namespace

Dealer::Dealer(const WorldConfig& config, std::uint32_t number, Luck luck)
    : config_(&config), lp_(&config.lps[number]), number_(number), luck_(luck) {}

void Dealer::put(const Later& later, std::vector<Later>& out) {
    const std::uint32_t order =
        later.kind == Later::Kind::report ? reports_[later.index].order : later.index;
    ++orders_[order].pending;
    out.push_back(later);
}

void Dealer::let_go(std::uint32_t order) {
    Order& o = orders_[order];
    // An order that is held with nothing to come has been lost: it stays, as deaf as it is.
    if (--o.pending > 0 || o.state != State::closed) return;
    if (o.listed) by_id_[text_hash(o.cl_ord_id)] = kClosed;
    free_orders_.push_back(order);
}

Nature Dealer::met_now(const Moment& moment, double lots) const {
    const Face face = face_of(lp_->habits, counts_.orders, moment.parents);
    return met(in_regime(*moment.nature, moment.regime), lp_->habits, face, lots);
}

std::uint32_t Dealer::symbol_of(const Later& what) const {
    const bool report = what.kind == Later::Kind::report;
    return orders_[report ? reports_[what.index].order : what.index].symbol;
}

Dealer::Heard Dealer::receive(const fix::Message& m, Attempt attempt, const Moment& moment,
                              std::vector<Later>& out) {
    if (m.msg_type == "D")
        new_order(m, attempt, moment, out);
    else if (m.msg_type == "F")
        cancel_request(m, attempt, moment, out);
    else if (m.msg_type == "G")
        replace_request(m, attempt, moment, out);
    else
        return Heard::passed_over;
    return Heard::understood;
}

std::uint32_t Dealer::open(const fix::Message& m, Attempt attempt, const Moment& moment) {
    std::uint32_t index = static_cast<std::uint32_t>(orders_.size());
    if (free_orders_.empty()) {
        orders_.emplace_back();
    } else {
        index = free_orders_.back();
        free_orders_.pop_back();
    }
    Order& o = orders_[index];
    std::string kept = std::move(o.cl_ord_id), kept_cancel = std::move(o.cancel_id);
    o = {};
    o.cl_ord_id = std::move(kept);  // keeps what was allocated
    o.cl_ord_id.assign(m.cl_ord_id);
    o.cancel_id = std::move(kept_cancel);
    o.cancel_id.clear();
    o.number = ++counts_.orders;
    o.symbol = moment.symbol;
    o.side = side_of_fix(m.side);
    o.tif = m.has(59) ? m.time_in_force : '0';
    o.qty = m.order_qty;
    o.min = o.tif == '4' ? o.qty : m.min_qty;
    o.far = moment.quote->far_touch(o.side);
    o.limit = m.has(44) ? m.price : o.far + PriceDelta{sign(o.side) * o.far.nano};
    o.half_spread = {moment.quote->spread().nano / 2};
    o.marketable = sign(o.side) * (o.limit - o.far).nano >= 0;
    o.mid_bps = moment.mid_bps;
    o.attempt = attempt;
    o.nature = met_now(moment, lots(o.qty));
    counts_.lots_ordered += lots(o.qty);
    return index;
}

void Dealer::refuse(std::uint32_t order, std::int32_t reason, std::string_view text, Nanos at,
                    std::vector<Later>& out) {
    ++counts_.rejects;
    orders_[order].state = State::closed;
    Report r = report_of(order, '8');
    r.reason = reason;
    r.text = text;
    plan(r, at, out);
}

void Dealer::new_order(const fix::Message& m, Attempt attempt, const Moment& moment,
                       std::vector<Later>& out) {
    const std::uint32_t index = open(m, attempt, moment);
    Order& o = orders_[index];
    const bool fresh = by_id_.try_emplace(text_hash(o.cl_ord_id), index).second;
    const Nanos soon = moment.at + kMillisecond;
    o.listed = fresh;
    if (!fresh) return refuse(index, kDuplicateOrder, "duplicate ClOrdID", soon, out);
    if (moment.symbol == NameTable::kNone)
        return refuse(index, kUnknownSymbol, "unknown symbol", soon, out);
    if (o.side == Side::none || o.qty.micro <= 0 || o.cl_ord_id.empty())
        return refuse(index, kUnsupported, "unsupported order characteristic", soon, out);

    const Habits& h = lp_->habits;
    const double z = luck_.normal(What::latency, attempt.parent, attempt.attempt, number_);
    o.answer_ns =
        after(o.nature.latency_ms * 1e6 * elementary::exp(o.nature.latency_log_sd * z)).ns;
    const Nanos answer = moment.at + Duration{o.answer_ns};
    put({answer, Later::Kind::leak_sent, index, lots(o.qty)}, out);
    if (hit(What::silence, o, h.silent_share)) {
        ++counts_.unanswered;
        o.silent = true;
        return;
    }
    if (hit(What::flash, o, h.flash_share))
        return refuse(index, kOther, kFlashed, moment.at + h.flash_after, out);
    o.disorder = hit(What::disorder, o, h.disorder_share);
    if (o.disorder) ++counts_.disordered;
    o.silent = hit(What::silence_after_ack, o, h.after_ack_share);
    if (o.silent) ++counts_.unanswered;
    const Nanos ack = moment.at + after(h.ack_share * static_cast<double>(o.answer_ns));
    const Nanos acked = o.disorder && !o.silent ? answer + 3_ms : ack;
    put({acked, Later::Kind::ack, index, 0}, out);
    if (!o.silent) put({answer, Later::Kind::decide, index, 0}, out);
}

void Dealer::rest_again(Order& o, std::uint32_t index, Nanos now, std::vector<Later>& out) {
    const double wait =
        kRestGap * 1e9 *
        luck_.exponential(What::rest_wait, o.attempt.parent, fill_key(o, o.rests), o.rests);
    put({now + after(wait), Later::Kind::rest, index, 0}, out);
}

// Somebody comes by: fills some, where the order's limit is no worse than the near touch.
void Dealer::rest(std::uint32_t index, const Moment& moment, std::vector<Later>& out) {
    Order& o = orders_[index];
    if (o.state != State::resting) return;
    const Price near = moment.quote->near_touch(o.side), far = moment.quote->far_touch(o.side);
    if (sign(o.side) * (o.limit - near).nano >= 0) {
        const double some =
            o.nature.mean_lots / 2 *
            luck_.exponential(What::rest_lots, o.attempt.parent, fill_key(o, o.rests), o.rests);
        const std::int64_t lot = config_->market.lot.micro;
        const Qty left = o.qty - o.cum;
        const Qty qty{std::min(left.micro, static_cast<std::int64_t>(1 + some) * lot)};
        const Price px = o.side == Side::buy ? std::min(o.limit, far) : std::max(o.limit, far);
        if (qty == left) o.state = State::closed;
        execution(index, qty, px, moment.at, out);
    }
    ++o.rests;
    if (o.state == State::resting) rest_again(o, index, moment.at, out);
}

Nanos Dealer::answered_at(Attempt attempt, const Moment& moment) const {
    const double z = luck_.normal(What::cancel_latency, attempt.parent, attempt.attempt, number_);
    const Nature now = met_now(moment, 1);
    return moment.at + after(now.latency_ms * 1e6 * elementary::exp(now.latency_log_sd * z));
}

std::uint32_t Dealer::named_by(const fix::Message& m, Attempt attempt, const Moment& moment) {
    const auto found = by_id_.find(text_hash(m.orig_cl_ord_id));
    if (found != by_id_.end() && found->second != kClosed) return found->second;
    const bool closed = found != by_id_.end();
    const std::uint32_t index = open(m, attempt, moment);
    --counts_.orders;
    counts_.lots_ordered -= lots(orders_[index].qty);
    Order& o = orders_[index];
    o.cl_ord_id.assign(m.orig_cl_ord_id);
    o.state = State::closed;
    o.silent = !closed;  // unknown
    return index;
}

void Dealer::cancel_request(const fix::Message& m, Attempt attempt, const Moment& moment,
                            std::vector<Later>& out) {
    const Nanos answer = answered_at(attempt, moment);
    const std::uint32_t index = named_by(m, attempt, moment);
    Order& o = orders_[index];
    if (o.silent && o.state != State::closed) return;  // as deaf as it was
    o.cancel_id.assign(m.cl_ord_id);
    put({answer, Later::Kind::cancel, index, 0}, out);
}

void Dealer::replace_request(const fix::Message& m, Attempt attempt, const Moment& moment,
                             std::vector<Later>& out) {
    const Nanos answer = answered_at(attempt, moment);
    const std::uint32_t index = named_by(m, attempt, moment);
    Order& o = orders_[index];
    if (o.silent && o.state != State::closed) return;
    o.replace_id.assign(m.cl_ord_id);
    o.replace_qty = m.order_qty;
    o.replace_limit = m.has(44) ? m.price : o.limit;
    put({answer, Later::Kind::replace, index, 0}, out);
}

void Dealer::cancel(std::uint32_t index, const Moment& moment, std::vector<Later>& out) {
    Order& o = orders_[index];
    if (o.state != State::resting) return too_late(index, false, moment, out);
    o.state = State::closed;
    ++counts_.cancels;
    Report r = report_of(index, '4');
    r.of_cancel = true;
    r.leaves = {};
    plan(r, moment.at, out);
}

void Dealer::replace(std::uint32_t index, const Moment& moment, std::vector<Later>& out) {
    Order& o = orders_[index];
    const bool taken = by_id_.contains(text_hash(o.replace_id));
    if (o.state != State::resting || taken || o.replace_qty.micro <= 0)
        return too_late(index, true, moment, out);
    by_id_[text_hash(o.cl_ord_id)] = kClosed;
    by_id_.try_emplace(text_hash(o.replace_id), index);
    o.replaced_id = o.cl_ord_id;
    o.cl_ord_id = o.replace_id;
    counts_.lots_ordered += lots(o.replace_qty) - lots(o.qty);
    o.limit = o.replace_limit;
    // Nothing is left of an order that is made as small as what it has.
    o.qty = std::max(o.replace_qty, o.cum);
    if (o.qty == o.cum) o.state = State::closed;
    Report r = report_of(index, '5');
    r.of_replace = true;
    r.ord_status = o.state == State::closed ? '2' : o.cum.micro > 0 ? '1' : '0';
    plan(r, moment.at, out);
}

void Dealer::too_late(std::uint32_t index, bool of_replace, const Moment& moment,
                      std::vector<Later>& out) {
    const Order& o = orders_[index];
    ++counts_.cancel_rejects;
    Report r = report_of(index, '4');
    r.msg_type = '9';
    r.of_cancel = !of_replace;
    r.of_replace = of_replace;
    r.ord_status = o.silent                    ? '8'
                   : o.state == State::held    ? '0'
                   : o.state == State::resting ? '1'
                                               : '2';
    r.reason = o.silent ? 1 : 0;
    r.text = o.silent                    ? "unknown order"
             : !of_replace               ? "too late to cancel"
             : o.state == State::resting ? "no such replacement"
                                         : "too late to replace";
    plan(r, moment.at, out);
}

std::string_view Dealer::happens(const Later& what, const Moment& moment, std::vector<Later>& out) {
    std::string_view bytes;
    std::uint32_t order = what.index;
    switch (what.kind) {
        case Later::Kind::ack:
            ++counts_.acks;
            plan(report_of(order, '0'), moment.at, out);
            break;
        case Later::Kind::decide:
            decide(order, moment, out);
            break;
        case Later::Kind::rest:
            rest(order, moment, out);
            break;
        case Later::Kind::cancel:
            cancel(order, moment, out);
            break;
        case Later::Kind::replace:
            replace(order, moment, out);
            break;
        case Later::Kind::report:
            order = reports_[what.index].order;
            bytes = send(what.index, moment.at, out);
            break;
        case Later::Kind::leak_sent:
        case Later::Kind::leak_filled:
            break;  // the market's affair
    }
    let_go(order);
    return bytes;
}

}  // namespace assay::sim
