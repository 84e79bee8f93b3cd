// The league table, and the catalog that says what its columns are.
#include <fmt/format.h>

#include "core/score/profile.h"
#include "core/units/symbol.h"
#include "hosts/cli/catalog_entry_json.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

constexpr std::size_t kMostColumns = 200;

std::vector<std::string> columns_of(Fields& query) {
    std::vector<std::string> columns = query.list("columns", kMostColumns);
    if (columns == std::vector<std::string>{"all"}) {
        columns.clear();
        for (const kpi::Entry& e : kpi::catalog())
            if (e.value != nullptr) columns.emplace_back(e.name);
        return columns;
    }
    for (const std::string& name : columns) {
        const kpi::Entry* e = kpi::find(name);
        if (e != nullptr && e->value != nullptr) continue;
        std::vector<std::string_view> names;
        for (const kpi::Entry& k : kpi::catalog()) names.push_back(k.name);
        query.refuse("columns",
                     e != nullptr
                         ? fmt::format("{} is believed, not measured: it stands in the row", name)
                         : fmt::format("no KPI is called \"{}\"{}; /api/v1/catalog lists them",
                                       name, did_you_mean(name, names)));
    }
    return columns;
}

Reply league(Source& source, const Request& request) {
    Fields query = Fields::of_query(request);
    LeagueWish wish;
    wish.profile = query.required_text("profile");
    wish.symbol = query.required_text("symbol");
    if (const auto size = query.integer("size", 0, 6)) wish.size = static_cast<std::uint8_t>(*size);
    wish.regime = query.choice("regime", kRegimes);
    wish.against = query.text("against");
    wish.from = query.time("from");
    wish.to = query.time("to");
    if (wish.from && wish.to && *wish.to <= *wish.from)
        query.refuse("to", "it is not later than from");
    wish.columns = columns_of(query);
    if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
    const auto found = source.league(wish);
    if (!found) return refusal(request, found.error());
    Reply reply = json_reply(json_of(*found));
    // The same table, whatever has passed of time since.
    LeagueView same = *found;
    same.age = {};
    same.measured_from = same.measured_to = kNever;
    reply.etag = fmt::format("W/\"{:016x}\"", fnv1a(json_of(same)));
    return reply;
}

std::string catalog_json_of_api() {
    cli::JsonWriter out;
    out.begin_object();
    out.key("rows");
    out.begin_array();
    for (const kpi::Entry& e : kpi::catalog()) {
        out.begin_object();
        cli::write_members(out, e);
        out.member("weighable", score::scored_named(e.name).has_value());
        out.member("measured", e.value != nullptr);
        out.end_object();
    }
    out.end_array();
    out.end_object();
    return out.text();
}

}  // namespace

void add_league(Routes& routes, Source& source) {
    routes.add("GET", "/api/v1/league", [&](const Request& r) { return league(source, r); });
    routes.add("GET", "/api/v1/catalog", [](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        static const std::string catalog = catalog_json_of_api();
        Reply reply = json_reply(catalog);
        reply.etag = fmt::format("W/\"{}\"", fnv1a(catalog));
        return reply;
    });
}

}  // namespace assay::http
