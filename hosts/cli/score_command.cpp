// assay score, assay health.
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "core/kernel/scorecard.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/csv_output.h"
#include "hosts/cli/health_output.h"
#include "hosts/cli/html_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/settings_command.h"
#include "hosts/cli/source.h"
#include "hosts/cli/table_output.h"

namespace assay::cli {
namespace {

int complain(const std::string& text, int code) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

// False when the reader of our output went away or the disk is full.
bool write_out(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

Result<Replay> read_all(Prepared& p, const Terminal& err) {
    ProgressBar bar(STDERR_FILENO, err, 0);
    p.options.progress = [&](std::uint64_t bytes, std::uint64_t messages) {
        bar.update(bytes, messages);
    };
    return replay(p.settings, p.options, p.calendars);
}

void add_assumptions(score::Report& report, const Replay& done, const Settings& settings) {
    for (const std::string& a : done.assumptions) report.assumptions.push_back(a);
    if (settings.framer.strictness == fix::Strictness::lenient)
        report.assumptions.emplace_back(
            "lenient: messages with a wrong BodyLength or CheckSum were taken");
    if (settings.config.fees.empty())
        report.assumptions.emplace_back("no fees were given: all-in cost is without them");
    if (settings.clock == CaptureClock::sending_time)
        report.assumptions.emplace_back(
            "latencies are measured with SendingTime(52), not with our own clock");
    report.lenient = done.health.lenient;
    if (settings.config.since != Nanos{INT64_MIN}) report.since = iso_time(settings.config.since);
    if (settings.config.until != Nanos{INT64_MAX}) report.until = iso_time(settings.config.until);
}

int strict_code(const Arguments& args, const Health& health) {
    return args.has("--strict") && health.messages.dead > 0 ? kDeadUnderStrict : kDone;
}

}  // namespace

int score(const Arguments& args) {
    const Terminal out = terminal_of(STDOUT_FILENO), err = terminal_of(STDERR_FILENO);
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "csv" && format != "json" && format != "html")
        return complain(fmt::format("--format: \"{}\" is none of table, csv, json, html", format),
                        kUsage);
    auto prepared = prepare(args);
    if (!prepared) return complain(prepared.error().text(), kUsage);
    if (args.has("--print-config"))
        return write_out(print_config(prepared->settings)) ? kDone : kNothingDone;
    if (args.positional.empty())
        return complain(
            "score what? Give FIX logs, a spreadsheet of fills, a folder, or - for standard "
            "input.\n"
            "Try `assay score --help`.",
            kUsage);
    std::vector<std::size_t> columns;
    if (args.has("--columns")) {
        auto named = columns_named(kpi::catalog(), args.value("--columns"));
        if (!named) return complain(named.error().text(), kUsage);
        columns = *named;
    }
    for (const std::string& w : prepared->warnings) fmt::print(stderr, "assay: warning: {}\n", w);

    auto done = read_all(*prepared, err);
    if (!done) return complain(done.error().text(), kNothingDone);
    const auto shards = done->shards();
    score::Report report = scorecard(shards, prepared->settings.config);
    add_assumptions(report, *done, prepared->settings);

    bool written = true;
    if (format == "json") {
        written = write_out(json_text(report, done->health, kpi::catalog()));
    } else {
        const std::string health_block = health_text(done->health, err, Detail::brief);
        std::fwrite(health_block.data(), 1, health_block.size(), stderr);
        std::fputc('\n', stderr);
        std::fflush(stderr);
        if (format == "csv")
            written = write_out(csv_text(report, kpi::catalog()));
        else if (format == "html")
            written = write_out(html_text(report, done->health, kpi::catalog()));
        else
            written = write_out(table_text(report, kpi::catalog(), out, columns));
    }
    if (!written) return complain("standard output could not be written", kNothingDone);
    if (report.rows.empty())
        return complain("no orders were found in the input: there is nothing to score",
                        kNothingDone);
    return strict_code(args, done->health);
}

int health(const Arguments& args) {
    const Terminal out = terminal_of(STDOUT_FILENO), err = terminal_of(STDERR_FILENO);
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "json")
        return complain(fmt::format("--format: \"{}\" is none of table, json", format), kUsage);
    auto prepared = prepare(args);
    if (!prepared) return complain(prepared.error().text(), kUsage);
    if (args.positional.empty())
        return complain("health of what? Give FIX logs, a folder, or - for standard input.",
                        kUsage);
    auto done = read_all(*prepared, err);
    if (!done) return complain(done.error().text(), kNothingDone);
    const bool written = write_out(format == "json" ? health_json(done->health)
                                                    : health_text(done->health, out, Detail::full));
    if (!written) return complain("standard output could not be written", kNothingDone);
    return strict_code(args, done->health);
}

}  // namespace assay::cli
