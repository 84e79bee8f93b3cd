#include "hosts/http/rights.h"

#include <algorithm>

namespace assay::http {

namespace {

constexpr auto kEveryone = Right::Who::everyone, kPerson = Right::Who::person;
constexpr std::string_view kAllRoles = "vtqa";

// Orders are the trader's, weights the quant's, people the admin's: an admin does not trade, and a
// trader does not choose the weights that are traded by.
constexpr Right kRights[] = {
    {kEveryone, "GET", "/healthz"},
    {kEveryone, "GET", "/openapi.yaml"},

    {.who = kEveryone,
     .method = "POST",
     .pattern = "/api/v1/login",
     .act = "login",
     .own_entry = true},
    {.method = "POST",
     .pattern = "/api/v1/logout",
     .act = "logout",
     .roles = kAllRoles,
     .own_entry = true,
     .first_password = true},
    {.method = "GET", .pattern = "/api/v1/me", .roles = kAllRoles, .first_password = true},
    {.who = kPerson,
     .method = "POST",
     .pattern = "/api/v1/password",
     .act = "password",
     .own_entry = true,
     .first_password = true,
     .cost = 10},

    {.method = "GET", .pattern = "/api/v1/users", .roles = "a"},
    {.method = "POST",
     .pattern = "/api/v1/users",
     .act = "users.add",
     .roles = "a",
     .fields = "name role approve release",
     .cost = 10},
    {.method = "POST",
     .pattern = "/api/v1/users/{name}",
     .act = "users.change",
     .roles = "a",
     .fields = "role approve release disabled"},
    {.method = "POST",
     .pattern = "/api/v1/users/{name}/password",
     .act = "users.password",
     .roles = "a",
     .cost = 10},
    {.method = "GET", .pattern = "/api/v1/tokens", .roles = kAllRoles},
    {.who = kPerson,
     .method = "POST",
     .pattern = "/api/v1/tokens",
     .act = "tokens.add",
     .fields = "name role days"},
    {.method = "DELETE",
     .pattern = "/api/v1/tokens/{id}",
     .act = "tokens.revoke",
     .roles = kAllRoles},
    {.method = "GET", .pattern = "/api/v1/audit", .roles = "qa", .cost = 10},
    {.method = "GET", .pattern = "/api/v1/audit/verify", .roles = "qa", .cost = 20},

    {.method = "POST",
     .pattern = "/api/v1/parents",
     .act = "parents.submit",
     .roles = "t",
     .fields = "cl_ord_id symbol side qty limit window_s profile policy"},
    {.method = "DELETE", .pattern = "/api/v1/parents/{id}", .act = "parents.cancel", .roles = "t"},
    {.method = "POST",
     .pattern = "/api/v1/kill",
     .act = "kill",
     .roles = "tqa",
     .fields = "scope value who why",
     .under_a_name = true,
     .audit_may_fail = true},
    {.method = "POST",
     .pattern = "/api/v1/release",
     .act = "release",
     .roles = "ta",
     .fields = "scope value who second why",
     .two_people = true,
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/children/{id}/settle",
     .act = "settle",
     .roles = "ta",
     .fields = "filled price who second why",
     .two_people = true,
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/config/reload",
     .act = "config.reload",
     .roles = "qa",
     .fields = "who why",
     .under_a_name = true},

    {.method = "POST", .pattern = "/api/v1/profiles/{name}/preview", .roles = "qa", .cost = 10},
    {.method = "POST",
     .pattern = "/api/v1/profiles/{name}/versions",
     .act = "profiles.apply",
     .roles = "qa",
     .fields = "who why toml",
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/profiles/{name}/rollback",
     .act = "profiles.rollback",
     .roles = "qa",
     .fields = "to who why",
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/profiles/{name}/proposals/{id}/approve",
     .act = "profiles.approve",
     .roles = kAllRoles,
     .fields = "who",
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/profiles/{name}/proposals/{id}/withdraw",
     .act = "profiles.withdraw",
     .roles = "qa",
     .fields = "who",
     .under_a_name = true},
    {.method = "POST",
     .pattern = "/api/v1/backtests",
     .act = "backtests.start",
     .roles = "qa",
     .fields = "first second from to who why",
     .under_a_name = true,
     .cost = 20},
    {.method = "DELETE",
     .pattern = "/api/v1/backtests/{id}",
     .act = "backtests.cancel",
     .roles = "qa"},

    {.method = "GET", .pattern = "/api/v1/series/{kpi}", .roles = kAllRoles, .cost = 5},
    {.method = "GET", .pattern = "/api/v1/executions", .roles = kAllRoles, .cost = 5},
    {.method = "GET", .pattern = "/api/v1/rejections", .roles = kAllRoles, .cost = 2},
    {.method = "GET", .pattern = "/api/v1/orders", .roles = kAllRoles, .cost = 2},
    {.method = "GET", .pattern = "/api/v1/league", .roles = kAllRoles, .cost = 5},
    {.method = "GET", .pattern = "/api/v1/heatmap", .roles = kAllRoles, .cost = 10},
    {.method = "GET", .pattern = "/api/v1/lps/{lp}/report", .roles = kAllRoles, .cost = 10},
    {.method = "GET", .pattern = "/api/v1/best-execution", .roles = kAllRoles, .cost = 10},
    {.method = "GET", .pattern = "/api/v1/mirror", .roles = kAllRoles, .cost = 10},
};

char letter(people::Role role) {
    return people::text(role).front();
}

}  // namespace

std::span<const Right> rights() {
    return kRights;
}

Right right_of(std::string_view method, std::string_view pattern) {
    if (method == "HEAD") method = "GET";
    for (const Right& right : kRights)
        if (right.method == method && right.pattern == pattern) return right;
    Right other;
    other.method = method;
    other.pattern = pattern;
    if (method == "GET") other.roles = kAllRoles;
    return other;
}

bool may(const Caller& by, const Right& right) {
    if (right.who == kEveryone || by.via == Caller::Via::open) return true;
    if (by.via == Caller::Via::nobody) return false;
    if (right.who == kPerson) return by.via == Caller::Via::session;
    // Approving is a right and no role; so is being the second person of what takes two.
    if (right.act == "profiles.approve") return by.rights.approve;
    if (right.two_people && by.rights.release) return true;
    return right.roles.find(letter(by.rights.role)) != right.roles.npos;
}

std::vector<std::string_view> acts_of(const Caller& by) {
    std::vector<std::string_view> acts;
    for (const Right& right : kRights)
        if (!right.act.empty() && right.act != "login" && may(by, right)) acts.push_back(right.act);
    return acts;
}

}  // namespace assay::http
