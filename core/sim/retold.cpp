#include "core/sim/retold.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/fix/book.h"

namespace assay::sim {

namespace {

constexpr std::uint32_t kDayBefore = 1'000;  // added to sessions of the day before
constexpr Duration kRetoldQuoteEvery{2'000'000'000}, kRetoldGrace{5'000'000'000};
// As in a long run: no order's move of the price falls into another's first second.
constexpr Duration kApart = kLongRunApart;
constexpr double kLeastSigma = .01;  // bps; a market that stands still is no market

double mid_of(const ScriptedQuote& q) {
    return .5 * (as_double(q.bid) + as_double(q.ask));
}

// Of a path that is known at its quotes, per square root of a second.
double sigma_of(const Script& s) {
    double sum = 0;
    for (std::size_t i = 1; i < s.market.size(); ++i) {
        const double bps = 1e4 * std::log(mid_of(s.market[i]) / mid_of(s.market[i - 1]));
        sum += bps * bps;
    }
    const double seconds = as_seconds(s.parent.ends - s.parent.starts);
    return std::max(kLeastSigma, std::sqrt(sum / seconds));
}

// IOC orders of one size to one LP after the other, each at the far touch; every second time round
// they sell, so that what they leak does not run away.
class DayBefore {
  public:
    DayBefore(const Script& script, World& world, desk::Desk& desk)
        : script_(script), world_(world), desk_(desk) {}

    void pass() {
        world_.wake_at(world_.config().start + Duration{2 * kRetoldQuoteEvery.ns}, 0);
        desk::Output out;
        while (const std::optional<Step> step = world_.next()) {
            if (const auto* r = std::get_if<fix::Record>(&step->what)) {
                see(*r);
                fix::Record known = *r;
                known.session += kDayBefore;
                desk_.take(known, out);
                out.clear();
            } else if (const auto* wake = std::get_if<Wake>(&step->what)) {
                order(static_cast<std::uint32_t>(wake->token));
            }
        }
    }

  private:
    void see(const fix::Record& r) {
        if (r.session != kMarketSession || fix::parse(r.bytes, '\x01', message_)) return;
        fix::MdEntryReader reader(message_);
        for (fix::MdEntry e; reader.next(e);) (e.side == fix::MdSide::bid ? bid_ : ask_) = e.price;
    }

    void order(std::uint32_t n) {
        const auto lps = static_cast<std::uint32_t>(world_.config().lps.size());
        const std::uint32_t lp = n % lps, round = n / lps;
        const Side side = round % 2 == 0 ? Side::buy : Side::sell;
        const std::string id = fmt::format("H{}", n);
        const WorldConfig& config = world_.config();
        const Nanos now = world_.now();
        const fix::Header header{.sender_comp_id = config.our_comp_id,
                                 .target_comp_id = config.lps[lp].name,
                                 .msg_seq_num = round + 1,
                                 .sending_time = now,
                                 .orig_sending_time = kNever};
        world_.send(
            lp,
            encoder_.write(header, fix::NewOrderSingle{.cl_ord_id = id,
                                                       .symbol = script_.parent.symbol,
                                                       .side = side,
                                                       .order_qty = script_.long_run.child,
                                                       .price = side == Side::buy ? ask_ : bid_,
                                                       .transact_time = now}),
            now, {0, n});
        if (n + 1 < lps * kOrdersBefore) world_.wake_at(now + kApart, n + 1);
    }

    const Script& script_;
    World& world_;
    desk::Desk& desk_;
    fix::Message message_;
    fix::Encoder encoder_;
    Price bid_, ask_;
};

// The first quote of the day ends the one before: its closed orders are forgotten, and what is kept
// is small.
std::string saved_next_morning(const Script& s, FixLog& log, desk::Desk& desk) {
    const ScriptedQuote& q = s.market.front();
    const Nanos morning = s.parent.starts - kMinute;
    desk::Output out;
    desk.take(captured(log.quote(morning, s.long_run.market, s.long_run.us, s.parent.symbol, q.bid,
                                 q.ask, q.bid_size, q.ask_size),
                       kDayBefore, 0),
              out);
    return desk.save();
}

}  // namespace

Retelling::Retelling(const Script& script) : script_(&script), sigma_(sigma_of(script)) {}

Result<Retelling> Retelling::of(const Script& script) {
    if (auto ok = possible(script); !ok) return std::unexpected(ok.error());
    Retelling r(script);
    desk::Desk desk(desk_of(script), 1);
    desk::Output out;
    FixLog log;
    std::uint64_t seq = 0;
    LongRun run = script.long_run;
    run.orders = std::min(run.orders, kOrdersOfHistory);
    const auto read = write_long_run(run, log, [&](std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = text.find('\n') + 1;
            desk.take(captured(text.substr(0, end), kDayBefore, seq++), out);
            out.clear();
            text.remove_prefix(end);
        }
    });
    if (!read) return std::unexpected(read.error());
    r.history_ = saved_next_morning(script, log, desk);
    return r;
}

WorldConfig Retelling::market() const {
    const Script& s = *script_;
    const ScriptedQuote& q = s.market.front();
    const double mid = mid_of(q);
    WorldConfig w;
    w.start = s.parent.starts;
    w.length = s.parent.ends - s.parent.starts;
    w.tail = kRetoldGrace;
    w.our_comp_id = s.long_run.us;
    w.market_comp_id = s.long_run.market;
    w.market.symbols = {s.parent.symbol};
    w.market.sigma.fill(sigma_);
    w.market.spread_bps.fill(1e4 * as_double(q.ask - q.bid) / mid);
    w.market.stationary = {1, 0, 0};  // in a calm market natures are as they were drawn
    w.market.switch_share = 0;
    w.market.jumps_per_second = 0;
    w.market.size_median_lots =
        .5 * (as_double(q.bid_size) + as_double(q.ask_size)) / as_double(s.parent.lot);
    w.market.size_log_sd = .1;
    w.market.quote_every = kRetoldQuoteEvery;
    w.market.first_mid = Price{std::llround(mid * 1e9)};
    w.market.lot = s.parent.lot;
    w.parents.most = 1;
    w.parents.mean_gap_s = 1;
    w.parents.least_lots = w.parents.most_lots =
        static_cast<std::uint32_t>(s.parent.qty.micro / s.parent.lot.micro);
    w.drift = {.zero_sd = 0, .size_sd = 0, .leak_sd = 0, .swap_every = 0};
    return w;
}

RetoldWorld Retelling::world(LpsDrawn how, std::uint64_t seed) const {
    RetoldWorld r{seed, market(), {}};
    r.config.lps = drawn_lps(script_->long_run, script_->parent.lot, how, Luck(seed));
    r.known = how == LpsDrawn::around_the_history ? history_ : known_after_a_day_of(r.config, seed);
    return r;
}

std::string Retelling::known_after_a_day_of(const WorldConfig& world, std::uint64_t seed) const {
    WorldConfig before = world;
    before.start = world.start - kDay;
    const auto orders = static_cast<std::int64_t>(world.lps.size()) * kOrdersBefore;
    before.length = Duration{orders * kApart.ns};
    before.tail = kMinute;
    before.parents.most = 0;
    World yesterday(before, ~seed);  // other luck than the day's
    desk::Desk desk(desk_of(*script_), 1);
    DayBefore(*script_, yesterday, desk).pass();
    FixLog log;
    return saved_next_morning(*script_, log, desk);
}

TradedParent Retelling::trade(const RetoldWorld& world, route::PolicyId policy,
                              std::span<const route::LpId> table) const {
    TradingConfig config;
    config.world = world.config;
    config.desk = desk_of(*script_);
    config.desk.router.static_tables[""].assign(table.begin(), table.end());
    config.orders.policy = policy;
    config.orders.like = script_->parent;
    // Prices of LPs lie between the ticks of the script.
    config.orders.like->tick = config.world.market.tick;
    config.desk.kernel.instruments.fallback.tick = config.world.market.tick;
    Trading trading(config, world.seed);
    // Saved by a desk of the same configuration: it cannot be refused.
    if (!trading.know(world.known)) return {};
    while (trading.parents().empty() && trading.step()) {
    }
    return trading.parents().empty() ? TradedParent{} : trading.parents().front();
}

}  // namespace assay::sim
