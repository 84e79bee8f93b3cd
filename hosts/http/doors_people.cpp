// Signing in and out, the people, their tokens, the audit.
#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/http/api.h"
#include "hosts/http/cookie.h"
#include "hosts/http/doors.h"
#include "hosts/http/people_json.h"

namespace assay::http {

namespace {

constexpr int kMostHashing = 8;

// What a thread beside has found out about a password.
struct Tried {
    bool right{};
    std::optional<std::string> new_hash{};  // of another cost
};

std::optional<Reply> wrong_body(const Request& request, Fields& body) {
    if (auto problem = body.wrong()) return refusal(request, *std::move(problem));
    return std::nullopt;
}

Reply wrong_login(const Request& request) {
    return problem_reply({.status = 401,
                          .detail = "The name or the password is wrong, or the account cannot be "
                                    "used now",
                          .name = "wrong-login",
                          .title = "Wrong login"},
                         request.path);
}

Reply unavailable(const Request& request, const Error& error) {
    return refusal(request, Refused{Refused::Why::unavailable, error.text()});
}

Reply wrong_field(const Request& request, std::string field, std::string message) {
    return refusal(
        request,
        Refused{Refused::Why::wrong, fmt::format("{}: {}", field, message), {{field, message}}});
}

// Only a GET without parameters.
std::optional<Reply> has_parameters(const Request& request) {
    Fields query = Fields::of_query(request);
    return wrong_body(request, query);
}

}  // namespace

std::optional<Reply> Doors::busy_hashing(const Request& request) {
    if (people_ == nullptr)
        return refusal(request,
                       Refused{Refused::Why::conflict,
                               "This desk keeps no accounts ([http] accounts = \"none\")"});
    if (hashing_ < kMostHashing) return std::nullopt;
    Reply reply = problem_reply(
        {.status = 503, .detail = "Too many passwords are being looked at; try again"},
        request.path);
    reply.headers.emplace_back("Retry-After", "2");
    return reply;
}

// --- in and out ----------------------------------------------------------------------------------

Reply Doors::login(const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const std::string name = body->required_text("name", 64);
    const std::string password = body->required_text("password", people::kMostPassword);
    if (auto wrong = wrong_body(request, *body)) return *wrong;
    if (auto busy = busy_hashing(request)) return *busy;
    for (auto& [tries, key] :
         {std::pair(&tries_of_address_, &request.remote), std::pair(&tries_of_name_, &name)})
        if (const Duration wait = tries->take(*key, now()); wait.ns > 0)
            return too_many(request, wait);
    const auto who = person(name);
    const std::string hash = who ? who->hash : nobodys_hash_;
    ++hashing_;
    return later(
        [this, hash, password] {
            Tried tried{people::matches(hash, password), {}};
            if (tried.right && people::of_another_cost(hash, config_.cost))
                if (auto anew = people::hashed(password, config_.cost))
                    tried.new_hash = std::move(*anew);
            --hashing_;
            return tried;
        },
        [this, request, name, hash](const Tried& tried) {
            return log_in(request, name, tried.right, tried.new_hash, hash);
        });
}

Reply Doors::log_in(const Request& request, const std::string& name, bool right,
                    const std::optional<std::string>& new_hash, const std::string& hash) {
    auto who = person(name);  // they may have changed meanwhile
    const bool in = right && who && who->hash == hash && !who->disabled &&
                    (!who->password_until || now() < *who->password_until);
    if (!in) {
        // A name that is nobody's may be a password that was typed into the wrong field.
        (void)note(request, who ? name : "", "login", "refused",
                   {{"why", !who                ? "nobody is called so"
                            : !right            ? "wrong password"
                            : who->disabled     ? "disabled"
                            : who->hash != hash ? "the password has changed"
                                                : "the first password has expired"}});
        return wrong_login(request);
    }
    Request known = request;
    known.by.via = Caller::Via::session;
    if (!note(known, name, "login", "done"))
        return unavailable(request, Error("The audit cannot be written: nobody is let in"));
    tries_of_address_.give_back(request.remote);
    tries_of_name_.give_back(name);
    sessions_.end(request.by.session);  // the one that this browser had
    if (new_hash) (void)people_->rehash(name, hash, *new_hash);
    (void)people_->logged_in(name, now());
    return begin_session(request, *who);
}

Reply Doors::begin_session(const Request& request, const people::Person& who) {
    const std::string token = sessions_.begin(who.name, who.generation, now());
    const people::Session* session = sessions_.find(sha256(token), now());
    Caller by{.via = Caller::Via::session, .name = who.name, .rights = who.rights};
    Reply reply = json_reply(me_json(by, session->csrf, sessions_.ends(*session), who.must_change));
    reply.headers.emplace_back(
        "Set-Cookie", set_session_cookie(request, token, sessions_.limits().most.ns / kSecond.ns));
    return reply;
}

Reply Doors::logout(const Request& request) {
    if (request.by.via == Caller::Via::session) {
        // Whoever wants out gets out, audit or not.
        (void)note(request, request.by.name, "logout", "done");
        sessions_.end(request.by.session);
    }
    Reply reply;
    reply.status = 204;
    reply.headers.emplace_back("Set-Cookie", set_session_cookie(request, "", 0));
    return reply;
}

std::string Doors::me_json(const Caller& by, const std::string& csrf, std::optional<Nanos> ends,
                           bool must_change) const {
    cli::JsonWriter out;
    out.begin_object();
    out.member("accounts", by.via == Caller::Via::open ? "none" : "people");
    out.member("name", std::string_view(by.name));
    out.member("role", people::text(by.rights.role));
    out.key("rights");
    out.begin_array();
    if (by.rights.approve) out.value("approve");
    if (by.rights.release) out.value("release");
    out.end_array();
    out.member("via", by.via == Caller::Via::open ? std::string_view("none") : text(by.via));
    out.member("must_change_password", must_change);
    out.member("csrf", std::string_view(csrf));
    out.member("four_eyes", config_.four_eyes);
    out.member("idle_s", sessions_.limits().idle.ns / kSecond.ns);
    out.key("session_ends");
    if (ends)
        out.value(std::string_view(cli::iso_time(*ends)));
    else
        out.null();
    out.key("session_ends_ns");
    if (ends)
        out.value(ends->ns);
    else
        out.null();
    out.key("may");
    out.begin_array();
    for (const std::string_view act : acts_of(by)) out.value(act);
    out.end_array();
    out.end_object();
    return out.text() + "\n";
}

Reply Doors::me(const Request& request) {
    std::string csrf;
    std::optional<Nanos> ends;
    bool must_change = false;
    if (request.by.via == Caller::Via::session) {
        if (const people::Session* s = sessions_.find(request.by.session, now())) {
            csrf = s->csrf;
            ends = sessions_.ends(*s);
        }
        const auto who = person(request.by.name);
        must_change = who && who->must_change;
    }
    return json_reply(me_json(request.by, csrf, ends, must_change));
}

Reply Doors::change_password(const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const std::string before = body->required_text("old", people::kMostPassword);
    const std::string wanted = body->required_text("new", 4 * people::kMostPassword);
    if (auto wrong = wrong_body(request, *body)) return *wrong;
    if (auto busy = busy_hashing(request)) return *busy;
    if (std::string why = people::wrong_with(wanted, request.by.name); !why.empty())
        return wrong_field(request, "new", std::move(why));
    if (wanted == before) return wrong_field(request, "new", "it is the old one");
    const auto who = person(request.by.name);
    if (!who) return wrong_login(request);
    for (auto& [tries, key] : {std::pair(&tries_of_address_, &request.remote),
                               std::pair(&tries_of_name_, &request.by.name)})
        if (const Duration wait = tries->take(*key, now()); wait.ns > 0)
            return too_many(request, wait);
    ++hashing_;
    return later(
        [this, hash = who->hash, before, wanted] {
            Tried tried{people::matches(hash, before), {}};
            if (tried.right)
                if (auto anew = people::hashed(wanted, config_.cost))
                    tried.new_hash = std::move(*anew);
            --hashing_;
            return tried;
        },
        [this, request, hash = who->hash](const Tried& tried) -> Reply {
            const std::string& name = request.by.name;
            auto now_is = person(name);
            if (!tried.right || !now_is || now_is->hash != hash) {
                (void)note(request, name, "password", "refused", {{"why", "wrong password"}});
                return problem_reply({.status = 403,
                                      .detail = "The old password is wrong",
                                      .name = "wrong-password",
                                      .title = "Wrong password"},
                                     request.path);
            }
            if (!tried.new_hash) return unavailable(request, Error("There is no memory for it"));
            if (!note(request, name, "password", "begun"))
                return unavailable(request,
                                   Error("The audit cannot be written: nothing was changed"));
            if (auto set = people_->set_password(name, *tried.new_hash, now(), std::nullopt); !set)
                return unavailable(request, set.error());
            tries_of_address_.give_back(request.remote);
            tries_of_name_.give_back(name);
            sessions_.end_all_of(name);
            if (config_.password_changed) config_.password_changed(name);
            now_is = person(name);
            return now_is ? begin_session(request, *now_is) : wrong_login(request);
        });
}

// --- people --------------------------------------------------------------------------------------

Reply Doors::list_people() {
    if (people_ == nullptr) return json_reply(json_of(std::vector<people::Person>{}));
    const auto all = people_->all();
    return all ? json_reply(json_of(*all)) : unavailable({}, all.error());
}

Reply Doors::add_person(const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    people::Person p;
    p.name = body->required_text("name", 32);
    if (!p.name.empty() &&
        (!people::may_be_called(p.name) || p.name == "local" || p.name == "desk"))
        body->refuse("name", "expected a-z first, then also 0-9 . _ -, and not local or desk");
    if (!body->has("role")) body->refuse("role", "it is missing");
    if (const auto role = body->choice("role", people::kRoles))
        p.rights.role = *people::role_named(*role);
    p.rights.approve = body->yes("approve").value_or(false);
    p.rights.release = body->yes("release").value_or(false);
    if (auto wrong = wrong_body(request, *body)) return *wrong;
    if (auto busy = busy_hashing(request)) return *busy;
    if (person(p.name))
        return refusal(request, Refused{Refused::Why::conflict,
                                        fmt::format("Somebody is called {} already", p.name)});
    const std::string password = people::random_password();
    ++hashing_;
    return later(
        [this, password] {
            auto hash = people::hashed(password, config_.cost);
            --hashing_;
            return hash;
        },
        [this, request, p, password](const Result<std::string>& hash) -> Reply {
            if (!hash) return unavailable(request, hash.error());
            people::Person added = p;
            added.hash = *hash;
            added.must_change = true;
            added.created = added.password_at = now();
            added.password_until = added.created + people::kFirstPassword;
            if (auto done = people_->add(added); !done)
                return refusal(request, Refused{Refused::Why::conflict, done.error().text()});
            return json_reply(json_of(added, password), 201);
        });
}

Reply Doors::change_person(const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const auto role = body->choice("role", people::kRoles);
    const auto approve = body->yes("approve"), release = body->yes("release"),
               disabled = body->yes("disabled");
    if (auto wrong = wrong_body(request, *body)) return *wrong;
    auto who = person(request.param("name"));
    if (!who) return refusal(request, Refused{Refused::Why::not_found, "Nobody is called so"});
    people::Rights rights = who->rights;
    if (role) rights.role = *people::role_named(*role);
    rights.approve = approve.value_or(rights.approve);
    rights.release = release.value_or(rights.release);
    if (auto done = people_->change(who->name, rights, disabled.value_or(who->disabled)); !done)
        return refusal(request, Refused{Refused::Why::conflict, done.error().text()});
    sessions_.end_all_of(who->name);
    who = person(who->name);
    return who ? json_reply(json_of(*who)) : unavailable(request, Error("It cannot be read"));
}

Reply Doors::new_password(const Request& request) {
    const auto who = person(request.param("name"));
    if (!who) return refusal(request, Refused{Refused::Why::not_found, "Nobody is called so"});
    if (auto busy = busy_hashing(request)) return *busy;
    const std::string password = people::random_password();
    ++hashing_;
    return later(
        [this, password] {
            auto hash = people::hashed(password, config_.cost);
            --hashing_;
            return hash;
        },
        [this, request, name = who->name, password](const Result<std::string>& hash) -> Reply {
            if (!hash) return unavailable(request, hash.error());
            if (auto set =
                    people_->set_password(name, *hash, now(), now() + people::kFirstPassword);
                !set)
                return unavailable(request, set.error());
            sessions_.end_all_of(name);
            const auto then = person(name);
            return then ? json_reply(json_of(*then, password))
                        : unavailable(request, Error("It cannot be read"));
        });
}

// --- tokens --------------------------------------------------------------------------------------

Reply Doors::list_tokens(const Request& request) {
    if (people_ == nullptr) return json_reply(json_of(std::vector<people::Token>{}));
    const bool all = request.by.rights.role == people::Role::admin;
    const auto found =
        people_->tokens(all ? std::nullopt : std::optional<std::string_view>(request.by.name));
    return found ? json_reply(json_of(*found)) : unavailable(request, found.error());
}

Reply Doors::add_token(const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    people::Token t;
    t.name = body->required_text("name", 64);
    if (const auto role = body->choice("role", people::kRoles)) t.role = *people::role_named(*role);
    if (t.role != people::Role::viewer && t.role != request.by.rights.role)
        body->refuse("role", fmt::format("a token may be what you are ({}), or viewer",
                                         people::text(request.by.rights.role)));
    if (!body->has("days")) body->refuse("days", "it is missing");
    const auto days = body->integer("days", 1, 366);
    if (auto wrong = wrong_body(request, *body)) return *wrong;
    if (auto busy = busy_hashing(request)) return *busy;
    t.owner = request.by.name;
    t.created = now();
    t.expires = t.created + Duration{*days * kDay.ns};
    const std::string token = people::random_token();
    const auto added = people_->add_token(t, sha256(token));
    return added ? json_reply(json_of(*added, token), 201) : unavailable(request, added.error());
}

Reply Doors::revoke_token(const Request& request) {
    const auto id = id_of(request.param("id"));
    const Refused nothing{Refused::Why::not_found, "You have no token of that id"};
    if (people_ == nullptr || !id) return refusal(request, nothing);
    auto found = people_->token(*id);
    if (!found) return unavailable(request, found.error());
    if (!*found ||
        ((*found)->owner != request.by.name && request.by.rights.role != people::Role::admin))
        return refusal(request, nothing);
    if (auto done = people_->revoke(*id); !done) return unavailable(request, done.error());
    (*found)->revoked = true;
    return json_reply(json_of(**found));
}

// --- the audit -----------------------------------------------------------------------------------

Reply Doors::list_audit(const Request& request) {
    Fields query = Fields::of_query(request);
    people::AuditQuestion question{query.text("who"), query.text("act")};
    if (question.act &&
        (question.act->front() == '.' ||
         question.act->find_first_not_of("abcdefghijklmnopqrstuvwxyz.") != std::string::npos))
        query.refuse("act", "expected the name of an act, as in `may` of /api/v1/me");
    const Paging paging = paging_of(query);
    question.limit = paging.limit;
    if (!paging.cursor.empty()) {
        const auto before = id_of(paging.cursor);
        if (!before) query.refuse("cursor", "it is none of an earlier answer");
        question.before = before.value_or(0);
    }
    if (auto wrong = wrong_body(request, query)) return *wrong;
    return later(
        [path = audit_.files().entries, question] { return people::read_audit(path, question); },
        [request](const Result<people::AuditRows>& rows) {
            return rows ? json_reply(json_of(*rows)) : unavailable(request, rows.error());
        });
}

Reply Doors::verify_audit() {
    return later(
        [files = audit_.files()] { return people::check_audit(files.entries, files.heads); },
        [](const Result<people::AuditVerdict>& verdict) {
            return verdict ? json_reply(json_of(*verdict)) : unavailable({}, verdict.error());
        });
}

Reply Doors::list_releases() {
    std::string rows;
    for (const auto& [scope, ask] : releases_)
        if (ask.until > now())
            rows += (rows.empty() ? "" : ", ") + release_json(scope, ask.who, ask.why, ask.until);
    return json_reply(fmt::format("{{\"rows\": [{}], \"next_cursor\": null}}\n", rows));
}

void Doors::add_routes(Routes& routes) {
    const auto add = [&](std::string method, std::string pattern, auto answer) {
        routes.add(std::move(method), std::move(pattern), answer);
    };
    const auto plain = [&](std::string pattern, auto answer) {
        routes.add("GET", std::move(pattern), [answer](const Request& r) {
            if (auto wrong = has_parameters(r)) return *wrong;
            return answer(r);
        });
    };
    add("POST", "/api/v1/login", [this](const Request& r) { return login(r); });
    add("POST", "/api/v1/logout", [this](const Request& r) { return logout(r); });
    plain("/api/v1/me", [this](const Request& r) { return me(r); });
    add("POST", "/api/v1/password", [this](const Request& r) { return change_password(r); });
    plain("/api/v1/users", [this](const Request&) { return list_people(); });
    add("POST", "/api/v1/users", [this](const Request& r) { return add_person(r); });
    add("POST", "/api/v1/users/{name}", [this](const Request& r) { return change_person(r); });
    add("POST", "/api/v1/users/{name}/password",
        [this](const Request& r) { return new_password(r); });
    plain("/api/v1/tokens", [this](const Request& r) { return list_tokens(r); });
    add("POST", "/api/v1/tokens", [this](const Request& r) { return add_token(r); });
    add("DELETE", "/api/v1/tokens/{id}", [this](const Request& r) { return revoke_token(r); });
    add("GET", "/api/v1/audit", [this](const Request& r) { return list_audit(r); });
    plain("/api/v1/audit/verify", [this](const Request&) { return verify_audit(); });
    plain("/api/v1/releases", [this](const Request&) { return list_releases(); });
}

}  // namespace assay::http
