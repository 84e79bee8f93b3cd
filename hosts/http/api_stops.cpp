// The kill switch: one person stops, two release.
#include <algorithm>
#include <array>

#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::array<std::string_view, 4> kScopes = {"all", "lp", "symbol", "parent"};

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
}

// Who has signed in says nothing about who they are: the guard knows, and has compared.
KillWish wish_of(Fields& body, const Request& request) {
    KillWish wish;
    if (!body.has("scope")) body.refuse("scope", "it is missing");
    if (const auto scope = body.choice("scope", kScopes))
        wish.scope = static_cast<KillScope>(std::find(kScopes.begin(), kScopes.end(), *scope) -
                                            kScopes.begin());
    if (wish.scope == KillScope::all) {
        if (body.has("value")) body.refuse("value", "the scope all has no value");
    } else {
        wish.value = body.required_text("value", 64);
    }
    wish.who = acting(body, request);
    wish.why = body.required_text("why", 512);
    return wish;
}

Reply kill(Source& source, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const KillWish wish = wish_of(*body, request);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto done = source.kill(wish);
    return done ? json_reply(json_of(*done)) : refusal(request, done.error());
}

Reply release(Source& source, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    KillWish wish = wish_of(*body, request);
    const auto said = body->text("second", 64);
    if (!request.second.empty())
        wish.second = request.second;
    else if (said)
        wish.second = *said;
    else if (request.by.name.empty())
        body->refuse("second", "it is missing");
    else
        wish.second = "(nobody: four_eyes is off)";
    if (!wish.second.empty() && lower(wish.second) == lower(wish.who))
        body->refuse("second", "it is the same person as who; a release needs two");
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto done = source.release(wish);
    return done ? json_reply(json_of(*done)) : refusal(request, done.error());
}

}  // namespace

void add_stops(Routes& routes, Source& source) {
    routes.add("POST", "/api/v1/kill", [&](const Request& r) { return kill(source, r); });
    routes.add("POST", "/api/v1/release", [&](const Request& r) { return release(source, r); });
    routes.add("GET", "/api/v1/kills", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        return json_reply(json_of(Rows<KillView>{source.kills()}));
    });
}

}  // namespace assay::http
