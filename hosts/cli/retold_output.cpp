#include "hosts/cli/retold_output.h"

#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {

using judge::Row;
using judge::Standing;
using sim::LpsDrawn;

namespace {

constexpr std::string_view kStatic = "static ";
constexpr int kRoomForTails = 100;  // columns of a terminal that shows 95th percentiles too

Cell number(const Terminal& t, std::optional<double> x, int decimals, double times = 1) {
    return x ? Cell{with_decimals(times * *x, decimals)} : Cell{dash(t), Style::dim};
}
Cell minutes(const Terminal& t, std::optional<double> seconds) {
    return seconds ? Cell{minutes_text(*seconds)} : Cell{dash(t), Style::dim};
}
Cell verdict_cell(const Row& row) {
    switch (row.standing) {
        case Standing::clearly_cheaper:
            return {verdict(row.standing), Style::good};
        case Standing::clearly_dearer:
            return {verdict(row.standing), Style::bad};
        case Standing::reference:
            return {"(story)", Style::dim};
        default:
            return {verdict(row.standing), Style::warn};
    }
}

TextTable table_of(const RetoldBlock& block, const Terminal& t) {
    const bool tails = t.width >= kRoomForTails;
    TextTable table;
    const auto column = [&](const char* over, const char* head, auto cell,
                            Align align = Align::right) {
        TextColumn c{over, head, align};
        for (const Row& row : block.compared.rows) c.cells.push_back(cell(row));
        table.columns.push_back(std::move(c));
    };
    column(
        "", "policy",
        [&](const Row& r) { return Cell{cut_to(t, printable(t, r.policy), tails ? 28 : 18)}; },
        Align::left);
    column("shortfall", "bps", [&](const Row& r) { return number(t, r.shortfall_bps, 2); });
    if (tails) column("", "p95", [&](const Row& r) { return number(t, r.shortfall_p95_bps, 2); });
    column("than the", "story's", [&](const Row& r) {
        return r.regret ? Cell{signed_bps(r.regret->bps.mean), Style::bold} : Cell{""};
    });
    column(
        "", "95 % interval",
        [&](const Row& r) {
            if (!r.regret) return Cell{""};
            const auto& i = r.regret->bps.interval;
            return Cell{fmt::format("[{}, {}]", signed_bps(i.low), signed_bps(i.high))};
        },
        Align::left);
    column("filled", "%", [&](const Row& r) { return number(t, r.filled_share, 1, 100); });
    column("time", "m:s", [&](const Row& r) { return minutes(t, r.completion_seconds); });
    if (tails)
        column("", "p95", [&](const Row& r) { return minutes(t, r.completion_p95_seconds); });
    column("", "", verdict_cell, Align::left);
    return table;
}

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
        out += names[i];
    }
    return out;
}

// One line over the rows that are routes to a single LP, or over those that are not.
std::string verdict_line(const Retold& retold, const RetoldBlock& block, bool single) {
    std::vector<std::string> better, worse, unclear;
    for (const Row& row : block.compared.rows) {
        const bool is_static = std::string_view(row.policy).starts_with(kStatic);
        if (row.standing == Standing::reference || is_static != single) continue;
        const std::string name = single ? row.policy.substr(kStatic.size()) : row.policy;
        (row.standing == Standing::clearly_dearer    ? better
         : row.standing == Standing::clearly_cheaper ? worse
                                                     : unclear)
            .push_back(name);
    }
    std::string out;
    const auto part = [&](const char* says, const std::vector<std::string>& names) {
        if (!names.empty())
            out += fmt::format("{}{} {}", out.empty() ? "" : "; ", says, listed(names));
    };
    part("better than", better);
    part("worse than", worse);
    part("not clearly different from", unclear);
    return out.empty() ? out
                       : fmt::format("Against {}, {} is {}.",
                                     single ? "sending all to one LP" : "other policies",
                                     retold.policy, out);
}

}  // namespace

std::string signed_bps(double x) {
    const std::string text = with_decimals(x, 2);
    return text.front() == '-' || text == "0.00" ? text : "+" + text;
}

std::string minutes_text(double seconds) {
    const auto s = std::llround(seconds);
    return fmt::format("{}:{:02}", s / 60, s % 60);
}

const char* verdict(Standing standing) {
    switch (standing) {
        case Standing::clearly_cheaper:
            return "better";
        case Standing::clearly_dearer:
            return "worse";
        case Standing::no_clear_difference:
            return "not clear";
        case Standing::not_compared:
            return "no pairs";
        case Standing::reference:
            break;
    }
    return "";
}

std::string retold_title(const Retold& r) {
    return fmt::format("The same order in {} drawn {} of each kind", r.seeds,
                       r.seeds == 1 ? "world" : "worlds");
}

std::string retold_about(const Retold& r) {
    return fmt::format(
        "Here no answer is scripted: LPs have hidden parameters, which are drawn for each world "
        "with its seed, and answer by chance; the mid wanders by {:.2f} bps a square root of a "
        "second, as much as the quotes of the story moved. \"static LP_A\" sends all to LP_A, in "
        "the same rounds. Oracle knows the parameters, not the luck, and looks one round ahead. "
        "Made-up markets: no evidence about a real one.",
        r.sigma_bps);
}

std::string lps_title(const RetoldBlock& block) {
    return block.lps == LpsDrawn::around_the_history ? "LPs around the story's histories"
                                                     : "LPs at random";
}

std::string lps_about(const RetoldBlock& block) {
    std::string out =
        block.lps == LpsDrawn::around_the_history
            ? fmt::format(
                  "Drawn around what the history of the scenario says of each: shares by {} in log "
                  "odds, latency by {:.0f} %, impact by {:.0f} %, improvement by {} half-spreads. "
                  "What fills come short of is half nothing, half too little. The desk has read "
                  "that history, {} orders an LP.",
                  sim::kShareLogitSd, 100 * sim::kLatencyLogSd, 100 * sim::kImpactLogSd,
                  sim::kImprovementSd, grouped(std::int64_t{sim::kOrdersOfHistory}))
            : fmt::format(
                  "Drawn without a look at the story: the names mean nothing here. The desk has "
                  "read {} orders to each, which it sent the day before.",
                  sim::kOrdersBefore);
    out +=
        " True in the mean (of a filled share paid against the mid, impact of an order of the "
        "history's size, both bps, fill):";
    for (const TrueLp& lp : block.truth)
        out += fmt::format("{} {} {}, {}, {:.0f} %", &lp == block.truth.data() ? "" : ";", lp.name,
                           with_decimals(lp.paid_bps, 2), with_decimals(lp.impact_bps, 2),
                           100 * lp.fill);
    return out + ".";
}

std::vector<std::string> verdicts(const Retold& retold, const RetoldBlock& block) {
    if (retold.seeds < judge::kLeastPairs)
        return {fmt::format("{} are too few worlds to call anything better or worse: at least {}.",
                            retold.seeds, judge::kLeastPairs)};
    std::vector<std::string> out;
    for (const bool single : {true, false})
        if (std::string line = verdict_line(retold, block, single); !line.empty())
            out.push_back(std::move(line));
    return out;
}

std::string retold_method(const Retold& r) {
    const judge::Resampling& how = r.blocks.at(0).compared.how;
    return fmt::format(
        "Shortfall in bps of arrival, what was not filled in time swept from the market; above 0 "
        "is a cost. Differences are to {} in the same worlds; intervals by bootstrap of whole "
        "worlds ({} draws). Better or worse: p below {} after Holm, the interval without 0, "
        "Diebold-Mariano agrees, and at least {} worlds. Seeds {} to {}.",
        r.policy, grouped(std::int64_t{how.draws}), judge::kClearP, judge::kLeastPairs,
        r.first_seed, r.first_seed + r.seeds - 1);
}

std::string retold_text(const Retold& retold, const Terminal& t) {
    const auto say = [&](const std::string& text, Style style = Style::plain) {
        return painted(t, style, wrapped(printable(t, text), t.width, 0)) + "\n";
    };
    std::string out = "\n" + painted(t, Style::bold, retold_title(retold)) + "\n" +
                      rule(t, t.width) + "\n" + say(retold_about(retold));
    for (const RetoldBlock& block : retold.blocks) {
        out += "\n" + painted(t, Style::bold, lps_title(block)) + "\n" + say(lps_about(block)) +
               "\n" + text_of(table_of(block, t), t);
        for (const std::string& line : verdicts(retold, block)) out += say(line, Style::bold);
    }
    return out + "\n" + say(retold_method(retold), Style::dim);
}

}  // namespace assay::cli
