#include "core/kernel/priors.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/attribution.h"
#include "core/kernel/beliefs.h"
#include "core/score/page.h"
#include "core/units/archive.h"

namespace assay {
namespace {

using estimate::Measure;

constexpr char kMagic[8] = {'A', 'S', 'S', 'A', 'Y', 'P', '0', '2'};

// Leaves of the hierarchy, and who they are. Behind the cells stands an empty leaf for each LP x
// symbol, each LP and for nobody: with nothing of their own they are given what a new cell there
// would be.
struct Leaves {
    std::vector<estimate::Leaf> all;
    struct Where {
        Prior* into{};
        std::vector<std::size_t> cells;
    };
    std::vector<Where> where;  // parallel

    void add(std::string_view lp, std::string_view symbol, std::string_view place,
             const estimate::Stats& stats, Prior* into) {
        all.push_back({std::string(lp), std::string(symbol), std::string(place), stats});
        where.push_back({into, {}});
    }
};

// What a cell had been told when the session began.
const estimate::Stats& frozen_in(const Kernel& k, const Cell& c, Nanos session_began) {
    const bool entered = k.session_began() >= session_began;
    return entered && c.session == k.session() ? c.frozen() : c.slow;
}

Leaves leaves_of(std::span<const Kernel* const> shards, Nanos session_began, Priors& out) {
    Leaves leaves;
    struct Groups {
        std::vector<std::size_t> cells;
        std::map<std::string_view, std::vector<std::size_t>> of_symbol;
    };
    std::map<std::string_view, Groups> groups;
    for (const Kernel* k : shards) {
        for (const Cell& c : k->cells()) {
            const std::string_view lp = k->lps().name(c.key.lp),
                                   symbol = k->symbols().name(c.key.symbol);
            const std::uint8_t place =
                static_cast<std::uint8_t>(c.key.size * score::kPageRegimes + c.key.regime);
            Groups& g = groups[lp];
            g.cells.push_back(leaves.all.size());
            g.of_symbol[symbol].push_back(leaves.all.size());
            Prior& into = out.lps[std::string(lp)].symbols[std::string(symbol)].places[place];
            const char name[3] = {static_cast<char>('0' + c.key.size), '/',
                                  static_cast<char>('0' + c.key.regime)};
            leaves.add(lp, symbol, {name, 3}, frozen_in(*k, c, session_began), &into);
            leaves.all.back().stats.bring(k->session_clock(session_began), k->slow_half_life());
            leaves.where.back().cells = {leaves.all.size() - 1};
        }
    }
    std::vector<std::size_t> everybody;
    for (const auto& [lp, g] : groups) {
        Priors::OfLp& of_lp = out.lps.find(lp)->second;
        for (const auto& [symbol, cells] : g.of_symbol) {
            leaves.add(lp, symbol, "", {}, &of_lp.symbols.find(symbol)->second.any_place);
            leaves.where.back().cells = cells;
        }
        leaves.add(lp, "", "", {}, &of_lp.any_symbol);
        leaves.where.back().cells = g.cells;
        everybody.insert(everybody.end(), g.cells.begin(), g.cells.end());
        for (const std::size_t i : g.cells)
            of_lp.n_eff += estimate::evidenced(leaves.all[i].stats, Measure::fill).n_eff;
    }
    leaves.add("", "", "", {}, &out.anyone);
    leaves.where.back().cells = everybody;
    return leaves;
}

void fold_beliefs(const Leaves& leaves, const Config& config) {
    const estimate::Hierarchy h =
        estimate::fit(leaves.all, config.estimate.m_fallback, config.estimate.winsor);
    for (std::size_t i = 0; i < leaves.all.size(); ++i) {
        Prior& into = *leaves.where[i].into;
        into.beliefs = h.leaves[i];
        into.ln_spread = log_latency_spread(leaves.all, leaves.where[i].cells, h);
    }
}

// Nothing was frozen: the pooled mean of this first session, with the weight of M orders.
Prior pooled(const Cells& cells, const Config& config) {
    Prior p;
    const estimate::Hierarchy h =
        estimate::fit(cells.slow, config.estimate.m_fallback, config.estimate.winsor);
    const double m0 = estimate::kStrengthFallback;
    for (std::size_t m = 0; m < estimate::kMeasures; ++m) {
        if (h.leaves.empty() || h.leaves.front()[m].absent) continue;
        const double mean = h.pooled_mean[m];
        const bool rate = m == index(Measure::fill) || m == index(Measure::reject);
        const double var = rate ? mean * (1 - mean) / (m0 + 1) : h.within[m] / m0;
        p.beliefs[m] = {mean, var, 0, 0, false};
    }
    p.ln_spread = std::sqrt(h.within[index(Measure::log_latency)]);
    return p;
}

std::array<double, estimate::kCapacityPoints> points(const std::vector<double>& v) {
    std::array<double, estimate::kCapacityPoints> out{};
    std::copy_n(v.begin(), std::min(v.size(), out.size()), out.begin());
    return out;
}

void fold_capacity(std::span<const Kernel* const> shards, Priors& out) {
    Nanos clock{INT64_MIN};
    for (const Kernel* k : shards) clock = std::max(clock, k->session_clock(k->now()));
    std::map<std::string_view, estimate::Capacities> by_lp;
    for (const Kernel* k : shards) {
        const Foresight& f = k->foresight();
        const double factor = 1 / f.weight_at(clock);
        for (std::uint32_t id = 0; id < f.lps().size(); ++id)
            by_lp[k->lps().name(id)].merge(f.lps()[id].capacity, factor);
    }
    estimate::Capacities all;
    for (const auto& [lp, capacity] : by_lp) all.merge(capacity);
    const estimate::CapacityGrid& grid = shards.front()->foresight().grid();
    for (const estimate::Capacities::Curve& c : all.curves())
        if (!c.seen.empty())
            out.capacity.push_back({c.key, points(estimate::pooled_hazard(c.seen, grid, 1))});
    for (const auto& [lp, capacity] : by_lp) {
        const auto known = out.lps.find(lp);
        if (known == out.lps.end()) continue;
        for (const estimate::Capacities::Curve& c : capacity.curves())
            if (const PriorHazard* g = find_hazard(out.capacity, c.key); g && !c.seen.empty())
                known->second.capacity.push_back(
                    {c.key, points(estimate::hazard(c.seen, g->hazard, 1))});
    }
}

void fold_improvement(std::span<const Kernel* const> shards, Priors& out) {
    std::map<std::string_view, estimate::Improvement> by_lp;
    for (const Kernel* k : shards)
        for (std::uint32_t id = 0; id < k->foresight().lps().size(); ++id)
            by_lp[k->lps().name(id)].merge(k->foresight().lps()[id].improved, k->slow_half_life());
    double sum = 0, orders = 0;
    for (const auto& [lp, seen] : by_lp) {
        sum += seen.half_spreads();
        orders += seen.orders();
    }
    out.improvement = estimate::improvement_of_all(sum, orders);
    for (const auto& [lp, seen] : by_lp)
        if (const auto known = out.lps.find(lp); known != out.lps.end())
            known->second.improvement = estimate::improvement_by_size(seen, out.improvement);
}

double fold_kappa(const Cells& cells, std::span<const Kernel* const> shards, const Config& config) {
    if (!cells.any_frozen) return estimate::kStrengthFallback;
    std::vector<estimate::Stats> windows;
    windows.reserve(cells.cell.size());
    for (std::size_t i = 0; i < cells.cell.size(); ++i) {
        const Kernel& k = *shards[cells.shard[i]];
        windows.push_back(window_of(*cells.cell[i], k, k.now()));
    }
    return pooled_kappa(
        windows, estimate::fit(cells.frozen, config.estimate.m_fallback, config.estimate.winsor));
}

}  // namespace

const PriorHazard* find_hazard(std::span<const PriorHazard> hazards, estimate::CapacityKey key) {
    const auto it = std::find_if(hazards.begin(), hazards.end(),
                                 [&](const PriorHazard& h) { return h.key == key; });
    return it == hazards.end() ? nullptr : &*it;
}

const Prior& Priors::of(std::string_view lp, std::string_view symbol, std::uint8_t place) const {
    const auto of_lp = lps.find(lp);
    if (of_lp == lps.end()) return anyone;
    const auto of_symbol = of_lp->second.symbols.find(symbol);
    if (of_symbol == of_lp->second.symbols.end()) return of_lp->second.any_symbol;
    const auto there = of_symbol->second.places.find(place);
    return there == of_symbol->second.places.end() ? of_symbol->second.any_place : there->second;
}

Priors fold_priors(std::span<const Kernel* const> shards, const Config& config, Nanos session_began,
                   std::uint64_t version) {
    Priors out;
    out.version = version;
    out.config_version = config.version;
    out.as_of = session_began;
    if (shards.empty()) return out;
    const Cells cells = cells_of(shards);
    out.kappa = fold_kappa(cells, shards, config);
    const Leaves leaves = leaves_of(shards, session_began, out);
    const bool any = std::any_of(leaves.all.begin(), leaves.all.end(),
                                 [](const auto& l) { return l.stats.hot.orders.W > 0; });
    if (any) {
        fold_beliefs(leaves, config);
    } else {
        out.anyone = pooled(cells, config);
        for (auto& [lp, of_lp] : out.lps) {
            of_lp.any_symbol = out.anyone;
            of_lp.symbols.clear();
        }
    }
    for (const auto& [lp, leak] : leakage_per_lot(shards))
        if (const auto known = out.lps.find(lp); known != out.lps.end())
            known->second.leakage_per_lot = leak.sure();
    fold_capacity(shards, out);
    fold_improvement(shards, out);
    for (const Kernel* k : shards)
        for (std::uint32_t s = 0; s < k->symbols().size(); ++s)
            if (const Bbo& q = k->quoted(s); q.usable())
                out.mid[std::string(k->symbols().name(s))] = q.mid2().nano2 / 2;
    return out;
}

std::string to_bytes(const Priors& priors) {
    std::string out(kMagic, sizeof kMagic);
    Saver a(out);
    a(priors);
    return out;
}

Result<Priors> priors_from_bytes(std::string_view bytes) {
    if (bytes.size() < sizeof kMagic ||
        bytes.substr(0, sizeof kMagic) != std::string_view(kMagic, sizeof kMagic))
        return fail("these bytes are no priors (they do not begin with ASSAYP02)");
    Loader a(bytes.substr(sizeof kMagic));
    Priors priors;
    a(priors);
    if (!a.ok() || !a.at_end())
        return fail("priors that were cut, or have more bytes than they say");
    return priors;
}

}  // namespace assay
