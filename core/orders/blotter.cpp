#include "core/orders/blotter.h"

#include <algorithm>

#include "core/units/symbol.h"

namespace assay {
namespace {

constexpr std::uint64_t mix(std::uint64_t h) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ull;
    h ^= h >> 32;
    return h;
}
std::uint64_t id_key(std::uint32_t session, char kind, std::string_view id) {
    return mix(fnv1a(id) + session * 0x9e3779b97f4a7c15ull + static_cast<unsigned char>(kind));
}
std::uint64_t exec_key(std::uint32_t chain, std::uint32_t generation, std::uint64_t exec_hash) {
    return mix(exec_hash ^ ((std::uint64_t{generation} << 32 | chain) * 0x9e3779b97f4a7c15ull));
}
constexpr std::size_t kIndexGeneration = 2'000'000;

bool immediate(Tif tif) { return tif == Tif::ioc || tif == Tif::fok; }

}  // namespace

std::int64_t Blotter::offset(const Chain& c, Nanos at) { return (at - c.sent).ns; }

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

bool Blotter::was_forgotten(std::uint32_t session, const OrderRef& ref) const {
    for (const std::string_view id : {ref.cl_ord_id, ref.orig_cl_ord_id}) {
        const std::uint64_t key = id_key(session, 'c', id);
        if (!id.empty() && (by_id_.contains(key) || by_id_old_.contains(key))) return true;
    }
    return false;
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
        if (w == nullptr || w->order_id_hash == 0 || w->order_id_hash == fnv1a(ref.order_id))
            return found;
    }
    const std::uint32_t by_order_id = find_id(id_key(session, 'o', ref.order_id));
    return by_order_id != kNoIndex ? by_order_id : found;
}

std::uint32_t Blotter::find_fill(std::uint32_t chain, std::uint64_t exec_hash) const {
    const auto key = exec_key(chain, chains_[chain].generation, exec_hash);
    if (const auto it = by_exec_.find(key); it != by_exec_.end())
        return static_cast<std::uint32_t>(it->second);
    if (const auto it = by_exec_old_.find(key); it != by_exec_old_.end())
        return static_cast<std::uint32_t>(it->second);
    return kNoIndex;
}

void Blotter::name_fill(std::uint32_t chain, std::uint64_t exec_hash, std::uint32_t fill) {
    if (by_exec_.size() >= kIndexGeneration) {
        by_exec_old_ = std::move(by_exec_);
        by_exec_ = {};
    }
    by_exec_[exec_key(chain, chains_[chain].generation, exec_hash)] = fill;
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
    w.leak = kNoIndex;
    w.version = 0;
    w.pending_cancel = w.pending_replace = w.heard = false;
    w.messages = 0;
    w.lot = kNoIndex;
    w.paid_q = Qty{};
    w.paid_cost = w.paid_base = w.left_out = 0;
    w.paid_bps = 0;
    w.closed = false;
    w.reject_mid2 = 0;
    w.drift.reset();
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
        if (m.poss_resend || (!old.resolved() && same)) return {.verdict = Verdict::duplicate, .chain = i};
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
    if (i == kNoIndex) return {.verdict = Verdict::ignored, .reason = "replace of an unknown order"};
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

std::uint32_t Blotter::owner(const Event& e, const OrderRef& ref) {
    std::uint32_t i = find(e.session, ref);
    if (i == kNoIndex) {
        i = new_chain(e);
        ++counts_.headless_chains;
        if (!ref.cl_ord_id.empty()) name(id_key(e.session, 'c', ref.cl_ord_id), i);
    } else if (!ref.cl_ord_id.empty()) {
        const std::uint64_t key = id_key(e.session, 'c', ref.cl_ord_id);
        if (find_id(key) == kNoIndex) name(key, i);
    }
    if (!ref.order_id.empty() && ref.order_id != "NONE") {
        Chain& c = chains_[i];
        const std::uint64_t hash = fnv1a(ref.order_id);
        if (c.working != kNoIndex && working_[c.working].order_id_hash != hash) {
            working_[c.working].order_id_hash = hash;
            name(id_key(e.session, 'o', ref.order_id), i);
        }
    }
    return i;
}

void Blotter::respond(Chain& c, Nanos at) {
    const std::int64_t off = offset(c, at);
    if (c.response == kNoOffset || off < c.response) c.response = off;
}

Step Blotter::reported(const Event& e, const OrderRef& ref) {
    Step step{.chain = owner(e, ref)};
    Chain& c = chains_[step.chain];
    remember(c);
    if (!c.has(kHasSent)) {
        step.verdict = Verdict::headless;
        ++counts_.headless_messages;
        ++work(step.chain).messages;
    }
    if (Working* w = working_if(c)) w->heard = true;
    return step;
}

Step Blotter::acked_by_gateway(const Event& e, const AckedByGateway& m) {
    const Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::int64_t off = offset(c, e.at);
    if (c.gateway == kNoOffset || off < c.gateway) c.gateway = off;
    return step;
}

Step Blotter::acked(const Event& e, const Acked& m) {
    const Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::int64_t off = offset(c, e.at);
    if (c.ack == kNoOffset || off < c.ack) c.ack = off;
    c.set(kAccepted);
    respond(c, e.at);
    return step;
}

std::uint8_t Blotter::version_of(const Chain& c, const OrderRef& ref) const {
    const Working* w = working_if(c);
    if (w == nullptr || w->links.size() < 2) return 0;
    // The ClOrdID of the report names the version that traded.
    for (std::size_t i = w->links.size(); i-- > 0;)
        if (w->links[i].cl_ord_id == ref.cl_ord_id) return static_cast<std::uint8_t>(i);
    return w->version;
}

bool Blotter::is_outlier(const Chain& c, const OrderRef& ref, Price px) const {
    if (!c.has(kHasSent)) return false;
    Fill probe;
    probe.version = version_of(c, ref);
    const Bbo route = route_of(c, probe);
    if (!route.usable()) return false;
    const double mid = as_double(route.mid2());
    const double away = as_double(px) / mid - 1.0;
    return away > limits_.outlier || away < -limits_.outlier;
}

void Blotter::recount(Chain& c) {
    c.first_fill = c.last_fill = kNoOffset;
    c.cum = Qty{};
    for (std::uint32_t i = c.fills; i != kNoIndex; i = fills_[i].next) {
        const Fill& f = fills_[i];
        if (f.busted()) continue;
        c.cum += f.qty;
        if (c.first_fill == kNoOffset || f.after < c.first_fill) c.first_fill = f.after;
        if (c.last_fill == kNoOffset || f.after > c.last_fill) c.last_fill = f.after;
    }
}

std::uint32_t Blotter::add_fill(const Event& e, std::uint32_t chain, const Execution& x,
                                std::uint64_t exec_hash) {
    std::uint32_t i;
    if (!free_fills_.empty()) {
        i = free_fills_.back();
        free_fills_.pop_back();
    } else {
        i = static_cast<std::uint32_t>(fills_.size());
        fills_.emplace_back();
    }
    Chain& c = chains_[chain];
    Fill& f = fills_[i];
    f = Fill{};
    f.exec_hash = exec_hash;
    f.qty = x.last_qty;
    f.px = x.last_px;
    f.after = offset(c, e.at);
    f.next = c.fills;
    f.trade_date = x.trade_date;
    f.liquidity = x.liquidity;
    c.fills = i;
    name_fill(chain, exec_hash, i);
    return i;
}

void Blotter::after_fill(const Event& e, Chain& c) {
    c.set(kAccepted);
    respond(c, e.at);
    // A fill after a time-out opens the order again: the sample of the silence is taken back.
    if (c.why == Term::timed_out) {
        c.why = Term::none;
        c.term = kNoOffset;
        ++counts_.timeouts_answered;
    }
    if (c.why == Term::none && c.has(kHasSent) && c.filled()) {
        c.why = Term::filled;
        c.term = c.last_fill;
    }
    if (c.order_qty.micro > 0 && c.cum > c.order_qty && !c.has(kOversold)) {
        c.set(kOversold);
        ++counts_.overfills;
    }
    const bool ended = c.why == Term::canceled || c.why == Term::expired || c.why == Term::rejected;
    if (ended) {
        if (offset(c, e.at) >= c.term) ++counts_.late_fills;
        if (c.why == Term::canceled) ++counts_.fills_after_cancel;
    }
}

// Why an execution cannot be; null where it can.
const char* Blotter::implausible(std::uint32_t chain, const OrderRef& ref, const Execution& x) {
    const char* why = nullptr;
    if (x.last_qty.micro <= 0 || x.last_px.nano <= 0) {
        ++counts_.bad_qty_or_px;
        why = "LastQty(32) and LastPx(31) of an execution must be positive";
    } else if (chain != kNoIndex && chains_[chain].has(kHasSent) && x.side != Side::none &&
               chains_[chain].side != Side::none && x.side != chains_[chain].side) {
        ++counts_.side_conflicts;
        why = "Side(54) of the execution differs from its order's";
    } else if (chain != kNoIndex && is_outlier(chains_[chain], ref, x.last_px)) {
        ++counts_.outliers;
        why = "LastPx(31) is too far from the mid its order left with";
    }
    counts_.quarantined += why != nullptr;
    return why;
}

Step Blotter::filled(const Event& e, const Filled& m) {
    const Execution& x = m.execution;
    const std::uint32_t known_chain = find(e.session, m.ref);
    if (const char* why = implausible(known_chain, m.ref, x))
        return {.verdict = Verdict::quarantined, .chain = known_chain, .reason = why};
    const std::uint64_t hash = fnv1a(x.exec_id);
    if (known_chain != kNoIndex) {
        const std::uint32_t f = find_fill(known_chain, hash);
        if (f != kNoIndex && fills_[f].trade_date == x.trade_date) {
            const bool same = fills_[f].qty == x.last_qty && fills_[f].px == x.last_px;
            // A corrected fill differs from its first form and is the same fill.
            if (same || fills_[f].exec_hash != hash || (fills_[f].flags & 2) != 0) {
                ++counts_.dup_exec;
                return {.verdict = Verdict::duplicate, .chain = known_chain};
            }
            ++counts_.exec_conflict;
            return {.verdict = Verdict::conflict, .chain = known_chain,
                    .reason = "ExecID(17) was seen with other quantity or price"};
        }
    }
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    step.fill = add_fill(e, step.chain, x, hash);
    Fill& f = fills_[step.fill];
    f.version = version_of(c, m.ref);
    // What was said of this fill before it came.
    for (std::size_t i = 0; i < parked_.size();) {
        const Parked& p = parked_[i];
        if (p.chain != step.chain || p.exec_hash != hash) {
            ++i;
            continue;
        }
        if (p.correct != 0) {
            f.qty = p.qty;
            f.px = p.px;
            f.flags |= 2;
            name_fill(step.chain, p.own_hash, step.fill);
            ++counts_.corrects;
        } else {
            f.flags |= kBusted;
            name_fill(step.chain, p.own_hash, step.fill);
            ++counts_.busts;
        }
        parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (!f.busted()) {
        c.cum += f.qty;
        if (c.first_fill == kNoOffset || f.after < c.first_fill) c.first_fill = f.after;
        if (c.last_fill == kNoOffset || f.after > c.last_fill) c.last_fill = f.after;
    } else {
        step.fill = kNoIndex;  // came and went: nothing to count
    }
    after_fill(e, c);
    return step;
}

Step Blotter::corrected(const Event& e, const Corrected& m) {
    const Execution& x = m.execution;
    const std::uint64_t own = fnv1a(x.exec_id), hash = fnv1a(m.exec_ref_id);
    const std::uint32_t known_chain = find(e.session, m.ref);
    if (known_chain == kNoIndex && was_forgotten(e.session, m.ref)) {
        ++counts_.bust_too_late;
        return {.verdict = Verdict::ignored, .reason = "its order's day is over"};
    }
    if (known_chain != kNoIndex && own != hash && find_fill(known_chain, own) != kNoIndex) {
        ++counts_.dup_exec;
        return {.verdict = Verdict::duplicate, .chain = known_chain};
    }
    if (const char* why = implausible(known_chain, m.ref, x))
        return {.verdict = Verdict::quarantined, .chain = known_chain, .reason = why};
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::uint32_t i = find_fill(step.chain, hash);
    if (i == kNoIndex) {
        for (const Parked& p : parked_)
            if (p.chain == step.chain && p.own_hash == own && p.exec_hash == hash)
                return {.verdict = Verdict::duplicate, .chain = step.chain};
        if (parked_.size() < limits_.max_parked)
            parked_.push_back({hash, e.at, step.chain, 1, x.last_qty, x.last_px, own});
        ++counts_.busts_parked;
        return step;
    }
    Fill& f = fills_[i];
    name_fill(step.chain, own, i);
    if (f.busted()) return step;
    if (utc_day(e.at) > f.trade_date) {  // its day is closed: later news only hits counters
        ++counts_.bust_too_late;
        return step;
    }
    ++counts_.corrects;
    step.gone = step.fill = i;
    step.gone_qty = f.qty;
    step.gone_px = f.px;
    f.qty = x.last_qty;
    f.px = x.last_px;
    f.flags |= 2;
    recount(c);
    after_fill(e, c);
    return step;
}

Step Blotter::busted(const Event& e, const Busted& m) {
    const std::uint32_t known_chain = find(e.session, m.ref);
    const std::uint64_t hash = fnv1a(m.exec_ref_id), own = fnv1a(m.exec_id);
    if (known_chain == kNoIndex && was_forgotten(e.session, m.ref)) {
        ++counts_.bust_too_late;
        return {.verdict = Verdict::ignored, .reason = "its order's day is over"};
    }
    if (known_chain != kNoIndex && own != hash && find_fill(known_chain, own) != kNoIndex) {
        ++counts_.dup_exec;
        return {.verdict = Verdict::duplicate, .chain = known_chain};
    }
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::uint32_t i = find_fill(step.chain, hash);
    if (i == kNoIndex) {
        for (const Parked& p : parked_)
            if (p.chain == step.chain && p.exec_hash == hash && p.correct == 0 && p.own_hash == own)
                return {.verdict = Verdict::duplicate, .chain = step.chain};
        if (parked_.size() < limits_.max_parked)
            parked_.push_back({hash, e.at, step.chain, 0, {}, {}, own});
        ++counts_.busts_parked;
        return step;
    }
    Fill& f = fills_[i];
    name_fill(step.chain, own, i);
    if (f.busted()) return step;  // busted again: there is nothing left to take out
    if (utc_day(e.at) > f.trade_date) {  // its day is closed: later news only hits counters
        ++counts_.bust_too_late;
        return step;
    }
    step.gone = i;
    step.gone_qty = f.qty;
    step.gone_px = f.px;
    f.flags |= kBusted;
    recount(c);
    ++counts_.busts;
    return step;
}

Step Blotter::repudiated(const Event& e, const Repudiated& m) {
    ++counts_.repudiated;
    const std::uint32_t i = find(e.session, m.ref);
    if (i != kNoIndex) remember(chains_[i]);
    // A pending bust: only the LP's own bust takes the fill out.
    return {.verdict = i == kNoIndex ? Verdict::ignored : Verdict::applied, .chain = i};
}

Step Blotter::replaced(const Event& e, const Replaced& m) {
    const Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    respond(c, e.at);
    c.set(kAccepted);
    Working& w = work(step.chain);
    std::size_t v = 0;
    for (std::size_t i = 0; i < w.links.size(); ++i)
        if (w.links[i].cl_ord_id == m.ref.cl_ord_id) v = i;
    if (w.links.empty() || (v == 0 && w.links[0].cl_ord_id != m.ref.cl_ord_id)) {
        // The request was not seen: the report itself is all we know of the new version.
        Bbo route = w.versions.empty() ? Bbo{} : w.versions.back().at_route;
        w.links.push_back({std::string(m.ref.cl_ord_id), m.order_qty, {}, false, false});
        w.versions.push_back({e.at, m.order_qty, c.cum, route, false});
        v = w.links.size() - 1;
    }
    if (w.links[v].accepted) return step;
    ++counts_.replaced;
    const Version& old = w.versions[w.version];
    if (e.at - old.sent >= limits_.min_expo && old.order_qty > w.exposed) w.exposed = old.order_qty;
    w.links[w.version].replaced = true;
    w.links[w.version].cum_when_replaced = c.cum;
    w.links[v].accepted = w.versions[v].accepted = true;
    w.versions[v].cum_at_start = c.cum;
    if (m.order_qty.micro > 0)
        c.order_qty = m.order_qty;
    else if (w.versions[v].order_qty.micro > 0)
        c.order_qty = w.versions[v].order_qty;
    w.versions[v].order_qty = w.links[v].order_qty = c.offered = c.order_qty;
    if (c.why == Term::filled && !c.filled()) {
        c.why = Term::none;
        c.term = kNoOffset;
    }
    w.version = static_cast<std::uint8_t>(v);
    w.pending_replace = false;
    if (m.price) w.limit = m.price;
    return step;
}

Step Blotter::pending_cancel(const Event& e, const PendingCancel& m) {
    const Step step = reported(e, m.ref);
    work(step.chain).pending_cancel = true;
    return step;
}

Step Blotter::pending_replace(const Event& e, const PendingReplace& m) {
    const Step step = reported(e, m.ref);
    work(step.chain).pending_replace = true;
    return step;
}

Step Blotter::cancel_rejected(const Event& e, const CancelRejected& m) {
    ++counts_.cancel_rejects;
    const std::uint32_t i = find(e.session, m.ref);
    if (i == kNoIndex) return {.verdict = Verdict::ignored, .reason = "cancel reject of an unknown order"};
    Working& w = work(i);
    remember(chains_[i]);
    w.pending_cancel = w.pending_replace = false;
    // What ends the order after this is not our cancel.
    chains_[i].clear(kOwnCancel);
    chains_[i].clear(kCancelBeforeAck);
    return {.chain = i};
}

Step Blotter::finish(const Event& e, const OrderRef& ref, Term why, Qty cum_qty) {
    const Step step = reported(e, ref);
    Chain& c = chains_[step.chain];
    respond(c, e.at);
    const std::int64_t off = offset(c, e.at);
    if (c.why == Term::none || off < c.term) {
        if (why == Term::canceled && c.has(kHasSent) && !c.has(kOwnCancel) && !immediate(c.tif) && c.why == Term::none)
            ++counts_.unsolicited_cancels;
        c.why = why;
        c.term = off;
    }
    if (cum_qty > c.cum) ++counts_.cum_qty_gaps;
    if (Working* w = working_if(c)) {
        w->pending_cancel = w->pending_replace = false;
        if (cum_qty > w->reported_cum) w->reported_cum = cum_qty;
    }
    return step;
}

Step Blotter::canceled(const Event& e, const Canceled& m) {
    return finish(e, m.ref, Term::canceled, m.cum_qty);
}
Step Blotter::expired(const Event& e, const Expired& m) {
    return finish(e, m.ref, Term::expired, m.cum_qty);
}
Step Blotter::done_for_day(const Event& e, const DoneForDay& m) {
    const std::uint32_t i = find(e.session, m.ref);
    // An order that rests may go on tomorrow; for IOC and FOK this is the end.
    if (i != kNoIndex && chains_[i].has(kHasSent) && !immediate(chains_[i].tif))
        return reported(e, m.ref);
    return finish(e, m.ref, Term::done, m.cum_qty);
}

Step Blotter::rejected(const Event& e, const Rejected& m) {
    const Step step = finish(e, m.ref, Term::rejected, Qty{-1});
    Chain& c = chains_[step.chain];
    c.reject_class = m.reject_class;
    if (c.cum.micro > 0) ++counts_.rej_after_partial;
    return step;
}

Step Blotter::message_rejected(const Event& e, const MessageRejected& m) {
    const std::uint32_t i = find(e.session, m.ref);
    if (i == kNoIndex) return {.verdict = Verdict::ignored, .reason = "reject of an unknown message"};
    Working& w = work(i);
    remember(chains_[i]);
    const bool of_the_order = !w.links.empty() && w.links.front().cl_ord_id == m.ref.cl_ord_id &&
                              chains_[i].response == kNoOffset;
    if (!of_the_order) {
        w.pending_cancel = w.pending_replace = false;
        return {.chain = i};
    }
    const Rejected rejection{m.ref, RejectClass::ours, -1, m.text};
    return rejected(e, rejection);
}

Step Blotter::restated(const Event& e, const Restated& m) {
    const Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    ++counts_.restated;
    // 5 = partial decline of OrderQty: what is declined was offered and not filled.
    if (m.exec_restatement_reason == 5 && m.order_qty.micro > 0 && m.order_qty < c.order_qty) {
        c.order_qty = m.order_qty;
        c.set(kDeclined);
    }
    return step;
}

Step Blotter::status_reported(const Event& e, const StatusReported& m) {
    const std::uint32_t i = find(e.session, m.ref);
    if (i == kNoIndex) return {.verdict = Verdict::ignored, .reason = "status of an unknown order"};
    (void)m;
    remember(chains_[i]);
    if (Working* w = working_if(chains_[i])) w->heard = true;
    return {.chain = i};
}

Step Blotter::timed_out(std::uint32_t chain, Nanos at) {
    Chain& c = chains_[chain];
    remember(c);
    if (c.resolved()) return {.verdict = Verdict::ignored, .chain = chain};
    // An order that may rest is only late while it has had no answer at all.
    const Working* w = working_if(c);
    if (!immediate(c.tif) && (c.response != kNoOffset || (w != nullptr && w->heard)))
        return {.verdict = Verdict::ignored, .chain = chain};
    c.why = Term::timed_out;
    c.term = offset(c, at);
    ++counts_.timeouts;
    return {.chain = chain};
}

Qty Blotter::offered(const Chain& c) const {
    if (c.has(kCancelBeforeAck) && c.why == Term::canceled) return c.cum;
    const Working* w = working_if(c);
    // Earlier versions count when they were exposed long enough, the one in force always ...
    const Qty earlier = std::max(w != nullptr ? w->exposed : Qty{}, c.has(kOversold) ? Qty{} : c.cum);
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

Bbo Blotter::route_of(const Chain& c, const Fill& f) const {
    if (f.version != 0)
        if (const Working* w = working_if(c); w != nullptr && f.version < w->versions.size())
            return w->versions[f.version].at_route;
    Bbo q;
    q.at = c.sent;
    q.bid = c.bid;
    q.ask = c.ask;
    q.state = c.route_state;
    return q;
}

Mids& Blotter::mids(Fill& f) {
    if (f.mids == kNoIndex) {
        if (!free_mids_.empty()) {
            f.mids = free_mids_.back();
            free_mids_.pop_back();
            mids_[f.mids] = Mids{};
        } else {
            f.mids = static_cast<std::uint32_t>(mids_.size());
            mids_.emplace_back();
        }
    }
    return mids_[f.mids];
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
}

void Blotter::settle(std::uint32_t chain, Nanos now) {
    Chain& c = chains_[chain];
    if (c.working == kNoIndex || !c.resolved() || !c.has(kHasSent)) return;
    Working& w = working_[c.working];
    if (w.timers != 0) return;
    // Orders with versions keep them, as a late bust needs the quote of its version; and what
    // silence cost is kept until the day is over, as a late fill takes it back.
    if (w.versions.size() <= 1 && c.why != Term::timed_out) {
        free_working(c);
    } else if (w.closed) {
        return;
    } else {
        w.closed = true;
    }
    closed_.push_back({chain, c.generation, static_cast<std::int32_t>(utc_day(now))});
    while (closed_.size() > limits_.max_closed) forget_oldest();
}

void Blotter::free_working(Chain& c) {
    free_working_.push_back(c.working);
    c.working = kNoIndex;
    --open_;
}

void Blotter::forget_oldest() {
    const Closed oldest = closed_.front();
    closed_.pop_front();
    Chain& c = chains_[oldest.chain];
    if (c.generation != oldest.generation) return;
    if (c.working != kNoIndex) {
        if (!c.resolved() || working_[c.working].timers != 0) return;  // at work again
        free_working(c);
    }
    forget_chain(oldest.chain);
}

void Blotter::forget_before(Nanos now) {
    const auto today = static_cast<std::int32_t>(utc_day(now));
    while (!closed_.empty() && closed_.front().day < today) forget_oldest();
    std::erase_if(parked_, [&](const Parked& p) {
        const bool over = now - p.at > kDay;
        counts_.busts_unmatched += over;
        return over;
    });
}

char Blotter::status(std::uint32_t session, std::string_view cl_ord_id) const {
    const std::uint32_t i = find_id(id_key(session, 'c', cl_ord_id));
    if (i == kNoIndex) return 0;
    for (const LinkState& s : links(i))
        if (s.cl_ord_id == cl_ord_id) return s.status;
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
        if (c.why == Term::canceled)
            s.status = '4';
        else if (c.why == Term::expired)
            s.status = 'C';
        else if (c.why == Term::done)
            s.status = '3';
        else if (c.why == Term::rejected)
            s.status = c.cum.micro > 0 ? '4' : '8';
        else if (c.why == Term::filled && c.filled())
            s.status = '2';
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
