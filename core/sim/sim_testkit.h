// For tests: a world run to its end, kept as what was seen, and what the bytes say of each order.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/fix/book.h"
#include "core/fix/message.h"
#include "core/sim/spray.h"

namespace assay::sim::testkit {

struct Seen {
    Nanos at;
    std::uint32_t session{};
    fix::Direction direction{};
    std::uint64_t seq{};
    std::uint32_t crc{};
    std::string bytes;
};

struct Transcript {
    std::vector<Seen> records;
    std::vector<Parent> parents;
    std::vector<Spray::Outcome> outcomes;
    std::vector<Dealer::Counts> counts;

    std::string session(std::uint32_t number) const {
        std::string all;
        for (const Seen& s : records)
            if (s.session == number) all += std::to_string(s.at.ns) + ' ' + s.bytes + '\n';
        return all;
    }
};

inline Transcript run(const WorldConfig& config, std::uint64_t seed, const SprayConfig& spray = {},
                      const std::function<void(const World&, const Step&)>& watch = {}) {
    World world(config, seed);
    Spray agent(world, spray, seed);
    Transcript t;
    while (const auto step = world.next()) {
        if (const auto* r = std::get_if<fix::Record>(&step->what))
            t.records.push_back(
                {step->at, r->session, r->direction, r->seq, r->crc32c, std::string(r->bytes)});
        if (const auto* p = std::get_if<Parent>(&step->what)) t.parents.push_back(*p);
        if (watch) watch(world, *step);
        agent.take(*step);
    }
    t.outcomes = agent.outcomes();
    for (std::uint32_t i = 0; i < config.lps.size(); ++i) t.counts.push_back(world.counts(i));
    return t;
}

// A world that stands still: one condition, no drift, no leaks, so that shares can be counted.
inline WorldConfig still(std::vector<LpConfig> lps, std::uint64_t parents) {
    WorldConfig c;
    c.market.stationary = {1, 0, 0};
    c.market.jumps_per_second = 0;
    c.drift = {0, 0, 0, 0, 0};
    c.parents.most = parents;
    c.parents.mean_gap_s = 10;
    c.length = {static_cast<std::int64_t>(parents) * 15 * kSecond.ns};
    c.tail = {500 * kSecond.ns};
    c.lps = std::move(lps);
    for (LpConfig& lp : c.lps) lp.nature.leak_bps = 0;
    return c;
}

struct Execution {
    Nanos at;
    std::string exec_id;
    Qty qty, cum;
    Price px;
    char poss_dup{};
};
// One order as the wire tells it.
struct Told {
    Nanos sent;
    Side side{};
    Qty qty;
    char tif{};
    Bbo quote;                                    // at that time
    std::vector<std::pair<Nanos, char>> reports;  // ExecType in the order of arrival
    std::vector<Execution> fills;
    std::string reject_text;
    Nanos first_report(char type) const {
        for (const auto& [at, t] : reports)
            if (t == type) return at;
        return kNever;
    }
    Nanos ended() const {  // the last of what ends it
        Nanos end = kNever;
        for (const auto& [at, t] : reports)
            if (t == '4' || t == '8') return at;
        for (const Execution& e : fills)
            if (e.cum >= qty) return e.at;
        return end;
    }
    Qty filled() const {
        std::set<std::string> ids;
        Qty sum;
        for (const Execution& e : fills)
            if (ids.insert(e.exec_id).second) sum += e.qty;
        return sum;
    }
};

// Orders of an LP by ClOrdID, in the order in which they were sent.
inline std::vector<Told> told(const Transcript& t, std::uint32_t lp) {
    std::vector<Told> orders;
    std::map<std::string, std::size_t, std::less<>> by_id;
    Bbo quote;
    fix::Message m;
    for (const Seen& s : t.records) {
        if (s.session != session_of(lp) && s.session != kMarketSession) continue;
        if (fix::parse(s.bytes, '\x01', m)) continue;
        if (m.msg_type == "W") {
            fix::MdEntryReader reader(m);
            for (fix::MdEntry e; reader.next(e);)
                (e.side == fix::MdSide::bid ? quote.bid : quote.ask) = e.price;
        } else if (m.msg_type == "D") {
            by_id.emplace(m.cl_ord_id, orders.size());
            orders.push_back(
                {s.at, side_of_fix(m.side), m.order_qty, m.time_in_force, quote, {}, {}, {}});
        } else if (m.msg_type == "8") {
            const std::string_view id = m.orig_cl_ord_id.empty() ? m.cl_ord_id : m.orig_cl_ord_id;
            const auto found = by_id.find(id);
            if (found == by_id.end()) continue;
            Told& o = orders[found->second];
            o.reports.emplace_back(s.at, m.exec_type);
            if (m.exec_type == '8') o.reject_text = m.text;
            if (m.exec_type == 'F')
                o.fills.push_back({s.at, std::string(m.exec_id), m.last_qty, m.cum_qty, m.last_px,
                                   m.poss_dup_flag});
        }
    }
    return orders;
}

}  // namespace assay::sim::testkit
