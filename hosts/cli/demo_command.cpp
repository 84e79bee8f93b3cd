// assay demo.
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/retold_output.h"
#include "hosts/cli/retold_run.h"
#include "hosts/cli/scenario_toml.h"
#include "hosts/cli/story_files.h"
#include "hosts/cli/story_html.h"
#include "hosts/cli/story_json.h"
#include "hosts/cli/story_output.h"
#include "hosts/cli/write_file.h"

namespace assay::cli {
namespace {

constexpr std::string_view kAcme = "acme";
constexpr std::uint64_t kMostSeeds = 10'000, kMostThreads = 256;

struct Asked {
    sim::Script script;
    std::string format, html, folder;
    double speed{};  // times real time; 0: at once
    RetoldPlan retold;
};

Result<double> speed_of(const Arguments& args) {
    if (!args.has("--speed")) return 0.0;
    const std::string text = args.value("--speed");
    double speed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), speed);
    if (error != std::errc{} || end != text.data() + text.size() || !(speed >= 0.1) ||
        speed > 100'000)
        return fail(
            fmt::format("--speed: \"{}\" is no number from 0.1 to 100000; 1 is real time", text));
    return speed;
}

Result<RetoldPlan> retold_plan(const Arguments& args) {
    RetoldPlan plan;
    const auto seeds = args.whole("--seeds", plan.seeds, 0, kMostSeeds);
    if (!seeds) return std::unexpected(seeds.error());
    const auto first = args.whole("--first-seed", plan.first_seed, 0, UINT64_MAX / 2);
    if (!first) return std::unexpected(first.error());
    const auto threads =
        args.whole("--threads", std::max(1u, std::thread::hardware_concurrency()), 1, kMostThreads);
    if (!threads) return std::unexpected(threads.error());
    plan.seeds = *seeds;
    plan.first_seed = *first;
    plan.threads = static_cast<unsigned>(*threads);
    return plan;
}

Result<Asked> asked(const Arguments& args) {
    if (args.positional.empty()) return fail("demo of what? There is one: assay demo acme");
    if (const std::string& name = args.positional.front(); name != kAcme)
        return fail(
            fmt::format("no demo is called \"{}\"{}", name, did_you_mean(name, std::array{kAcme})));
    Asked a;
    a.format = args.value("--format", "table");
    if (a.format != "table" && a.format != "json")
        return fail(fmt::format(
            "--format: \"{}\" is none of table, json; --html FILE writes a page", a.format));
    const auto speed = speed_of(args);
    if (!speed) return std::unexpected(speed.error());
    a.speed = *speed;
    a.html = args.value("--html");
    a.folder = args.value("--out");
    if (args.has("--out") && a.folder.empty()) return fail("--out: name the folder to write into");
    const auto plan = retold_plan(args);
    if (!plan) return std::unexpected(plan.error());
    a.retold = *plan;
    auto file = args.has("--scenario")
                    ? TomlFile::read(args.value("--scenario"))
                    : TomlFile::parse("examples/acme.toml", std::string(acme_scenario()));
    if (!file) return std::unexpected(file.error());
    auto script = read_scenario(*file);
    if (!script) return std::unexpected(script.error());
    a.script = std::move(*script);
    return a;
}

// On a terminal what happened later comes later.
bool show(const Asked& a, const sim::Story& story) {
    const Terminal terminal = terminal_of(STDOUT_FILENO);
    const bool waits = a.speed > 0 && terminal.tty;
    if (!write_out(story_opening(a.script, story, terminal))) return false;
    Nanos before = story.parent.starts;
    for (const sim::Scene& m : story.moments) {
        const auto wait = static_cast<double>((m.at - before).ns) / std::max(a.speed, 0.1);
        if (waits) std::this_thread::sleep_for(std::chrono::nanoseconds(std::llround(wait)));
        before = m.at;
        if (!write_out(story_moment(story, m, terminal))) return false;
        if (waits) std::fflush(stdout);
    }
    return write_out(story_ending(story, terminal));
}

// The same order in drawn worlds; nothing where none are asked for.
Result<std::optional<Retold>> told_again(const Asked& a) {
    if (a.retold.seeds == 0) return std::nullopt;
    ProgressBar bar(STDERR_FILENO, terminal_of(STDERR_FILENO), 0, "trading", {}, Counts::parents);
    auto again = retold(a.script, a.retold, [&](std::uint64_t done, std::uint64_t all) {
        bar.expect(all);
        bar.update(done, done);
    });
    bar.erase();
    if (!again) return std::unexpected(again.error());
    return std::optional(std::move(*again));
}

std::string next_lines(const Asked& a) {
    std::string out;
    const auto say = [&](const char* line, const char* what) {
        out += fmt::format("  {:<34} {}\n", line, what);
    };
    if (a.html.empty()) say("assay demo acme --html acme.html", "the same as a page, with plots");
    if (a.speed == 0) say("assay demo acme --speed 60", "the same, a minute of it in a second");
    if (a.folder.empty())
        say("assay demo acme --out acme", "its FIX logs and decisions");
    else
        out += fmt::format("  assay explain {} --parent 1   why each child went where it did\n",
                           a.folder);
    if (a.retold.seeds < 500)
        say("assay demo acme --seeds 500", "the comparison in 500 worlds of each kind");
    return out;
}

}  // namespace

int demo(const Arguments& args) {
    const auto a = asked(args);
    if (!a) return complain(a.error().text(), kUsage);
    std::optional<StoryFiles> files;
    if (!a->folder.empty()) {
        auto made = StoryFiles::create(a->folder);
        if (!made) return complain(made.error().text(), kNothingDone);
        files.emplace(std::move(*made));
    }
    const auto story = sim::play(a->script, {}, files ? files->watch() : sim::ScriptWatch{});
    if (!story) return complain(story.error().text(), kUsage);
    if (files)
        if (const auto written = files->close(*story); !written)
            return complain(written.error().text(), kNothingDone);
    if (story->moments.empty())
        return complain("the order came to nothing: the desk refused it", kNothingDone);
    const bool document = a->format == "json";
    constexpr const char* kNoOutput = "standard output could not be written";
    if (!document && !show(*a, *story)) return complain(kNoOutput, kNothingDone);
    const auto again = told_again(*a);
    if (!again) return complain(again.error().text(), kUsage);
    const Retold* retold = *again ? &**again : nullptr;
    if (!a->html.empty())
        if (const auto ok = write_file(a->html, story_html(a->script, *story, retold)); !ok)
            return complain(ok.error().text());
    if (document)
        return write_out(story_json(a->script, *story, retold)) ? kDone
                                                                : complain(kNoOutput, kNothingDone);
    const Terminal terminal = terminal_of(STDOUT_FILENO);
    if (retold != nullptr && !write_out(retold_text(*retold, terminal)))
        return complain(kNoOutput, kNothingDone);
    return write_out("\nNext:\n" + next_lines(*a)) ? kDone : kNothingDone;
}

}  // namespace assay::cli
