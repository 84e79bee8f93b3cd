// assay demo.
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/scenario_toml.h"
#include "hosts/cli/story_html.h"
#include "hosts/cli/story_json.h"
#include "hosts/cli/story_output.h"

namespace assay::cli {
namespace {

constexpr std::string_view kAcme = "acme";

int complain(const std::string& text, int code) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

struct Asked {
    sim::Script script;
    std::string format, html;
    double speed{};  // times real time; 0: at once
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
    for (const sim::Moment& m : story.moments) {
        const auto wait = static_cast<double>((m.at - before).ns) / std::max(a.speed, 0.1);
        if (waits) std::this_thread::sleep_for(std::chrono::nanoseconds(std::llround(wait)));
        before = m.at;
        if (!write_out(story_moment(story, m, terminal))) return false;
        if (waits) std::fflush(stdout);
    }
    return write_out(story_ending(story, terminal));
}

bool write_file(const std::string& path, const std::string& text) {
    std::FILE* f = std::fopen(path.c_str(), "wb");
    if (f == nullptr) return false;
    const bool whole = std::fwrite(text.data(), 1, text.size(), f) == text.size();
    return std::fclose(f) == 0 && whole;
}

}  // namespace

int demo(const Arguments& args) {
    const auto a = asked(args);
    if (!a) return complain(a.error().text(), kUsage);
    const auto story = sim::play(a->script);
    if (!story) return complain(story.error().text(), kUsage);
    if (story->moments.empty())
        return complain("the order came to nothing: the desk refused it", kNothingDone);
    if (!a->html.empty() && !write_file(a->html, story_html(a->script, *story)))
        return complain(fmt::format("{} could not be written", a->html), kNothingDone);
    const bool shown =
        a->format == "json" ? write_out(story_json(a->script, *story)) : show(*a, *story);
    if (!shown) return complain("standard output could not be written", kNothingDone);
    if (a->format == "json") return kDone;
    const char* next = a->html.empty()
                           ? "assay demo acme --html acme.html   the same as a page, with plots"
                           : "assay demo acme --speed 60   the same, a minute of it in a second";
    return write_out(fmt::format("\nNext: {}\n", next)) ? kDone : kNothingDone;
}

}  // namespace assay::cli
