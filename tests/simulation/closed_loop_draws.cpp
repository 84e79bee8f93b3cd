// What a seed draws: the world, the desk that trades in it, and each order.
#include <fmt/format.h>

#include "core/fix/encode.h"
#include "core/sim/trading.h"
#include "tests/simulation/closed_loop.h"

namespace assay::simulation {

namespace {

constexpr std::size_t kParents = 20;

}  // namespace

sim::WorldConfig ClosedLoop::draw_world(std::uint64_t, Twist twist) {
    sim::WorldConfig w;
    const std::size_t symbols = 1 + below(3), lps = 3 + below(6);
    w.market.symbols = {"ACME", "EURUSD", "XYZ"};
    w.market.symbols.resize(symbols);
    const auto natures = sim::six_lps();
    const auto zoo = sim::behaviours();
    w.lps.clear();
    for (std::size_t i = 0; i < lps; ++i) {
        sim::LpConfig lp = natures[below(natures.size())];
        lp.name = fmt::format("{}_{:02}", twist == Twist::lps_renamed ? "QX" : "LP", i);
        for (std::size_t k = below(3); k > 0; --k) zoo[below(zoo.size())].add(lp.nature, lp.habits);
        // Late reports and busts within the world's time.
        lp.habits.late_by = {static_cast<std::int64_t>(4e9 * u())};
        lp.habits.bust_after = {static_cast<std::int64_t>(2e10 * u())};
        if (twist == Twist::clocks_wrong) lp.habits.clock_offset.ns += 1'234'567'000;
        w.lps.push_back(std::move(lp));
    }
    w.parents.most = kParents;
    w.parents.mean_gap_s = 1 + 4 * u();
    w.length = {75'000'000'000};
    w.tail = {20'000'000'000};
    // One in four sees a session end and another begin.
    if (u() < .25) {
        w.start = {(utc_day(w.start) + 1) * kDay.ns - 40'000'000'000};
        ++seen_.midnights;
    }
    if (twist == Twist::ends_early) w.length = {40'000'000'000}, w.tail = {};
    return w;
}

desk::DeskConfig ClosedLoop::draw_desk(Twist twist) {
    const sim::WorldConfig& w = world_->config();
    desk::DeskConfig d = sim::desk_for(w, "balanced");
    for (const sim::LpConfig& lp : w.lps) d.router.lps.push_back(lp.name);
    if (twist == Twist::lp_unused) {
        d.traits.resize(w.lps.size());
        d.traits.push_back({.permission = route::Permission::disabled});
        d.router.lps.push_back("ZZ_NEVER");
    }
    d.our_comp_id = w.our_comp_id;
    d.router.seed = seed_;
    d.router.version = 7;
    d.fold_every = {10'000'000'000};
    d.router.static_tables[""] = {{0}, {1}};
    d.router.nothing_pays = u() < .5 ? route::WhenNothingPays::probe : route::WhenNothingPays::wait;
    // Limits that are met now and then: a gate that never refuses shows nothing.
    route::Limits& l = d.router.limits;
    l.child_qty = {150 * w.market.lot.micro};
    l.open_qty = {300 * w.market.lot.micro};
    l.child_notional = w.market.first_mid * Qty{140 * w.market.lot.micro};
    l.collar_bps = 40;
    l.orders_per_window = 8;
    l.window = kSecond;
    l.orders_per_parent = 60;
    l.duplicate_window = {1};
    return d;
}

// Who is heard first, one millisecond after the other, before anything else happens. By one side
// only: two would be another market, as volatility is sampled from the first mid on.
void ClosedLoop::first_quotes(Twist twist) {
    const sim::WorldConfig& w = world_->config();
    fix::Encoder encoder;
    for (std::size_t i = 0; i < w.market.symbols.size(); ++i) {
        const bool backwards = twist == Twist::heard_otherwise;
        const std::size_t which = backwards ? w.market.symbols.size() - 1 - i : i;
        const Nanos at =
            w.start - kSecond + Duration{kMillisecond.ns * static_cast<std::int64_t>(i)};
        const Price bid = w.market.first_mid;
        const std::string_view bytes =
            encoder.write({.sender_comp_id = "EARLY",
                           .target_comp_id = w.our_comp_id,
                           .msg_seq_num = i + 1,
                           .sending_time = at,
                           .orig_sending_time = kNever},
                          fix::MarketDataSnapshot{.symbol = w.market.symbols[which],
                                                  .bid = bid,
                                                  .ask = {},
                                                  .bid_size = w.market.lot,
                                                  .ask_size = {}});
        desk_->take({at, 1'000, fix::Direction::received, i + 1,
                     static_cast<std::uint32_t>(bytes.size()), fix::crc32c(bytes), bytes},
                    out_);
    }
}

route::ParentOrder ClosedLoop::draw_order(const sim::Parent& parent) {
    static constexpr route::PolicyId kPolicies[] = {
        route::PolicyId::split,        route::PolicyId::split,
        route::PolicyId::primary,      route::PolicyId::probe_then_split,
        route::PolicyId::score_split,  route::PolicyId::limit_or_market,
        route::PolicyId::static_table, route::PolicyId::round_robin,
        route::PolicyId::random,       route::PolicyId::uniform,
        route::PolicyId::bandit};
    const sim::MarketConfig& market = world_->config().market;
    route::ParentOrder o;
    o.id = parent.number + 1;
    o.cl_ord_id = fmt::format("OMS-{}", o.id);
    o.symbol = market.symbols[parent.symbol];
    o.side = parent.side;
    o.lot = market.lot;
    o.tick = market.tick;
    o.qty = {parent.lots * o.lot.micro};
    if (u() < .2) o.qty += Qty{o.lot.micro / 3};
    o.starts = parent.at;
    o.ends = parent.at + Duration{static_cast<std::int64_t>((2 + 12 * u()) * 1e9)};
    o.pace.round_gap = {static_cast<std::int64_t>((.2 + u()) * 1e9)};
    o.pace.round_qty = u() < .5 ? o.qty : Qty{20 * o.lot.micro};
    o.pace.urgency = u();
    o.min_child = o.lot;
    o.max_child = {static_cast<std::int64_t>(1 + below(100)) * o.lot.micro};
    o.probe_qty = {static_cast<std::int64_t>(1 + below(20)) * o.lot.micro};
    o.max_slip_bps = u() < .5 ? 0 : 3 * u();
    o.fallback = u() < .3 ? route::Fallback::sweep : route::Fallback::hold;
    o.policy = kPolicies[below(std::size(kPolicies))];
    const double slack = u();
    if (const Bbo q = desk_->quote(o.symbol); slack < .4 && q.usable()) {
        const std::int64_t far = q.far_touch(o.side).nano;
        o.limit = Price{far + sign(o.side) * static_cast<std::int64_t>(static_cast<double>(far) *
                                                                       2e-3 * (slack - .1))};
    }
    orders_[o.id] = o;
    return o;
}

}  // namespace assay::simulation
