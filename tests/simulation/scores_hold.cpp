#include "tests/simulation/scores_hold.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "core/kernel/live_scores.h"

namespace assay::simulation {

using estimate::Measure;
using score::Page;
using score::PageRow;
using score::PageValue;

namespace {

const Cell* cell_at(const Kernel& k, std::string_view lp, std::string_view symbol,
                    std::uint8_t size, Regime regime) {
    const std::uint32_t l = k.lps().find(lp), s = k.symbols().find(symbol);
    for (std::size_t i = 0; i < k.cells().size(); ++i) {
        const CellKey& key = k.cells()[i].key;
        if (key.lp == l && key.symbol == s && key.size == size &&
            key.regime == static_cast<std::uint8_t>(regime))
            return &k.cells()[i];
    }
    return nullptr;
}

// Of the session under way; nothing where it saw none.
estimate::Weights seen_today(const Kernel& k, const Cell* cell) {
    return cell == nullptr || cell->session != k.session() ? estimate::Weights{}
                                                           : cell->fast.hot.orders;
}

void rate_holds(std::optional<double> shown, const estimate::Believed& prior, double share,
                const std::string& where) {
    if (!shown || prior.absent) return;
    ASSERT_LE(std::abs(*shown - prior.mean), share + 1e-12) << "25, 26: " << where;
}

const PageRow* row_of(const Page& page, std::string_view lp, const CellKey& key) {
    for (const PageRow& row : page.ranked(key.size, static_cast<Regime>(key.regime)))
        if (page.lps[row.lp] == lp) return &row;
    return nullptr;
}

// A kernel that goes on from there, and what it comes to believe.
class Fork {
  public:
    Fork(const Kernel& from, const desk::DeskConfig& config)
        : config_(config), kernel_(config.kernel) {
        EXPECT_TRUE(kernel_.load(from.save()));
    }
    Verdict hear(const Event& e) { return kernel_.apply(e); }
    const Kernel& kernel() const { return kernel_; }
    std::optional<double> believed(const Priors& priors, std::string_view lp, const CellKey& key,
                                   PageValue value) const {
        LiveScores live(config_.kernel, config_.ranked.front(), 1);
        live.adopt(priors);
        live.update(kernel_, {});
        const Page& page = live.page(kernel_, key.symbol);
        const PageRow* row = row_of(page, lp, key);
        return row == nullptr ? std::nullopt : row->value(value);
    }

  private:
    const desk::DeskConfig& config_;
    Kernel kernel_;
};

// One KPI, and which way is good.
struct Kpi {
    PageValue value;
    int good;
    const char* name;
};
constexpr Kpi kFill{PageValue::fill_rate, +1, "fill rate"};
constexpr Kpi kRejects{PageValue::reject_rate, -1, "reject rate"};
constexpr Kpi kLatency{PageValue::latency_ms, -1, "latency"};
constexpr Kpi kPrice{PageValue::price_improvement_bps, +1, "price improvement"};
constexpr Kpi kAllIn{PageValue::all_in_cost_bps, -1, "all-in cost"};

struct Better {
    const char* how;
    Event event;
    std::vector<Kpi> kpis;
};

std::vector<Better> better_than(const Event& e, const Chain& c, const Working& w, Nanos now) {
    std::vector<Better> out;
    Event other = e;
    if (const Filled* fill = std::get_if<Filled>(&e.what)) {
        Filled better = *fill;
        better.execution.last_px = fill->execution.last_px -
                                   PriceDelta{sign(c.side) * fill->execution.last_px.nano / 20'000};
        other.what = better;
        out.push_back({"a better price", other, {kPrice, kAllIn}});
        if (c.cum + fill->execution.last_qty < c.order_qty) {
            better = *fill;
            better.execution.last_qty = c.order_qty - c.cum;
            other.what = better;
            out.push_back({"more filled", other, {kFill}});
        }
    } else if (const Rejected* no = std::get_if<Rejected>(&e.what);
               no != nullptr && no->reject_class != RejectClass::ours && c.cum == Qty{} &&
               w.limit) {
        Filled better;
        better.ref = no->ref;
        better.execution.exec_id = "BETTER";
        better.execution.last_qty = c.order_qty;
        better.execution.last_px = *w.limit;
        better.execution.trade_date = static_cast<std::int32_t>(utc_day(e.at));
        other.what = better;
        out.push_back({"filled, not rejected", other, {kFill, kRejects}});
    } else {
        return out;
    }
    if (e.at - now > kMicrosecond) {
        other = e;
        other.at = now + Duration{(e.at - now).ns / 2};
        out.push_back({"sooner", other, {kLatency}});
    }
    return out;
}

}  // namespace

void page_holds(const Page& page, const score::Profile& profile,
                std::span<const Kernel* const> shards, const Priors& priors) {
    ASSERT_EQ(page.checksum, page.sum()) << "21";
    const auto k = std::find_if(shards.begin(), shards.end(), [&](const Kernel* one) {
        return one->symbols().find(page.symbol) != NameTable::kNone;
    });
    ASSERT_NE(k, shards.end()) << "21: a page of a symbol that nobody has seen";
    const double kappa = profile.fast_kappa.value_or(priors.kappa);
    std::map<std::string_view, double> n_eff;
    for (std::size_t i = 0; i < (*k)->cells().size(); ++i) {
        const Cell& cell = (*k)->cells()[i];
        if ((*k)->symbols().name(cell.key.symbol) == page.symbol)
            n_eff[(*k)->lps().name(cell.key.lp)] += seen_today(**k, &cell).n_eff();
    }
    for (std::uint8_t size = 0; size < score::kPageSizes; ++size)
        for (const Regime regime : {Regime::calm, Regime::normal, Regime::stressed})
            for (const PageRow& row : page.ranked(size, regime)) {
                const std::string& lp = page.lps[row.lp];
                const double w = seen_today(**k, cell_at(**k, lp, page.symbol, size, regime)).W;
                const std::string where =
                    fmt::format("{} in {}, size {}, {}: {} orders today, prior of {}", lp,
                                page.symbol, size, text(regime), w, kappa);
                for (const double x : row.values) ASSERT_TRUE(std::isfinite(x)) << "21: " << where;
                const auto place = static_cast<std::uint8_t>(score::place_index(size, regime));
                const estimate::Beliefs& prior =
                    priors
                        .of(lp, page.symbol,
                            page.ranking_of[place] == 0 ? std::uint8_t{255} : place)
                        .beliefs;
                const double share = w + kappa > 0 ? w / (w + kappa) : 0;
                rate_holds(row.value(PageValue::fill_rate), prior[estimate::index(Measure::fill)],
                           share, where + ", fill rate");
                rate_holds(row.value(PageValue::reject_rate),
                           prior[estimate::index(Measure::reject)], share, where + ", rejects");
                const auto known = priors.lps.find(lp);
                const double n = n_eff[lp] + (known == priors.lps.end() ? 0 : known->second.n_eff);
                if (std::abs(n - kWellKnown) > 1e-6) {
                    ASSERT_EQ(row.caution == score::Caution::quantile, n < kWellKnown)
                        << "26: " << where << ", " << n << " orders in all";
                }
            }
}

void report_holds(const score::Report& report) {
    for (const score::Row& row : report.rows) {
        if (!row.n_eff) continue;
        ASSERT_EQ(row.evidence == score::Evidence::enough, *row.n_eff >= 10)
            << "26: " << *row.n_eff << " effective orders";
        ASSERT_EQ(row.evidence == score::Evidence::prior, *row.n_eff < 1)
            << "26: " << *row.n_eff << " effective orders";
    }
}

std::uint64_t better_is_no_worse(const Kernel& kernel, const desk::DeskConfig& config,
                                 const Priors& priors, const Event& event) {
    const OrderRef* ref = nullptr;
    if (const auto* filled = std::get_if<Filled>(&event.what)) ref = &filled->ref;
    if (const auto* rejected = std::get_if<Rejected>(&event.what)) ref = &rejected->ref;
    if (ref == nullptr) return 0;
    const std::uint32_t chain = kernel.blotter().find(event.session, *ref);
    if (chain == kNoIndex || !kernel.blotter().chain(chain).has(kHasSent)) return 0;
    const Chain& c = kernel.blotter().chain(chain);
    const Working* w = kernel.blotter().working_if(c);
    if (w == nullptr || c.resolved() || c.cell == kNoIndex) return 0;
    const CellKey key = kernel.cells()[c.cell].key;
    // Both ways, the rest is canceled at the same moment: when it ends is no part of how well.
    Event end = event;
    end.what = Canceled{.ref = *ref};
    std::uint64_t compared = 0;
    Fork plain(kernel, config);
    if (plain.hear(event) != Verdict::applied) return 0;
    plain.hear(end);
    for (const Better& better : better_than(event, c, *w, kernel.now())) {
        Fork other(kernel, config);
        if (other.hear(better.event) != Verdict::applied) continue;
        end.at = better.event.at;
        other.hear(end);
        for (const Kpi& kpi : better.kpis) {
            const auto was = plain.believed(priors, event.lp, key, kpi.value);
            const auto is = other.believed(priors, event.lp, key, kpi.value);
            if (!was || !is) continue;
            ++compared;
            EXPECT_GE(kpi.good * (*is - *was), -1e-9 * (1 + std::abs(*was)))
                << "24: " << better.how << ", and the " << kpi.name << " of " << event.lp
                << " went from " << *was << " to " << *is;
        }
    }
    return compared;
}

}  // namespace assay::simulation
