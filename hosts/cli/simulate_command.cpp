// assay simulate.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "core/score/profile.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/simulated_day.h"

namespace assay::cli {
namespace {

constexpr double kMostHours = 24;
constexpr std::uint64_t kMostSymbols = 1000, kMostParents = 10'000'000;

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
    std::optional<DayTrade> trade;
};

constexpr double kNoBudget = 1e9;

// Which router trades the day, and whether it draws its plans so that the log can tell what other
// policies would have cost: within the budget of a real desk (docs/spec.md 7f), or, as cost is no
// object in a made-up market, free of it.
Result<std::optional<DayTrade>> trade_of(const Arguments& args) {
    for (const char* option : {"--profile", "--explore"})
        if (args.has(option) && !args.has("--trade"))
            return fail(
                fmt::format("{} is of the router that trades: give --trade POLICY", option));
    if (!args.has("--trade")) return std::nullopt;
    DayTrade trade;
    const std::string name = args.value("--trade");
    std::vector<std::string_view> names;
    for (const route::Policy& p : route::policies()) names.push_back(p.name);
    const auto policy = route::policy_named(name);
    if (!policy)
        return fail(
            fmt::format("--trade: there is no policy \"{}\"{}", name, did_you_mean(name, names)));
    if (*policy == route::PolicyId::static_table)
        return fail("--trade: static needs a table of LPs, which `assay compare` gives it");
    trade.policy = *policy;
    trade.profile = args.value("--profile", "balanced");
    names.clear();
    for (const score::Profile& p : score::built_in_profiles()) names.push_back(p.name);
    if (score::find_profile(trade.profile) == nullptr)
        return fail(fmt::format("--profile: \"{}\" is none of {}{}", trade.profile,
                                fmt::join(names, ", "), did_you_mean(trade.profile, names)));
    // Without a budget plans are drawn by what they cost, whatever the policy: of another than
    // these two nothing would be seen.
    const bool draws = *policy == route::PolicyId::split || *policy == route::PolicyId::bandit;
    const std::string explore = args.value("--explore", draws ? "menu" : "off");
    if (explore != "menu" && explore != "thompson" && explore != "free" && explore != "off")
        return fail(
            fmt::format("--explore: \"{}\" is none of menu, thompson, free and off", explore));
    if (explore == "thompson" && *policy == route::PolicyId::bandit)
        return fail("--explore thompson: a bandit draws from what it has learnt, give it menu");
    if (explore == "free" && !draws)
        return fail(
            fmt::format("--explore free draws among plans by what they cost, so that {} would "
                        "not be seen: only split and bandit draw freely",
                        name));
    if (explore != "off")
        trade.explore.how = explore == "thompson" ? route::Explore::thompson : route::Explore::menu;
    if (explore == "free") trade.explore.budget = kNoBudget;
    return trade;
}

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
    if (args.has("--start") && !CsvTime().parse(args.value("--start"), a.config.start))
        return fail(fmt::format("--start: \"{}\" is no time; {}", args.value("--start"),
                                CsvTime::kExpected));
    const auto symbols = args.whole("--symbols", 1, 1, kMostSymbols);
    if (!symbols) return std::unexpected(symbols.error());
    for (std::uint64_t i = 2; i <= *symbols; ++i)
        a.config.market.symbols.push_back(fmt::format("SIM{:03}", i));
    const auto parents = args.whole("--parents", 0, 1, kMostParents);
    if (!parents) return std::unexpected(parents.error());
    if (*parents > 0)
        a.config.parents.mean_gap_s = as_seconds(a.config.length) / static_cast<double>(*parents);
    auto trade = trade_of(args);
    if (!trade) return std::unexpected(trade.error());
    a.trade = std::move(*trade);
    return a;
}

// What came of the parents, and by whom.
std::string traded(const SimulatedDay& day, const Asked& a) {
    const std::string how =
        !a.trade ? "Shown to all LPs in equal parts"
        : a.trade->explore.how != route::Explore::off
            ? fmt::format("Routed by {}, with plans drawn at random {} (--explore off: none)",
                          policy(a.trade->policy).name,
                          a.trade->explore.budget < kNoBudget
                              ? fmt::format("for at most {:.0f} % more than its own are expected "
                                            "to cost",
                                            100 * a.trade->explore.budget)
                              : "without a budget for what that costs")
            : fmt::format("Routed by {}", policy(a.trade->policy).name);
    const double filled = day.lots > 0 ? 100 * day.filled_lots / day.lots : 0.0,
                 swept = day.lots > 0 ? 100 * day.swept_lots / day.lots : 0.0;
    return fmt::format(
        "\n{} parent orders arrived. {}.\nThose that were completed filled {:.1f} % with LPs and "
        "{:.1f} % in a last sweep, {:.2f} bps\nworse than the mid on arrival.{}\n"
        "The prices and the LPs are made up: figures of merit here say nothing of a real market.\n",
        grouped(static_cast<std::int64_t>(day.parents)), how, filled, swept, day.shortfall_bps,
        filled + swept < 99.95 ? " The rest was sent and never answered." : "");
}

std::string said(const SimulatedDay& day, const Asked& a, const std::string& folder) {
    std::string out =
        fmt::format("A simulated day of {} {}, {} LPs, {} {}, seed {}.\n{}: {} messages, {}\n\n",
                    shortest(a.hours), a.hours == 1 ? "hour" : "hours", a.config.lps.size(),
                    a.config.market.symbols.size(),
                    a.config.market.symbols.size() == 1 ? "symbol" : "symbols", a.seed, folder,
                    grouped(static_cast<std::int64_t>(day.messages)), bytes_in_words(day.bytes));
    std::size_t width = 0;
    for (const auto* files : {&day.logs, &day.truth})
        for (const DayFile& f : *files) width = std::max(width, f.name.size());
    if (day.decisions) width = std::max(width, day.decisions->name.size());
    for (const DayFile& f : day.logs)
        out += fmt::format("  {:<{}}  {}, {} messages\n", f.name, width, f.says,
                           grouped(static_cast<std::int64_t>(f.messages)));
    out += "\nThe truth, which `assay score` does not use:\n";
    for (const DayFile& f : day.truth) out += fmt::format("  {:<{}}  {}\n", f.name, width, f.says);
    if (day.decisions)
        out += fmt::format("\n  {:<{}}  {}, {}\n", day.decisions->name, width, day.decisions->says,
                           bytes_in_words(day.decisions->bytes));
    out += traded(day, a) + fmt::format("\nNext: assay score {}\n", folder);
    if (day.decisions)
        out += fmt::format(
            "      assay explain {0} --parent 1\n"
            "      assay backtest {0} --policy split,uniform\n",
            folder);
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
    const auto progress = [&](double share, std::uint64_t bytes, std::uint64_t messages) {
        bar.expect(share > 0 ? static_cast<std::uint64_t>(static_cast<double>(bytes) / share) : 0);
        bar.update(bytes, messages);
    };
    const auto day = a->trade ? write_traded_day(a->config, *a->trade, a->seed, folder, progress)
                              : write_simulated_day(a->config, a->seed, folder, progress);
    bar.erase();
    if (!day) return complain(day.error().text(), kNothingDone);
    if (!write_out(said(*day, *a, folder)))
        return complain("standard output could not be written", kNothingDone);
    return kDone;
}

}  // namespace assay::cli
