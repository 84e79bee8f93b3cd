#include "hosts/desk/preview.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "core/judge/agreement.h"
#include "core/kernel/standing.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/board_view.h"
#include "hosts/desk/bounds.h"

namespace assay::desk {

using http::Answer;
using http::Refused;

namespace {

constexpr std::chrono::milliseconds kPreviewTime{60};
constexpr std::size_t kMostChangedCells = 200;
constexpr double kZ90 = 1.645;  // of a 90 % interval

// Orders of one size in one condition of the market.
struct PreviewedPlace {
    std::uint8_t size{};
    std::string size_name;
    Regime regime{};
    std::int64_t orders{};
};
struct PreviewedSymbol {
    std::string symbol;
    std::int64_t orders{};
    std::vector<PreviewedPlace> places;
};

// Who is eligible, best first, and what the first is believed to cost all in, bps.
struct PlaceRanks {
    std::vector<std::string> lps;
    std::optional<double> cost, cost_var;
};

PlaceRanks ranks_of(const score::Page& page, std::span<const Standing> standings,
                    const PreviewedPlace& place) {
    PlaceRanks out;
    for (const score::PageRow& row : page.ranked(place.size, place.regime)) {
        if (row.gate != score::Gate::open) continue;
        if (out.lps.empty()) {
            const score::Belief& cost =
                score::of(standings[row.lp].beliefs, score::Scored::all_in_cost_bps);
            if (cost.usable()) out.cost = cost.mean, out.cost_var = std::max(cost.var, 0.0);
        }
        out.lps.push_back(page.lps[row.lp]);
    }
    return out;
}

std::optional<double> alike(const PlaceRanks& before, const PlaceRanks& after) {
    std::vector<double> a, b;
    for (std::size_t i = 0; i < before.lps.size(); ++i) {
        const auto found = std::ranges::find(after.lps, before.lps[i]);
        if (found == after.lps.end()) continue;
        a.push_back(static_cast<double>(i));
        b.push_back(static_cast<double>(found - after.lps.begin()));
    }
    if (a.size() < 2) return std::nullopt;
    return judge::spearman(a, b);
}

std::vector<PreviewedSymbol> symbols_of(const history::Measures& measures) {
    std::map<std::string, PreviewedSymbol> by_name;
    for (const history::MeasuredLine& line : measures.lines) {
        const auto regime = regime_named(line.cell.regime);
        const std::int64_t orders = line.measured.sums.n_orders;
        if (!regime || line.cell.size_place >= score::kPageSizes || orders == 0) continue;
        PreviewedSymbol& s = by_name[line.cell.symbol];
        s.symbol = line.cell.symbol;
        s.orders += orders;
        s.places.push_back({line.cell.size_place, line.cell.size, *regime, orders});
    }
    std::vector<PreviewedSymbol> all;
    for (auto& [name, symbol] : by_name) all.push_back(std::move(symbol));
    std::ranges::stable_sort(all, std::greater<>(), &PreviewedSymbol::orders);
    return all;
}

// Gathers what is said of all cells.
class Foreseen {
  public:
    void add(const std::string& symbol, const PreviewedPlace& place, const PlaceRanks& before,
             const PlaceRanks& after, http::PreviewView& v) {
        ++v.cells_looked_at;
        v.orders += place.orders;
        const auto orders = static_cast<double>(place.orders);
        if (!before.lps.empty()) flow_[before.lps[0]].first += orders;
        if (!after.lps.empty()) flow_[after.lps[0]].second += orders;
        const auto same = alike(before, after);
        if (same) {
            alike_ += orders * *same;
            alike_orders_ += orders;
        }
        const bool first_changes =
            !before.lps.empty() && !after.lps.empty() && before.lps[0] != after.lps[0];
        if (before.cost && after.cost) {
            cost_orders_ += orders;
            cost_before_ += orders * *before.cost;
            cost_after_ += orders * *after.cost;
            // One LP's belief cancels where it stays the first.
            if (first_changes) cost_var_ += orders * orders * (*before.cost_var + *after.cost_var);
        }
        if (before.lps == after.lps) return;
        ++v.cells_changed;
        v.cells.push_back({symbol, place.size_name, text(place.regime), place.size, place.orders,
                           before.lps, after.lps, first_changes, same});
    }

    void end(http::PreviewView& v) const {
        std::ranges::stable_sort(v.cells, std::greater<>(), &http::PreviewCell::orders);
        if (v.cells.size() > kMostChangedCells) {
            v.remarks.push_back(
                fmt::format("of {} cells that change the {} with most orders are "
                            "shown",
                            v.cells.size(), kMostChangedCells));
            v.cells.resize(kMostChangedCells);
        }
        for (const auto& [lp, orders] : flow_)
            v.flow.push_back({lp, v.orders > 0 ? orders.first / static_cast<double>(v.orders) : 0,
                              v.orders > 0 ? orders.second / static_cast<double>(v.orders) : 0});
        const auto share = [](double x, double of, std::string_view why) {
            return known_if(of > 0 ? std::optional(x / of) : std::nullopt, why);
        };
        v.stability = share(alike_, alike_orders_, "nowhere are two LPs eligible by both");
        constexpr std::string_view kNoCost = "what orders cost all in is not known of any cell";
        v.cost_before = share(cost_before_, cost_orders_, kNoCost);
        v.cost_after = share(cost_after_, cost_orders_, kNoCost);
        v.difference = share(cost_after_ - cost_before_, cost_orders_, kNoCost);
        const double spread = kZ90 * std::sqrt(cost_var_);
        v.low = share(cost_after_ - cost_before_ - spread, cost_orders_, kNoCost);
        v.high = share(cost_after_ - cost_before_ + spread, cost_orders_, kNoCost);
    }

  private:
    std::map<std::string, std::pair<double, double>> flow_;  // orders: before, after
    double alike_{}, alike_orders_{};
    double cost_orders_{}, cost_before_{}, cost_after_{}, cost_var_{};
};

}  // namespace

Answer<void> foresee(Service& service, history::History& history, const score::Profile& before,
                     const score::Profile& after, int days, http::PreviewView& v) {
    history::MeasureQuery q;
    q.to = service.health().last_at;
    q.from = q.to - Duration{days * kDay.ns};
    q.by_symbol = q.by_size = q.by_regime = true;
    q.most_rows = kMostRowsAtOnce;
    q.most_passed = kMostPassedAtOnce;
    const auto measures = history.measures(q);
    if (!measures) return no(Refused::Why::unavailable, measures.error().text());
    if (!measures->complete)
        v.remarks.emplace_back("too many rows: cells count by the latter part of these days");
    const std::vector<PreviewedSymbol> symbols = symbols_of(*measures);
    if (symbols.empty()) v.remarks.emplace_back("nothing was sent in these days");
    Foreseen foreseen;
    const auto until = std::chrono::steady_clock::now() + kPreviewTime;
    std::size_t looked_at = 0;
    for (const PreviewedSymbol& s : symbols) {
        if (looked_at > 0 && std::chrono::steady_clock::now() > until) break;
        ++looked_at;
        // One symbol at a time, so that the desk's thread is held for no longer than a page takes.
        auto told = asked(service, [&](SessionDesk& desk) {
            std::vector<std::pair<PlaceRanks, PlaceRanks>> ranks;
            Desk& d = desk.desk();
            const Kernel* kernel = d.kernel_of(s.symbol);
            auto then = d.scores_under(after, s.symbol);
            const auto now = d.page(before.name, s.symbol);
            if (!then || !now) return ranks;
            const std::uint32_t number = kernel->symbols().find(s.symbol);
            const score::Page& page = then->page(*kernel, number);
            for (const PreviewedPlace& place : s.places)
                ranks.emplace_back(
                    ranks_of(*now, d.standings(before.name, s.symbol, place.size, place.regime),
                             place),
                    ranks_of(page, then->standings(number, place.size, place.regime), place));
            return ranks;
        });
        if (!told) return busy();
        for (std::size_t i = 0; i < told->size(); ++i)
            foreseen.add(s.symbol, s.places[i], (*told)[i].first, (*told)[i].second, v);
    }
    if (looked_at < symbols.size())
        v.remarks.push_back(fmt::format("of {} symbols the {} with most orders were looked at",
                                        symbols.size(), looked_at));
    foreseen.end(v);
    return {};
}

}  // namespace assay::desk
