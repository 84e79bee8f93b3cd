// For tests of back-testing: a day that a router trades in a simulated world, as the records it
// leaves and the decisions it made; and the same records given to another desk, event by event.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/backtest/logged_plans.h"
#include "core/fix/message.h"
#include "core/sim/trading.h"

namespace assay::backtest::testkit {

struct Day {
    sim::TradingConfig config;
    struct Line {
        fix::Record record;
        std::string bytes;
    };
    std::vector<Line> lines;
    std::vector<route::Decision> decisions;  // with their outcomes
    std::vector<sim::TradedParent> parents;
    std::map<std::uint64_t, std::uint64_t> parent_of_child;
    std::vector<std::string> lps;  // in order of name

    // Views into `decisions`.
    std::vector<LoggedParent> logged() const {
        std::map<std::uint64_t, LoggedParent> all;
        for (const sim::TradedParent& p : parents) {
            LoggedParent& l = all[p.number + 1];
            l.id = p.number + 1;
            l.cost_bps = p.shortfall_bps;
        }
        for (const route::Decision& d : decisions) all[d.inputs.parent].decisions.push_back(&d);
        std::vector<LoggedParent> out;
        for (auto& [id, p] : all) out.push_back(std::move(p));
        return out;
    }
};

inline sim::WorldConfig small_world(std::uint64_t parents, std::uint32_t most_lots) {
    sim::WorldConfig w;
    w.parents.most = parents;
    w.parents.least_lots = 5;
    w.parents.most_lots = most_lots;
    w.length = Duration{static_cast<std::int64_t>(w.parents.mean_gap_s * 1e9) *
                        static_cast<std::int64_t>(2 * parents + 20)};
    return w;
}

inline sim::TradingConfig config_of(const sim::WorldConfig& world, route::PolicyId policy,
                                    const route::ExploreRules& explore) {
    sim::TradingConfig c;
    c.world = world;
    c.desk = sim::desk_for(world, "balanced");
    c.desk.router.explore = explore;
    c.orders.policy = policy;
    return c;
}

inline Day traded(const sim::TradingConfig& config, std::uint64_t seed) {
    Day day;
    day.config = config;
    for (const sim::LpConfig& lp : config.world.lps) day.lps.push_back(lp.name);
    sim::Trading trading(config, seed);
    trading.watch([&](const sim::Step& step) {
        if (const auto* r = std::get_if<fix::Record>(&step.what))
            day.lines.push_back({*r, std::string(r->bytes)});
    });
    std::map<std::uint64_t, std::size_t> by_id;
    while (trading.parents().size() < config.world.parents.most && trading.step()) {
        const route::Outputs& out = trading.output().routed;
        for (const route::Decision& d : out.decisions) {
            by_id[d.inputs.id] = day.decisions.size();
            day.decisions.push_back(d);
        }
        for (const route::DecisionOutcome& o : out.outcomes) {
            day.decisions[by_id.at(o.decision)].outcome = o;
            for (const auto& child : o.children) day.parent_of_child[child.child.number] = o.parent;
        }
    }
    day.parents = trading.parents();
    return day;
}

// A desk that only reads, as a back-test has it.
inline desk::DeskConfig reader_of(const Day& day, std::vector<score::Profile> ranked) {
    desk::DeskConfig d;
    d.kernel = day.config.desk.kernel;
    d.parties = day.config.desk.parties;
    d.ranked = std::move(ranked);
    return d;
}

// Gives the records before `until` to a desk, with what is to happen around each event.
inline void read(const Day& day, desk::Desk& desk, Nanos until,
                 const std::function<void(const Event&)>& before,
                 const std::function<void(const Event&)>& after) {
    fix::SessionStage stage(desk.config().parties);
    fix::Message message;
    std::vector<Event> events;
    desk::Output out;
    std::uint64_t n = 0;
    for (const Day::Line& line : day.lines) {
        if (line.record.capture_ns >= until) break;
        if (fix::parse(line.bytes, '\x01', message)) continue;
        events.clear();
        stage.take({line.record.capture_ns, {++n, line.record.length, line.record.session}, true},
                   message, events);
        for (const Event& e : events) {
            if (before) before(e);
            desk.take(e, out);
            out.clear();
            if (after) after(e);
        }
    }
}
inline constexpr Nanos kAll{INT64_MAX};

inline std::vector<LoggedOrder> orders_in(const Day& day, desk::Desk& hindsight, Duration gap,
                                          bool parents_known) {
    OrdersOfLog log;
    read(
        day, hindsight, kAll, [&](const Event& e) { log.before(e, hindsight); },
        [&](const Event& e) { log.after(e, hindsight); });
    ParentOf parent_of;
    if (parents_known)
        parent_of = [&day](const LoggedChild& child) -> std::optional<std::uint64_t> {
            const auto it = day.parent_of_child.find(std::stoull(child.cl_ord_id.substr(1)));
            return it == day.parent_of_child.end() ? std::nullopt : std::optional(it->second);
        };
    return orders_of(log.finish(hindsight), gap, parent_of);
}

}  // namespace assay::backtest::testkit
