#include "hosts/http/api.h"

#include <charconv>
#include <fmt/format.h>

namespace assay::http {
namespace {

Problem problem_of(const Refused& refused) {
    using Why = Refused::Why;
    switch (refused.why) {
        case Why::not_found:
            return {.status = 404, .detail = refused.detail};
        case Why::wrong_query:
            return {.status = 400,
                    .detail = refused.detail,
                    .name = "wrong-parameters",
                    .title = "Wrong parameters",
                    .errors = refused.fields};
        case Why::forbidden:
            return {.status = 403, .detail = refused.detail};
        case Why::stale:
            return {.status = 412,
                    .detail = refused.detail,
                    .name = "changed-meanwhile",
                    .title = "Changed meanwhile"};
        case Why::conflict:
            return {.status = 409,
                    .detail = refused.detail,
                    .name = "conflict",
                    .title = "Conflict with the present state"};
        case Why::wrong:
            return {.status = 422,
                    .detail = refused.detail,
                    .name = "wrong-fields",
                    .title = "Wrong fields",
                    .errors = refused.fields};
        case Why::unavailable:
            break;
    }
    return {.status = 503, .detail = refused.detail};
}

}  // namespace

const char* text(KillScope scope) {
    constexpr const char* kNames[] = {"all", "lp", "symbol", "parent"};
    return kNames[static_cast<std::size_t>(scope)];
}

Reply refusal(const Request& request, Problem problem) {
    return problem_reply(problem, request.path);
}
Reply refusal(const Request& request, const Refused& refused) {
    return refusal(request, problem_of(refused));
}

Paging paging_of(Fields& query) {
    Paging paging;
    if (const auto limit = query.integer("limit", 1, 1'000))
        paging.limit = static_cast<std::size_t>(*limit);
    paging.cursor = query.text("cursor", 256).value_or("");
    return paging;
}

std::string acting(Fields& body, const Request& request) {
    if (request.by.name.empty()) return body.required_text("who", 64);
    return body.text("who", 64).value_or(request.by.name);
}

std::optional<std::uint64_t> id_of(std::string_view text) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
}

void add_stream(Routes& routes) {
    routes.add("GET", "/api/v1/stream", [](const Request& request) {
        Fields query = Fields::of_query(request);
        StreamWish wish;
        wish.symbols = query.list("symbols", 200);
        wish.last_event_id = query.text("last_event_id").value_or("");
        if (const auto id = request.header("last-event-id"); !id.empty()) wish.last_event_id = id;
        const auto topics = query.list("topics", kTopics);
        wish.scores = wish.orders = wish.health = topics.empty();
        for (const std::string& topic : topics) {
            if (topic == "scores")
                wish.scores = true;
            else if (topic == "orders")
                wish.orders = true;
            else if (topic == "health")
                wish.health = true;
            else
                query.refuse("topics",
                             fmt::format("\"{}\" is none of scores, orders, health", topic));
        }
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        Reply reply;
        reply.content_type = "text/event-stream";
        reply.stream = std::move(wish);
        return reply;
    });
}

void add_api(Routes& routes, Source& source) {
    add_reads(routes, source);
    add_league(routes, source);
    add_history(routes, source);
    add_orders(routes, source);
    add_story(routes, source);
    add_stops(routes, source);
    add_config(routes, source);
    add_stream(routes);
}

}  // namespace assay::http
