// Every route × role × way of coming in, over a real server: what is answered follows from the
// table of rights, and from nothing else.
#include "hosts/http/rights.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

#include "hosts/http/doors_testkit.h"
#include "hosts/people/audit_check.h"

namespace assay::http {
namespace {

std::string sample_of(std::string_view pattern) {
    std::string path;
    while (!pattern.empty()) {
        const std::size_t brace = pattern.find('{');
        path += pattern.substr(0, brace);
        if (brace == pattern.npos) break;
        const std::size_t end = pattern.find('}', brace);
        const std::string_view name = pattern.substr(brace + 1, end - brace - 1);
        path += name == "profile"  ? "balanced"
                : name == "symbol" ? "ACME"
                : name == "kpi"    ? "fill_rate"
                : name == "id"     ? "1"
                                   : "nobody";
        pattern.remove_prefix(end + 1);
    }
    return path;
}

bool unsafe(const Routes::Line& line) {
    return line.method != "GET";
}

// How a request comes in, and what it must lead to.
struct Way {
    const char* name;
    std::string fields;
    int refused;  // 0: let in, whatever the handler then says
};

TEST(Rights, every_route_answers_every_role_by_the_table) {
    Guarded g({.requests = {1e9, 1e9}});
    std::size_t asked = 0, wrong = 0;
    for (const Routes::Line& line : g.lines) {
        const Right right = right_of(line.method, line.pattern);
        const bool everyone = right.who == Right::Who::everyone;
        // A stream has no end; HEAD is answered as GET is.
        const std::string request = (line.pattern == "/api/v1/stream" ? "HEAD" : line.method) +
                                    " " + sample_of(line.pattern);
        const std::string body = line.method == "POST" ? "{}" : "";
        for (const std::string_view role : people::kRoles) {
            const Entered old = g.login(role);
            g.later({16 * kMinute.ns});
            const Entered in = g.login(role);
            Caller by{.via = Caller::Via::session, .name = std::string(role)};
            by.rights.role = *people::role_named(role);
            Caller bearer = by;
            bearer.via = Caller::Via::token;
            const int stranger = everyone ? 0 : 401, csrf = everyone || !unsafe(line) ? 0 : 403,
                      allowed = may(by, right) ? 0 : 403;
            const std::string cookie = "Cookie: " + in.cookie + "\r\n",
                              origin = "Origin: http://evil.example\r\n";
            const std::vector<Way> ways = {
                {"no session", "", stranger},
                {"a made-up session",
                 "Cookie: " + in.cookie.substr(0, in.cookie.find('=')) + "=" +
                     std::string(64, '0') + "\r\n",
                 stranger},
                {"an expired session", old.fields(), stranger},
                {"an unknown token", "Authorization: Bearer x\r\n" + in.fields(), stranger},
                {"no CSRF token", cookie, csrf != 0 ? csrf : allowed},
                {"a forged CSRF token", cookie + "X-CSRF-Token: " + std::string(64, '0') + "\r\n",
                 csrf != 0 ? csrf : allowed},
                {"the CSRF token of another session", cookie + "X-CSRF-Token: " + old.csrf + "\r\n",
                 csrf != 0 ? csrf : allowed},
                {"another origin", in.fields() + origin, unsafe(line) ? 403 : allowed},
                {"an origin of null", in.fields() + "Origin: null\r\n",
                 unsafe(line) ? 403 : allowed},
                {"a token", fmt::format("Authorization: Bearer {}\r\n", role.front()),
                 everyone || may(bearer, right) ? 0 : 403},
                {"its session", in.fields(), allowed},
            };
            for (const Way& way : ways) {
                const auto answer = g.ask(request, way.fields, body);
                ++asked;
                const bool let_in = answer.status != 401 && answer.status != 403;
                const bool as_expected =
                    way.refused == 0 ? let_in && answer.status != 0 : answer.status == way.refused;
                // Of what everybody may ask the handler itself may say that a login is wrong.
                if (as_expected) continue;
                ++wrong;
                ADD_FAILURE() << request << " as " << role << " with " << way.name << ": "
                              << answer.status << ", expected "
                              << (way.refused == 0 ? "to be let in" : std::to_string(way.refused))
                              << "\n"
                              << answer.body;
            }
        }
    }
    fmt::print("{} requests over {} routes, {} not as the table says\n", asked, g.lines.size(),
               wrong);
    EXPECT_GT(asked, 1'500U);
}

TEST(Rights, a_route_that_changes_something_and_is_not_in_the_table_is_nobodys) {
    const Guarded g;
    for (const char* role : {"viewer", "trader", "quant", "admin"})
        EXPECT_EQ(g.ask("POST /api/v1/unlisted", g.login(role).fields(), "{}").status, 403) << role;
    for (const Routes::Line& line : g.lines) {
        if (line.method == "GET" || line.pattern == "/api/v1/unlisted") continue;
        const Right right = right_of(line.method, line.pattern);
        EXPECT_FALSE(right.act.empty() && right.cost <= 1)
            << line.method << " " << line.pattern << " has no row in rights.cpp";
    }
}

TEST(Rights, a_get_writes_nothing) {
    const Guarded g;
    const Entered in = g.login("admin");
    const auto files = g.audit->files();
    const std::uint64_t before = people::check_audit(files.entries, files.heads)->entries;
    for (const Routes::Line& line : g.lines)
        if (line.method == "GET" && line.pattern != "/api/v1/stream")
            (void)g.ask("GET " + sample_of(line.pattern), in.fields());
    EXPECT_EQ(people::check_audit(files.entries, files.heads)->entries, before);
    EXPECT_EQ(before, 1U) << "the login";
}

// By hand, so that a slip in the table is seen.
TEST(Rights, an_admin_does_not_trade_and_a_trader_does_not_choose_weights) {
    const auto acts = [](AccountRole role) {
        Caller by{.via = Caller::Via::session, .name = "x"};
        by.rights.role = role;
        const auto all = acts_of(by);
        return std::set<std::string_view>(all.begin(), all.end());
    };
    const auto viewer = acts(AccountRole::viewer), trader = acts(AccountRole::trader),
               quant = acts(AccountRole::quant), admin = acts(AccountRole::admin);
    EXPECT_EQ(viewer,
              (std::set<std::string_view>{"logout", "password", "tokens.add", "tokens.revoke"}));
    for (const char* act : {"parents.submit", "parents.cancel"}) {
        EXPECT_TRUE(trader.contains(act)) << act;
        EXPECT_FALSE(quant.contains(act)) << act;
        EXPECT_FALSE(admin.contains(act)) << act;
    }
    for (const char* act : {"profiles.apply", "profiles.rollback", "config.reload"}) {
        EXPECT_FALSE(trader.contains(act)) << act;
        EXPECT_TRUE(quant.contains(act)) << act;
        EXPECT_TRUE(admin.contains(act)) << act;
    }
    for (const auto* one : {&trader, &quant, &admin}) EXPECT_TRUE(one->contains("kill"));
    for (const char* act : {"release", "settle"}) {
        EXPECT_TRUE(trader.contains(act)) << act;
        EXPECT_TRUE(admin.contains(act)) << act;
        EXPECT_FALSE(quant.contains(act) || viewer.contains(act)) << act;
    }
    for (const char* act : {"users.add", "users.change", "users.password"}) {
        EXPECT_FALSE(trader.contains(act) || quant.contains(act)) << act;
        EXPECT_TRUE(admin.contains(act)) << act;
    }
    EXPECT_FALSE(admin.contains("profiles.approve")) << "a right, and no role";
}

}  // namespace
}  // namespace assay::http
