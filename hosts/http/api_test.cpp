// The routes over a desk in memory, without a socket.
#include "hosts/http/api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "hosts/http/memory_desk.h"
#include "hosts/http/problem.h"

namespace assay::http {
namespace {

using Json = nlohmann::json;

class Api : public testing::Test {
  protected:
    Api() {
        add_api(routes, desk);
        add_probes(routes, desk, hub, meters);
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
        if (!line.starts_with('#'))
            EXPECT_NE(line.find("mode=\"paper\""), std::string::npos) << line;
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
