// What must hold of benchmarks and of names, for every day: which quote counts where, and that an
// LP is its conduct and not its name. Each failure prints the seed that makes it again.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "tests/path.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::Draw;
using testkit::lines_of;
using testkit::log_of;
using testkit::made_day;
using testkit::Path;
using testkit::Row;

Config config_of() {
    Config c;
    c.profile = *score::find_profile("balanced");
    c.by = kByLp | kBySymbol;
    return c;
}

std::string symbol_of(const Row& r) {
    return r.body.substr(r.body.find("55=") + 3, 3);
}

Row quote(Nanos at, const std::string& symbol, int mid_milli) {
    return {at,
            "MARKET",
            "US",
            "W",
            fmt::format("55={}|268=2|269=0|270={}.{:03}|271=500|269=1|270={}.{:03}|271=500|",
                        symbol, (mid_milli - 10) / 1000, (mid_milli - 10) % 1000,
                        (mid_milli + 10) / 1000, (mid_milli + 10) % 1000),
            -1,
            false};
}

// Exact sums and beliefs, as text: what differs is seen at once.
std::map<std::string, std::string> told(const Path& p) {
    std::map<std::string, std::string> out;
    for (const Kernel* k : p.shards()) {
        for (const ReportRow& r : k->rows()) {
            std::string& sums = out[fmt::format("sums of {} in {}", k->lps().name(r.key.lp),
                                                k->symbols().name(r.key.symbol))];
            kpi::Sums::pairwise(r.sums, r.sums, [&](const auto& x, const auto&) {
                sums += fmt::format("{} ", static_cast<double>(x));
            });
        }
        for (const Cell& c : k->cells())
            out[fmt::format("beliefs of {} in {}, {}/{}", k->lps().name(c.key.lp),
                            k->symbols().name(c.key.symbol), c.key.size, c.key.regime)] =
                fmt::format("{:a} {:a} {:a} {:a} {:a}", c.slow.hot.fill.S1, c.slow.hot.gain.S1,
                            c.slow.hot.reject_cost.S1, c.slow.leakage.x.S1, c.slow.markout.x.S1);
    }
    return out;
}

void expect_same(const Path& a, const Path& b, const std::string& name) {
    const auto x = told(a), y = told(b);
    ASSERT_EQ(x.size(), y.size()) << name;
    for (const auto& [what, said] : x) ASSERT_EQ(said, y.at(what)) << name << ": " << what;
}

// --- 8: the last quote at or before counts ---------------------------------------------------

TEST(BenchmarkProperty, a_quote_a_nanosecond_earlier_is_the_same_quote) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        // Everything happens at whole quarters of a second, where horizons end too; quotes first.
        std::vector<Row> day = made_day(seed, {.orders = 150, .symbols = 2});
        for (Row& r : day) r.at = Nanos{r.at.ns - r.at.ns % 250'000'000};
        std::stable_sort(day.begin(), day.end(), [](const Row& a, const Row& b) {
            return std::pair(a.at, a.type != "W") < std::pair(b.at, b.type != "W");
        });
        std::vector<Row> earlier = day;
        for (Row& r : earlier)
            if (r.type == "W") r.at = r.at - Duration{1};
        Path a(config_of()), b(config_of());
        a.feed(log_of(day));
        a.end();
        b.feed(log_of(earlier));
        b.end();
        expect_same(a, b, fmt::format("8: seed={}", seed));
        if (HasFailure()) return;
    }
}

// What an answer is measured by stood when the LP had the order, or when we sent it: not what is
// quoted just when the answer comes.
TEST(BenchmarkProperty, a_quote_for_the_instant_of_an_acknowledgement_measures_nothing) {
    Config config = config_of();
    config.regime.told_apart = false;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const std::vector<Row> day = made_day(seed, {.orders = 150, .symbols = 2});
        Draw draw(seed ^ 0x7e11);
        std::map<std::string, Row> standing;
        std::vector<Row> still, wild;  // the same number of quotes in both
        for (const Row& r : day) {
            if (r.type == "W") standing.insert_or_assign(symbol_of(r), r);
            const auto before = standing.find(symbol_of(r));
            const bool ack =
                r.report && r.body.find("|150=0|") != std::string::npos && before != standing.end();
            if (!ack) {
                still.push_back(r);
                wild.push_back(r);
                continue;
            }
            Row same = before->second, back = same;
            same.at = r.at - Duration{1};
            back.at = r.at + Duration{1};
            for (const Row& one : {same, r, back}) still.push_back(one);
            const Row other =
                quote(same.at, symbol_of(r), 99'000 + static_cast<int>(draw.below(2'000)));
            for (const Row& one : {other, r, back}) wild.push_back(one);
        }
        for (std::vector<Row>* rows : {&still, &wild})
            std::stable_sort(rows->begin(), rows->end(),
                             [](const Row& a, const Row& b) { return a.at < b.at; });
        ASSERT_GT(still.size(), day.size()) << "seed=" << seed;
        Path a(config), b(config);
        a.feed(log_of(still));
        a.end();
        b.feed(log_of(wild));
        b.end();
        expect_same(a, b, fmt::format("8: seed={}", seed));
        if (HasFailure()) return;
    }
}

// --- 28: what is quoted within a halt measures nothing ---------------------------------------

struct Halt {
    Nanos from, to;
    std::string symbol;
};

void tell(Path& p, const Halt& h, Nanos at, Happening what) {
    Event e;
    e.at = at;
    e.symbol = h.symbol;
    e.what = std::move(what);
    p.kernel(shard_of(h.symbol)).apply(e);
}

void play(Path& p, const std::vector<Row>& day, const std::vector<Halt>& halts) {
    const std::vector<std::string> lines = lines_of(day);
    std::size_t begun = 0, over = 0;
    for (std::size_t i = 0; i < day.size(); ++i) {
        for (; over < begun && halts[over].to < day[i].at; ++over)
            tell(p, halts[over], halts[over].to, Resumed{});
        for (; begun < halts.size() && halts[begun].from <= day[i].at; ++begun)
            tell(p, halts[begun], halts[begun].from, Halted{});
        p.feed(lines[i]);
    }
    for (; over < begun; ++over) tell(p, halts[over], halts[over].to, Resumed{});
    p.end();
}

TEST(BenchmarkProperty, quotes_within_a_halt_measure_nothing) {
    Config config = config_of();
    config.regime.told_apart = false;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::vector<Row> day = made_day(seed, {.orders = 150, .symbols = 2});
        Draw draw(seed ^ 0x4a17);
        std::vector<Halt> halts;
        const auto some = [&](std::uint64_t most) {
            return Duration{static_cast<std::int64_t>(1 + draw.below(most * 1'000'000'000))};
        };
        for (Nanos at = day.front().at + some(10); at < day.back().at; at = at + some(15)) {
            const Nanos to = at + some(12);
            halts.push_back({at, to, fmt::format("S{:02}", draw.below(2))});
            at = to;
        }
        ASSERT_FALSE(halts.empty());
        // The quote that ends a halt is the first one that counts.
        for (const Halt& h : halts) day.push_back(quote(h.to, h.symbol, 100'000));
        std::stable_sort(day.begin(), day.end(),
                         [](const Row& a, const Row& b) { return a.at < b.at; });
        std::vector<Row> other = day;
        std::size_t replaced = 0;
        for (Row& r : other)
            for (const Halt& h : halts)
                if (r.type == "W" && symbol_of(r) == h.symbol && r.at >= h.from && r.at < h.to) {
                    r = quote(r.at, h.symbol, 90'000 + static_cast<int>(draw.below(20'000)));
                    ++replaced;
                }
        ASSERT_GT(replaced, 0u) << "seed=" << seed;
        Path a(config), b(config);
        play(a, day, halts);
        play(b, other, halts);
        expect_same(a, b, fmt::format("28: seed={}", seed));
        if (HasFailure()) return;
    }
}

// --- 23: an LP is not its name ---------------------------------------------------------------

void expect_near(const std::optional<double>& a, const std::optional<double>& b,
                 const std::string& what) {
    ASSERT_EQ(a.has_value(), b.has_value()) << what;
    if (a) {
        ASSERT_NEAR(*a, *b, 1e-9 * (1 + std::abs(*a))) << what;
    }
}

TEST(BenchmarkProperty, lps_that_change_names_change_places_in_the_report) {
    const std::array<std::string, 3> names = {"LP_A", "LP_B", "LP_C"};
    Config config = config_of();
    config.by = kByLp;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const std::vector<Row> day = made_day(seed, {});
        const std::size_t by = 1 + seed % 2;
        const auto renamed = [&](const std::string& name) {
            const auto at = std::find(names.begin(), names.end(), name);
            return at == names.end()
                       ? name
                       : names[(static_cast<std::size_t>(at - names.begin()) + by) % names.size()];
        };
        std::vector<Row> other = day;
        for (Row& r : other) r.from = renamed(r.from), r.to = renamed(r.to);
        Path a(config), b(config);
        a.feed(log_of(day));
        a.end();
        b.feed(log_of(other));
        b.end();
        const score::Report x = a.report(), y = b.report();
        ASSERT_EQ(x.rows.size(), y.rows.size());
        for (const score::Row& row : x.rows) {
            const std::string lp = row.keys.front().second;
            const auto found = std::find_if(y.rows.begin(), y.rows.end(), [&](const auto& r) {
                return r.keys.front().second == renamed(lp);
            });
            ASSERT_NE(found, y.rows.end());
            const std::string name = fmt::format("23: seed={} {}", seed, lp);
            for (std::size_t i = 0; i < row.values.size(); ++i)
                expect_near(row.values[i].number, found->values[i].number,
                            fmt::format("{} {}", name, kpi::catalog()[i].name));
            expect_near(row.composite, found->composite, name + " composite");
            expect_near(row.lcb, found->lcb, name + " lcb");
            expect_near(row.n_eff, found->n_eff, name + " n_eff");
            if (HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace assay
