#include "core/kernel/scorecard.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "core/estimate/latency_bars.h"
#include "core/estimate/shrink.h"
#include "core/kernel/beliefs.h"
#include "core/kernel/foresight_report.h"
#include "core/kpi/curves.h"
#include "core/kpi/last_look.h"
#include "core/kpi/leakage.h"
#include "core/kpi/values.h"
#include "core/score/columns.h"
#include "core/score/ranking.h"
#include "core/units/decimal.h"

namespace assay {
namespace {

// One key of a row, as it is sorted and as it is said: sizes, hours, conditions and sides go by
// their place, names by their letters.
struct KeyPart {
    std::uint32_t place{};
    std::string name;
    auto operator<=>(const KeyPart&) const = default;
};
// In the order of --by; rows are merged and sorted by it.
using Key = std::vector<KeyPart>;

// What is in money of one group, apart by currency; only kept where there are rates.
struct InCurrency {
    kpi::Sums sums;
    std::map<std::int32_t, ReportRow::Day> price_improvement_by_day;
};

struct Group {
    ReportRow row;                                   // merged over shards; key unused
    std::set<std::string> symbols, currencies;       // two of each at most
    std::map<std::uint8_t, InCurrency> by_currency;  // by Rates::number()
    bool exchanged{};                                // `row` is in the currency of the rates
    std::vector<std::size_t> leaves;
    kpi::NetLeakage net_leakage;
    std::optional<double> leak_per_lot, last_look_p;
};

struct ByPart {
    By bit;
    const char* name;
};
constexpr ByPart kByParts[] = {{kByLp, "lp"},         {kBySymbol, "symbol"}, {kBySize, "size"},
                               {kByRegime, "regime"}, {kByHour, "hour"},     {kBySide, "side"}};

Key key_of(const Kernel& k, const RowKey& r, const Config& c) {
    Key key;
    const auto add = [&](std::uint32_t place, std::string_view name) {
        key.push_back({place, std::string(name)});
    };
    if ((c.by & kByLp) != 0) add(0, k.lps().name(r.lp));
    if ((c.by & kBySymbol) != 0) add(0, k.symbols().name(r.symbol));
    if ((c.by & kBySize) != 0) add(r.size, size_name(c.size_by, r.size));
    if ((c.by & kByRegime) != 0) add(r.regime, text(static_cast<Regime>(r.regime)));
    if ((c.by & kByHour) != 0) add(r.hour, fmt::format("{:02d}", r.hour));
    if ((c.by & kBySide) != 0) {
        if (r.side == 1)
            add(0, "buy");
        else if (r.side == -1)
            add(1, "sell");
        else
            add(2, "none");
    }
    return key;
}

// Only whether there are several is asked: the first two will do.
void insert_two(std::set<std::string>& names, const std::string& name) {
    if (names.empty() || (names.size() < 2 && *names.begin() != name)) names.insert(name);
}

void merge_days(std::map<std::int32_t, ReportRow::Day>& into,
                const std::map<std::int32_t, ReportRow::Day>& from) {
    for (const auto& [day, d] : from) {
        auto& mine = into[day];
        mine.gain += d.gain;
        mine.far += d.far;
    }
}

void merge_row(Group& group, const ReportRow& from, const Rates& rates) {
    if (!rates.empty()) {
        InCurrency& in = group.by_currency[from.key.currency];
        in.sums += from.sums;
        merge_days(in.price_improvement_by_day, from.price_improvement_by_day);
    }
    group.row.add(from);
}

// Brings the sums of a group over several currencies to one, where each has a rate.
void exchange(Group& g, const Rates& rates) {
    if (g.currencies.size() < 2 || rates.empty()) return;
    for (const auto& [currency, in] : g.by_currency)
        if (rates.rate(currency) == 0) return;
    g.row.sums = {};
    g.row.price_improvement_by_day.clear();
    for (auto& [currency, in] : g.by_currency) {
        const std::int64_t rate = rates.rate(currency);
        in.sums.exchange(rate);
        g.row.sums += in.sums;
        for (auto& [day, d] : in.price_improvement_by_day) {
            d.gain = exchanged(d.gain, rate);
            d.far = exchanged(d.far, rate);
        }
        merge_days(g.row.price_improvement_by_day, in.price_improvement_by_day);
    }
    g.exchanged = true;
}

std::string said(const Rates& rates) {
    std::string list;
    for (const auto& [currency, rate] : rates.of)
        if (currency != rates.base)
            list += fmt::format("{}{} {}", list.empty() ? "" : ", ", currency,
                                static_cast<double>(rate) / 1e12);
    return fmt::format("bps over several currencies are weighted in {}, at {}", rates.base, list);
}

std::optional<double> row_quantile(const void* row, kpi::Latency l, double q) {
    const auto& r = *static_cast<const ReportRow*>(row);
    switch (l) {
        case kpi::Latency::round_trip:
            return r.round_trip.quantile(q);
        case kpi::Latency::command:
            return r.command.quantile(q);
        case kpi::Latency::gateway:
            return r.gateway.quantile(q);
        case kpi::Latency::first_fill:
            return r.first_fill.quantile(q);
        case kpi::Latency::last_fill:
            return r.last_fill.quantile(q);
        case kpi::Latency::ack_to_fill:
            return r.ack_to_fill.quantile(q);
        case kpi::Latency::reject:
            return r.reject.quantile(q);
        case kpi::Latency::cancel:
            return r.cancel.quantile(q);
    }
    return std::nullopt;
}

std::optional<double> day_sd(const ReportRow& row) {
    std::vector<double> bps;
    for (const auto& [day, d] : row.price_improvement_by_day)
        if (d.far != 0)
            bps.push_back(1e4 * static_cast<double>(d.gain) / static_cast<double>(d.far));
    if (bps.size() < 2) return std::nullopt;
    double mean = 0, ss = 0;
    for (const double x : bps) mean += x;
    mean /= static_cast<double>(bps.size());
    for (const double x : bps) ss += (x - mean) * (x - mean);
    return std::sqrt(ss / static_cast<double>(bps.size() - 1));
}

// Leakage net of what the price did after the orders of the other LPs (docs/spec.md 2.9).
void net_leakage(const Kernel& k, const std::vector<Group*>& group_of_row, Group& total) {
    struct Control {
        kpi::Moves all;
        std::map<std::uint32_t, kpi::Moves> by_lp;
    };
    std::map<std::tuple<std::uint32_t, int, int>, Control> controls;
    for (const LeakGroup& g : k.leaks()) {
        Control& c = controls[{g.symbol, sign(g.side), g.regime}];
        c.all += {g.n, g.sum};
        c.by_lp[g.lp] += {g.n, g.sum};
    }
    // Rows that come together here are added before they are divided, so that it does not show how
    // fine they were cut.
    struct Part {
        Group* group;
        const LeakGroup* of;
        kpi::Moves moves;
    };
    std::vector<Part> parts;
    std::map<std::tuple<Group*, std::uint32_t, std::uint32_t, int, int>, std::size_t> places;
    for (const LeakGroup& g : k.leaks()) {
        Group* const group = group_of_row[g.row];
        const auto [place, fresh] =
            places.try_emplace({group, g.lp, g.symbol, sign(g.side), g.regime}, parts.size());
        if (fresh) parts.push_back({group, &g, {}});
        parts[place->second].moves += {g.n, g.sum};
    }
    for (const Part& part : parts) {
        const LeakGroup& g = *part.of;
        const Control& c = controls[{g.symbol, sign(g.side), g.regime}];
        for (Group* group : {part.group, &total})
            group->net_leakage.add(part.moves, c.by_lp.at(g.lp), c.all);
    }
}

// Whether LPs rejected more of what had moved our way, as p values adjusted for how many are looked
// at: rows alike in everything but the LP (docs/spec.md 2.8).
void test_last_looks(std::map<Key, Group>& groups, const Config& config) {
    std::map<Key, std::vector<Group*>> families;
    for (auto& [key, g] : groups) {
        // lp comes first in a key.
        const bool by_lp = (config.by & kByLp) != 0;
        families[by_lp ? Key(key.begin() + 1, key.end()) : key].push_back(&g);
    }
    for (const auto& [rest, family] : families) {
        std::vector<Group*> tested;
        std::vector<double> p;
        for (Group* g : family) {
            const auto a = kpi::value::asymmetry(g->row.sums);
            if (!a || !a->z) continue;
            tested.push_back(g);
            p.push_back(2 * estimate::normal_cdf(-std::fabs(*a->z)));
        }
        const std::vector<double> adjusted = kpi::holm(p);
        for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->last_look_p = adjusted[i];
    }
}

score::Curve fill_curve(const kpi::Sums& s, const kpi::RowFacts& facts) {
    score::Curve c;
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        c.n[h] = static_cast<std::int64_t>(s.after[h].q / 1'000'000);
        if (!facts.several_currencies || facts.exchanged) c.bps[h] = kpi::markout_bps_at(s, h);
    }
    return c;
}

score::Curve reject_curve(const kpi::Sums& s) {
    score::Curve c;
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        c.n[h] = s.reject_drift_n[h];
        c.bps[h] = kpi::reject_drift_bps_at(s, h);
    }
    return c;
}

void fill_row(score::Row& row, const Group& g, const Config& config) {
    kpi::RowFacts facts;
    facts.sums = &g.row.sums;
    facts.latency_quantile = row_quantile;
    facts.row = &g.row;
    facts.net_leakage_bps = g.net_leakage.bps();
    facts.last_look_p = g.last_look_p;
    facts.leakage_per_lot = g.leak_per_lot;
    const auto accepted = g.row.hold_accept.median(), rejected = g.row.hold_reject.median();
    if (accepted && rejected) facts.hold_asymmetry_ms = (*rejected - *accepted) * 1e-6;
    facts.several_symbols = g.symbols.size() > 1;
    facts.several_currencies = g.currencies.size() > 1;
    facts.exchanged = g.exchanged;
    if (!facts.several_currencies || facts.exchanged) facts.pi_day_sd_bps = day_sd(g.row);
    facts.no_fee_schedule = config.fees.empty();
    for (const kpi::Entry& e : kpi::catalog())
        row.values.push_back(e.value != nullptr
                                 ? e.value(facts)
                                 : kpi::Value{std::nullopt, kpi::Absent::not_measured});
    row.fills = fill_curve(g.row.sums, facts);
    row.rejects = reject_curve(g.row.sums);
    row.latency_histogram = estimate::latency_bars(g.row.round_trip);
    for (std::size_t i = 0; i < kSizes; ++i) {
        const auto& size = g.row.by_size[i];
        if (size.n == 0) continue;
        score::Bar bar{size_name(config.size_by, static_cast<std::uint8_t>(i)), std::nullopt,
                       size.n};
        if (size.offered > 0)
            bar.value = static_cast<double>(size.filled) / static_cast<double>(size.offered);
        row.fill_rate_by_size.push_back(bar);
    }
}

struct Scoring {
    score::Beliefs slow, fast;
    score::Beliefs slow_without_rebates;
};

void show_parts(score::Row& row, const score::Composite& c, const score::Profile& p,
                const score::Beliefs& beliefs) {
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
        const score::Part& part = c.parts[i];
        score::Contribution shown;
        shown.kpi = score::scored_name(part.kpi);
        shown.weight_bp = p.terms[i].weight_bp;
        const score::Belief& b = score::of(beliefs, part.kpi);
        if (!b.absent) {
            shown.believed = b.mean;
            shown.sd = std::sqrt(b.var);
        }
        if (!part.absent) shown.points = part.points;
        row.contributions.push_back(shown);
    }
}

// Ranks one comparison group: rows alike in everything but the LP.
void rank_group(std::vector<score::Row*>& rows, const std::vector<const Scoring*>& scoring,
                const Config& config) {
    const score::Profile& p = config.profile;
    std::vector<score::Candidate> slow, bare;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        score::Candidate c;
        std::string all;
        for (const auto& [name, value] : rows[i]->keys) {
            if (name == "lp") c.name = value;
            all += value + '\x1f';
        }
        c.cell = fnv1a(all);
        c.beliefs = scoring[i]->slow;
        c.expected_latency_ms = score::of(c.beliefs, score::Scored::latency_mean_ms).mean;
        slow.push_back(c);
        c.beliefs = scoring[i]->slow_without_rebates;
        bare.push_back(c);
    }
    score::Ranking ranking = score::ranked(p, slow, p.z_report);
    // An LP without a rival is the best of one, which says nothing of it.
    const auto eligible = std::count_if(
        ranking.places.begin(), ranking.places.end(),
        [](const score::Place& at) { return at.composite.score && at.gate == score::Gate::open; });
    const bool compared = eligible > 1;
    if (compared) score::draw_p_best(ranking, p, slow, config.version);
    const score::Ranking without = score::ranked(p, bare, p.z_report);
    std::vector<std::optional<double>> composites(rows.size());
    for (std::size_t place = 0; place < ranking.places.size(); ++place) {
        const score::Place& at = ranking.places[place];
        score::Row& row = *rows[at.candidate];
        row.composite = composites[at.candidate] = at.composite.score;
        if (at.composite.score) {
            row.composite_sd = at.composite.sd;
            row.lcb = at.lcb;
            row.rank = static_cast<int>(place) + 1;
        } else {
            row.no_score =
                fmt::format("{} % of the profile's weight is absent", at.composite.absent_bp / 100);
        }
        if (at.gate != score::Gate::open && at.composite.score) row.no_score = score::text(at.gate);
        row.p_best = at.p_best;
        if (eligible == 1 && at.composite.score)
            row.no_p_best = rows.size() == 1 ? "one LP only" : "one LP only that is eligible";
        row.undecided = compared && ranking.undecided;
        row.execution_score = at.composite.execution;
        row.liquidity_score = at.composite.liquidity;
        show_parts(row, at.composite, p, scoring[at.candidate]->slow);
        row.composite_fast = score::composite(p, scoring[at.candidate]->fast).score;
    }
    for (std::size_t place = 0; place < without.places.size(); ++place)
        if (rows[without.places[place].candidate]->rank)
            rows[without.places[place].candidate]->rank_without_rebates =
                static_cast<int>(place) + 1;
    const auto min_max = score::min_max_column(composites, kpi::Good::higher);
    const auto z = score::z_column(composites, kpi::Good::higher);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i]->min_max = min_max[i];
        rows[i]->z_score = z[i];
    }
}

// `keys` of the rows, which begin with the LP.
void rank_rows(score::Report& report, const std::vector<Key>& keys,
               const std::vector<Scoring>& scoring, const Config& config) {
    std::map<Key, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < report.rows.size(); ++i)
        groups[Key(keys[i].begin() + 1, keys[i].end())].push_back(i);
    std::vector<score::Row> ordered;
    for (const auto& [rest, members] : groups) {
        std::vector<score::Row*> rows;
        std::vector<const Scoring*> s;
        for (const std::size_t i : members) {
            rows.push_back(&report.rows[i]);
            s.push_back(&scoring[i]);
        }
        rank_group(rows, s, config);
        std::stable_sort(rows.begin(), rows.end(), [](const score::Row* a, const score::Row* b) {
            return a->rank.value_or(INT32_MAX) < b->rank.value_or(INT32_MAX);
        });
        for (score::Row* row : rows) ordered.push_back(std::move(*row));
    }
    report.rows = std::move(ordered);
}

}  // namespace

score::Report scorecard(std::span<const Kernel* const> shards, const Config& config) {
    score::Report report;
    report.profile = config.profile.name;
    report.config_version = fmt::format("{:016x}", config.version);
    for (const ByPart& part : kByParts)
        if ((config.by & part.bit) != 0) report.by.emplace_back(part.name);

    const Cells cells = cells_of(shards);
    const estimate::Hierarchy slow =
        estimate::fit(cells.slow, config.estimate.m_fallback, config.estimate.winsor);
    const std::vector<estimate::Beliefs> fast = fast_beliefs(cells, shards, slow, config);

    const Rates& rates = config.instruments.rates;
    std::map<Key, Group> groups;
    Group total;
    std::size_t leaf = 0;
    for (const Kernel* k : shards) {
        std::vector<Group*> group_of_row;
        const std::vector<ReportRow> rows = k->rows();
        for (const ReportRow& r : rows) {
            // The shard's rows may be cut finer than what is asked for: by minute, for a history.
            // What it then knows of an LP's own quotes has no size, and is left out by size.
            if (r.vacant || (r.key.minute != RowKey::kNoMinute && r.key.size == RowKey{}.size &&
                             (config.by & ~(kByLp | kBySymbol)) != 0)) {
                group_of_row.push_back(nullptr);
                continue;
            }
            Group& g = groups[key_of(*k, r.key, config)];
            merge_row(g, r, rates);
            merge_row(total, r, rates);
            group_of_row.push_back(&g);
        }
        std::map<RowKey, std::vector<Group*>> groups_of_cells;
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (rows[r].vacant) continue;
            // Rows may also be cut by hour or side, cells are not.
            auto& its = groups_of_cells[rows[r].key.by(config.by & ~(kByHour | kBySide))];
            if (group_of_row[r] != nullptr && std::ranges::find(its, group_of_row[r]) == its.end())
                its.push_back(group_of_row[r]);
        }
        for (const Cell& c : k->cells()) {
            const std::string symbol(k->symbols().name(c.key.symbol));
            const std::string& currency = config.instruments.of(symbol).currency;
            RowKey wanted;
            wanted.currency = rates.number(currency);
            if ((config.by & kByLp) != 0) wanted.lp = c.key.lp;
            if ((config.by & kBySymbol) != 0) wanted.symbol = c.key.symbol;
            if ((config.by & kBySize) != 0) wanted.size = c.key.size;
            if ((config.by & kByRegime) != 0) wanted.regime = c.key.regime;
            for (Group* g : groups_of_cells[wanted]) {
                g->leaves.push_back(leaf);
                insert_two(g->symbols, symbol);
                insert_two(g->currencies, currency);
            }
            insert_two(total.symbols, symbol);
            insert_two(total.currencies, currency);
            ++leaf;
        }
        net_leakage(*k, group_of_row, total);
    }

    if (config.by == kByLp)
        for (const auto& [lp, leak] : leakage_per_lot(shards))
            if (const auto g = groups.find(Key{{0, lp}}); g != groups.end())
                g->second.leak_per_lot = leak.expected();

    test_last_looks(groups, config);

    std::vector<Scoring> scoring;
    std::vector<Key> keys;
    const bool by_lp = (config.by & kByLp) != 0;
    // Cells know no hour and no side: a score by them would be that of other orders.
    const bool scored = (config.by & (kByHour | kBySide)) == 0;
    for (auto& [key, g] : groups) {
        score::Row row;
        for (std::size_t i = 0; i < key.size(); ++i)
            row.keys.emplace_back(report.by[i], key[i].name);
        keys.push_back(key);
        exchange(g, rates);
        fill_row(row, g, config);
        Scoring s;
        std::vector<const estimate::Beliefs*> slow_cells, fast_cells;
        double n_eff = 0;
        for (const std::size_t i : g.leaves) {
            slow_cells.push_back(&slow.leaves[i]);
            fast_cells.push_back(&fast[i]);
            const estimate::Evidenced e =
                estimate::evidenced(cells.slow[i].stats, estimate::Measure::fill);
            n_eff += e.n_eff;
        }
        if (scored) row.n_eff = n_eff;
        const kpi::Sums& sums = g.row.sums;
        const double fee = sums.notional != 0 ? 1e4 * ratio(sums.fees, sums.notional) : 0.0;
        const double paid = sums.notional != 0 ? 1e4 * ratio(sums.fees_paid, sums.notional) : 0.0;
        const double spread = log_latency_spread(cells.slow, g.leaves, slow);
        s.slow = beliefs_of(slow_cells, config.profile, fee, spread);
        s.fast = beliefs_of(fast_cells, config.profile, fee, spread);
        s.slow_without_rebates =
            paid == fee ? s.slow : beliefs_of(slow_cells, config.profile, paid, spread);
        row.evidence = estimate::evidence(scored ? n_eff : static_cast<double>(sums.n_orders));
        if (!scored && by_lp) row.no_score = "beliefs are not kept by hour or side";
        if (!by_lp) row.no_score = "a score compares LPs: add lp to --by";
        report.rows.push_back(std::move(row));
        scoring.push_back(s);
    }
    exchange(total, rates);
    if (total.exchanged) report.assumptions.push_back(said(rates));
    fill_row(report.total, total, config);
    report.total.no_score = "a score compares LPs";
    if (by_lp && scored) rank_rows(report, keys, scoring, config);
    report_foresight(report, shards, config);
    return report;
}

LiveScore live_score(std::span<const Kernel* const> shards, const Config& config,
                     std::string_view lp, std::string_view symbol) {
    const Cells cells = cells_of(shards);
    const estimate::Hierarchy slow =
        estimate::fit(cells.slow, config.estimate.m_fallback, config.estimate.winsor);
    const std::vector<estimate::Beliefs> fast = fast_beliefs(cells, shards, slow, config);
    std::vector<const estimate::Beliefs*> mine;
    std::vector<std::size_t> group;
    std::map<std::string_view, std::vector<const estimate::Beliefs*>> peers;
    for (std::size_t i = 0; i < cells.slow.size(); ++i) {
        if (cells.slow[i].symbol != symbol) continue;
        if (cells.slow[i].lp != lp) {
            peers[cells.slow[i].lp].push_back(&fast[i]);
            continue;
        }
        mine.push_back(&fast[i]);
        group.push_back(i);
    }
    LiveScore out;
    const score::Beliefs b =
        beliefs_of(mine, config.profile, 0.0, log_latency_spread(cells.slow, group, slow));
    const score::Composite c = score::composite(config.profile, b);
    if (!c.score) return out;
    out.absent = false;
    out.composite = *c.score;
    out.sd = c.sd;
    std::vector<double> fills;
    for (const auto& [name, theirs] : peers) {
        const score::Beliefs p = beliefs_of(theirs, config.profile, 0.0, 0.0);
        const score::Belief& fill = score::of(p, score::Scored::fill_rate);
        if (!fill.absent) fills.push_back(fill.mean);
    }
    out.lcb = score::composite(config.profile, careful(b, std::move(fills)))
                  .lcb(config.profile.z_route)
                  .value_or(0);
    out.fill_rate = score::of(b, score::Scored::fill_rate).mean;
    out.latency_ms = score::of(b, score::Scored::latency_mean_ms).mean;
    out.reject_rate = score::of(b, score::Scored::reject_rate).mean;
    out.price_improvement_bps = score::of(b, score::Scored::price_improvement_bps).mean;
    return out;
}

}  // namespace assay
