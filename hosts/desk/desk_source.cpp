#include "hosts/desk/desk_source.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

#include "core/fix/encode.h"
#include "core/route/decision_words.h"
#include "core/units/decimal.h"
#include "core/units/symbol.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/board_view.h"
#include "hosts/desk/capture_clock.h"
#include "hosts/desk/gate_view.h"
#include "hosts/desk/source_views.h"
#include "hosts/history/decision_rows.h"

namespace assay::desk {

using http::Answer;
using http::Refused;

namespace {

http::ParentView view_of(const route::Router& router, const route::Parent& p) {
    http::ParentView v;
    v.id = p.order.id;
    v.cl_ord_id = p.order.cl_ord_id;
    v.symbol = p.order.symbol;
    v.profile = p.order.profile;
    v.policy = route::policy(p.order.policy).name;
    v.fallback = p.order.fallback == route::Fallback::hold ? "hold" : "sweep";
    v.state = route::text(p.state);
    v.stop_reason = p.stop == route::StopReason::none ? "" : route::text(p.stop);
    v.held = p.held == route::Hold::none ? "" : route::text(p.held);
    v.side = p.order.side;
    v.qty = p.order.qty;
    v.lot = p.order.lot;
    v.cum_qty = p.cum;
    v.leaves_qty = terminal(p.state) ? Qty{} : p.remaining();
    v.limit = p.order.limit;
    v.received = v.starts = p.order.starts;
    v.ends = p.order.ends;
    v.ended = if_known(p.ended_at);
    v.avg_px =
        known_if(p.cum > Qty{} ? std::optional(p.avg_px()) : std::nullopt, "nothing is filled");
    const auto shortfall = p.shortfall();
    v.shortfall_bps = known_if(shortfall && (p.cum > Qty{} || terminal(p.state))
                                   ? std::optional(shortfall->total_bps)
                                   : std::nullopt,
                               shortfall ? "nothing is filled" : "no mid was known when it came");
    if (const auto slippage = router.vwap_slippage_bps(p))
        v.vwap_slippage_bps = {*slippage, {}};
    else
        v.vwap_slippage_bps = {std::nullopt, slippage.error().text()};
    v.children = p.children.size();
    return v;
}

// As the scores number them.
std::uint32_t sessions_seen(const SessionDesk& d) {
    return static_cast<std::uint32_t>(d.desk().stage().health().size());
}

http::ChildView view_of(const SessionDesk& d, std::uint32_t sessions, const route::Child& c) {
    const route::Router& router = d.desk().router();
    const SessionDeskConfig& config = d.config();
    http::ChildView v;
    v.id = c.id.number;
    v.parent = c.parent;
    v.decision = c.decision;
    v.cl_ord_id = cl_ord_id_of(c.id);
    v.lp = config.desk.router.lps[c.lp.number];
    const route::Parent* p = router.parent(c.parent);
    v.symbol = p != nullptr ? p->order.symbol : "";
    v.kind = c.kind == route::ChildKind::take ? "take" : "rest";
    v.state = route::text(c.state);
    v.side = c.side;
    v.qty = c.qty;
    v.cum_qty = c.cum;
    v.leaves_qty = c.exposure();
    v.limit = c.limit;
    v.avg_px = known_if(
        c.cum > Qty{} ? std::optional(ratio(c.notional, static_cast<Money>(c.cum.micro)) * 1e-9)
                      : std::nullopt,
        "nothing is filled");
    // By when the bytes left: our own disk's time is not the LP's.
    std::optional<Nanos> left;
    for (std::uint32_t i = 0; i < sessions && !left; ++i) left = d.desk().left_at(c.id, i);
    v.latency_ms = known_if(
        left && known(c.answered_at) && c.answered_at >= *left
            ? std::optional(as_ms(c.answered_at - *left))
            : std::nullopt,
        known(c.answered_at) ? "when its order left is not known any more" : "it is not answered");
    v.sent = left.value_or(c.sent_at);
    v.ended = if_known(c.ended_at);
    return v;
}

constexpr std::string_view kNotMeasured = "no answer of this LP was measured yet";

// 0 stands for nothing known: no answer takes no time.
std::optional<double> positive(double x) {
    return x > 0 ? std::optional(x) : std::nullopt;
}

// What an LP says it filled and never reported is not known either.
bool unsettled_child(const route::Child& c) {
    return c.state == route::ChildState::unknown || c.owed > Qty{};
}

// Rows of a list from a place in it; the cursor is the place.
template <class T>
Answer<http::Rows<T>> page_of(std::vector<T> all, const http::Paging& paging) {
    std::size_t from = 0;
    if (!paging.cursor.empty()) {
        const char* const end = paging.cursor.data() + paging.cursor.size();
        const auto [rest, error] = std::from_chars(paging.cursor.data(), end, from);
        if (error != std::errc{} || rest != end)
            return no(Refused::Why::wrong_query, "the cursor is none that an answer gave");
    }
    http::Rows<T> rows;
    for (std::size_t i = from; i < all.size() && rows.rows.size() < paging.limit; ++i)
        rows.rows.push_back(std::move(all[i]));
    if (from + rows.rows.size() < all.size())
        rows.next_cursor = std::to_string(from + rows.rows.size());
    return rows;
}

http::DecisionView view_of(const route::Decision& d) {
    http::DecisionView v;
    const route::DecisionInputs& in = d.inputs;
    const auto name = [&](route::LpId lp) {
        return lp.number < in.candidates.size() ? in.candidates[lp.number].name : std::string("?");
    };
    v.id = in.id;
    v.parent = in.parent;
    v.round = in.round;
    v.at = in.at;
    v.symbol = in.symbol;
    v.policy = route::policy(in.policy).name;
    v.profile = in.profile;
    v.regime = text(in.regime);
    v.step = route::text(d.choice.step);
    v.held = d.choice.hold == route::Hold::none ? "" : route::text(d.choice.hold);
    if (d.choice.chosen < d.choice.plans.size()) v.plan = d.choice.plans[d.choice.chosen];
    v.words = route::decision_words(d);
    v.side = in.side;
    if (in.quote.bid.nano > 0) v.bid = in.quote.bid;
    if (in.quote.ask.nano > 0) v.ask = in.quote.ask;
    v.page_version = in.scores.version;
    v.priors_version = in.scores.priors_version;
    v.config_version = in.scores.config_version;
    v.chance = known_if(d.choice.chosen < d.choice.chances.size()
                            ? std::optional(d.choice.chances[d.choice.chosen])
                            : std::nullopt,
                        "nothing was drawn");
    for (const route::CandidateRecord& c : in.candidates) {
        http::DecisionCandidate row;
        row.lp = c.name;
        for (const route::Exclusion& e : d.choice.exclusions)
            if (e.lp == c.known.lp) {
                row.excluded = route::exclusion_words(in, e);
                row.until = if_known(e.until);
            }
        for (std::size_t i = 0; i < d.choice.ranking.size(); ++i)
            if (d.choice.ranking[i] == c.known.lp) row.rank = static_cast<std::uint32_t>(i + 1);
        row.reject_share = {c.known.reject_share, {}};
        row.latency_ms = known_if(positive(c.known.round_trip_ms), kNotMeasured);
        row.n_eff = {c.known.n_eff, {}};
        v.candidates.push_back(std::move(row));
    }
    for (const route::PlannedChild& c : d.choice.children)
        v.children.push_back({name(c.lp),
                              c.kind == route::ChildKind::take ? "take" : "rest",
                              c.qty,
                              c.limit,
                              c.delay,
                              {c.predicted_lots, {}},
                              known_if(positive(c.predicted_ms), kNotMeasured),
                              {c.cost, {}}});
    v.predicted_lots = {d.choice.expected_lots, {}};
    v.filled_lots = known_if(d.outcome ? std::optional(d.outcome->filled_lots) : std::nullopt,
                             "its children are not over");
    return v;
}

}  // namespace

http::ExecutionView execution_view(const history::ExecutionRow& e) {
    http::ExecutionView v;
    v.exec_id = e.exec_id;
    v.exec_type = e.exec_type == "F" ? "fill" : e.exec_type == "H" ? "bust" : "correct";
    v.lp = e.lp;
    v.symbol = e.symbol;
    v.cl_ord_id = e.cl_ord_id;
    v.at = e.capture_ns;
    v.parent = e.parent.value_or(0);
    v.child = e.child.value_or(0);
    v.side = e.side;
    v.last_qty = e.last_qty.value_or(Qty{});
    v.last_px = e.last_px.value_or(Price{});
    const std::string_view unpriced = e.exec_type == "H" ? "it takes a fill back"
                                      : e.latency ? "no usable quote was known when its order left"
                                                  : "its order is none that was measured here";
    v.price_improvement_bps = known_if(e.price_improvement_bps, unpriced);
    v.effective_spread_bps = known_if(e.effective_spread_bps, unpriced);
    v.latency_ms = known_if(e.latency ? std::optional(as_ms(*e.latency)) : std::nullopt,
                            "when its order left is not known");
    return v;
}

DeskSource::DeskSource(Service& service, const DeskSettings& settings, Build build,
                       const ConfigInForce& config, const Links* links, const Footings* footings,
                       const StopsBook* stops, history::History* history, Nanos started,
                       Reload reload, std::function<HistoryQueue()> history_queue,
                       double recovery_seconds)
    : service_(&service),
      settings_(&settings),
      build_(std::move(build)),
      config_(&config),
      links_(links),
      footings_(footings),
      stops_(stops),
      net_(links->net()),
      history_(history),
      started_(started),
      reload_(std::move(reload)),
      history_queue_(std::move(history_queue)),
      recovery_seconds_(recovery_seconds) {}

// On paper LPs have no session, and are always there.
std::string DeskSource::session_state(std::uint32_t place) const {
    if (settings_->mode == Mode::paper && settings_->sessions[place].info.role == Role::lp)
        return "up";
    if (net_ == nullptr) return "down";
    const auto states = net_->states();
    const std::size_t session = links_->place_in_net(place);
    return session < states.size() && states[session].up ? "up" : "connecting";
}

std::string DeskSource::lp_session_state(std::string_view lp) const {
    std::string state = "down";
    for (std::uint32_t i = 0; i < settings_->sessions.size(); ++i)
        if (settings_->sessions[i].info.role == Role::lp && settings_->sessions[i].info.lp == lp)
            state = session_state(i);
    return state;
}

std::vector<std::string> DeskSource::not_ready() {
    std::vector<std::string> why;
    const ServiceHealth health = service_->health();
    if (!health.failed.empty()) why.push_back("the desk has stopped: " + health.failed);
    const auto journal = service_->journal().health();
    if (!journal.failed.empty()) why.push_back("the journal has stopped: " + journal.failed);
    if (!why.empty()) return why;  // nobody would answer
    if (settings_->mode == Mode::replay)
        return {"mode replay: it shows a journal, and routes nothing"};
    const Nanos now = service_->clock().now();
    const auto stopped = asked(*service_, [now](SessionDesk& d) {
        std::vector<std::string> all;
        const route::Router& router = d.desk().router();
        for (const auto& s : router.gate().stops())
            if (s.scope == route::Scope{})
                all.push_back(fmt::format("no order goes out: {}{}",
                                          s.stop == route::Stop::killed ? "killed: " : "", s.why));
        if (!all.empty()) return all;
        std::string lps;
        const auto& names = d.config().desk.router.lps;
        for (std::uint32_t i = 0; i < names.size(); ++i) {
            std::string no = router.gate().stopped({i}, "");
            if (no.empty() && router.breakers().state(now, {i}, "") == route::BreakerState::open)
                no = fmt::format("its breaker is open ({})",
                                 route::text(router.breakers().fault(now, {i}, "")));
            if (no.empty()) return all;
            lps += fmt::format("{}{}: {}", lps.empty() ? "" : "; ", names[i], no);
        }
        if (!lps.empty()) all.push_back("no LP can be sent to: " + lps);
        return all;
    });
    if (!stopped) why.push_back("the desk does not answer");
    if (stopped) why.insert(why.end(), stopped->begin(), stopped->end());
    if (settings_->mode != Mode::replay && net_ != nullptr)
        for (std::uint32_t i = 0; i < settings_->sessions.size(); ++i) {
            const Role role = settings_->sessions[i].info.role;
            const bool needed =
                role == Role::market_data || (role == Role::lp && settings_->mode == Mode::live);
            if (needed && session_state(i) != "up")
                why.push_back(
                    fmt::format("session {} is not up", settings_->sessions[i].info.name));
        }
    return why;
}

http::VersionView DeskSource::version() {
    const auto run = asked(*service_, [](SessionDesk& d) { return d.run(); });
    return {build_.version,     build_.commit,   text(settings_->mode),
            config_->version(), run.value_or(0), started_};
}

http::StatusView DeskSource::status() {
    http::StatusView v;
    v.mode = text(settings_->mode);
    const ServiceHealth health = service_->health();
    v.at = health.last_at;
    // What waits came after the last that was applied.
    if (service_->sequencer().depth() > 0 && known(v.at)) v.lag = utc_now() - v.at;
    for (std::uint32_t i = 0; i < settings_->sessions.size(); ++i) {
        const SessionInfo& info = settings_->sessions[i].info;
        http::SessionView s{
            info.name, info.lp, session_state(i), links_->told(i).changed.value_or(started_), 0, 0};
        if (net_ != nullptr)
            if (const auto states = net_->states(); links_->place_in_net(i) < states.size()) {
                s.next_in = states[links_->place_in_net(i)].next_target;
                s.next_out = states[links_->place_in_net(i)].next_sender;
            }
        v.sessions.push_back(std::move(s));
    }
    const auto j = service_->journal().health();
    v.journal = {j.next_seq, j.durable,       j.entries,
                 j.bytes,    j.waiting_bytes, Duration{j.longest_write.count()},
                 j.failed};
    v.queues.push_back({"inputs", service_->sequencer().depth(), settings_->queue, 0});
    const auto told = asked(*service_, [&](SessionDesk& d) {
        struct {
            std::uint64_t parents{}, children{}, unknown{};
            bool killed{};
            std::vector<http::FootingView> steps;
            std::optional<http::FootingView> lowest;
        } r;
        for (const auto& [id, p] : d.desk().router().parents()) {
            r.parents += !terminal(p.state);
            for (const route::ChildId c : p.children) {
                const route::Child* child = d.desk().router().child(c);
                if (child == nullptr) continue;
                r.unknown += unsettled_child(*child);
                r.children += !terminal(child->state) || child->owed > Qty{};
            }
        }
        for (const auto& s : d.desk().router().gate().stops())
            r.killed |= s.stop == route::Stop::killed && !s.scope.lp && s.scope.symbol.empty();
        r.steps = footings_->at_work(d.desk().router());
        r.lowest = lowest(r.steps, footings_->last());
        return r;
    });
    v.stops = held();
    if (told) {
        v.parents_open = told->parents;
        v.children_open = told->children;
        v.children_unknown = told->unknown;
        v.killed = told->killed;
        v.steps = told->steps;
        if (told->lowest) {
            v.step = told->lowest->step;
            if (v.step != "live")
                v.reason =
                    fmt::format("{} for profile {}", told->lowest->symbol, told->lowest->profile);
        }
    }
    if (!health.failed.empty() || !j.failed.empty()) {
        v.step = "hold";
        v.reason = health.failed.empty() ? j.failed : health.failed;
    }
    return v;
}

std::vector<http::LpView> DeskSource::lps() {
    const Nanos now = service_->health().last_at;
    auto told = asked(*service_, [&](SessionDesk& d) {
        std::vector<http::LpView> all;
        const route::Router& router = d.desk().router();
        const auto& names = d.config().desk.router.lps;
        for (std::uint32_t i = 0; i < names.size(); ++i) {
            http::LpView v = gate_view(router, {i}, now);
            v.name = names[i];
            const auto& traits = d.config().desk.traits;
            v.enabled = i >= traits.size() || traits[i].permission == route::Permission::enabled;
            if (!v.enabled && v.stopped.empty())
                v.stopped = fmt::format("switched off: [lp.{}] enabled = false", names[i]);
            for (const auto& [id, p] : router.parents())
                for (const route::ChildId c : p.children) {
                    const route::Child* child = router.child(c);
                    if (child == nullptr || child->lp != route::LpId{i}) continue;
                    ++v.orders_today;
                    if (child->exposure() <= Qty{}) continue;
                    ++v.open_orders;
                    v.open_qty += child->exposure();
                    v.open_notional += as_double(child->exposure()) * as_double(child->limit);
                }
            all.push_back(std::move(v));
        }
        return all;
    });
    if (!told) return {};
    for (http::LpView& v : *told) v.session = lp_session_state(v.name);
    return *told;
}

std::vector<http::ProfileView> DeskSource::profiles() {
    const auto ranked = asked(*service_, [](SessionDesk& d) { return d.config().desk.ranked; });
    std::vector<http::ProfileView> all;
    for (const score::Profile& p : ranked.value_or(settings_->desk.desk.ranked)) {
        http::ProfileView v{p.name, p.rank_by == score::RankBy::lcb ? "lcb" : "composite", {}};
        for (const score::Term& t : p.terms)
            v.weights.emplace_back(score::scored_name(t.kpi), t.weight_bp / 1e4);
        all.push_back(std::move(v));
    }
    return all;
}

Answer<http::RankingView> DeskSource::ranking(const http::RankingWish& wish) {
    // Names stay while the desk works; what stands behind them may change.
    const auto& names = settings_->desk.desk.ranked;
    const auto found = std::find_if(names.begin(), names.end(), [&](const score::Profile& p) {
        return p.name == wish.profile;
    });
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (found == names.end())
        return no(Refused::Why::not_found,
                  fmt::format("no profile \"{}\" is ranked here; /api/v1/profiles lists them",
                              wish.profile));
    std::optional<Regime> regime;
    if (wish.regime) {
        regime = regime_named(*wish.regime);
        if (!regime)
            return no(Refused::Why::wrong_query, "regime is one of calm, normal, stressed");
    }
    if (wish.size && *wish.size >= score::kPageSizes)
        return no(Refused::Why::wrong_query, "size is a bucket from 0 to 6");
    auto told = asked(*service_, [&](SessionDesk& d) -> Answer<http::RankingView> {
        const auto page = d.desk().page(wish.profile, wish.symbol);
        if (!page)
            return no(Refused::Why::not_found,
                      fmt::format("nothing was seen of symbol \"{}\" yet", wish.symbol));
        const Regime in = regime.value_or(d.desk().regime(wish.symbol));
        const std::uint8_t size = wish.size.value_or(best_known_size(*page, in));
        return ranking_view(*page, size, in, d.config().desk.kernel.size_by,
                            d.config().desk.ranked[place], service_->health().last_at,
                            d.desk().orders_behind(wish.profile, wish.symbol));
    });
    if (!told) return busy();
    return *told;
}

Answer<http::Rows<http::SymbolView>> DeskSource::symbols(const http::Paging& paging) {
    auto told = asked(*service_, [&](SessionDesk& d) {
        std::vector<http::SymbolView> all;
        for (const Kernel* kernel : d.desk().shards())
            for (std::uint32_t i = 0; i < kernel->symbols().size(); ++i) {
                http::SymbolView v;
                v.symbol = kernel->symbols().name(i);
                if (v.symbol.empty()) continue;
                v.shard = shard_of(v.symbol);
                v.regime = text(d.desk().regime(v.symbol));
                v.currency = d.config().desk.kernel.instruments.of(v.symbol).currency;
                const Bbo q = d.desk().quote(v.symbol);
                if (q.bid.nano > 0) v.bid = q.bid;
                if (q.ask.nano > 0) v.ask = q.ask;
                if (q.bid_size > Qty{}) v.bid_qty = q.bid_size;
                if (q.ask_size > Qty{}) v.ask_qty = q.ask_size;
                v.quote_at = if_known(q.at);
                all.push_back(std::move(v));
            }
        std::sort(all.begin(), all.end(),
                  [](const auto& a, const auto& b) { return a.symbol < b.symbol; });
        return all;
    });
    if (!told) return busy();
    return page_of(std::move(*told), paging);
}

Answer<http::Rows<http::RankingView>> DeskSource::scores(const std::optional<std::string>& symbol,
                                                         const std::optional<std::string>& profile,
                                                         const http::Paging& paging) {
    std::vector<std::string> names;
    if (symbol) {
        names.push_back(*symbol);
    } else {
        auto all = symbols({100'000, {}});
        if (!all) return std::unexpected(all.error());
        for (const auto& s : all->rows) names.push_back(s.symbol);
    }
    std::vector<http::RankingView> pages;
    bool any = !profile;
    for (const score::Profile& p : settings_->desk.desk.ranked) {
        if (profile && p.name != *profile) continue;
        any = true;
        for (const std::string& name : names)
            if (auto one = ranking({p.name, name, std::nullopt, std::nullopt}))
                pages.push_back(std::move(*one));
    }
    if (!any)
        return no(Refused::Why::not_found,
                  fmt::format("no profile \"{}\" is ranked here", *profile));
    return page_of(std::move(pages), paging);
}

Answer<http::Rows<http::ParentView>> DeskSource::parents(const std::optional<std::string>& state,
                                                         const http::Paging& paging) {
    auto told = asked(*service_, [&](SessionDesk& d) {
        std::vector<http::ParentView> all;
        for (const auto& [id, p] : d.desk().router().parents())
            if (!state || *state == route::text(p.state))
                all.push_back(view_of(d.desk().router(), p));
        return all;
    });
    if (!told) return busy();
    return page_of(std::move(*told), paging);
}

Answer<http::ParentView> DeskSource::parent(std::uint64_t id) {
    auto told = asked(*service_, [&](SessionDesk& d) -> Answer<http::ParentView> {
        const route::Parent* p = d.desk().router().parent(id);
        if (p == nullptr)
            return no(Refused::Why::not_found, fmt::format("no order {} is known", id));
        return view_of(d.desk().router(), *p);
    });
    if (!told) return busy();
    return *told;
}

Answer<std::vector<http::ChildView>> DeskSource::children(std::uint64_t id) {
    auto told = asked(*service_, [&](SessionDesk& d) -> Answer<std::vector<http::ChildView>> {
        const route::Parent* p = d.desk().router().parent(id);
        if (p == nullptr)
            return no(Refused::Why::not_found, fmt::format("no order {} is known", id));
        std::vector<http::ChildView> all;
        const std::uint32_t sessions = sessions_seen(d);
        for (const route::ChildId c : p->children)
            if (const route::Child* child = d.desk().router().child(c))
                all.push_back(view_of(d, sessions, *child));
        return all;
    });
    if (!told) return busy();
    return *told;
}

Answer<http::Rows<http::ChildView>> DeskSource::orders(const http::OrdersWish& wish) {
    auto told = asked(*service_, [&](SessionDesk& d) {
        std::vector<http::ChildView> all;
        const std::uint32_t sessions = sessions_seen(d);
        for (const auto& [id, p] : d.desk().router().parents()) {
            if (wish.symbol && *wish.symbol != p.order.symbol) continue;
            for (const route::ChildId c : p.children)
                if (const route::Child* child = d.desk().router().child(c)) {
                    auto v = view_of(d, sessions, *child);
                    if (wish.lp && *wish.lp != v.lp) continue;
                    if (wish.state && *wish.state != v.state) continue;
                    all.push_back(std::move(v));
                }
        }
        return all;
    });
    if (!told) return busy();
    return page_of(std::move(*told), wish.paging);
}

// A parent order of the API is FIX like any other: it is journaled, and read by the same reader.
Answer<http::Submitted> DeskSource::submit(const http::SubmitWish& wish) {
    const std::string cl_ord_id = wish.cl_ord_id.empty()
                                      ? fmt::format("api-{}-{}", started_.ns, ++submitted_)
                                      : wish.cl_ord_id;
    const auto find = [&] {
        return asked(*service_, [&](SessionDesk& d) -> std::optional<http::ParentView> {
            const auto id = d.oms().parent_of(SessionDesk::kApi, cl_ord_id);
            const route::Parent* p = id ? d.desk().router().parent(*id) : nullptr;
            return p != nullptr ? std::optional(view_of(d.desk().router(), *p)) : std::nullopt;
        });
    };
    if (const auto before = find(); before && *before) {
        const auto same = wishes_.find(cl_ord_id);
        if (same != wishes_.end() && same->second == wish) return http::Submitted{**before, true};
        return no(Refused::Why::conflict,
                  fmt::format("cl_ord_id \"{}\" was used for another order", cl_ord_id));
    }
    std::string parameters;
    const auto add = [&](std::string_view name, const std::string& value) {
        parameters += fmt::format("{}{}={}", parameters.empty() ? "" : ";", name, value);
    };
    if (wish.profile) add("profile", *wish.profile);
    if (wish.policy) add("policy", *wish.policy);
    if (wish.fallback) add("at_the_end", *wish.fallback);
    if (wish.urgency) add("urgency", fmt::format("{:.9f}", *wish.urgency));
    if (wish.participation_cap)
        add("participation", fmt::format("{:.9f}", *wish.participation_cap));
    if (wish.max_slip_bps) add("max_slip_bps", fmt::format("{:.9f}", *wish.max_slip_bps));
    if (wish.min_child) add("min_child", to_text(*wish.min_child));
    if (wish.max_child) add("max_child", to_text(*wish.max_child));
    if (wish.round_qty) add("round", to_text(*wish.round_qty));
    if (wish.window)
        add("window", fmt::format("{}ms", std::max<std::int64_t>(wish.window->ns / 1'000'000, 1)));
    std::string body = fmt::format(
        "35=D\x01"
        "34=1\x01"
        "49=API\x01"
        "56=DESK\x01"
        "11={}\x01"
        "55={}\x01"
        "54={}\x01"
        "38={}\x01"
        "40={}\x01",
        cl_ord_id, wish.symbol, wish.side == Side::buy ? 1 : 2, to_text(wish.qty),
        wish.limit ? 2 : 1);
    if (wish.limit) body += fmt::format("44={}\x01", to_text(*wish.limit));
    const auto time = [&](int tag, const std::optional<Nanos>& at) {
        if (!at) return;
        std::string text;
        fix::append_utc_timestamp(text, *at, fix::Fraction::micros);
        body += fmt::format("{}={}\x01", tag, text);
    };
    time(52, utc_now());
    time(168, wish.starts);
    time(126, wish.ends);
    if (!parameters.empty()) body += fmt::format("848={}\x01", parameters);
    std::string message = fmt::format(
        "8=FIX.4.4\x01"
        "9={}\x01{}",
        body.size(), body);
    unsigned sum = 0;
    for (const char c : message) sum += static_cast<unsigned char>(c);
    message += fmt::format("10={:03}\x01", sum % 256);
    const auto seq = service_->api_message(message);
    if (!seq) return no(Refused::Why::unavailable, seq.error().text());
    if (const auto durable = service_->journal().wait(*seq, journal::Journal::When::urgent);
        !durable)
        return no(Refused::Why::unavailable, durable.error().text());
    if (const auto taken = find(); taken && *taken) {
        if (wishes_.emplace(cl_ord_id, wish).second) oldest_wishes_.push_back(cl_ord_id);
        if (oldest_wishes_.size() > kWishes) {
            wishes_.erase(oldest_wishes_.front());
            oldest_wishes_.pop_front();
        }
        return http::Submitted{**taken, false};
    }
    // Refused: the reader and the gate say why, in the same words as to an OMS.
    auto why = asked(*service_, [](SessionDesk& d) { return d.last_refusal(); });
    return no(Refused::Why::wrong, why && !why->empty() ? *why : "the desk did not take it");
}

Answer<http::ParentView> DeskSource::cancel(std::uint64_t id) {
    return cancel(id, "api", "");
}

Answer<http::ParentView> DeskSource::cancel(std::uint64_t id, std::string_view who,
                                            std::string_view why) {
    auto before = parent(id);
    if (!before) return before;
    for (const auto state : {route::ParentState::filled, route::ParentState::canceled,
                             route::ParentState::expired, route::ParentState::rejected})
        if (before->state == route::text(state))
            return no(Refused::Why::conflict, fmt::format("order {} is {}", id, before->state));
    const auto seq = service_->note(
        Note("cancel").with("parent", std::to_string(id)).with("who", who).with("why", why));
    if (!seq) return no(Refused::Why::unavailable, seq.error().text());
    if (const auto durable = service_->journal().wait(*seq, journal::Journal::When::urgent);
        !durable)
        return no(Refused::Why::unavailable, durable.error().text());
    return parent(id);
}

Answer<http::DecisionView> DeskSource::decision(std::uint64_t id) {
    if (history_ == nullptr) return keeps_no_history();
    auto row = history_->decision(id);
    if (!row) return no(Refused::Why::unavailable, row.error().text());
    if (!*row) return no(Refused::Why::not_found, fmt::format("no decision {} is known", id));
    auto d = history::decision_of(**row);
    if (!d) return no(Refused::Why::unavailable, d.error().text());
    return view_of(*d);
}

Answer<http::Rows<http::ExecutionView>> DeskSource::executions(const http::ExecutionsWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    history::ExecutionQuery q;
    q.lp = wish.lp.value_or("");
    q.symbol = wish.symbol.value_or("");
    q.from = wish.from;
    q.to = wish.to;
    q.parent = wish.parent;
    q.msg_type = "8";
    q.trades = true;
    q.newest_first = wish.newest_first;
    q.limit = static_cast<std::uint32_t>(wish.paging.limit);
    q.cursor = wish.paging.cursor;
    auto page = history_->executions(q);
    if (!page) return no(Refused::Why::wrong_query, page.error().text());
    http::Rows<http::ExecutionView> rows;
    rows.next_cursor = page->next;
    for (const history::ExecutionRow& e : page->rows) rows.rows.push_back(execution_view(e));
    return rows;
}

Answer<http::SeriesView> DeskSource::series(const http::SeriesWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    history::SeriesQuery q;
    q.kpi = wish.kpi;
    if (wish.lp) q.filter.lp = {*wish.lp};
    if (wish.symbol) q.filter.symbol = {*wish.symbol};
    if (wish.regime) q.filter.regime = {*wish.regime};
    if (wish.size) q.filter.size = {size_name(settings_->desk.desk.kernel.size_by, *wish.size)};
    if (wish.from) q.from = *wish.from;
    if (wish.to) q.to = *wish.to;
    if (wish.step) q.step = *wish.step;
    const std::string by = wish.by.value_or("");
    q.by_lp = by == "lp";
    q.by_symbol = by == "symbol";
    q.by_size = by == "size";
    q.by_regime = by == "regime";
    auto series = history_->series(q);
    if (!series) return no(Refused::Why::wrong_query, series.error().text());
    http::SeriesView v{series->kpi, series->unit, by, series->step, {}};
    for (const history::Line& line : series->lines) {
        const std::string& key = q.by_lp       ? line.cell.lp
                                 : q.by_symbol ? line.cell.symbol
                                 : q.by_size   ? line.cell.size
                                               : line.cell.regime;
        for (const history::Point& p : line.points)
            v.points.push_back({p.at, key, known_if(p.value.number, text(p.value.why)),
                                static_cast<double>(p.n_orders)});
    }
    return v;
}

http::HealthView DeskSource::health() {
    auto told = asked(*service_, [](SessionDesk& d) {
        http::HealthView v;
        const auto& counts = d.desk().stage().counts();
        v.messages_applied = counts.applied;
        v.messages_duplicate = counts.duplicate;
        v.messages_waiting = counts.waiting;
        for (std::uint32_t place = 0; place <= d.config().sessions.size(); ++place)
            v.messages_dead += d.dead(place);
        v.messages_read =
            v.messages_applied + v.messages_duplicate + v.messages_waiting + v.messages_dead;
        for (const auto& s : d.desk().stage().health())
            for (const auto& direction : s.directions) v.gaps += direction.missing_numbers;
        return v;
    });
    auto v = told.value_or(http::HealthView{});
    for (std::uint32_t i = 0; i < settings_->sessions.size(); ++i) {
        const Links::Told t = links_->told(i);
        v.bytes_messages += t.bytes_in;
        v.bytes_dead += t.garbled_bytes;
    }
    v.bytes_read = v.bytes_messages + v.bytes_dead;
    return v;
}

Answer<http::KillView> DeskSource::kill(const http::KillWish& wish) {
    Note note("kill");
    if (wish.scope == http::KillScope::lp) note.with("lp", wish.value);
    if (wish.scope == http::KillScope::symbol) note.with("symbol", wish.value);
    note.with("who", wish.who).with("why", wish.why);
    if (wish.scope == http::KillScope::lp) {
        const auto& lps = settings_->desk.desk.router.lps;
        if (std::find(lps.begin(), lps.end(), wish.value) == lps.end())
            return no(Refused::Why::not_found, fmt::format("no LP is called \"{}\"", wish.value));
    }
    if (wish.scope == http::KillScope::parent) {
        std::uint64_t id = 0;
        const char* const end = wish.value.data() + wish.value.size();
        const auto [rest, error] = std::from_chars(wish.value.data(), end, id);
        if (error != std::errc{} || rest != end)
            return no(Refused::Why::wrong,
                      fmt::format("\"{}\" is no id of an order; expected digits", wish.value));
        if (auto canceled = cancel(id, wish.who, wish.why); !canceled)
            return std::unexpected(canceled.error());
        return http::KillView{
            id,   wish.scope, wish.value, wish.who, wish.why, service_->health().last_at,
            true, {},         {},         {},       {}};
    }
    // Nothing is asked before it: it must not wait.
    const auto seq = service_->note(note);
    if (!seq) return no(Refused::Why::unavailable, seq.error().text());
    if (const auto durable = service_->journal().wait(*seq, journal::Journal::When::urgent);
        !durable)
        return no(Refused::Why::unavailable, durable.error().text());
    std::optional<http::KillView> killed;
    for (http::KillView& k : held())
        if (k.scope == wish.scope && k.value == wish.value) killed = std::move(k);
    if (!killed) return busy();
    killed->again = killed->id != *seq;  // else it is this one, by the entry that says it
    if (wish.scope == http::KillScope::symbol)
        killed->known = asked(*service_, [&](SessionDesk& d) {
                            for (const Kernel* kernel : d.desk().shards())
                                for (std::uint32_t i = 0; i < kernel->symbols().size(); ++i)
                                    if (kernel->symbols().name(i) == wish.value) return true;
                            return false;
                        }).value_or(true);
    return *killed;
}

Answer<http::KillView> DeskSource::release(const http::KillWish& wish) {
    std::optional<http::KillView> before;
    for (const http::KillView& k : held())
        if (k.scope == wish.scope && k.value == wish.value) before = k;
    if (!before)
        return no(Refused::Why::not_found, fmt::format("nothing is killed in this scope ({} {})",
                                                       http::text(wish.scope), wish.value));
    Note note("release");
    if (wish.scope == http::KillScope::lp) note.with("lp", wish.value);
    if (wish.scope == http::KillScope::symbol) note.with("symbol", wish.value);
    note.with("first", wish.who).with("second", wish.second).with("why", wish.why);
    if (wish.who == wish.second || wish.second.empty())
        return no(Refused::Why::wrong, "it takes two people: `who` and `second`, not the same one");
    const auto seq = service_->note(note);
    if (!seq) return no(Refused::Why::unavailable, seq.error().text());
    if (const auto durable = service_->journal().wait(*seq, journal::Journal::When::urgent);
        !durable)
        return no(Refused::Why::unavailable, durable.error().text());
    for (const http::KillView& k : held())
        if (k.scope == wish.scope && k.value == wish.value)
            return no(Refused::Why::conflict,
                      "it was not released: " + service_->health().last_problem);
    before->active = false;
    before->released = service_->health().last_at;
    before->released_by = wish.who;
    before->released_second = wish.second;
    before->released_why = wish.why;
    return *before;
}

std::vector<http::KillView> DeskSource::held() {
    std::vector<http::KillView> all = kills();
    std::erase_if(all, [](const http::KillView& k) { return !k.active; });
    return all;
}

// What holds is the gate's to say; who and why of what is over stands in the book.
std::vector<http::KillView> DeskSource::kills() {
    auto told = asked(*service_, [this](SessionDesk& d) {
        std::vector<http::KillView> all = stops_->all();
        std::set<std::pair<http::KillScope, std::string>> holds;
        for (const auto& s : d.desk().router().gate().stops()) {
            if (s.stop != route::Stop::killed) continue;
            http::KillView v;
            v.scope = s.scope.lp                ? http::KillScope::lp
                      : !s.scope.symbol.empty() ? http::KillScope::symbol
                                                : http::KillScope::all;
            v.value = s.scope.lp ? d.config().desk.router.lps[s.scope.lp->number] : s.scope.symbol;
            holds.emplace(v.scope, v.value);
            if (std::any_of(all.begin(), all.end(), [&](const auto& k) {
                    return k.active && k.scope == v.scope && k.value == v.value;
                }))
                continue;
            // By the gate itself, at an overfill, or before there was a book.
            v.id = static_cast<std::uint64_t>(s.at.ns);
            v.who = s.who;
            v.why = s.why;
            v.at = s.at;
            all.push_back(std::move(v));
        }
        for (http::KillView& k : all) k.active = holds.contains({k.scope, k.value}) && k.active;
        std::stable_sort(all.begin(), all.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        return all;
    });
    return told.value_or(std::vector<http::KillView>{});
}

std::vector<http::UnsettledView> DeskSource::unsettled() {
    auto told = asked(*service_, [](SessionDesk& d) {
        std::vector<http::UnsettledView> all;
        const route::Router& router = d.desk().router();
        for (const auto& [id, p] : router.parents())
            for (const route::ChildId number : p.children) {
                const route::Child* c = router.child(number);
                if (c == nullptr || !unsettled_child(*c)) continue;
                http::UnsettledView v;
                v.child = c->id.number;
                v.parent = id;
                v.cl_ord_id = cl_ord_id_of(c->id);
                v.lp = d.config().desk.router.lps[c->lp.number];
                v.symbol = p.order.symbol;
                v.state = route::text(c->state);
                v.side = c->side;
                v.qty = c->qty;
                v.cum_qty = c->cum;
                v.open_qty = c->exposure();
                v.owed = c->owed > Qty{};
                v.since = v.owed ? c->ended_at : c->timed_out_at;
                all.push_back(std::move(v));
            }
        std::stable_sort(all.begin(), all.end(),
                         [](const auto& a, const auto& b) { return a.since < b.since; });
        return all;
    });
    return told.value_or(std::vector<http::UnsettledView>{});
}

Answer<http::ChildView> DeskSource::settle(const http::SettleWish& wish) {
    using Seen = std::pair<std::optional<http::ChildView>, bool>;  // and whether it is open
    const auto look = [&] {
        return asked(*service_, [id = wish.child](SessionDesk& d) -> Seen {
            const route::Child* c = d.desk().router().child({id});
            if (c == nullptr) return {};
            return {view_of(d, sessions_seen(d), *c), unsettled_child(*c)};
        });
    };
    const auto before = look();
    if (!before) return busy();
    if (!before->first)
        return no(Refused::Why::not_found, fmt::format("no child {} is known", wish.child));
    if (!before->second)
        return no(Refused::Why::conflict,
                  fmt::format("child {} is {}; only what is UNKNOWN or owed is settled by people",
                              wish.child, before->first->state));
    Note note("settle");
    note.with("child", std::to_string(wish.child));
    if (wish.filled) note.with("filled", to_text(*wish.filled));
    if (wish.price) note.with("price", to_text(*wish.price));
    note.with("first", wish.who).with("second", wish.second).with("why", wish.why);
    const auto seq = service_->note(note);
    if (!seq) return no(Refused::Why::unavailable, seq.error().text());
    if (const auto durable = service_->journal().wait(*seq, journal::Journal::When::urgent);
        !durable)
        return no(Refused::Why::unavailable, durable.error().text());
    const auto after = look();
    if (!after) return busy();
    if (after->second || !after->first)
        return no(Refused::Why::conflict, "it was not settled: " + service_->health().last_problem);
    return *after->first;
}

Answer<http::Rows<http::RejectionView>> DeskSource::rejections(const http::RejectionsWish& wish) {
    if (history_ == nullptr) return keeps_no_history();
    auto page = history_->rejections({.session = wish.session.value_or(""),
                                      .from = wish.from,
                                      .to = wish.to,
                                      .limit = static_cast<std::uint32_t>(wish.paging.limit),
                                      .cursor = wish.paging.cursor});
    if (!page) return no(Refused::Why::wrong_query, page.error().text());
    http::Rows<http::RejectionView> rows;
    rows.next_cursor = page->next;
    for (history::RejectionRow& r : page->rows)
        rows.rows.push_back({static_cast<std::uint64_t>(r.seq), r.at, std::move(r.session),
                             std::move(r.cl_ord_id), std::move(r.symbol), std::move(r.text), r.side,
                             r.qty});
    return rows;
}

http::ConfigView DeskSource::config() {
    http::ConfigView v{config_->version(), config_->toml(), {}};
    for (const Override& o : settings_->overrides)
        v.overrides.push_back({o.key, o.value, o.option});
    return v;
}

Answer<http::ReloadView> DeskSource::reload(const http::ReloadWish& wish) {
    if (!reload_) return no(Refused::Why::unavailable, "this desk has no file to read anew");
    return reload_(wish);
}

}  // namespace assay::desk
