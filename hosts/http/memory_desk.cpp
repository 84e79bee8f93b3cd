#include "hosts/http/memory_desk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "core/units/symbol.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::int64_t kStart = 1'772'461'800'000'000'000;  // 2026-03-02T14:30:00Z
constexpr std::array<const char*, 4> kLps = {"LP_A", "LP_B", "LP_C", "LP_D"};
constexpr std::array<const char*, 3> kProfiles = {"all-in", "balanced", "note4"};
constexpr std::array<const char*, 3> kSymbols = {"ACME", "EUR/USD", "XYZ"};
constexpr std::array<const char*, 7> kSizes = {"<0.5x", "0.5-1x",  "1-2x",   "2-5x",
                                               ">=5x",  "odd lot", "unknown"};
constexpr std::array<const char*, 4> kPolicies = {"split", "primary", "probe_then_split",
                                                  "round_robin"};
constexpr std::array<const char*, 3> kKpis = {"fill_rate", "latency_ms", "price_improvement_bps"};

template <class Names>
bool among(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
std::unexpected<Refused> refused(Refused::Why why, T&& text, std::vector<FieldError> fields = {}) {
    return std::unexpected(Refused{why, std::forward<T>(text), std::move(fields)});
}
std::unexpected<Refused> no_such(std::string_view what, std::string_view name) {
    return refused(Refused::Why::not_found, fmt::format("No {} is called \"{}\"", what, name));
}

// Rows from the one the cursor counts to; each has been filtered already.
template <class T>
Answer<Rows<T>> paged(std::vector<T> all, const Paging& paging) {
    std::size_t from = 0;
    const char* end = paging.cursor.data() + paging.cursor.size();
    if (!paging.cursor.empty()) {
        const auto read = std::from_chars(paging.cursor.data(), end, from);
        if (read.ec != std::errc{} || read.ptr != end || from > all.size())
            return refused(Refused::Why::wrong_query, "cursor: it is not of an earlier answer",
                           {{"cursor", "it is not of an earlier answer"}});
    }
    Rows<T> rows;
    const std::size_t to = std::min(all.size(), from + paging.limit);
    for (std::size_t i = from; i < to; ++i) rows.rows.push_back(std::move(all[i]));
    if (to < all.size()) rows.next_cursor = std::to_string(to);
    return rows;
}

bool terminal(const std::string& state) {
    return state == "filled" || state == "canceled" || state == "expired" || state == "rejected";
}

}  // namespace

MemoryDesk::MemoryDesk(EventHub* hub) : hub_(hub) {}

Nanos MemoryDesk::tick() {
    return {kStart + 1'000'000 * ++now_};
}

VersionView MemoryDesk::version() {
    return {"0.0.0", "testkit", "paper", 12'345'678'901'234'567'890u, 1, {kStart}};
}

StatusView MemoryDesk::status() {
    StatusView status;
    status.mode = "paper";
    status.at = {kStart + 1'000'000 * now_};
    for (const char* lp : kLps)
        status.sessions.push_back({fmt::format("DESK-{}", lp), lp, "up", {kStart}, 17, 23});
    status.journal = {.next_seq = static_cast<std::uint64_t>(now_) + 1,
                      .durable_seq = static_cast<std::uint64_t>(now_) + 1,
                      .entries = static_cast<std::uint64_t>(now_),
                      .bytes = static_cast<std::uint64_t>(now_) * 100,
                      .waiting_bytes = 0,
                      .longest_write = {1'500'000},
                      .failed = {}};
    status.queues = {{"kernel", 0, 65'536, 0}, {"history", 3, 65'536, 0}};
    status.lag = {120'000};
    status.step = "live";
    status.steps = {{"balanced", "ACME", "live", {kStart}}};
    for (const auto& [id, parent] : parents_) status.parents_open += !terminal(parent.state);
    status.killed = stopped(KillScope::all, "");
    for (const KillView& k : kills_)
        if (k.active) status.stops.push_back(k);
    return status;
}

std::vector<LpView> MemoryDesk::lps() {
    std::vector<LpView> lps;
    for (const char* name : kLps) {
        LpView lp;
        lp.name = name;
        lp.session = "up";
        lp.killed = stopped(KillScope::lp, name) || stopped(KillScope::all, "");
        if (lp.killed) lp.stopped = "killed by a person";
        lp.breaker = "closed";
        lp.open_qty = Qty{};
        for (const auto& [id, child] : children_) lp.orders_today += child.lp == name;
        lps.push_back(std::move(lp));
    }
    return lps;
}

std::vector<ProfileView> MemoryDesk::profiles() {
    std::vector<ProfileView> profiles;
    for (const char* name : kProfiles)
        profiles.push_back({name, "lcb", {{"fill_rate", 0.4}, {"latency", 0.2}, {"impact", 0.4}}});
    return profiles;
}

Answer<RankingView> MemoryDesk::ranking(const RankingWish& wish) {
    if (!among(kProfiles, wish.profile)) return no_such("profile", wish.profile);
    if (!among(kSymbols, wish.symbol)) return no_such("symbol", wish.symbol);
    RankingView page;
    page.profile = wish.profile;
    page.symbol = wish.symbol;
    page.rank_by = "lcb";
    page.size = wish.size.value_or(6);
    page.size_name = kSizes[page.size];
    page.regime = wish.regime.value_or("normal");
    page.epoch = 1;
    page.sequence = sequence_;
    page.as_of = {kStart + 1'000'000 * now_};
    page.age = {2'500'000};
    page.config_version = version().config_version;
    page.priors_version = 3;
    page.p_leader = {0.83};
    for (std::uint32_t i = 0; i < kLps.size(); ++i) {
        RankingRow row;
        row.lp = kLps[i];
        const bool last = i + 1 == kLps.size();
        if (!last) row.rank = i + 1;
        row.gate = last ? "too few orders" : "open";
        row.insufficient = last;
        row.composite = {92.5 - 2.25 * i};
        row.sd = last ? Known{std::nullopt, "no orders of this size"} : Known{1.0 + 0.5 * i};
        row.lcb = last ? Known{std::nullopt, "no orders of this size"}
                       : Known{*row.composite.value - *row.sd.value};
        row.n_eff = {last ? 0.5 : 400.0 / (i + 1)};
        row.n_eff_lp = {row.n_eff.value.value() * 5};
        row.values = {{"fill_rate", {0.95 - 0.05 * i}}, {"latency_ms", {2.0 + i}}};
        page.rows.push_back(std::move(row));
    }
    return page;
}

Answer<Rows<RankingView>> MemoryDesk::scores(const std::optional<std::string>& symbol,
                                             const std::optional<std::string>& profile,
                                             const Paging& paging) {
    if (profile && !among(kProfiles, *profile)) return no_such("profile", *profile);
    if (symbol && !among(kSymbols, *symbol)) return no_such("symbol", *symbol);
    std::vector<RankingView> pages;
    for (const char* p : kProfiles)
        for (const char* s : kSymbols)
            if ((!profile || *profile == p) && (!symbol || *symbol == s))
                pages.push_back(*ranking({p, s, {}, {}}));
    return paged(std::move(pages), paging);
}

Answer<Rows<SymbolView>> MemoryDesk::symbols(const Paging& paging) {
    std::vector<SymbolView> symbols;
    for (const char* name : kSymbols) {
        SymbolView symbol;
        symbol.symbol = name;
        symbol.regime = "normal";
        symbol.currency = "USD";
        symbol.shard = shard_of(name);
        if (symbol.symbol != "XYZ") {
            symbol.bid = 100.00_px;
            symbol.ask = 100.02_px;
            symbol.bid_qty = 300_qty;
            symbol.ask_qty = 500_qty;
            symbol.quote_at = Nanos{kStart};
        }
        symbols.push_back(std::move(symbol));
    }
    return paged(std::move(symbols), paging);
}

Answer<Rows<ParentView>> MemoryDesk::parents(const std::optional<std::string>& state,
                                             const Paging& paging) {
    std::vector<ParentView> rows;
    for (const auto& [id, parent] : parents_)
        if (!state || parent.state == *state) rows.push_back(parent);
    return paged(std::move(rows), paging);
}

Answer<ParentView> MemoryDesk::parent(std::uint64_t id) {
    const auto found = parents_.find(id);
    if (found == parents_.end()) return no_such("parent", std::to_string(id));
    return found->second;
}

Answer<std::vector<ChildView>> MemoryDesk::children(std::uint64_t parent) {
    if (!parents_.contains(parent)) return no_such("parent", std::to_string(parent));
    std::vector<ChildView> rows;
    for (const auto& [id, child] : children_)
        if (child.parent == parent) rows.push_back(child);
    return rows;
}

Answer<Submitted> MemoryDesk::submit(const SubmitWish& wish) {
    if (const auto taken = taken_.find(wish.cl_ord_id); taken != taken_.end()) {
        if (taken->second.first == wish) return Submitted{parents_.at(taken->second.second), true};
        return refused(Refused::Why::conflict,
                       fmt::format("cl_ord_id \"{}\" was used for another order, parent {}",
                                   wish.cl_ord_id, taken->second.second));
    }
    std::vector<FieldError> wrong;
    if (!among(kSymbols, wish.symbol))
        wrong.push_back({"symbol", fmt::format("\"{}\" is not known", wish.symbol)});
    if (wish.profile && !among(kProfiles, *wish.profile))
        wrong.push_back({"profile", fmt::format("\"{}\" is none of {}", *wish.profile,
                                                fmt::join(kProfiles, ", "))});
    if (wish.policy && !among(kPolicies, *wish.policy))
        wrong.push_back({"policy", fmt::format("\"{}\" is none of {}", *wish.policy,
                                               fmt::join(kPolicies, ", "))});
    if (wish.qty > 1'000'000_qty) wrong.push_back({"qty", "the limit parent_qty is 1000000"});
    if (!wrong.empty()) return refused(Refused::Why::wrong, "The order is not taken", wrong);
    for (const auto& [scope, value] :
         {std::pair{KillScope::all, std::string()}, std::pair{KillScope::symbol, wish.symbol}})
        if (stopped(scope, value))
            return refused(Refused::Why::conflict, "It is killed; two people must release it");
    ParentView parent;
    parent.id = next_parent_++;
    parent.cl_ord_id = wish.cl_ord_id;
    parent.symbol = wish.symbol;
    parent.side = wish.side;
    parent.qty = parent.leaves_qty = wish.qty;
    parent.lot = wish.lot.value_or(100_qty);
    parent.limit = wish.limit;
    parent.profile = wish.profile.value_or("balanced");
    parent.policy = wish.policy.value_or("split");
    parent.fallback = wish.fallback.value_or("hold");
    parent.state = "working";
    parent.received = tick();
    parent.starts = wish.starts.value_or(parent.received);
    parent.ends = wish.ends.value_or(parent.starts + wish.window.value_or(kHour));
    parent.avg_px = parent.shortfall_bps = {std::nullopt, "nothing is filled"};
    parent.vwap_slippage_bps = {std::nullopt, "nothing traded in the market"};
    taken_.emplace(wish.cl_ord_id, std::pair(wish, parent.id));
    publish(parent);
    ParentView& kept = parents_.emplace(parent.id, std::move(parent)).first->second;
    route(kept);
    return Submitted{kept};
}

// One round: the best LP fills half of it.
void MemoryDesk::route(ParentView& parent) {
    ChildView child;
    child.id = next_child_++;
    child.parent = parent.id;
    child.decision = child.id;
    child.cl_ord_id = fmt::format("D1-{}", child.id);
    child.lp = kLps[0];
    child.symbol = parent.symbol;
    child.side = parent.side;
    child.kind = "take";
    child.state = "filled";
    child.qty = child.cum_qty = Qty{(parent.qty.micro + 1) / 2};
    child.limit = parent.limit;
    child.avg_px = {100.02};
    child.latency_ms = {2.0};
    child.sent = tick();
    child.ended = tick();
    DecisionView decision;
    decision.id = child.decision;
    decision.parent = parent.id;
    decision.at = child.sent;
    decision.symbol = parent.symbol;
    decision.policy = parent.policy;
    decision.profile = parent.profile;
    decision.regime = "normal";
    decision.step = "live";
    decision.side = parent.side;
    decision.bid = 100.00_px;
    decision.ask = 100.02_px;
    decision.page_version = sequence_;
    decision.chance = {1.0};
    decision.candidates = {{kLps[0], "", 1, {0.02}, {2.0}, {400.0}, {}},
                           {kLps[3], "too few orders", {}, {}, {}, {0.5}, {}}};
    decision.children = {{child.lp, child.kind, child.qty, 100.02_px, {}, {0.95}, {2.0}, {0.4}}};
    decision.predicted_lots = {1.0};
    decision.filled_lots = {1.0};
    decision.words = "LP_A is first by lcb";
    parent.cum_qty = child.cum_qty;
    parent.leaves_qty = parent.qty - parent.cum_qty;
    parent.avg_px = {100.02};
    parent.shortfall_bps = {0.9999};
    parent.children = 1;
    if (parent.leaves_qty == Qty{}) {
        parent.state = "filled";
        parent.ended = child.ended;
    }
    executions_.push_back({fmt::format("E{}", next_exec_++),
                           "fill",
                           child.lp,
                           child.symbol,
                           child.cl_ord_id,
                           *child.ended,
                           parent.id,
                           child.id,
                           child.side,
                           child.cum_qty,
                           100.02_px,
                           {0.0},
                           {1.9998},
                           {std::nullopt, "no_capture_clock"}});
    if (hub_) hub_->publish(Topic::orders, child.cl_ord_id, child.symbol, json_of(child));
    decisions_.emplace(decision.id, std::move(decision));
    children_.emplace(child.id, std::move(child));
    publish(parent);
}

void MemoryDesk::publish(const ParentView& parent) {
    if (hub_) hub_->publish(Topic::orders, parent.cl_ord_id, parent.symbol, json_of(parent));
}

Answer<ParentView> MemoryDesk::cancel(std::uint64_t id) {
    const auto found = parents_.find(id);
    if (found == parents_.end()) return no_such("parent", std::to_string(id));
    ParentView& parent = found->second;
    if (terminal(parent.state))
        return refused(Refused::Why::conflict,
                       fmt::format("Parent {} is {} already", id, parent.state));
    parent.state = "canceled";
    parent.stop_reason = "a cancel was asked for";
    parent.leaves_qty = {};
    parent.ended = tick();
    publish(parent);
    return parent;
}

Answer<DecisionView> MemoryDesk::decision(std::uint64_t id) {
    const auto found = decisions_.find(id);
    if (found == decisions_.end()) return no_such("decision", std::to_string(id));
    return found->second;
}

Answer<Rows<ChildView>> MemoryDesk::orders(const OrdersWish& wish) {
    std::vector<ChildView> rows;
    for (const auto& [id, child] : children_)
        if ((!wish.lp || child.lp == *wish.lp) && (!wish.state || child.state == *wish.state) &&
            (!wish.symbol || child.symbol == *wish.symbol))
            rows.push_back(child);
    return paged(std::move(rows), wish.paging);
}

Answer<Rows<ExecutionView>> MemoryDesk::executions(const ExecutionsWish& wish) {
    std::vector<ExecutionView> rows;
    for (const ExecutionView& e : executions_)
        if ((!wish.lp || e.lp == *wish.lp) && (!wish.symbol || e.symbol == *wish.symbol) &&
            (!wish.parent || e.parent == *wish.parent) && (!wish.from || e.at >= *wish.from) &&
            (!wish.to || e.at < *wish.to))
            rows.push_back(e);
    if (wish.newest_first) std::ranges::reverse(rows);
    return paged(std::move(rows), wish.paging);
}

Answer<SeriesView> MemoryDesk::series(const SeriesWish& wish) {
    if (!among(kKpis, wish.kpi)) return no_such("KPI", wish.kpi);
    SeriesView series{wish.kpi, "1", wish.by.value_or(""), wish.step.value_or(kMinute), {}};
    for (int i = 0; i < 3; ++i) {
        const bool none = i == 2;
        series.points.push_back({{kStart + i * series.step.ns},
                                 wish.by ? kLps[0] : "",
                                 none ? Known{std::nullopt, "no orders"} : Known{0.9 + 0.01 * i},
                                 none ? 0.0 : 12.0});
    }
    return series;
}

HealthView MemoryDesk::health() {
    HealthView health;
    const auto n = static_cast<std::uint64_t>(now_);
    health.bytes_read = 100 * n + 40;
    health.bytes_messages = 100 * n;
    health.bytes_dead = 40;
    health.messages_read = n + 1;
    health.messages_applied = n;
    health.messages_dead = 1;
    health.dead_letters = {{{kStart}, "DESK-LP_A", "checksum 12, expected 13", "8=FIX.4.4|<b>"}};
    return health;
}

bool MemoryDesk::stopped(KillScope scope, std::string_view value) const {
    return std::any_of(kills_.begin(), kills_.end(), [&](const KillView& k) {
        return k.active && k.scope == scope && k.value == value;
    });
}

Answer<KillView> MemoryDesk::kill(const KillWish& wish) {
    const std::string field = "value";
    if ((wish.scope == KillScope::lp && !among(kLps, wish.value)) ||
        (wish.scope == KillScope::symbol && !among(kSymbols, wish.value)))
        return refused(Refused::Why::wrong, fmt::format("\"{}\" is not known", wish.value),
                       {{field, "it is not known"}});
    for (const KillView& kill : kills_)  // again: it stays as it is
        if (kill.active && kill.scope == wish.scope && kill.value == wish.value) {
            KillView again = kill;
            again.again = true;
            return again;
        }
    KillView kill;
    kill.id = next_kill_++;
    kill.scope = wish.scope;
    kill.value = wish.value;
    kill.who = wish.who;
    kill.why = wish.why;
    kill.at = tick();
    kills_.push_back(kill);
    return kill;
}

Answer<KillView> MemoryDesk::release(const KillWish& wish) {
    for (KillView& kill : kills_) {
        if (!kill.active || kill.scope != wish.scope || kill.value != wish.value) continue;
        kill.active = false;
        kill.released = tick();
        kill.released_by = wish.who;
        kill.released_second = wish.second;
        kill.released_why = wish.why;
        return kill;
    }
    return refused(Refused::Why::conflict, "Nothing is killed in this scope");
}

void MemoryDesk::make_unknown(std::uint64_t child) {
    ChildView& c = children_.at(child);
    c.state = "unknown";
    c.cum_qty = {};
    c.leaves_qty = c.qty;
}

std::vector<UnsettledView> MemoryDesk::unsettled() {
    std::vector<UnsettledView> all;
    for (const auto& [id, c] : children_)
        if (c.state == "unknown")
            all.push_back({id, c.parent, c.cl_ord_id, c.lp, c.symbol, c.state, c.side, c.qty,
                           c.cum_qty, c.leaves_qty, false, c.sent});
    return all;
}

Answer<ChildView> MemoryDesk::settle(const SettleWish& wish) {
    const auto found = children_.find(wish.child);
    if (found == children_.end()) return no_such("child", std::to_string(wish.child));
    ChildView& c = found->second;
    if (c.state != "unknown")
        return refused(Refused::Why::conflict,
                       fmt::format("child {} is {}; only what is UNKNOWN or owed is settled",
                                   wish.child, c.state));
    if (wish.filled && *wish.filled > c.qty)
        return refused(Refused::Why::conflict, "it was sent less than that");
    c.cum_qty = wish.filled.value_or(c.cum_qty);
    c.leaves_qty = {};
    c.state = c.cum_qty == c.qty ? "filled" : "canceled";
    c.ended = tick();
    return c;
}

Answer<Rows<RejectionView>> MemoryDesk::rejections(const RejectionsWish& wish) {
    RejectionView v;
    v.entry = 1;
    v.at = Nanos{kStart};
    v.session = "OMS";
    v.cl_ord_id = "C-0";
    v.symbol = "ACME";
    v.side = Side::buy;
    v.text = "tag 38 is missing";
    std::vector<RejectionView> rows;
    if ((!wish.session || *wish.session == v.session) && (!wish.from || v.at >= *wish.from) &&
        (!wish.to || v.at < *wish.to))
        rows.push_back(std::move(v));
    return paged(std::move(rows), wish.paging);
}

Answer<ReloadView> MemoryDesk::reload(const ReloadWish& wish) {
    const std::uint64_t now = version().config_version;
    return ReloadView{now, now, tick(), wish.who, wish.why, {}};
}

ConfigView MemoryDesk::config() {
    return {version().config_version, "[desk]\nmode = \"paper\"\n"};
}

std::vector<MetricRow> MemoryDesk::metrics() {
    return {{MetricRow::Kind::counter,
             "exec_fills_total",
             "Fills by LP",
             {{"lp", "LP_A"}},
             static_cast<double>(executions_.size())}};
}

}  // namespace assay::http
