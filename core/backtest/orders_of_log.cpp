#include "core/backtest/orders_of_log.h"

#include <algorithm>
#include <map>

namespace assay::backtest {
namespace {

const OrderRef* ref_of(const Event& e) {
    return std::visit(
        [](const auto& m) -> const OrderRef* {
            if constexpr (requires { m.ref; })
                return &m.ref;
            else
                return nullptr;
        },
        e.what);
}

}  // namespace

void OrdersOfLog::look(Watched& w, const Kernel& kernel) const {
    const Blotter& blotter = kernel.blotter();
    if (!blotter.alive(w.chain, w.generation)) {
        w.settled = true;
        return;
    }
    const Chain& c = blotter.chain(w.chain);
    LoggedChild& child = w.child;
    child.qty = c.offered.micro > 0 ? c.offered : c.order_qty;
    child.cum = c.cum;
    child.ours = c.ours();
    child.seen = capacity_seen(c, w.min_qty);
    child.ended = c.resolved() ? c.sent + Duration{c.resolved_after()} : kNever;
    child.notional = 0;
    for (std::uint32_t f = c.fills; f != kNoIndex; f = blotter.fill(f).next)
        if ((blotter.fill(f).flags & kBusted) == 0)
            child.notional += blotter.fill(f).px * blotter.fill(f).qty;
}

// Closed orders of a day are forgotten when the next one begins, and a time-out is no message.
void OrdersOfLog::look_at_open(const desk::Desk& desk) {
    for (Watched& w : all_)
        if (!w.settled) look(w, *desk.kernel_of(w.child.symbol));
}

void OrdersOfLog::before(const Event& event, const desk::Desk& desk) {
    if (utc_day(event.at) == day_) return;
    day_ = utc_day(event.at);
    look_at_open(desk);
}

void OrdersOfLog::after(const Event& event, const desk::Desk& desk) {
    const OrderRef* ref = ref_of(event);
    if (ref == nullptr || event.symbol.empty() || event.lp.empty()) return;
    const Kernel* kernel = desk.kernel_of(event.symbol);
    if (kernel == nullptr) return;
    const std::uint32_t chain = kernel->blotter().find(event.session, *ref);
    if (chain == kNoIndex) return;
    const Chain& c = kernel->blotter().chain(chain);
    auto& known = by_chain_[shard_of(event.symbol)];
    const auto [at, fresh] = known.try_emplace(c.generation, all_.size());
    if (!fresh) return look(all_[at->second], *kernel);
    const auto* sent = std::get_if<Sent>(&event.what);
    if (sent == nullptr || c.side == Side::none || c.sent != event.at) {
        if (sent != nullptr && c.side == Side::none) ++without_side_;
        known.erase(at);
        return;
    }
    Watched w;
    w.chain = chain;
    w.generation = c.generation;
    w.min_qty = sent->min_qty > Qty{};
    w.child.symbol = event.symbol;
    w.child.lp = event.lp;
    w.child.cl_ord_id = ref->cl_ord_id;
    w.child.side = c.side;
    w.child.sent = event.at;
    w.child.kind = capacity_key(*sent, desk.quote(event.symbol));
    look(w, *kernel);
    all_.push_back(std::move(w));
}

std::vector<LoggedChild> OrdersOfLog::finish(const desk::Desk& desk) {
    look_at_open(desk);
    std::vector<LoggedChild> children;
    for (Watched& w : all_) children.push_back(std::move(w.child));
    std::stable_sort(children.begin(), children.end(),
                     [](const auto& a, const auto& b) { return a.sent < b.sent; });
    all_.clear();
    return children;
}

namespace {

bool over_by(const LoggedChild& c, Nanos at) {
    return known(c.ended) && c.ended <= at;
}

// The last moment at which anything of it was out, as far as it is known at `at`.
Nanos last_out(const LoggedOrder& o, Nanos at) {
    Nanos last{kNever};
    for (const LoggedChild& c : o.children)
        last = std::max(last, over_by(c, at) ? c.ended : known(c.ended) ? at : c.sent);
    return last;
}

void add(LoggedOrder& o, LoggedChild child) {
    Qty out = child.qty;
    bool answered = false;
    for (const LoggedChild& c : o.children) {
        const bool over = over_by(c, child.sent);
        out += over ? c.cum : c.qty;
        answered = answered || (over && c.round + 1 == o.rounds);
    }
    if (o.rounds == 0 || answered) ++o.rounds;
    child.round = o.rounds - 1;
    o.qty = std::max(o.qty, out);
    o.ended = std::max({o.ended, child.sent, child.ended});
    o.children.push_back(std::move(child));
}

}  // namespace

std::vector<LoggedOrder> orders_of(std::vector<LoggedChild> children, Duration gap,
                                   const ParentOf& parent_of) {
    std::vector<LoggedOrder> orders;
    std::map<std::uint64_t, std::size_t> by_parent;
    std::map<std::pair<std::string, Side>, std::size_t> open;
    const auto begin = [&](const LoggedChild& c) {
        LoggedOrder o;
        o.number = orders.size() + 1;
        o.symbol = c.symbol;
        o.side = c.side;
        o.at = c.sent;
        o.ended = c.sent;
        orders.push_back(std::move(o));
        return orders.size() - 1;
    };
    for (LoggedChild& c : children) {
        if (const auto parent = parent_of ? parent_of(c) : std::nullopt) {
            auto at = by_parent.find(*parent);
            if (at == by_parent.end()) {
                at = by_parent.emplace(*parent, begin(c)).first;
                orders[at->second].number = *parent;
            }
            add(orders[at->second], std::move(c));
            continue;
        }
        const auto key = std::pair(c.symbol, c.side);
        const auto at = open.find(key);
        const bool goes_on =
            gap.ns > 0 && at != open.end() && c.sent - last_out(orders[at->second], c.sent) <= gap;
        const std::size_t order = goes_on ? at->second : begin(c);
        open[key] = order;
        add(orders[order], std::move(c));
    }
    std::erase_if(orders, [](const LoggedOrder& o) {
        return std::all_of(o.children.begin(), o.children.end(),
                           [](const auto& c) { return c.ours; });
    });
    std::stable_sort(orders.begin(), orders.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    return orders;
}

}  // namespace assay::backtest
