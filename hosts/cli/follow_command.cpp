#include "hosts/cli/follow_command.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

#include "hosts/cli/duration_text.h"
#include "hosts/cli/follow.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/stop_signals.h"

namespace assay::cli {
namespace {

// The terminal's other screen, so that what stood on this one is there again at the end.
class LiveScreen {
  public:
    LiveScreen() = default;
    ~LiveScreen() { close(); }
    LiveScreen(const LiveScreen&) = delete;
    LiveScreen& operator=(const LiveScreen&) = delete;

    // As much as there is room for; the rest is named in the last line.
    void draw(const std::string& text, int height) {
        std::string out = open_ ? "\x1b[H" : "\x1b[?1049h\x1b[?25l\x1b[H";
        open_ = true;
        const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
        const int room = height > 2 ? height - 1 : lines;
        int line = 0;
        for (std::size_t at = 0; at < text.size(); ++line) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            if (line == room - 1 && lines > room) {
                out += fmt::format("... {} more lines\x1b[K\n", lines - line);
                break;
            }
            out += text.substr(at, end - at) + "\x1b[K\n";
            at = end + 1;
        }
        write_out(out + "\x1b[J");
    }

    void close() {
        if (open_) write_out("\x1b[?25h\x1b[?1049l");
        open_ = false;
    }

  private:
    bool open_{};
};

std::string status_line(const Replay& so_far, const Terminal& t) {
    Nanos now{INT64_MIN};
    for (const Kernel* k : so_far.shards()) now = std::max(now, k->now());
    const Health& h = so_far.health;
    std::string line = "Following";
    const auto add = [&](const std::string& part) { line += dot(t) + part; };
    if (now.ns > 0) add(utc_time(now.ns).substr(0, 19) + " UTC in the data");
    add(bytes_in_words(h.bytes.read) + " read");
    add(fmt::format("{} messages", grouped(static_cast<std::int64_t>(h.messages.read))));
    if (h.messages.dead > 0)
        add(fmt::format("{} dead", grouped(static_cast<std::int64_t>(h.messages.dead))));
    if (h.bytes.pending > 0) add(bytes_in_words(h.bytes.pending) + " pending");
    add("Ctrl-C ends");
    return painted(t, Style::dim, cut_to(t, line, t.width)) + "\n";
}

}  // namespace

Result<Duration> follow_interval(const Arguments& args, const std::string& format,
                                 const ReplayOptions& options) {
    const std::string text = args.value("--every", "1s");
    const auto every = parse_duration(text);
    if (!every || every->ns < 10'000'000 || every->ns > kDay.ns)
        return fail(fmt::format(
            "--every: \"{}\" is no interval from 10ms to 1d; give it as 2s or 500ms", text));
    if (format == "html") return fail("--follow prints table, csv or json, not html");
    if (args.has("--threads")) return fail("--follow works with one thread; leave out --threads");
    if (auto can = can_follow(options); !can) return std::unexpected(can.error());
    return *every;
}

Result<Replay> follow_and_show(Prepared& prepared, const Printer& printer, Duration every) {
    const bool live = printer.format == "table" && printer.out.moves;
    LiveScreen screen;
    std::vector<std::string> notes;  // held back while the screen is in use
    const auto leave_screen = [&] {
        screen.close();
        for (const std::string& note : notes) fmt::print(stderr, "assay: {}\n", note);
        notes.clear();
    };
    bool broken = false;
    Following following;
    following.every = every;
    following.over = [&] {
        if (!stop_asked && !broken) return false;
        leave_screen();
        return true;
    };
    following.say = [&](const std::string& note) {
        if (live)
            notes.push_back(note);
        else
            fmt::print(stderr, "assay: {}\n", note);
    };
    following.news = [&](const Replay& so_far) {
        const score::Report report = report_of(so_far, prepared.settings);
        if (!live) {
            // Tables stand apart by an empty line; JSON documents need none.
            const char* after = printer.format == "json" ? "" : "\n";
            broken = !write_out(printer.text(report, so_far.health) + after);
            return;
        }
        Printer now = printer;
        now.out = terminal_of(STDOUT_FILENO);  // its size may have changed
        std::string text = status_line(so_far, now.out);
        for (const std::string& note : notes) text += cut_to(now.out, note, now.out.width) + "\n";
        screen.draw(text + now.text(report, so_far.health), now.out.height);
    };
    prepared.options.threads = 1;
    listen_for_stop();
    auto done = follow(prepared.settings, prepared.options, prepared.calendars, following);
    leave_screen();
    return done;
}

}  // namespace assay::cli
