// A parent order told from its decisions: why this LP and who was second, what happened, what that
// changed, and the messages of each child. For `assay explain --parent`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hosts/cli/decisions_file.h"
#include "hosts/cli/explain_output.h"

namespace assay::cli {

struct ExplainedChild {
    std::string lp, cl_ord_id;
    Qty qty;
    std::optional<Qty> filled;  // absent: not known yet, or not sent
    Price limit;
    // As the decision had it; absent where nothing was known of the LP.
    std::optional<double> expected;        // shares
    std::optional<double> predicted_full;  // the chance of all of it
    std::optional<double> predicted_ms;
    std::optional<double> took_ms;  // to its first answer
    std::optional<double> average;  // price of what was filled
    std::string state;              // "filled"; "not known yet" without an outcome
    std::string refused;            // by the gate, in words: it was not sent
    std::vector<ExplainedMessage> messages;
};

// An LP's score where a decision stood beside the one at the next decision.
struct ExplainedScore {
    std::string lp;
    double before{}, after{};
    int rank_before{}, rank_after{};  // from 1, by what the profile ranks by
};

struct ExplainedDecision {
    std::uint64_t id{};
    Nanos at;
    std::string line;                // decision_line()
    std::vector<std::string> words;  // decision_words(), without its first line
    // The chance that the order is done in time; absent where nothing was sent, or nothing is known
    // of what LPs fill.
    std::optional<double> predicted_in_time;
    std::vector<ExplainedChild> children;
    std::optional<Duration> until_next;  // absent: it was the last one
    std::vector<ExplainedScore> changed;
};

struct ExplainedParent {
    std::uint64_t id{};
    std::optional<route::ParentOrder> order;
    std::optional<ParentEnd> end;
    std::vector<ExplainedDecision> decisions;
    std::vector<std::string> alerts;
    std::vector<std::string> remarks;  // what is missing
};

// Without messages, which are in the logs.
ExplainedParent explained(std::uint64_t id, const ParentStory& story);

// The parent of that number or ClOrdID(11) of the OMS. Errors: none is, with those that are near.
Result<std::uint64_t> parent_named(const DecisionsFile& file, std::string_view name);

std::string parent_text(const ExplainedParent& p, const Terminal& terminal);
// docs/json.md.
std::string parent_json(const ExplainedParent& p);

}  // namespace assay::cli
