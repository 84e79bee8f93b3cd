#include "hosts/cli/watch_source.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace assay::cli {

namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostParents = 20, kMostExecutions = 60;
constexpr std::int64_t kLookBack = 60 * kSecond.ns;  // for executions, at the first look
// The history sums a KPI up over the whole day, which need not be asked for with every frame.
constexpr std::chrono::seconds kSeriesEvery{5};
constexpr std::chrono::milliseconds kRateOver{2'000};

std::optional<double> number(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_number() ? std::optional(it->get<double>()) : std::nullopt;
}
std::optional<std::uint64_t> whole(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_number_unsigned() ? std::optional(it->get<std::uint64_t>())
                                                     : std::nullopt;
}
std::string text(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_string() ? it->get<std::string>() : std::string();
}
Nanos time(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_number_integer() ? Nanos{it->get<std::int64_t>()} : kNever;
}
const Json& rows(const Json& j) {
    static const Json kNone = Json::array();
    const auto it = j.find("rows");
    return it != j.end() && it->is_array() ? *it : kNone;
}
// A name within a path or a query.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}
bool terminal_state(std::string_view state) {
    return state == "filled" || state == "canceled" || state == "rejected" || state == "expired";
}

}  // namespace

class WatchSource::Impl {
  public:
    explicit Impl(WatchWish w) : wish(std::move(w)), client(wish.access.url) {
        client.set_connection_timeout(1);
        client.set_read_timeout(2);
        client.set_keep_alive(true);
        wish.access.prepare(client);
        now.url = wish.access.url;
    }

    // Null where it does not answer, or answers with an error.
    Json get(const std::string& path) {
        const auto got = client.Get(path);
        if (!got) {
            now.trouble = wish.access.nobody(got.error());
            return nullptr;
        }
        if (got->status == 401) {
            now.trouble = fmt::format("The desk at {} wants to know who you are: --token FILE",
                                      wish.access.url);
            return nullptr;
        }
        Json body = Json::parse(got->body, nullptr, false);
        return got->status == 200 && body.is_object() ? body : Json(nullptr);
    }

    void look();
    void status(const Json& j);
    void choose(const Json& symbols);
    void league(const Json& ranking, const Json& lps);
    void parents();
    void executions();
    void rate(const Json& health);
    void spreads();

    WatchWish wish;
    httplib::Client client;
    Watched now;
    std::vector<std::string> symbol_names, profile_names;
    std::map<std::string, double> spread;  // by LP
    std::string spread_of;
    Clock::time_point spread_at{};
    std::set<std::string> working;     // ids that were under way at the last look
    std::deque<Watched::Parent> over;  // newest first
    Nanos executions_from{kNever};
    std::deque<Watched::Execution> seen;                       // newest first
    std::deque<std::pair<Clock::time_point, double>> counted;  // messages read
};

void WatchSource::Impl::status(const Json& j) {
    now.at = time(j, "at_ns");
    now.mode = text(j, "mode");
    now.killed = j.value("killed", false);
    now.stops.clear();
    for (const Json& s : j.value("stops", Json::array()))
        if (const std::string scope = text(s, "scope"); scope != "all")
            now.stops.push_back((scope == "symbol" ? "" : scope + " ") + text(s, "value"));
    now.step = text(j, "step");
    now.step_reason = text(j, "step_reason");
    now.lag_s = number(j, "lag_s");
    now.parents_open = whole(j, "parents_open");
    now.children_open = whole(j, "children_open");
    now.children_unknown = whole(j, "children_unknown");
    now.sessions.clear();
    for (const Json& s : j.value("sessions", Json::array()))
        now.sessions.push_back({text(s, "name"), text(s, "state")});
    const Json journal = j.value("journal", Json::object());
    const auto next = whole(journal, "next_seq"), durable = whole(journal, "durable_seq");
    now.journal_behind =
        next && durable && *next > *durable ? std::optional(*next - 1 - *durable) : std::nullopt;
    now.journal_waiting = whole(journal, "waiting_bytes");
    now.journal_failed = text(journal, "failed");
    now.queue = now.queue_capacity = std::nullopt;
    for (const Json& q : j.value("queues", Json::array())) {
        now.queue = whole(q, "length");
        now.queue_capacity = whole(q, "capacity");
    }
}

void WatchSource::Impl::choose(const Json& symbols) {
    symbol_names.clear();
    for (const Json& s : rows(symbols)) symbol_names.push_back(text(s, "symbol"));
    if (wish.symbol.empty() && !now.parents.empty()) wish.symbol = now.parents.front().symbol;
    const std::string shown = !wish.symbol.empty()    ? wish.symbol
                              : !symbol_names.empty() ? symbol_names.front()
                                                      : std::string();
    if (shown != now.symbol) now.lps.clear();
    now.symbol = shown;
    now.bid = now.ask = std::nullopt;
    now.regime.clear();
    for (const Json& s : rows(symbols)) {
        if (text(s, "symbol") != now.symbol) continue;
        now.bid = number(s, "bid");
        now.ask = number(s, "ask");
        now.regime = text(s, "regime");
    }
}

void WatchSource::Impl::spreads() {
    const auto at = Clock::now();
    if (now.symbol.empty() || (spread_of == now.symbol && at - spread_at < kSeriesEvery)) return;
    spread_of = now.symbol;
    spread_at = at;
    spread.clear();
    const Json j = get(fmt::format(
        "/api/v1/series/effective_spread_bps?by=lp&step=604800&symbol={}", escaped(now.symbol)));
    if (!j.is_object()) return;
    for (const Json& p : j.value("points", Json::array()))
        if (const auto value = number(p, "value")) spread[text(p, "key")] = *value;
}

void WatchSource::Impl::league(const Json& ranking, const Json& lps) {
    now.rank_by = text(ranking, "rank_by");
    now.lps.clear();
    for (const Json& r : rows(ranking)) {
        Watched::Lp lp;
        lp.name = text(r, "lp");
        lp.gate = text(r, "gate");
        lp.rank = whole(r, "rank");
        lp.score = number(r, "composite");
        lp.sd = number(r, "sd");
        lp.fill_rate = number(r, "fill_rate");
        lp.latency_ms = number(r, "latency_ms");
        lp.n_eff = number(r, "n_eff_lp");
        if (const auto it = spread.find(lp.name); it != spread.end())
            lp.effective_spread_bps = it->second;
        now.lps.push_back(std::move(lp));
    }
    for (const Json& l : rows(lps)) {
        const std::string name = text(l, "lp");
        auto it = std::find_if(now.lps.begin(), now.lps.end(),
                               [&](const auto& lp) { return lp.name == name; });
        // It can be sent to, and nothing is known of it yet.
        if (it == now.lps.end()) {
            now.lps.emplace_back().name = name;
            it = now.lps.end() - 1;
        }
        it->open_qty = number(l, "open_qty");
        if (!l.value("enabled", true))
            it->stopped = "switched off";
        else if (l.value("killed", false))
            it->stopped = "killed";
        else if (text(l, "session") != "up")
            it->stopped = "session " + text(l, "session");
        else if (const std::string breaker = text(l, "breaker");
                 !breaker.empty() && breaker != "closed")
            it->stopped = fmt::format("breaker {}", breaker);
        else if (l.value("halted", false))
            it->stopped = "halted";
    }
    std::stable_sort(now.lps.begin(), now.lps.end(), [](const auto& a, const auto& b) {
        return a.rank.value_or(UINT64_MAX) < b.rank.value_or(UINT64_MAX);
    });
}

Watched::Parent parent_of(const Json& j) {
    Watched::Parent p;
    p.id = text(j, "id");
    p.cl_ord_id = text(j, "cl_ord_id");
    p.symbol = text(j, "symbol");
    p.side = text(j, "side");
    p.state = text(j, "state");
    p.held = text(j, "held");
    p.qty = number(j, "qty").value_or(0);
    p.cum_qty = number(j, "cum_qty").value_or(0);
    p.avg_px = number(j, "avg_px");
    p.shortfall_bps = number(j, "shortfall_bps");
    p.over = terminal_state(p.state);
    return p;
}

void WatchSource::Impl::parents() {
    now.parents.clear();
    std::set<std::string> open;
    for (const char* state : {"received", "working", "stopping"}) {
        const Json j = get(fmt::format("/api/v1/parents?limit=100&state={}", state));
        if (!j.is_object()) return;
        for (const Json& row : rows(j)) {
            now.parents.push_back(parent_of(row));
            open.insert(now.parents.back().id);
        }
    }
    std::sort(now.parents.begin(), now.parents.end(), [](const auto& a, const auto& b) {
        return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
    });
    if (now.parents.size() > kMostParents) now.parents.resize(kMostParents);
    for (Watched::Parent& p : now.parents) {
        std::map<std::string, double> at;
        const Json children = get(fmt::format("/api/v1/parents/{}/children", p.id));
        for (const Json& c : children.is_object() ? rows(children) : Json::array())
            if (!terminal_state(text(c, "state")))
                at[text(c, "lp")] += number(c, "leaves_qty").value_or(0);
        for (const auto& [lp, qty] : at) p.out.push_back({lp, qty});
    }
    // What was under way at the last look and no longer is, as it ended.
    for (const std::string& id : working) {
        if (open.contains(id)) continue;
        const Json j = get(fmt::format("/api/v1/parents/{}", id));
        if (j.is_object()) over.push_front(parent_of(j));
    }
    working = std::move(open);
    if (over.size() > kMostParents) over.resize(kMostParents);
    now.parents.insert(now.parents.end(), over.begin(), over.end());
}

void WatchSource::Impl::executions() {
    if (!known(executions_from)) {
        if (!known(now.at)) return;
        executions_from = {now.at.ns - kLookBack};
    }
    const Json j = get(fmt::format("/api/v1/executions?limit=1000&from={}", executions_from.ns));
    if (!j.is_object()) return;
    for (const Json& row : rows(j)) {
        const Nanos at = time(row, "at_ns");
        executions_from = {at.ns + 1};
        const std::string type = text(row, "exec_type");
        if (type != "fill" && type != "bust") continue;
        seen.push_front({at, text(row, "lp"), text(row, "symbol"), text(row, "side"),
                         text(row, "cl_ord_id"), number(row, "last_qty").value_or(0),
                         number(row, "last_px").value_or(0), type == "bust"});
    }
    if (seen.size() > kMostExecutions) seen.resize(kMostExecutions);
    now.executions.assign(seen.begin(), seen.end());
}

void WatchSource::Impl::rate(const Json& health) {
    now.dead = whole(health, "messages_dead");
    now.waiting = whole(health, "messages_waiting");
    now.gaps = whole(health, "gaps");
    const auto read = number(health, "messages_read");
    if (!read) return;
    const auto at = Clock::now();
    counted.emplace_back(at, *read);
    while (counted.size() > 2 && at - counted[1].first >= kRateOver) counted.pop_front();
    const double seconds = std::chrono::duration<double>(at - counted.front().first).count();
    now.messages_per_second = counted.size() > 1 && seconds > 0.1
                                  ? std::optional((*read - counted.front().second) / seconds)
                                  : std::nullopt;
}

void WatchSource::Impl::look() {
    now.trouble.clear();
    const Json state = get("/api/v1/status");
    if (!state.is_object()) {
        if (now.trouble.empty()) now.trouble = "The desk does not say how it is";
        return;
    }
    status(state);
    if (now.version.empty()) {
        const Json version = get("/version");
        if (version.is_object()) {
            now.version = text(version, "version");
            now.run = whole(version, "run");
        }
    }
    if (profile_names.empty()) {
        const Json profiles = get("/api/v1/profiles");
        if (profiles.is_object())
            for (const Json& p : rows(profiles)) profile_names.push_back(text(p, "name"));
        if (wish.profile.empty() && !profile_names.empty()) wish.profile = profile_names.front();
    }
    now.profile = wish.profile;
    parents();
    const Json symbols = get("/api/v1/symbols?limit=1000");
    if (symbols.is_object()) choose(symbols);
    spreads();
    const Json ranking =
        now.symbol.empty() || now.profile.empty()
            ? Json(nullptr)
            : get(fmt::format("/api/v1/rankings/{}/{}", escaped(now.profile), escaped(now.symbol)));
    const Json lps = get("/api/v1/lps");
    league(ranking.is_object() ? ranking : Json::object(), lps.is_object() ? lps : Json::object());
    executions();
    const Json health = get("/api/v1/health");
    if (health.is_object()) rate(health);
}

WatchSource::WatchSource(WatchWish wish) : impl_(std::make_unique<Impl>(std::move(wish))) {}
WatchSource::~WatchSource() = default;

const Watched& WatchSource::look() {
    impl_->look();
    return impl_->now;
}

std::string WatchSource::unknown() const {
    const auto wrong = [](const char* option, const std::string& name,
                          std::vector<std::string> names) {
        constexpr std::size_t kShown = 10;
        const bool more = names.size() > kShown;
        if (more) names.resize(kShown);
        return fmt::format("{}: the desk knows no \"{}\"; it has {}{}", option, name,
                           fmt::join(names, ", "), more ? " and more" : "");
    };
    // A desk that has seen none yet may come to know it.
    const auto there = [](const std::string& name, const std::vector<std::string>& names) {
        return name.empty() || names.empty() ||
               std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!there(impl_->wish.profile, impl_->profile_names))
        return wrong("--profile", impl_->wish.profile, impl_->profile_names);
    if (!there(impl_->wish.symbol, impl_->symbol_names))
        return wrong("--symbol", impl_->wish.symbol, impl_->symbol_names);
    return {};
}

void WatchSource::next_symbol() {
    const auto& names = impl_->symbol_names;
    if (names.empty()) return;
    const auto it = std::find(names.begin(), names.end(), impl_->now.symbol);
    impl_->wish.symbol = it == names.end() || it + 1 == names.end() ? names.front() : *(it + 1);
}

void WatchSource::next_profile() {
    const auto& names = impl_->profile_names;
    if (names.empty()) return;
    const auto it = std::find(names.begin(), names.end(), impl_->wish.profile);
    impl_->wish.profile = it == names.end() || it + 1 == names.end() ? names.front() : *(it + 1);
}

}  // namespace assay::cli
