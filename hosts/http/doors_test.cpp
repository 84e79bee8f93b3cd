// Coming in and going out, over a real server.
#include "hosts/http/doors.h"

#include <chrono>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "hosts/http/cookie.h"
#include "hosts/http/doors_testkit.h"
#include "hosts/people/audit_check.h"

namespace assay::http {
namespace {

using Json = nlohmann::json;

std::vector<people::AuditRow> audit_of(const Guarded& g) {
    return people::read_audit(g.audit->files().entries, {.limit = 1'000})->rows;
}

// --- signing in ----------------------------------------------------------------------------------

TEST(Doors, a_login_gives_a_cookie_that_no_page_can_read) {
    const Guarded g;
    const auto answer = g.try_login("trader", kPassword);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const std::string cookie = answer.headers.at("set-cookie");
    EXPECT_TRUE(cookie.starts_with("assay=")) << cookie;
    EXPECT_NE(cookie.find("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(cookie.find("Secure"), std::string::npos) << "there is no TLS here";
    const Json me = Json::parse(answer.body);
    EXPECT_EQ(me["name"], "trader");
    EXPECT_EQ(me["role"], "trader");
    EXPECT_EQ(me["via"], "session");
    EXPECT_EQ(me["idle_s"], 900);
    EXPECT_EQ(me["session_ends"], "2026-03-03T02:30:00Z");
    const Entered in = Guarded::entered(answer);
    const auto again = g.ask("GET /api/v1/me", in.fields());
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(Json::parse(again.body), me);
}

TEST(Doors, under_tls_the_cookie_is_the_hosts_and_secure) {
    Request request;
    request.tls = true;
    request.headers = {{"host", "desk.example:8443"}, {"cookie", "a=b; __Host-assay-8443=t0; c"}};
    EXPECT_EQ(session_cookie(request), "__Host-assay-8443");
    EXPECT_EQ(cookie_of(request, session_cookie(request)), "t0");
    EXPECT_EQ(cookie_of(request, "assay-8443"), "");
    EXPECT_TRUE(set_session_cookie(request, "t", 60).ends_with("; SameSite=Strict; Secure"));
    EXPECT_NE(set_session_cookie(request, "", 60).find("Max-Age=0"), std::string::npos);
}

TEST(Doors, wrong_unknown_disabled_and_expired_sound_the_same) {
    const Guarded g;
    ASSERT_TRUE(g.people_->change("viewer", {people::Role::viewer}, true));
    ASSERT_TRUE(g.people_->set_password("quant", *people::hashed(kPassword, people::kCheap), {},
                                        Nanos{g.clock.load()}));
    std::set<std::string> said;
    for (const auto& [name, password] :
         {std::pair("trader", "wrong horse battery"), std::pair("nobody", kPassword),
          std::pair("viewer", kPassword), std::pair("quant", kPassword)}) {
        const auto answer = g.try_login(name, password);
        EXPECT_EQ(answer.status, 401) << name;
        EXPECT_FALSE(answer.headers.contains("set-cookie")) << name;
        Json body = Json::parse(answer.body);
        EXPECT_EQ(body["type"], "urn:assay:problem:wrong-login");
        EXPECT_EQ(body["request_id"], answer.headers.at("x-request-id"));
        body.erase("request_id");
        said.insert(body.dump());
    }
    EXPECT_EQ(said.size(), 1U);
    const auto rows = audit_of(g);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[2].who, "") << "what is nobody's name may be a password";
    EXPECT_EQ(rows[0].what.front().second, "the first password has expired");
    EXPECT_EQ(rows[3].what.front().second, "wrong password");
}

TEST(Doors, the_eleventh_wrong_try_has_to_wait_and_so_does_one_for_an_unknown_name) {
    Guarded g;
    for (const char* name : {"trader", "nobody"}) {
        for (int i = 0; i < 10; ++i) EXPECT_EQ(g.try_login(name, "wrong horse").status, 401) << i;
        const auto late = g.try_login(name, kPassword);
        EXPECT_EQ(late.status, 429) << name;
        EXPECT_EQ(late.headers.at("retry-after"), "30");
    }
    g.later({31 * kSecond.ns});
    EXPECT_EQ(g.try_login("trader", kPassword).status, 200);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(g.try_login("quant", kPassword).status, 200) << i;
}

TEST(Doors, another_login_is_another_token_and_ends_the_one_before) {
    const Guarded g;
    const Entered first = g.login("trader");
    const auto answer = g.ask("POST /api/v1/login", first.fields(),
                              R"({"name": "trader", "password": "correct horse battery"})");
    const Entered second = Guarded::entered(answer);
    EXPECT_NE(first.cookie, second.cookie);
    EXPECT_NE(first.csrf, second.csrf);
    EXPECT_EQ(g.ask("GET /api/v1/me", first.fields()).status, 401);
    EXPECT_EQ(g.ask("GET /api/v1/me", second.fields()).status, 200);
}

// --- how long it lasts ---------------------------------------------------------------------------

TEST(Doors, polling_does_not_keep_anybody_signed_in) {
    Guarded g;
    const Entered in = g.login("trader");
    for (int i = 0; i < 2; ++i) {
        g.later({7 * kMinute.ns});
        EXPECT_EQ(g.ask("GET /api/v1/status", in.fields() + "Assay-Background: yes\r\n").status,
                  200);
    }
    g.later({kMinute.ns});
    EXPECT_EQ(g.ask("GET /api/v1/status", in.fields()).status, 401);
    const Entered used = g.login("trader");
    for (int i = 0; i < 10; ++i) {
        g.later({14 * kMinute.ns});
        EXPECT_EQ(g.ask("GET /api/v1/status", used.fields()).status, 200);
    }
}

TEST(Doors, a_logout_ends_the_session_and_takes_the_cookie_back) {
    const Guarded g;
    const Entered in = g.login("trader");
    const auto out = g.ask("POST /api/v1/logout", in.fields(), "{}");
    EXPECT_EQ(out.status, 204);
    EXPECT_NE(out.headers.at("set-cookie").find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(g.ask("GET /api/v1/me", in.fields()).status, 401);
}

TEST(Doors, disabling_and_a_new_role_end_sessions_and_streams_within_a_second) {
    const Guarded g;
    const Entered admin = g.login("admin");
    for (const char* change :
         {R"({"disabled": true})", R"({"disabled": false, "role": "quant"})"}) {
        ASSERT_TRUE(g.people_->change("trader", {people::Role::trader}, false));
        const Entered in = g.login("trader");
        Client stream(g.server->port());
        stream.send("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n" + in.fields() + "\r\n");
        ASSERT_NE(stream.read_until("retry:").find("200 OK"), std::string::npos);
        ASSERT_EQ(g.ask("POST /api/v1/users/trader", admin.fields(), change).status, 200);
        const auto from = std::chrono::steady_clock::now();
        EXPECT_EQ(g.ask("GET /api/v1/me", in.fields()).status, 401);
        EXPECT_NE(stream.read_until("session has ended").find("event: bye"), std::string::npos);
        EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(1)) << change;
    }
}

TEST(Doors, what_another_process_changes_counts_at_once) {
    const Guarded g;
    const Entered in = g.login("trader");
    auto other = people::People::open(g.folder.file("people.db"));
    ASSERT_TRUE((*other)->change("trader", {people::Role::trader}, true));
    EXPECT_EQ(g.ask("GET /api/v1/me", in.fields()).status, 401);
}

// --- passwords -----------------------------------------------------------------------------------

TEST(Doors, a_first_password_is_for_one_thing) {
    Guarded g;
    const Entered admin = g.login("admin");
    const auto added =
        g.ask("POST /api/v1/users", admin.fields(), R"({"name": "bob", "role": "quant"})");
    ASSERT_EQ(added.status, 201) << added.body;
    const std::string first = Json::parse(added.body)["password"];
    EXPECT_GE(first.size(), 20U);
    EXPECT_EQ(
        g.ask("POST /api/v1/users", admin.fields(), R"({"name": "bob", "role": "quant"})").status,
        409);
    const Entered in = g.login("bob", first);
    const auto me = g.ask("GET /api/v1/me", in.fields());
    EXPECT_TRUE(Json::parse(me.body)["must_change_password"]);
    const auto status = g.ask("GET /api/v1/status", in.fields());
    EXPECT_EQ(status.status, 403);
    EXPECT_EQ(Json::parse(status.body)["type"], "urn:assay:problem:password-change-needed");
    const auto change = [&](std::string_view before, std::string_view after) {
        return g.ask("POST /api/v1/password", in.fields(),
                     Json{{"old", before}, {"new", after}}.dump());
    };
    EXPECT_EQ(change(first, "short").status, 422);
    EXPECT_EQ(change(first, "passwordpassword").status, 422);
    EXPECT_EQ(change(first, first).status, 422);
    EXPECT_EQ(change("not the first one", "four words will do").status, 403);
    const auto changed = change(first, "four words will do");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(g.ask("GET /api/v1/me", in.fields()).status, 401) << "the old session has ended";
    EXPECT_EQ(g.ask("GET /api/v1/status", Guarded::entered(changed).fields()).status, 200);
    EXPECT_EQ(g.try_login("bob", first).status, 401);
    EXPECT_EQ(g.try_login("bob", "four words will do").status, 200);
}

TEST(Doors, a_first_password_counts_for_24_hours) {
    Guarded g;
    const auto added = g.ask("POST /api/v1/users", g.login("admin").fields(),
                             R"({"name": "bob", "role": "quant"})");
    const std::string first = Json::parse(added.body)["password"];
    g.later({kDay.ns - kSecond.ns});
    EXPECT_EQ(g.try_login("bob", first).status, 200);
    g.later({kSecond.ns});
    EXPECT_EQ(g.try_login("bob", first).status, 401);
    const auto anew = g.ask("POST /api/v1/users/bob/password", g.login("admin").fields(), "{}");
    ASSERT_EQ(anew.status, 200) << anew.body;
    EXPECT_EQ(g.try_login("bob", Json::parse(anew.body)["password"].get<std::string>()).status,
              200);
}

TEST(Doors, a_hash_of_another_cost_is_made_anew_at_the_next_login) {
    const Guarded g;
    ASSERT_TRUE(
        g.people_->set_password("trader", *people::hashed(kPassword, {2, 8 << 10}), {}, {}));
    (void)g.login("trader");
    EXPECT_FALSE(people::of_another_cost((*g.people_->find("trader"))->hash, people::kCheap));
    (void)g.login("trader");
}

TEST(Doors, the_last_admin_stays_one) {
    const Guarded g;
    const Entered in = g.login("admin");
    EXPECT_EQ(g.ask("POST /api/v1/users/admin", in.fields(), R"({"role": "viewer"})").status, 409);
    EXPECT_EQ(g.ask("POST /api/v1/users/admin", in.fields(), R"({"disabled": true})").status, 409);
    EXPECT_EQ(g.ask("POST /api/v1/users/nobody", in.fields(), "{}").status, 404);
}

// --- tokens --------------------------------------------------------------------------------------

TEST(Doors, a_token_is_what_its_owner_is_or_less_and_ends) {
    Guarded g;
    const Entered in = g.login("trader");
    const auto make = [&](const char* body) {
        return g.ask("POST /api/v1/tokens", in.fields(), body);
    };
    EXPECT_EQ(make(R"({"name": "a", "role": "admin", "days": 1})").status, 422);
    EXPECT_EQ(make(R"({"name": "a", "role": "trader"})").status, 422);
    EXPECT_EQ(make(R"({"name": "a", "role": "trader", "days": 400})").status, 422);
    const Json reads = Json::parse(make(R"({"name": "reads", "days": 2})").body),
               trades =
                   Json::parse(make(R"({"name": "trades", "role": "trader", "days": 2})").body);
    const std::string read = reads["token"], trade = trades["token"];
    const std::string parent =
        R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "buy", "qty": 100, "window_s": 60})";
    EXPECT_EQ(g.with_token("GET /api/v1/status", read).status, 200);
    EXPECT_EQ(g.with_token("POST /api/v1/parents", read, parent).status, 403);
    EXPECT_EQ(g.with_token("POST /api/v1/parents", trade, parent).status, 201);
    EXPECT_EQ(g.with_token("POST /api/v1/tokens", trade, R"({"name": "b", "days": 366})").status,
              403)
        << "a token does not make another one";
    const auto listed = g.ask("GET /api/v1/tokens", in.fields());
    EXPECT_EQ(Json::parse(listed.body)["rows"].size(), 2U);
    EXPECT_EQ(listed.body.find(read), std::string::npos) << "shown once";
    EXPECT_EQ(
        Json::parse(g.ask("GET /api/v1/tokens", g.login("quant").fields()).body)["rows"].size(),
        0U);
    EXPECT_EQ(g.ask("DELETE /api/v1/tokens/1", g.login("quant").fields()).status, 404);
    EXPECT_EQ(g.ask("DELETE /api/v1/tokens/1", in.fields()).status, 200);
    EXPECT_EQ(g.with_token("GET /api/v1/status", read).status, 401);
    ASSERT_TRUE(g.people_->change("trader", {people::Role::viewer}, false));
    EXPECT_EQ(g.with_token("GET /api/v1/status", trade).status, 401) << "they are no trader now";
    ASSERT_TRUE(g.people_->change("trader", {people::Role::trader}, false));
    EXPECT_EQ(g.with_token("GET /api/v1/status", trade).status, 200);
    g.later({2 * kDay.ns});
    EXPECT_EQ(g.with_token("GET /api/v1/status", trade).status, 401);
}

TEST(Doors, without_a_token_there_is_an_answer_and_no_more) {
    const Guarded g;
    EXPECT_EQ(g.ask("GET /healthz").status, 200);
    EXPECT_EQ(g.ask("GET /openapi.yaml").status, 200);
    for (const char* path : {"/api/v1/status", "/metrics", "/version", "/readyz", "/api/v1/config",
                             "/api/v1/stream", "/api/v1/me", "/api/v1/audit"}) {
        EXPECT_EQ(g.ask("GET " + std::string(path)).status, 401) << path;
        EXPECT_EQ(g.with_token("GET " + std::string(path), "x").status, 401) << path;
    }
    EXPECT_EQ(g.with_token("GET /api/v1/status", "v").status, 200);
    EXPECT_EQ(g.ask("GET /api/v1/status").headers.at("www-authenticate"), "Bearer");
    EXPECT_EQ(g.with_token("GET /api/v1/status", sha256("v")).status, 401)
        << "the hash is no token";
}

// --- under one's own name ------------------------------------------------------------------------

TEST(Doors, who_is_the_one_who_asks) {
    const Guarded g;
    const auto kill = [&](std::string_view token, std::string_view more) {
        return g.with_token(
            "POST /api/v1/kill", token,
            R"({"scope": "symbol", "value": "ACME", "why": "a test")" + std::string(more) + "}");
    };
    EXPECT_EQ(kill("v", R"(, "who": "vic")").status, 403);
    EXPECT_EQ(kill("t", R"(, "who": "ada")").status, 403) << "under another's name";
    EXPECT_EQ(kill("t", R"(, "who": "tom", "who": "ada")").status, 400) << "a name said twice";
    EXPECT_EQ(Json::parse(kill("t", R"(, "who": "tom")").body)["who"], "tom");
    EXPECT_EQ(Json::parse(kill("t", "").body)["who"], "tom") << "it may be left out";
}

TEST(Doors, a_release_takes_two_tokens_or_two_who_ask) {
    Guarded g({.four_eyes = true});
    const auto kill = [&] {
        ASSERT_EQ(g.with_token("POST /api/v1/kill", "t",
                               R"({"scope": "symbol", "value": "ACME", "why": "a test"})")
                      .status,
                  200);
    };
    const auto release = [&](std::string_view token, std::string_view second,
                             std::string_view more = {},
                             std::string_view path = "/api/v1/release") {
        std::string fields = "Authorization: Bearer " + std::string(token) + "\r\n";
        if (!second.empty()) fields += "Assay-Second-Token: " + std::string(second) + "\r\n";
        return g
            .ask("POST " + std::string(path), fields,
                 R"({"scope": "symbol", "value": "ACME", "why": "over")" + std::string(more) + "}")
            .status;
    };
    kill();
    EXPECT_EQ(release("t", "", R"(, "second": "tina")"), 403) << "one person says both names";
    EXPECT_EQ(release("t", "t"), 403);
    EXPECT_EQ(release("t", "a", R"(, "second": "tina")"), 403) << "ada is not tina";
    EXPECT_EQ(release("t", "q"), 403) << "a quant may not release";
    EXPECT_EQ(release("q", "i"), 403);
    EXPECT_EQ(release("t", "t", "", "/api/v1/%72elease"), 403);
    EXPECT_EQ(release("t", "i", R"(, "second": "tina")"), 200);
    kill();
    EXPECT_EQ(release("t", ""), 202) << "tom asks";
    EXPECT_EQ(release("t", ""), 202) << "and asks again";
    EXPECT_NE(g.with_token("GET /api/v1/releases", "v").body.find("\"asked_by\": \"tom\""),
              std::string::npos);
    EXPECT_EQ(release("i", ""), 200) << "tina, too";
    const auto kills = Json::parse(g.with_token("GET /api/v1/kills", "v").body)["rows"];
    EXPECT_EQ(kills.back()["released_by"], "tina");
    EXPECT_EQ(kills.back()["released_second"], "tom");
    kill();
    EXPECT_EQ(release("t", ""), 202);
    g.later({10 * kMinute.ns});
    EXPECT_EQ(release("i", ""), 202) << "tom's was ten minutes ago";
}

TEST(Doors, a_settlement_takes_two_who_say_the_same) {
    Guarded g({.four_eyes = true});
    ASSERT_EQ(g.with_token("POST /api/v1/parents", "t",
                           R"({"cl_ord_id": "C", "symbol": "ACME", "side": "buy", "qty": 1000})")
                  .status,
              201);
    g.desk.make_unknown(1);
    const auto settle = [&](std::string_view token, std::string_view second, std::string_view more,
                            std::string_view child = "1") {
        std::string fields = "Authorization: Bearer " + std::string(token) + "\r\n";
        if (!second.empty()) fields += "Assay-Second-Token: " + std::string(second) + "\r\n";
        return g
            .ask("POST /api/v1/children/" + std::string(child) + "/settle", fields,
                 R"({"why": "by phone")" + std::string(more) + "}")
            .status;
    };
    constexpr std::string_view kFilled = R"(, "filled": 300, "price": 100.02)";
    EXPECT_EQ(settle("v", "", kFilled), 403) << "a viewer";
    EXPECT_EQ(settle("q", "i", kFilled), 403) << "a quant";
    EXPECT_EQ(settle("t", "t", kFilled), 403) << "one person's token twice";
    EXPECT_EQ(settle("t", "", kFilled), 202) << "tom asks";
    EXPECT_NE(g.with_token("GET /api/v1/releases", "v").body.find("\"scope\": \"child\""),
              std::string::npos);
    EXPECT_EQ(settle("i", "", R"(, "filled": 400, "price": 100.02)"), 202) << "tina says otherwise";
    EXPECT_EQ(settle("i", "", kFilled, "2"), 202) << "another child";
    EXPECT_EQ(settle("i", "", kFilled), 200);
    EXPECT_EQ(settle("i", "t", kFilled), 409) << "it is settled";
    const auto rows = audit_of(g);
    EXPECT_EQ(rows[1].act, "settle");
    bool named = false;
    for (const auto& [name, value] : rows[1].what) named |= name == "filled" && value == "300";
    EXPECT_TRUE(named);
}

TEST(Doors, where_four_eyes_is_off_one_person_releases) {
    const Guarded g;
    ASSERT_EQ(g.with_token("POST /api/v1/kill", "t",
                           R"({"scope": "lp", "value": "LP_A", "why": "a test"})")
                  .status,
              200);
    const auto done = g.with_token("POST /api/v1/release", "t",
                                   R"({"scope": "lp", "value": "LP_A", "why": "over"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(Json::parse(done.body)["released_second"], "(nobody: four_eyes is off)");
}

// --- the audit -----------------------------------------------------------------------------------

TEST(Doors, each_act_is_written_before_it_is_done_and_its_refusal_after) {
    const Guarded g;
    const Entered in = g.login("trader");
    const auto kill = [&](const char* value) {
        return g
            .ask("POST /api/v1/kill", in.fields(),
                 R"({"scope": "lp", "why": "a test", "value": ")" + std::string(value) + "\"}")
            .status;
    };
    EXPECT_EQ(kill("LP_A"), 200);
    EXPECT_EQ(kill("NO_SUCH"), 422);
    const auto rows = audit_of(g);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[3].act, "login");
    EXPECT_EQ(rows[2].act, "kill");
    EXPECT_EQ(rows[2].who, "trader");
    EXPECT_EQ(rows[2].via, "session");
    EXPECT_EQ(rows[2].from, "127.0.0.1");
    EXPECT_EQ(rows[2].outcome, "begun");
    EXPECT_EQ(rows[0].outcome, "refused");
    EXPECT_EQ(rows[0].of, rows[1].seq);
    const auto shown = g.ask("GET /api/v1/audit?act=kill&limit=2", g.login("quant").fields());
    const Json page = Json::parse(shown.body);
    ASSERT_EQ(page["rows"].size(), 2U) << shown.body;
    EXPECT_EQ(page["rows"][1]["what"]["value"], "NO_SUCH");
    const auto more =
        g.ask("GET /api/v1/audit?act=kill&limit=2&cursor=" + page["next_cursor"].get<std::string>(),
              g.login("quant").fields());
    EXPECT_EQ(Json::parse(more.body)["rows"][0]["what"]["value"], "LP_A");
    const auto verdict =
        Json::parse(g.ask("GET /api/v1/audit/verify", g.login("quant").fields()).body);
    EXPECT_TRUE(verdict["ok"]) << verdict;
    EXPECT_EQ(g.ask("GET /api/v1/audit", in.fields()).status, 403) << "a trader";
}

TEST(Doors, where_the_audit_cannot_be_written_only_a_kill_goes_on) {
    const Guarded g({}, Guarded::Audited::not_at_all);
    EXPECT_EQ(g.try_login("trader", kPassword).status, 503);
    const std::string parent =
        R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "buy", "qty": 100, "window_s": 60})";
    const auto refused = g.with_token("POST /api/v1/parents", "t", parent);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(Json::parse(refused.body)["type"], "urn:assay:problem:no-audit");
    EXPECT_EQ(Json::parse(g.with_token("GET /api/v1/parents", "v").body)["rows"].size(), 0U);
    EXPECT_EQ(g.with_token("POST /api/v1/config/reload", "a", R"({"why": "x"})").status, 503);
    EXPECT_EQ(g.with_token("POST /api/v1/kill", "t", R"({"scope": "all", "why": "x"})").status,
              200);
    EXPECT_EQ(g.with_token("POST /api/v1/release", "t", R"({"scope": "all", "why": "x"})").status,
              503);
}

TEST(Doors, no_secret_is_in_the_audit_or_the_log) {
    Guarded g;
    const Entered in = g.login("admin");
    (void)g.try_login("trader", "CANARY-password-1");
    (void)g.try_login("CANARY-password-2", "x");
    (void)g.ask("POST /api/v1/password", in.fields(),
                R"({"old": "CANARY-password-3", "new": "CANARY-password-4-is-long-enough"})");
    (void)g.with_token("GET /api/v1/status", "CANARY-token");
    (void)g.ask("GET /api/v1/status?token=CANARY-query");
    const std::string token = Json::parse(
        g.ask("POST /api/v1/tokens", in.fields(), R"({"name": "n", "days": 1})").body)["token"];
    const std::string first =
        Json::parse(g.ask("POST /api/v1/users", in.fields(), R"({"name": "bob", "role": "viewer"})")
                        .body)["password"];
    g.server->stop();
    std::string all = g.logged;
    for (const char* name : {"audit.jsonl", "heads.txt", "people.db", "people.db-wal"}) {
        std::ifstream file(g.folder.file(name), std::ios::binary);
        all += std::string((std::istreambuf_iterator<char>(file)), {});
    }
    for (const std::string& secret :
         {std::string("CANARY"), token, first, in.csrf, in.cookie.substr(in.cookie.find('=') + 1)})
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
    EXPECT_NE(g.logged.find("POST /api/v1/login was answered 401"), std::string::npos) << g.logged;
}

// --- how much
// --------------------------------------------------------------------------------------

TEST(Doors, whoever_asks_too_much_waits_and_others_do_not) {
    const Guarded g({.requests = {50, 0.001}});
    int answered = 0;
    for (int i = 0; i < 60; ++i)
        if (g.with_token("GET /api/v1/status", "v").status == 200) ++answered;
    EXPECT_EQ(answered, 50);
    EXPECT_EQ(g.with_token("GET /api/v1/status", "v").status, 429);
    int dear = 0;
    for (int i = 0; i < 60; ++i)
        if (g.with_token("GET /api/v1/audit/verify", "q").status == 200) ++dear;
    EXPECT_EQ(dear, 2) << "each costs 20";
    EXPECT_EQ(g.with_token("GET /api/v1/status", "t").status, 200);
}

TEST(Doors, an_open_desk_says_that_it_is_one) {
    const people::OwnFolder folder;
    auto audit = *people::Audit::open({folder.file("audit.jsonl"), folder.file("heads.txt")});
    Doors doors({}, nullptr, *audit);
    Routes routes;
    MemoryDesk desk;
    add_api(routes, desk);
    doors.add_routes(routes);
    routes.guard(doors.guard());
    const auto ask = [&](std::string method, std::string_view target, std::string body = {}) {
        Request request;
        request.method = std::move(method);
        request.headers = {{"content-type", "application/json"}};
        request.body = std::move(body);
        return settled(routes.answer(request, target));
    };
    const Json me = Json::parse(ask("GET", "/api/v1/me").body);
    EXPECT_EQ(me["accounts"], "none");
    EXPECT_EQ(me["via"], "none");
    EXPECT_EQ(me["session_ends"], nullptr);
    EXPECT_EQ(ask("POST", "/api/v1/login", R"({"name": "a", "password": "b"})").status, 409);
    EXPECT_EQ(ask("POST", "/api/v1/tokens", R"({"name": "a", "days": 1})").status, 409);
    EXPECT_EQ(ask("POST", "/api/v1/kill", R"({"scope": "all", "why": "x", "who": "eve"})").status,
              200);
    EXPECT_EQ(ask("POST", "/api/v1/kill", R"({"scope": "all", "why": "x"})").status, 422) << "who?";
    const auto rows = people::read_audit(folder.file("audit.jsonl"), {})->rows;
    EXPECT_EQ(rows.back().via, "open");
    EXPECT_EQ(rows.at(1).who, "eve");
}

}  // namespace
}  // namespace assay::http
