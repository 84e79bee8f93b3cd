// Orders of a desk from end to end, out of its history: decisions with what they saw, their
// children, fills, raw messages; of a parent at work what the router knows comes first.
#include <algorithm>
#include <fmt/format.h>

#include "core/desk/child_wire.h"
#include "core/route/decision_words.h"
#include "core/units/decimal.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/board_view.h"
#include "hosts/desk/desk_source.h"
#include "hosts/desk/source_views.h"
#include "hosts/history/decision_rows.h"

namespace assay::desk {

using http::Answer;
using http::Refused;

namespace {

// So much of one parent, or of one order, as an answer holds.
constexpr std::uint32_t kMostDecisions = 300, kMostExecutions = 2'000, kMostMessages = 500;
// Decisions of one page of the best-execution file; many send nothing.
constexpr std::uint32_t kDecisionsAtOnce = 400;

std::string lp_name(const route::Decision& d, route::LpId lp) {
    return lp.number < d.inputs.candidates.size() ? d.inputs.candidates[lp.number].name
                                                  : fmt::format("LP #{}", lp.number);
}

std::optional<double> average_px(const route::ChildOutcome& o) {
    if (o.filled <= Qty{}) return std::nullopt;
    return ratio(o.notional, static_cast<Money>(o.filled.micro)) * 1e-9;
}

// What a decision planned and what came of it; nullptr: it is not over, or was not sent.
const route::ChildOutcome* outcome_of(const route::Decision& d, std::size_t i) {
    if (!d.outcome || d.outcome->children.size() != d.choice.children.size()) return nullptr;
    return &d.outcome->children[i];
}

http::DecisionLine line_of(const route::Decision& d, const std::string& words) {
    http::DecisionLine v;
    v.id = d.inputs.id;
    v.round = d.inputs.round;
    v.at = d.inputs.at;
    if (d.inputs.quote.bid.nano > 0) v.bid = d.inputs.quote.bid;
    if (d.inputs.quote.ask.nano > 0) v.ask = d.inputs.quote.ask;
    v.policy = route::policy(d.inputs.policy).name;
    v.step = route::text(d.choice.step);
    v.held = d.choice.hold == route::Hold::none ? "" : route::text(d.choice.hold);
    v.words = words;
    v.predicted_lots = {d.choice.expected_lots, {}};
    v.filled_lots = known_if(d.outcome ? std::optional(d.outcome->filled_lots) : std::nullopt,
                             "its children are not over");
    return v;
}

// A child that the router has forgotten, as its decision and that one's outcome tell of it.
http::ChildView past_child(const route::Decision& d, std::size_t i) {
    const route::PlannedChild& planned = d.choice.children[i];
    http::ChildView v;
    v.parent = d.inputs.parent;
    v.decision = d.inputs.id;
    v.lp = lp_name(d, planned.lp);
    v.symbol = d.inputs.symbol;
    v.kind = planned.kind == route::ChildKind::take ? "take" : "rest";
    v.side = d.inputs.side;
    v.qty = planned.qty;
    v.limit = planned.limit;
    v.sent = d.inputs.at + planned.delay;
    const route::ChildOutcome* o = outcome_of(d, i);
    v.avg_px = known_if(o != nullptr ? average_px(*o) : std::nullopt, "nothing is filled");
    v.latency_ms =
        known_if(o != nullptr && o->took.ns >= 0 ? std::optional(as_ms(o->took)) : std::nullopt,
                 "it is not answered");
    v.state = o == nullptr ? "unknown" : route::text(o->state);
    if (o == nullptr) return v;
    v.id = o->child.number;
    v.cl_ord_id = cl_ord_id_of(o->child);
    v.text = o->refused;
    v.cum_qty = o->filled;
    return v;
}

http::ParentView past_parent(const history::ParentRow& row, const route::ParentOrder& order) {
    http::ParentView v;
    v.id = row.id;
    v.cl_ord_id = order.cl_ord_id;
    v.symbol = row.symbol;
    v.profile = order.profile;
    v.policy = route::policy(order.policy).name;
    v.fallback = order.fallback == route::Fallback::hold ? "hold" : "sweep";
    v.state = row.state;
    v.side = row.side;
    v.qty = row.qty;
    v.lot = order.lot;
    v.cum_qty = row.cum;
    v.limit = order.limit;
    v.received = row.at;
    v.starts = order.starts;
    v.ends = order.ends;
    v.ended = row.ended;
    v.avg_px = known_if(row.avg_px ? std::optional(as_double(*row.avg_px)) : std::nullopt,
                        "nothing is filled");
    v.shortfall_bps = known_if(row.shortfall_bps, "no mid was known when it came");
    v.vwap_slippage_bps = known_if(row.vwap_slippage_bps, "nothing to hold it against was kept");
    return v;
}

// Quantity, price and cost after each fill. What is taken back or corrected ends it: which fill
// that was is told by the parent's own numbers.
class RunningTotal {
  public:
    RunningTotal(Side side, std::optional<double> mid) : side_(side), mid_(mid) {}
    http::Running after(const http::ExecutionView& e) {
        if (e.exec_type != "fill") whole_ = false;
        cum_ += e.last_qty;
        notional_ += as_double(e.last_qty) * as_double(e.last_px);
        if (!whole_) {
            const std::string why = "a fill was taken back or corrected; the parent has the whole";
            return {cum_, {std::nullopt, why}, {std::nullopt, why}};
        }
        const double vwap = notional_ / as_double(cum_);
        return {cum_,
                {vwap, {}},
                known_if(
                    mid_ ? std::optional(1e4 * (vwap - *mid_) / *mid_ * sign(side_)) : std::nullopt,
                    "its first decision saw no two-sided quote")};
    }

  private:
    Side side_;
    std::optional<double> mid_;
    Qty cum_;
    double notional_{};
    bool whole_{true};
};

std::optional<double> mid_of(const Bbo& q) {
    if (q.bid.nano <= 0 || q.ask.nano <= 0 || q.ask < q.bid) return std::nullopt;
    return 0.5 * (as_double(q.bid) + as_double(q.ask));
}

http::BestExecutionRow best_execution_row(const route::Decision& d, std::size_t i) {
    const route::DecisionInputs& in = d.inputs;
    const http::ChildView child = past_child(d, i);
    http::BestExecutionRow r;
    r.parent = in.parent;
    r.decision = in.id;
    r.cl_ord_id = child.cl_ord_id;
    r.symbol = in.symbol;
    r.lp = child.lp;
    r.kind = child.kind;
    r.sent = child.sent;
    r.side = in.side;
    r.qty = child.qty;
    r.limit = *child.limit;
    if (in.quote.bid.nano > 0) r.bid = in.quote.bid;
    if (in.quote.ask.nano > 0) r.ask = in.quote.ask;
    r.policy = route::policy(in.policy).name;
    r.profile = in.profile;
    r.step = route::text(d.choice.step);
    r.reason = route::decision_words(d);
    std::ranges::replace(r.reason, '\n', ';');
    r.page_version = in.scores.version;
    r.priors_version = in.scores.priors_version;
    r.config_version = in.scores.config_version;
    const route::ChildOutcome* o = outcome_of(d, i);
    r.result = o == nullptr ? "not over" : o->refused.empty() ? child.state : "not sent";
    if (o == nullptr || !o->refused.empty()) {
        if (o != nullptr) r.reason += ";not sent: " + o->refused;
        return r;
    }
    r.filled_qty = o->filled;
    r.avg_px = average_px(*o);
    r.latency_ms = child.latency_ms.value;
    if (!r.avg_px) return r;
    const double s = sign(in.side);
    if (const auto far = in.side == Side::buy ? r.ask : r.bid)
        r.price_improvement_bps = 1e4 * s * (as_double(*far) - *r.avg_px) / as_double(*far);
    if (const auto mid = mid_of(in.quote))
        r.effective_spread_bps = 1e4 * 2 * s * (*r.avg_px - *mid) / *mid;
    return r;
}

}  // namespace

Answer<http::TimelineView> DeskSource::timeline(std::uint64_t id) {
    if (history_ == nullptr) return keeps_no_history();
    http::TimelineView v;
    auto live = parent(id);
    if (live) {
        v.parent = std::move(*live);
        if (auto all = children(id)) v.children = std::move(*all);
    } else {
        if (live.error().why != Refused::Why::not_found) return std::unexpected(live.error());
        const auto row = history_->parent(id);
        if (!row) return no(Refused::Why::unavailable, row.error().text());
        if (!*row) return std::unexpected(live.error());
        const auto order = history::parent_order_of(**row);
        if (!order) return no(Refused::Why::unavailable, order.error().text());
        v.parent = past_parent(**row, *order);
    }
    const auto decisions = history_->decisions(id, kMostDecisions, "");
    if (!decisions) return no(Refused::Why::unavailable, decisions.error().text());
    v.complete = decisions->next.empty();
    std::optional<double> mid;
    for (const history::DecisionRow& row : decisions->rows) {
        const auto d = history::decision_of(row);
        if (!d) return no(Refused::Why::unavailable, d.error().text());
        if (v.decisions.empty()) mid = mid_of(d->inputs.quote);
        v.decisions.push_back(line_of(*d, row.words));
        if (!live)
            for (std::size_t i = 0; i < d->choice.children.size(); ++i)
                v.children.push_back(past_child(*d, i));
    }
    if (!live) v.parent.children = v.children.size();
    history::ExecutionQuery q;
    q.parent = id;
    q.msg_type = "8";
    q.trades = true;
    q.limit = kMostExecutions;
    const auto executions = history_->executions(q);
    if (!executions) return no(Refused::Why::unavailable, executions.error().text());
    v.complete = v.complete && executions->next.empty();
    RunningTotal running(v.parent.side, mid);
    for (const history::ExecutionRow& e : executions->rows) {
        http::ExecutionView execution = execution_view(e);
        const http::Running so_far = running.after(execution);
        v.executions.push_back({std::move(execution), so_far});
    }
    return v;
}

Answer<http::MessagesView> DeskSource::messages(const std::string& cl_ord_id) {
    if (history_ == nullptr) return keeps_no_history();
    history::ExecutionQuery q;
    q.cl_ord_id = cl_ord_id;
    q.limit = kMostMessages;
    auto page = history_->executions(q);
    if (!page) return no(Refused::Why::unavailable, page.error().text());
    if (page->rows.empty())
        return no(Refused::Why::not_found,
                  fmt::format("no message of an order \"{}\" is kept", cl_ord_id));
    // What was asked of it later went under ClOrdIDs of its own.
    const history::ExecutionRow& first = page->rows.front();
    if (first.child && first.parent) {
        q.cl_ord_id.clear();
        q.parent = first.parent;
        q.child = first.child;
        page = history_->executions(q);
        if (!page) return no(Refused::Why::unavailable, page.error().text());
    }
    http::MessagesView v;
    v.cl_ord_id = cl_ord_id;
    v.complete = page->next.empty();
    for (const history::ExecutionRow& e : page->rows)
        v.rows.push_back({e.capture_ns, e.session, e.msg_type, e.exec_type, e.exec_id, e.direction,
                          e.seq, e.bytes});
    return v;
}

Answer<http::Rows<http::BestExecutionRow>> DeskSource::best_execution(
    const http::BestExecutionWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    const auto page =
        history_->decisions_between(wish.from, wish.to, kDecisionsAtOnce, wish.cursor);
    if (!page) return no(Refused::Why::wrong_query, page.error().text());
    http::Rows<http::BestExecutionRow> rows;
    rows.next_cursor = page->next;
    for (const history::DecisionRow& row : page->rows) {
        const auto d = history::decision_of(row);
        if (!d) return no(Refused::Why::unavailable, d.error().text());
        if (!wish.symbol || d->inputs.symbol == *wish.symbol)
            for (std::size_t i = 0; i < d->choice.children.size(); ++i)
                rows.rows.push_back(best_execution_row(*d, i));
        // Whole decisions, so that the next page begins with the next one.
        if (rows.rows.size() < wish.limit || row.id == page->rows.back().id) continue;
        rows.next_cursor = fmt::format("0.0.{}", row.id);
        break;
    }
    return rows;
}

}  // namespace assay::desk
