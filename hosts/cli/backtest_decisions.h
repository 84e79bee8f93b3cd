// The router's decisions beside a log, for a back-test: whose children the log's are, and the
// scores that LPs had at each decision under profiles that it was not made under.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/backtest/logged_plans.h"
#include "hosts/cli/backtest_run.h"
#include "hosts/cli/decisions_file.h"

namespace assay {

struct ToldDecisions {
    std::string path;
    DecisionsFile file;
    struct Child {
        std::uint64_t parent{};
        const route::Decision* decision{};  // into `file`
        std::size_t place{};                // among its children
    };
    std::map<std::uint64_t, Child> children;      // by number
    std::vector<backtest::LoggedParent> parents;  // views into `file`
};
// Those of the plan's file, or of a folder among the inputs; nullopt: there are none. Errors: as of
// read_decisions(), or no parents in it.
Result<std::optional<ToldDecisions>> told_decisions(const BacktestPlan& plan,
                                                    const ReplayOptions& options);
// Looks into `t`, which outlives it.
backtest::ParentOf parent_of(const ToldDecisions& t);
// Whether the decisions are of this log: ClOrdIDs repeat from day to day, so each child that both
// know must be the same order. Errors: the first one that is not, or that they have none in common.
Result<void> of_this_log(const ToldDecisions& t, std::span<const backtest::LoggedChild> log);
// Quantities and starts of the parents that are known.
void complete(std::vector<backtest::LoggedOrder>& orders, const ToldDecisions& t);
// "split", where all of it was traded by one policy; else empty.
std::string traded_by(const ToldDecisions& t);

// The standings of LPs at each decision under profiles that it was not made under, taken while the
// log is read.
class OtherStandings {
  public:
    using Known = std::vector<std::optional<route::Standing>>;

    OtherStandings(const BacktestPlan& plan, const std::vector<std::string>& lps,
                   const ToldDecisions& t)
        : lps_(lps), view_(lps_), probe_lots_(plan.rules.probe_lots) {
        for (const score::Profile* p : {&plan.profile, plan.against ? &*plan.against : nullptr})
            if (p != nullptr) profiles_.push_back(*p);
        for (const backtest::LoggedParent& parent : t.parents)
            for (const route::Decision* d : parent.decisions)
                for (const score::Profile& p : profiles_)
                    if (p.hash() != d->inputs.profile_hash) waiting_.emplace_back(d, &p);
        std::stable_sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
            return a.first->inputs.at < b.first->inputs.at;
        });
    }
    // To be called before the desk takes an event at `t`.
    void pass(Nanos t, desk::Desk& desk) {
        for (; at_ < waiting_.size() && waiting_[at_].first->inputs.at < t; ++at_) {
            const auto& [d, profile] = waiting_[at_];
            const route::DecisionInputs& in = d->inputs;
            if (!view_.look(desk, desk, profile->name,
                            {.symbol = in.symbol,
                             .side = in.side,
                             .lot = in.order.lot,
                             .qty = in.order.remaining,
                             .least = {probe_lots_ * in.order.lot.micro},
                             .kind = {estimate::TifClass::ioc, estimate::LimitClass::through}}))
                continue;
            Known known;
            for (const route::CandidateRecord& c : in.candidates) {
                const auto lp = std::lower_bound(lps_.begin(), lps_.end(), c.name);
                known.push_back(
                    lp == lps_.end() || *lp != c.name
                        ? std::nullopt
                        : view_.candidates()[static_cast<std::size_t>(lp - lps_.begin())].standing);
            }
            known_[{profile->hash(), in.id}] = std::move(known);
        }
    }
    // Looks into this.
    backtest::Standings under(const score::Profile& profile) const {
        return [this, hash = profile.hash()](const route::DecisionInputs& in) {
            const auto it = known_.find({hash, in.id});
            return it == known_.end() ? Known{} : it->second;
        };
    }

  private:
    const std::vector<std::string>& lps_;
    backtest::View view_;
    std::uint32_t probe_lots_;
    std::vector<score::Profile> profiles_;
    std::vector<std::pair<const route::Decision*, const score::Profile*>> waiting_;
    std::size_t at_{};
    std::map<std::pair<std::uint64_t, std::uint64_t>, Known> known_;
};

// What was done was drawn among plans, and dearer than the policy that drew: what a learned policy
// is worth is its difference to that policy itself, both estimated from the same log, parent by
// parent. Left as it is where either is refused or has no model.
void against_the_trader(const BacktestPlan& plan, const ToldDecisions& told,
                        const OtherStandings& standings, const backtest::Contender& c,
                        const std::string& trader, judge::LoggedAnswer& answer);

}  // namespace assay
