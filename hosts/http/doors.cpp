#include "hosts/http/doors.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include "hosts/cli/iso_time.h"
#include "hosts/http/cookie.h"
#include "hosts/http/fields.h"
#include "hosts/http/people_json.h"
#include "hosts/http/target.h"

namespace assay::http {

namespace {

constexpr std::string_view kLocal = "local";
constexpr Duration kAskedFor{10 * kMinute.ns};

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string_view> bearer_of(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    if (!request.has_header("authorization")) return std::nullopt;
    const std::string_view header = request.header("authorization");
    return header.starts_with(kScheme) ? header.substr(kScheme.size()) : std::string_view();
}

bool safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

Reply forbidden(const Request& request, std::string detail, std::string name = {},
                std::string title = {}) {
    return problem_reply({.status = 403,
                          .detail = std::move(detail),
                          .name = std::move(name),
                          .title = std::move(title)},
                         request.path);
}

// What it is that two people must ask for alike.
std::string scope_of(const Right& right, const Request& request, const Fields& body) {
    if (right.act != "settle")
        return fmt::format("{} {}", body.as_written("scope").value_or(""),
                           body.as_written("value").value_or(""));
    std::string scope = fmt::format("child {}", request.param("id"));
    for (const char* name : {"filled", "price"})
        if (const auto said = body.as_written(name)) scope += fmt::format(" {} {}", name, *said);
    return scope;
}

std::string_view words_of(const Right& right) {
    return right.act == "settle" ? "settlement" : "release";
}

}  // namespace

std::string_view text(Caller::Via via) {
    constexpr std::array<std::string_view, 4> kNames = {"nobody", "open", "session", "token"};
    return kNames[static_cast<std::size_t>(via)];
}

Doors::Doors(DoorsConfig config, people::People* people, people::Audit& audit)
    : config_(std::move(config)),
      people_(people),
      audit_(audit),
      sessions_(config_.sessions),
      tries_of_name_(config_.tries_of_name),
      tries_of_address_(config_.tries_of_address),
      requests_(config_.requests) {
    if (people_ == nullptr) return;
    // Whoever is unknown is refused as slowly as whoever is known.
    if (auto hash = people::hashed(people::random_password(), config_.cost))
        nobodys_hash_ = std::move(*hash);
}

Nanos Doors::now() const {
    if (config_.now) return config_.now();
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Nanos{std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

void Doors::each_second() {
    const Nanos at = now();
    sessions_.forget_old(at);
    std::erase_if(releases_, [&](const auto& one) { return one.second.until <= at; });
    if (known(anchored_) && at < anchored_ + kMinute) return;
    anchored_ = at;
    if (auto done = audit_.anchor(); !done) log("audit: " + done.error().text());
}

std::optional<people::Person> Doors::person(std::string_view name) {
    if (people_ == nullptr) return std::nullopt;
    auto found = people_->find(name);
    if (found) return std::move(*found);
    log("people: " + found.error().text());
    return std::nullopt;
}

// --- who it is -----------------------------------------------------------------------------------

std::optional<Caller> Doors::by_token(std::string_view token) {
    if (token.empty()) return std::nullopt;
    const std::string hash = sha256(token);
    // Looks at all of them, so that the time it takes tells nothing.
    const Account* account = nullptr;
    for (const Account& a : config_.accounts)
        if (same_secret(a.token_sha256, hash)) account = &a;
    if (account != nullptr)
        return Caller{.via = Caller::Via::token,
                      .name = account->name,
                      .rights = {account->role, account->approve, false}};
    if (same_secret(config_.local_token_sha256, hash))
        return Caller{.via = Caller::Via::token,
                      .name = std::string(kLocal),
                      .rights = {people::Role::admin, false, false}};
    if (people_ == nullptr) return std::nullopt;
    const auto found = people_->token_of(hash);
    if (!found) log("people: " + found.error().text());
    if (!found || !*found) return std::nullopt;
    const people::Token& t = **found;
    const Nanos at = now();
    const auto owner = person(t.owner);
    // A token is worth what its owner is worth now, and never more than it was made for.
    if (t.revoked || at >= t.expires || !owner || owner->disabled || owner->must_change)
        return std::nullopt;
    if (t.role != people::Role::viewer && t.role != owner->rights.role) return std::nullopt;
    if (!t.last_used || at >= *t.last_used + kMinute) (void)people_->used(t.id, at);
    return Caller{
        .via = Caller::Via::token,
        .name = t.owner,
        .rights = {t.role, false, false},
        .still = [this, token = std::string(token)] { return by_token(token).has_value(); }};
}

std::optional<Caller> Doors::by_cookie(const Request& request) {
    const std::string_view cookie = cookie_of(request, session_cookie(request));
    if (cookie.empty()) return std::nullopt;
    const std::string key = sha256(cookie);
    const Nanos at = now();
    people::Session* session = sessions_.find(key, at);
    if (session == nullptr) return std::nullopt;
    const auto who = person(session->name);
    if (!who || who->disabled || who->generation != session->generation) {
        sessions_.end(key);
        return std::nullopt;
    }
    // What a page does by itself does not keep its person signed in.
    if (!request.has_header("assay-background") && request.pattern != "/api/v1/stream")
        session->used = at;
    return Caller{.via = Caller::Via::session,
                  .name = who->name,
                  .rights = who->rights,
                  .session = key,
                  .still = [this, key] {
                      const people::Session* s = sessions_.find(key, now());
                      if (s == nullptr) return false;
                      const auto then = person(s->name);
                      return then && !then->disabled && then->generation == s->generation;
                  }};
}

std::optional<Caller> Doors::caller_of(const Request& request) {
    if (people_ == nullptr && config_.accounts.empty())
        return Caller{.via = Caller::Via::open, .rights = {people::Role::admin, true, true}};
    // Whoever shows a token is nobody else, whatever their browser adds.
    if (const auto token = bearer_of(request)) return by_token(*token);
    return by_cookie(request);
}

// --- whether they may ----------------------------------------------------------------------------

std::optional<Reply> Doors::checked_name(const Request& request) {
    const auto body = Fields::of_body(request);
    if (!body) return std::nullopt;  // the handler says what is wrong with it
    const auto who = body->as_written("who");
    if (!who || request.by.name.empty() || *who == request.by.name) return std::nullopt;
    return forbidden(request, fmt::format("You are {}: `who` must be \"{}\", or be left out",
                                          request.by.name, request.by.name));
}

// What two people are needed for: the second shows a token with the first's request, or asks for
// the same within ten minutes.
std::optional<Reply> Doors::second_person(Request& request) {
    const auto body = Fields::of_body(request);
    if (!body || request.by.via == Caller::Via::open) return std::nullopt;
    const Right right = right_of(request.method, request.pattern);
    if (const std::string_view token = request.header("assay-second-token"); !token.empty()) {
        const auto other = by_token(token);
        if (!other || other->name == request.by.name || other->name == kLocal)
            return forbidden(request,
                             fmt::format("A {} takes a second person, whose own token stands in "
                                         "the header Assay-Second-Token",
                                         words_of(right)));
        if (const auto said = body->as_written("second"); said && *said != other->name)
            return forbidden(request, fmt::format("The second token is {}'s: `second` must be "
                                                  "\"{}\"",
                                                  other->name, other->name));
        if (!may(*other, right))
            return forbidden(request, fmt::format("{} may not {}", other->name, right.act));
        request.second = other->name;
        return std::nullopt;
    }
    if (body->as_written("second"))
        return forbidden(
            request,
            "Nobody speaks for another person: leave `second` out, or send their token "
            "in the header Assay-Second-Token");
    if (!request.four_eyes) return std::nullopt;
    if (request.by.name == kLocal)
        return forbidden(request,
                         fmt::format("A {} takes two people who have signed in", words_of(right)));
    const Nanos at = now();
    const std::string scope = scope_of(right, request, *body);
    const auto asked = releases_.find(scope);
    if (asked != releases_.end() && asked->second.until > at &&
        asked->second.who != request.by.name) {
        request.second = asked->second.who;
        releases_.erase(asked);
        return std::nullopt;
    }
    const std::string why = body->as_written("why").value_or("");
    if (why.empty() || why.size() > 512 || scope.size() > 100) return std::nullopt;  // the handler
    if (!note(request, request.by.name, fmt::format("{}.ask", right.act), "done",
              {{"scope", scope}, {"why", why}}))
        return problem_reply({.status = 503, .detail = "The audit cannot be written"},
                             request.path);
    releases_[scope] = {request.by.name, why, at + kAskedFor};
    return json_reply(release_json(scope, request.by.name, why, at + kAskedFor), 202);
}

std::optional<Reply> Doors::check(Request& request) {
    request.four_eyes = config_.four_eyes;
    const Right right = right_of(request.method, request.pattern);
    if (auto caller = caller_of(request))
        request.by = *std::move(caller);
    else if (right.who != Right::Who::everyone) {
        Reply reply = problem_reply({.status = 401,
                                     .detail = "Sign in, or send a token in the header "
                                               "Authorization: Bearer TOKEN"},
                                    request.path);
        reply.headers.emplace_back("WWW-Authenticate", "Bearer");
        return reply;
    }
    if (right.who == Right::Who::everyone) return std::nullopt;
    const bool open = request.by.via == Caller::Via::open;
    if (!open) {
        const Duration wait = requests_.take(request.by.name, now(), right.cost);
        if (wait.ns > 0) return too_many(request, wait);
    }
    if (request.by.via == Caller::Via::session) {
        const people::Session* session = sessions_.find(request.by.session, now());
        if (!safe(request.method) &&
            (session == nullptr || !same_secret(request.header("x-csrf-token"), session->csrf)))
            return forbidden(request,
                             "The header X-CSRF-Token is not that of this session; GET /api/v1/me "
                             "says what it must be",
                             "csrf", "CSRF token missing or wrong");
        if (const auto who = person(request.by.name);
            who && who->must_change && !right.first_password)
            return forbidden(request,
                             "The first password must be changed before anything else: POST "
                             "/api/v1/password",
                             "password-change-needed", "Password change needed");
    }
    if (!may(request.by, right))
        return forbidden(request, fmt::format("{} is a {}, who may not do this", request.by.name,
                                              people::text(request.by.rights.role)));
    if (right.under_a_name)
        if (auto refused = checked_name(request)) return refused;
    if (right.two_people)
        if (auto refused = second_person(request)) return refused;
    if (right.act.empty() || right.own_entry) return std::nullopt;
    return write_down(request, right);
}

// --- the audit -----------------------------------------------------------------------------------

Result<std::uint64_t> Doors::note(const Request& request, std::string_view who,
                                  std::string_view act, std::string_view outcome,
                                  std::vector<std::pair<std::string, std::string>> what,
                                  std::uint64_t of) {
    auto written = audit_.write({.at = now(),
                                 .who = std::string(who),
                                 .via = std::string(text(request.by.via)),
                                 .from = request.remote,
                                 .act = std::string(act),
                                 .outcome = std::string(outcome),
                                 .what = std::move(what),
                                 .of = of});
    if (!written) log("audit: " + written.error().text());
    return written;
}

// Before the act.
std::optional<Reply> Doors::write_down(Request& request, const Right& right) {
    std::vector<std::pair<std::string, std::string>> what;
    for (const Pair& param : request.params) what.push_back(param);
    if (auto body = Fields::of_body(request)) {
        std::string_view names = right.fields;
        while (!names.empty()) {
            const std::size_t blank = names.find(' ');
            const std::string_view name = names.substr(0, blank);
            names.remove_prefix(blank == names.npos ? names.size() : blank + 1);
            const bool there = std::any_of(what.begin(), what.end(),
                                           [&](const auto& w) { return w.first == name; });
            if (const auto value = body->as_written(name); value && !there)
                what.emplace_back(name, *value);
        }
        if (request.body.size() > people::kMostAuditValue)
            what.emplace_back("body_sha256", sha256(request.body));
    }
    if (!request.second.empty()) what.emplace_back("second", request.second);
    std::string who = request.by.name;
    // Where nobody signs in, what they call themselves is all there is.
    if (who.empty())
        for (const auto& [name, value] : what)
            if (name == "who") who = value;
    const auto written = note(request, who, right.act, "begun", std::move(what));
    if (written) {
        request.audited = *written;
        return std::nullopt;
    }
    if (right.audit_may_fail) return std::nullopt;
    return problem_reply({.status = 503,
                          .detail = "Nothing was done: the audit cannot be written, and the reason "
                                    "stands in the desk's log",
                          .name = "no-audit",
                          .title = "The audit cannot be written"},
                         request.path);
}

std::function<void(const Request&, const Reply&)> Doors::afterwards() {
    return [this](const Request& request, const Reply& reply) {
        if (request.audited == 0 || reply.status < 400) return;
        const Right right = right_of(request.method, request.pattern);
        (void)note(request, request.by.name, right.act, reply.status < 500 ? "refused" : "failed",
                   {{"status", std::to_string(reply.status)}}, request.audited);
    };
}

Guard Doors::guard() {
    return [this](Request& request) { return check(request); };
}

}  // namespace assay::http
