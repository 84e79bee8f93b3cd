#include "hosts/cli/gaming_run.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <thread>

#include "core/fix/message.h"
#include "core/kpi/reject_rate.h"
#include "core/sim/habits.h"
#include "core/sim/luck.h"
#include "core/sim/trading.h"

namespace assay {
namespace {

using judge::Suspicion;
using judge::Tactic;

constexpr GamingTactic kTactics[] = {
    {"flash-reject", Tactic::flash_reject},
    {"one-sided-last-look", Tactic::one_sided_last_look},
    {"small-order-farming", Tactic::small_order_farming},
    {"painted-improvement", Tactic::painted_improvement},
    {"reputation-then-exploit", Tactic::reputation_then_exploit},
    {"reused-exec-ids", Tactic::duplicate_exec_ids},
    {"bust-after-window", Tactic::bust_after_window},
};
constexpr Duration kLongestHorizon{300'000'000'000};

// ExecIDs and busts of each LP, as its reports have them.
class Reports {
  public:
    explicit Reports(std::size_t lps) : of_(lps) {}

    void see(const fix::Record& record) {
        if (record.session == sim::kMarketSession || record.direction == fix::Direction::sent)
            return;
        const std::size_t lp = record.session - 1;
        if (lp >= of_.size() || fix::parse(record.bytes, '\x01', message_)) return;
        if (message_.msg_type != "8") return;
        OfLp& seen = of_[lp];
        if (message_.exec_type == 'F') {
            const auto [it, fresh] =
                seen.fills.try_emplace(std::string(message_.exec_id),
                                       Fill{std::string(message_.cl_ord_id), record.capture_ns});
            ++seen.reused.n;
            if (!fresh && it->second.order != message_.cl_ord_id) ++seen.reused.hits;
            ++seen.late.n;
        } else if (message_.exec_type == 'H') {
            const auto fill = seen.fills.find(std::string(message_.exec_ref_id));
            if (fill != seen.fills.end() && record.capture_ns - fill->second.at >= kLongestHorizon)
                ++seen.late.hits;
        }
    }
    judge::Count reused(std::size_t lp) const { return of_[lp].reused; }
    judge::Count late(std::size_t lp) const { return of_[lp].late; }

  private:
    struct Fill {
        std::string order;
        Nanos at;
    };
    struct OfLp {
        std::map<std::string, Fill> fills;
        judge::Count reused, late;
    };
    std::vector<OfLp> of_;
    fix::Message message_;
};

struct Seen {
    const std::vector<sim::TradedChild>& children;
    const sim::Trading& trading;
    const Reports& reports;
    std::uint32_t gamer{};

    bool own(const sim::TradedChild& c) const { return c.lp == gamer; }
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void count(judge::Count& c, bool hit) {
    ++c.n;
    c.hits += hit;
}

Suspicion flash_reject(const Seen& s) {
    judge::FlashReject f;
    std::vector<double> rejects, fills;
    for (const sim::TradedChild& c : s.children) {
        count(s.own(c) ? f.rejects : f.peers, c.rejected);
        if (!s.own(c) || c.took_ms < 0) continue;
        if (c.rejected) rejects.push_back(c.took_ms);
        if (c.filled_lots > 0) fills.push_back(c.took_ms);
    }
    f.reject_ms = median(std::move(rejects));
    f.fill_ms = median(std::move(fills));
    return judge::flash_reject(f);
}

// As the scorecard counts it.
Suspicion one_sided_last_look(const Seen& s) {
    judge::OneSidedLastLook l;
    const std::string& name = s.trading.world().config().lps[s.gamer].name;
    for (const Kernel* k : s.trading.desk().shards()) {
        for (const ReportRow& row : k->rows()) {
            if (k->lps().name(row.key.lp) != name) continue;
            l.up.n += row.sums.up_n;
            l.up.hits += row.sums.up_rejected;
            l.down.n += row.sums.down_n;
            l.down.hits += row.sums.down_rejected;
        }
    }
    return judge::one_sided_last_look(l);
}

Suspicion small_order_farming(const Seen& s) {
    judge::SmallOrderFarming f;
    for (const sim::TradedChild& c : s.children) {
        const bool small = c.lots <= kGamingSmallLots;
        count(s.own(c) ? (small ? f.small : f.large) : (small ? f.peers_small : f.peers_large),
              c.filled_lots > c.lots - 0.5);
    }
    return judge::small_order_farming(f);
}

judge::Moments moments_of(const std::vector<double>& values) {
    judge::Moments m;
    m.n = static_cast<std::int64_t>(values.size());
    if (values.size() < 2) return m;
    const double n = static_cast<double>(values.size());
    for (const double x : values) m.mean_bps += x / n;
    for (const double x : values) m.sd_bps += (x - m.mean_bps) * (x - m.mean_bps) / (n - 1);
    m.sd_bps = std::sqrt(m.sd_bps);
    return m;
}

Suspicion painted_improvement(const Seen& s) {
    std::vector<double> small, large, peers_small, peers_large;
    for (const sim::TradedChild& c : s.children) {
        if (!(c.filled_lots > 0)) continue;
        const bool is_small = c.lots <= kGamingSmallLots;
        (s.own(c) ? (is_small ? small : large) : (is_small ? peers_small : peers_large))
            .push_back(c.improvement_bps);
    }
    return judge::painted_improvement(
        {moments_of(small), moments_of(large), moments_of(peers_small), moments_of(peers_large)});
}

Suspicion reputation_then_exploit(const Seen& s) {
    std::vector<double> outcomes;
    for (const sim::TradedChild& c : s.children)
        if (s.own(c) && c.lots > 0) outcomes.push_back(c.filled_lots / c.lots);
    return judge::reputation_then_exploit(outcomes);
}

// Of an LP and of all its peers.
template <class Of>
std::pair<judge::Count, judge::Count> against_peers(const Seen& s, Of of) {
    judge::Count own, peers;
    for (std::uint32_t lp = 0; lp < s.trading.world().config().lps.size(); ++lp) {
        judge::Count& c = lp == s.gamer ? own : peers;
        c.n += of(lp).n;
        c.hits += of(lp).hits;
    }
    return {own, peers};
}

Suspicion suspicion_of(Tactic tactic, const Seen& s) {
    switch (tactic) {
        case Tactic::flash_reject:
            return flash_reject(s);
        case Tactic::one_sided_last_look:
            return one_sided_last_look(s);
        case Tactic::small_order_farming:
            return small_order_farming(s);
        case Tactic::painted_improvement:
            return painted_improvement(s);
        case Tactic::reputation_then_exploit:
            return reputation_then_exploit(s);
        case Tactic::duplicate_exec_ids: {
            const auto [own, peers] =
                against_peers(s, [&](std::uint32_t lp) { return s.reports.reused(lp); });
            return judge::duplicate_exec_ids({own, peers});
        }
        case Tactic::bust_after_window: {
            const auto [own, peers] =
                against_peers(s, [&](std::uint32_t lp) { return s.reports.late(lp); });
            return judge::bust_after_window({own, peers});
        }
        case Tactic::improvement_taken_back:
            break;
    }
    return {};
}

sim::TradingConfig trading_of(const ComparisonPlan& plan, const GamingTactic& tactic, bool games,
                              std::uint64_t seed) {
    GamingWorld world = gaming_world(seed);
    sim::TradingConfig config;
    config.world.drift.swap_every = 0;  // who games is to be the same all the time
    config.world.parents.most = plan.parents;
    const double n = static_cast<double>(plan.parents);
    const double seconds = config.world.parents.mean_gap_s * (n + 10 * std::sqrt(n) + 10);
    config.world.length = {static_cast<std::int64_t>(seconds * 1e9)};
    // Late busts of the last fills are still to come.
    config.world.tail = {kLongestHorizon.ns + 120 * kSecond.ns};
    if (games) {
        sim::LpConfig& lp = world.lps[world.gamer];
        sim::find_behaviour(tactic.behaviour)->add(lp.nature, lp.habits);
        if (lp.habits.small_lots > 0) lp.habits.small_lots = kGamingSmallLots;
        if (lp.habits.turns_after_orders > 0) lp.habits.turns_after_orders = kGamingGoodOrders;
    }
    config.world.lps = std::move(world.lps);
    config.desk = sim::desk_for(config.world, plan.profile);
    config.orders.policy = route::PolicyId::split;
    config.orders.profile = plan.profile;
    return config;
}

}  // namespace

std::span<const GamingTactic> gaming_tactics() {
    return kTactics;
}

GamingWorld gaming_world(std::uint64_t seed) {
    GamingWorld w;
    w.lps = sim::six_lps();
    score::Draws draws({seed, 0x67616d65});
    const auto between = [&](double least, double most) {
        return least * std::exp(draws.uniform() * std::log(most / least));
    };
    for (sim::LpConfig& lp : w.lps) {
        sim::Nature& n = lp.nature;
        n.zero_share = between(.05, .4);
        n.mean_lots = between(40, 160);
        n.latency_ms = between(8, 80);
        n.reject_share = between(.005, .05);
        n.improvement = between(.15, .8);
        n.leak_bps = between(.001, .01);
        n.last_look = sim::LastLook::none;
    }
    w.gamer = static_cast<std::uint32_t>(draws.uniform() * static_cast<double>(w.lps.size()));
    return w;
}

GamingDay gaming_day(const ComparisonPlan& plan, const GamingTactic& tactic, bool games,
                     std::uint64_t seed) {
    sim::Trading trading(trading_of(plan, tactic, games, seed), seed);
    const std::uint32_t gamer = gaming_world(seed).gamer;
    Reports reports(trading.world().config().lps.size());
    trading.watch([&](const sim::Step& step) {
        if (const auto* record = std::get_if<fix::Record>(&step.what)) reports.see(*record);
    });
    while (trading.step()) {
    }
    GamingDay day;
    for (const sim::TradedChild& c : trading.children()) {
        day.flow.to_all += c.lots;
        if (c.lp == gamer) day.flow.to_lp += c.lots;
    }
    day.suspicion = suspicion_of(tactic.tactic, {trading.children(), trading, reports, gamer});
    return day;
}

std::vector<judge::GamingCase> run_gaming(const ComparisonPlan& plan) {
    const std::size_t tactics = std::size(kTactics), jobs = 2 * tactics * plan.seeds;
    std::vector<GamingDay> days(jobs);
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < jobs; i = next++)
            days[i] = gaming_day(plan, kTactics[i / 2 % tactics], i % 2 == 0,
                                 plan.first_seed + i / (2 * tactics));
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < std::min<std::size_t>(plan.threads, jobs); ++i)
            others.emplace_back(run);
        run();
    }
    std::vector<judge::GamingCase> cases;
    for (std::size_t t = 0; t < tactics; ++t) {
        judge::GamingCase& c = cases.emplace_back();
        c.tactic = judge::text(kTactics[t].tactic);
        c.limit_bp = kGamingLimitBp;
        std::vector<judge::TwinDay> worlds;
        for (std::size_t n = 0; n < plan.seeds; ++n) {
            const GamingDay& gaming = days[2 * (n * tactics + t)];
            const GamingDay& honest = days[2 * (n * tactics + t) + 1];
            worlds.push_back({gaming.flow, honest.flow});
            c.flagged += gaming.suspicion.flagged;
            c.twins_flagged += honest.suspicion.flagged;
        }
        c.share = judge::share_gain(worlds, c.limit_bp, {.seed = plan.first_seed});
    }
    return cases;
}

void add_gaming(const ComparisonPlan& plan, judge::Comparison& comparison) {
    comparison.gaming = run_gaming(plan);
    comparison.says.push_back(fmt::format(
        "Gaming: {} worlds of {} parents a tactic, routed by split; six LPs drawn by the seed, of "
        "whom one games, and the same worlds in which it does not. Small orders: up to {} lots; "
        "the reputation is built in {} orders. An LP is flagged by the detector of its tactic",
        plan.seeds, plan.parents, kGamingSmallLots, kGamingGoodOrders));
}

}  // namespace assay
