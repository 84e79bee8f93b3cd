// What must hold in every world, with behaviours mixed at random. A seed that fails reproduces it.
#include <gtest/gtest.h>

#include "core/fix/frame.h"
#include "core/sim/sim_testkit.h"

namespace assay::sim {
namespace {

using testkit::run;
using testkit::told;
using testkit::Told;
using testkit::Transcript;

WorldConfig mixed(std::uint64_t seed) {
    score::Draws draws({seed, 77});
    const auto below = [&](double n) { return static_cast<std::uint32_t>(draws.uniform() * n); };
    WorldConfig c;
    c.length = {240 * kSecond.ns};
    c.tail = {400 * kSecond.ns};
    c.parents.mean_gap_s = 6;
    c.parents.most_lots = 400;
    c.parents.informed_share = draws.uniform();
    c.market.symbols = {"ACME", "BOLT", "CRUX"};
    c.market.symbols.resize(1 + below(3));
    c.market.quote_every = {(100 + below(900)) * kMillisecond.ns};
    c.leakage.model = static_cast<LeakModel>(below(3));
    c.leakage.permanent_share = draws.uniform();
    c.leakage.delay = {below(2'000'000'000)};
    c.capacity_correlation = draws.uniform() * .9;
    c.drift.swap_every = 1 + below(20);
    for (LpConfig& lp : c.lps)
        for (std::uint32_t i = below(4); i > 0; --i)
            behaviours()[below(static_cast<double>(behaviours().size()))].add(lp.nature, lp.habits);
    return c;
}

TEST(WorldProperty, books_balance_in_every_world) {
    std::uint64_t orders = 0, silent = 0, busts = 0, overfills = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const WorldConfig c = mixed(seed);
        const Transcript t = run(c, seed, {.day_share = .3});
        Nanos last{};
        for (const auto& s : t.records) {
            ASSERT_GE(s.at, last) << "seed " << seed;
            last = s.at;
        }
        for (std::uint32_t lp = 0; lp < c.lps.size(); ++lp) {
            const Dealer::Counts& n = t.counts[lp];
            const std::vector<Told> all = told(t, lp);
            ASSERT_EQ(all.size(), n.orders) << "seed " << seed << " lp " << lp;
            double rejects = 0, unanswered = 0;
            for (const Told& o : all) {
                ASSERT_TRUE(o.reject_text.empty() || o.fills.empty())
                    << "seed " << seed << " lp " << lp << ": filled and rejected";
                rejects += !o.reject_text.empty();
                unanswered += o.ended() == kNever;
                Qty most;
                for (const auto& e : o.fills) {
                    most = std::max(most, e.cum);
                    ASSERT_GT(e.qty.micro, 0) << "seed " << seed;
                    ASSERT_GT(e.px.nano, 0) << "seed " << seed;
                }
                // Executions add up to the CumQty that was reported, counted once; ExecIDs that
                // were used for two pieces of one order hide one of them.
                if (c.lps[lp].habits.reuse_share == 0) {
                    ASSERT_EQ(o.filled(), most) << "seed " << seed << " lp " << lp;
                }
                if (c.lps[lp].habits.overfill_share == 0) {
                    ASSERT_LE(most, o.qty) << "seed " << seed << " lp " << lp;
                }
            }
            ASSERT_EQ(rejects, n.rejects) << "seed " << seed << " lp " << lp;
            ASSERT_GE(unanswered, n.unanswered) << "seed " << seed << " lp " << lp;
            orders += n.orders;
            silent += n.unanswered;
            busts += n.busts;
            overfills += n.overfills;
        }
        for (const Spray::Outcome& o : t.outcomes)
            ASSERT_LE(o.swept_lots, o.parent.lots) << "seed " << seed;
    }
    // The mixture has something of everything, else the above says little.
    EXPECT_GT(orders, 50'000u);
    EXPECT_GT(silent, 500u);
    EXPECT_GT(busts, 200u);
    EXPECT_GT(overfills, 100u);
}

// Sent and neither filled nor given back, counted from the wire alone, never exceeds the parent.
TEST(WorldProperty, the_agent_never_sends_more_than_it_was_given) {
    struct Child {
        Qty qty, cum;
        bool over{};
    };
    fix::Message m;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Transcript t = run(mixed(seed), seed, {.day_share = .3});
        std::map<std::string, Child, std::less<>> children;
        std::map<std::string, std::vector<std::string>, std::less<>> of_parent;
        std::map<std::string, double, std::less<>> lots;
        for (const Parent& p : t.parents) lots["P" + std::to_string(p.number)] = p.lots;
        for (const auto& s : t.records) {
            if (s.session == kMarketSession || fix::parse(s.bytes, '\x01', m)) continue;
            if (m.msg_type == "D") {
                const std::string id(m.cl_ord_id), parent = id.substr(0, id.find('-'));
                children[id] = {m.order_qty, {}, false};
                of_parent[parent].push_back(id);
                Qty out;
                for (const std::string& child : of_parent[parent]) {
                    const Child& c = children[child];
                    out += c.over ? c.cum : std::max(c.qty, c.cum);
                }
                ASSERT_LE(as_double(out) / 100, lots[parent]) << "seed " << seed << ' ' << id;
            } else if (m.msg_type == "8" && m.exec_type != 'H') {
                const std::string_view id =
                    m.orig_cl_ord_id.empty() ? m.cl_ord_id : m.orig_cl_ord_id;
                const auto child = children.find(id);
                ASSERT_NE(child, children.end());
                child->second.cum = std::max(child->second.cum, m.cum_qty);
                child->second.over = child->second.over || m.ord_status == '2' ||
                                     m.ord_status == '4' || m.ord_status == '8';
            }
        }
    }
}

}  // namespace
}  // namespace assay::sim
