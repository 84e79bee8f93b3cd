#include "hosts/cli/explained_parent.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "core/desk/child_wire.h"
#include "core/route/decision_words.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/iso_time.h"

namespace assay::cli {

using route::Decision;

namespace {

struct Standing {
    double score{};
    int rank{};
};

// Of all LPs with a score, by what the profile ranks by.
std::map<std::string, Standing> standings(const route::DecisionInputs& in) {
    std::vector<std::pair<double, const route::CandidateRecord*>> sorted;
    for (const route::CandidateRecord& c : in.candidates)
        if (c.known.standing)
            sorted.emplace_back(in.rank_by == score::RankBy::lcb ? c.known.standing->lcb
                                                                 : c.known.standing->composite,
                                &c);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::map<std::string, Standing> out;
    int rank = 0;
    for (const auto& [by, c] : sorted) out[c->name] = {c->known.standing->composite, ++rank};
    return out;
}

// Those that a reader would see change: a tenth of a point, or a place.
std::vector<ExplainedScore> changes(const Decision& from, const Decision& to) {
    std::vector<ExplainedScore> out;
    const auto after = standings(to.inputs);
    for (const auto& [lp, before] : standings(from.inputs)) {
        const auto now = after.find(lp);
        if (now == after.end()) continue;
        if (std::abs(now->second.score - before.score) < .05 && now->second.rank == before.rank)
            continue;
        out.push_back({lp, before.score, now->second.score, before.rank, now->second.rank});
    }
    return out;
}

std::string name_of(const Decision& d, route::LpId lp) {
    for (const route::CandidateRecord& c : d.inputs.candidates)
        if (c.known.lp == lp) return c.name;
    return fmt::format("LP #{}", lp.number);
}

ExplainedChild child_of(const Decision& d, std::size_t i) {
    const route::PlannedChild& planned = d.choice.children[i];
    ExplainedChild c;
    c.lp = name_of(d, planned.lp);
    c.qty = planned.qty;
    c.limit = planned.limit;
    if (fills_known(d.inputs, planned.lp)) {
        c.expected = planned.predicted_lots * as_double(d.inputs.order.lot);
        c.predicted_full = planned.predicted_full;
    }
    if (planned.predicted_ms > 0) c.predicted_ms = planned.predicted_ms;
    c.state = "not known yet";
    // The outcome lists what was planned, in that order.
    if (!d.outcome || d.outcome->children.size() != d.choice.children.size()) return c;
    const route::ChildOutcome& o = d.outcome->children[i];
    c.refused = o.refused;
    c.state = o.refused.empty() ? text(o.state) : "not sent";
    if (!o.refused.empty()) return c;
    c.cl_ord_id = desk::cl_ord_id_of(o.child);
    c.filled = o.filled;
    if (o.took.ns >= 0) c.took_ms = as_ms(o.took);
    if (o.filled > Qty{})
        // Divided last: 99,990,000,000 times 1e-9 is not the double that is written 99.99.
        c.average = static_cast<double>(o.notional) / static_cast<double>(o.filled.micro) / 1e9;
    return c;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

}  // namespace

ExplainedParent explained(std::uint64_t id, const ParentStory& story) {
    ExplainedParent p;
    p.id = id;
    p.order = story.order;
    p.end = story.end;
    for (std::size_t i = 0; i < story.decisions.size(); ++i) {
        const Decision& d = story.decisions[i];
        ExplainedDecision e;
        e.id = d.inputs.id;
        e.at = d.inputs.at;
        e.line = decision_line(d);
        e.words = lines_of(decision_words(d));
        e.words.erase(e.words.begin());
        const bool foreseen =
            std::any_of(d.choice.children.begin(), d.choice.children.end(),
                        [&](const route::PlannedChild& c) { return fills_known(d.inputs, c.lp); });
        if (foreseen) e.predicted_in_time = d.choice.completion;
        for (std::size_t c = 0; c < d.choice.children.size(); ++c)
            e.children.push_back(child_of(d, c));
        if (i + 1 < story.decisions.size()) {
            e.until_next = story.decisions[i + 1].inputs.at - d.inputs.at;
            e.changed = changes(d, story.decisions[i + 1]);
        }
        p.decisions.push_back(std::move(e));
    }
    for (const route::Alert& a : story.alerts)
        p.alerts.push_back(fmt::format("{}: {}", iso_time(a.at), a.text));
    if (!story.order) p.remarks.push_back("the order itself is not in the file of decisions");
    if (story.decisions.empty()) p.remarks.push_back("nothing was decided about it");
    return p;
}

Result<std::uint64_t> parent_named(const DecisionsFile& file, std::string_view name) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    const bool number = error == std::errc{} && end == name.data() + name.size();
    if (number && file.parents.contains(id)) return id;
    std::vector<std::string_view> known;
    for (const auto& [n, story] : file.parents) {
        if (!story.order) continue;
        if (story.order->cl_ord_id == name) return n;
        known.push_back(story.order->cl_ord_id);
    }
    if (file.parents.empty()) return fail("the file of decisions is about no order at all");
    if (!number)
        return fail(fmt::format(
            "no parent order \"{}\" is in the file of decisions{}; the first "
            "of {} is {}",
            name, did_you_mean(name, known), file.parents.size(), file.parents.begin()->first));
    // The nearest numbers, up to two on each side.
    const auto above = file.parents.lower_bound(id);
    std::vector<std::uint64_t> near;
    auto from = above;
    for (int i = 0; i < 2 && from != file.parents.begin(); ++i) --from;
    for (auto it = from; it != file.parents.end() && near.size() < 4; ++it)
        near.push_back(it->first);
    return fail(fmt::format("no parent order {} is in the file of decisions; near are {} (of {})",
                            id, fmt::join(near, ", "), file.parents.size()));
}

}  // namespace assay::cli
