#include "core/backtest/logged_plans.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "core/route/explore.h"

namespace assay::backtest {
namespace {

using route::Choice;
using route::Decision;
using route::DecisionInputs;
using route::Explore;
using route::PolicyId;
using route::Step;

bool same(const std::vector<route::PlannedChild>& a, const std::vector<route::PlannedChild>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.lp == y.lp && x.kind == y.kind && x.qty == y.qty;
    });
}

// Whatever the policy, nothing else could have been sent: no quote, nobody, the last sweep, or all
// of it went as probes to LPs that are hardly known.
bool forced(const Decision& d) {
    return d.inputs.order.phase == route::Phase::sweeping || d.choice.step > Step::last_good ||
           (d.choice.plans.empty() && !d.choice.children.empty()) ||
           d.choice.hold == route::Hold::no_quote || d.choice.hold == route::Hold::nobody ||
           d.choice.hold == route::Hold::nothing_to_send;
}

// Different plans of a menu with what they would send; those that send the same are one.
struct PlanSent {
    std::vector<route::PlannedChild> children;
    double chance{}, cost{};
    std::vector<route::Arm> arms;  // the names under which it is on the menu
};
void add(std::vector<PlanSent>& menu, const Choice& as, const std::string& plan, double chance) {
    auto s = std::find_if(menu.begin(), menu.end(),
                          [&](const PlanSent& x) { return same(x.children, as.children); });
    if (s == menu.end()) s = menu.insert(menu.end(), {as.children, 0, as.cost, {}});
    s->chance += chance;
    if (chance > 0) s->arms.push_back({plan, chance});
}
std::vector<PlanSent> menu_of(const DecisionInputs& in, const Choice& drawn) {
    std::vector<PlanSent> menu;
    for (std::uint32_t i = 0; i < drawn.plans.size(); ++i)
        add(menu, route::decide_as(in, i), drawn.plans[i], drawn.chances[i]);
    return menu;
}

bool looks_at_scores(PolicyId p) {
    return p != PolicyId::split && p != PolicyId::uniform && p != PolicyId::random &&
           p != PolicyId::round_robin && p != PolicyId::static_table;
}

// What the other policy would have been asked.
std::optional<DecisionInputs> asked(const DecisionInputs& logged, const Contender& c,
                                    const route::Bandit& bandit, const Standings& standings,
                                    const std::vector<route::Arm>& arms) {
    DecisionInputs in = logged;
    in.policy = c.policy;
    // Whom the log probed is no choice of a policy.
    in.explore = {};
    in.explore.how = logged.explore.how == Explore::off ? Explore::off : Explore::probes;
    in.explore.least_n_eff = logged.explore.least_n_eff;
    in.explore.probe_share = logged.explore.probe_share;
    in.explore.a_parent = logged.explore.a_parent;
    in.ledger = {};
    in.arms = arms;
    if (c.policy == PolicyId::bandit) in.bandit = bandit;
    if (c.policy == PolicyId::static_table) {
        in.static_table.clear();
        for (const std::string& name : c.table)
            for (const auto& known : in.candidates)
                if (known.name == name) in.static_table.push_back(known.known.lp);
    }
    if (c.profile.hash() == logged.profile_hash) return in;
    in.profile = c.profile.name;
    in.profile_hash = c.profile.hash();
    in.rank_by = c.profile.rank_by;
    in.max_reject_share = c.profile.max_reject_rate;
    in.factors = route::factors_of(c.profile);
    if (standings) {
        const auto known = standings(logged);
        if (known.size() == in.candidates.size()) {
            for (std::size_t i = 0; i < known.size(); ++i)
                in.candidates[i].known.standing = known[i];
            return in;
        }
    }
    if (looks_at_scores(c.policy)) return std::nullopt;
    return in;
}

// What a parent had come to before a decision, in bps x lots against its arrival mid: what was paid
// so far, and how far the market had gone for what remained.
class SoFar {
  public:
    explicit SoFar(const Decision& first)
        : mid_(as_double(first.inputs.quote.mid2())),
          lots_(as_double(first.inputs.order.remaining) / as_double(first.inputs.order.lot)) {}
    double before(const Decision& d) const {
        const double now = as_double(d.inputs.quote.mid2());
        const double left = as_double(d.inputs.order.remaining) / as_double(d.inputs.order.lot);
        return paid_ + left * 1e4 * sign(d.inputs.side) * (now - mid_) / mid_;
    }
    void after(const Decision& d) {
        if (!d.outcome) return;
        for (const route::ChildOutcome& o : d.outcome->children) {
            if (o.filled <= Qty{}) continue;
            const double px =
                static_cast<double>(o.notional) / static_cast<double>(o.filled.micro) * 1e-9;
            paid_ += 1e4 * sign(d.inputs.side) * (px - mid_) / mid_ * as_double(o.filled) /
                     as_double(d.inputs.order.lot);
        }
    }
    double lots() const { return lots_; }
    bool usable() const { return mid_ > 0 && lots_ > 0; }

  private:
    double mid_, lots_, paid_{};
};

// Learns what rounds of the log came to once they were over, never before.
class Learner {
  public:
    const route::Bandit& at(Nanos now) {
        while (!waiting_.empty() && waiting_.begin()->first < now) {
            learn(*waiting_.begin()->second);
            waiting_.erase(waiting_.begin());
        }
        return bandit_;
    }
    void saw(const Decision& d) {
        if (!d.outcome || d.choice.chances.size() < 2) return;
        if (d.inputs.explore.how == Explore::thompson) return;  // names of draws, not of plans
        Duration took{};
        for (const auto& child : d.outcome->children) took = std::max(took, child.took);
        waiting_.emplace(d.inputs.at + took, &d);
    }

  private:
    void learn(const Decision& d) {
        const auto cost = route::cost_a_lot(*d.outcome, route::terms_of(d.inputs, d.choice),
                                            d.inputs.side, d.inputs.order.lot);
        if (cost) bandit_.learn(d.choice.plans[d.choice.chosen], d.choice.features, *cost);
    }
    route::Bandit bandit_;
    std::multimap<Nanos, const Decision*> waiting_;
};

// What the other policy would do here, beside what was drawn.
// `arms`: what it may be following afterwards, as far as the log goes along.
judge::LoggedDecision weighed(const Decision& d, const DecisionInputs& other, const SoFar& so_far,
                              std::vector<route::Arm>& arms) {
    judge::LoggedDecision out;
    const std::vector<PlanSent> menu = menu_of(d.inputs, d.choice);
    const Choice theirs = route::decide(other);
    std::vector<PlanSent> wanted;
    if (theirs.chances.size() > 1)
        wanted = menu_of(other, theirs);
    else
        wanted = {{theirs.children, 1, theirs.cost, {}}};
    arms.clear();
    double logged = 0, of_plan = d.choice.cost, of_target = 0;
    for (const PlanSent& s : menu)
        if (same(s.children, d.choice.children)) {
            logged = s.chance;
            of_plan = s.cost;
        }
    for (const PlanSent& w : wanted) {
        const auto in_log = std::find_if(menu.begin(), menu.end(), [&](const PlanSent& s) {
            return same(s.children, w.children);
        });
        // Forecasts of one plan are one, whatever the weights of the profile it was found under.
        of_target += w.chance * (in_log != menu.end() ? in_log->cost : w.cost);
        if (in_log == menu.end() || !(in_log->chance > 0)) out.outside += w.chance;
        if (!same(w.children, d.choice.children)) continue;
        out.target += w.chance;
        arms = w.arms;
    }
    out.logged = std::min(logged, 1.0);
    out.target = std::min(out.target, 1.0);
    const double before = so_far.before(d);
    out.of_plan = (before + of_plan) / so_far.lots();
    out.of_target = (before + of_target) / so_far.lots();
    return out;
}

judge::LoggedDecision unweighed(const Decision& d, const SoFar& so_far,
                                std::optional<double> chance) {
    judge::LoggedDecision out;
    out.logged = chance;
    out.target = 1;
    out.of_plan = out.of_target = (so_far.before(d) + d.choice.cost) / so_far.lots();
    return out;
}

// The least-squares line of what parents cost over what was forecast for them.
struct Line {
    double n{}, x{}, y{}, xx{}, xy{};
    void observe(double forecast, double cost) {
        n += 1;
        x += forecast;
        y += cost;
        xx += forecast * forecast;
        xy += forecast * cost;
    }
    double at(double forecast) const {
        const double spread = n * xx - x * x;
        if (!(n >= 20) || !(spread > 1e-9 * n * xx)) return forecast;
        const double slope = (n * xy - x * y) / spread;
        return y / n + slope * (forecast - x / n);
    }
};

// What a plan is expected to cost is a router's opinion, whose scale may be off: it is brought to
// what parents of the log came to. Those of one half are brought there by the other half, so that
// no parent helps to forecast itself.
void bring_to_costs(std::vector<judge::LoggedParent>& parents) {
    std::array<Line, 2> halves;
    for (std::size_t i = 0; i < parents.size(); ++i)
        for (const judge::LoggedDecision& d : parents[i].decisions)
            if (d.of_plan) halves[i % 2].observe(*d.of_plan, parents[i].cost_bps);
    for (std::size_t i = 0; i < parents.size(); ++i)
        for (judge::LoggedDecision& d : parents[i].decisions) {
            const Line& other = halves[1 - i % 2];
            if (d.of_plan) d.of_plan = other.at(*d.of_plan);
            if (d.of_target) d.of_target = other.at(*d.of_target);
        }
}

}  // namespace

bool has_chances(const Decision& d) {
    if (forced(d)) return true;
    return d.inputs.explore.how == Explore::menu || d.inputs.explore.how == Explore::thompson ||
           d.inputs.policy == PolicyId::bandit;
}

PlansOfLog plans_of(std::span<const LoggedParent> log, const Contender& contender,
                    const Standings& standings) {
    PlansOfLog out;
    std::vector<std::size_t> place(log.size());  // in out.parents, + 1
    std::vector<std::optional<SoFar>> so_far(log.size());
    std::vector<std::vector<route::Arm>> arms(log.size());
    // In order of time over all parents: what a bandit has learnt by then comes from any of them.
    std::vector<std::pair<const Decision*, std::size_t>> all;
    std::vector<std::size_t> by_time(log.size());
    for (std::size_t i = 0; i < log.size(); ++i) by_time[i] = i;
    std::stable_sort(by_time.begin(), by_time.end(), [&](std::size_t a, std::size_t b) {
        const auto at = [&](std::size_t i) {
            return log[i].decisions.empty() ? kNever : log[i].decisions.front()->inputs.at;
        };
        return at(a) < at(b);
    });
    for (const std::size_t i : by_time) {
        const LoggedParent& p = log[i];
        if (!p.cost_bps || p.decisions.empty() || !SoFar(*p.decisions.front()).usable()) {
            ++out.left_out;
            continue;
        }
        so_far[i].emplace(*p.decisions.front());
        judge::LoggedParent parent;
        parent.day = utc_day(p.decisions.front()->inputs.at);
        parent.cost_bps = *p.cost_bps;
        out.parents.push_back(std::move(parent));
        place[i] = out.parents.size();
        for (const Decision* d : p.decisions) all.emplace_back(d, i);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.first->inputs.at < b.first->inputs.at;
    });
    Learner learner;
    for (const auto& [d, i] : all) {
        judge::LoggedParent& parent = out.parents[place[i] - 1];
        if (forced(*d)) {
            parent.decisions.push_back(unweighed(*d, *so_far[i], 1));
        } else if (!has_chances(*d)) {
            parent.decisions.push_back(unweighed(*d, *so_far[i], std::nullopt));
        } else if (const auto other =
                       asked(d->inputs, contender, learner.at(d->inputs.at), standings, arms[i])) {
            parent.decisions.push_back(weighed(*d, *other, *so_far[i], arms[i]));
        } else {
            out.impossible = fmt::format(
                "the decisions hold the scores of profile {}, and {} goes by those of {}",
                d->inputs.profile, route::policy(contender.policy).name, contender.profile.name);
            return out;
        }
        learner.saw(*d);
        so_far[i]->after(*d);
    }
    bring_to_costs(out.parents);
    return out;
}

}  // namespace assay::backtest
