#include "hosts/cli/replay.h"

#include <algorithm>

#include "hosts/cli/merge.h"
#include "hosts/cli/replay_run.h"

namespace assay {
namespace {

void merge(ReplayRun& run, const std::vector<Feed*>& feeds, const ReplayOptions& options) {
    MergeQueue queue;
    const auto push = [&](Merged m) {
        if (!m.feed->next()) return;
        m.step();
        queue.push(m);
    };
    for (std::uint32_t i = 0; i < feeds.size(); ++i)
        if (feeds[i] != nullptr) push({feeds[i], i});
    std::uint64_t n = 0;
    while (!queue.empty()) {
        const Merged m = queue.top();
        queue.pop();
        run.apply(m.feed->record(), m.key);
        push(m);
        if ((++n & 0xfff) == 0 && options.progress) options.progress(run.raw_bytes_read(), n);
    }
}

}  // namespace

std::vector<const Kernel*> Replay::shards() const {
    std::vector<const Kernel*> out;
    for (const auto& k : kernels)
        if (k != nullptr) out.push_back(k.get());
    return out;
}

Result<Replay> replay(Settings& settings, const ReplayOptions& options, Calendars& calendars) {
    Replay out;
    ReplayRun run(settings, options, calendars, out);
    std::vector<Feed*> feeds;
    for (const ReplayRun::Named& input : run.list())
        feeds.push_back(run.open(run.name(input), open_source(input.path)));
    if (!run.any_open()) return std::unexpected(run.nothing_to_read());
    if (auto started = run.start(); !started) return std::unexpected(started.error());
    merge(run, feeds, options);
    if (auto done = run.finish(); !done) return std::unexpected(done.error());
    run.account();
    return out;
}

}  // namespace assay
