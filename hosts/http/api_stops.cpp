// The kill switch: one person stops, two release. And what LPs left open, which two settle.
#include <algorithm>
#include <array>
#include <fmt/format.h>

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

std::string second_of(Fields& body, const Request& request, const std::string& who,
                      std::string_view what) {
    const auto said = body.text("second", 64);
    std::string second;
    if (!request.second.empty())
        second = request.second;
    else if (said)
        second = *said;
    else if (request.by.name.empty())
        body.refuse("second", "it is missing");
    else
        second = "(nobody: four_eyes is off)";
    if (!second.empty() && lower(second) == lower(who))
        body.refuse("second", fmt::format("it is the same person as who; {} needs two", what));
    return second;
}

Reply settle(Source& source, const Request& request) {
    const auto id = id_of(request.param("id"));
    if (!id)
        return refusal(request, Refused{Refused::Why::not_found,
                                        fmt::format("No child has the id {}", request.param("id")),
                                        {}});
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    SettleWish wish;
    wish.child = *id;
    wish.filled = body->qty("filled");
    wish.price = body->price("price");
    if (wish.price && !body->has("filled"))
        body->refuse("price", "it is of what was filled; `filled` is missing");
    wish.who = acting(*body, request);
    wish.why = body->required_text("why", 512);
    wish.second = second_of(*body, request, wish.who, "a settlement");
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto done = source.settle(wish);
    return done ? json_reply(json_of(*done)) : refusal(request, done.error());
}

Reply release(Source& source, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    KillWish wish = wish_of(*body, request);
    wish.second = second_of(*body, request, wish.who, "a release");
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
    routes.add("GET", "/api/v1/unsettled", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        return json_reply(json_of(Rows<UnsettledView>{source.unsettled()}));
    });
    routes.add("POST", "/api/v1/children/{id}/settle",
               [&](const Request& r) { return settle(source, r); });
}

}  // namespace assay::http
