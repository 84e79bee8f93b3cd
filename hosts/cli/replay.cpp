#include "hosts/cli/replay.h"

#include <algorithm>

#include "hosts/cli/merge.h"
#include "hosts/cli/replay_run.h"
#include "hosts/cli/source.h"

namespace assay {
namespace {

void merge(ReplayRun& run, const std::vector<Feed*>& feeds, const ReplayOptions& options) {
    MergeQueue queue;
    // To the next record of a feed; false at its end.
    const auto advance = [](Merged& m) {
        if (!m.feed->next()) return false;
        m.step();
        return true;
    };
    for (std::uint32_t i = 0; i < feeds.size(); ++i) {
        Merged m{feeds[i], i};
        if (m.feed != nullptr && advance(m)) queue.push(m);
    }
    std::uint64_t n = 0;
    while (!queue.empty()) {
        Merged m = queue.top();
        queue.pop();
        // One feed goes on while none of the others comes before it.
        for (bool more = true; more;) {
            run.apply(m.feed->record(), m.key);
            more = advance(m);
            if ((++n & 0xfff) == 0 && options.progress) options.progress(run.raw_bytes_read(), n);
            if (more && !queue.empty() && Later{}(m, queue.top())) {
                queue.push(m);
                more = false;
            }
        }
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
        feeds.push_back(run.open(
            run.name(input), options.open ? options.open(input.path) : open_source(input.path)));
    if (!run.any_open()) return std::unexpected(run.nothing_to_read());
    if (auto usable = run.quotes_usable(); !usable) return std::unexpected(usable.error());
    if (auto started = run.start(); !started) return std::unexpected(started.error());
    merge(run, feeds, options);
    if (auto done = run.finish(); !done) return std::unexpected(done.error());
    run.account();
    return out;
}

}  // namespace assay
