#include "core/judge/comparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "core/kpi/last_look.h"

namespace assay::judge {
namespace {

constexpr int kCurvePoints = 40;

std::vector<CompletionPoint> completion_of(std::span<const Outcome> outcomes) {
    std::vector<double> seconds;
    for (const Outcome& o : outcomes)
        if (o.completion_seconds) seconds.push_back(*o.completion_seconds);
    if (seconds.empty()) return {};
    std::sort(seconds.begin(), seconds.end());
    std::vector<CompletionPoint> curve;
    const std::size_t points = std::min<std::size_t>(kCurvePoints, seconds.size());
    for (std::size_t i = 1; i <= points; ++i) {
        const std::size_t done = i * seconds.size() / points;
        curve.push_back(
            {seconds[done - 1], static_cast<double>(done) / static_cast<double>(outcomes.size())});
    }
    return curve;
}

Row row_of(const std::string& policy, const std::string& scenario,
           std::span<const Outcome> outcomes) {
    Row row{.policy = policy, .scenario = scenario};
    std::vector<double> shortfalls, seconds;
    for (const Outcome& o : outcomes) {
        if (o.shortfall_bps) shortfalls.push_back(*o.shortfall_bps);
        if (o.completion_seconds) seconds.push_back(*o.completion_seconds);
        row.filled_share += o.filled_share;
        row.swept_share += o.swept_share;
        row.rounds += o.rounds;
        row.children += o.children;
        row.rejects += o.rejects;
    }
    row.parents = static_cast<std::int64_t>(outcomes.size());
    const double n = std::max(1.0, static_cast<double>(outcomes.size()));
    for (double* sum :
         {&row.filled_share, &row.swept_share, &row.rounds, &row.children, &row.rejects})
        *sum /= n;
    row.complete_share = static_cast<double>(seconds.size()) / n;
    const auto mean = [](const std::vector<double>& values) -> std::optional<double> {
        if (values.empty()) return std::nullopt;
        double sum = 0;
        for (const double x : values) sum += x;
        return sum / static_cast<double>(values.size());
    };
    row.shortfall_bps = mean(shortfalls);
    row.completion_seconds = mean(seconds);
    if (row.shortfall_bps) row.shortfall_p95_bps = percentile(std::move(shortfalls), 0.95);
    if (row.completion_seconds) row.completion_p95_seconds = percentile(std::move(seconds), 0.95);
    return row;
}

bool excludes_zero(const Interval& i) {
    return i.low > 0 || i.high < 0;
}

// What the bootstrap finds clear, whether or not the check agrees.
bool clear_by_bootstrap(const Row& row) {
    return row.regret && row.regret->n >= kLeastPairs && row.p_holm && *row.p_holm < kClearP &&
           excludes_zero(row.regret->bps.interval);
}

bool check_agrees(const Row& row) {
    return row.regret->check && row.regret->check->p < kClearP;
}

void stand(std::vector<Row>& rows, const std::string& reference) {
    std::vector<double> p;
    for (const Row& row : rows)
        if (row.regret) p.push_back(row.regret->bps.p);
    const auto adjusted = kpi::holm(p);
    std::size_t next = 0;
    for (Row& row : rows) {
        if (row.policy == reference) row.standing = Standing::reference;
        if (!row.regret) continue;
        row.p_holm = adjusted[next++];
        row.standing = !clear_by_bootstrap(row) || !check_agrees(row)
                           ? Standing::no_clear_difference
                       : row.regret->bps.mean > 0 ? Standing::clearly_dearer
                                                  : Standing::clearly_cheaper;
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        if (!a.shortfall_bps || !b.shortfall_bps)
            return a.shortfall_bps.has_value() > b.shortfall_bps.has_value();
        return *a.shortfall_bps < *b.shortfall_bps;
    });
}

std::string names_of(std::span<const Row> rows, Standing standing) {
    std::string names;
    for (const Row& row : rows)
        if (row.standing == standing) names += (names.empty() ? "" : ", ") + row.policy;
    return names;
}

// Parents that were not held against each other.
void say_unpaired(std::vector<std::string>& says, std::span<const Row> rows,
                  const std::string& reference) {
    for (const Row& row : rows) {
        if (row.standing == Standing::not_compared)
            says.push_back(
                fmt::format("{} has no parent in common with {}", row.policy, reference));
        else if (row.regret && row.regret->left_out > 0)
            says.push_back(fmt::format("{}: {} parents could not be paired", row.policy,
                                       row.regret->left_out));
    }
}

// One scenario's rows in words.
void say(std::vector<std::string>& says, std::span<const Row> rows, const std::string& reference,
         const std::string& place) {
    const std::string cheaper = names_of(rows, Standing::clearly_cheaper);
    const std::string dearer = names_of(rows, Standing::clearly_dearer);
    const std::string open = names_of(rows, Standing::no_clear_difference);
    if (!cheaper.empty())
        says.push_back(fmt::format("{}: clearly cheaper than {}: {}", place, reference, cheaper));
    if (!dearer.empty())
        says.push_back(fmt::format("{}: clearly dearer than {}: {}", place, reference, dearer));
    if (cheaper.empty() && dearer.empty())
        says.push_back(fmt::format("{}: nothing is clear; no policy differs from {} beyond chance",
                                   place, reference));
    else if (!open.empty())
        says.push_back(fmt::format("{}: no clear difference from {}: {}", place, reference, open));
    for (const Row& row : rows) {
        if (clear_by_bootstrap(row) && !check_agrees(row))
            says.push_back(
                fmt::format("{}: {}: the bootstrap finds a difference, Diebold-Mariano "
                            "(p {:.2f}) does not: not counted as clear",
                            place, row.policy, row.regret->check ? row.regret->check->p : 1.0));
    }
}

Result<void> checked(std::span<const PolicyRun> policies, std::size_t scenarios,
                     const std::string& reference) {
    std::set<std::string> names;
    for (const PolicyRun& run : policies) {
        if (!names.insert(run.name).second)
            return fail(fmt::format("two policies are called \"{}\"", run.name));
        std::set<ParentKey> parents;
        for (const Outcome& o : run.outcomes) {
            if (o.parent.scenario >= scenarios)
                return fail(fmt::format("{}: a parent of scenario {}, and there are {}", run.name,
                                        o.parent.scenario, scenarios));
            if (!std::isfinite(o.shortfall_bps.value_or(0)) ||
                !std::isfinite(o.completion_seconds.value_or(0)))
                return fail(
                    fmt::format("{}: parent {} of seed {}, scenario {} has a shortfall or a "
                                "time that is no number",
                                run.name, o.parent.number, o.parent.seed, o.parent.scenario));
            if (!parents.insert(o.parent).second)
                return fail(fmt::format("{}: parent {} of seed {}, scenario {} stands there twice",
                                        run.name, o.parent.number, o.parent.seed,
                                        o.parent.scenario));
        }
    }
    if (policies.empty()) return fail("there are no policies to compare");
    if (!names.contains(reference))
        return fail(fmt::format("the reference \"{}\" is none of the policies", reference));
    return {};
}

// Outcomes of one scenario, or of all.
std::vector<Outcome> outcomes_of(const PolicyRun& run, std::optional<std::size_t> scenario) {
    std::vector<Outcome> out;
    for (const Outcome& o : run.outcomes)
        if (!scenario || o.parent.scenario == *scenario) out.push_back(o);
    return out;
}

}  // namespace

const char* text(Standing s) {
    switch (s) {
        case Standing::reference:
            return "reference";
        case Standing::clearly_cheaper:
            return "clearly cheaper";
        case Standing::clearly_dearer:
            return "clearly dearer";
        case Standing::no_clear_difference:
            return "no clear difference";
        case Standing::not_compared:
            return "not compared";
    }
    return "";
}

Result<Comparison> compared(std::span<const PolicyRun> policies,
                            const std::vector<std::string>& scenarios, const std::string& reference,
                            const Resampling& how) {
    if (auto ok = checked(policies, scenarios.size(), reference); !ok)
        return std::unexpected(std::move(ok.error()));
    Comparison out{.about = {}, .reference = reference, .scenarios = scenarios, .how = how};
    std::set<std::uint64_t> seeds;
    for (const PolicyRun& run : policies)
        for (const Outcome& o : run.outcomes) seeds.insert(o.parent.seed);
    out.seeds = static_cast<int>(seeds.size());

    std::vector<std::optional<std::size_t>> places;
    if (scenarios.size() != 1) places.emplace_back();
    for (std::size_t i = 0; i < scenarios.size(); ++i) places.emplace_back(i);
    for (const auto place : places) {
        const std::string name = place ? scenarios[*place] : "";
        std::vector<Outcome> against;
        for (const PolicyRun& run : policies)
            if (run.name == reference) against = outcomes_of(run, place);
        std::vector<Row> rows;
        for (const PolicyRun& run : policies) {
            const auto outcomes = outcomes_of(run, place);
            rows.push_back(row_of(run.name, name, outcomes));
            if (run.name == reference) continue;
            if (auto regret = paired(outcomes, against, how)) rows.back().regret = *regret;
        }
        stand(rows, reference);
        say(out.says, rows, reference, place ? name : "all scenarios");
        if (out.rows.empty()) say_unpaired(out.says, rows, reference);
        out.rows.insert(out.rows.end(), rows.begin(), rows.end());
    }
    for (std::size_t i = 0; i < policies.size(); ++i) {  // the first rows are one a policy
        const auto run = std::find_if(policies.begin(), policies.end(), [&](const PolicyRun& p) {
            return p.name == out.rows[i].policy;
        });
        out.policies.push_back({run->name, completion_of(run->outcomes), run->forecasts,
                                agreement(run->snapshots, how)});
    }
    return out;
}

Result<void> answer_from_log(Comparison& replay, const std::string& policy,
                             std::span<const LoggedParent> log, Question question) {
    const auto row = std::find_if(replay.rows.begin(), replay.rows.end(),
                                  [&](const Row& r) { return r.policy == policy; });
    if (row == replay.rows.end()) return fail(fmt::format("there is no policy \"{}\"", policy));
    LoggedAnswer answer{policy, off_policy(log, question, replay.how), Conclusion::refused};
    const std::optional<Interval> replayed =
        row->regret ? std::optional(row->regret->bps.interval) : std::nullopt;
    answer.conclusion = concluded(replayed.value_or(Interval{}), answer.estimate);
    replay.says.push_back(fmt::format("{}: {}{}{}", policy, text(answer.conclusion),
                                      question == Question::deviate_once ? " (deviating once)" : "",
                                      answer.estimate.refused ? ": " + answer.estimate.why : ""));
    replay.logged.push_back(std::move(answer));
    return {};
}

}  // namespace assay::judge
