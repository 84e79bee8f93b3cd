// assay backtest.
#include <charconv>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "hosts/cli/backtest_output.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/comparison_document.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"
#include "hosts/cli/health_output.h"
#include "hosts/cli/history_source.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/settings_command.h"
#include "hosts/cli/write_file.h"

namespace assay::cli {
namespace {

// "split", or "static=LP_A,LP_B": a list of policies, LPs behind "static=" belong to its table.
Result<std::vector<backtest::Contender>> policies_of(const Arguments& args) {
    std::vector<std::string> names;
    for (const std::string& list : args.all("--policy"))
        for (std::string_view rest = list;;) {
            const std::string_view part = rest.substr(0, rest.find(','));
            if (!names.empty() && names.back().starts_with("static=") &&
                !route::policy_named(part) && !part.starts_with("static="))
                names.back() += "," + std::string(part);
            else
                names.emplace_back(part);
            if (part.size() == rest.size()) break;
            rest.remove_prefix(part.size() + 1);
        }
    if (names.empty()) names = {"split", "primary"};
    std::vector<backtest::Contender> out;
    for (const std::string& text : names) {
        const std::string name = text.substr(0, text.find('='));
        const auto id = route::policy_named(name);
        std::vector<std::string_view> known;
        for (const route::Policy& p : route::policies()) known.push_back(p.name);
        if (!id)
            return fail(fmt::format("--policy: there is no policy \"{}\"{}", name,
                                    did_you_mean(name, known)));
        if (route::policy(*id).use == route::Use::truth)
            return fail(
                fmt::format("--policy: {} needs the truth, which no log knows; `assay "
                            "compare` has it",
                            name));
        backtest::Contender c;
        c.name = text;
        c.policy = *id;
        if (text.size() > name.size()) {
            if (*id != route::PolicyId::static_table)
                return fail(fmt::format("--policy: \"{}\": only static has a table of LPs", text));
            for (std::string_view rest = std::string_view(text).substr(name.size() + 1);;) {
                const std::string_view lp = rest.substr(0, rest.find(','));
                c.table.emplace_back(lp);
                if (lp.size() == rest.size()) break;
                rest.remove_prefix(lp.size() + 1);
            }
        } else if (*id == route::PolicyId::static_table) {
            return fail("--policy: static needs its table, best first: static=LP_A,LP_B");
        }
        for (const backtest::Contender& other : out)
            if (other.name == c.name) return fail(fmt::format("--policy: {} stands twice", text));
        out.push_back(std::move(c));
    }
    return out;
}

// Each policy under each of the profiles.
Result<void> put_contenders(const Arguments& args, BacktestPlan& plan) {
    auto policies = policies_of(args);
    if (!policies) return std::unexpected(policies.error());
    for (const backtest::Contender& c : *policies)
        for (const score::Profile* p : {&plan.profile, plan.against ? &*plan.against : nullptr}) {
            if (p == nullptr) continue;
            plan.contenders.push_back(c);
            plan.contenders.back().profile = *p;
            if (plan.against) plan.contenders.back().name += " (" + p->name + ")";
        }
    if (plan.contenders.size() > kMostBacktested)
        return fail(
            fmt::format("{} policies and profiles are more than can be held against a log "
                        "at once, which is {}",
                        plan.contenders.size(), kMostBacktested));
    return {};
}

Result<double> number(const Arguments& args, std::string_view option, double otherwise,
                      double most) {
    if (!args.has(option)) return otherwise;
    const std::string text = args.value(option);
    double x = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error != std::errc{} || end != text.data() + text.size() || !(x >= 0) || x > most)
        return fail(fmt::format("{}: \"{}\" is no number from 0 to {}", option, text, most));
    return x;
}

Result<void> put_numbers(const Arguments& args, BacktestPlan& plan) {
    if (args.has("--gap")) {
        const std::string text = args.value("--gap");
        const auto gap = text == "0" ? std::optional(Duration{}) : parse_duration(text);
        if (!gap)
            return fail(fmt::format("--gap: \"{}\" is no time; give it as 1s, 500ms or 0", text));
        plan.gap = *gap;
    }
    const auto rounds = args.whole("--rounds", 0, 1, 100);
    if (!rounds) return std::unexpected(rounds.error());
    if (*rounds > 0) plan.rounds = static_cast<std::uint32_t>(*rounds);
    const auto draws = args.whole("--draws", 8, 1, 1000);
    if (!draws) return std::unexpected(draws.error());
    plan.rules.draws = static_cast<std::uint32_t>(*draws);
    const auto seed = args.whole("--seed", 1, 0, UINT64_MAX);
    if (!seed) return std::unexpected(seed.error());
    plan.rules.seed = plan.how.seed = *seed;
    const auto sweep = number(args, "--sweep", 0.35, 1000);
    if (!sweep) return std::unexpected(sweep.error());
    plan.rules.sweep_bps_per_sqrt_lot = *sweep;
    return {};
}

Result<BacktestPlan> plan_of(const Arguments& args, const Settings& settings) {
    BacktestPlan plan;
    plan.profile = settings.config.profile;
    if (args.has("--against")) {
        auto against = load_profile(args.value("--against"));
        if (!against) return fail("--against: " + against.error().text());
        if (against->profile.name == plan.profile.name)
            return fail(
                fmt::format("--against: {} is held against itself; give another profile "
                            "with --profile",
                            plan.profile.name));
        plan.against = against->profile;
    }
    if (auto ok = put_contenders(args, plan); !ok) return std::unexpected(ok.error());
    if (auto ok = put_numbers(args, plan); !ok) return std::unexpected(ok.error());
    plan.decisions = args.value("--decisions");
    if (args.has("--compare")) {
        auto compared = read_comparison(args.value("--compare"));
        if (!compared) return fail("--compare: " + compared.error().text());
        plan.compared = std::move(*compared);
        plan.asked_compare = true;
    }
    return plan;
}

// Messages and decisions of a history, beside the logs that were named.
Result<void> put_history(const std::string& path, BacktestPlan& plan, ReplayOptions& options) {
    auto history = history::History::look_into(path);
    if (!history) return std::unexpected(history.error());
    options.inputs.push_back(path);
    options.open = [path](const std::string& input) {
        return input == path ? history_source(input) : open_source(input);
    };
    if (!plan.decisions.empty()) return {};  // named by --decisions
    auto decisions = decisions_in(**history);
    if (!decisions) return std::unexpected(std::move(decisions.error()).in(path));
    if (decisions->parents.empty()) return {};
    plan.kept_decisions = std::move(*decisions);
    plan.decisions = path;
    return {};
}

std::string text_of(const Backtest& b, const std::string& format, const Terminal& terminal) {
    return format == "json"   ? backtest_json(b)
           : format == "csv"  ? backtest_csv(b)
           : format == "html" ? backtest_html(b)
                              : backtest_table(b, terminal);
}

}  // namespace

int backtest(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "csv" && format != "json" && format != "html")
        return complain(fmt::format("--format: \"{}\" is none of table, csv, json, html", format),
                        kUsage);
    auto prepared = prepare(args);
    if (!prepared) return complain(prepared.error().text(), kUsage);
    const std::string history = args.value("--history");
    if (args.positional.empty() && history.empty())
        return complain(
            "back-test what? Give FIX logs, a folder of them, or --history FILE.\n"
            "Try `assay backtest --help`.",
            kUsage);
    for (const std::string& input : args.positional)
        if (input == "-")
            return complain(
                "a back-test reads its input twice, and standard input is gone after "
                "once: give a file",
                kUsage);
    auto plan = plan_of(args, prepared->settings);
    if (!plan) return complain(plan.error().text(), kUsage);
    if (!history.empty())
        if (auto put = put_history(history, *plan, prepared->options); !put)
            return complain(put.error().text(), kNothingDone);
    for (const std::string& w : prepared->warnings) fmt::print(stderr, "assay: warning: {}\n", w);
    const Terminal err = terminal_of(STDERR_FILENO);
    ProgressBar bar(STDERR_FILENO, err, 0, "reading twice");
    const auto done =
        run_backtest(*plan, prepared->settings, prepared->options, prepared->calendars,
                     [&](std::uint64_t bytes, std::uint64_t n) { bar.update(bytes, n); });
    bar.erase();
    if (!done) return complain(done.error().text(), kNothingDone);
    if (format != "json") {
        const std::string health = health_text(done->health, err, Detail::brief);
        fmt::print(stderr, "{}\n", health);
        std::fflush(stderr);
    }
    const std::string path = args.value("--out");
    const Terminal terminal = path.empty() ? terminal_of(STDOUT_FILENO) : Terminal{.width = 100};
    const std::string text = text_of(*done, format, terminal);
    if (path.empty()) {
        if (write_out(text)) return kDone;
        return complain("standard output could not be written", kNothingDone);
    }
    if (const auto ok = write_file(path, text); !ok) return complain(ok.error().text());
    return kDone;
}

}  // namespace assay::cli
