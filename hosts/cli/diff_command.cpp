// assay diff.
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/diff_output.h"
#include "hosts/cli/score_document.h"
#include "hosts/cli/source.h"
#include "hosts/cli/table_output.h"

namespace assay::cli {
namespace {

constexpr std::size_t kLargestDocument = std::size_t{256} << 20;

Result<score::Report> read_report(const std::string& path) {
    auto source = open_source(path);
    if (!source) return std::unexpected(source.error());
    std::string text;
    for (std::array<char, 65536> part;;) {
        const auto n = (*source)->read(part);
        if (!n) return std::unexpected(n.error());
        if (*n == 0) break;
        text.append(part.data(), *n);
        if (text.size() > kLargestDocument)
            return fail(fmt::format("{}: more than 256 MiB: no scorecard is that large", path));
    }
    return read_score_document((*source)->name(), text, kpi::catalog());
}

}  // namespace

int diff(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "csv" && format != "json")
        return complain(fmt::format("--format: \"{}\" is none of table, csv, json", format),
                        kUsage);
    const auto& files = args.positional;
    if (files.size() != 2)
        return complain(
            fmt::format("diff compares two scorecards, and {} given; `assay score FILES --format "
                        "json > before.json` writes one",
                        files.empty()       ? "none was"
                        : files.size() == 1 ? "one was"
                                            : "more were"),
            kUsage);
    if (files[0] == "-" && files[1] == "-")
        return complain("standard input can be only one of the two", kUsage);
    std::vector<std::size_t> kpis;
    for (const std::string& names : args.all("--kpi")) {
        auto named = columns_named(kpi::catalog(), names, "--kpi");
        if (!named) return complain(named.error().text(), kUsage);
        kpis.insert(kpis.end(), named->begin(), named->end());
    }
    if (!args.has("--kpi")) kpis = usual_diff_kpis(kpi::catalog());
    const auto before = read_report(files[0]);
    if (!before) return complain(before.error().text(), kNothingDone);
    const auto after = read_report(files[1]);
    if (!after) return complain(after.error().text(), kNothingDone);
    const auto name = [](const std::string& path) {
        return path == "-" ? std::string("standard input") : path;
    };
    const auto diff = difference(*before, name(files[0]), *after, name(files[1]), kpi::catalog(),
                                 std::move(kpis));
    if (!diff) return complain(diff.error().text(), kUsage);
    const std::string text = format == "json" ? diff_json(*diff, kpi::catalog())
                             : format == "csv"
                                 ? diff_csv(*diff, kpi::catalog())
                                 : diff_table(*diff, kpi::catalog(), terminal_of(STDOUT_FILENO));
    if (format != "table")
        for (const std::string& w : diff->warnings) fmt::print(stderr, "assay: warning: {}\n", w);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        return complain("standard output could not be written", kNothingDone);
    return kDone;
}

}  // namespace assay::cli
