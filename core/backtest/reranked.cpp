#include "core/backtest/reranked.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/judge/agreement.h"
#include "core/route/round.h"

namespace assay::backtest {

Reranker::Reranker(const score::Profile& first, const score::Profile& second,
                   const std::vector<std::string>& lps, const std::vector<LoggedOrder>& orders,
                   double sweep)
    : first_(first), second_(second), lps_(&lps), orders_(&orders), sweep_(sweep), view_(lps) {
    for (std::uint32_t o = 0; o < orders.size(); ++o)
        for (std::uint32_t c = 0; c < orders[o].children.size(); ++c)
            if (!orders[o].children[c].ours) queue_.push_back({orders[o].children[c].sent, o, c});
    std::stable_sort(queue_.begin(), queue_.end(),
                     [](const Next& a, const Next& b) { return a.at < b.at; });
}

void Reranker::pass(Nanos t, desk::Desk& desk) {
    for (; at_ < queue_.size() && queue_[at_].at < t; ++at_) look(queue_[at_], desk);
}

Reranker::Ranks Reranker::ranks(const score::Profile& profile, const LoggedChild& c, Qty lot,
                                desk::Desk& desk) {
    Ranks r;
    const Asked asked{.symbol = c.symbol,
                      .side = c.side,
                      .lot = lot,
                      .qty = c.qty,
                      .least = c.qty,
                      .kind = c.kind};
    if (!view_.look(desk, desk, profile.name, asked)) return r;
    route::Round round;
    round.candidates = view_.candidates();
    for (const std::uint32_t i : route::ranked(round, profile.rank_by)) {
        const route::Candidate& known = view_.candidates()[i];
        if (known.standing && known.reject_share <= profile.max_reject_rate) {
            r.first = i;
            break;
        }
    }
    for (const route::Candidate& known : view_.candidates())
        r.score.push_back(!known.standing ? std::nullopt
                          : profile.rank_by == score::RankBy::lcb
                              ? std::optional(known.standing->lcb)
                              : std::optional(known.standing->composite));
    return r;
}

void Reranker::look(const Next& next, desk::Desk& desk) {
    const LoggedOrder& o = (*orders_)[next.order];
    const LoggedChild& c = o.children[next.child];
    const Qty lot = desk.config().kernel.instruments.of(c.symbol).round_lot;
    Reranked r;
    r.order = next.order;
    r.child = next.child;
    r.day = utc_day(c.sent);
    r.sent_to = static_cast<std::uint32_t>(std::lower_bound(lps_->begin(), lps_->end(), c.lp) -
                                           lps_->begin());
    const Bbo quote = desk.quote(c.symbol);
    const Ranks a = ranks(first_, c, lot, desk), b = ranks(second_, c, lot, desk);
    r.first = a.first;
    r.second = b.first;
    r.qty_lots = as_double(c.qty) / as_double(lot);
    if (!(r.qty_lots > 0) || !quote.usable()) r.first = r.second = std::nullopt;
    if (r.first && r.second) {
        const auto by = [](const Ranks& of, std::uint32_t own, std::uint32_t other) {
            return of.score[own].value_or(0) - of.score[other].value_or(0);
        };
        r.first_by = by(a, *r.first, *r.second);
        r.second_by = by(b, *r.second, *r.first);
        std::vector<double> ours, theirs;
        for (std::size_t i = 0; i < a.score.size(); ++i)
            if (a.score[i] && b.score[i]) {
                ours.push_back(*a.score[i]);
                theirs.push_back(*b.score[i]);
            }
        r.alike = judge::spearman(ours, theirs);
        const double mid = as_double(quote.mid2());
        const double filled = as_double(c.cum) / as_double(lot);
        const double left = std::max(0.0, r.qty_lots - filled);
        const double half = 1e4 * 0.5 * as_double(quote.spread()) / mid;
        double paid = left * (half + sweep_ * std::sqrt(left));
        if (filled > 0) {
            const double px =
                static_cast<double>(c.notional) / static_cast<double>(c.cum.micro) * 1e-9;
            paid += filled * 1e4 * sign(c.side) * (px - mid) / mid;
        }
        r.filled_share = std::min(1.0, filled / r.qty_lots);
        r.cost_bps = paid / r.qty_lots;
    }
    seen_.push_back(r);
}

namespace {

struct Costs {
    std::vector<double> bps;
    std::vector<judge::Stretch> days;
    std::int64_t day{INT64_MIN};
    double filled{};

    void add(const Reranked& r) {
        if (days.empty() || day != r.day) days.push_back({bps.size(), bps.size(), 0});
        day = r.day;
        bps.push_back(r.cost_bps);
        days.back().last = bps.size();
        filled += r.filled_share;
    }
    Group group(const judge::Resampling& how) const {
        Group g;
        g.orders = static_cast<std::int64_t>(bps.size());
        if (bps.empty()) return g;
        g.filled_share = filled / static_cast<double>(bps.size());
        g.cost = judge::bootstrapped_mean(bps, days, judge::unit_of(days), how);
        return g;
    }
};

// Of two independent groups: normal, with the standard errors of their bootstraps.
judge::Interval difference_of(const Group& a, const Group& b, double level) {
    const double middle = b.cost.mean - a.cost.mean;
    const double se = std::sqrt(a.cost.se * a.cost.se + b.cost.se * b.cost.se);
    const double z = estimate::normal_quantile(0.5 + level / 2);
    return {middle - z * se, middle + z * se};
}

}  // namespace

Reranking Reranker::result(const judge::Resampling& how) const {
    Reranking out;
    out.first = first_.name;
    out.second = second_.name;
    Costs both, only_first, only_second, neither;
    std::vector<LpShare> flow(lps_->size());
    double lots = 0, alike = 0, alike_n = 0, followed = 0;
    std::map<std::string, std::pair<std::uint32_t, std::uint32_t>> last;  // by symbol
    for (const Reranked& r : seen_) {
        if (!r.first || !r.second) {
            ++out.unranked;
            continue;
        }
        ++out.orders;
        if (*r.first != *r.second) {
            ++out.differ;
            out.first_by += r.first_by;
            out.second_by += r.second_by;
        }
        const bool a = r.sent_to == *r.first, b = r.sent_to == *r.second;
        (a && b ? both : a ? only_first : b ? only_second : neither).add(r);
        lots += r.qty_lots;
        flow[r.sent_to].sent += r.qty_lots;
        flow[*r.first].first += r.qty_lots;
        flow[*r.second].second += r.qty_lots;
        if (r.alike) alike += *r.alike, alike_n += 1;
        const std::string& symbol = (*orders_)[r.order].symbol;
        if (const auto before = last.find(symbol); before != last.end()) {
            followed += 1;
            out.changes_first += before->second.first != *r.first;
            out.changes_second += before->second.second != *r.second;
        }
        last[symbol] = {*r.first, *r.second};
    }
    if (out.differ > 0) {
        out.first_by /= static_cast<double>(out.differ);
        out.second_by /= static_cast<double>(out.differ);
    }
    if (followed > 0) {
        out.changes_first /= followed;
        out.changes_second /= followed;
    }
    if (alike_n > 0) out.alike = alike / alike_n;
    out.both = both.group(how);
    out.only_first = only_first.group(how);
    out.only_second = only_second.group(how);
    out.neither = neither.group(how);
    if (out.only_first.orders > 0 && out.only_second.orders > 0) {
        out.difference = out.only_second.cost.mean - out.only_first.cost.mean;
        out.difference_interval = difference_of(out.only_first, out.only_second, how.level);
    }
    for (std::size_t i = 0; i < flow.size(); ++i) {
        LpShare& f = flow[i];
        f.lp = (*lps_)[i];
        if (lots > 0) f.sent /= lots, f.first /= lots, f.second /= lots;
    }
    out.flow = std::move(flow);
    return out;
}

}  // namespace assay::backtest
