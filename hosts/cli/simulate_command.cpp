// assay simulate.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/simulated_day.h"

namespace assay::cli {
namespace {

constexpr double kMostHours = 24;
constexpr std::uint64_t kMostSymbols = 1000, kMostParents = 10'000'000;

int complain(const std::string& text, int code) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

Result<double> hours_of(const Arguments& args) {
    const std::string text = args.value("--hours", "1");
    double hours = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hours);
    if (error != std::errc{} || end != text.data() + text.size() || !(hours > 0) ||
        hours > kMostHours)
        return fail(
            fmt::format("--hours: \"{}\" is no number of hours above 0 and up to {}, such "
                        "as 6.5 or 0.25",
                        text, kMostHours));
    if (hours * 3600 < 1) return fail("--hours: less than a second is no day to speak of");
    return hours;
}

struct Asked {
    sim::WorldConfig config;
    std::uint64_t seed{};
    double hours{};
};

Result<Asked> asked(const Arguments& args) {
    Asked a;
    if (args.has("--lps")) {
        auto file = TomlFile::read(args.value("--lps"));
        if (!file) return std::unexpected(file.error());
        auto config = read_lps(*file);
        if (!config) return std::unexpected(config.error());
        a.config = std::move(*config);
    }
    const auto seed = args.whole("--seed", 1, 0, UINT64_MAX);
    if (!seed) return std::unexpected(seed.error());
    a.seed = *seed;
    const auto hours = hours_of(args);
    if (!hours) return std::unexpected(hours.error());
    a.hours = *hours;
    a.config.length = {std::llround(*hours * 3.6e12)};
    const auto symbols = args.whole("--symbols", 1, 1, kMostSymbols);
    if (!symbols) return std::unexpected(symbols.error());
    for (std::uint64_t i = 2; i <= *symbols; ++i)
        a.config.market.symbols.push_back(fmt::format("SIM{:03}", i));
    const auto parents = args.whole("--parents", 0, 1, kMostParents);
    if (!parents) return std::unexpected(parents.error());
    if (*parents > 0)
        a.config.parents.mean_gap_s = as_seconds(a.config.length) / static_cast<double>(*parents);
    return a;
}

std::string said(const SimulatedDay& day, const Asked& a, const std::string& folder) {
    std::string out =
        fmt::format("A simulated day of {} hours, {} LPs, {} {}, seed {}.\n{}: {} messages, {}\n\n",
                    shortest(a.hours), a.config.lps.size(), a.config.market.symbols.size(),
                    a.config.market.symbols.size() == 1 ? "symbol" : "symbols", a.seed, folder,
                    grouped(static_cast<std::int64_t>(day.messages)), bytes_in_words(day.bytes));
    std::size_t width = 0;
    for (const auto* files : {&day.logs, &day.truth})
        for (const DayFile& f : *files) width = std::max(width, f.name.size());
    for (const DayFile& f : day.logs)
        out += fmt::format("  {:<{}}  {}, {} messages\n", f.name, width, f.says,
                           grouped(static_cast<std::int64_t>(f.messages)));
    out += "\nThe truth, which `assay score` does not use:\n";
    for (const DayFile& f : day.truth) out += fmt::format("  {:<{}}  {}\n", f.name, width, f.says);
    out += fmt::format(
        "\n{} parent orders arrived. Shown to all LPs in equal parts, those that were completed\n"
        "filled {:.1f} % with LPs and {:.1f} % in a last sweep, {:.2f} bps worse than the mid on\n"
        "arrival. What is missing from 100 % was sent and never answered.\n"
        "The prices and the LPs are made up: figures of merit here say nothing of a real market.\n"
        "\nNext: assay score {}\n",
        grouped(static_cast<std::int64_t>(day.parents)),
        day.lots > 0 ? 100 * day.filled_lots / day.lots : 0.0,
        day.lots > 0 ? 100 * day.swept_lots / day.lots : 0.0, day.shortfall_bps, folder);
    return out;
}

}  // namespace

int simulate(const Arguments& args) {
    if (!args.positional.empty())
        return complain(fmt::format("simulate takes options only, and was given \"{}\"; the folder "
                                    "to write goes behind --out",
                                    args.positional.front()),
                        kUsage);
    const std::string folder = args.value("--out");
    if (folder.empty()) return complain("simulate into which folder? Give --out DIR.", kUsage);
    const auto a = asked(args);
    if (!a) return complain(a.error().text(), kUsage);
    ProgressBar bar(STDERR_FILENO, terminal_of(STDERR_FILENO), 0, "writing");
    const auto day = write_simulated_day(
        a->config, a->seed, folder, [&](double share, std::uint64_t bytes, std::uint64_t messages) {
            bar.expect(share > 0 ? static_cast<std::uint64_t>(static_cast<double>(bytes) / share)
                                 : 0);
            bar.update(bytes, messages);
        });
    bar.erase();
    if (!day) return complain(day.error().text(), kNothingDone);
    if (!write_out(said(*day, *a, folder)))
        return complain("standard output could not be written", kNothingDone);
    return kDone;
}

}  // namespace assay::cli
