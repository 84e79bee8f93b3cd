// Log file to scorecard, everything on.
//   replay_bench LOG [ROUNDS]     ns a message by stage, and two threads against one, interleaved.
//                                 Stages and the rate are CPU time; the ratio is by the wall clock
//   replay_bench --memory LOG     one pass: peak memory, and what it is made of
//   replay_bench --until STAGE LOG   one pass up to frame, parse, stage, kernel or report: for
//   callgrind
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "bench/process_memory.h"
#include "bench/replay_stages.h"
#include "core/kernel/kernel.h"

namespace assay::bench {

namespace {

struct Spread {
    double median{}, least{}, most{};
};
Spread spread(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return {v[v.size() / 2], v.front(), v.back()};
}

int complain(const std::string& text) {
    fmt::print(stderr, "replay_bench: {}\n", text);
    return 1;
}

int rounds(const std::string& path, std::size_t n) {
    std::array<std::vector<double>, kStages> upto;  // ns a message, cumulative; [report] alone
    std::vector<double> one, one_wall, two, ratio;
    std::string json;
    double messages = 0;
    for (std::size_t round = 0; round < n; ++round) {
        for (const Until until : {Until::frame, Until::parse, Until::stage}) {
            const Pass p = pass(path, until, 1);
            if (!p.error.empty()) return complain(p.error);
            upto[static_cast<std::size_t>(until)].push_back(p.cpu_ns /
                                                            static_cast<double>(p.messages));
        }
        const Pass a = pass(path, Until::report, 1), b = pass(path, Until::report, 2);
        for (const Pass* p : {&a, &b}) {
            if (!p->error.empty()) return complain(p->error);
            if (json.empty()) json = p->json;
            if (p->json != json) return complain("two runs gave different scorecards");
        }
        messages = static_cast<double>(a.messages);
        upto[3].push_back((a.cpu_ns - a.report_cpu_ns) / messages);
        upto[4].push_back(a.report_cpu_ns / messages);
        one.push_back(a.cpu_ns / messages);
        one_wall.push_back(a.wall_ns / messages);
        two.push_back(b.wall_ns / messages);
        ratio.push_back(a.wall_ns / b.wall_ns);
    }
    fmt::print("replay      {:.0f} messages, medians of {} rounds (least to most)\n", messages, n);
    double before = 0;
    for (std::size_t i = 0; i < kStages; ++i) {
        const Spread s = spread(upto[i]);
        const double own = i + 1 == kStages ? s.median : s.median - before;
        fmt::print("  {:<28}{:8.1f} ns a message\n", kStageName[i], own);
        before = s.median;
    }
    const auto line = [](const char* what, const Spread& v, const char* unit) {
        fmt::print("  {:<28}{:8.2f} {} ({:.2f} to {:.2f})\n", what, v.median, unit, v.least,
                   v.most);
    };
    const Spread cpu = spread(one);
    line("all, 1 thread, CPU time", cpu, "ns a message");
    line("all, 1 thread, on the wall", spread(one_wall), "ns a message");
    line("all, 2 threads, on the wall", spread(two), "ns a message");
    fmt::print("  {:<28}{:8.3f} million a second and core\n", "rate, 1 thread", 1e3 / cpu.median);
    line("2 threads : 1", spread(ratio), "times");
    return 0;
}

int memory(const std::string& path) {
    const Pass p = pass(path, Until::report, 1);
    if (!p.error.empty()) return complain(p.error);
    fmt::print("messages {} orders {} open_orders {} fills {} cells {} rows {} peak_bytes {}\n",
               p.messages, p.orders, p.open_orders, p.fills, p.cells, p.rows, peak_memory());
    fmt::print("allocations_a_message {:.4f}\n", p.late_messages == 0
                                                     ? 0.0
                                                     : static_cast<double>(p.late_allocations) /
                                                           static_cast<double>(p.late_messages));
    fmt::print(
        "sizeof Event {} Chain {} Fill {} Mids {} Working {} Version {} Link {} Cell {} Hot {} "
        "Stats {} "
        "Timer {} Row {} Sums {}\n",
        sizeof(Event), sizeof(Chain), sizeof(Fill), sizeof(Mids), sizeof(Working), sizeof(Version),
        sizeof(Link), sizeof(Cell), sizeof(estimate::Hot), sizeof(estimate::Stats), sizeof(Timer),
        sizeof(ReportRow), sizeof(kpi::Sums));
    return 0;
}

int once(std::string_view name, const std::string& path) {
    constexpr std::string_view kNames[] = {"frame", "parse", "stage", "kernel", "report"};
    for (std::size_t i = 0; i < kStages; ++i) {
        if (name != kNames[i]) continue;
        const Pass p = pass(path, static_cast<Until>(i), 1);
        if (!p.error.empty()) return complain(p.error);
        fmt::print("{}\n", p.messages);
        return 0;
    }
    return complain(fmt::format("\"{}\" is none of frame, parse, stage, kernel, report", name));
}

int run(const std::vector<std::string>& args) {
    if (args.size() == 2 && args[0] == "--memory") return memory(args[1]);
    if (args.size() == 3 && args[0] == "--until") return once(args[1], args[2]);
    if (args.empty() || args[0].starts_with("--")) {
        fmt::print(stderr, "replay_bench LOG [ROUNDS] | --memory LOG | --until STAGE LOG\n");
        return 2;
    }
    const long n = args.size() > 1 ? std::strtol(args[1].c_str(), nullptr, 10) : 5;
    return rounds(args[0], static_cast<std::size_t>(n > 0 ? n : 5));
}

}  // namespace

}  // namespace assay::bench

int main(int argc, char** argv) {
    return assay::bench::run({argv + 1, argv + argc});
}
