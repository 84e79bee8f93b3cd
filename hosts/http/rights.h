// Who may do what over HTTP: one table. A route that changes something and has no row here is
// refused to everybody; a GET without one is for everybody who has signed in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/exchange.h"

namespace assay::http {

struct Right {
    enum class Who : std::uint8_t {
        everyone,  // also without having signed in
        person,    // whoever has signed in by a password: a token will not do
        role,      // whose role is one of `roles`
    } who{Who::role};
    std::string_view method, pattern;
    std::string_view act{};    // its name in the audit; empty: nothing that is told there
    std::string_view roles{};  // one letter each: v, t, q, a
    // Fields of the body that the audit shows, parted by blanks. Never a password or a token.
    std::string_view fields{};
    bool two_people{};      // where four_eyes is on; a person's right to release lets them do it
    bool under_a_name{};    // `who` in the body is the caller, and nobody else
    bool own_entry{};       // the handler writes the audit itself
    bool first_password{};  // also while a first password is to be changed
    bool audit_may_fail{};  // it stops things, and must work whatever has failed
    double cost{1};         // of the caller's allowance of requests
};

std::span<const Right> rights();
// For what is not in the table, what stands above.
Right right_of(std::string_view method, std::string_view pattern);
// Whether the table lets them; a reason in words where it does not.
bool may(const Caller& by, const Right& right);
// The acts that they may do, by name.
std::vector<std::string_view> acts_of(const Caller& by);

}  // namespace assay::http
