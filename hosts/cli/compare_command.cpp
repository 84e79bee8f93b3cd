// assay compare.
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <thread>
#include <unistd.h>

#include "core/score/profile.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/comparison_html.h"
#include "hosts/cli/comparison_output.h"
#include "hosts/cli/comparison_run.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/gaming_run.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/write_file.h"

namespace assay::cli {
namespace {

constexpr std::string_view kPolicies =
    "oracle,split,probe-then-split,primary,score-split,limit-or-market,bandit,uniform,static,"
    "random,round-robin";
constexpr std::string_view kPoliciesOfGaming = "oracle,split";
constexpr std::uint64_t kMostSeeds = 1000, kMostParents = 100'000, kMostThreads = 256;

std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    for (std::string_view rest = list;;) {
        const std::string_view part = rest.substr(0, rest.find(','));
        parts.emplace_back(part);
        if (part.size() == rest.size()) return parts;
        rest.remove_prefix(part.size() + 1);
    }
}

// The list of policies; LPs behind "static=LP_A" belong to its table.
std::vector<std::string> policies_of(std::string_view list) {
    std::vector<std::string> policies;
    for (std::string& part : parts_of(list)) {
        const bool of_table = !policies.empty() && policies.back().starts_with("static=") &&
                              !route::policy_named(part) && !part.starts_with("static=");
        if (of_table)
            policies.back() += "," + part;
        else
            policies.push_back(std::move(part));
    }
    return policies;
}

Result<void> put_contenders(const Arguments& args, const std::vector<sim::LpConfig>& lps,
                            ComparisonPlan& plan) {
    const auto add = [&](const std::string& text) -> Result<void> {
        auto contender = contender_of(text, lps);
        if (!contender) return std::unexpected(contender.error());
        for (const Contender& c : plan.contenders)
            if (c.name == contender->name) return fail(fmt::format("{} stands twice", text));
        plan.contenders.push_back(std::move(*contender));
        return {};
    };
    const std::string_view usual = args.has("--gaming") ? kPoliciesOfGaming : kPolicies;
    for (const std::string& text : policies_of(args.value("--policies", usual)))
        if (auto ok = add(text); !ok) return fail(fmt::format("--policies: {}", ok.error().text()));
    plan.reference = args.value("--reference", "oracle");
    bool there = false;
    for (const Contender& c : plan.contenders) there |= c.name == plan.reference;
    if (!there)
        if (auto ok = add(plan.reference); !ok)
            return fail(fmt::format("--reference: {}", ok.error().text()));
    if (plan.contenders.size() > kMostContenders)
        return fail(fmt::format("{} policies are more than can be compared at once, which is {}",
                                plan.contenders.size(), kMostContenders));
    return {};
}

Result<void> put_scenarios(const Arguments& args, const sim::WorldConfig& base,
                           ComparisonPlan& plan) {
    if (args.has("--leakage") && args.has("--scenarios"))
        return fail("--leakage is a single scenario; with --scenarios it is one too many");
    if (args.has("--lps") && !args.has("--leakage") && !args.has("--scenarios")) {
        const sim::LeakageConfig& l = base.leakage;
        const bool own = l.model == sim::LeakModel::linear && l.permanent_share == 1 &&
                         l.delay <= Duration{1'000'000'000} && base.capacity_correlation == 0 &&
                         base.parents.informed_share == 0;
        plan.scenarios.push_back({"as in the file", "as in " + args.value("--lps"),
                                  own ? Model::the_routers_own : Model::another, base});
        return {};
    }
    const std::string_view option = args.has("--leakage") ? "--leakage" : "--scenarios";
    for (const std::string& name : parts_of(args.value(option, scenario_names().front()))) {
        auto scenario = scenario_named(name, base);
        if (!scenario) return fail(fmt::format("{}: {}", option, scenario.error().text()));
        for (const Scenario& s : plan.scenarios)
            if (s.name == name) return fail(fmt::format("{}: {} stands twice", option, name));
        plan.scenarios.push_back(std::move(*scenario));
    }
    if (option == "--leakage" && plan.scenarios.size() > 1)
        return fail("--leakage is a single one; --scenarios takes several");
    return {};
}

Result<void> put_numbers(const Arguments& args, ComparisonPlan& plan) {
    struct Row {
        std::string_view option;
        std::uint64_t otherwise, least, most;
        std::uint64_t* to;
    };
    std::uint64_t threads = 0;
    for (const Row& row : {Row{"--seeds", 5, 1, kMostSeeds, &plan.seeds},
                           Row{"--first-seed", 1, 0, UINT64_MAX / 2, &plan.first_seed},
                           Row{"--parents", 300, 1, kMostParents, &plan.parents},
                           Row{"--threads", std::max(1u, std::thread::hardware_concurrency()), 1,
                               kMostThreads, &threads}}) {
        const auto n = args.whole(row.option, row.otherwise, row.least, row.most);
        if (!n) return std::unexpected(n.error());
        *row.to = *n;
    }
    plan.threads = static_cast<unsigned>(threads);
    return {};
}

Result<ComparisonPlan> plan_of(const Arguments& args) {
    ComparisonPlan plan;
    sim::WorldConfig base;
    if (args.has("--lps")) {
        auto file = TomlFile::read(args.value("--lps"));
        if (!file) return std::unexpected(file.error());
        auto config = read_lps(*file);
        if (!config) return std::unexpected(config.error());
        base = std::move(*config);
    }
    plan.profile = args.value("--profile", "balanced");
    if (score::find_profile(plan.profile) == nullptr) {
        std::vector<std::string_view> names;
        for (const score::Profile& p : score::built_in_profiles()) names.push_back(p.name);
        return fail(fmt::format("--profile: \"{}\" is none of {}{}", plan.profile,
                                fmt::join(names, ", "), did_you_mean(plan.profile, names)));
    }
    if (auto ok = put_numbers(args, plan); !ok) return std::unexpected(ok.error());
    if (auto ok = put_contenders(args, base.lps, plan); !ok) return std::unexpected(ok.error());
    if (auto ok = put_scenarios(args, base, plan); !ok) return std::unexpected(ok.error());
    return plan;
}

}  // namespace

int compare(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    if (format != "table" && format != "csv" && format != "json" && format != "html")
        return complain(fmt::format("--format: \"{}\" is none of table, csv, json, html", format),
                        kUsage);
    const auto plan = plan_of(args);
    if (!plan) return complain(plan.error().text(), kUsage);
    ProgressBar bar(STDERR_FILENO, terminal_of(STDERR_FILENO), 0, "trading", {}, Counts::parents);
    auto compared = run_comparison(*plan, [&](std::uint64_t done, std::uint64_t all) {
        bar.expect(all);
        bar.update(done, done);
    });
    if (compared && args.has("--gaming")) add_gaming(*plan, *compared);
    bar.erase();
    if (!compared) return complain(compared.error().text(), kNothingDone);
    const std::string path = args.value("--out");
    Terminal terminal = terminal_of(STDOUT_FILENO);
    if (!path.empty()) terminal = {.width = 120};
    const std::string text = format == "json"   ? comparison_json(*compared)
                             : format == "csv"  ? comparison_csv(*compared)
                             : format == "html" ? comparison_html(*compared)
                                                : comparison_table(*compared, terminal);
    if (path.empty()) {
        if (write_out(text)) return kDone;
        return complain("standard output could not be written", kNothingDone);
    }
    if (auto ok = write_file(path, text); !ok) return complain(ok.error().text(), kNothingDone);
    return kDone;
}

}  // namespace assay::cli
