#include "hosts/http/memory_backtests.h"

#include <fmt/format.h>

namespace assay::http {
namespace {

constexpr Nanos kBegun{1'772'461'800'000'000'000};  // 2026-03-02T14:30:00Z

std::unexpected<Refused> no_run(std::uint64_t id) {
    return std::unexpected(
        Refused{Refused::Why::not_found, fmt::format("No back-test has the id {}", id), {}});
}

}  // namespace

Answer<BacktestView> MemoryBacktests::start(const BacktestWish& wish) {
    if (wish.first == wish.second)
        return std::unexpected(Refused{
            Refused::Why::wrong, "it is held against itself", {{"second", "it is the first"}}});
    BacktestView v;
    v.id = runs_.size() + 1;
    v.state = "running";
    v.at = kBegun;
    v.who = wish.who;
    v.why = wish.why;
    v.first = wish.first;
    v.second = wish.second.empty() ? "draft" : wish.second;
    v.from = wish.from;
    v.to = wish.to;
    v.progress = 0.25;
    v.words = "reading twice";
    runs_.push_back(v);
    return v;
}

Rows<BacktestView> MemoryBacktests::all() {
    Rows<BacktestView> rows{{runs_.rbegin(), runs_.rend()}, {}};
    for (BacktestView& v : rows.rows) v.result.clear();
    return rows;
}

Answer<BacktestView> MemoryBacktests::one(std::uint64_t id) {
    if (id == 0 || id > runs_.size()) return no_run(id);
    BacktestView& v = runs_[id - 1];
    if (v.state == "running") {
        v.state = "done";
        v.progress = 1;
        v.ended = kBegun + kMinute;
        v.result = R"({"policies": []})";
    }
    return v;
}

Answer<BacktestView> MemoryBacktests::cancel(std::uint64_t id) {
    if (id == 0 || id > runs_.size()) return no_run(id);
    BacktestView& v = runs_[id - 1];
    if (v.state != "running")
        return std::unexpected(
            Refused{Refused::Why::conflict, fmt::format("it is {}", v.state), {}});
    v.state = "canceled";
    v.ended = kBegun + kMinute;
    return v;
}

}  // namespace assay::http
