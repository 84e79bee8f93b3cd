#include "core/route/gate.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/units/bug.h"
#include "core/units/decimal.h"

namespace assay::route {
namespace {

// Money is in 1e-15 of the currency.
std::string money(Money m) {
    return fmt::format("{:.2f}", static_cast<double>(m) * 1e-15);
}
Money magnitude(Money m) {
    return m < 0 ? -m : m;
}

std::string in_words(const Scope& s, std::string_view lp) {
    if (!s.lp && s.symbol.empty()) return "everything";
    if (!s.lp) return s.symbol;
    if (s.symbol.empty()) return std::string(lp);
    return fmt::format("{} in {}", lp, s.symbol);
}

}  // namespace

const char* name(Rule r) {
    constexpr std::array<const char*, 19> kNames = {"killed",          "halted",
                                                    "unknown_parent",  "wrong_order",
                                                    "limit_not_set",   "child_qty",
                                                    "child_notional",  "no_quote",
                                                    "collar",          "parent_limit_price",
                                                    "over_parent",     "out_above_in",
                                                    "open_qty",        "rate",
                                                    "repeated",        "duplicate",
                                                    "parent_qty",      "parent_notional",
                                                    "duplicate_parent"};
    return kNames[static_cast<std::size_t>(r)];
}

std::string Gate::lp_name(LpId lp) const {
    return lp.number < lps_.size() ? lps_[lp.number] : fmt::format("LP #{}", lp.number);
}

std::optional<Refusal> Gate::admit(const AdmitRequest& r) {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, {}});
    };
    if (const auto why = stopped({UINT32_MAX}, r.symbol); !why.empty())
        return no(Rule::killed, why);
    if (r.qty <= Qty{} || r.side == Side::none || r.symbol.empty())
        return no(Rule::wrong_order, "the order has no quantity, side or symbol");
    if (parents_.contains(r.parent))
        return no(Rule::duplicate_parent, fmt::format("order {} is already here", r.parent));
    if (r.qty > limits_.parent_qty)
        return no(Rule::parent_qty, fmt::format("{} exceed the largest order of {}", to_text(r.qty),
                                                to_text(limits_.parent_qty)));
    const Price at = r.limit ? *r.limit : r.quote.far_touch(r.side);
    if (!r.limit && !r.quote.usable())
        return no(Rule::no_quote, "no limit price and no usable quote: its value cannot be known");
    if (const Money value = magnitude(at * r.qty); value > limits_.parent_notional)
        return no(Rule::parent_notional, fmt::format("{} exceed the largest value of {}",
                                                     money(value), money(limits_.parent_notional)));
    while (!recent_parents_.empty() && recent_parents_.front().at + limits_.duplicate_window < r.at)
        recent_parents_.pop_front();
    for (const auto& p : recent_parents_)
        if (p.symbol == r.symbol && p.side == r.side && p.qty == r.qty)
            return no(Rule::duplicate_parent,
                      fmt::format("the same as order {} of {} ms ago", p.parent,
                                  (r.at - p.at).ns / kMillisecond.ns));
    parents_[r.parent] = {r.symbol, r.side, r.qty, {}, {}, r.limit, {}};
    recent_parents_.push_back({r.at, r.parent, r.symbol, r.side, r.qty});
    total_in_ += r.qty;
    return std::nullopt;
}

std::optional<Refusal> Gate::amend(const AdmitRequest& r) {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, {}});
    };
    const auto it = parents_.find(r.parent);
    if (it == parents_.end())
        return no(Rule::unknown_parent, fmt::format("no order {} was admitted", r.parent));
    Parent& p = it->second;
    if (const auto why = stopped({UINT32_MAX}, p.symbol); !why.empty())
        return no(Rule::killed, why);
    if (r.qty <= Qty{} || r.qty < p.out())
        return no(Rule::over_parent, fmt::format("{} are filled or out, {} asked for",
                                                 to_text(p.out()), to_text(r.qty)));
    if (r.qty > limits_.parent_qty)
        return no(Rule::parent_qty, fmt::format("{} exceed the largest order of {}", to_text(r.qty),
                                                to_text(limits_.parent_qty)));
    if (!r.limit && !r.quote.usable())
        return no(Rule::no_quote, "no limit price and no usable quote: its value cannot be known");
    const Price at = r.limit ? *r.limit : r.quote.far_touch(p.side);
    if (const Money value = magnitude(at * r.qty); value > limits_.parent_notional)
        return no(Rule::parent_notional, fmt::format("{} exceed the largest value of {}",
                                                     money(value), money(limits_.parent_notional)));
    total_in_ += r.qty - p.qty;
    p.qty = r.qty;
    p.limit = r.limit;
    return std::nullopt;
}

std::optional<Refusal> Gate::refuse_stopped(const SendRequest& r) const {
    const std::string why = stopped(r.lp, r.symbol);
    if (why.empty()) return std::nullopt;
    return Refusal{r.at, killed(r.lp, r.symbol) ? Rule::killed : Rule::halted, why, r.parent,
                   r.child};
}

std::optional<Refusal> Gate::refuse_order(const SendRequest& r) const {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, r.child});
    };
    const auto it = parents_.find(r.parent);
    if (it == parents_.end())
        return no(Rule::unknown_parent, fmt::format("no order {} was admitted", r.parent));
    const Parent& p = it->second;
    if (r.qty <= Qty{} || r.side != p.side || r.symbol != p.symbol)
        return no(Rule::wrong_order,
                  fmt::format("{} {} {} is no part of order {}: {} {}", text(r.side),
                              to_text(r.qty), r.symbol, r.parent, text(p.side), p.symbol));
    if (r.child <= last_child_)
        return no(Rule::wrong_order, fmt::format("id {} is not above the last one, {}",
                                                 r.child.number, last_child_.number));
    if (r.lp.number >= lps_.size())
        return no(Rule::wrong_order, fmt::format("LP #{} is not configured", r.lp.number));
    if (limits_.child_qty <= Qty{} || limits_.child_notional <= 0 || !(limits_.collar_bps > 0) ||
        limits_.open_qty <= Qty{} || limits_.orders_per_window <= 0 || limits_.window.ns <= 0 ||
        limits_.orders_per_parent <= 0 || limits_.duplicate_window.ns <= 0)
        return no(Rule::limit_not_set, "a limit is not set, and none is not unlimited");
    return std::nullopt;
}

std::optional<Refusal> Gate::refuse_price(const SendRequest& r, const Parent& p) const {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, r.child});
    };
    if (!r.quote.usable())
        return no(Rule::no_quote, fmt::format("the quote is {}", text(r.quote.state)));
    if (r.limit.nano <= 0)
        return no(Rule::collar,
                  fmt::format("the limit price {} is not positive", to_text(r.limit)));
    const Price far = r.quote.far_touch(r.side);
    const double beyond = 1e4 * sign(r.side) * as_double(r.limit - far) / as_double(far);
    if (!(beyond <= limits_.collar_bps))  // also where either is no number
        return no(
            Rule::collar,
            fmt::format("limit {} is {:.1f} bps beyond the far touch {}; the collar is {} bps",
                        to_text(r.limit), beyond, to_text(far), limits_.collar_bps));
    if (p.limit && sign(r.side) * (r.limit - *p.limit).nano > 0)
        return no(Rule::parent_limit_price, fmt::format("limit {} is beyond the order's own {}",
                                                        to_text(r.limit), to_text(*p.limit)));
    if (r.qty > limits_.child_qty)
        return no(Rule::child_qty, fmt::format("{} exceed the largest child of {}", to_text(r.qty),
                                               to_text(limits_.child_qty)));
    if (const Money value = magnitude(r.limit * r.qty); value > limits_.child_notional)
        return no(Rule::child_notional, fmt::format("{} exceed the largest value of {}",
                                                    money(value), money(limits_.child_notional)));
    return std::nullopt;
}

std::optional<Refusal> Gate::refuse_quantity(const SendRequest& r, const Parent& p) const {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, r.child});
    };
    if (p.out() + r.qty > p.qty)
        return no(
            Rule::over_parent,
            fmt::format("{} filled + {} outstanding + {} exceed the order of {}", to_text(p.filled),
                        to_text(p.outstanding), to_text(r.qty), to_text(p.qty)));
    if (total_out_ + r.qty > total_in_)
        return no(Rule::out_above_in,
                  fmt::format("{} out + {} exceed the {} that came in", to_text(total_out_),
                              to_text(r.qty), to_text(total_in_)));
    const auto open = open_.find(p.symbol);
    const Qty already = open == open_.end() ? Qty{} : open->second;
    if (already + r.qty > limits_.open_qty)
        return no(Rule::open_qty,
                  fmt::format("{} outstanding in {} + {} exceed {}", to_text(already), p.symbol,
                              to_text(r.qty), to_text(limits_.open_qty)));
    return std::nullopt;
}

std::optional<Refusal> Gate::refuse_pace(const SendRequest& r, const Parent& p) const {
    const auto no = [&](Rule rule, std::string text) {
        return std::optional(Refusal{r.at, rule, std::move(text), r.parent, r.child});
    };
    if (std::ssize(p.children) >= limits_.orders_per_parent)
        return no(Rule::repeated,
                  fmt::format("{} children were sent for this order; the most is {}",
                              p.children.size(), limits_.orders_per_parent));
    if (const auto sends = sends_.find(r.lp); sends != sends_.end()) {
        const auto recent = std::count_if(sends->second.begin(), sends->second.end(),
                                          [&](Nanos at) { return at + limits_.window > r.at; });
        if (recent >= limits_.orders_per_window)
            return no(
                Rule::rate,
                fmt::format("{} orders to {} within {} ms; the most is {}", recent, lp_name(r.lp),
                            limits_.window.ns / kMillisecond.ns, limits_.orders_per_window));
    }
    for (const ChildId id : p.children) {
        const Booked& b = children_.at(id);
        if (b.lp != r.lp || b.qty != r.qty || b.limit != r.limit) continue;
        if (b.open > Qty{})
            return no(Rule::duplicate,
                      fmt::format("the same as child {}, which is outstanding", id.number));
        if (b.at + limits_.duplicate_window > r.at)
            return no(Rule::duplicate, fmt::format("the same as child {} of {} us ago", id.number,
                                                   (r.at - b.at).ns / kMicrosecond.ns));
    }
    return std::nullopt;
}

std::optional<Refusal> Gate::send(const SendRequest& r) {
    if (auto no = refuse_stopped(r)) return no;
    if (auto no = refuse_order(r)) return no;
    Parent& p = parents_.at(r.parent);
    if (auto no = refuse_price(r, p)) return no;
    if (!planted(Bug::quantity_checked_after_send))
        if (auto no = refuse_quantity(r, p)) return no;
    if (auto no = refuse_pace(r, p)) return no;
    last_child_ = r.child;
    p.children.push_back(r.child);
    Booked& b = children_[r.child];
    b = {r.parent, r.lp, r.qty, {}, {}, r.limit, r.at, Life::open};
    move_open(b, r.qty);
    auto& sends = sends_[r.lp];
    while (!sends.empty() && sends.front() + limits_.window <= r.at) sends.pop_front();
    sends.push_back(r.at);
    return std::nullopt;
}

void Gate::count(Parent& p, Qty filled, Qty outstanding) {
    const Qty before = std::min(p.out(), p.qty);
    p.filled += filled;
    p.outstanding += outstanding;
    total_out_ += std::min(p.out(), p.qty) - before;
    open_[p.symbol] += outstanding;
}

void Gate::move_open(Booked& b, Qty to) {
    const Qty by = to - b.open;
    b.open = to;
    count(parents_.at(b.parent), {}, by);
}

void Gate::filled(ChildId child, Qty q) {
    const auto it = children_.find(child);
    if (it == children_.end()) return;
    Booked& b = it->second;
    b.filled += q;
    count(parents_.at(b.parent), q, {});
    // A bust of an order that is over opens nothing; one of a live order may be filled again.
    if (b.life == Life::open || q > Qty{}) move_open(b, std::max(Qty{}, b.open - q));
}

void Gate::closed(ChildId child, Qty still_owed) {
    const auto it = children_.find(child);
    if (it == children_.end()) return;
    it->second.life = Life::over;
    const Qty change = still_owed - it->second.open;
    move_open(it->second, still_owed);
    if (planted(Bug::cancel_counted_twice)) count(parents_.at(it->second.parent), {}, change);
}

void Gate::forget(std::uint64_t parent) {
    const auto it = parents_.find(parent);
    if (it == parents_.end()) return;
    for (const ChildId id : it->second.children) children_.erase(id);
    total_in_ -= it->second.qty;
    total_out_ -= std::min(it->second.out(), it->second.qty);
    open_[it->second.symbol] -= it->second.outstanding;
    if (open_[it->second.symbol] == Qty{}) open_.erase(it->second.symbol);
    parents_.erase(it);
}

void Gate::kill(const Scope& scope, Nanos at, std::string_view who, std::string_view why) {
    ++stops_made_;
    // The first one stands: a second kill must not look like the reason.
    stops_.try_emplace({Stop::killed, scope}, Stopped{at, std::string(who), std::string(why)});
}

Result<void> Gate::release(const Scope& scope, std::string_view first, std::string_view second) {
    const auto it = stops_.find({Stop::killed, scope});
    if (it == stops_.end()) return fail("nothing of this kind is stopped");
    if (first.empty() || second.empty() || first == second)
        return fail(fmt::format("a release takes two people; this one has \"{}\" and \"{}\"", first,
                                second));
    stops_.erase(it);
    return {};
}

void Gate::halt(const Scope& scope, Nanos at, std::string_view why) {
    ++stops_made_;
    stops_.try_emplace({Stop::halted, scope}, Stopped{at, {}, std::string(why)});
}

void Gate::resume(const Scope& scope) {
    stops_.erase({Stop::halted, scope});
}

bool Gate::killed(LpId lp, std::string_view symbol) const {
    return std::any_of(stops_.begin(), stops_.end(), [&](const auto& s) {
        const Scope& scope = s.first.scope;
        return s.first.stop == Stop::killed && (!scope.lp || *scope.lp == lp) &&
               (scope.symbol.empty() || scope.symbol == symbol);
    });
}

std::string Gate::stopped(LpId lp, std::string_view symbol) const {
    for (const auto& [key, s] : stops_) {
        if (key.scope.lp && *key.scope.lp != lp) continue;
        if (!key.scope.symbol.empty() && key.scope.symbol != symbol) continue;
        const auto what = in_words(key.scope, key.scope.lp ? lp_name(lp) : "");
        return key.stop == Stop::killed
                   ? fmt::format("{} was stopped by {}: {}", what, s.who, s.why)
                   : fmt::format("{} is halted: {}", what, s.why);
    }
    return {};
}

std::vector<Gate::StopView> Gate::stops() const {
    std::vector<StopView> all;
    for (const auto& [key, s] : stops_) all.push_back({key.stop, key.scope, s.at, s.who, s.why});
    return all;
}

Qty Gate::outstanding(std::uint64_t parent) const {
    const auto it = parents_.find(parent);
    return it == parents_.end() ? Qty{} : it->second.outstanding;
}
Qty Gate::filled_of(std::uint64_t parent) const {
    const auto it = parents_.find(parent);
    return it == parents_.end() ? Qty{} : it->second.filled;
}

}  // namespace assay::route
