// Simulated worlds with the plainest agent in them, without a file or a kernel.
//   sim_bench [ROUNDS]    events and FIX messages a second of CPU time, medians, least and most
//
// An event is one entry of the queue: a tick of the market, an order on its way, an LP that makes
// up its mind, a report, an alarm. All FIX is written and summed, and the agent reads what it is
// sent.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <vector>

#include "core/sim/spray.h"

namespace assay::bench {

namespace {

struct Pass {
    double seconds{};
    std::uint64_t events{}, messages{}, bytes{};
    std::uint32_t sum{};  // of all CRCs, so that nothing is left out, and rounds can be compared
};

Pass pass(const sim::WorldConfig& config) {
    const std::clock_t start = std::clock();
    sim::World world(config, 7);
    sim::Spray agent(world, {}, 7);
    Pass p;
    while (const auto step = world.next()) {
        if (const auto* record = std::get_if<fix::Record>(&step->what)) {
            ++p.messages;
            p.bytes += record->length;
            p.sum += record->crc32c;
        }
        agent.take(*step);
    }
    p.events = world.events();
    p.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return p;
}

int report(const char* name, const sim::WorldConfig& config, std::size_t rounds) {
    std::vector<double> rates;
    Pass first;
    for (std::size_t i = 0; i < rounds; ++i) {
        const Pass p = pass(config);
        if (i == 0) first = p;
        if (p.sum != first.sum || p.events != first.events) {
            fmt::print(stderr, "sim_bench: two runs of one seed differ\n");
            return 1;
        }
        rates.push_back(static_cast<double>(p.events) / p.seconds / 1e6);
    }
    std::sort(rates.begin(), rates.end());
    const double n = static_cast<double>(first.events);
    fmt::print(
        "simulator {} {} events {:.3f} M/s ({:.3f} to {:.3f}), {:.0f} ns an event, {} "
        "messages of {:.0f} bytes\n",
        name, first.events, rates[rates.size() / 2], rates.front(), rates.back(),
        1e3 / rates[rates.size() / 2], first.messages,
        static_cast<double>(first.bytes) / static_cast<double>(first.messages));
    return n > 0 ? 0 : 1;
}

}  // namespace

}  // namespace assay::bench

int main(int argc, char** argv) {
    using namespace assay;
    const std::size_t rounds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5;
    if (rounds == 0) {
        fmt::print(stderr, "sim_bench [ROUNDS]: at least one round\n");
        return 2;
    }
    sim::WorldConfig six;  // as in docs/spec.md section 9: two messages of three are quotes
    six.length = {8 * kHour.ns};
    sim::WorldConfig busy = six;  // 32 LPs, every behaviour among them, a parent a second
    busy.length = {1200 * kSecond.ns};
    busy.parents.mean_gap_s = 1;
    busy.lps.clear();
    for (std::size_t i = 0; i < 32; ++i) {
        sim::LpConfig lp = six.lps[i % six.lps.size()];
        lp.name = fmt::format("LP_{:02}", i);
        const auto all = sim::behaviours();
        if (i >= 12) all[(i - 12) % all.size()].add(lp.nature, lp.habits);
        busy.lps.push_back(std::move(lp));
    }
    if (const int code = bench::report("six-lps", six, rounds)) return code;
    return bench::report("32-lps", busy, rounds);
}
