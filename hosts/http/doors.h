// Who comes in, and what they may: the guard of the routes, and the routes about people.
//
//     Doors doors(config, people.get(), *audit);
//     doors.add_routes(routes);
//     routes.guard(doors.guard());
//     routes.afterwards(doors.afterwards());
//
// A browser signs in by name and password and gets a cookie that no page can read; what changes
// something takes the session's CSRF token besides, in X-CSRF-Token. A program carries a token:
// one of desk.toml, one that a person made, or that of the desk's own commands. Each act of the
// table in rights.cpp is written to the audit before it is done, and refused where that fails.
// One thread, but for hashing.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hosts/http/accounts.h"
#include "hosts/http/problem.h"
#include "hosts/http/rights.h"
#include "hosts/http/routes.h"
#include "hosts/people/allowance.h"
#include "hosts/people/audit.h"
#include "hosts/people/people.h"
#include "hosts/people/sessions.h"

namespace assay::http {

struct DoorsConfig {
    std::vector<Account> accounts{};
    // Of the desk's own commands: an admin called "local", but for one who can read its file.
    std::string local_token_sha256{};
    bool four_eyes{};
    people::SessionLimits sessions{};
    people::PasswordCost cost{};
    people::AllowanceLimits tries_of_name{10, 1.0 / 30}, tries_of_address{30, 1.0 / 6};
    people::AllowanceLimits requests{400, 200};
    std::function<Nanos()> now{};  // empty: the system's clock
    std::function<void(std::string_view)> log{};
    // Told once a first password was changed by its person.
    std::function<void(const std::string& name)> password_changed{};
};

class Doors {
  public:
    // Without people the desk is open: whoever reaches it may everything, and the audit says so.
    Doors(DoorsConfig config, people::People* people, people::Audit& audit);
    Doors(const Doors&) = delete;

    void add_routes(Routes& routes);
    Guard guard();
    std::function<void(const Request&, const Reply&)> afterwards();
    // Old sessions go, the audit's heads reach the disk.
    void each_second();

  private:
    using Entry = people::AuditEntry;
    struct Ask {  // a release that waits for its second person
        std::string who, why;
        Nanos until;
    };
    // guard
    std::optional<Reply> check(Request& request);
    std::optional<Caller> caller_of(const Request& request);
    std::optional<Caller> by_token(std::string_view token);
    std::optional<Caller> by_cookie(const Request& request);
    std::optional<Reply> checked_name(const Request& request);
    std::optional<Reply> second_person(Request& request);
    std::optional<Reply> write_down(Request& request, const Right& right);
    Result<std::uint64_t> note(const Request& request, std::string_view who, std::string_view act,
                               std::string_view outcome,
                               std::vector<std::pair<std::string, std::string>> what = {},
                               std::uint64_t of = 0);
    // routes
    Reply login(const Request& request);
    Reply log_in(const Request& request, const std::string& name, bool right,
                 const std::optional<std::string>& new_hash, const std::string& hash);
    Reply logout(const Request& request);
    Reply me(const Request& request);
    Reply change_password(const Request& request);
    Reply list_people();
    Reply add_person(const Request& request);
    Reply change_person(const Request& request);
    Reply new_password(const Request& request);
    Reply list_tokens(const Request& request);
    Reply add_token(const Request& request);
    Reply revoke_token(const Request& request);
    Reply list_audit(const Request& request);
    Reply verify_audit();
    Reply list_releases();

    Reply begin_session(const Request& request, const people::Person& person);
    std::string me_json(const Caller& by, const std::string& csrf, std::optional<Nanos> ends,
                        bool must_change) const;
    std::optional<people::Person> person(std::string_view name);
    std::optional<Reply> busy_hashing(const Request& request);
    Nanos now() const;
    void log(std::string_view text) const {
        if (config_.log) config_.log(text);
    }

    DoorsConfig config_;
    people::People* people_;
    people::Audit& audit_;
    people::Sessions sessions_;
    people::Allowance tries_of_name_, tries_of_address_, requests_;
    std::map<std::string, Ask> releases_;  // by scope and value
    std::string nobodys_hash_;             // costs as much to try as anybody's
    std::atomic<int> hashing_{};
    Nanos anchored_{kNever};
};

}  // namespace assay::http
