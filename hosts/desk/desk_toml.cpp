#include "hosts/desk/desk_toml.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

#include "hosts/cli/toml_section.h"

namespace assay::desk {

namespace {

using Kind = TomlNode::Kind;

constexpr Qty kOne{1'000'000};

void read_limits(TomlKeys& keys, const TomlNode& table, route::Limits& l) {
    static constexpr std::string_view kKnown[] = {
        "parent_qty", "child_qty",         "parent_notional",   "child_notional",  "collar_bps",
        "open_qty",   "orders_per_second", "orders_per_parent", "duplicate_window"};
    keys.only(table, kKnown, "limit");
    TomlSection s(keys, table);
    s.qty_if_there("parent_qty", kOne, l.parent_qty);
    s.qty_if_there("child_qty", kOne, l.child_qty);
    s.qty_if_there("open_qty", kOne, l.open_qty);
    double parent = 0, child = 0, rate = 0, orders = 0;
    s.number_if_there("parent_notional", 1, 1e12, parent);
    s.number_if_there("child_notional", 1, 1e12, child);
    s.number_if_there("collar_bps", 0.01, 10'000, l.collar_bps);
    s.number_if_there("orders_per_second", 1, 100'000, rate);
    s.number_if_there("orders_per_parent", 1, 1'000'000, orders);
    s.duration_if_there("duplicate_window", l.duplicate_window);
    l.parent_notional = static_cast<Money>(parent * 1e3) * 1'000'000'000'000;
    l.child_notional = static_cast<Money>(child * 1e3) * 1'000'000'000'000;
    l.orders_per_window = static_cast<int>(rate);
    l.window = kSecond;
    l.orders_per_parent = static_cast<int>(orders);
}

void read_router(TomlKeys& keys, const TomlNode& table, route::RouterConfig& r) {
    static constexpr std::string_view kKnown[] = {
        "time_out",   "unfilled_bps",  "still_open", "p_min",
        "refill",     "cooldown",      "seed",       "sweep_bps_per_sqrt_lot",
        "scores_ttl", "last_good_ttl", "explore",    "explore_budget"};
    keys.only(table, kKnown, "key of the router");
    TomlSection s(keys, table);
    s.duration_if_there("time_out", r.time_out);
    s.number_if_there("unfilled_bps", 0, 1'000, r.terms.unfilled_bps);
    s.number_if_there("still_open", 0, 1, r.terms.still_open);
    s.number_if_there("p_min", 0, 1, r.p_min);
    s.number_if_there("sweep_bps_per_sqrt_lot", 0, 100, r.sweep_bps_per_sqrt_lot);
    s.duration_if_there("refill", r.reroute.refill);
    s.duration_if_there("cooldown", r.reroute.cooldown);
    s.duration_if_there("scores_ttl", r.ladder.ttl);
    s.duration_if_there("last_good_ttl", r.ladder.last_good_ttl);
    double seed = 0;
    s.number_if_there("seed", 0, 1e15, seed);
    r.seed = static_cast<std::uint64_t>(seed);
    static constexpr std::string_view kExplore[] = {"off", "thompson", "menu", "probes"};
    if (const auto how = keys.choice(table, "explore", kExplore))
        r.explore.how = static_cast<route::Explore>(*how);
    s.number_if_there("explore_budget", 0, 1, r.explore.budget);
}

void read_parents(TomlKeys& keys, const TomlNode& table, ParentDefaults& p) {
    static constexpr std::string_view kKnown[] = {
        "window",       "lot",     "tick",      "round_quantity", "min_child",
        "max_child",    "probe",   "round_gap", "urgency",        "participation_cap",
        "max_slip_bps", "profile", "policy",    "at_the_end"};
    keys.only(table, kKnown, "key of parents");
    TomlSection s(keys, table);
    s.duration_if_there("window", p.window);
    s.qty_if_there("lot", kOne, p.lot);
    s.price_if_there("tick", p.tick.nano);
    s.qty_if_there("round_quantity", kOne, p.round_qty);
    s.qty_if_there("min_child", kOne, p.min_child);
    s.qty_if_there("max_child", kOne, p.max_child);
    s.qty_if_there("probe", kOne, p.probe_qty);
    s.duration_if_there("round_gap", p.round_gap);
    s.number_if_there("urgency", 0, 1, p.urgency);
    s.number_if_there("max_slip_bps", 0, 10'000, p.max_slip_bps);
    double cap = 0;
    s.number_if_there("participation_cap", 0.0001, 1, cap);
    if (cap > 0) p.participation_cap = cap;
    s.word_if_there("profile", "the name of a profile", p.profile);
    std::vector<std::string_view> names;
    for (const route::Policy& known : route::policies())
        if (known.use != route::Use::truth) names.push_back(known.name);
    if (const auto chosen = keys.choice(table, "policy", names))
        p.policy = *route::policy_named(names[*chosen]);
    static constexpr std::string_view kEnds[] = {"hold", "sweep"};
    if (const auto end = keys.choice(table, "at_the_end", kEnds))
        p.fallback = *end == 0 ? route::Fallback::hold : route::Fallback::sweep;
}

void read_session(TomlKeys& keys, const TomlNode& node, DeskSettings& d) {
    static constexpr std::string_view kKnown[] = {"role",
                                                  "lp",
                                                  "accept",
                                                  "begin_string",
                                                  "appl_ver",
                                                  "sender",
                                                  "target",
                                                  "host",
                                                  "port",
                                                  "heartbeat",
                                                  "reset_on_logon",
                                                  "accept_reset",
                                                  "username",
                                                  "password",
                                                  "certificate",
                                                  "key",
                                                  "authorities",
                                                  "server_name",
                                                  "starts",
                                                  "ends",
                                                  "private_network",
                                                  "time_digits",
                                                  "kept",
                                                  "reconnect_s",
                                                  "cancel_on_disconnect"};
    static constexpr std::string_view kRoles[] = {"oms", "lp", "drop-copy", "market-data"};
    static constexpr std::string_view kVersions[] = {"FIX.4.2", "FIX.4.4", "FIXT.1.1"};
    if (!keys.is(node, Kind::table, "a section such as [session.LP_A]")) return;
    keys.only(node, kKnown, "key of a session");
    SessionSettings s;
    TomlSection t(keys, node);
    s.info.name = node.key;
    if (s.info.name == "API" || s.info.name.find_first_of("|= \t") != std::string::npos)
        keys.wrong_key(node, fmt::format("\"{}\" cannot be the name of a session: no blanks, | and "
                                         "=, and not API",
                                         s.info.name));
    t.word("role", "one of oms, lp, drop-copy, market-data");
    if (const auto role = keys.choice(node, "role", kRoles)) s.info.role = static_cast<Role>(*role);
    if (const auto version = keys.choice(node, "begin_string", kVersions))
        s.begin_string = kVersions[*version];
    t.word_if_there("appl_ver", "the ApplVerID, as 9 for FIX 5.0 SP2", s.appl_ver);
    if (s.begin_string == "FIXT.1.1" && s.appl_ver.empty()) s.appl_ver = "9";
    s.sender = t.word("sender", "our CompID in quotes");
    s.target = t.word("target", "the counterparty's CompID in quotes");
    t.yes_if_there("accept", s.accepts);
    t.word_if_there("host", "a host name or address in quotes", s.host);
    double port = 0, heartbeat = s.heartbeat_s;
    t.number("port", 0, 65'535, port);
    t.number_if_there("heartbeat", 1, 3'600, heartbeat);
    s.port = static_cast<std::uint16_t>(port);
    s.heartbeat_s = static_cast<int>(heartbeat);
    t.yes_if_there("reset_on_logon", s.reset_on_logon);
    t.yes_if_there("accept_reset", s.accept_reset);
    t.yes_if_there("cancel_on_disconnect", s.info.cancel_on_disconnect);
    if (s.info.cancel_on_disconnect && s.info.role != Role::oms)
        keys.wrong_key(node,
                       "cancel_on_disconnect is of sessions with role = \"oms\": it cancels "
                       "what is open of their parents");
    t.word_if_there("username", "a name in quotes", s.username);
    t.word_if_there("password", "a word in quotes", s.password);
    t.word_if_there("certificate", "a path in quotes", s.certificate);
    t.word_if_there("key", "a path in quotes", s.key);
    t.word_if_there("authorities", "a path in quotes", s.authorities);
    t.word_if_there("server_name", "the name in the acceptor's certificate", s.server_name);
    t.word_if_there("starts", "HH:MM:SS of UTC in quotes", s.starts);
    t.word_if_there("ends", "HH:MM:SS of UTC in quotes", s.ends);
    t.yes_if_there("private_network", s.private_network);
    double digits = s.time_digits, kept = static_cast<double>(s.kept), reconnect = s.reconnect_s;
    t.number_if_there("time_digits", 0, 6, digits);
    t.number_if_there("kept", 0, 1'000'000, kept);
    t.number_if_there("reconnect_s", 1, 30, reconnect);
    s.time_digits = static_cast<int>(digits);
    s.kept = static_cast<std::uint64_t>(kept);
    s.reconnect_s = static_cast<int>(reconnect);
    if (s.info.role == Role::lp || s.info.role == Role::drop_copy) {
        s.info.lp = s.info.name;
        t.word_if_there("lp", "the name of the LP", s.info.lp);
    }
    s.info.oms = {s.target, s.sender,
                  s.begin_string == "FIX.4.2" ? Oms::Version::fix42 : Oms::Version::fix44};
    d.sessions.push_back(std::move(s));
}

void read_lp(TomlKeys& keys, const TomlNode& node, DeskSettings& d) {
    static constexpr std::string_view kKnown[] = {"enabled", "dark"};
    if (!keys.is(node, Kind::table, "a section such as [lp.LP_A]")) return;
    keys.only(node, kKnown, "key of an LP");
    auto& lps = d.desk.desk.router.lps;
    const auto at = std::find(lps.begin(), lps.end(), node.key);
    if (at == lps.end())
        return keys.wrong_key(
            node, fmt::format("no session leads to an LP \"{}\"{}", node.key,
                              did_you_mean(node.key,
                                           std::vector<std::string_view>(lps.begin(), lps.end()))));
    LpTraits& traits = d.desk.desk.traits[static_cast<std::size_t>(at - lps.begin())];
    TomlSection t(keys, node);
    bool enabled = true, dark = false;
    t.yes_if_there("enabled", enabled);
    t.yes_if_there("dark", dark);
    if (!enabled) traits.permission = route::Permission::disabled;
    if (dark) traits.venue = route::VenueClass::dark;
}

void read_log(TomlKeys& keys, const TomlNode& table, DeskSettings& d) {
    static constexpr std::string_view kKnown[] = {"format", "level"};
    static constexpr std::string_view kFormats[] = {"text", "json"};
    static constexpr std::string_view kLevels[] = {"info", "warning", "error"};
    keys.only(table, kKnown, "key of the log");
    if (const auto format = keys.choice(table, "format", kFormats))
        d.log_format = static_cast<LogFormat>(*format);
    if (const auto level = keys.choice(table, "level", kLevels))
        d.log_least = static_cast<LogLevel>(*level);
}

void read_history(TomlKeys& keys, const TomlNode& table, history::HistoryConfig& keep) {
    static constexpr std::string_view kKnown[] = {
        "keep_minutes_days", "keep_quarters_days",  "keep_days_days",  "keep_executions_days",
        "keep_scores_days",  "keep_decisions_days", "keep_health_days"};
    keys.only(table, kKnown, "key of the history");
    TomlSection s(keys, table);
    std::uint32_t* const into[] = {&keep.minute_days,    &keep.quarter_days, &keep.day_days,
                                   &keep.execution_days, &keep.score_days,   &keep.decision_days,
                                   &keep.health_days};
    for (std::size_t i = 0; i < std::size(kKnown); ++i) {
        double days = *into[i];
        s.number_if_there(kKnown[i], 0, 100'000, days);
        if (days != static_cast<double>(static_cast<std::uint32_t>(days)))
            keys.wrong(*table.find(kKnown[i]),
                       fmt::format("{} is no whole number of days; 0 keeps all", kKnown[i]));
        *into[i] = static_cast<std::uint32_t>(days);
    }
}

void read_http(TomlKeys& keys, const TomlNode& table, DeskSettings& d) {
    static constexpr std::string_view kKnown[] = {"certificate", "key",          "names",
                                                  "accounts",    "session_idle", "session_most"};
    static constexpr std::string_view kAccounts[] = {"people", "none"};
    keys.only(table, kKnown, "key of HTTP");
    TomlSection s(keys, table);
    s.word_if_there("certificate", "a path in quotes", d.http_certificate);
    s.word_if_there("key", "a path in quotes", d.http_key);
    if (d.http_certificate.empty() != d.http_key.empty())
        keys.wrong_key(table, "TLS takes both, certificate and key");
    if (const auto accounts = keys.choice(table, "accounts", kAccounts))
        d.http_open = *accounts == 1;
    s.duration_if_there("session_idle", d.session_idle);
    s.duration_if_there("session_most", d.session_most);
    if (d.session_idle < kMinute || d.session_most > kDay || d.session_most < d.session_idle)
        keys.wrong_key(table,
                       "session_idle is at least 1m, session_most at least that and at most 24h");
    if (const TomlNode* list = keys.child(table, "names", Kind::array, "a list of texts"))
        for (const TomlNode& one : list->children)
            if (keys.is(one, Kind::text, "a text in quotes")) d.http_names.push_back(one.text);
}

void read_account(TomlKeys& keys, const TomlNode& node, DeskSettings& d) {
    static constexpr std::string_view kKnown[] = {"role", "token_sha256", "approve"};
    static constexpr std::string_view kRoles[] = {"viewer", "trader", "quant", "admin"};
    if (!keys.is(node, Kind::table, "a section such as [account.ann]")) return;
    keys.only(node, kKnown, "key of an account");
    http::Account a;
    a.name = node.key;
    TomlSection s(keys, node);
    s.word("role", "one of viewer, trader, quant, admin");
    if (const auto role = keys.choice(node, "role", kRoles))
        a.role = static_cast<http::AccountRole>(*role);
    s.yes_if_there("approve", a.approve);
    a.token_sha256 = s.word("token_sha256", "the SHA-256 of the account's token in quotes");
    const bool hash = a.token_sha256.size() == 64 &&
                      a.token_sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hash && node.find("token_sha256") != nullptr)
        keys.wrong_key(*node.find("token_sha256"),
                       "it is no SHA-256; expected 64 digits 0-9 a-f, as `printf %s TOKEN | "
                       "sha256sum` prints them");
    for (const http::Account& other : d.accounts)
        if (hash && other.token_sha256 == a.token_sha256)
            keys.wrong_key(node, fmt::format("it has the token of {}: nobody could tell who it is",
                                             other.name));
    d.accounts.push_back(std::move(a));
}

// "session.LP_A.port" -> "9891".
void list_keys(const TomlNode& node, const std::string& path,
               std::map<std::string, std::string>& into) {
    for (const TomlNode& one : node.children) {
        const std::string here = path.empty() ? one.key : path + "." + one.key;
        if (one.kind == Kind::table) {
            into[here];  // also where nothing is in it
            list_keys(one, here, into);
        } else if (one.kind == Kind::array) {
            std::string all;
            for (const TomlNode& entry : one.children)
                all += (all.empty() ? "" : ", ") + entry.text;
            into[here] = "[" + all + "]";
        } else {
            into[here] = one.text;
        }
    }
}

// Who is who, from the sessions.
void name_parties(DeskSettings& d) {
    fix::Parties& p = d.desk.desk.parties;
    for (const SessionSettings& s : d.sessions) {
        p.ours.insert(s.sender);
        if (s.info.role == Role::lp) {
            p.lp_of[s.target] = s.info.lp;
            p.counterparties.insert(s.target);
        } else if (s.info.role == Role::drop_copy) {
            p.lp_of[s.target] = s.info.lp;
            // Where there is no session with the LP the copy is all that tells of it, and counts.
            const auto same = [&](const SessionSettings& other) {
                return other.info.role == Role::lp && other.info.lp == s.info.lp;
            };
            if (std::any_of(d.sessions.begin(), d.sessions.end(), same))
                p.drop_copies.insert(s.target);
        }
        d.desk.sessions.push_back(s.info);
    }
}

void read_approval(TomlKeys& keys, const TomlNode& node, DeskSettings& d) {
    static constexpr std::string_view kOfApproval[] = {"four_eyes", "step_limit_bp",
                                                       "day_limit_bp"};
    keys.only(node, kOfApproval, "key of approval");
    TomlSection s(keys, node);
    if (node.find("four_eyes") != nullptr) {
        bool four_eyes = false;
        s.yes_if_there("four_eyes", four_eyes);
        d.four_eyes = four_eyes;
    }
    for (const auto& [key, into] : {std::pair("step_limit_bp", &d.weight_limits.step_bp),
                                    std::pair("day_limit_bp", &d.weight_limits.day_bp)}) {
        double bp = *into;
        s.number_if_there(key, 1, score::kWholeBp, bp);
        *into = static_cast<int>(bp);
    }
}

}  // namespace

Result<DeskSettings> read_desk(const TomlFile& file) {
    static constexpr std::string_view kKnown[] = {
        "desk", "journal", "limits", "router",  "parents",  "session", "lp",
        "log",  "history", "http",   "account", "approval", "audit"};
    static constexpr std::string_view kOfDesk[] = {
        "mode",   "state",     "listen", "comp_id",        "profiles", "profile_files",
        "config", "reference", "fees",   "snapshot_every", "queue",    "orders_kept"};
    static constexpr std::string_view kOfJournal[] = {"delay", "bytes"};
    static constexpr std::string_view kModes[] = {"replay", "shadow", "paper", "live"};
    TomlKeys keys(file);
    const TomlNode& root = file.root();
    keys.only(root, kKnown, "section of a desk");
    DeskSettings d;
    std::vector<std::string> profiles;
    if (const TomlNode* t = keys.child(root, "desk", Kind::table, "a section")) {
        keys.only(*t, kOfDesk, "key of the desk");
        TomlSection s(keys, *t);
        if (const auto mode = keys.choice(*t, "mode", kModes)) d.mode = static_cast<Mode>(*mode);
        s.word_if_there("state", "a folder in quotes", d.folder);
        s.word_if_there("listen", "an address and port in quotes", d.listen);
        s.word_if_there("comp_id", "a CompID in quotes", d.desk.desk.our_comp_id);
        s.word_if_there("config", "a path in quotes", d.config_file);
        s.word_if_there("reference", "a path in quotes", d.reference_file);
        s.word_if_there("fees", "a path in quotes", d.fees_file);
        s.duration_if_there("snapshot_every", d.snapshot_every);
        s.duration_if_there("orders_kept", d.orders_kept);
        double queue = static_cast<double>(d.queue);
        s.number_if_there("queue", 1'000, 1e8, queue);
        d.queue = static_cast<std::uint64_t>(queue);
        for (const auto& [key, into] :
             {std::pair("profiles", &profiles), std::pair("profile_files", &d.profile_files)})
            if (const TomlNode* list = keys.child(*t, key, Kind::array, "a list of texts"))
                for (const TomlNode& one : list->children)
                    if (keys.is(one, Kind::text, "a text in quotes")) into->push_back(one.text);
    }
    if (const TomlNode* t = keys.child(root, "journal", Kind::table, "a section")) {
        keys.only(*t, kOfJournal, "key of the journal");
        TomlSection s(keys, *t);
        s.duration_if_there("delay", d.journal_delay);
        if (d.journal_delay > kSecond)
            keys.wrong(*t->find("delay"),
                       "delay: at most 1s may pass until what came is on the disk");
        double bytes = static_cast<double>(d.journal_bytes);
        s.number_if_there("bytes", 4'096, 64e6, bytes);
        d.journal_bytes = static_cast<std::uint64_t>(bytes);
    }
    if (const TomlNode* t = keys.child(root, "limits", Kind::table, "a section"))
        read_limits(keys, *t, d.desk.desk.router.limits);
    if (const TomlNode* t = keys.child(root, "router", Kind::table, "a section"))
        read_router(keys, *t, d.desk.desk.router);
    if (const TomlNode* t = keys.child(root, "parents", Kind::table, "a section"))
        read_parents(keys, *t, d.desk.parents);
    if (const TomlNode* t = keys.child(root, "log", Kind::table, "a section"))
        read_log(keys, *t, d);
    if (const TomlNode* t = keys.child(root, "history", Kind::table, "a section"))
        read_history(keys, *t, d.keep);
    if (const TomlNode* t = keys.child(root, "http", Kind::table, "a section"))
        read_http(keys, *t, d);
    if (const TomlNode* t = keys.child(root, "account", Kind::table, "sections [account.NAME]"))
        for (const TomlNode& one : t->children) read_account(keys, one, d);
    if (d.http_open && !d.accounts.empty())
        keys.problems().add(fmt::format(
            "{}: it has [account.{}], and [http] accounts = \"none\", by which nobody needs one; "
            "take one of them out",
            file.name(), d.accounts.front().name));
    if (const TomlNode* t = keys.child(root, "approval", Kind::table, "a section"))
        read_approval(keys, *t, d);
    if (const TomlNode* t = keys.child(root, "audit", Kind::table, "a section")) {
        static constexpr std::string_view kOfAudit[] = {"heads"};
        keys.only(*t, kOfAudit, "key of the audit");
        TomlSection(keys, *t).word_if_there("heads", "a path in quotes", d.audit_heads);
    }
    list_keys(root, "", d.keys);
    if (const TomlNode* t = keys.child(root, "session", Kind::table, "sections [session.NAME]"))
        for (const TomlNode& one : t->children) read_session(keys, one, d);
    auto& lps = d.desk.desk.router.lps;
    for (const SessionSettings& s : d.sessions)
        if (s.info.role == Role::lp) lps.push_back(s.info.lp);
    std::sort(lps.begin(), lps.end());
    if (const auto twice = std::adjacent_find(lps.begin(), lps.end()); twice != lps.end())
        keys.problems().add(fmt::format(
            "{}: two sessions lead to {}; an LP takes its orders on one", file.name(), *twice));
    d.desk.desk.traits.resize(lps.size());
    if (const TomlNode* t = keys.child(root, "lp", Kind::table, "sections [lp.NAME]"))
        for (const TomlNode& one : t->children) read_lp(keys, one, d);
    if (d.sessions.empty())
        keys.problems().add(
            fmt::format("{}: it has no [session.NAME]; examples/acme-desk.toml shows a whole desk",
                        file.name()));
    if (profiles.empty()) profiles = {d.desk.parents.profile};
    for (const std::string& name : profiles) {
        if (const score::Profile* p = score::find_profile(name)) {
            d.desk.desk.ranked.push_back(*p);
        } else if (d.profile_files.empty()) {
            std::vector<std::string_view> names;
            for (const score::Profile& known : score::built_in_profiles())
                names.push_back(known.name);
            keys.problems().add(fmt::format("{}: no profile is called \"{}\"{}", file.name(), name,
                                            did_you_mean(name, names)));
        }
    }
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    name_parties(d);
    d.desk.needs_sessions = d.mode == Mode::live;
    d.desk.sends = d.mode != Mode::shadow;
    return d;
}

std::vector<std::string> secrets_of(const DeskSettings& d) {
    std::vector<std::string> all;
    for (const SessionSettings& s : d.sessions)
        if (!s.password.empty()) all.push_back(s.password);
    return all;
}

Result<void> allowed(const DeskSettings& d, bool live_was_asked_for) {
    if (d.mode != Mode::live) return {};
    if (!live_was_asked_for)
        return fail(
            "mode = \"live\" sends real orders: start it with --live to say that you mean it");
    const route::Limits& l = d.desk.desk.router.limits;
    std::vector<std::string_view> absent;
    const auto need = [&](bool there, std::string_view name) {
        if (!there) absent.push_back(name);
    };
    need(l.parent_qty > Qty{}, "parent_qty");
    need(l.child_qty > Qty{}, "child_qty");
    need(l.parent_notional > 0, "parent_notional");
    need(l.child_notional > 0, "child_notional");
    need(l.collar_bps > 0, "collar_bps");
    need(l.open_qty > Qty{}, "open_qty");
    need(l.orders_per_window > 0, "orders_per_second");
    need(l.orders_per_parent > 0, "orders_per_parent");
    need(l.duplicate_window.ns > 0, "duplicate_window");
    if (!absent.empty())
        return fail(
            fmt::format("[limits] has no {}: a live desk does not start without them, and "
                        "there are no defaults",
                        fmt::join(absent, ", ")));
    return {};
}

}  // namespace assay::desk
