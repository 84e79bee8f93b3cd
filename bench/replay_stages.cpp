#include "bench/replay_stages.h"

#include <chrono>
#include <vector>

#include "bench/process_memory.h"
#include "core/fix/frame.h"
#include "core/fix/session.h"
#include "core/kernel/scorecard.h"
#include "core/kpi/catalog.h"
#include "hosts/cli/feed.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/replay.h"
#include "hosts/cli/source.h"

namespace assay::bench {

namespace {

// What a pass takes, from its making to stop().
class Watch {
  public:
    void stop(Pass& out) const {
        const auto wall = std::chrono::steady_clock::now() - wall_;
        out.cpu_ns = cpu_nanoseconds() - cpu_;
        out.wall_ns = std::chrono::duration<double, std::nano>(wall).count();
    }

  private:
    double cpu_{cpu_nanoseconds()};
    std::chrono::steady_clock::time_point wall_{std::chrono::steady_clock::now()};
};

// The loop of the FIX feed without what it does to a frame.
void frame_only(Source& source, const Settings& settings, Pass& out) {
    fix::Framer framer(settings.framer);
    std::vector<char> buffer(std::max<std::size_t>(framer.window_size() * 2, std::size_t{1} << 20));
    std::size_t begin = 0, end = 0;
    bool ended = false;
    for (;;) {
        const fix::Step step = framer.step({buffer.data() + begin, end - begin},
                                           ended ? fix::Input::last : fix::Input::more);
        begin += step.consumed;
        if (step.kind == fix::Step::Kind::frame)
            out.messages += framer.frame().verdict == fix::Verdict::good;
        if (step.kind != fix::Step::Kind::need_more) continue;
        if (ended) return;
        std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(begin),
                  buffer.begin() + static_cast<std::ptrdiff_t>(end), buffer.begin());
        end -= begin;
        begin = 0;
        const auto got = source.read({buffer.data() + end, buffer.size() - end});
        ended = !got || *got == 0;
        if (got) end += *got;
    }
}

void events_only(std::unique_ptr<Source> source, const Settings& settings, Until until, Pass& out) {
    DeadLetters dead("");
    const auto feed = open_fix_feed(std::move(source), 0, settings, dead);
    fix::SessionStage stage(settings.parties);
    std::vector<Event> events;
    while (feed->next()) {
        const Record& r = feed->record();
        out.messages += r.readable;
        if (until == Until::parse) continue;
        events.clear();
        stage.take({r.at, r.place, r.clock}, *r.message, events);
        out.fills += !events.empty();
    }
}

void whole(const std::string& path, Settings& settings, Until until, std::uint32_t threads,
           Pass& out) {
    Calendars calendars;
    ReplayOptions options;
    options.inputs = {path};
    options.threads = threads;
    struct Mark {
        std::uint64_t messages{}, calls{};
    };
    std::vector<Mark> marks;
    marks.reserve(1 << 16);
    options.progress = [&](std::uint64_t, std::uint64_t n) { marks.push_back({n, allocations()}); };
    const Watch watch;
    auto done = replay(settings, options, calendars);
    if (!done) {
        out.error = done.error().text();
        return;
    }
    if (!marks.empty()) {
        const Mark &half = marks[marks.size() / 2], &last = marks.back();
        out.late_messages = last.messages - half.messages;
        out.late_allocations = last.calls - half.calls;
    }
    out.messages = done->health.messages.applied;
    if (until == Until::report) {
        const double reporting = cpu_nanoseconds();
        const auto shards = done->shards();
        const score::Report report = scorecard(shards, settings.config);
        out.json = cli::json_text(report, done->health, kpi::catalog());
        out.report_cpu_ns = cpu_nanoseconds() - reporting;
    }
    watch.stop(out);
    for (const Kernel* k : done->shards()) {
        const std::vector<ReportRow> rows = k->rows();
        for (const ReportRow& row : rows) out.fills += static_cast<std::uint64_t>(row.sums.n_fills);
        out.orders += k->counts().orders;
        out.cells += k->cells().size();
        out.rows += rows.size();
        out.open_orders += k->blotter().open_chains();
    }
}

}  // namespace

Pass pass(const std::string& path, Until until, std::uint32_t threads) {
    Pass out;
    Settings settings;
    const auto profile = load_profile(settings.profile);
    if (!profile) {
        out.error = profile.error().text();
        return out;
    }
    settings.config.profile = profile->profile;
    settings.parties.lp_source = fix::LpSource::comp_id;
    settings.lp_from = LpFrom::as_parties_say;
    if (until >= Until::kernel) {
        whole(path, settings, until, threads, out);
        return out;
    }
    auto source = open_source(path);
    if (!source) {
        out.error = source.error().text();
        return out;
    }
    const Watch watch;
    if (until == Until::frame)
        frame_only(**source, settings, out);
    else
        events_only(std::move(*source), settings, until, out);
    watch.stop(out);
    return out;
}

}  // namespace assay::bench
