// bench/allocate_bench: time of one allocation over 32 LPs with 48-point tails, by order size. The
// beliefs differ from call to call, so that no branch is learnt.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/route/allocation.h"
#include "core/score/draws.h"

int main() {
    using namespace assay;
    constexpr std::size_t kLps = 32, kBooks = 64;
    struct Book {
        std::vector<std::vector<double>> upper, t;
        std::vector<route::Candidate> candidates;
        std::vector<route::UnitCosts> costs;
    };
    std::vector<Book> books(kBooks);
    for (std::uint64_t k = 0; k < kBooks; ++k) {
        score::Draws draws({k, 32});
        Book& book = books[k];
        book.upper.resize(kLps);
        book.t.resize(kLps);
        for (std::size_t i = 0; i < kLps; ++i) {
            const double ref = 5 + 60 * draws.uniform();
            double alive = .5 + .5 * draws.uniform();
            for (const double x : estimate::log_grid(ref).upper) {
                book.upper[i].push_back(x * ref);
                alive *= .9 + .1 * draws.uniform();
                book.t[i].push_back(alive);
            }
            route::Candidate c;
            c.half_spread_bps = 1.5 * draws.uniform();
            c.leak_bps_per_lot = 0.005 * draws.uniform();
            c.tail = {book.upper[i], book.t[i], {}};
            book.candidates.push_back(c);
            book.costs.push_back(
                route::unit_costs(c, {.unfilled_bps = 2.1, .remaining_lots = 100}));
        }
    }
    fmt::print("{:>8} {:>10} {:>10}   (ns a call: 32 LPs, best and median of 21 runs)\n", "lots",
               "best", "median");
    for (const std::int64_t lots : {1, 10, 40, 100, 300, 1'000, 3'000, 10'000, 1'000'000}) {
        std::vector<double> ns;
        std::int64_t sum = 0;
        for (int run = 0; run < 21; ++run) {
            const auto from = std::chrono::steady_clock::now();
            for (int i = 0; i < 2'000; ++i) {
                const Book& book = books[static_cast<std::size_t>(i) % kBooks];
                sum += route::allocate(book.candidates, book.costs, {.lots = lots}).total;
            }
            const std::chrono::duration<double, std::nano> took =
                std::chrono::steady_clock::now() - from;
            ns.push_back(took.count() / 2'000);
        }
        std::sort(ns.begin(), ns.end());
        fmt::print("{:>8} {:>10.0f} {:>10.0f}   {} lots a call\n", lots, ns.front(), ns[10],
                   sum / 42'000);
    }
}
