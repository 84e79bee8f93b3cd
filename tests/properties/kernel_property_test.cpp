// What must hold for every day: of the kernel's exact sums, its beliefs and its bytes.
// Each failure prints the seed that makes it again.
#include <algorithm>
#include <cmath>
#include <deque>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "core/kernel/kernel.h"
#include "tests/path.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::DayShape;
using testkit::Draw;
using testkit::log_of;
using testkit::made_day;
using testkit::Path;
using testkit::Row;

Config config_of(std::uint32_t by = kByLp | kBySymbol) {
    Config c;
    c.profile = *score::find_profile("balanced");
    c.by = by;
    return c;
}
std::unique_ptr<Path> played(const std::string& log, std::uint32_t by = kByLp | kBySymbol) {
    auto p = std::make_unique<Path>(config_of(by));
    p->feed(log);
    p->end();
    return p;
}

struct NamedSums {
    std::string name;
    kpi::Sums sums;
};
std::vector<NamedSums> sums_of(const Path& p) {
    std::vector<NamedSums> out;
    for (const Kernel* k : p.shards())
        for (const ReportRow& r : k->rows())
            out.push_back(
                {fmt::format("{}/{}", k->lps().name(r.key.lp), k->symbols().name(r.key.symbol)),
                 r.sums});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
}
// The sums that do not tell the way there: how many fills were busted, and who paid for unfilled
// quantity while they stood (docs/decisions/0015).
kpi::Sums without_history(kpi::Sums s) {
    s.n_busts = 0;
    s.busted_qty = 0;
    s.reject_cost = s.reject_cost_base = 0;
    return s;
}
// Which of the sums differ, by their place.
std::string difference(const kpi::Sums& a, const kpi::Sums& b) {
    std::string out;
    int i = 0;
    kpi::Sums::pairwise(a, b, [&](const auto& x, const auto& y) {
        if (x != y)
            out +=
                fmt::format(" #{}: {} and {};", i, static_cast<double>(x), static_cast<double>(y));
        ++i;
    });
    return out;
}
enum class Compared { all, without_history };
void expect_same_sums(const Path& a, const Path& b, const std::string& seed,
                      Compared compared = Compared::all) {
    const auto x = sums_of(a), y = sums_of(b);
    ASSERT_EQ(x.size(), y.size()) << seed;
    for (std::size_t i = 0; i < x.size(); ++i) {
        ASSERT_EQ(x[i].name, y[i].name) << seed;
        const bool all = compared == Compared::all;
        const kpi::Sums p = all ? x[i].sums : without_history(x[i].sums);
        const kpi::Sums q = all ? y[i].sums : without_history(y[i].sums);
        EXPECT_TRUE(p == q) << seed << " " << x[i].name << difference(p, q);
    }
}

std::vector<double> numbers_of(const estimate::Hot& h) {
    std::vector<double> out;
    for (const estimate::Weights* w : {&h.orders, &h.timed, &h.quoted})
        out.insert(out.end(), {w->W, w->W2});
    for (const estimate::Moments* m :
         {&h.fill, &h.ms, &h.ln, &h.gain, &h.capture, &h.effective, &h.reject_cost})
        out.insert(out.end(), {m->S1, m->S2});
    out.push_back(h.reject);
    return out;
}
void expect_near_beliefs(const Path& a, const Path& b, double tolerance, const std::string& seed,
                         Compared compared = Compared::all) {
    const auto x = a.shards(), y = b.shards();
    ASSERT_EQ(x.size(), y.size());
    for (std::size_t s = 0; s < x.size(); ++s) {
        ASSERT_EQ(x[s]->cells().size(), y[s]->cells().size()) << seed;
        for (std::size_t c = 0; c < x[s]->cells().size(); ++c) {
            estimate::Hot mine = x[s]->cells()[c].slow.hot, other = y[s]->cells()[c].slow.hot;
            const Nanos now = std::max(mine.t0, other.t0);  // sums are as of their own last trial
            mine.weigh(now, x[s]->slow_half_life());
            other.weigh(now, x[s]->slow_half_life());
            if (compared == Compared::without_history) mine.reject_cost = other.reject_cost = {};
            const auto p = numbers_of(mine), q = numbers_of(other);
            for (std::size_t i = 0; i < p.size(); ++i)
                EXPECT_NEAR(p[i], q[i], tolerance * (1 + std::abs(p[i])))
                    << seed << " number " << i;
        }
    }
}

// Reports of one order, captured at one time, in another order: fills, busts, corrections, the end.
std::vector<Row> permuted(std::vector<Row> rows, std::uint64_t seed) {
    Draw draw(seed);
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return std::pair(a.order, a.report) < std::pair(b.order, b.report);
    });
    for (auto from = rows.begin(); from != rows.end();) {
        auto to = from;
        while (to != rows.end() && to->order == from->order && to->report == from->report) ++to;
        if (from->report)
            for (auto it = to; it - from > 1; --it)
                std::swap(*(it - 1), from[static_cast<std::ptrdiff_t>(
                                         draw.below(static_cast<std::uint64_t>(it - from)))]);
        from = to;
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.at < b.at; });
    return rows;
}
// All reports of an order at the time of the last one; some of them twice.
std::vector<Row> bundled(std::vector<Row> rows, Draw& draw) {
    std::map<int, Nanos> last;
    for (const Row& r : rows)
        if (r.report) last[r.order] = std::max(last.contains(r.order) ? last[r.order] : r.at, r.at);
    std::vector<Row> out;
    for (Row& r : rows) {
        if (r.report) r.at = last[r.order];
        out.push_back(r);
        const bool execution = r.report && (r.body.find("150=F") != std::string::npos ||
                                            r.body.find("150=H") != std::string::npos ||
                                            r.body.find("150=G") != std::string::npos);
        if (execution && draw.chance(20)) out.push_back(r);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Row& a, const Row& b) { return a.at < b.at; });
    return out;
}

void permutation_property(const DayShape& shape, std::uint64_t first_seed) {
    for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
        Draw draw(seed ^ 0xabc);
        const std::vector<Row> day = bundled(made_day(seed, shape), draw);
        const auto straight = played(log_of(day));
        for (std::uint64_t other = 1; other <= 3; ++other) {
            const std::string name = fmt::format("seed={} permutation={}", seed, other);
            const auto mixed = played(log_of(permuted(day, seed * 100 + other)));
            expect_same_sums(*straight, *mixed, name);
            expect_near_beliefs(*straight, *mixed, 1e-9, name);
            if (testing::Test::HasFailure()) return;
        }
    }
}

// T3 of docs/spec.md section 11.
TEST(KernelProperty, fills_busts_and_repeats_in_any_order_give_the_same_sums) {
    permutation_property({.may_complete = false, .lots = false}, 1);
}
TEST(KernelProperty, so_they_do_where_what_is_left_is_priced) {
    permutation_property({.may_complete = false, .lots = true}, 101);
}
// At one instant fills stand before the busts that take them out (docs/decisions/0015).
TEST(KernelProperty, so_they_do_where_orders_complete_on_the_way) {
    permutation_property({.may_complete = true, .lots = true}, 201);
}
TEST(KernelProperty, so_they_do_where_we_cancel_the_rest) {
    permutation_property({.may_complete = true, .lots = false}, 301);
}

// What happens to different symbols at one time, in another order; each symbol keeps its own.
std::vector<Row> interleaved(const std::vector<Row>& rows, std::uint64_t seed) {
    const auto symbol_of = [](const Row& r) { return r.body.substr(r.body.find("55="), 6); };
    Draw draw(seed);
    std::vector<Row> out;
    for (std::size_t from = 0, to; from < rows.size(); from = to) {
        std::map<std::string, std::deque<Row>> waiting;
        for (to = from; to < rows.size() && rows[to].at == rows[from].at; ++to)
            waiting[symbol_of(rows[to])].push_back(rows[to]);
        while (!waiting.empty()) {
            auto next = waiting.begin();
            std::advance(next, draw.below(waiting.size()));
            out.push_back(next->second.front());
            next->second.pop_front();
            if (next->second.empty()) waiting.erase(next);
        }
    }
    return out;
}
// Beliefs of each (LP, symbol, size, regime), whatever their numbers in the shard.
std::map<std::string, std::vector<double>> beliefs_of(const Path& p) {
    std::map<std::string, std::vector<double>> out;
    for (const Kernel* k : p.shards())
        for (const Cell& c : k->cells())
            out[fmt::format("{}/{}/{}/{}", k->lps().name(c.key.lp), k->symbols().name(c.key.symbol),
                            c.key.size, c.key.regime)] = numbers_of(c.slow.hot);
    return out;
}

TEST(KernelProperty, symbols_at_one_time_in_any_order_give_the_same_sums_and_beliefs) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        // All times of a quarter of a second become one, so that a dozen symbols share each.
        std::vector<Row> day = made_day(
            seed, {.orders = 300, .symbols = 48, .wild_quotes = true, .apart = {15'000'000}});
        for (Row& r : day) r.at = Nanos{r.at.ns - r.at.ns % 250'000'000};
        const auto straight = played(log_of(day));
        const auto beliefs = beliefs_of(*straight);
        for (std::uint64_t other = 1; other <= 3; ++other) {
            const std::string name = fmt::format("seed={} order={}", seed, other);
            const std::vector<Row> mixed = interleaved(day, seed * 100 + other);
            ASSERT_EQ(mixed.size(), day.size());
            ASSERT_NE(log_of(mixed), log_of(day)) << name;
            const auto played_mixed = played(log_of(mixed));
            const auto x = sums_of(*straight), y = sums_of(*played_mixed);
            ASSERT_EQ(x.size(), y.size()) << name;
            for (std::size_t i = 0; i < x.size(); ++i)
                EXPECT_TRUE(x[i].name == y[i].name && x[i].sums == y[i].sums)
                    << name << " " << x[i].name << difference(x[i].sums, y[i].sums);
            EXPECT_EQ(beliefs_of(*played_mixed), beliefs) << name;
            if (HasFailure()) return;
        }
    }
}

// T4: what was filled and busted again was never filled.
void bust_property(const DayShape& shape, std::uint64_t first_seed) {
    for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
        const std::vector<Row> day = made_day(seed, shape);
        Draw draw(seed ^ 0xdef);
        std::vector<Row> with;
        int extra = 0;
        for (const Row& r : day) {
            with.push_back(r);
            if (!r.report || r.body.find("150=F") == std::string::npos || !draw.chance(50))
                continue;
            // One more execution at that moment, and a minute later it is taken back.
            Row fill = r, bust = r;
            const std::string head = r.body.substr(0, r.body.find("17="));
            fill.body = head + fmt::format("17=Z{}|150=F|39=1|32=10|31=100.003|14=0|151=0|", extra);
            bust.body = head + fmt::format("17=Y{0}|19=Z{0}|150=H|39=1|14=0|151=0|", extra++);
            bust.at = r.at + 60_s;
            with.push_back(fill);
            with.push_back(bust);
        }
        ASSERT_GT(extra, 0);
        std::stable_sort(with.begin(), with.end(),
                         [](const Row& a, const Row& b) { return a.at < b.at; });
        const std::string name = fmt::format("seed={}", seed);
        const auto never = played(log_of(day)), busted = played(log_of(with));
        expect_same_sums(*never, *busted, name, Compared::without_history);
        expect_near_beliefs(*never, *busted, 1e-12, name, Compared::without_history);
        if (testing::Test::HasFailure()) return;
    }
}
TEST(KernelProperty, busted_is_never_filled) {
    bust_property({.busts = false, .may_complete = false, .lots = false}, 1);
}
TEST(KernelProperty, busted_is_never_filled_where_it_had_paid_for_others) {
    bust_property({.busts = false, .may_complete = false, .lots = true}, 101);
}

// T6: prices reflected about 100 and sides flipped: what is signed stays, up to the reference
// price.
std::string mirrored_price(const std::string& text) {
    const double p = 200.0 - std::stod(text);
    return fmt::format("{:.3f}", p);
}
std::string mirrored(const std::string& body, const std::string& type) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t eq = body.find('=', at), end = body.find('|', at);
        fields.emplace_back(body.substr(at, eq - at), body.substr(eq + 1, end - eq - 1));
        at = end + 1;
    }
    if (type == "W") {  // bid and offer change places
        std::swap(fields[3].second, fields[6].second);
        std::swap(fields[4].second, fields[7].second);
    }
    std::string out;
    for (auto& [tag, value] : fields) {
        if (tag == "54") value = value == "1" ? "2" : "1";
        if (tag == "31" || tag == "270" || tag == "44") value = mirrored_price(value);
        out += tag + "=" + value + "|";
    }
    return out;
}
TEST(KernelProperty, a_mirrored_day_has_the_same_signed_sums) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const std::vector<Row> day = made_day(seed, {});
        std::vector<Row> mirror = day;
        for (Row& r : mirror) r.body = mirrored(r.body, r.type);
        const auto a = played(log_of(day)), b = played(log_of(mirror));
        const auto x = sums_of(*a), y = sums_of(*b);
        ASSERT_EQ(x.size(), y.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            const kpi::Sums &p = x[i].sums, &q = y[i].sums;
            const std::string name = fmt::format("seed={} {}", seed, x[i].name);
            EXPECT_EQ(p.n_orders, q.n_orders) << name;
            EXPECT_EQ(p.filled, q.filled) << name;
            EXPECT_EQ(p.latency_sum, q.latency_sum) << name;
            EXPECT_TRUE(p.q_gain == q.q_gain) << name << " price improvement";
            EXPECT_TRUE(p.q_es2 == q.q_es2) << name << " effective spread";
            EXPECT_TRUE(p.q_spread == q.q_spread) << name << " quoted spread";
            for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
                EXPECT_TRUE(p.after[h].move2 == q.after[h].move2) << name << " markouts";
                EXPECT_TRUE(p.after[h].impact2 == q.after[h].impact2) << name << " impact";
            }
            EXPECT_TRUE(p.rev_move2 == q.rev_move2) << name << " reversion";
            EXPECT_TRUE(p.reject_cost == q.reject_cost) << name << " reject cost";
            // In bps of mids that differ by .1 %: .01 bps an order that moved by 10.
            EXPECT_NEAR(static_cast<double>(p.leak), static_cast<double>(q.leak),
                        0.01e6 * static_cast<double>(p.leak_n))
                << name << " leakage";
        }
        if (HasFailure()) return;
    }
}

bool sound(const std::optional<double>& x) {
    return !x || std::isfinite(*x);
}

// T11: quotes as they never should be, and no number that is none.
TEST(KernelProperty, wild_quotes_never_make_a_nan_or_an_infinity) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const auto p =
            played(log_of(made_day(seed, {.wild_quotes = true})),
                   seed % 2 == 0 ? kByLp : kByLp | kBySymbol | kBySize | kByRegime | kBySide);
        const score::Report report = p->report();
        std::vector<const score::Row*> rows = {&report.total};
        for (const score::Row& r : report.rows) rows.push_back(&r);
        for (const score::Row* r : rows) {
            for (std::size_t i = 0; i < r->values.size(); ++i)
                ASSERT_TRUE(sound(r->values[i].number))
                    << "seed=" << seed << " " << kpi::catalog()[i].name;
            for (const auto& score :
                 {r->composite, r->composite_sd, r->lcb, r->p_best, r->composite_fast,
                  r->execution_score, r->liquidity_score, r->min_max, r->z_score})
                ASSERT_TRUE(sound(score)) << "seed=" << seed;
            ASSERT_TRUE(!r->n_eff || std::isfinite(*r->n_eff)) << "seed=" << seed;
            for (const auto& curve : {r->fills, r->rejects})
                for (const auto& bps : curve.bps) ASSERT_TRUE(sound(bps)) << "seed=" << seed;
        }
        for (const Kernel* k : p->shards())
            for (const Cell& c : k->cells())
                for (const double x : numbers_of(c.slow.hot))
                    ASSERT_TRUE(std::isfinite(x)) << "seed=" << seed;
    }
}

TEST(KernelProperty, any_message_twice_is_one) {
    const std::vector<Row> day = made_day(7, {.orders = 40});
    const std::vector<std::string> lines = testkit::lines_of(day);
    const auto once = played(log_of(day));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (day[i].type == "W") continue;  // a quote repeated is a quote
        Path p(config_of());
        for (std::size_t j = 0; j < lines.size(); ++j) {
            p.feed(lines[j]);
            if (i == j) p.feed(lines[j]);
        }
        p.end();
        expect_same_sums(*once, p, fmt::format("message {}", i));
        EXPECT_EQ(p.messages().duplicate, once->messages().duplicate + 1) << "message " << i;
        if (HasFailure()) return;
    }
}

TEST(KernelProperty, saved_and_loaded_after_any_event_ends_in_the_same_bytes) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const std::vector<std::string> lines =
            testkit::lines_of(made_day(seed, {.orders = 60, .symbols = 2}));
        std::string log;
        for (const std::string& l : lines) log += l;
        const std::string straight = played(log)->save();
        for (std::size_t cut = 0; cut <= lines.size(); ++cut) {
            Path p(config_of());
            for (std::size_t i = 0; i < lines.size(); ++i) {
                if (i == cut)
                    for (std::uint32_t s = 0; s < kShards; ++s) {
                        const auto shards = p.shards();
                        if (std::find(shards.begin(), shards.end(), &p.kernel(s)) == shards.end())
                            continue;
                        const std::string bytes = p.kernel(s).save();
                        p.kernel(s) = Kernel(config_of());
                        ASSERT_TRUE(p.kernel(s).load(bytes)) << "seed=" << seed << " cut=" << cut;
                        ASSERT_EQ(p.kernel(s).save(), bytes) << "seed=" << seed << " cut=" << cut;
                    }
                p.feed(lines[i]);
            }
            p.end();
            std::string end;
            const auto saved = p.save();
            // Shards that never saw an event were made by asking for them: they are left out.
            for (const Kernel* k : p.shards())
                if (k->counts().events > 0) end += k->save();
            ASSERT_EQ(end, straight) << "seed=" << seed << " cut=" << cut;
        }
    }
}

}  // namespace
}  // namespace assay
