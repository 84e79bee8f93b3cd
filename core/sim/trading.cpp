#include "core/sim/trading.h"

#include <algorithm>
#include <cmath>

#include "core/sim/sweep.h"

namespace assay::sim {

using route::ParentState;

namespace {

constexpr Duration kGrace{1'100'000'000};  // after a window for late answers and time-outs
constexpr double kMostTrueLots = 512;      // of a true tail
constexpr double kAgentSweepBps = 0.3 * kSweepBps;
constexpr std::int64_t kSnapshotLots = 20;

TradingConfig completed(TradingConfig config) {
    config.desk.router.lps.clear();
    for (const LpConfig& lp : config.world.lps) config.desk.router.lps.push_back(lp.name);
    config.desk.our_comp_id = config.world.our_comp_id;
    return config;
}

}  // namespace

desk::DeskConfig desk_for(const WorldConfig& world, std::string_view profile) {
    desk::DeskConfig d;
    const score::Profile& p = *score::find_profile(profile);
    d.kernel.profile = p;
    d.kernel.quotes.stale_after = {5'000'000'000};
    d.kernel.instruments.fallback.tick = world.market.tick;
    d.kernel.instruments.fallback.round_lot = world.market.lot;
    d.ranked = {p};
    const Qty plenty{INT64_MAX / 4};
    const Money any = static_cast<Money>(INT64_MAX) * INT64_MAX / 4;
    d.router.limits = {.parent_qty = plenty,
                       .child_qty = plenty,
                       .parent_notional = any,
                       .child_notional = any,
                       .collar_bps = 1'000,
                       .open_qty = plenty,
                       .orders_per_window = 1'000'000,
                       .window = kSecond,
                       .orders_per_parent = 1'000,
                       .duplicate_window = {1}};
    // What is left after a round is not all swept: u = h + 0.105 sqrt(R), of the agent of
    // section 9.
    d.router.sweep_bps_per_sqrt_lot = kAgentSweepBps;
    d.router.terms = {};
    // Every LP may be asked in every round.
    d.router.reroute = {.cooldown = {}, .refill = {}};
    d.router.most_ended = 64;
    d.thinks = {30'000};
    return d;
}

Trading::Trading(TradingConfig config, std::uint64_t seed)
    : config_(completed(std::move(config))),
      world_(config_.world, seed),
      desk_(
          [&] {
              config_.desk.router.seed = seed;
              return config_.desk;
          }(),
          1) {
    desk_.know(&truth_);
}

bool Trading::step() {
    const std::optional<Step> step = world_.next();
    if (!step) {
        out_.clear();
        close_over(Nanos{INT64_MAX});
        return false;
    }
    out_.clear();
    if (saw_) saw_(*step);
    if (const auto* record = std::get_if<fix::Record>(&step->what)) desk_.take(*record, out_);
    if (const auto* parent = std::get_if<Parent>(&step->what)) begin(*parent);
    if (std::holds_alternative<Wake>(step->what)) woken_.reset();
    desk_.pass(step->at, out_);
    send();
    close_over(step->at);
    wake();
    return true;
}

route::ParentOrder Trading::order_of(const Parent& parent) const {
    const Orders& o = config_.orders;
    route::ParentOrder order;
    if (o.like) {
        order = *o.like;
        order.ends = parent.at + (o.like->ends - o.like->starts);
        order.policy = o.policy;
    }
    order.id = parent.number + 1;
    order.cl_ord_id = std::to_string(order.id);
    order.starts = parent.at;
    if (o.like) return order;
    const Qty lot = config_.world.market.lot;
    order.symbol = config_.world.market.symbols[parent.symbol];
    order.side = parent.side;
    order.qty = {parent.lots * lot.micro};
    order.lot = lot;
    order.tick = config_.world.market.tick;
    if (o.replan == route::Replan::when_all_answered) {
        // Time for every round to end in a time-out; the number of rounds is what binds.
        order.ends = parent.at + Duration{o.rounds * 3 * config_.desk.router.time_out.ns};
        order.pace.most_rounds = o.rounds;
    } else {
        order.ends = parent.at + Duration{o.round_gap.ns * o.rounds - o.round_gap.ns / 2};
    }
    order.pace.replan = o.replan;
    order.pace.round_gap = o.round_gap;
    order.pace.round_qty = order.qty;
    order.pace.urgency = 1;
    order.min_child = lot;
    order.max_child = {(o.max_child_lots > 0 ? o.max_child_lots : parent.lots) * lot.micro};
    order.probe_qty = {o.probe_lots * lot.micro};
    order.max_slip_bps = o.max_slip_bps;
    order.profile = o.profile;
    order.policy = o.policy;
    return order;
}

void Trading::begin(Parent parent) {
    const route::ParentOrder order = order_of(parent);
    parent.side = order.side;
    open_.push_back({parent, order.ends + kGrace, 0});
    desk_.take_parent(order, parent.at, out_);
    if (out_.routed.decisions.empty()) return;
    const route::Decision& first = out_.routed.decisions.back();
    if (first.inputs.parent != order.id) return;
    open_.back().predicted_complete = first.choice.completion;
    if (parent.number % kSnapshotEvery == 0) look_back(first.inputs);
}

void Trading::look_back(const route::DecisionInputs& first) {
    TradedSnapshot s;
    for (const route::CandidateRecord& c : first.candidates)
        if (c.known.standing) s.score.push_back(c.known.standing->composite);
    if (s.score.size() != config_.world.lps.size()) return;
    route::CostTerms terms = first.terms;
    terms.remaining_lots = as_double(first.order.remaining) / as_double(first.order.lot);
    for (const route::Candidate& c : truth_.candidates(first.symbol, first.side, first.order.lot))
        s.true_cost_bps.push_back(
            route::net_cost(c.tail, route::unit_costs(c, terms, {}), kSnapshotLots) /
            static_cast<double>(kSnapshotLots));
    snapshots_.push_back(std::move(s));
}

void Trading::send() {
    for (const desk::Outgoing& o : out_.outgoing) {
        const route::Parent* p = desk_.router().parent(o.parent);
        const auto attempt = static_cast<std::uint32_t>(p != nullptr ? p->round : 0);
        if (p != nullptr)
            far_.try_emplace(o.child, desk_.quote(p->order.symbol).far_touch(p->order.side));
        world_.send(o.lp.number, o.bytes, o.at,
                    {static_cast<std::uint32_t>(o.parent - 1), attempt});
    }
}

void Trading::close_over(Nanos now) {
    std::erase_if(open_, [&](const Open& open) {
        const route::Parent* p = desk_.router().parent(open.parent.number + 1);
        const bool over = p == nullptr || terminal(p->state) || now >= open.closes;
        if (over) close(open);
        return over;
    });
}

void Trading::close(const Open& open) {
    const route::Router& router = desk_.router();
    const route::Parent* p = router.parent(open.parent.number + 1);
    TradedParent t;
    t.number = open.parent.number;
    t.arrived = t.done = open.parent.at;
    t.symbol = open.parent.symbol;
    t.side = open.parent.side;
    t.lots = open.parent.lots;
    t.refused = p == nullptr;
    if (t.refused) {  // nothing was traded, and that is an outcome too
        parents_.push_back(t);
        return;
    }
    t.done = known(p->ended_at) ? p->ended_at : world_.now();
    t.predicted_complete = open.predicted_complete;
    t.filled_lots = lots(p->cum);
    t.state = p->state;
    if (const auto slippage = router.vwap_slippage_bps(*p)) t.vwap_slippage_bps = *slippage;
    t.rounds = static_cast<std::uint32_t>(p->round);
    for (const route::ChildId id : p->children) {
        const route::Child& c = *router.child(id);
        ++t.children;
        t.rejects += c.state == route::ChildState::rejected;
        t.timeouts += c.timed_out();
        children_.push_back({t.number, c.lp.number, lots(c.qty), lots(c.cum), c.predicted_lots,
                             c.predicted_full, c.predicted_ms,
                             known(c.ended_at) ? as_ms(c.ended_at - c.sent_at) : -1,
                             c.state == route::ChildState::rejected, improvement_bps(c)});
        far_.erase(id);
    }
    // What is still out with an LP that does not answer is neither bought again nor counted.
    const double left = lots(p->remaining()) - lots(router.exposure(*p));
    const double arrival = as_double(p->decision_mid);
    double paid = static_cast<double>(p->notional) * 1e-15 / as_double(config_.world.market.lot);
    const Bbo quote = desk_.quote(p->order.symbol);
    if (left > 0 && quote.usable()) {
        t.swept_lots = left;
        paid += left * as_double(sweep_price(quote, t.side, left));
    }
    const double done = t.filled_lots + t.swept_lots;
    if (done > 0 && arrival > 0)
        t.shortfall_bps = 1e4 * sign(t.side) * (paid - done * arrival) / (done * arrival);
    parents_.push_back(t);
}

double Trading::improvement_bps(const route::Child& c) const {
    const auto far = far_.find(c.id);
    if (far == far_.end() || c.cum.micro <= 0 || far->second.nano <= 0) return 0;
    const auto at_far = static_cast<double>(far->second * c.cum);
    return 1e4 * sign(c.side) * (at_far - static_cast<double>(c.notional)) / at_far;
}

void Trading::wake() {
    const auto due = desk_.next_due();
    if (!due || (woken_ && *woken_ <= *due)) return;
    woken_ = std::max(*due, world_.now());
    world_.wake_at(*woken_, 0);
}

std::span<const route::Candidate> Trading::TrueCosts::candidates(std::string_view symbol, Side,
                                                                 Qty) {
    const World& world = trading_.world_;
    const auto& symbols = world.config().market.symbols;
    const auto it = std::find(symbols.begin(), symbols.end(), symbol);
    if (it == symbols.end()) return {};
    const auto number = static_cast<std::uint32_t>(it - symbols.begin());
    const std::size_t lps = world.config().lps.size();
    if (sizes_.empty())
        for (double k = 1; k <= kMostTrueLots; ++k) sizes_.push_back(k);
    tails_.assign(lps, std::vector<double>(sizes_.size()));
    known_.assign(lps, {});
    for (std::uint32_t i = 0; i < lps; ++i) {
        const LpTruth t = world.truth(i, number, kMostTrueLots);
        for (std::size_t k = 0; k < sizes_.size(); ++k) tails_[i][k] = t.tail(sizes_[k]);
        route::Candidate& c = known_[i];
        c.lp = {i};
        c.half_spread_bps = t.half_spread_bps;
        c.price_improvement_bps = t.half_spread_bps - t.cost_bps();
        c.leak_bps_per_lot = t.nature.leak_bps;
        c.reject_share = t.rejected;
        c.round_trip_ms = t.latency_ms();
        c.tail = {sizes_, tails_[i], {}};
    }
    return known_;
}

}  // namespace assay::sim
