// What an LP says of an order that is no execution: accepted, replaced, over.
#include "core/orders/blotter.h"
#include "core/orders/keys.h"
#include "core/units/bug.h"

namespace assay {

std::uint32_t Blotter::owner(const Event& e, const OrderRef& ref) {
    std::uint32_t i = find(e.session, ref);
    if (i == kNoIndex) {
        i = new_chain(e);
        ++counts_.headless_chains;
        if (limits_.keep_settled.ns > 0)
            headless_.push_back({i, chains_[i].generation, minute_of(e.at)});
        if (!ref.cl_ord_id.empty()) name(id_key(e.session, 'c', ref.cl_ord_id), i);
    } else if (!ref.cl_ord_id.empty()) {
        const std::uint64_t key = id_key(e.session, 'c', ref.cl_ord_id);
        if (find_id(key) == kNoIndex) name(key, i);
    }
    if (!ref.order_id.empty() && ref.order_id != "NONE") {
        Chain& c = chains_[i];
        const std::uint64_t hash = text_hash(ref.order_id);
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
    if (w.links[v].accepted && v == w.version && w.pending_replace) {
        // Some LPs say of the old order that it was replaced: the newest open request is meant.
        for (std::size_t i = w.links.size(); i-- > 0;)
            if (!w.links[i].accepted && i > v) {
                v = i;
                break;
            }
    }
    if (w.links[v].accepted) return step;
    ++counts_.replaced;
    const Version& old = w.versions[w.version];
    if (e.at - old.sent >= limits_.min_expo && old.order_qty > w.exposed) w.exposed = old.order_qty;
    w.links[w.version].replaced = true;
    w.links[w.version].cum_when_replaced = c.cum;
    w.links[v].accepted = w.versions[v].accepted = true;
    w.versions[v].cum_at_start = c.cum;
    if (planted(Bug::replace_resets_cum)) c.cum = Qty{};
    if (m.order_qty.micro > 0)
        c.order_qty = m.order_qty;
    else if (w.versions[v].order_qty.micro > 0)
        c.order_qty = w.versions[v].order_qty;
    w.versions[v].order_qty = w.links[v].order_qty = c.offered = c.order_qty;
    if (c.why == Term::filled && !c.filled()) {
        c.why = Term::none;
        c.term = kNoOffset;
    }
    complete(e, step.chain, offset(c, e.at));
    w.version = static_cast<std::uint8_t>(v);
    w.pending_replace = false;
    if (m.price) w.limit = m.price;
    return step;
}

Step Blotter::pending_cancel(const Event& e, const PendingCancel& m) {
    const Step step = reported(e, m.ref);
    Working& w = work(step.chain);
    // Up to FIX 4.2 the same state stands for a pending replace: the request named tells which.
    for (const Link& link : w.links)
        if (!link.accepted && link.cl_ord_id == m.ref.cl_ord_id) {
            w.pending_replace = true;
            return step;
        }
    w.pending_cancel = true;
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
    if (i == kNoIndex)
        return {.verdict = Verdict::ignored, .reason = "cancel reject of an unknown order"};
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
    // What is said at last stands in the place of what could not be read.
    if (c.why == Term::none || c.why == Term::unread || off < c.term) {
        if (why == Term::canceled && c.has(kHasSent) && !c.has(kOwnCancel) && !immediate(c.tif) &&
            c.why == Term::none)
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
    // Silence counts against the LP only until it says that the mistake was ours.
    if (m.reject_class == RejectClass::ours && c.why == Term::timed_out && c.cum.micro == 0) {
        c.why = Term::rejected;
        c.term = offset(c, e.at);
    }
    // The reject that ended the order says why.
    const bool ended = before_.why != Term::rejected || before_.term != c.term;
    if (c.why == Term::rejected && ended) c.reject_class = m.reject_class;
    if (c.cum.micro > 0) ++counts_.rej_after_partial;
    return step;
}

Step Blotter::message_rejected(const Event& e, const MessageRejected& m) {
    const std::uint32_t i = find(e.session, m.ref);
    if (i == kNoIndex)
        return {.verdict = Verdict::ignored, .reason = "reject of an unknown message"};
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
        complete(e, step.chain, offset(c, e.at));
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

void Blotter::not_read(Chain& c) {
    counts_.unread += !c.unread;
    c.unread = true;
    if (Working* w = working_if(c)) w->heard = true;
}

Step Blotter::unread(const Event& e, const Unread& m) {
    const std::uint32_t i = find(e.session, m.ref);
    if (i == kNoIndex)
        return {.verdict = Verdict::ignored, .reason = "unreadable report of an unknown order"};
    Chain& c = chains_[i];
    remember(c);
    not_read(c);
    // It was an answer, if a late one: the silence is taken back.
    if (c.why == Term::timed_out) {
        ++counts_.timeouts_answered;
        c.why = immediate(c.tif) ? Term::unread : Term::none;
        if (c.why == Term::none) c.term = kNoOffset;
    }
    return {.chain = i};
}

Step Blotter::timed_out(std::uint32_t chain, Nanos at) {
    Chain& c = chains_[chain];
    remember(c);
    if (c.resolved()) return {.verdict = Verdict::ignored, .chain = chain};
    const Working* w = working_if(c);
    // A fill said more was filled than all that came: some did not.
    Qty seen;  // busted ones too: the LP had counted them
    for (std::uint32_t f = c.fills; f != kNoIndex; f = fills_[f].next) seen += fills_[f].qty;
    if (w != nullptr && w->reported_cum > seen) ++counts_.cum_qty_gaps;
    // An order that may rest is only late while it has had no answer at all.
    if (!immediate(c.tif) && (c.response != kNoOffset || (w != nullptr && w->heard)))
        return {.verdict = Verdict::ignored, .chain = chain};
    c.why = c.unread ? Term::unread : Term::timed_out;
    c.term = offset(c, at);
    counts_.timeouts += !c.unread;
    return {.chain = chain};
}

}  // namespace assay
