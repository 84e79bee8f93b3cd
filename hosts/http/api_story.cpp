// Orders from end to end: a parent's time line, an order's raw messages, the best-execution file.
#include <array>
#include <fmt/format.h>

#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::array<std::string_view, 2> kFormats = {"json", "csv"};
constexpr std::int64_t kMostOrders = 500;  // of one page: each is read with its decision

Reply timeline(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto id = id_of(request.param("id"));
    if (!id)
        return refusal(request, Refused{Refused::Why::not_found,
                                        fmt::format("No parent has the id {}", request.param("id")),
                                        {}});
    const auto found = source.timeline(*id);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

Reply messages(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.messages(std::string(request.param("cl_ord_id")));
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

Reply best_execution(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    BestExecutionWish wish;
    for (const char* name : {"from", "to"})
        if (!query.has(name)) query.refuse(name, "it is missing");
    wish.from = query.time("from").value_or(Nanos{});
    wish.to = query.time("to").value_or(Nanos{});
    if (query.has("from") && query.has("to") && wish.to <= wish.from)
        query.refuse("to", "it is not later than from");
    wish.symbol = query.text("symbol");
    const std::string format = query.choice("format", kFormats).value_or("json");
    if (const auto limit = query.integer("limit", 1, kMostOrders))
        wish.limit = static_cast<std::size_t>(*limit);
    wish.cursor = query.text("cursor", 256).value_or("");
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.best_execution(wish);
    if (!found) return refusal(request, found.error());
    if (format == "json") return json_reply(json_of(*found));
    Reply reply;
    reply.content_type = "text/csv; charset=utf-8";
    reply.headers.emplace_back("Content-Disposition",
                               "attachment; filename=\"best-execution.csv\"");
    if (!found->next_cursor.empty())
        reply.headers.emplace_back("Assay-Next-Cursor", found->next_cursor);
    reply.body = best_execution_csv(found->rows);
    return reply;
}

}  // namespace

void add_story(Routes& routes, Source& source) {
    routes.add("GET", "/api/v1/parents/{id}/timeline",
               [&](const Request& r) { return timeline(source, r); });
    routes.add("GET", "/api/v1/orders/{cl_ord_id}/messages",
               [&](const Request& r) { return messages(source, r); });
    routes.add("GET", "/api/v1/best-execution",
               [&](const Request& r) { return best_execution(source, r); });
}

}  // namespace assay::http
