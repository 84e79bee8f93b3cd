// assay score, assay health.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "core/fix/frame.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/follow_command.h"
#include "hosts/cli/health_output.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/settings_command.h"
#include "hosts/cli/table_output.h"

namespace assay::cli {
namespace {

Result<Replay> read_all(Prepared& p, const Terminal& err) {
    ProgressBar bar(STDERR_FILENO, err, 0);
    p.options.progress = [&](std::uint64_t bytes, std::uint64_t messages) {
        bar.update(bytes, messages);
    };
    return replay(p.settings, p.options, p.calendars);
}

int strict_code(const Arguments& args, const Health& health) {
    return args.has("--strict") && health.messages.dead > 0 ? kDeadUnderStrict : kDone;
}

// The first thing that somebody with edited or anonymised logs meets.
std::string why_nothing(const Health& health) {
    std::string text = "no orders were found in the input: there is nothing to score";
    std::uint64_t n = 0;
    for (const auto& reason : health.dead_by_reason)
        if (reason.name == fix::text(fix::Verdict::body_length) ||
            reason.name == fix::text(fix::Verdict::checksum))
            n += reason.n;
    if (n > 0 && !health.lenient)
        text += fmt::format(
            "\n{} messages have a wrong BodyLength or CheckSum, as edited and "
            "anonymised logs do: --lenient takes them all the same",
            n);
    return text;
}

bool orders_are_none(const score::Row& row) {
    const auto& catalog = kpi::catalog();
    for (std::size_t i = 0; i < catalog.size() && i < row.values.size(); ++i)
        if (catalog[i].name == std::string_view("n_orders")) return row.values[i].number == 0.0;
    return false;
}

int finished(const Arguments& args, const Prepared& prepared, const Replay& done,
             const Printer& printer) {
    const score::Report report = report_of(done, prepared.settings);
    if (printer.format != "json") {
        const std::string health_block = health_text(done.health, printer.err, Detail::brief);
        std::fwrite(health_block.data(), 1, health_block.size(), stderr);
        std::fputc('\n', stderr);
        std::fflush(stderr);
    }
    if (!write_out(printer.text(report, done.health)))
        return complain("standard output could not be written", kNothingDone);
    if (report.rows.empty()) return complain(why_nothing(done.health), kNothingDone);
    if (std::all_of(report.rows.begin(), report.rows.end(), orders_are_none))
        fmt::print(stderr,
                   "No order was sent between --since and --until: only the scores, which "
                   "rest on all that was read, say something.\n");
    return strict_code(args, done.health);
}

}  // namespace

int score(const Arguments& args) {
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
    Printer printer{format, terminal_of(STDOUT_FILENO), terminal_of(STDERR_FILENO), {}};
    if (args.has("--columns")) {
        auto named = columns_named(kpi::catalog(), args.value("--columns"), "--columns",
                                   AlsoNamed::standings);
        if (!named) return complain(named.error().text(), kUsage);
        printer.columns = *named;
    }
    if (args.has("--every") && !args.has("--follow"))
        return complain("--every says how often --follow prints; give both", kUsage);
    for (const std::string& w : prepared->warnings) fmt::print(stderr, "assay: warning: {}\n", w);

    if (args.has("--follow")) {
        auto every = follow_interval(args, format, prepared->options);
        if (!every) return complain(every.error().text(), kUsage);
        auto done = follow_and_show(*prepared, printer, *every);
        return done ? finished(args, *prepared, *done, printer)
                    : complain(done.error().text(), kNothingDone);
    }
    auto done = read_all(*prepared, printer.err);
    return done ? finished(args, *prepared, *done, printer)
                : complain(done.error().text(), kNothingDone);
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
