#include "hosts/http/people_json.h"

#include <fmt/format.h>

#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/http/problem.h"

namespace assay::http {

namespace {

using cli::JsonWriter;

void put_moment(JsonWriter& out, const std::string& name, const std::optional<Nanos>& at) {
    out.key(name);
    if (at)
        out.value(std::string_view(cli::iso_time(*at)));
    else
        out.null();
    out.key(name + "_ns");
    if (at)
        out.value(at->ns);
    else
        out.null();
}

void put_person(JsonWriter& out, const people::Person& p, std::string_view password) {
    out.begin_object();
    out.member("name", std::string_view(p.name));
    out.member("role", people::text(p.rights.role));
    out.key("rights");
    out.begin_array();
    if (p.rights.approve) out.value("approve");
    if (p.rights.release) out.value("release");
    out.end_array();
    out.member("disabled", p.disabled);
    out.member("must_change_password", p.must_change);
    put_moment(out, "created", p.created);
    put_moment(out, "password_at", p.password_at);
    put_moment(out, "last_login", p.last_login);
    if (!password.empty()) out.member("password", password);
    out.end_object();
}

void put_token(JsonWriter& out, const people::Token& t, std::string_view shown) {
    out.begin_object();
    out.member("id", std::string_view(std::to_string(t.id)));
    out.member("owner", std::string_view(t.owner));
    out.member("name", std::string_view(t.name));
    out.member("role", people::text(t.role));
    put_moment(out, "created", t.created);
    put_moment(out, "expires", t.expires);
    put_moment(out, "last_used", t.last_used);
    out.member("revoked", t.revoked);
    if (!shown.empty()) out.member("token", shown);
    out.end_object();
}

template <class T, class Put>
std::string list(const std::vector<T>& rows, Put put, const std::string& next = {}) {
    JsonWriter out;
    out.begin_object();
    out.key("rows");
    out.begin_array();
    for (const T& row : rows) put(out, row);
    out.end_array();
    out.key("next_cursor");
    if (next.empty())
        out.null();
    else
        out.value(std::string_view(next));
    out.end_object();
    return out.text() + "\n";
}

}  // namespace

std::string json_of(const people::Person& person, std::string_view password) {
    JsonWriter out;
    put_person(out, person, password);
    return out.text() + "\n";
}
std::string json_of(const std::vector<people::Person>& people) {
    return list(people, [](JsonWriter& out, const people::Person& p) { put_person(out, p, {}); });
}
std::string json_of(const people::Token& token, std::string_view shown) {
    JsonWriter out;
    put_token(out, token, shown);
    return out.text() + "\n";
}
std::string json_of(const std::vector<people::Token>& tokens) {
    return list(tokens, [](JsonWriter& out, const people::Token& t) { put_token(out, t, {}); });
}

std::string json_of(const people::AuditRows& found) {
    const auto put = [](JsonWriter& out, const people::AuditRow& row) {
        out.begin_object();
        out.member("seq", std::string_view(std::to_string(row.seq)));
        put_moment(out, "at", row.at);
        out.member("who", std::string_view(row.who));
        out.member("via", std::string_view(row.via));
        out.member("from", std::string_view(row.from));
        out.member("act", std::string_view(row.act));
        out.member("outcome", std::string_view(row.outcome));
        out.key("of");
        if (row.of == 0)
            out.null();
        else
            out.value(std::string_view(std::to_string(row.of)));
        out.key("what");
        out.begin_object();
        for (const auto& [name, value] : row.what) out.member(name, std::string_view(value));
        out.end_object();
        out.member("hash", std::string_view(row.hash));
        out.end_object();
    };
    return list(found.rows, put, found.more ? std::to_string(found.rows.back().seq) : "");
}

std::string json_of(const people::AuditVerdict& v) {
    JsonWriter out;
    out.begin_object();
    out.member("ok", v.ok);
    out.member("entries", v.entries);
    out.key("head");
    if (v.head.empty())
        out.null();
    else
        out.value(std::string_view(v.head));
    out.member("anchors", v.heads);
    out.key("first_bad");
    if (v.first_bad)
        out.value(std::string_view(std::to_string(*v.first_bad)));
    else
        out.null();
    out.member("why", std::string_view(v.why));
    out.end_object();
    return out.text() + "\n";
}

std::string release_json(std::string_view scope, std::string_view who, std::string_view why,
                         Nanos until) {
    const std::size_t blank = scope.find(' ');
    JsonWriter out;
    out.begin_object();
    out.member("asked_by", who);
    out.member("scope", scope.substr(0, blank));
    out.member("value", blank == scope.npos ? std::string_view() : scope.substr(blank + 1));
    out.member("why", why);
    put_moment(out, "until", until);
    out.end_object();
    return out.text();
}

Reply too_many(const Request& request, Duration wait) {
    const std::int64_t seconds = floor_div(wait.ns + kSecond.ns - 2, kSecond.ns);
    Reply reply = problem_reply(
        {.status = 429, .detail = fmt::format("Too many requests; try again in {} s", seconds)},
        request.path);
    reply.headers.emplace_back("Retry-After", std::to_string(seconds));
    return reply;
}

}  // namespace assay::http
