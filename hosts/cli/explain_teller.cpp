#include "hosts/cli/explain_teller.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/kpi/sums.h"
#include "core/units/decimal.h"

namespace assay::cli {

std::string in_words(const Happening& what) {
    struct Words {
        std::string operator()(const Sent& m) const {
            const char* tif = m.tif == Tif::ioc   ? ", IOC"
                              : m.tif == Tif::fok ? ", FOK"
                              : m.tif == Tif::gtc ? ", GTC"
                                                  : ", day";
            return fmt::format("{} {}{}{}", text(m.side), to_text(m.order_qty),
                               m.price ? " at " + to_text(*m.price) : " at market", tif);
        }
        std::string operator()(const Filled& m) const {
            return fmt::format("filled {} at {}, ExecID {}", to_text(m.execution.last_qty),
                               to_text(m.execution.last_px), m.execution.exec_id);
        }
        std::string operator()(const Corrected& m) const {
            return fmt::format("corrected {} to {} at {}", m.exec_ref_id,
                               to_text(m.execution.last_qty), to_text(m.execution.last_px));
        }
        std::string operator()(const Busted& m) const {
            return fmt::format("busted {}", m.exec_ref_id);
        }
        std::string operator()(const Acked&) const { return "acknowledged"; }
        std::string operator()(const AckedByGateway&) const {
            return "acknowledged by the gateway";
        }
        std::string operator()(const Canceled&) const { return "canceled"; }
        std::string operator()(const Expired&) const { return "expired"; }
        std::string operator()(const DoneForDay&) const { return "done for the day"; }
        std::string operator()(const Rejected& m) const {
            return fmt::format("rejected ({}{}{})", text(m.reject_class),
                               m.text.empty() ? "" : ": ", m.text);
        }
        std::string operator()(const CancelRequested&) const { return "cancel asked for"; }
        std::string operator()(const ReplaceRequested& m) const {
            return fmt::format("replace asked for: {}{}", to_text(m.order_qty),
                               m.price ? " at " + to_text(*m.price) : "");
        }
        std::string operator()(const Replaced&) const { return "replaced"; }
        std::string operator()(const PendingCancel&) const { return "cancel pending"; }
        std::string operator()(const PendingReplace&) const { return "replace pending"; }
        std::string operator()(const CancelRejected&) const { return "cancel or replace refused"; }
        std::string operator()(const Restated&) const { return "restated"; }
        std::string operator()(const MessageRejected& m) const {
            return fmt::format("message rejected {}", m.text);
        }
        std::string operator()(const Repudiated&) const { return "we do not know this trade"; }
        std::string operator()(const StatusReported&) const { return "status"; }
        std::string operator()(const Unread&) const {
            return "a report that cannot be used: what it says of the order is not known";
        }
        std::string operator()(const std::monostate&) const { return ""; }
        std::string operator()(const Quote&) const { return "quote"; }
        std::string operator()(const MarketTraded&) const { return "trade of the market"; }
        std::string operator()(const SessionOpened&) const { return "session opened"; }
        std::string operator()(const SessionClosed&) const { return "session closed"; }
        std::string operator()(const Halted&) const { return "halted"; }
        std::string operator()(const Resumed&) const { return "resumed"; }
        std::string operator()(const Tick&) const { return ""; }
    };
    return std::visit(Words{}, what);
}

bool from_us(const Happening& what) {
    return std::holds_alternative<Sent>(what) || std::holds_alternative<CancelRequested>(what) ||
           std::holds_alternative<ReplaceRequested>(what) ||
           std::holds_alternative<Repudiated>(what);
}

bool FillAtHand::One::is(std::string_view exec_id) const {
    return std::find(exec_ids.begin(), exec_ids.end(), exec_id) != exec_ids.end();
}

void FillAtHand::filled(Nanos at, std::string_view exec_id) {
    fills_.push_back({at, std::string(exec_id), {std::string(exec_id)}});
    now_ = exec_id;
}

void FillAtHand::corrected(std::string_view exec_ref_id, std::string_view exec_id,
                           std::size_t message) {
    for (One& fill : fills_) {
        if (!fill.is(exec_ref_id)) continue;
        fill.name = fmt::format("{} as corrected by message {}", fill.exec_ids.front(), message);
        fill.exec_ids.emplace_back(exec_id);
        now_ = fill.name;
    }
}

void FillAtHand::gone(std::string_view exec_id) {
    std::erase_if(fills_, [&](const One& fill) { return fill.is(exec_id); });
}

std::string FillAtHand::name_of(std::string_view exec_id) const {
    for (const One& fill : fills_)
        if (fill.is(exec_id)) return fill.name;
    return std::string(exec_id);
}

void FillAtHand::quote(std::string_view role, Nanos due) {
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        if (role != fmt::format("the quote {} after the fill", kpi::kHorizonName[h])) continue;
        for (One& fill : fills_)
            if (fill.at + kpi::kHorizon[h] == due && fill.next <= h) {
                fill.next = h + 1;
                now_ = fill.name;
                return;
            }
    }
    now_.clear();
}

void Teller::message(const Event& e, std::string_view outcome) {
    ExplainedMessage m;
    m.at = e.at;
    m.direction = from_us(e.what) ? Direction::out : Direction::in;
    m.offset = e.place.offset;
    m.in_words = in_words(e.what);
    if (outcome != "applied") m.in_words += fmt::format(" [{}]", outcome);
    note_fills(e, outcome);
    if (const auto* replace = std::get_if<ReplaceRequested>(&e.what))
        replaces_.emplace_back(replace->ref.cl_ord_id);
    // Up to FIX 4.2 the same state stands for a pending replace: the request named tells which.
    if (const auto* pending = std::get_if<PendingCancel>(&e.what))
        if (std::find(replaces_.begin(), replaces_.end(), pending->ref.cl_ord_id) !=
            replaces_.end()) {
            m.in_words = in_words(PendingReplace{});
            if (outcome != "applied") m.in_words += fmt::format(" [{}]", outcome);
        }
    if (first_) {
        if (const auto* sent = std::get_if<Sent>(&e.what)) {
            explanation.title =
                fmt::format("order {}: {} of {} to {}", id_, in_words(*sent), e.symbol, e.lp);
            symbol = e.symbol;
            session = e.session;
            cl_ord_id = sent->ref.cl_ord_id;
            explanation.cell = fmt::format("{} / {}", e.lp, e.symbol);
            first_ = false;
        }
    }
    places.push_back(e.place);
    explanation.messages.push_back(std::move(m));
}

void Teller::happened(Nanos at, std::string_view what) {
    ExplainedMessage m;
    m.at = at;
    m.direction = Direction::in;
    m.in_words = what;
    places.push_back({0, 0, UINT32_MAX});  // no message: it stands in no file
    explanation.messages.push_back(std::move(m));
}

void Teller::step(std::string_view what) {
    step_ = what;
}

void Teller::quote(std::string_view role, Nanos at, const Bbo& q) {
    ExplainedQuote x;
    x.used_for = role;
    x.at = q.at;
    if (known(q.at) && at >= q.at) x.age = at - q.at;
    const auto side = [](Price p, Qty size) {
        return size.micro > 0 ? fmt::format("{} x {}", to_text(p), to_text(size)) : to_text(p);
    };
    x.bid = side(q.bid, q.bid_size);
    x.ask = side(q.ask, q.ask_size);
    x.state = assay::text(q.state);
    if (role.ends_with(" left with"))
        fill_.other_message();
    else
        fill_.quote(role, at);
    x.exec_id = fill_.exec_id();
    explanation.quotes.push_back(std::move(x));
}

void Teller::metric(std::string_view name, std::string_view formula, std::string inputs,
                    double result, std::string_view unit) {
    ExplainedMetric m;
    m.name = name;
    m.formula = formula;
    if (unit.empty() && inputs.starts_with("absent")) {
        m.absent = std::move(inputs);
    } else {
        m.filled_in = std::move(inputs);
        m.result = result;
    }
    m.unit = unit;
    m.exec_id = fill_.exec_id();
    // What is told of the whole order again stands in the place of what was told before.
    auto& all = explanation.metrics;
    if (m.exec_id.empty())
        std::erase_if(all, [&](const ExplainedMetric& old) {
            return old.exec_id.empty() && old.name == m.name;
        });
    all.push_back(std::move(m));
}

void Teller::changed(std::string_view estimate, double before, double after,
                     std::string_view unit) {
    const auto number = [](double x) { return std::isnan(x) ? std::nullopt : std::optional(x); };
    explanation.changes.push_back({std::string(estimate), number(before), number(after),
                                   std::string(unit), explanation.messages.size(), step_});
}

void Teller::note_fills(const Event& e, std::string_view outcome) {
    fill_.other_message();
    if (outcome != "applied") return;
    const std::size_t number = explanation.messages.size() + 1;
    if (const auto* m = std::get_if<Filled>(&e.what)) {
        fill_.filled(e.at, m->execution.exec_id);
    } else if (const auto* b = std::get_if<Busted>(&e.what)) {
        explanation.undone.push_back({fill_.name_of(b->exec_ref_id),
                                      fmt::format("busted by message {}: counts no more", number)});
        fill_.gone(b->exec_ref_id);
    } else if (const auto* c = std::get_if<Corrected>(&e.what)) {
        explanation.undone.push_back(
            {fill_.name_of(c->exec_ref_id),
             fmt::format("corrected by message {}: what was measured before it counts no more",
                         number)});
        fill_.corrected(c->exec_ref_id, c->execution.exec_id, number);
    }
}

}  // namespace assay::cli
