// Back-tests beside a desk.
#include <fmt/format.h>

#include "hosts/http/api.h"
#include "hosts/http/backtests.h"
#include "hosts/http/calibration.h"
#include "hosts/http/json_parts.h"

namespace assay::http {
namespace {

using cli::JsonWriter;

void write_run(JsonWriter& out, const BacktestView& v, bool closed) {
    out.begin_object();
    parts::id(out, "id", v.id);
    out.member("state", v.state);
    parts::time(out, "at", v.at);
    parts::time(out, "ended", v.ended);
    out.member("who", v.who);
    out.member("why", v.why);
    out.member("first", v.first);
    out.member("second", v.second);
    parts::time(out, "from", v.from);
    parts::time(out, "to", v.to);
    out.member("progress", v.progress);
    parts::text_or_null(out, "words", v.words);
    parts::text_or_null(out, "error", v.error);
    if (closed) {
        parts::text_or_null(out, "result", {});
        out.end_object();
    }
}

// With its result, which is JSON already.
std::string run_json(const BacktestView& v) {
    JsonWriter out;
    write_run(out, v, v.result.empty());
    return v.result.empty() ? out.text() : out.text() + ",\n  \"result\": " + v.result + "\n}";
}

Reply start(Backtests& backtests, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    BacktestWish wish;
    wish.first = body->required_text("first", 64);
    if (body->has("second_toml")) {
        wish.second_toml = body->required_document("second_toml", kMostDraft);
        if (body->has("second")) body->refuse("second", "either second or second_toml is given");
    } else {
        wish.second = body->required_text("second", 64);
    }
    for (const char* name : {"from", "to"})
        if (!body->has(name)) body->refuse(name, "it is missing");
    wish.from = body->time("from").value_or(Nanos{});
    wish.to = body->time("to").value_or(Nanos{});
    if (body->has("from") && body->has("to") && wish.to <= wish.from)
        body->refuse("to", "it is not later than from");
    wish.who = acting(*body, request);
    wish.why = body->required_text("why", 512);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto started = backtests.start(wish);
    if (!started) return refusal(request, started.error());
    Reply reply = json_reply(run_json(*started), 201);
    reply.headers.emplace_back("Location", fmt::format("/api/v1/backtests/{}", started->id));
    return reply;
}

template <class Ask>
Handler of_run(int status, Ask ask) {
    return [status, ask](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto id = id_of(request.param("id"));
        if (!id)
            return refusal(request,
                           Refused{Refused::Why::not_found,
                                   fmt::format("No back-test has the id {}", request.param("id")),
                                   {}});
        const auto found = ask(*id);
        return found ? json_reply(run_json(*found), status) : refusal(request, found.error());
    };
}

}  // namespace

void add_backtests(Routes& routes, Backtests& backtests) {
    routes.add("GET", "/api/v1/backtests", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        JsonWriter out;
        out.begin_object();
        out.key("rows");
        out.begin_array();
        for (const BacktestView& v : backtests.all().rows) write_run(out, v, true);
        out.end_array();
        out.end_object();
        return json_reply(out.text());
    });
    routes.add("POST", "/api/v1/backtests", [&](const Request& r) { return start(backtests, r); });
    routes.add("GET", "/api/v1/backtests/{id}",
               of_run(200, [&](std::uint64_t id) { return backtests.one(id); }));
    routes.add("DELETE", "/api/v1/backtests/{id}",
               of_run(202, [&](std::uint64_t id) { return backtests.cancel(id); }));
}

}  // namespace assay::http
