// The routing policies, in one table: add one by a file with its function and a row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/route/round.h"

namespace assay::route {

// The order is part of saved states and records: add at the end.
enum class PolicyId : std::uint8_t {
    primary,
    split,
    probe_then_split,
    score_split,
    limit_or_market,
    static_table,
    round_robin,
    random,
    uniform,
    oracle,
    bandit,
    split_true_price,
    split_true_leakage,
    split_true_capacity,
};

// For whom a policy is meant.
enum class Use : std::uint8_t {
    routing,
    comparison,
    truth,  // needs what only a simulation knows; without it, sends nothing
};

struct Policy {
    PolicyId id;
    std::string_view name, says;
    Use use;
    Plan (*plan)(const Round&);  // pure; an empty plan sends nothing
};

std::span<const Policy> policies();
const Policy& policy(PolicyId id);
std::optional<PolicyId> policy_named(std::string_view name);

// 7a: the first by rank, no more than it fills with chance p_min.
Plan primary(const Round& round);
// 7b with the net cost of 6.5.
Plan split(const Round& round);
// 7h: a probe to the first by rank while it fills; after a partial fill or a reject, a split.
Plan probe_then_split(const Round& round);
// In proportion to the scores of the four best.
Plan score_split(const Round& round);
// 7c: part of it rests at the near touch where that is worth the wait, the rest is split.
Plan limit_or_market(const Round& round);
// The first LP of the approved table that is eligible.
Plan static_table(const Round& round);
// Each in turn.
Plan round_robin(const Round& round);
// One drawn evenly.
Plan random_lp(const Round& round);
// Equal parts.
Plan uniform(const Round& round);
// The split with the true tails and costs, where somebody knows them; else nothing.
Plan oracle(const Round& round);
// The split with one part of the truth, all else believed: what that part is worth to know.
Plan split_true_price(const Round& round);
Plan split_true_leakage(const Round& round);
Plan split_true_capacity(const Round& round);
// The plan of the menu that has cost least in rounds like this one (bandit.h).
Plan bandit_plan(const Round& round);

// The largest part of `lots` that candidate i may be sent as one child; 0 where it would fall below
// the least child.
std::int64_t one_child(const Round& round, std::uint32_t candidate, std::int64_t lots);
// `lots` in proportion to the weights (largest remainder), each part within its cap. Where parts
// would fall below the least child there are fewer of them.
Plan in_proportion(const Round& round, std::span<const std::uint32_t> to,
                   std::span<const double> weights, std::int64_t lots);

}  // namespace assay::route
