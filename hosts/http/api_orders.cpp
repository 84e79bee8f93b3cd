// Parents: what the desk is asked to do, and how far it is.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::array<std::string_view, 2> kSides = {"buy", "sell"};
constexpr std::array<std::string_view, 2> kFallbacks = {"hold", "sweep"};
constexpr std::array<std::string_view, 7> kParentStates = {
    "received", "working", "stopping", "filled", "canceled", "expired", "rejected"};

Refused no_such(std::string_view what, std::string_view id) {
    return {Refused::Why::not_found, fmt::format("No {} has the id {}", what, id)};
}

// The id of the order, from the body or from the header that HTTP has for it.
std::string cl_ord_id_of(const Request& request, Fields& body) {
    const std::string_view key = request.header("idempotency-key");
    const auto given = body.text("cl_ord_id", 64);
    const bool visible =
        std::all_of(key.begin(), key.end(), [](char c) { return c >= '!' && c <= '~'; });
    // A header that is there and empty was meant to be an id.
    if (request.has_header("idempotency-key") && (key.empty() || key.size() > 64 || !visible))
        body.refuse("Idempotency-Key", "expected 1 to 64 visible characters of ASCII");
    if (!given && key.empty() && !body.has("cl_ord_id"))
        body.refuse("cl_ord_id",
                    "it is missing, and so is the header Idempotency-Key: without an id of your "
                    "own, an order that is sent again would be traded again");
    if (given && !key.empty() && *given != key)
        body.refuse("cl_ord_id", "it is not what the header Idempotency-Key says");
    return given ? *given : std::string(key);
}

SubmitWish submit_wish(const Request& request, Fields& body) {
    SubmitWish wish;
    wish.cl_ord_id = cl_ord_id_of(request, body);
    wish.symbol = body.required_text("symbol", 64);
    if (!body.has("side")) body.refuse("side", "it is missing");
    if (const auto side = body.choice("side", kSides))
        wish.side = *side == "buy" ? Side::buy : Side::sell;
    if (!body.has("qty")) body.refuse("qty", "it is missing");
    wish.qty = body.qty("qty").value_or(Qty{});
    wish.lot = body.qty("lot");
    wish.min_child = body.qty("min_child");
    wish.max_child = body.qty("max_child");
    wish.round_qty = body.qty("round_qty");
    wish.limit = body.price("limit");
    wish.starts = body.time("starts");
    wish.ends = body.time("ends");
    if (const auto s = body.number("window_s", 0.001, 86'400))
        wish.window = Duration{std::llround(*s * 1e9)};
    if (wish.ends && wish.window)
        body.refuse("window_s", "either ends or window_s is given, not both");
    if (wish.starts && wish.ends && *wish.ends <= *wish.starts)
        body.refuse("ends", "it is not later than starts");
    wish.profile = body.text("profile", 64);
    wish.policy = body.text("policy", 64);
    wish.fallback = body.choice("fallback", kFallbacks);
    wish.urgency = body.number("urgency", 0, 1);
    wish.participation_cap = body.number("participation_cap", 1e-6, 1);
    wish.max_slip_bps = body.number("max_slip_bps", 0, 10'000);
    if (wish.min_child && wish.max_child && *wish.min_child > *wish.max_child)
        body.refuse("min_child", "it is above max_child");
    return wish;
}

Reply submit(Source& source, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const SubmitWish wish = submit_wish(request, *body);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto done = source.submit(wish);
    if (!done) return refusal(request, done.error());
    Reply reply = json_reply(json_of(done->parent), done->again ? 200 : 201);
    reply.headers.emplace_back("Location", fmt::format("/api/v1/parents/{}", done->parent.id));
    return reply;
}

Reply list(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    const auto state = query.choice("state", kParentStates);
    const Paging paging = paging_of(query);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.parents(state, paging);
    return found ? json_reply(json_of(*found)) : refusal(request, found.error());
}

// A route below one thing that its {id} names.
template <class Ask>
Handler of_id(std::string_view what, int status, Ask ask) {
    return [what, status, ask](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto id = id_of(request.param("id"));
        if (!id) return refusal(request, no_such(what, request.param("id")));
        const auto found = ask(*id);
        return found ? json_reply(json_of(*found), status) : refusal(request, found.error());
    };
}

}  // namespace

void add_orders(Routes& routes, Source& source) {
    const auto take = [&](auto call) {
        return [&source, call](std::uint64_t id) { return call(source, id); };
    };
    routes.add("GET", "/api/v1/parents", [&](const Request& r) { return list(source, r); });
    routes.add("POST", "/api/v1/parents", [&](const Request& r) { return submit(source, r); });
    routes.add("GET", "/api/v1/parents/{id}",
               of_id("parent", 200, take([](Source& s, auto id) { return s.parent(id); })));
    // Accepted: it stops once its children have answered.
    routes.add("DELETE", "/api/v1/parents/{id}",
               of_id("parent", 202, take([](Source& s, auto id) { return s.cancel(id); })));
    routes.add("GET", "/api/v1/parents/{id}/children",
               of_id("parent", 200, [&source](std::uint64_t id) -> Answer<Rows<ChildView>> {
                   auto found = source.children(id);
                   if (!found) return std::unexpected(std::move(found.error()));
                   return Rows<ChildView>{std::move(*found)};
               }));
    routes.add("GET", "/api/v1/decisions/{id}",
               of_id("decision", 200, take([](Source& s, auto id) { return s.decision(id); })));
}

}  // namespace assay::http
