// What shards are told of each other: the beliefs that a session starts from, as one value with a
// version (docs/spec.md 4.1, 4.3, 4.4). Folded from the long memory of all shards as it was frozen
// when the session began; while it lasts, each shard adds only what it sees itself.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/estimate/hierarchy.h"
#include "core/kernel/config.h"
#include "core/kernel/kernel.h"
#include "core/units/result.h"

namespace assay {

// Belief before today's evidence, in one place or over several.
struct Prior {
    estimate::Beliefs beliefs{};
    double ln_spread{};  // of ln latency
    template <class Archive>
    void archive(Archive& a) {
        for (estimate::Believed& b : beliefs) a(b);
        a(ln_spread);
    }
};

// Hazards of the capacity of orders of one kind, cell by cell of the grid (docs/spec.md 7b).
struct PriorHazard {
    estimate::CapacityKey key;
    std::array<double, estimate::kCapacityPoints> hazard{};
    template <class Archive>
    void archive(Archive& a) {
        a(key, hazard);
    }
};
const PriorHazard* find_hazard(std::span<const PriorHazard> hazards, estimate::CapacityKey key);

struct Priors {
    struct OfSymbol {
        Prior any_place;
        std::map<std::uint8_t, Prior> places;  // by score::place_index
        template <class Archive>
        void archive(Archive& a) {
            a(any_place, places);
        }
    };
    struct OfLp {
        Prior any_symbol;
        double n_eff{};  // child orders behind it, over all symbols
        std::optional<double> leakage_per_lot;
        estimate::BySize improvement{};     // half-spreads
        std::vector<PriorHazard> capacity;  // shrunk to that of all LPs
        std::map<std::string, OfSymbol, std::less<>> symbols;
        template <class Archive>
        void archive(Archive& a) {
            a(any_symbol, n_eff, leakage_per_lot, improvement, capacity, symbols);
        }
    };

    std::uint64_t version{};  // 0: nothing is known yet
    std::uint64_t config_version{};
    Nanos as_of{};   // the beginning of the session they are for
    double kappa{};  // orders that they count for under today's, where a profile does not say
    Prior anyone;    // of an LP never seen
    std::map<std::string, OfLp, std::less<>> lps;
    std::vector<PriorHazard> capacity;                     // of all LPs
    double improvement{};                                  // of all LPs, half-spreads
    std::map<std::string, std::int64_t, std::less<>> mid;  // of each symbol, 1e-9: for fees a share

    // Of the LP in that place; else of its symbol, of the LP, of anyone.
    const Prior& of(std::string_view lp, std::string_view symbol, std::uint8_t place) const;

    template <class Archive>
    void archive(Archive& a) {
        a(version, config_version, as_of, kappa, anyone, lps, capacity, improvement, mid);
    }
};

// `session_began`: of the session they are for. A shard that has not entered it yet counts as it
// stands; of one that has, what was frozen then. Before any session has ended, everybody has the
// pooled mean of what was seen so far, with the weight of ten orders (docs/spec.md 4.3).
Priors fold_priors(std::span<const Kernel* const> shards, const Config& config, Nanos session_began,
                   std::uint64_t version);

// Versioned bytes: to be logged, and to be given to shards elsewhere.
std::string to_bytes(const Priors& priors);
Result<Priors> priors_from_bytes(std::string_view bytes);

}  // namespace assay
