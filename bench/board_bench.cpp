// The board: what one look-up of all LPs of a symbol costs a router, beside a map behind a mutex in
// the same run; what a new version costs its writer; and what an order that ends costs live scores,
// and a session that begins.
// Usage: board_bench [symbols] [lps]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/dice.h"
#include "core/kernel/kernel_testkit.h"
#include "core/kernel/live_scores.h"
#include "core/score/board.h"
#include "core/score/page_testkit.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

using score::PageValue;

// What a router reads of each LP: who it is, its bound, what it fills and what it leaks.
double read_all(const score::Page& page, std::uint8_t size) {
    double sum = 0;
    for (const score::PageRow& row : page.ranked(size, Regime::normal))
        sum += row.value(PageValue::lcb).value_or(0) + row.value(PageValue::fill_rate).value_or(0) +
               row.value(PageValue::leakage_bps_per_lot).value_or(0) + row.lp;
    return sum;
}

struct Timed {
    double p50{}, p99{}, p999{}, batched{};
};
template <class F>
Timed timed(int n, F once) {
    std::vector<double> ns;
    ns.reserve(static_cast<std::size_t>(n));
    double batched = 1e18;
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < n; ++i) once(i);
        batched = std::min(batched, ns_since(start) / n);
    }
    for (int i = 0; i < n; ++i) {
        const auto start = Clock::now();
        once(i);
        ns.push_back(ns_since(start));
    }
    std::sort(ns.begin(), ns.end());
    const auto at = [&](double q) { return ns[static_cast<std::size_t>(q * (n - 1))]; };
    return {at(0.5), at(0.99), at(0.999), batched};
}
void show(const std::string& what, const Timed& t) {
    fmt::print("{:<58} {:>8.0f} {:>8.0f} {:>8.0f} {:>8.1f}\n", what, t.p50, t.p99, t.p999,
               t.batched);
}

void look_ups(std::size_t symbols, std::size_t lps) {
    score::Board board(symbols);
    struct Locked {
        std::mutex mutex;
        std::unordered_map<std::string, score::Page> pages;
    } locked;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < symbols; ++i) {
        names.push_back(fmt::format("S{:05}", i));
        score::Page page = testkit::page_of(names.back(), 1, lps, 4);
        if (board.publish(page) != score::Acceptance::accepted) std::abort();
        locked.pages[names.back()] = std::move(page);
    }
    Dice dice(1);
    std::vector<std::uint32_t> hot, random;
    for (int i = 0; i < 100'000; ++i) {
        hot.push_back(static_cast<std::uint32_t>(dice.below(std::min<std::size_t>(10, symbols))));
        random.push_back(static_cast<std::uint32_t>(dice.below(symbols)));
    }
    double sum = 0;
    const int n = static_cast<int>(hot.size());
    const auto of_board = [&](const std::vector<std::uint32_t>& which) {
        return timed(n, [&](int i) {
            const auto k = static_cast<std::size_t>(i);
            sum += read_all(*board.find(42, names[which[k]]), static_cast<std::uint8_t>(k % 7));
        });
    };
    const auto of_map = [&](const std::vector<std::uint32_t>& which) {
        return timed(n, [&](int i) {
            const auto k = static_cast<std::size_t>(i);
            const std::scoped_lock lock(locked.mutex);
            sum += read_all(locked.pages.find(names[which[k]])->second,
                            static_cast<std::uint8_t>(k % 7));
        });
    };
    fmt::print(
        "{} symbols, {} LPs; ns, timer included in the quantiles\n{:<58} {:>8} {:>8} {:>8} "
        "{:>8}\n",
        symbols, lps, "", "p50", "p99", "p99.9", "batched");
    show("nothing: the timer", timed(n, [&](int i) { sum += i; }));
    show("all LPs of a symbol, hot", of_board(hot));
    show("all LPs of a symbol, any of them", of_board(random));
    show("peer: map behind a mutex, hot", of_map(hot));
    show("peer: map behind a mutex, any of them", of_map(random));
    std::uint64_t sequence = 1;
    score::Page page = testkit::page_of(names[0], 1, lps, 4);
    show("publish a version: check, copy", timed(20'000, [&](int) {
             page.stamp.sequence = ++sequence;
             page.checksum = page.sum();
             if (board.publish(page) != score::Acceptance::accepted) std::abort();
         }));
    if (sum == 1e300) fmt::print("{}", sum);
}

// One symbol, all LPs known in it; then IOC orders that end, one at a time.
void live(std::size_t lps) {
    const Config config = testkit::config_by(kByLp);
    testkit::Desk desk(config);
    std::vector<std::uint32_t> touched;
    desk.kernel.tell_touched(&touched);
    LiveScores scores(config, config.profile, 1);
    desk.market(100.00_px, 100.02_px);
    int id = 0;
    const auto order = [&] {
        desk.lp = fmt::format("LP_{:02}", static_cast<std::size_t>(id) % lps);
        const std::string name = fmt::format("{}", ++id);
        desk.send(name, id % 3 == 0 ? 100_qty : 200_qty);
        desk.wait(1_ms);
        return name;
    };
    for (std::size_t i = 0; i < 50 * lps; ++i) desk.fill(order(), 100_qty, 100.02_px);
    desk.now = Nanos{(utc_day(desk.now) + 1) * kDay.ns};
    const Kernel* shards[] = {&desk.kernel};
    const Priors priors = fold_priors(shards, config, desk.now, 1);
    scores.adopt(priors);
    desk.market(100.00_px, 100.02_px);
    score::Board board(16);
    struct {
        double apply{}, update{}, page{}, publish{};
    } ns;
    constexpr int kOrders = 20'000;
    for (int i = 0; i < kOrders; ++i) {
        const std::string name = order();
        const auto start = Clock::now();
        desk.fill(name, 100_qty, 100.02_px);
        ns.apply += ns_since(start);
        const auto updated = Clock::now();
        scores.update(desk.kernel, touched);
        touched.clear();
        ns.update += ns_since(updated);
        for (const std::uint32_t symbol : scores.take_changed()) {
            const auto made = Clock::now();
            const score::Page& page = scores.page(desk.kernel, symbol);
            ns.page += ns_since(made);
            const auto published = Clock::now();
            if (board.publish(page) != score::Acceptance::accepted) std::abort();
            ns.publish += ns_since(published);
        }
    }
    const score::Page& page = scores.page(desk.kernel, 0);
    fmt::print(
        "an execution report with {} LPs, mean ns of {}: kernel {:.0f}, update {:.0f}, page "
        "{:.0f} ({} places, {} rows, {} tails, {} KB), publish {:.0f}\n",
        lps, kOrders, ns.apply / kOrders, ns.update / kOrders, ns.page / kOrders,
        page.rankings.size(), page.rows.size(), page.tails.size(),
        score::to_bytes(page).size() / 1024, ns.publish / kOrders);
}

// Every LP in every symbol, in one condition and two sizes.
void fold(std::size_t symbols, std::size_t lps) {
    const Config config = testkit::config_by(kByLp);
    testkit::Desk desk(config);
    int id = 0;
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
        desk.symbol = fmt::format("S{:05}", symbol);
        desk.market(100.00_px, 100.02_px);
        for (std::size_t i = 0; i < 6 * lps; ++i) {
            desk.lp = fmt::format("LP_{:02}", i % lps);
            desk.ioc(fmt::format("{}", ++id), i / lps % 2 == 0 ? 100_qty : 200_qty,
                     i % 5 == 0 ? 0_qty : 100_qty, 100.02_px, 1_ms);
        }
    }
    const Kernel* shards[] = {&desk.kernel};
    const Nanos tomorrow{(utc_day(desk.now) + 1) * kDay.ns};
    const auto start = Clock::now();
    const Priors priors = fold_priors(shards, config, tomorrow, 1);
    const double ms = ns_since(start) * 1e-6;
    fmt::print("priors of {} cells ({} symbols, {} LPs): {:.0f} ms once a session, {} KB\n",
               desk.kernel.cells().size(), symbols, lps, ms, to_bytes(priors).size() / 1024);
}

int run(int argc, char** argv) {
    const std::size_t symbols = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5'000,
                      lps = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 32;
    if (symbols == 0 || lps == 0 || lps > 99) {
        fmt::print(stderr, "usage: board_bench [symbols] [lps, at most 99]\n");
        return 2;
    }
    look_ups(symbols, lps);
    live(lps);
    fold(std::min<std::size_t>(symbols, 500), lps);
    return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
    return assay::bench::run(argc, argv);
}
