// Profiles: what they are, what a draft would change, and the change itself.
#include <fmt/format.h>

#include "hosts/http/api.h"
#include "hosts/http/calibration.h"
#include "hosts/http/json_parts.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

using cli::JsonWriter;

constexpr std::int64_t kMostDays = 30, kMostVersion = 1'000'000'000;

void whole_or_null(JsonWriter& out, const char* name, std::optional<std::uint64_t> x) {
    out.member(name, x);
}

void write_detail(JsonWriter& out, const ProfileDetail& v) {
    out.begin_object();
    out.member("name", v.name);
    out.member("version", v.version);
    out.member("toml", v.toml);
    out.member("rank_by", v.rank_by);
    parts::texts(out, "fast_kpis", v.fast_kpis);
    out.member("fast_kappa", v.fast_kappa);
    out.member("fast_half_life_s", as_seconds(v.fast_half_life));
    out.member("z_route", v.z_route);
    out.member("z_report", v.z_report);
    out.member("max_reject_rate", v.max_reject_rate);
    parts::array(out, "terms", v.terms, [&](const LeagueTerm& t) { write_members(out, t); });
    parts::texts(out, "warnings", v.warnings);
    out.member("four_eyes", v.four_eyes);
    out.member("step_limit_bp", v.step_limit_bp);
    out.member("day_limit_bp", v.day_limit_bp);
    out.member("proposals", v.open_proposals);
    out.end_object();
}

void write_version(JsonWriter& out, const ProfileVersionView& v) {
    out.begin_object();
    out.member("version", v.version);
    parts::time(out, "at", v.at);
    out.member("who", v.who);
    out.member("why", v.why);
    parts::text_or_null(out, "approved_by", v.approved_by);
    out.member("source", v.source);
    whole_or_null(out, "rolled_back_to", v.rolled_back_to);
    out.member("config_version", v.config_version);
    parts::texts(out, "changed", v.changed);
    out.member("toml", v.toml);
    out.member("current", v.current);
    out.end_object();
}

void write_proposal(JsonWriter& out, const ProposalView& v) {
    out.begin_object();
    parts::id(out, "id", v.id);
    out.member("base_version", v.base_version);
    parts::time(out, "at", v.at);
    out.member("who", v.who);
    out.member("why", v.why);
    out.member("source", v.source);
    whole_or_null(out, "rolled_back_to", v.rolled_back_to);
    parts::texts(out, "changed", v.changed);
    out.member("toml", v.toml);
    out.member("state", v.state);
    parts::text_or_null(out, "by", v.by);
    out.end_object();
}

void write_preview(JsonWriter& out, const PreviewView& v) {
    out.begin_object();
    out.member("name", v.name);
    out.member("base_version", v.base_version);
    parts::texts(out, "changed", v.changed);
    parts::texts(out, "warnings", v.warnings);
    parts::array(out, "guard_rails", v.guard_rails, [&](const GuardRail& g) {
        out.member("rule", g.rule);
        out.member("holds", g.holds);
        out.member("blocks", g.blocks);
        out.member("words", g.words);
    });
    out.member("may_apply", v.may_apply);
    out.member("days", v.days);
    out.member("orders", v.orders);
    out.member("cells_looked_at", v.cells_looked_at);
    out.member("cells_changed", v.cells_changed);
    parts::number(out, "stability", v.stability);
    parts::array(out, "cells", v.cells, [&](const PreviewCell& c) {
        out.member("symbol", c.symbol);
        out.member("size", c.size);
        out.member("size_name", c.size_name);
        out.member("regime", c.regime);
        out.member("orders", c.orders);
        parts::texts(out, "before", c.before);
        parts::texts(out, "after", c.after);
        out.member("first_changes", c.first_changes);
        out.member("alike", c.alike);
    });
    parts::array(out, "flow", v.flow, [&](const PreviewFlow& f) {
        out.member("lp", f.lp);
        out.member("before", f.before);
        out.member("after", f.after);
    });
    out.key("cost");
    out.begin_object();
    parts::number(out, "before_bps", v.cost_before);
    parts::number(out, "after_bps", v.cost_after);
    parts::number(out, "difference_bps", v.difference);
    parts::number(out, "low_bps", v.low);
    parts::number(out, "high_bps", v.high);
    out.end_object();
    parts::texts(out, "remarks", v.remarks);
    out.end_object();
}

template <class Row, class Write>
std::string rows_text(const Rows<Row>& rows, Write write) {
    JsonWriter out;
    out.begin_object();
    out.key("rows");
    out.begin_array();
    for (const Row& row : rows.rows) write(out, row);
    out.end_array();
    out.end_object();
    return out.text();
}

template <class View, class Write>
std::string text_of(const View& view, Write write) {
    JsonWriter out;
    write(out, view);
    return out.text();
}

Reply reply_of(const Request& request, const Answer<Change>& done) {
    if (!done) return refusal(request, done.error());
    if (done->version) return json_reply(text_of(*done->version, write_version), 201);
    return json_reply(text_of(*done->proposal, write_proposal), 202);
}

// The version that the person saw, from If-Match: "3". A change without it is refused: it could
// undo what another person has just done.
std::optional<std::uint64_t> version_seen(const Request& request) {
    std::string_view tag = request.header("if-match");
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    return id_of(tag.substr(1, tag.size() - 2));
}

Reply no_version_seen(const Request& request) {
    return refusal(
        request, Problem{.status = 428,
                         .detail = "A change needs the header If-Match with the version that it "
                                   "was made from, as the ETag of /api/v1/profiles/{name} has it"});
}

std::string name_of(const Request& request) {
    return std::string(request.param("name"));
}

Reply change(Calibration& c, const Request& request, bool back) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    ChangeWish wish;
    wish.profile = name_of(request);
    if (back) {
        if (!body->has("to")) body->refuse("to", "it is missing");
        wish.roll_back_to =
            static_cast<std::uint64_t>(body->integer("to", 1, kMostVersion).value_or(0));
    } else {
        wish.toml = body->required_document("toml", kMostDraft);
    }
    wish.who = acting(*body, request);
    wish.why = body->required_text("why", 512);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto seen = version_seen(request);
    if (!seen) return no_version_seen(request);
    wish.base_version = *seen;
    return reply_of(request, c.change(wish));
}

Reply preview(Calibration& c, const Request& request) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    PreviewWish wish;
    wish.profile = name_of(request);
    wish.toml = body->required_document("toml", kMostDraft);
    if (const auto days = body->integer("days", 1, kMostDays)) wish.days = static_cast<int>(*days);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto found = c.preview(wish);
    return found ? json_reply(text_of(*found, write_preview)) : refusal(request, found.error());
}

Reply end_proposal(Calibration& c, const Request& request, bool approved) {
    auto body = Fields::of_body(request);
    if (!body) return refusal(request, std::move(body.error()));
    const std::string who = acting(*body, request);
    if (auto problem = body->wrong()) return refusal(request, *std::move(problem));
    const auto id = id_of(request.param("id"));
    if (!id)
        return refusal(request,
                       Refused{Refused::Why::not_found,
                               fmt::format("No proposal has the id {}", request.param("id")),
                               {}});
    if (approved) return reply_of(request, c.approve(name_of(request), *id, who));
    const auto done = c.withdraw(name_of(request), *id, who);
    return done ? json_reply(text_of(*done, write_proposal)) : refusal(request, done.error());
}

// A read of what {name} names.
template <class Ask, class Write>
Handler read_of(Ask ask, Write write) {
    return [ask, write](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto found = ask(name_of(request));
        return found ? json_reply(write(*found)) : refusal(request, found.error());
    };
}

}  // namespace

void add_calibration(Routes& routes, Calibration& c) {
    const std::string base = "/api/v1/profiles/{name}";
    routes.add("GET", base, [&](const Request& request) {
        Fields query = Fields::of_query(request);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        const auto found = c.profile(name_of(request));
        if (!found) return refusal(request, found.error());
        Reply reply = json_reply(text_of(*found, write_detail));
        reply.etag = fmt::format("\"{}\"", found->version);
        return reply;
    });
    routes.add("POST", base + "/preview", [&](const Request& r) { return preview(c, r); });
    routes.add("GET", base + "/versions",
               read_of([&](const std::string& name) { return c.versions(name); },
                       [](const auto& rows) { return rows_text(rows, write_version); }));
    routes.add("POST", base + "/versions", [&](const Request& r) { return change(c, r, false); });
    routes.add("POST", base + "/rollback", [&](const Request& r) { return change(c, r, true); });
    routes.add("GET", base + "/proposals",
               read_of([&](const std::string& name) { return c.proposals(name); },
                       [](const auto& rows) { return rows_text(rows, write_proposal); }));
    routes.add("POST", base + "/proposals/{id}/approve",
               [&](const Request& r) { return end_proposal(c, r, true); });
    routes.add("POST", base + "/proposals/{id}/withdraw",
               [&](const Request& r) { return end_proposal(c, r, false); });
}

}  // namespace assay::http
