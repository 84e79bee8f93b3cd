// The routes over a desk in memory, without a socket.
#include "hosts/http/api.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/kpi/catalog.h"
#include "hosts/http/doors.h"
#include "hosts/http/memory_backtests.h"
#include "hosts/http/memory_calibration.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/memory_reports.h"
#include "hosts/http/problem.h"
#include "hosts/people/people_testkit.h"

namespace assay::http {
namespace {

using Json = nlohmann::json;

class Api : public testing::Test {
  protected:
    Api() {
        add_api(routes, desk);
        add_calibration(routes, calibration);
        add_reports(routes, reports);
        add_backtests(routes, backtests);
        add_probes(routes, desk, hub, meters);
        doors.add_routes(routes);
    }
    Reply get(std::string target, std::vector<Pair> headers = {}) {
        Request request;
        request.method = "GET";
        request.headers = std::move(headers);
        return routes.answer(request, target);
    }
    Reply send(std::string method, std::string target, std::string body,
               std::vector<Pair> headers = {}) {
        Request request;
        request.method = std::move(method);
        request.headers = std::move(headers);
        request.headers.emplace_back("content-type", "application/json");
        request.body = std::move(body);
        return routes.answer(request, target);
    }
    Json json(const Reply& reply) { return Json::parse(reply.body); }

    EventHub hub{1};
    Meters meters;
    MemoryDesk desk{&hub};
    MemoryCalibration calibration;
    MemoryReports reports;
    people::OwnFolder folder;
    std::unique_ptr<people::Audit> audit =
        *people::Audit::open({folder.file("audit.jsonl"), folder.file("heads.txt")});
    Doors doors{{}, nullptr, *audit};
    MemoryBacktests backtests;
    Routes routes;
    const std::string order =
        R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "buy", "qty": 1000, "limit": 100.05})";
};

TEST_F(Api, a_ranking_is_one_get) {
    const Reply reply = get("/api/v1/rankings/balanced/EUR%2FUSD?size=2&regime=stressed");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const Json page = json(reply);
    EXPECT_EQ(page["symbol"], "EUR/USD");
    EXPECT_EQ(page["size_name"], "1-2x");
    EXPECT_EQ(page["regime"], "stressed");
    EXPECT_EQ(page["page_version"], "1-1");
    EXPECT_EQ(page["as_of"], "2026-03-02T14:30:00Z");
    EXPECT_EQ(page["as_of_ns"], 1'772'461'800'000'000'000);
    EXPECT_EQ(page["age_ms"], 2.5);
    EXPECT_EQ(page["config_version"], "ab54a98ceb1f0ad2") << "as the log and the history have it";
    EXPECT_EQ(page["rows"][0]["lp"], "LP_A");
    EXPECT_EQ(page["rows"][0]["rank"], 1);
    EXPECT_EQ(page["rows"][0]["lcb"], 91.5);
    EXPECT_EQ(page["rows"][3]["rank"], nullptr);
    EXPECT_EQ(page["rows"][3]["lcb"], nullptr);
    EXPECT_EQ(page["rows"][3]["lcb_absent"], "no orders of this size");
    EXPECT_EQ(page["rows"][3]["insufficient"], true);
}

TEST_F(Api, a_page_that_is_the_same_is_304) {
    const Reply first = get("/api/v1/rankings/balanced/ACME");
    const Pair wanted{"if-none-match", first.etag};
    EXPECT_EQ(get("/api/v1/rankings/balanced/ACME", {wanted}).status, 304);
    EXPECT_EQ(get("/api/v1/rankings/balanced/ACME?size=1", {wanted}).status, 200);
    desk.next_pages();
    EXPECT_EQ(get("/api/v1/rankings/balanced/ACME", {wanted}).status, 200);
}

TEST_F(Api, a_league_table_holds_what_its_scores_are_made_of) {
    const Reply reply = get("/api/v1/league?profile=balanced&symbol=ACME&size=2&against=yesterday");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const Json table = json(reply);
    EXPECT_EQ(table["against"]["what"], "yesterday");
    EXPECT_EQ(table["weights"][1]["scale"], "log");
    const Json& first = table["rows"][0];
    EXPECT_EQ(first["lp"], "LP_A");
    EXPECT_EQ(first["rank_change"], 2) << "first now, third then";
    // 100 (.5 x (.95 - .5)/.5 + .5 x (1 - ln 2 / ln 100)) = 45 + 42.474
    EXPECT_NEAR(first["composite"], 87.474, 1e-3);
    EXPECT_NEAR(first["kpis"][0]["points"], 45, 1e-9);
    EXPECT_EQ(first["measured"]["reversion_bps"], nullptr);
    EXPECT_EQ(first["measured_absent"]["reversion_bps"], "no usable quote at the horizon");
    EXPECT_EQ(first["rejects"]["discretionary"], 3);
    EXPECT_EQ(table["rows"][3]["rank"], nullptr);
    EXPECT_EQ(table["rows"][3]["rank_change"], nullptr);
    const Reply live = get("/api/v1/league?profile=balanced&symbol=ACME");
    EXPECT_NE(live.etag, reply.etag) << "nothing to compare with";
    EXPECT_EQ(
        get("/api/v1/league?profile=balanced&symbol=ACME", {{"if-none-match", live.etag}}).status,
        304);
}

TEST_F(Api, the_catalog_says_what_a_number_is) {
    const Json rows = json(get("/api/v1/catalog"))["rows"];
    EXPECT_EQ(rows.size(), kpi::catalog().size());
    for (const Json& kpi : rows) {
        if (kpi["name"] != "fill_rate") continue;
        EXPECT_EQ(kpi["unit"], "share of 1");
        EXPECT_EQ(kpi["good"], "higher");
        EXPECT_EQ(kpi["weighable"], true);
    }
}

TEST_F(Api, wrong_questions_say_what_is_wrong) {
    const struct {
        const char* target;
        int status;
        const char* says;
    } cases[] = {
        {"/api/v1/rankings/balanced/ACME?size=7", 400, "size: expected a whole number from 0 to 6"},
        {"/api/v1/rankings/balanced/ACME?regime=clam", 400, "did you mean \\\"calm\\\"?"},
        {"/api/v1/rankings/balanced/ACME?sise=1", 400, "did you mean \\\"size\\\"?"},
        {"/api/v1/rankings/balancd/ACME", 404, "No profile is called"},
        {"/api/v1/rankings/balanced/NOPE", 404, "No symbol is called"},
        {"/api/v1/league?profile=balanced", 400, "symbol: it is missing"},
        {"/api/v1/league?profile=balanced&symbol=ACME&columns=fil_rate", 400,
         "did you mean \\\"fill_rate\\\"?"},
        {"/api/v1/league?profile=balanced&symbol=ACME&columns=p_best", 400, "it stands in the row"},
        {"/api/v1/best-execution?from=2026-03-02T00:00:00Z", 400, "to: it is missing"},
        {"/api/v1/best-execution?from=2000000000000000000&to=1000000000000000000", 400,
         "to: it is not later than from"},
        {"/api/v1/status?verbose=1", 400, "verbose: it is not known"},
        {"/api/v1/parents/17", 404, "17"},
        {"/api/v1/parents/x", 404, "No parent has the id x"},
        {"/api/v1/parents/99999999999999999999999", 404, "No parent has the id 9999"},
        {"/api/v1/parents?state=done", 400, "state"},
        {"/api/v1/parents?cursor=zz", 400, "cursor"},
        {"/api/v1/orders?limit=0", 400, "limit: expected a whole number from 1 to 1000"},
        {"/api/v1/executions?from=2026-03-02T15:00:00Z&to=2026-03-02T14:00:00Z", 400,
         "to: it is not later than from"},
        {"/api/v1/executions?parent=x", 400, "expected the id of a parent"},
        {"/api/v1/series/nope", 404, "No KPI"},
        {"/api/v1/series/fill_rate?step=0", 400, "step"},
        {"/api/v1/stream?topics=scores,prices", 400, "none of scores, orders, health"},
        {"/api/v1/nothing", 404, "openapi.yaml"},
    };
    for (const auto& c : cases) {
        const Reply reply = get(c.target);
        EXPECT_EQ(reply.status, c.status) << c.target << reply.body;
        EXPECT_EQ(reply.content_type, kProblemType) << c.target;
        EXPECT_NE(reply.body.find(c.says), std::string::npos) << c.target << ": " << reply.body;
    }
}

TEST_F(Api, an_order_is_taken_once) {
    const Reply first = send("POST", "/api/v1/parents", order);
    ASSERT_EQ(first.status, 201) << first.body;
    EXPECT_EQ(first.headers[0], (Pair{"Location", "/api/v1/parents/1"}));
    const Json parent = json(first);
    EXPECT_EQ(parent["id"], "1");
    EXPECT_EQ(parent["qty"], 1000);
    EXPECT_EQ(parent["limit"], 100.05);
    EXPECT_EQ(parent["cum_qty"], 500);
    const Reply again = send("POST", "/api/v1/parents", order);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(json(again)["id"], "1");
    const Reply other =
        send("POST", "/api/v1/parents",
             R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "sell", "qty": 1000})");
    EXPECT_EQ(other.status, 409);
    EXPECT_EQ(json(get("/api/v1/parents"))["rows"].size(), 1u);
    EXPECT_EQ(json(get("/api/v1/executions"))["rows"].size(), 1u);
}

TEST_F(Api, the_id_of_an_order_may_come_as_idempotency_key) {
    const std::string without = R"({"symbol": "ACME", "side": "buy", "qty": 10})";
    const Pair key{"idempotency-key", "K-1"};
    EXPECT_EQ(send("POST", "/api/v1/parents", without).status, 422);
    EXPECT_EQ(send("POST", "/api/v1/parents", without, {key}).status, 201);
    EXPECT_EQ(send("POST", "/api/v1/parents", without, {key}).status, 200);
    EXPECT_EQ(send("POST", "/api/v1/parents", order, {key}).status, 422);  // two ids
}

TEST_F(Api, every_wrong_field_of_an_order_is_named) {
    const Reply reply =
        send("POST", "/api/v1/parents",
             R"({"symbol": "", "side": "long", "qty": 0, "limit": "1", "window_s": 60,
                                 "ends": "2026-03-02T15:00:00Z", "urgency": 2, "polcy": "split"})");
    ASSERT_EQ(reply.status, 422);
    std::set<std::string> fields;
    const Json problem = json(reply);
    for (const Json& error : problem["errors"]) fields.insert(error["field"]);
    EXPECT_EQ(fields, (std::set<std::string>{"cl_ord_id", "symbol", "side", "qty", "limit",
                                             "window_s", "urgency", "polcy"}));
    // What only the desk can judge comes in the same form.
    const Reply desk_says = send("POST", "/api/v1/parents",
                                 R"({"cl_ord_id": "C", "symbol": "NOPE", "side": "buy", "qty": 5,
                                     "profile": "x"})");
    EXPECT_EQ(desk_says.status, 422);
    EXPECT_EQ(json(desk_says)["errors"].size(), 2u);
}

TEST_F(Api, a_parent_is_followed_to_its_children_and_their_decision_and_cancelled) {
    send("POST", "/api/v1/parents", order);
    const Json child = json(get("/api/v1/parents/1/children"))["rows"][0];
    EXPECT_EQ(child["lp"], "LP_A");
    const Json decision = json(get("/api/v1/decisions/" + child["decision"].get<std::string>()));
    EXPECT_EQ(decision["parent"], "1");
    EXPECT_EQ(decision["candidates"][1]["excluded"], "too few orders");
    EXPECT_EQ(json(get("/api/v1/orders?lp=LP_A&state=filled"))["rows"].size(), 1u);
    EXPECT_EQ(json(get("/api/v1/orders?lp=LP_B"))["rows"].size(), 0u);
    const Reply canceled = send("DELETE", "/api/v1/parents/1", "");
    EXPECT_EQ(canceled.status, 202);
    EXPECT_EQ(json(canceled)["state"], "canceled");
    EXPECT_EQ(send("DELETE", "/api/v1/parents/1", "").status, 409);
    EXPECT_EQ(send("DELETE", "/api/v1/parents/2", "").status, 404);
}

TEST_F(Api, a_time_line_and_the_raw_messages_are_those_of_the_order) {
    send("POST", "/api/v1/parents", order);
    const Json line = json(get("/api/v1/parents/1/timeline"));
    EXPECT_EQ(line["parent"]["id"], "1");
    EXPECT_EQ(line["decisions"][0]["ask"], 100.02);
    EXPECT_EQ(line["children"][0]["cl_ord_id"], "D1-1");
    EXPECT_EQ(line["executions"][0]["vwap"], 100.02);
    EXPECT_EQ(get("/api/v1/parents/7/timeline").status, 404);
    const Json messages = json(get("/api/v1/orders/D1-1/messages"));
    EXPECT_EQ(messages["rows"][0]["fix"], "8=FIX.4.4|35=D|");
    EXPECT_EQ(messages["rows"][0]["base64"], "OD1GSVguNC40ATM1PUQB");
    // What an LP wrote stands there harmlessly, and whole in the bytes.
    EXPECT_EQ(messages["rows"][1]["fix"], "8=FIX.4.4|58=<script>\\x5c\\xff|");
    EXPECT_EQ(get("/api/v1/orders/D1-9/messages").status, 404);
}

TEST_F(Api, best_execution_is_a_table_that_no_spreadsheet_runs) {
    send("POST", "/api/v1/parents", order);
    const std::string day =
        "/api/v1/best-execution?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";
    const Json rows = json(get(day))["rows"];
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0]["cl_ord_id"], "D1-1");
    EXPECT_EQ(rows[0]["qty"], 500);
    EXPECT_EQ(rows[0]["effective_spread_bps"], nullptr);
    const Reply csv = get(day + "&format=csv");
    EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
    EXPECT_EQ(csv.body.substr(0, 45), "parent,decision,cl_ord_id,sent,symbol,side,lp");
    EXPECT_NE(csv.body.find("\"'=HYPERLINK(\"\"http://x\"\")\""), std::string::npos) << csv.body;
    // As many cells in a row as there are columns: 25, of which some are empty.
    const std::string row = csv.body.substr(csv.body.find('\n') + 1);
    EXPECT_EQ(std::count(row.begin(), row.end(), ','), 24) << row;
}

TEST_F(Api, a_profile_changes_only_from_the_version_that_a_person_saw) {
    const std::string path = "/api/v1/profiles/balanced";
    const Reply now = get(path);
    EXPECT_EQ(now.etag, "\"1\"");
    EXPECT_EQ(json(now)["terms"][0]["weight_bp"], 10'000);
    const std::string draft =
        R"({"toml": "name = \"balanced\"\nweight = 45\n", "who": "ada", "why": "too slow"})";
    EXPECT_EQ(send("POST", path + "/versions", draft).status, 428);
    const Reply done = send("POST", path + "/versions", draft, {{"if-match", "\"1\""}});
    ASSERT_EQ(done.status, 201) << done.body;
    EXPECT_EQ(json(done)["version"], 2);
    const Reply late = send("POST", path + "/versions", draft, {{"if-match", "\"1\""}});
    EXPECT_EQ(late.status, 412);
    EXPECT_NE(json(late)["detail"].get<std::string>().find("by ada (too slow)"), std::string::npos);
    const Reply back = send("POST", path + "/rollback",
                            R"({"to": 1, "who": "ada", "why": "worse"})", {{"if-match", "\"2\""}});
    EXPECT_EQ(back.status, 201) << back.body;
    EXPECT_EQ(json(back)["rolled_back_to"], 1);
    const Json versions = json(get(path + "/versions"))["rows"];
    EXPECT_EQ(versions[0]["version"], 3);
    EXPECT_EQ(versions[0]["current"], true);
    EXPECT_EQ(versions[2]["source"], "file");
    EXPECT_EQ(get("/api/v1/profiles/balancd").status, 404);
    EXPECT_EQ(send("POST", path + "/preview", R"({"toml": "wrong"})").status, 422);
    EXPECT_EQ(json(send("POST", path + "/preview", R"({"toml": "x = 1\n"})"))["cost"]["low_bps"],
              -0.5);
}

TEST_F(Api, where_two_are_needed_one_proposes_and_another_approves) {
    calibration.four_eyes = true;
    const std::string path = "/api/v1/profiles/balanced";
    const std::string draft = R"({"toml": "x = 1\n", "who": "ada", "why": "too slow"})";
    const Reply asked = send("POST", path + "/versions", draft, {{"if-match", "\"1\""}});
    ASSERT_EQ(asked.status, 202) << asked.body;
    EXPECT_EQ(json(asked)["state"], "open");
    EXPECT_EQ(json(get(path))["proposals"], 1);
    EXPECT_EQ(json(get(path))["version"], 1);
    const auto approve = [&](const char* who) {
        return send("POST", path + "/proposals/1/approve",
                    std::string(R"({"who": ")") + who + "\"}")
            .status;
    };
    EXPECT_EQ(approve("ada"), 403);
    EXPECT_EQ(approve("grace"), 201);
    EXPECT_EQ(approve("grace"), 409);
    EXPECT_EQ(json(get(path + "/versions"))["rows"][0]["approved_by"], "grace");
    EXPECT_EQ(send("POST", path + "/versions", draft, {{"if-match", "\"2\""}}).status, 202);
    EXPECT_EQ(json(send("POST", path + "/proposals/2/withdraw", R"({"who": "ada"})"))["state"],
              "withdrawn");
    EXPECT_EQ(json(get(path + "/proposals"))["rows"].size(), 2u);
    EXPECT_EQ(send("POST", path + "/proposals/9/approve", R"({"who": "ada"})").status, 404);
}

TEST_F(Api, an_lp_is_told_in_full_and_a_kpi_as_a_heat_map) {
    const Json report = json(get("/api/v1/lps/LP_A/report?symbol=ACME"));
    EXPECT_EQ(report["horizons"].size(), 9u);
    EXPECT_EQ(report["horizon_s"][6], 15);
    EXPECT_EQ(report["fills"]["by_notional"][0], -0.1);
    EXPECT_EQ(report["fills"]["by_notional"][1], nullptr);
    EXPECT_EQ(report["rejects"]["n"][6], 4);
    EXPECT_EQ(report["latency"]["parts"][0]["p99_ms_absent"], "too few");
    EXPECT_EQ(report["changes"][0]["composite_after"], 85.0);
    EXPECT_TRUE(json(get("/api/v1/lps/LP_A/report"))["changes"].empty());
    EXPECT_EQ(get("/api/v1/lps/LP_X/report").status, 404);
    const Json map = json(get("/api/v1/heatmap?kpi=fill_rate"));
    EXPECT_EQ(map["rows"][1]["cells"][0]["few"], true) << "29 of 30";
    EXPECT_EQ(map["rows"][1]["cells"][1]["few"], false);
    EXPECT_EQ(map["rows"][0]["cells"][1]["value_absent"], "no orders");
    EXPECT_EQ(get("/api/v1/heatmap").status, 400);
    EXPECT_EQ(get("/api/v1/heatmap?kpi=fill_rate&columns=weekday").status, 400);
    const Json mirror = json(get("/api/v1/mirror?by=hour"));
    EXPECT_EQ(mirror["by"], "hour");
    EXPECT_EQ(mirror["rebates"][0]["net_bps"], -0.3);
}

TEST_F(Api, a_back_test_is_started_watched_and_cancelled) {
    const std::string wish = R"({"first": "balanced", "second": "note4", "who": "ada", "why": "?",
        "from": "2026-03-02T14:00:00Z", "to": "2026-03-02T15:00:00Z"})";
    const Reply started = send("POST", "/api/v1/backtests", wish);
    ASSERT_EQ(started.status, 201) << started.body;
    EXPECT_EQ(started.headers[0], (Pair{"Location", "/api/v1/backtests/1"}));
    EXPECT_EQ(json(get("/api/v1/backtests"))["rows"][0]["progress"], 0.25);
    const Json done = json(get("/api/v1/backtests/1"));
    EXPECT_EQ(done["state"], "done");
    EXPECT_TRUE(done["result"]["policies"].is_array());
    EXPECT_EQ(json(get("/api/v1/backtests"))["rows"][0]["result"], nullptr) << "one by one";
    EXPECT_EQ(send("DELETE", "/api/v1/backtests/1", "").status, 409);
    send("POST", "/api/v1/backtests", wish);
    EXPECT_EQ(json(send("DELETE", "/api/v1/backtests/2", ""))["state"], "canceled");
    EXPECT_EQ(get("/api/v1/backtests/9").status, 404);
    EXPECT_EQ(send("POST", "/api/v1/backtests", R"({"first": "balanced"})").status, 422);
}

TEST_F(Api, who_has_signed_in_does_not_say_who) {
    const auto as_ada = [&](const char* target, std::string body) {
        Request request;
        request.method = "POST";
        request.by.name = "ada";
        request.headers = {{"content-type", "application/json"}, {"if-match", "\"1\""}};
        request.body = std::move(body);
        return routes.answer(request, target);
    };
    const Json version = json(
        as_ada("/api/v1/profiles/balanced/versions", R"({"toml": "x = 1\n", "why": "too slow"})"));
    EXPECT_EQ(version["who"], "ada") << version;
    const Json run = json(as_ada("/api/v1/backtests",
                                 R"({"first": "balanced", "second": "note4", "why": "?",
        "from": "2026-03-02T14:00:00Z", "to": "2026-03-02T15:00:00Z"})"));
    EXPECT_EQ(run["who"], "ada") << run;
}

TEST_F(Api, rows_come_in_pages_without_a_hole) {
    for (int i = 0; i < 7; ++i)
        send("POST", "/api/v1/parents",
             R"({"symbol": "ACME", "side": "buy", "qty": 10, "cl_ord_id": "C-)" +
                 std::to_string(i) + "\"}");
    std::vector<std::string> ids;
    std::string target = "/api/v1/executions?limit=3";
    for (int page = 0; page < 5; ++page) {
        const Json answer = json(get(target));
        for (const Json& row : answer["rows"]) ids.push_back(row["exec_id"]);
        if (answer["next_cursor"].is_null()) break;
        target = "/api/v1/executions?limit=3&cursor=" + answer["next_cursor"].get<std::string>();
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"E1", "E2", "E3", "E4", "E5", "E6", "E7"}));
    const Json newest = json(get("/api/v1/executions?limit=2&order=newest"));
    EXPECT_EQ(newest["rows"][0]["exec_id"], "E7");
    const Json next = json(get("/api/v1/executions?limit=2&order=newest&cursor=" +
                               newest["next_cursor"].get<std::string>()));
    EXPECT_EQ(next["rows"][1]["exec_id"], "E4");
    EXPECT_EQ(get("/api/v1/executions?order=any").status, 400);
}

TEST_F(Api, one_person_kills_and_two_release) {
    const std::string kill = R"({"scope": "all", "who": "ada", "why": "test"})";
    EXPECT_EQ(send("POST", "/api/v1/kill", kill).status, 200);
    EXPECT_EQ(send("POST", "/api/v1/kill", kill).status, 200);
    EXPECT_EQ(json(get("/api/v1/kills"))["rows"].size(), 1u);
    EXPECT_EQ(send("POST", "/api/v1/parents", order).status, 409);
    EXPECT_EQ(json(get("/api/v1/status"))["killed"], true);
    const auto release = [&](const char* body) {
        return send("POST", "/api/v1/release", body).status;
    };
    EXPECT_EQ(release(R"({"scope": "all", "who": "ada", "why": "test"})"), 422);
    EXPECT_EQ(release(R"({"scope": "all", "who": "ada", "second": "ADA", "why": "test"})"), 422);
    EXPECT_EQ(send("POST", "/api/v1/parents", order).status, 409);
    EXPECT_EQ(release(R"({"scope": "all", "who": "ada", "second": "grace", "why": "ok"})"), 200);
    EXPECT_EQ(release(R"({"scope": "all", "who": "ada", "second": "grace", "why": "ok"})"), 409);
    EXPECT_EQ(send("POST", "/api/v1/parents", order).status, 201);
}

TEST_F(Api, a_scope_has_the_value_it_needs) {
    const auto kill = [&](const char* body) { return send("POST", "/api/v1/kill", body).status; };
    EXPECT_EQ(kill(R"({"scope": "lp", "who": "a", "why": "b"})"), 422);
    EXPECT_EQ(kill(R"({"scope": "all", "value": "LP_A", "who": "a", "why": "b"})"), 422);
    EXPECT_EQ(kill(R"({"scope": "lps", "value": "LP_A", "who": "a", "why": "b"})"), 422);
    EXPECT_EQ(kill(R"({"scope": "lp", "value": "LP_X", "who": "a", "why": "b"})"), 422);
    EXPECT_EQ(kill(R"({"scope": "lp", "value": "LP_A", "who": "a"})"), 422);
    EXPECT_EQ(kill(R"({"scope": "lp", "value": "LP_A", "who": "a", "why": "b"})"), 200);
    EXPECT_EQ(json(get("/api/v1/lps"))["rows"][0]["killed"], true);
    EXPECT_EQ(json(get("/api/v1/lps"))["rows"][1]["killed"], false);
}

TEST_F(Api, readiness_has_reasons) {
    EXPECT_EQ(get("/readyz").status, 200);
    desk.reasons = {"the journal has ended: no space", "session LP_B is down"};
    const Reply reply = get("/readyz");
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.content_type, kProblemType);
    EXPECT_EQ(json(reply)["errors"][1]["message"], "session LP_B is down");
    EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(Api, metrics_are_prometheus_text) {
    send("POST", "/api/v1/parents", order);
    meters.answered("/api/v1/parents", "POST", 201, 0.002);
    meters.answered("", "EVIL\"} 1", 400, 0.001);
    const std::string text = get("/metrics").body;
    for (const char* line :
         {"# TYPE console_http_requests_total counter",
          "console_http_requests_total{method=\"POST\",route=\"/api/v1/"
          "parents\",status=\"201\",mode=\"paper\"} 1",
          "console_http_requests_total{method=\"other\",route=\"other\",status=\"400\",mode="
          "\"paper\"} 1",
          "# TYPE console_http_request_duration_seconds histogram",
          "console_events_published_total{topic=\"orders\",mode=\"paper\"} 3",
          "fix_session_up{session=\"DESK-LP_A\",lp=\"LP_A\",mode=\"paper\"} 1",
          "sor_ladder_step{mode=\"paper\",step=\"live\"} 1",
          "sor_ladder_step{mode=\"paper\",step=\"hold\"} 0", "wal_failed{mode=\"paper\"} 0",
          "gate_lp_killed{lp=\"LP_A\",mode=\"paper\"} 0",
          "exec_fills_total{lp=\"LP_A\",mode=\"paper\"} 1",
          "build_info{version=\"0.0.0\",build=\"testkit\",mode=\"paper\"} 1"})
        EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
    // Of all samples, one way or the other.
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with('#')) {
            EXPECT_NE(line.find("mode=\"paper\""), std::string::npos) << line;
        }
}

TEST_F(Api, a_killed_symbol_is_in_the_status_and_in_the_metrics) {
    const std::string kill =
        R"({"scope": "symbol", "value": "ACME", "who": "ada", "why": "fast market"})";
    EXPECT_EQ(json(send("POST", "/api/v1/kill", kill))["again"], false);
    const Json again = json(send("POST", "/api/v1/kill", kill));
    EXPECT_EQ(again["again"], true);
    EXPECT_EQ(again["who"], "ada");
    const Json status = json(get("/api/v1/status"));
    EXPECT_EQ(status["killed"], false);
    ASSERT_EQ(status["stops"].size(), 1u);
    EXPECT_EQ(status["stops"][0]["value"], "ACME");
    EXPECT_EQ(status["stops"][0]["why"], "fast market");
    EXPECT_NE(get("/metrics").body.find("gate_symbol_killed{symbol=\"ACME\",mode=\"paper\"} 1"),
              std::string::npos);
}

TEST_F(Api, every_route_is_in_the_document_and_nothing_else) {
    const std::string document(openapi_yaml());
    std::set<std::string> described, routed;
    std::string path;
    for (std::size_t at = document.find("\npaths:\n") + 8; at < document.find("\ncomponents:");) {
        const std::size_t end = document.find('\n', at);
        const std::string line = document.substr(at, end - at);
        if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
        for (const char* method : {"get", "post", "put", "delete", "patch"})
            if (line == std::string("    ") + method + ":") described.insert(method + (" " + path));
        at = end + 1;
    }
    for (const auto& line : routes.lines()) {
        std::string method = line.method;
        for (char& c : method) c = static_cast<char>(c + 32);
        routed.insert(method + " " + line.pattern);
    }
    EXPECT_EQ(described, routed);
    EXPECT_EQ(get("/openapi.yaml").body, document);
    EXPECT_EQ(get("/openapi.yaml").content_type, "application/yaml");
}

TEST_F(Api, a_stream_is_asked_for_by_topics_and_symbols) {
    const Reply reply = get("/api/v1/stream?topics=scores,orders&symbols=ACME,EUR%2FUSD",
                            {{"last-event-id", "1-17"}});
    ASSERT_TRUE(reply.stream);
    EXPECT_TRUE(reply.stream->scores && reply.stream->orders && !reply.stream->health);
    EXPECT_EQ(reply.stream->symbols, (std::vector<std::string>{"ACME", "EUR/USD"}));
    EXPECT_EQ(reply.stream->last_event_id, "1-17");
    EXPECT_TRUE(get("/api/v1/stream").stream->health);
}

}  // namespace
}  // namespace assay::http
