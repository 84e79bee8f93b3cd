// Accounts of desk.toml: a name, a role, and the SHA-256 of a token that is 32 random bytes. For
// programs; people have passwords (hosts/people), and what each may is in rights.cpp.
//
//     Authorization: Bearer 9f0c...
#pragma once

#include <string>

#include "hosts/people/password.h"
#include "hosts/people/role.h"

namespace assay::http {

using people::sha256;
using AccountRole = people::Role;

struct Account {
    std::string name;
    AccountRole role{};
    std::string token_sha256;  // 64 hexadecimal digits, in lower case
    bool approve{};            // may approve what another proposes
};

}  // namespace assay::http
