#include "hosts/http/accounts.h"

#include <array>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "hosts/http/fields.h"
#include "hosts/http/problem.h"
#include "hosts/http/target.h"

namespace assay::http {
namespace {

constexpr std::string_view kSecondToken = "assay-second-token";

// Looks at all of them, so that the time it takes tells nothing.
const Account* account_of(const std::vector<Account>& accounts, std::string_view token) {
    const std::string hash = sha256(token);
    const Account* found = nullptr;
    for (const Account& a : accounts)
        if (a.token_sha256.size() == hash.size() &&
            CRYPTO_memcmp(a.token_sha256.data(), hash.data(), hash.size()) == 0)
            found = &a;
    return token.empty() ? nullptr : found;
}

std::string_view bearer_of(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view header = request.header("authorization");
    return header.starts_with(kScheme) ? header.substr(kScheme.size()) : std::string_view();
}

// As routes see it: "/api/v1/%6bill" is "/api/v1/kill".
std::string decoded_path(const Request& request) {
    std::string path;
    if (const auto target = parse_target(request.path))
        for (const std::string& segment : target->segments) path += "/" + segment;
    return path;
}

bool may(AccountRole role, std::string_view method, std::string_view path) {
    if (method == "GET" || method == "HEAD" || role == AccountRole::admin) return true;
    const bool kill = path == "/api/v1/kill";
    if (role == AccountRole::quant)
        return kill || path == "/api/v1/config/reload" || path.starts_with("/api/v1/profiles/") ||
               path.starts_with("/api/v1/backtests");
    if (role == AccountRole::trader)
        return kill || path == "/api/v1/release" || path.starts_with("/api/v1/parents");
    return false;
}

bool under_a_name(std::string_view path) {
    return path.starts_with("/api/v1/profiles/") || path.starts_with("/api/v1/backtests") ||
           path == "/api/v1/kill" || path == "/api/v1/release" || path == "/api/v1/config/reload";
}

Reply forbidden(const Request& request, std::string detail) {
    return problem_reply({.status = 403, .detail = std::move(detail)}, request.path);
}

std::optional<Reply> wrong_name(const std::vector<Account>& accounts, const Account& account,
                                const Request& request, std::string_view path) {
    auto body = Fields::of_body(request);
    if (!body) return std::nullopt;  // the handler says what is wrong with it
    const auto who = body->text("who");
    if (who && *who != account.name)
        return forbidden(request, fmt::format("This token is {}'s: `who` must be \"{}\"",
                                              account.name, account.name));
    if (path != "/api/v1/release") return std::nullopt;
    const Account* other = account_of(accounts, request.header(kSecondToken));
    const auto second = body->text("second");
    if (other == nullptr || other == &account)
        return forbidden(request,
                         "A release takes a second person, whose own token stands in the header "
                         "Assay-Second-Token");
    if (second && *second != other->name)
        return forbidden(request, fmt::format("The second token is {}'s: `second` must be \"{}\"",
                                              other->name, other->name));
    if (!may(other->role, request.method, path))
        return forbidden(request,
                         fmt::format("{} may not release: a trader or admin may", other->name));
    return std::nullopt;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string out;
    for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
    return out;
}

Guard guard_of(std::vector<Account> accounts) {
    return [accounts = std::move(accounts)](const Request& request) -> std::optional<Reply> {
        if (request.path == "/healthz" || request.path == "/openapi.yaml") return std::nullopt;
        const std::string path = decoded_path(request);
        const Account* account = account_of(accounts, bearer_of(request));
        if (account == nullptr) {
            Reply reply = problem_reply({.status = 401,
                                         .detail = "A token is needed, in the header "
                                                   "Authorization: Bearer TOKEN"},
                                        request.path);
            reply.headers.emplace_back("WWW-Authenticate", "Bearer");
            return reply;
        }
        if (!may(account->role, request.method, path)) {
            static constexpr std::array<std::string_view, 4> kRoles = {"viewer", "trader", "quant",
                                                                       "admin"};
            return forbidden(request, fmt::format("{} is a {}, who may not do this", account->name,
                                                  kRoles[static_cast<std::size_t>(account->role)]));
        }
        return under_a_name(path) ? wrong_name(accounts, *account, request, path) : std::nullopt;
    };
}

}  // namespace assay::http
