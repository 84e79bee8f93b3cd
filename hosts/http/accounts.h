// Who may do what over HTTP. A request names nobody: it carries a token, and the token is
// somebody's.
//
//     Authorization: Bearer 9f0c...
//
// Of a token only its SHA-256 is kept. That is enough for tokens that are 32 random bytes, and for
// nothing that a person could think of.
//
//     viewer   reads
//     quant    and reloads the configuration, and kills
//     trader   and sends and cancels parents, kills and releases; reloads nothing
//     admin    everything
//
// Whoever kills, releases or reloads does so under their own name: `who` must be the account's. The
// second person of a release shows a token of their own, in Assay-Second-Token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/exchange.h"

namespace assay::http {

enum class AccountRole : std::uint8_t { viewer, trader, quant, admin };

struct Account {
    std::string name;
    AccountRole role{};
    std::string token_sha256;  // 64 hexadecimal digits, in lower case
};

// In hexadecimal digits, as `sha256sum` prints it.
std::string sha256(std::string_view bytes);

// The guard of Routes. Without a token only /healthz and /openapi.yaml are answered.
Guard guard_of(std::vector<Account> accounts);

}  // namespace assay::http
