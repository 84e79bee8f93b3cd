#include "core/sim/world.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/fix/book.h"
#include "core/fix/frame.h"
#include "core/sim/sim_testkit.h"

namespace assay::sim {
namespace {

using testkit::run;
using testkit::still;
using testkit::told;
using testkit::Told;
using testkit::Transcript;

WorldConfig half_an_hour() {
    WorldConfig c;
    c.length = {1800 * kSecond.ns};
    c.market.symbols = {"ACME", "BOLT"};
    return c;
}

TEST(World, the_same_seed_writes_the_same_bytes) {
    const Transcript one = run(half_an_hour(), 5), two = run(half_an_hour(), 5),
                     other = run(half_an_hour(), 6);
    ASSERT_GT(one.records.size(), 10'000u);
    for (std::uint32_t s = 0; s <= 6; ++s) {
        EXPECT_EQ(one.session(s), two.session(s)) << "session " << s;
        EXPECT_NE(one.session(s), other.session(s)) << "session " << s;
    }
}

// Whatever the compiler, its options and the machine. It is another number whenever the simulator
// itself becomes another: then say so in CHANGELOG, since seeds mean something else.
TEST(World, the_same_bytes_everywhere) {
    WorldConfig c = half_an_hour();
    for (std::size_t i = 0; i < c.lps.size(); ++i)
        for (std::size_t b = i; b < behaviours().size(); b += c.lps.size())
            behaviours()[b].add(c.lps[i].nature, c.lps[i].habits);
    std::uint32_t crc = 0;
    for (const auto& s : run(c, 1).records) crc = fix::crc32c(s.bytes, crc);
    EXPECT_EQ(crc, 2979593271u);
}

// Trades are drawn by themselves: with them, everything else is as without.
TEST(World, trades_at_the_touch_change_nothing_else) {
    WorldConfig with = half_an_hour();
    with.market.trades_per_second = 2;
    const Transcript quiet = run(half_an_hour(), 5), loud = run(with, 5);
    const auto but_trades = [](const Transcript& t) {
        std::string all;
        fix::Message m;
        for (const auto& s : t.records) {
            EXPECT_FALSE(fix::parse(s.bytes, '\x01', m));
            if (m.msg_type == "X") continue;
            // Of the market's own messages the numbers differ.
            all += std::to_string(s.at.ns) + ' ';
            const std::string_view entries = m.md_entries.substr(0, m.md_entries.rfind("10="));
            all += s.session == kMarketSession ? std::string(entries) : s.bytes;
            all += '\n';
        }
        return all;
    };
    EXPECT_TRUE(but_trades(quiet) == but_trades(loud));
    int trades = 0, lots = 0, outside = 0;
    Bbo quote;
    fix::Message m;
    for (const auto& s : loud.records) {
        if (s.session != kMarketSession) continue;
        ASSERT_FALSE(fix::parse(s.bytes, '\x01', m));
        fix::MdEntryReader reader(m);
        for (fix::MdEntry e; reader.next(e);) {
            if (m.symbol == "ACME" && !e.is_trade)
                (e.side == fix::MdSide::bid ? quote.bid : quote.ask) = e.price;
            if (!e.is_trade || e.symbol != "ACME") continue;
            ++trades;
            lots += static_cast<int>(e.size.micro / with.market.lot.micro);
            outside += e.price != quote.bid && e.price != quote.ask;
        }
    }
    EXPECT_NEAR(trades, 3'660, 240) << "2 a second in 1,830 s, four standard deviations";
    EXPECT_NEAR(1.0 * lots / trades, 4.95, .7) << "3 exp(1/2) in the mean";
    EXPECT_EQ(outside, 0);
}

TEST(World, another_policy_meets_the_same_market_and_the_same_parents) {
    WorldConfig c = half_an_hour();
    const SprayConfig only_a{.shares = {1, 0, 0, 0, 0, 0}, .rounds = 3};
    const Transcript all = run(c, 9), one = run(c, 9, only_a);
    ASSERT_EQ(all.parents.size(), one.parents.size());
    for (std::size_t i = 0; i < all.parents.size(); ++i) {
        EXPECT_EQ(all.parents[i].at, one.parents[i].at);
        EXPECT_EQ(all.parents[i].lots, one.parents[i].lots);
        EXPECT_EQ(all.parents[i].side, one.parents[i].side);
    }
    EXPECT_NE(all.session(kMarketSession), one.session(kMarketSession)) << "what is leaked shows";
    for (LpConfig& lp : c.lps) lp.nature.leak_bps = 0;
    EXPECT_EQ(run(c, 9).session(kMarketSession), run(c, 9, only_a).session(kMarketSession));
}

TEST(World, the_luck_of_an_attempt_does_not_depend_on_who_else_was_asked) {
    WorldConfig c = half_an_hour();
    c.drift.swap_every = 0;
    for (LpConfig& lp : c.lps) lp.nature.leak_bps = 0;
    const SprayConfig uniform{.day_share = 0};
    const SprayConfig lopsided{.shares = {.2, .8, 0, 0, 0, 0}, .day_share = 0};
    const std::vector<Told> one = told(run(c, 4, uniform), 0), two = told(run(c, 4, lopsided), 0);
    std::map<std::int64_t, const Told*> by_time;
    for (const Told& o : one) by_time[o.sent.ns] = &o;
    int same = 0;
    for (const Told& o : two) {
        const auto twin = by_time.find(o.sent.ns);  // the first round: sent at the same instant
        if (twin == by_time.end()) continue;
        ++same;
        EXPECT_NE(o.qty, twin->second->qty) << "the policies differ";
        ASSERT_FALSE(o.reports.empty());
        EXPECT_EQ(o.reports[0], twin->second->reports[0]) << "acked at the same time";
        EXPECT_EQ(o.reject_text, twin->second->reject_text);
        if (!o.fills.empty() && !twin->second->fills.empty()) {
            EXPECT_EQ(o.fills[0].px, twin->second->fills[0].px);
            EXPECT_EQ(o.fills[0].at, twin->second->fills[0].at);
        }
    }
    EXPECT_GT(same, 50);
}

TEST(World, every_record_is_a_sound_message_in_its_place) {
    WorldConfig c = half_an_hour();
    c.lps[1].habits.duplicate_share = .2;
    c.lps[2].habits.bust_share = .2;
    const Transcript t = run(c, 3);
    std::vector<std::uint64_t> next(c.lps.size() + 1);
    std::map<std::pair<std::uint32_t, fix::Direction>, std::uint64_t> seq;
    Nanos last{};
    fix::Message m;
    int repeats = 0;
    for (const auto& s : t.records) {
        ASSERT_GE(s.at, last);
        last = s.at;
        ASSERT_EQ(s.seq, next[s.session]++) << "records of a session are contiguous";
        ASSERT_EQ(s.crc, fix::crc32c(s.bytes));
        fix::Framer framer;
        const fix::Step step = framer.step(s.bytes, fix::Input::last);
        ASSERT_EQ(step.kind, fix::Step::Kind::frame) << s.bytes;
        ASSERT_EQ(framer.frame().verdict, fix::Verdict::good) << s.bytes;
        ASSERT_EQ(step.consumed, s.bytes.size());
        ASSERT_FALSE(fix::parse(s.bytes, '\x01', m)) << s.bytes;
        ASSERT_EQ(m.sender_comp_id == "DESK", s.direction == fix::Direction::sent);
        if (m.poss_dup_flag == 'Y') {
            ++repeats;
            ASSERT_LE(m.msg_seq_num, (seq[{s.session, s.direction}]));
        } else {
            ASSERT_EQ(m.msg_seq_num, (++seq[{s.session, s.direction}]));
        }
        ASSERT_EQ(m.unknown_tags, 0);
    }
    EXPECT_GT(repeats, 3);
}

// Expected fills, said by the truth at each send, against what was filled: everything is in it,
// drift, swaps, conditions, rejects, last looks.
TEST(World, the_truth_is_what_happens) {
    WorldConfig c;
    c.length = {8 * kHour.ns};
    c.drift.swap_every = 100;
    std::vector<double> expected(6), variance(6), rejects(6);
    const auto watch = [&](const World& world, const Step& step) {
        const auto* r = std::get_if<fix::Record>(&step.what);
        if (!r || r->direction != fix::Direction::sent) return;
        fix::Message m;
        ASSERT_FALSE(fix::parse(r->bytes, '\x01', m));
        const std::uint32_t lp = r->session - 1;
        const LpTruth t = world.truth(lp, 0, as_double(m.order_qty) / 100);
        expected[lp] += t.expected_fill();
        double second = 0;  // E[fill^2] = sum (2k - 1) T(k)
        for (int k = 1; k <= t.order_lots; ++k) second += (2 * k - 1) * t.tail(k);
        variance[lp] += second - t.expected_fill() * t.expected_fill();
        rejects[lp] += t.rejected;
    };
    const Transcript t = run(c, 17, {.day_share = 0}, watch);
    for (std::size_t lp = 0; lp < 6; ++lp) {
        const Dealer::Counts& n = t.counts[lp];
        ASSERT_GT(n.orders, 4000u);
        EXPECT_NEAR(n.lots_filled, expected[lp], 4 * std::sqrt(variance[lp])) << lp;
        EXPECT_NEAR(static_cast<double>(n.rejects), rejects[lp], 4 * std::sqrt(rejects[lp])) << lp;
    }
}

// The six of section 9 in a market that stands still: what their messages say against what they
// are.
TEST(World, the_bytes_show_the_natures_of_section_9) {
    const WorldConfig c = still(six_lps(), 1500);
    const Transcript t = run(c, 23, {.day_share = 0});
    for (std::uint32_t lp = 0; lp < 6; ++lp) {
        const Nature& n = c.lps[lp].nature;
        double orders = 0, rejects = 0, filled = 0, beyond = 0, reach = 0;
        double pi = 0, pi2 = 0, fills = 0, ln = 0, ln2 = 0;
        constexpr double kReach = 10;  // lots
        for (const Told& o : told(t, lp)) {
            orders += 1;
            const bool rejected = !o.reject_text.empty();
            rejects += rejected;
            ASSERT_NE(o.ended(), kNever);
            const double took = as_ms((o.fills.empty() ? o.ended() : o.fills[0].at) - o.sent);
            ln += std::log(took / n.latency_ms);
            ln2 += std::pow(std::log(took / n.latency_ms), 2);
            if (rejected) continue;
            filled += o.filled().micro > 0;
            if (as_double(o.qty) >= 100 * kReach) {
                reach += 1;
                beyond += as_double(o.filled()) >= 100 * kReach;
            }
            if (o.fills.empty()) continue;
            fills += 1;
            const double half = as_double(o.quote.spread()) / 2;
            const double gain =
                sign(o.side) * as_double(o.quote.far_touch(o.side) - o.fills[0].px) / half;
            pi += gain;
            pi2 += gain * gain;
        }
        const auto near_share = [&](double hits, double of, double p, const char* what) {
            EXPECT_NEAR(hits / of, p, 4 * std::sqrt(p * (1 - p) / of))
                << c.lps[lp].name << ' ' << what << ", seed 23";
        };
        ASSERT_GT(orders, 3000);
        const double look = last_look_share(n, c.market.sigma[0]);
        near_share(rejects, orders, look + (1 - look) * n.reject_share, "rejects");
        near_share(filled, orders - rejects, 1 - n.zero_share, "has something");
        near_share(beyond, reach, (1 - n.zero_share) * std::exp(-(kReach - 1) / n.mean_lots),
                   "has ten lots");
        EXPECT_NEAR(pi / fills, n.improvement, 4 * .25 / std::sqrt(fills) + .002) << lp;
        EXPECT_NEAR(std::sqrt(pi2 / fills - pi / fills * pi / fills), .25, .015) << lp;
        EXPECT_NEAR(ln / orders, 0, 4 * n.latency_log_sd / std::sqrt(orders)) << lp;
        EXPECT_NEAR(std::sqrt(ln2 / orders), n.latency_log_sd, .05 * n.latency_log_sd) << lp;
    }
}

TEST(World, a_lot_sent_moves_the_mid_by_what_it_leaks) {
    WorldConfig c = still(six_lps(), 40);
    c.market.sigma = {1e-9, 1e-9, 1e-9};
    c.lps.resize(1);
    c.lps[0].nature.leak_bps = .02;
    const Transcript t = run(c, 2, {.day_share = 0});
    double lots = 0;
    fix::Message m;
    Price first, last;
    for (const auto& s : t.records) {
        ASSERT_FALSE(fix::parse(s.bytes, '\x01', m));
        if (m.msg_type == "D") lots += sign(side_of_fix(m.side)) * as_double(m.order_qty) / 100;
        if (m.msg_type != "W") continue;
        fix::MdEntryReader reader(m);
        fix::MdEntry e;
        ASSERT_TRUE(reader.next(e));
        if (first.nano == 0) first = e.price;
        last = e.price;
    }
    EXPECT_GT(std::abs(lots), 40);
    const double moved = std::log(as_double(last) / as_double(first)) * 1e4;
    EXPECT_NEAR(moved, .02 * lots, .02) << "quotes are in ticks of .01 bps";
}

TEST(World, capacities_go_together_where_they_are_told_to) {
    const auto correlation = [](double rho) {
        WorldConfig c = still({six_lps()[3], six_lps()[3]}, 1200);  // empty half of the time
        c.lps[1].name = "LP_F";
        c.capacity_correlation = rho;
        const Transcript t = run(c, 31, {.rounds = 1, .day_share = 0});
        const auto one = told(t, 0), two = told(t, 1);
        double n = 0, x = 0, y = 0, xy = 0;
        for (std::size_t i = 0; i < std::min(one.size(), two.size()); ++i) {
            const double a = one[i].filled().micro > 0, b = two[i].filled().micro > 0;
            n += 1, x += a, y += b, xy += a * b;
        }
        return (xy / n - x / n * y / n) / std::sqrt(x / n * (1 - x / n) * y / n * (1 - y / n));
    };
    // Of two normal scores of correlation rho, being above the median: 2 asin(rho) / pi.
    EXPECT_NEAR(correlation(0), 0, 4 / std::sqrt(1200.0));
    EXPECT_NEAR(correlation(.8), 2 * std::asin(.8) / 3.14159265, .09);
}

// Mids by the quotes of a transcript, in bps from the first.
std::vector<std::pair<Nanos, double>> mids(const Transcript& t) {
    std::vector<std::pair<Nanos, double>> out;
    fix::Message m;
    double first = 0;
    for (const auto& s : t.records) {
        if (s.session != kMarketSession || fix::parse(s.bytes, '\x01', m)) continue;
        fix::MdEntryReader reader(m);
        fix::MdEntry bid, ask;
        reader.next(bid);
        reader.next(ask);
        const double mid = as_double(twice_mid(bid.price, ask.price));
        if (out.empty()) first = mid;
        out.emplace_back(s.at, std::log(mid / first) * 1e4);
    }
    return out;
}
double mid_at(const std::vector<std::pair<Nanos, double>>& mids, Nanos at) {
    double last = 0;
    for (const auto& [when, bps] : mids) {
        if (when > at) break;
        last = bps;
    }
    return last;
}

TEST(World, after_an_informed_parent_the_mid_goes_its_way) {
    WorldConfig c = still(six_lps(), 60);
    c.market.sigma = {1e-9, 1e-9, 1e-9};
    c.parents.informed_share = .5;
    c.parents.informed_bps = 6;
    c.parents.informed_over = {2 * kSecond.ns};
    c.parents.mean_gap_s = 60;
    c.length = {7200 * kSecond.ns};
    const Transcript t = run(c, 5, {.day_share = 0});
    const auto path = mids(t);
    double informed = 0, parents = 0;
    for (std::size_t i = 0; i + 1 < t.parents.size(); ++i) {
        const Parent& p = t.parents[i];
        if (t.parents[i + 1].at < p.at + 3_s || (i > 0 && p.at < t.parents[i - 1].at + 3_s))
            continue;
        const double moved = sign(p.side) * (mid_at(path, p.at + 3_s) - mid_at(path, p.at));
        ASSERT_TRUE(std::abs(moved) < .03 || std::abs(moved - 6) < .03) << moved;
        informed += moved > 3;
        parents += 1;
    }
    ASSERT_GT(parents, 40);
    EXPECT_NEAR(informed / parents, .5, 4 * .5 / std::sqrt(parents));
}

TEST(World, a_leak_that_is_delayed_and_fades) {
    WorldConfig c = still({six_lps()[0]}, 1);
    c.market.sigma = {1e-9, 1e-9, 1e-9};
    c.lps[0].nature.leak_bps = .05;
    c.leakage.delay = {3 * kSecond.ns};
    c.leakage.permanent_share = .5;
    c.leakage.half_life = {20 * kSecond.ns};
    c.length = {120 * kSecond.ns};
    c.tail = {600 * kSecond.ns};
    const Transcript t = run(c, 1, {.rounds = 1, .day_share = 0});
    ASSERT_EQ(t.parents.size(), 1u);
    const auto path = mids(t);
    const Told o = told(t, 0).at(0);
    const double all = sign(o.side) * .05 * as_double(o.qty) / 100;
    const Nanos answer = o.fills.empty() ? o.ended() : o.fills[0].at;
    ASSERT_GT(std::abs(all), 1.9) << "40 lots at least";
    EXPECT_NEAR(mid_at(path, answer + Duration{2'900'000'000}), 0, .02);
    EXPECT_NEAR(mid_at(path, answer + Duration{3'100'000'000}), all, .06);
    EXPECT_NEAR(mid_at(path, answer + 23_s), .75 * all, .03) << "half of the fading half is gone";
    EXPECT_NEAR(mid_at(path, answer + Duration{500'000'000'000}), .5 * all, .02);
}

TEST(World, what_no_lp_understands_is_recorded_and_counted) {
    World world(still(six_lps(), 0), 1);
    world.send(0, "not FIX", world.now(), {});
    world.send(1,
               "8=FIX.4.4\x01"
               "9=5\x01"
               "35=0\x01"
               "10=161\x01",
               world.now(), {});
    int sent = 0;
    for (int i = 0; i < 20; ++i)
        if (const auto step = world.next())
            if (const auto* r = std::get_if<fix::Record>(&step->what))
                sent += r->direction == fix::Direction::sent;
    EXPECT_EQ(sent, 2);
    EXPECT_EQ(world.passed_over(), 2u);
}

// Six LPs leak .6 bps in a round, which is what LP_G tolerates.
TEST(World, a_last_look_sees_leaks_where_it_is_told_to) {
    WorldConfig c;
    c.drift.swap_every = 0;
    c.length = {2 * kHour.ns};
    const Dealer::Counts blind = run(c, 6, {.day_share = 0}).counts[5];
    c.leakage.seen_by_last_look = true;
    const Dealer::Counts seeing = run(c, 6, {.day_share = 0}).counts[5];
    const auto looks = [](const Dealer::Counts& n) {
        return static_cast<double>(n.last_looks) / static_cast<double>(n.orders);
    };
    EXPECT_GT(looks(seeing), 1.6 * looks(blind));
}

// What the router will be compared with: the uniform split of section 9 costs about 1.2 bps there.
TEST(World, the_uniform_split_costs_what_it_costs_in_section_9) {
    double cost = 0, filled = 0, lots = 0;
    std::size_t parents = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        WorldConfig c;
        c.parents.most = 1000;
        c.length = {30'000 * kSecond.ns};
        for (const auto& o : run(c, seed, {.day_share = 0}).outcomes) {
            cost += o.shortfall_bps;
            filled += o.filled_lots;
            lots += o.parent.lots;
            ++parents;
        }
    }
    ASSERT_EQ(parents, 4000u);
    // 1.22 bps; seeds of 1,000 parents differ by about .09.
    EXPECT_NEAR(cost / static_cast<double>(parents), 1.22, .13);
    EXPECT_GT(filled / lots, .999);
}

}  // namespace
}  // namespace assay::sim
