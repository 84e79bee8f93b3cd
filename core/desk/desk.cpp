#include "core/desk/desk.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/kpi/price_improvement.h"
#include "core/kpi/spread.h"
#include "core/units/archive.h"
#include "core/units/bug.h"

namespace assay::desk {

using route::Intent;
using route::MarketView;
using route::ParentOrder;

namespace {

constexpr char kMagic[8] = {'A', 'S', 'S', 'A', 'Y', 'D', '0', '4'};
// A page is renewed before a reader would call it old.
constexpr Duration kRenewAfter{30'000'000'000};

// An answer to a status request (150=I, or 20=3 before FIX 4.3).
bool is_status(const fix::Message& m) {
    return m.msg_type == "8" && (m.exec_type == 'I' || m.exec_trans_type == '3');
}
// OrdStatus(39) of an order that is over: filled, done for day, canceled, rejected, expired.
bool ended(char ord_status) {
    return std::string_view("2348C").find(ord_status) != std::string_view::npos;
}

Measured measured_by(const Kernel& kernel, const Event& event, route::ChildId child) {
    Measured m{event.at, child};
    const std::string named = cl_ord_id_of(child);
    const std::uint32_t number = kernel.blotter().find(
        event.session, {.cl_ord_id = named, .orig_cl_ord_id = {}, .order_id = {}});
    if (number == kNoIndex) return m;
    const Chain& order = kernel.blotter().chain(number);
    if (known(order.sent) && !order.has(kNoClock) && event.at >= order.sent)
        m.latency = event.at - order.sent;
    const Execution* fill = nullptr;
    if (const auto* f = std::get_if<Filled>(&event.what)) fill = &f->execution;
    if (const auto* c = std::get_if<Corrected>(&event.what)) fill = &c->execution;
    if (fill == nullptr || !order.priced()) return m;
    const Price far = order.side == Side::buy ? order.ask : order.bid;
    const TwiceMid mid2 = twice_mid(order.bid, order.ask);
    const PriceDelta spread = kpi::effective_spread(order.side, fill->last_px, mid2);
    m.price_improvement_bps =
        kpi::improvement_bps(kpi::price_improvement(order.side, fill->last_px, far), far);
    m.effective_spread_bps =
        2e4 * static_cast<double>(spread.nano) / static_cast<double>(mid2.nano2);
    return m;
}

// What an LP calls our symbol: its own name for it, the first where it has several.
std::string_view symbol_at(const fix::Parties& parties, std::string_view lp,
                           std::string_view symbol) {
    if (const auto own = parties.lp_symbol_of.find(lp); own != parties.lp_symbol_of.end())
        for (const auto& [theirs, ours] : own->second)
            if (ours == symbol) return theirs;
    return symbol;
}

Nanos midnight(Nanos at) {
    return {utc_day(at) * kDay.ns};
}

}  // namespace

Desk::Desk(DeskConfig config, std::uint64_t run)
    : config_(std::move(config)),
      run_(run),
      stage_(config_.parties),
      board_(config_.most_pages),
      priors_(std::make_unique<Priors>()),
      router_(config_.router, run),
      wire_(config_.our_comp_id, config_.router.lps),
      quote_rules_(quote_rules(config_.kernel)),
      regime_rules_(regime_rules(config_.kernel)) {}

Desk::Shard& Desk::shard(std::uint32_t number) {
    Shard& s = shards_[number];
    if (s.kernel == nullptr) {
        s.kernel = std::make_unique<Kernel>(config_.kernel);
        s.kernel->tell_touched(&s.touched);
        for (const score::Profile& profile : config_.ranked) {
            s.live.push_back(live_scores(profile));
            s.live.back().adopt(*priors_);
        }
    }
    return s;
}

void Desk::renew_scores(Shard& s) {
    s.live.clear();
    for (const score::Profile& profile : config_.ranked) {
        s.live.push_back(live_scores(profile));
        s.live.back().adopt(*priors_);
        s.live.back().update(*s.kernel, {});
    }
}

LiveScores Desk::live_scores(const score::Profile& profile) const {
    if (config_.version == 0) return {config_.kernel, profile, run_};
    Config named = config_.kernel;
    named.version = config_.version;
    return {named, profile, run_};
}

std::vector<const Kernel*> Desk::shards() const {
    std::vector<const Kernel*> all;
    for (const Shard& s : shards_)
        if (s.kernel != nullptr) all.push_back(s.kernel.get());
    if (planted(Bug::shards_in_arrival_order))
        std::stable_sort(all.begin(), all.end(), [](const Kernel* a, const Kernel* b) {
            return a->session_began() < b->session_began();
        });
    return all;
}

std::vector<Kernel*> Desk::kernels() {
    std::vector<Kernel*> all;
    for (Shard& s : shards_)
        if (s.kernel != nullptr) all.push_back(s.kernel.get());
    return all;
}

void Desk::take(const fix::Record& record, Output& out) {
    const Place place{++seen_, record.length, record.session};
    if (fix::parse(record.bytes, '\x01', message_)) {
        ++unreadable_;
        events_.clear();
        stage_.name_unread({record.capture_ns, place, true}, record.bytes, '\x01', events_);
        for (const Event& event : events_) apply(event, out);
        return;
    }
    if (!known(first_)) first_ = record.capture_ns;
    fold_if_due(record.capture_ns);
    events_.clear();
    stage_.take({record.capture_ns, place, true}, message_, events_);
    status_of_ended_ = is_status(message_) && ended(message_.ord_status);
    for (const Event& event : events_) apply(event, out);
    status_of_ended_ = false;
}

void Desk::take(const Event& event, Output& out) {
    ++seen_;
    if (!known(first_)) first_ = event.at;
    fold_if_due(event.at);
    apply(event, out);
}

void Desk::apply(const Event& event, Output& out) {
    Shard& s = shard(shard_of(event.symbol));
    const bool market = event.lp.empty() && std::holds_alternative<Quote>(event.what);
    if (market) heard_ = event.at;
    Event scored = event;
    if (quote_rules_.stale_after.ns >= 0) scored.source_heard = heard_;
    const Verdict verdict = s.kernel->apply(scored);
    for (LiveScores& live : s.live) live.update(*s.kernel, s.touched);
    s.touched.clear();
    if (market) return see_market(event, out);
    // What is open stays with its LPs; parents that wait go on with the first quote behind it.
    const bool halted = std::holds_alternative<Halted>(event.what);
    if (halted || std::holds_alternative<Resumed>(event.what)) {
        Market& m = markets_[std::string(event.symbol)];
        m.book.halt(halted, event.at);
        if (!halted) m.gauge.resumed_after_halt(event.at);
        const route::Scope scope{std::nullopt, std::string(event.symbol)};
        if (halted)
            router_.halt(scope, event.at, "by its market");
        else
            router_.resume(scope);
        return;
    }
    if (event.lp.empty() && std::holds_alternative<MarketTraded>(event.what))
        return see_trade(event, out);
    if (const auto* quote = std::get_if<Quote>(&event.what)) see_own_quote(event, *quote, out);
    auto report = report_of(event);
    if (!report) return;
    // Asked after, and it does not live: it is over with what the LP says was filled. An order that
    // the LP has never seen is over with nothing.
    if (report->answer == route::Answer::status && status_of_ended_)
        report->answer = route::Answer::canceled;
    // ClOrdIDs are easily guessed: what an LP says of another's order is not believed.
    const route::Child* child = router_.child(report->child);
    if (child != nullptr && config_.router.lps[child->lp.number] != event.lp) {
        out.routed.alerts.push_back(
            {event.at, child->parent, child->lp,
             fmt::format("{} reports ({}) on child {}, which was not sent to it", event.lp,
                         route::text(report->answer), child->id.number)});
        return;
    }
    const auto parent = router_.parent_of(report->child);
    if (parent && router_.parent(*parent)->order.symbol != event.symbol) {
        out.routed.alerts.push_back(
            {event.at, *parent, child->lp,
             fmt::format("a report ({}) on child {} is not believed: it names {}",
                         route::text(report->answer), report->child.number, event.symbol)});
        return;
    }
    // Quarantined, as a price far off the market is, or against what was said before under the same
    // ExecID: no fill until somebody has looked. The child stays out, and is not sent again.
    if (verdict == Verdict::quarantined || verdict == Verdict::conflict) {
        out.routed.alerts.push_back(
            {event.at, parent.value_or(0), child != nullptr ? child->lp : route::LpId{},
             fmt::format("a report ({}) on child {} is not believed: {}",
                         route::text(report->answer), report->child.number, s.kernel->refusal())});
        return;
    }
    if (verdict == Verdict::applied)
        out.measured.push_back(measured_by(*s.kernel, event, report->child));
    if (const auto* fill = std::get_if<Filled>(&event.what);
        fill != nullptr && verdict == Verdict::applied)
        market_of(event.symbol)
            .tape.own_fill(event.at, fill->execution.last_px, fill->execution.last_qty);
    const std::size_t from = out.routed.intents.size();
    router_.on_report(*report, view_of(parent, event.at), out.routed);
    send_intents(from, event.at, out);
}

void Desk::see_own_quote(const Event& event, const Quote& q, Output& out) {
    if (q.bid.nano <= 0 || q.ask.nano <= 0 || q.bid <= q.ask) return;
    const auto& lps = config_.router.lps;
    const auto it = std::find(lps.begin(), lps.end(), event.lp);
    if (it == lps.end()) return;
    router_.own_quote_crossed({static_cast<std::uint32_t>(it - lps.begin())},
                              std::string(event.symbol), event.at, out.routed);
}

Desk::Market& Desk::market_of(std::string_view symbol) {
    auto it = markets_.find(symbol);
    if (it == markets_.end()) it = markets_.try_emplace(std::string(symbol)).first;
    return it->second;
}

void Desk::see_market(const Event& event, Output& out) {
    Market& m = market_of(event.symbol);
    const auto& q = std::get<Quote>(event.what);
    const bool off_before = m.book.raw().state == QuoteState::outlier;
    m.book.market_quote(event.at, q.bid, q.ask, q.bid_size, q.ask_size, quote_rules_);
    // Once for all that come in a row.
    if (!off_before && m.book.raw().state == QuoteState::outlier)
        out.routed.alerts.push_back(
            {event.at,
             0,
             {},
             fmt::format("the quote {} x {} of {} is not believed: it is too far off the last good "
                         "one",
                         to_text(q.bid), to_text(q.ask), event.symbol)});
    m.gauge.observe(m.book.raw(), regime_rules_);
    wake_held(event, false, out);
}

void Desk::see_trade(const Event& event, Output& out) {
    const auto& t = std::get<MarketTraded>(event.what);
    Market& m = market_of(event.symbol);
    if (m.tape.print(event.at, t.price, t.qty)) {
        const Bbo touch = m.book.raw();
        if (touch.usable() && t.price >= touch.ask) m.bought.traded(event.at, t.qty);
        if (touch.usable() && t.price <= touch.bid) m.sold.traded(event.at, t.qty);
    }
    wake_held(event, true, out);
}

// Parents that could not go on for want of a quote, of anything worth its price, or of what the
// market trades, look again.
void Desk::wake_held(const Event& event, bool by_trade, Output& out) {
    const route::Router::Ids* held = router_.held(event.symbol);
    if (held == nullptr) return;
    for (const std::uint64_t id : std::vector(held->begin(), held->end())) {
        const route::Parent* parent = router_.parent(id);
        if (parent == nullptr || parent->state != route::ParentState::working) continue;
        if (waits_for_trades(parent->held) != by_trade) continue;
        const std::size_t from = out.routed.intents.size();
        router_.on_quote(id, view_of(parent->order, event.at), out.routed);
        send_intents(from, event.at, out);
    }
}

void Desk::take_parent(const ParentOrder& order, Nanos at, Output& out) {
    if (!known(first_)) first_ = at;
    fold_if_due(at);
    const std::size_t from = out.routed.intents.size();
    router_.on_parent(order, view_of(order, at), out.routed);
    send_intents(from, at, out);
}

void Desk::cancel_parent(std::uint64_t parent, Nanos at, Output& out) {
    const std::size_t from = out.routed.intents.size();
    router_.on_cancel(parent, view_of(parent, at), out.routed);
    send_intents(from, at, out);
}

Result<void> Desk::replace_parent(std::uint64_t parent, Qty qty, std::optional<Price> limit,
                                  Nanos at, Output& out) {
    const std::size_t from = out.routed.intents.size();
    auto replaced = router_.on_replace(parent, qty, limit, view_of(parent, at), out.routed);
    send_intents(from, at, out);
    return replaced;
}

void Desk::withdraw(std::uint64_t parent, Nanos at, Output& out) {
    cancel_parent(parent, at, out);
    const route::Parent* p = router_.parent(parent);
    if (p == nullptr) return;
    for (const route::ChildId id : std::vector(p->children)) never_sent(id, at, out);
}

void Desk::never_sent(route::ChildId id, Nanos at, Output& out) {
    const route::Child* child = router_.child(id);
    if (child == nullptr || terminal(child->state)) return;
    route::ChildReport never;
    never.at = at;
    never.child = id;
    never.answer = route::Answer::rejected;
    never.blamed_on_us = true;
    const std::size_t from = out.routed.intents.size();
    router_.on_report(never, view_of(child->parent, at), out.routed);
    send_intents(from, at, out);
}

void Desk::pass(Nanos now, Output& out) {
    fold_if_due(now);
    for (auto due = router_.next_due(); due && due->at <= now; due = router_.next_due()) {
        const std::size_t from = out.routed.intents.size();
        const Nanos at = std::max(due->at, now);
        router_.on_time(due->parent, view_of(due->parent, at), out.routed);
        send_intents(from, at, out);
    }
}

std::optional<Nanos> Desk::next_due() const {
    const auto due = router_.next_due();
    return due ? std::optional(due->at) : std::nullopt;
}

void Desk::begin_run(std::uint64_t run) {
    run_ = run;
    router_.begin_run(run);
    for (Shard& s : shards_)
        if (s.kernel != nullptr) renew_scores(s);
}

void Desk::restart(Nanos at, Output& out) {
    const std::size_t from = out.routed.intents.size();
    router_.on_restart(at, out.routed);
    send_intents(from, at, out);
}

void Desk::kill(const route::Scope& scope, Nanos at, std::string_view who, std::string_view why,
                Output& out) {
    const std::size_t from = out.routed.intents.size();
    router_.kill(scope, at, who, why, out.routed);
    send_intents(from, at, out);
}

Result<void> Desk::settle(route::ChildId child, std::string_view first, std::string_view second,
                          Nanos at, Output& out, const route::Found& found) {
    const std::size_t from = out.routed.intents.size();
    auto settled = router_.settle(child, first, second, view_of(router_.parent_of(child), at),
                                  out.routed, found);
    send_intents(from, at, out);
    return settled;
}

void Desk::session_down(route::LpId lp, Nanos at, Output& out, bool ours) {
    const std::size_t from = out.routed.intents.size();
    router_.session_down(lp, at, out.routed, ours);
    send_intents(from, at, out);
}

void Desk::session_up(route::LpId lp, Nanos at, Output& out) {
    const std::size_t from = out.routed.intents.size();
    router_.session_up(lp, out.routed);
    send_intents(from, at, out);
}

void Desk::send_intents(std::size_t from, Nanos at, Output& out) {
    if (!page_refusal_.empty())
        out.routed.alerts.push_back({at, 0, {}, std::exchange(page_refusal_, {})});
    for (std::size_t i = from; i < out.routed.intents.size(); ++i) {
        const Intent& intent = out.routed.intents[i];
        const Nanos leaves = at + config_.thinks + intent.delay;
        Intent theirs = intent;
        theirs.symbol =
            symbol_at(config_.parties, config_.router.lps[intent.lp.number], intent.symbol);
        out.outgoing.push_back({intent.lp, leaves, std::string(wire_.write(theirs, leaves)),
                                intent.child, intent.parent});
    }
}

// --- what the router sees ------------------------------------------------------------------------

// In a first session nothing was frozen, and what LPs have in common is folded as it becomes known;
// from the second on once, when it begins (docs/spec.md 4.3, 12).
void Desk::fold_if_due(Nanos at) {
    if (!known(folded_)) {
        folded_ = at;
        return;
    }
    const bool first_day = utc_day(at) == utc_day(first_) || planted(Bug::priors_on_arrival);
    if (utc_day(at) != utc_day(folded_) || (first_day && at - folded_ >= config_.fold_every))
        fold(at);
}

void Desk::fold(Nanos at) {
    folded_ = at;
    const auto all = shards();
    if (all.empty()) return;
    auto next = std::make_unique<Priors>(
        fold_priors(all, config_.kernel, midnight(at), priors_->version + 1));
    for (Shard& s : shards_)
        for (LiveScores& live : s.live) live.adopt(*next);
    priors_ = std::move(next);
}

const score::Profile* Desk::ranked(std::string_view profile) const {
    for (const score::Profile& p : config_.ranked)
        if (p.name == profile) return &p;
    return nullptr;
}

score::Board::Reading Desk::page(std::string_view profile, std::string_view symbol) {
    const score::Profile* p = ranked(profile);
    Shard& s = shards_[shard_of(symbol)];
    if (p == nullptr || s.kernel == nullptr) return {};
    const std::uint32_t number = s.kernel->symbols().find(symbol);
    if (number == NameTable::kNone) return {};
    LiveScores& live = s.live[static_cast<std::size_t>(p - config_.ranked.data())];
    // Also at each new frame, so that a page is what one made anew would be, after a restart too.
    const Nanos now = s.kernel->now();
    const std::int64_t frame = LiveScores::kFrame.ns;
    live.renew_older_than(std::max(now - kRenewAfter, Nanos{now.ns / frame * frame}));
    for (const std::uint32_t changed : live.take_changed()) publish(live.page(*s.kernel, changed));
    return board_.find(p->hash(), symbol);
}

std::span<const double> Desk::orders_behind(std::string_view profile,
                                            std::string_view symbol) const {
    const score::Profile* p = ranked(profile);
    const Shard& s = shards_[shard_of(symbol)];
    if (p == nullptr || s.kernel == nullptr) return {};
    const std::uint32_t number = s.kernel->symbols().find(symbol);
    if (number == NameTable::kNone) return {};
    return s.live[static_cast<std::size_t>(p - config_.ranked.data())].orders_behind(number);
}
std::optional<LiveScores> Desk::scores_under(const score::Profile& profile,
                                             std::string_view symbol) const {
    const Kernel* kernel = kernel_of(symbol);
    if (kernel == nullptr || kernel->symbols().find(symbol) == NameTable::kNone) return {};
    LiveScores live = live_scores(profile);
    live.adopt(*priors_);
    live.update(*kernel, {});
    return live;
}
std::span<const Standing> Desk::standings(std::string_view profile, std::string_view symbol,
                                          std::uint8_t size, Regime regime) const {
    const score::Profile* p = ranked(profile);
    const Shard& s = shards_[shard_of(symbol)];
    if (p == nullptr || s.kernel == nullptr) return {};
    const std::uint32_t number = s.kernel->symbols().find(symbol);
    if (number == NameTable::kNone) return {};
    return s.live[static_cast<std::size_t>(p - config_.ranked.data())].standings(number, size,
                                                                                 regime);
}

void Desk::publish(const score::Page& page) {
    const score::Acceptance answer = board_.publish(page);
    if (answer == score::Acceptance::accepted || ++pages_refused_ < next_alert_) return;
    next_alert_ *= 10;
    page_refusal_ = fmt::format(
        "the board did not take the page of {} for profile {} ({}; {} pages of at most {}): it is "
        "routed without scores. Refused so far: {}",
        page.symbol, page.profile, score::text(answer), board_.pages(), config_.most_pages,
        pages_refused_);
}

Bbo Desk::quote(std::string_view symbol) const {
    const auto it = markets_.find(symbol);
    return it == markets_.end() ? Bbo{} : it->second.book.raw();
}

std::optional<Nanos> Desk::left_at(route::ChildId child, std::uint32_t session) const {
    const auto parent = router_.parent_of(child);
    const route::Parent* p = parent ? router_.parent(*parent) : nullptr;
    const Kernel* kernel = p != nullptr ? kernel_of(p->order.symbol) : nullptr;
    if (kernel == nullptr) return std::nullopt;
    const std::string name = cl_ord_id_of(child);
    const std::uint32_t number =
        kernel->blotter().find(session, {.cl_ord_id = name, .orig_cl_ord_id = {}, .order_id = {}});
    if (number == kNoIndex) return std::nullopt;
    const Chain& order = kernel->blotter().chain(number);
    return known(order.sent) && !order.has(kNoClock) ? std::optional(order.sent) : std::nullopt;
}

const Kernel* Desk::kernel_of(std::string_view symbol) const {
    return shards_[shard_of(symbol)].kernel.get();
}

Regime Desk::regime(std::string_view symbol) const {
    const auto it = markets_.find(symbol);
    if (it == markets_.end() || !config_.kernel.regime.told_apart) return Regime::normal;
    return it->second.gauge.regime(it->second.book.raw().at);
}

std::uint8_t Desk::size_bucket(std::string_view symbol, Side side, Qty qty) const {
    return assay::size_bucket(config_.kernel.size_by, qty, side, quote(symbol),
                              config_.kernel.instruments.of(symbol));
}

// What an order that rests would meet until the next round: what is shown at the near touch is
// ahead of it. Without trades there nothing is known.
route::Queue Desk::queue_at(const Market& market, const ParentOrder& order, Qty remaining,
                            const MarketView& view) {
    const bool buys = order.side == Side::buy;
    const Duration rests =
        route::until_next_round(order.pace, remaining, std::max(order.ends - view.at, Duration{}));
    const auto outflow = (buys ? market.sold : market.bought).forecast(view.at, rests);
    if (!outflow) return {};
    const double lot = as_double(order.lot);
    return {.ahead_lots = as_double(buys ? view.quote.bid_size : view.quote.ask_size) / lot,
            .outflow_mean_lots = outflow->mean / lot,
            .outflow_sd_lots = outflow->sd / lot};
}

MarketView Desk::view_of(const ParentOrder& order, Nanos at) {
    MarketView view;
    view.at = at;
    const auto it = markets_.find(order.symbol);
    if (it != markets_.end()) {
        view.quote = it->second.book.benchmark(kNoIndex, at, heard_, quote_rules_);
        if (config_.kernel.regime.told_apart) view.regime = it->second.gauge.regime(at);
        const Tape& tape = it->second.tape;
        view.prints_heard = tape.heard();
        view.traded = {tape.volume(), tape.notional()};
    }
    const route::Parent* parent = router_.parent(order.id);
    const Qty remaining = parent != nullptr ? parent->remaining() : order.qty;
    if (it != markets_.end() && view.quote.usable())
        view.queue = queue_at(it->second, order, remaining, view);
    // The size of a child, for its place on the page: no larger than what stands at the touch.
    Qty child = order.max_child.micro > 0 ? std::min(remaining, order.max_child) : remaining;
    if (const Qty shown = view.quote.far_size(order.side); view.quote.usable() && shown.micro > 0)
        child = std::min(child, std::max(shown, order.probe_qty));
    const Wanted wanted{
        .side = order.side,
        .lot = order.lot,
        .size = assay::size_bucket(config_.kernel.size_by, child, order.side, view.quote,
                                   config_.kernel.instruments.of(order.symbol)),
        .regime = view.regime,
        .quote = view.quote,
        .kind = {estimate::TifClass::ioc, order.max_slip_bps > 0 ? estimate::LimitClass::through
                                                                 : estimate::LimitClass::at}};
    reading_ = page(order.profile, order.symbol);
    if (reading_) {
        const score::PageStamp& stamp = reading_->stamp;
        view.scores = {.state = route::BoardState::good,
                       .as_of = stamp.as_of,
                       .version = stamp.sequence,
                       .priors_version = reading_->priors_version,
                       .config_version = reading_->config_version};
    }
    view.candidates = candidates_.make(reading_ ? &*reading_ : nullptr, config_.router.lps,
                                       config_.traits, wanted);
    view.one_way = candidates_.one_way();
    if (truth_ != nullptr && route::policy(order.policy).use == route::Use::truth)
        view.truth = truth_->candidates(order.symbol, order.side, order.lot);
    return view;
}

MarketView Desk::view_of(std::optional<std::uint64_t> parent, Nanos at) {
    if (const route::Parent* p = parent ? router_.parent(*parent) : nullptr)
        return view_of(p->order, at);
    MarketView nothing;
    nothing.at = at;
    return nothing;
}

// --- state ---------------------------------------------------------------------------------------

template <class Archive>
void Desk::archive(Archive& a) {
    a(wire_, markets_, heard_, folded_, first_, seen_, unreadable_, *priors_);
}

std::string Desk::save() const {
    std::string out(kMagic, sizeof kMagic);
    Saver a(out);
    std::string stage;
    stage_.save(stage);
    a(config_.kernel.version, stage, router_.save());
    for (const Shard& s : shards_) a(s.kernel != nullptr ? s.kernel->save() : std::string());
    const_cast<Desk*>(this)->archive(a);  // archive() only reads while saving
    return out;
}

Result<void> Desk::load(std::string_view bytes) {
    const std::string_view magic(kMagic, sizeof kMagic);
    if (!bytes.starts_with(magic)) return fail("no state of a desk, or of another version");
    Loader a(bytes.substr(magic.size()));
    std::uint64_t version = 0;
    std::string stage, router;
    std::array<std::string, kShards> kernels;
    a(version, stage, router);
    for (std::string& k : kernels) a(k);
    if (!a.ok()) return fail("the state of the desk is damaged");
    if (version != config_.kernel.version)
        return fail("the state of the desk was made under another configuration");
    Desk fresh(config_, run_);
    if (auto loaded = fresh.stage_.load(stage); !loaded) return loaded;
    if (auto loaded = fresh.router_.load(router); !loaded) return loaded;
    for (std::uint32_t i = 0; i < kShards; ++i) {
        if (kernels[i].empty()) continue;
        Shard& s = fresh.shard(i);
        if (!s.kernel->load(kernels[i])) return fail("the state of a shard is damaged");
        s.kernel->tell_touched(&s.touched);
    }
    fresh.archive(a);
    if (!a.ok() || !a.at_end()) return fail("the state of the desk is damaged");
    // Into its own: the other one's stage looks into the other one's parties.
    if (auto loaded = stage_.load(stage); !loaded) return loaded;
    router_ = std::move(fresh.router_);
    wire_ = std::move(fresh.wire_);
    markets_ = std::move(fresh.markets_);
    heard_ = fresh.heard_;
    folded_ = fresh.folded_;
    first_ = fresh.first_;
    seen_ = fresh.seen_;
    unreadable_ = fresh.unreadable_;
    priors_ = std::move(fresh.priors_);
    for (std::uint32_t i = 0; i < kShards; ++i) {
        shards_[i] = {};
        if (fresh.shards_[i].kernel == nullptr) continue;
        shards_[i].kernel = std::move(fresh.shards_[i].kernel);
        shards_[i].kernel->tell_touched(&shards_[i].touched);
        renew_scores(shards_[i]);
    }
    return {};
}

}  // namespace assay::desk
