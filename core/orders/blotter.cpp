#include "core/orders/blotter.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "core/orders/keys.h"

namespace assay {

std::int64_t Blotter::offset(const Chain& c, Nanos at) {
    return (at - c.sent).ns;
}

std::uint32_t Blotter::find_id(std::uint64_t key) const {
    auto it = by_id_.find(key);
    if (it == by_id_.end()) {
        it = by_id_old_.find(key);
        if (it == by_id_old_.end()) return kNoIndex;
    }
    const auto chain = static_cast<std::uint32_t>(it->second);
    const auto generation = static_cast<std::uint32_t>(it->second >> 32);
    return chains_[chain].generation == generation ? chain : kNoIndex;
}

std::uint64_t Blotter::forgotten_order(std::uint32_t session, const OrderRef& ref) const {
    for (const std::string_view id : {ref.cl_ord_id, ref.orig_cl_ord_id}) {
        if (id.empty()) continue;
        const std::uint64_t key = id_key(session, 'c', id);
        for (const Index* index : {&by_id_, &by_id_old_})
            if (const auto it = index->find(key); it != index->end()) return it->second;
    }
    return 0;
}

void Blotter::name(std::uint64_t key, std::uint32_t chain) {
    if (by_id_.size() >= kIndexGeneration) {
        by_id_old_ = std::move(by_id_);
        by_id_ = {};
    }
    by_id_[key] = std::uint64_t{chains_[chain].generation} << 32 | chain;
}

std::uint32_t Blotter::find(std::uint32_t session, const OrderRef& ref) const {
    std::uint32_t found = kNoIndex;
    if (!ref.cl_ord_id.empty()) found = find_id(id_key(session, 'c', ref.cl_ord_id));
    if (found == kNoIndex && !ref.orig_cl_ord_id.empty())
        found = find_id(id_key(session, 'c', ref.orig_cl_ord_id));
    if (ref.order_id.empty() || ref.order_id == "NONE") return found;
    if (found != kNoIndex) {
        // A ClOrdID that was used again: OrderID tells a late report of the old order from the new.
        const Working* w = working_if(chains_[found]);
        if (w == nullptr || w->order_id_hash == 0 || w->order_id_hash == text_hash(ref.order_id))
            return found;
    }
    const std::uint32_t by_order_id = find_id(id_key(session, 'o', ref.order_id));
    return by_order_id != kNoIndex ? by_order_id : found;
}

std::uint32_t Blotter::new_chain(const Event& e) {
    std::uint32_t i;
    if (!free_chains_.empty()) {
        i = free_chains_.back();
        free_chains_.pop_back();
    } else {
        i = static_cast<std::uint32_t>(chains_.size());
        chains_.emplace_back();
    }
    Chain& c = chains_[i];
    c = Chain{};
    c.generation = ++generation_;
    c.sent = e.at;
    c.session = static_cast<std::uint16_t>(e.session);
    if (!e.capture_clock) c.set(kNoClock);
    work(i);
    return i;
}

Working& Blotter::work(std::uint32_t chain) {
    Chain& c = chains_[chain];
    if (c.working != kNoIndex) return working_[c.working];
    if (!free_working_.empty()) {
        c.working = free_working_.back();
        free_working_.pop_back();
    } else {
        c.working = static_cast<std::uint32_t>(working_.size());
        working_.emplace_back();
    }
    ++open_;
    Working& w = working_[c.working];
    w.links.clear();  // keeps capacity: no allocation per order after warm-up
    w.versions.clear();
    w.order_id_hash = 0;
    w.limit.reset();
    w.min_qty = w.exposed = Qty{};
    w.cancel_sent = kNever;
    w.reported_cum = Qty{-1};
    w.timers = 0;
    w.own_quote = Bbo{};
    w.version = 0;
    w.pending_cancel = w.pending_replace = w.heard = w.side_given = false;
    w.messages = 0;
    w.lot = kNoIndex;
    w.closed = false;
    w.reject_mid2 = 0;
    w.drift.reset();
    w.leaked.reset();
    w.chain = chain;
    return w;
}

Step Blotter::sent(const Event& e, const Sent& m, const Bbo& route) {
    const std::uint64_t key = id_key(e.session, 'c', m.ref.cl_ord_id);
    std::uint32_t i = find_id(key);
    if (i != kNoIndex && chains_[i].has(kHasSent)) {
        const Chain& old = chains_[i];
        const Working* w = working_if(old);
        const bool same = w != nullptr && !w->versions.empty() &&
                          w->versions.front().order_qty == m.order_qty && old.side == m.side;
        if (m.poss_resend || (!old.resolved() && same))
            return {.verdict = Verdict::duplicate, .chain = i};
        ++counts_.cl_ord_id_reused;
        i = kNoIndex;
    }
    if (i == kNoIndex) {
        i = new_chain(e);
        name(key, i);
    } else {
        // Reports came first. Their times were kept relative to the first of them.
        Chain& c = chains_[i];
        const std::int64_t shift = (c.sent - e.at).ns;
        for (auto* t : {&c.gateway, &c.ack, &c.response, &c.first_fill, &c.last_fill, &c.term})
            if (*t != kNoOffset) *t += shift;
        for (std::uint32_t f = c.fills; f != kNoIndex; f = fills_[f].next) fills_[f].after += shift;
        c.sent = e.at;
        --counts_.headless_chains;
        counts_.headless_messages -= work(i).messages;
        work(i).messages = 0;
    }
    Chain& c = chains_[i];
    remember(c);
    c.set(kHasSent);
    c.side = m.side;
    c.tif = m.tif;
    c.order_qty = c.offered = m.order_qty;
    c.bid = route.bid;
    c.ask = route.ask;
    c.route_state = route.state;
    Working& w = work(i);
    w.limit = m.price;
    w.side_given = m.side_given;
    w.min_qty = m.min_qty;
    c.far_size = route.usable() ? route.far_size(m.side) : Qty{};
    w.links.push_back({std::string(m.ref.cl_ord_id), m.order_qty, {}, false, true});
    w.versions.push_back({e.at, m.order_qty, {}, route, true});
    if (c.why == Term::none && c.filled()) {
        c.why = Term::filled;
        c.term = c.last_fill;
    }
    return {.chain = i, .opened = true};
}

Step Blotter::cancel_requested(const Event& e, const CancelRequested& m) {
    const OrderRef original{m.ref.orig_cl_ord_id, {}, m.ref.order_id};
    const std::uint32_t i = find(e.session, original);
    if (i == kNoIndex) return {.verdict = Verdict::ignored, .reason = "cancel of an unknown order"};
    name(id_key(e.session, 'c', m.ref.cl_ord_id), i);
    Chain& c = chains_[i];
    remember(c);
    Working& w = work(i);
    if (!known(w.cancel_sent)) w.cancel_sent = e.at;
    w.pending_cancel = true;
    c.set(kOwnCancel);
    if (c.response == kNoOffset) c.set(kCancelBeforeAck);
    return {.chain = i};
}

Step Blotter::replace_requested(const Event& e, const ReplaceRequested& m, const Bbo& route) {
    const OrderRef original{m.ref.orig_cl_ord_id, {}, m.ref.order_id};
    const std::uint32_t i = find(e.session, original);
    if (i == kNoIndex)
        return {.verdict = Verdict::ignored, .reason = "replace of an unknown order"};
    name(id_key(e.session, 'c', m.ref.cl_ord_id), i);
    Working& w = work(i);
    remember(chains_[i]);
    w.pending_replace = true;
    if (w.versions.size() < 255) {
        w.links.push_back({std::string(m.ref.cl_ord_id), m.order_qty, {}, false, false});
        w.versions.push_back({e.at, m.order_qty, {}, route, false});
    }
    return {.chain = i};
}

Qty Blotter::offered(const Chain& c) const {
    if (c.has(kCancelBeforeAck) && c.why == Term::canceled) return c.cum;
    const Working* w = working_if(c);
    // Earlier versions count when they were exposed long enough, the one in force always ...
    const Qty earlier =
        std::max(w != nullptr ? w->exposed : Qty{}, c.has(kOversold) ? Qty{} : c.cum);
    if (c.why == Term::canceled && c.has(kOwnCancel) && !immediate(c.tif)) {
        // ... unless we took it back before it was: exposed from the LP's first answer, or from the
        // sending of the version in force.
        const bool several = w != nullptr && w->version != 0;
        const std::int64_t from = several ? (w->versions[w->version].sent - c.sent).ns
                                          : (c.response == kNoOffset ? 0 : c.response);
        if (c.term - from < limits_.min_expo.ns) return earlier;
    }
    return std::max(c.offered, earlier);
}

void Blotter::forget_chain(std::uint32_t chain) {
    Chain& c = chains_[chain];
    for (std::uint32_t f = c.fills; f != kNoIndex; f = fills_[f].next) {
        if (fills_[f].mids != kNoIndex) free_mids_.push_back(fills_[f].mids);
        free_fills_.push_back(f);
    }
    c.generation = ++generation_;
    free_chains_.push_back(chain);
    ++counts_.forgotten;
    if (limits_.keep_settled.ns <= 0) return;
    if (c.row != kNoIndex) rows_let_go_.push_back(c.row);
    // The slot is another order's next: what waits for a fill of this one must not find that one's.
    if (!parked_.empty())
        counts_.busts_unmatched +=
            std::erase_if(parked_, [&](const Parked& p) { return p.chain == chain; });
}

bool Blotter::settled(const Chain& c) const {
    return c.working != kNoIndex && c.resolved() && c.has(kHasSent) &&
           working_[c.working].timers == 0;
}

void Blotter::settle(std::uint32_t chain, Nanos now) {
    Chain& c = chains_[chain];
    if (!settled(c)) return;
    Working& w = working_[c.working];
    // Orders with versions keep them, as a late bust needs the quote of its version; and what
    // silence cost is kept until the day is over, as a late fill takes it back.
    if (w.versions.size() <= 1 && c.why != Term::timed_out && c.why != Term::unread &&
        c.side != Side::none && !w.own_quote.usable()) {
        free_working(c);
    } else if (w.closed) {
        return;
    } else {
        w.closed = true;
    }
    // Silence is no end: what was never answered may still be, days later.
    const bool silent = c.why == Term::timed_out && c.response == kNoOffset;
    (silent ? silent_ : closed_).push_back({chain, c.generation, minute_of(now)});
    if (silent_.size() > limits_.max_closed) forget_oldest(silent_);
    while (closed_.size() > limits_.max_closed) forget_oldest(closed_);
}

void Blotter::free_working(Chain& c) {
    free_working_.push_back(c.working);
    c.working = kNoIndex;
    --open_;
}

void Blotter::forget_oldest(std::deque<Closed>& orders) {
    const Closed oldest = orders.front();
    orders.pop_front();
    Chain& c = chains_[oldest.chain];
    if (c.generation != oldest.generation) return;
    if (c.working != kNoIndex) {
        Working& w = working_[c.working];
        if (!c.resolved() || w.timers != 0) {  // at work again: listed anew when it settles
            w.closed = false;
            return;
        }
        free_working(c);
    }
    forget_chain(oldest.chain);
}

void Blotter::forget_before(Nanos now) {
    const auto today = static_cast<std::int32_t>(utc_day(now));
    while (!closed_.empty() && day_of(closed_.front()) < today) forget_oldest(closed_);
    while (!silent_.empty() && day_of(silent_.front()) + kSilentDays < today)
        forget_oldest(silent_);
    std::erase_if(parked_, [&](const Parked& p) {
        const bool over = now - p.at > kDay;
        counts_.busts_unmatched += over;
        return over;
    });
}

// An order that never came.
void Blotter::forget_oldest_headless() {
    const Closed oldest = headless_.front();
    headless_.pop_front();
    Chain& c = chains_[oldest.chain];
    if (c.generation != oldest.generation || c.has(kHasSent)) return;
    if (c.working != kNoIndex) free_working(c);
    forget_chain(oldest.chain);
}

void Blotter::forget_settled(Nanos now) {
    const std::int32_t before = minute_of(now - limits_.keep_settled);
    while (!closed_.empty() && closed_.front().minute < before) forget_oldest(closed_);
    while (!silent_.empty() && silent_.front().minute < before) forget_oldest(silent_);
    while (!headless_.empty() && headless_.front().minute < before) forget_oldest_headless();
    if (!known(aged_at_)) aged_at_ = now;
    if (now - aged_at_ < limits_.keep_settled) return;
    aged_at_ = now;
    age_names();
}

// Names of orders that are there stay. Others are let go the second time, so that what is said of
// an order is known to be too late for a while after it was forgotten.
void Blotter::age_names() {
    boost::unordered_flat_set<std::uint32_t> there;
    for (const Chain& c : chains_) there.insert(c.generation);
    const auto age = [&](Index& young, Index& old) {
        const auto gone = [&](const auto& name) {
            return !there.contains(static_cast<std::uint32_t>(name.second >> 32));
        };
        boost::unordered::erase_if(old, gone);
        Index dead;
        // order-free: each name goes where it belongs by itself
        for (const auto& name : young)
            if (gone(name)) dead.insert(name);
        boost::unordered::erase_if(young, gone);
        young.insert(old.begin(), old.end());  // what came later under a name stands
        old = std::move(dead);
    };
    age(by_id_, by_id_old_);
    age(by_exec_, by_exec_old_);
}

char Blotter::status(std::uint32_t session, std::string_view cl_ord_id) const {
    const std::uint32_t i = find_id(id_key(session, 'c', cl_ord_id));
    if (i == kNoIndex) return 0;
    for (const LinkState& s : links(i))
        if (s.cl_ord_id == cl_ord_id) return s.status;
    return 0;
}

char Blotter::end_status(const Chain& c) {
    switch (c.why) {
        case Term::canceled:
            return '4';
        case Term::expired:
            return 'C';
        case Term::done:
            return '3';
        case Term::rejected:
            return c.cum.micro > 0 ? '4' : '8';
        case Term::filled:
            return c.filled() ? '2' : '\0';
        case Term::none:
        case Term::timed_out:
        case Term::unread:
            break;
    }
    return 0;
}

std::vector<Blotter::LinkState> Blotter::links(std::uint32_t chain) const {
    std::vector<LinkState> out;
    const Chain& c = chains_[chain];
    const Working* w = working_if(c);
    if (w == nullptr) return out;
    for (std::size_t i = 0; i < w->links.size(); ++i) {
        const Link& link = w->links[i];
        if (!link.accepted) continue;
        LinkState s{link.cl_ord_id, 0, {}, c.cum};
        if (link.replaced) {
            s.status = '5';
            s.cum_qty = link.cum_when_replaced;
            out.push_back(s);
            continue;
        }
        if (const char end = end_status(c); end != 0)
            s.status = end;
        else if (w->pending_cancel)
            s.status = '6';
        else if (w->pending_replace)
            s.status = 'E';
        else if (c.cum.micro > 0)
            s.status = '1';
        else
            s.status = c.response == kNoOffset ? 'A' : '0';
        const bool done = c.resolved() || c.cum >= c.order_qty;
        s.leaves_qty = done ? Qty{} : c.order_qty - c.cum;
        out.push_back(s);
    }
    return out;
}

}  // namespace assay
