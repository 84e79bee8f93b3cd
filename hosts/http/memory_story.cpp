// Time lines, messages and the best-execution file of the desk in memory.
#include <fmt/format.h>

#include "hosts/http/memory_desk.h"

namespace assay::http {
namespace {

std::unexpected<Refused> nothing_of(std::string what) {
    return std::unexpected(Refused{Refused::Why::not_found, std::move(what), {}});
}

}  // namespace

Answer<TimelineView> MemoryDesk::timeline(std::uint64_t id) {
    auto parent = this->parent(id);
    if (!parent) return std::unexpected(parent.error());
    TimelineView v;
    v.parent = std::move(*parent);
    v.children = *children(id);
    for (const auto& [number, d] : decisions_)
        if (d.parent == id)
            v.decisions.push_back({d.id, d.round, d.at, d.bid, d.ask, d.policy, d.step, d.held,
                                   d.words, d.predicted_lots, d.filled_lots});
    for (const ExecutionView& e : executions_)
        if (e.parent == id) v.executions.push_back({e, {e.last_qty, {100.02}, {0.9999}}});
    return v;
}

// What an LP may write in a text is shown as it is, and does no harm.
Answer<MessagesView> MemoryDesk::messages(const std::string& cl_ord_id) {
    MessagesView v;
    v.cl_ord_id = cl_ord_id;
    for (const auto& [id, child] : children_) {
        if (child.cl_ord_id != cl_ord_id) continue;
        v.rows.push_back({child.sent, "DESK-LP_A", "D", "", "", fix::Direction::sent,
                          static_cast<std::int64_t>(2 * id),
                          "8=FIX.4.4\x01"
                          "35=D\x01"});
        v.rows.push_back({*child.ended, "DESK-LP_A", "8", "F", fmt::format("E{}", id),
                          fix::Direction::received, static_cast<std::int64_t>(2 * id + 1),
                          "8=FIX.4.4\x01"
                          "58=<script>\\\xff\x01"});
    }
    if (v.rows.empty()) return nothing_of(fmt::format("No order is called \"{}\"", cl_ord_id));
    return v;
}

Answer<Rows<BestExecutionRow>> MemoryDesk::best_execution(const BestExecutionWish& wish) {
    Rows<BestExecutionRow> rows;
    for (const auto& [id, child] : children_) {
        if (child.sent < wish.from || child.sent >= wish.to) continue;
        if (wish.symbol && *wish.symbol != child.symbol) continue;
        if (!wish.cursor.empty() && id <= std::strtoull(wish.cursor.c_str(), nullptr, 10)) continue;
        if (rows.rows.size() == wish.limit) {
            rows.next_cursor = std::to_string(rows.rows.back().decision);
            break;
        }
        const DecisionView& d = decisions_.at(child.decision);
        BestExecutionRow r;
        r.parent = child.parent;
        r.decision = child.decision;
        r.cl_ord_id = child.cl_ord_id;
        r.symbol = child.symbol;
        r.lp = child.lp;
        r.kind = child.kind;
        r.result = child.state;
        r.policy = d.policy;
        r.profile = d.profile;
        r.step = d.step;
        r.reason = "=HYPERLINK(\"http://x\")";  // no spreadsheet may follow it
        r.sent = child.sent;
        r.side = child.side;
        r.qty = child.qty;
        r.limit = child.limit.value_or(100.02_px);
        r.bid = d.bid;
        r.ask = d.ask;
        r.filled_qty = child.cum_qty;
        r.avg_px = child.avg_px.value;
        r.price_improvement_bps = 0.0;
        r.latency_ms = child.latency_ms.value;
        r.page_version = d.page_version;
        r.config_version = 12'345'678'901'234'567'890u;
        rows.rows.push_back(std::move(r));
    }
    return rows;
}

}  // namespace assay::http
