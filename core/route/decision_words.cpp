#include "core/route/decision_words.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"

namespace assay::route {
namespace {

// 30000 as "30,000"; fractions of a share as they are.
std::string shares(Qty q) {
    std::string s = fmt::format("{}", q.micro / 1'000'000);
    for (auto at = static_cast<std::ptrdiff_t>(s.size()) - 3; at > (s[0] == '-' ? 1 : 0); at -= 3)
        s.insert(static_cast<std::size_t>(at), ",");
    if (q.micro % 1'000'000 != 0) return to_text(q);
    return s;
}

// Expected lots as whole shares.
Qty shares_of(const Decision& d, double lots) {
    return {std::llround(lots * static_cast<double>(d.inputs.order.lot.micro) / 1e6) * 1'000'000};
}

const CandidateRecord* record_of(const DecisionInputs& in, LpId lp) {
    for (const auto& r : in.candidates)
        if (r.known.lp == lp) return &r;
    return nullptr;
}

std::string name_of(const DecisionInputs& in, LpId lp) {
    const auto* r = record_of(in, lp);
    return r == nullptr ? fmt::format("LP #{}", lp.number) : r->name;
}

std::string score_of(const DecisionInputs& in, LpId lp, score::RankBy by) {
    const auto* r = record_of(in, lp);
    if (r == nullptr || !r->known.standing) return "no score";
    const Standing& s = *r->known.standing;
    return by == score::RankBy::lcb
               ? fmt::format("{:.1f} (score {:.1f} less its doubt)", s.lcb, s.composite)
               : fmt::format("{:.1f}", s.composite);
}

std::string ms_from(Nanos at, Nanos until) {
    return fmt::format("{:.0f} ms", as_ms(until - at));
}

}  // namespace

bool fills_known(const DecisionInputs& in, LpId lp) {
    const auto* r = record_of(in, lp);
    return r != nullptr && !r->t.empty();
}

std::string exclusion_words(const DecisionInputs& in, const Exclusion& x) {
    const auto* r = record_of(in, x.lp);
    switch (x.reason) {
        case Reason::disabled:
            return "it is disabled";
        case Reason::stopped:
            return r != nullptr ? r->stopped : "it is stopped";
        case Reason::breaker_open:
            return fmt::format("its breaker is open ({}) for another {}",
                               r != nullptr ? text(r->fault) : "", ms_from(in.at, x.until));
        case Reason::cooling_down:
            return fmt::format("it has just rejected, and is asked again in {}",
                               ms_from(in.at, x.until));
        case Reason::depleted:
            return fmt::format("it has just given all it had, and is asked again in {}",
                               ms_from(in.at, x.until));
        case Reason::rejects_too_much:
            return fmt::format("it rejects {:.1f} % of orders; the profile allows {:.1f} %",
                               100 * x.value, 100 * in.max_reject_share);
        case Reason::no_score:
            return "it has no score";
        case Reason::not_valid:
            return "what is known of it is no number";
        case Reason::too_many:
            return fmt::format("only {} LPs are looked at", kMostCandidates);
        case Reason::in_flight:
            return fmt::format("{} of this order are still there",
                               r != nullptr ? shares(r->in_flight) : "some");
    }
    return "";
}

namespace {

std::string excluded_words(const Decision& d) {
    std::string out;
    for (const auto& x : d.choice.exclusions) {
        const auto* r = record_of(d.inputs, x.lp);
        const std::string score = r != nullptr && r->known.standing
                                      ? fmt::format(" ({:.1f})", r->known.standing->composite)
                                      : "";
        out += fmt::format("\nLeft out: {}{}: {}.", name_of(d.inputs, x.lp), score,
                           exclusion_words(d.inputs, x));
    }
    return out;
}

std::string rank_words(const Decision& d) {
    const auto& ranking = d.choice.ranking;
    if (ranking.empty() || d.choice.step > Step::last_good) return {};
    const auto by = d.inputs.rank_by;
    std::string out = fmt::format("\nRanked: {} with {}", name_of(d.inputs, ranking[0]),
                                  score_of(d.inputs, ranking[0], by));
    if (ranking.size() > 1)
        out += fmt::format(", second {} with {}", name_of(d.inputs, ranking[1]),
                           score_of(d.inputs, ranking[1], by));
    out += '.';
    if (d.choice.other_leader)
        out += fmt::format(" By {} it would be {}.",
                           by == score::RankBy::lcb ? "score alone" : "score less its doubt",
                           name_of(d.inputs, *d.choice.other_leader));
    return out;
}

// A split goes by cost, which scores do not say: said where somebody would wonder.
std::string split_words(const Decision& d) {
    const Choice& c = d.choice;
    const bool splits = c.policy == PolicyId::split || c.policy == PolicyId::probe_then_split;
    if (!splits || c.step > Step::last_good || c.children.size() < 2 || c.ranking.empty())
        return {};
    const auto most = std::max_element(
        c.children.begin(), c.children.end(),
        [](const PlannedChild& a, const PlannedChild& b) { return a.qty < b.qty; });
    if (most->lp == c.ranking[0]) return {};
    return fmt::format(
        "\nA split goes by net cost, not by rank: each lot to the LP where it is expected to cost "
        "least, so that {} gets the most.",
        name_of(d.inputs, most->lp));
}

std::string children_words(const Decision& d) {
    std::string out;
    for (const auto& c : d.choice.children) {
        out += fmt::format("\n  {} to {}{} at {}: ", shares(c.qty), name_of(d.inputs, c.lp),
                           c.kind == ChildKind::rest ? ", resting" : "", to_text(c.limit));
        const bool fills = fills_known(d.inputs, c.lp);
        if (fills)
            out += fmt::format("expected {} of {}, all of it with {:.0f} %",
                               shares(shares_of(d, c.predicted_lots)), shares(c.qty),
                               100 * c.predicted_full);
        else
            out += "how much it fills is not known";
        out += c.predicted_ms > 0 ? fmt::format(", in {:.0f} ms", c.predicted_ms)
                                  : ", how fast is not known";
        if (fills)
            out += fmt::format(
                ", net cost {:.2f} bps a lot",
                c.cost / std::max(1.0, as_double(c.qty) / as_double(d.inputs.order.lot)));
        out += '.';
    }
    return out;
}

std::string market_words(const MarketPrints& prints) {
    const auto vwap = prints.vwap();
    if (!vwap) return {};
    return fmt::format("\nSince its start the market has traded {} at {} on average.",
                       shares(prints.since_start.volume), to_text(*vwap));
}

std::string outcome_words(const Decision& d) {
    if (!d.outcome) return {};
    std::string out;
    for (const auto& c : d.outcome->children) {
        const std::string lp = name_of(d.inputs, c.lp);
        if (!c.refused.empty()) {
            out += fmt::format("\nNot sent to {}: {}.", lp, c.refused);
            continue;
        }
        out += fmt::format("\nHappened: {} filled {} of {}", lp, shares(c.filled), shares(c.qty));
        if (c.took.ns >= 0) out += fmt::format(", first answer after {:.1f} ms", as_ms(c.took));
        out += fmt::format(" ({}).", text(c.state));
        if (c.state == ChildState::rejected)
            out += fmt::format(" {} cools down, longer with each reject.", lp);
        else if (c.filled < c.qty && c.state != ChildState::unknown)
            out += fmt::format(" {} counts as empty until it has had time to refill.", lp);
    }
    out += fmt::format("\nIn all {}", shares(shares_of(d, d.outcome->filled_lots)));
    const auto foreseen = [&](const ChildOutcome& c) { return fills_known(d.inputs, c.lp); };
    if (std::any_of(d.outcome->children.begin(), d.outcome->children.end(), foreseen))
        out += fmt::format(", expected were {}", shares(shares_of(d, d.outcome->predicted_lots)));
    out += '.';
    return out;
}

}  // namespace

std::string decision_line(const Decision& d) {
    const Choice& choice = d.choice;
    if (choice.children.empty())
        return fmt::format("nothing is sent: {} ({})", text(choice.hold), text(choice.step));
    std::string to;
    for (std::size_t i = 0; i < choice.children.size(); ++i) {
        if (i > 0) to += i + 1 == choice.children.size() ? " and " : ", ";
        to += fmt::format("{} to {}", shares(choice.children[i].qty),
                          name_of(d.inputs, choice.children[i].lp));
    }
    return fmt::format("{} ({}, {})", to, text(choice.step), policy(choice.policy).name);
}

std::string decision_words(const Decision& d) {
    const DecisionInputs& in = d.inputs;
    std::string out =
        fmt::format("Order {}, decision {}: {} {} of {} left: {}.", in.parent, in.round + 1,
                    text(in.side), in.symbol, shares(in.order.remaining), decision_line(d));
    if (d.choice.policy != in.policy)
        out += fmt::format("\nThe policy is {}; without usable scores {} stands in.",
                           policy(in.policy).name, policy(d.choice.policy).name);
    out += rank_words(d);
    out += split_words(d);
    out += children_words(d);
    if (d.choice.chances.size() > 1)
        out += fmt::format("\nExploring: plan \"{}\" of {}, drawn with a chance of {:.1f} %.",
                           d.choice.plans[d.choice.chosen], d.choice.plans.size(),
                           100 * d.choice.chances[d.choice.chosen]);
    out += market_words(in.prints);
    out += excluded_words(d);
    const auto foreseen = [&](const PlannedChild& c) { return fills_known(in, c.lp); };
    if (std::any_of(d.choice.children.begin(), d.choice.children.end(), foreseen))
        out += fmt::format("\nDone in time with {:.0f} %.", 100 * d.choice.completion);
    return out + outcome_words(d);
}

}  // namespace assay::route
