// What the desk is and knows now.
#include <array>
#include <fmt/format.h>

#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

template <class View>
std::string list_of(const std::vector<View>& views) {
    return json_of(Rows<View>{views});
}

Reply ranking(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    RankingWish wish{std::string(request.param("profile")), std::string(request.param("symbol")),
                     std::nullopt, query.choice("regime", kRegimes)};
    if (const auto size = query.integer("size", 0, 6)) wish.size = static_cast<std::uint8_t>(*size);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.ranking(wish);
    if (!found) return refusal(request, found.error());
    Reply reply = json_reply(json_of(*found));
    // A page is one version for ever; only its age goes on.
    reply.etag =
        fmt::format("W/\"{}-{}-{}-{}\"", found->epoch, found->sequence, found->size, found->regime);
    return reply;
}

}  // namespace

void add_reads(Routes& routes, Source& source) {
    // Of a route without parameters: a query is refused, not ignored.
    const auto plain = [&](std::string pattern, auto read) {
        routes.add("GET", std::move(pattern), [read](const Request& request) {
            Fields query = Fields::of_query(request);
            if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
            return read();
        });
    };
    plain("/api/v1/version", [&] { return json_reply(json_of(source.version())); });
    plain("/api/v1/status", [&] { return json_reply(json_of(source.status())); });
    plain("/api/v1/lps", [&] { return json_reply(list_of(source.lps())); });
    plain("/api/v1/profiles", [&] { return json_reply(list_of(source.profiles())); });
    plain("/api/v1/health", [&] { return json_reply(json_of(source.health())); });
    plain("/api/v1/config", [&] {
        const ConfigView config = source.config();
        Reply reply = json_reply(json_of(config));
        reply.etag = fmt::format("W/\"{:016x}\"", config.version);
        return reply;
    });
    routes.add("GET", "/api/v1/rankings/{profile}/{symbol}",
               [&](const Request& request) { return ranking(source, request); });
    routes.add("GET", "/api/v1/scores", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        const auto symbol = query.text("symbol"), profile = query.text("profile");
        const Paging paging = paging_of(query);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto found = source.scores(symbol, profile, paging);
        return found ? json_reply(json_of(*found)) : refusal(request, found.error());
    });
    routes.add("GET", "/api/v1/symbols", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        const Paging paging = paging_of(query);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto found = source.symbols(paging);
        return found ? json_reply(json_of(*found)) : refusal(request, found.error());
    });
}

}  // namespace assay::http
