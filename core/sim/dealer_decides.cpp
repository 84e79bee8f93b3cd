// What a dealer makes of an order when its time is up: reject, nothing, or a fill.
#include <algorithm>
#include <cmath>

#include "core/estimate/distributions.h"
#include "core/sim/dealer.h"

namespace assay::sim {

namespace {

constexpr std::string_view kPriceMoved = "last look: price moved";
constexpr std::string_view kDiscretion = "price no longer available";
constexpr std::string_view kDown = "matching engine not available";

}  // namespace

double Dealer::drawn_capacity(const Order& o) const {
    if (!o.marketable) return 0;
    double u = luck_.uniform(What::capacity, o.attempt.parent, o.attempt.attempt, number_);
    if (const double rho = config_->capacity_correlation; rho > 0) {
        const double common =
            luck_.normal(What::common_capacity, o.attempt.parent, o.attempt.attempt);
        u = estimate::normal_cdf(std::sqrt(rho) * common +
                                 std::sqrt(1 - rho) * estimate::normal_quantile(u));
    }
    const Habits& h = lp_->habits;
    if (h.perfect_when_small && lots(o.qty) <= h.small_lots) return lots(o.qty);
    if (u < o.nature.zero_share) return 0;
    const double rest = (1 - u) / (1 - o.nature.zero_share);
    return std::floor(1 - o.nature.mean_lots * elementary::ln(std::max(rest, 1e-300)));
}

Price Dealer::fill_price(const Order& o) const {
    const double better =
        o.nature.improvement + o.nature.improvement_sd * luck_.normal(What::improvement,
                                                                      o.attempt.parent,
                                                                      o.attempt.attempt, number_);
    const double tick = static_cast<double>(config_->market.tick.nano);
    const auto by = static_cast<std::int64_t>(
        std::llround(better * static_cast<double>(o.half_spread.nano) / tick) *
        config_->market.tick.nano);
    const Price px = o.far - PriceDelta{sign(o.side) * by};
    // Never through the limit of the order.
    return o.side == Side::buy ? std::min(px, o.limit) : std::max(px, o.limit);
}

void Dealer::decide(std::uint32_t index, const Moment& moment, std::vector<Later>& out) {
    Order& o = orders_[index];
    const Habits& h = lp_->habits;
    if (hit(What::late, o, h.late_share)) {
        ++counts_.late;
        o.delay = h.late_by;
    }
    const Nanos at = moment.at + o.delay;
    if (hit(What::technical, o, h.technical_share)) return refuse(index, kOther, kDown, at, out);
    const double moved = sign(o.side) * (moment.mid_bps - o.mid_bps);
    const bool looked =
        (o.nature.last_look == LastLook::one_sided && moved > o.nature.last_look_bps) ||
        (o.nature.last_look == LastLook::symmetric && std::abs(moved) > o.nature.last_look_bps);
    if (looked) ++counts_.last_looks;
    if (looked) return refuse(index, kOther, kPriceMoved, at, out);
    if (hit(What::reject, o, o.nature.reject_share))
        return refuse(index, kOther, kDiscretion, at, out);

    const std::int64_t lot = config_->market.lot.micro;
    const double capacity = std::min(drawn_capacity(o), 1e9);
    Qty qty{std::min(o.qty.micro, static_cast<std::int64_t>(capacity) * lot)};
    if (qty < o.min) qty = {};
    if (qty.micro == 0) ++counts_.empty;
    const bool whole = qty == o.qty;
    if (whole && hit(What::overfill, o, h.overfill_share)) {
        ++counts_.overfills;
        qty += Qty{std::max<std::int64_t>(qty.micro / (5 * lot), 1) * lot};
    }
    // With a report out of order what ends the order comes first: what fills it comes 2 ms after.
    const std::uint32_t pieces = qty.micro == 0 ? 0 : std::max(h.pieces, 1u);
    const Nanos filled = o.disorder ? at + 2_ms : at;
    if (qty.micro > 0) fill(index, qty, filled, out);
    put({at, Later::Kind::leak_filled, index, lots(qty)}, out);
    if (whole) {
        o.state = State::closed;
    } else if (o.tif == '3' || o.tif == '4') {
        o.state = State::closed;
        const Duration pause{pieces == 0 ? 0 : std::int64_t{pieces - 1} * 1'000'000 + 20'000};
        ended(index, '4', o.disorder ? at : at + pause, out);
    } else {
        o.state = State::resting;
        rest_again(o, index, moment.at, out);
    }
}

void Dealer::fill(std::uint32_t index, Qty qty, Nanos at, std::vector<Later>& out) {
    const std::int64_t lot = config_->market.lot.micro;
    const Price px = fill_price(orders_[index]);
    const std::uint32_t pieces = std::max(lp_->habits.pieces, 1u);
    for (std::uint32_t i = 0; i < pieces && qty.micro > 0; ++i) {
        const bool last = i + 1 == pieces;
        const std::int64_t part = qty.micro / (pieces - i) / lot * lot;
        const Qty now{last ? qty.micro : std::max(std::min(qty.micro, lot), part)};
        execution(index, now, px, at + Duration{i * kMillisecond.ns}, out);
        qty -= now;
    }
}

void Dealer::execution(std::uint32_t index, Qty qty, Price px, Nanos at, std::vector<Later>& out) {
    Order& o = orders_[index];
    o.cum += qty;
    o.notional += px * qty;
    ++counts_.fills;
    counts_.lots_filled += lots(qty);
    Report r = report_of(index, 'F');
    r.last_qty = qty;
    r.last_px = px;
    r.fill = o.fills++;
    plan(r, at, out);
}

void Dealer::ended(std::uint32_t index, char exec_type, Nanos at, std::vector<Later>& out) {
    ++counts_.cancels;
    Report r = report_of(index, exec_type);
    r.leaves = {};
    plan(r, at, out);
}

}  // namespace assay::sim
