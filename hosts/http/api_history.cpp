// What happened: child orders, executions, series.
#include <array>
#include <cmath>

#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::array<std::string_view, 8> kChildStates = {
    "pending", "live", "canceling", "unknown", "filled", "canceled", "rejected", "expired"};
constexpr std::array<std::string_view, 2> kOrders = {"oldest", "newest"};
constexpr std::array<std::string_view, 4> kBy = {"lp", "symbol", "size", "regime"};

std::optional<Duration> seconds(Fields& fields, std::string_view name, double least, double most) {
    const auto s = fields.number(name, least, most);
    if (!s) return std::nullopt;
    return Duration{std::llround(*s * 1e9)};
}

void check_span(Fields& query, const std::optional<Nanos>& from, const std::optional<Nanos>& to) {
    if (from && to && *to <= *from) query.refuse("to", "it is not later than from");
}

Reply orders(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    const OrdersWish wish{query.text("lp"), query.choice("state", kChildStates),
                          query.text("symbol"), paging_of(query)};
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.orders(wish);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

Reply executions(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    ExecutionsWish wish;
    wish.lp = query.text("lp");
    wish.symbol = query.text("symbol");
    if (const auto parent = query.text("parent", 20)) {
        wish.parent = id_of(*parent);
        if (!wish.parent) query.refuse("parent", "expected the id of a parent: digits");
    }
    wish.from = query.time("from");
    wish.to = query.time("to");
    check_span(query, wish.from, wish.to);
    wish.newest_first = query.choice("order", kOrders) == "newest";
    wish.paging = paging_of(query);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.executions(wish);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

Reply rejections(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    const RejectionsWish wish{query.text("session"), query.time("from"), query.time("to"),
                              paging_of(query)};
    check_span(query, wish.from, wish.to);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.rejections(wish);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

Reply series(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    SeriesWish wish;
    wish.kpi = request.param("kpi");
    wish.lp = query.text("lp");
    wish.symbol = query.text("symbol");
    wish.regime = query.choice("regime", kRegimes);
    wish.by = query.choice("by", kBy);
    if (const auto size = query.integer("size", 0, 6)) wish.size = static_cast<std::uint8_t>(*size);
    wish.from = query.time("from");
    wish.to = query.time("to");
    check_span(query, wish.from, wish.to);
    wish.step = seconds(query, "step", 1, 604'800);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.series(wish);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

}  // namespace

void add_history(Routes& routes, Source& source) {
    routes.add("GET", "/api/v1/orders", [&](const Request& r) { return orders(source, r); });
    routes.add("GET", "/api/v1/executions",
               [&](const Request& r) { return executions(source, r); });
    routes.add("GET", "/api/v1/rejections",
               [&](const Request& r) { return rejections(source, r); });
    routes.add("GET", "/api/v1/series/{kpi}", [&](const Request& r) { return series(source, r); });
}

}  // namespace assay::http
