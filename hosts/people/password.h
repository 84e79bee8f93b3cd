// Passwords and tokens: made, checked, kept as hashes.
//
//     const auto kept = hashed("correct horse battery", {});      // argon2id, a tenth of a second
//     matches(*kept, "correct horse battery")                     // as long again
//
// Hashing is slow by design, so that it never runs on a thread that others wait for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/result.h"

namespace assay::people {

// What one try at a password costs. At least 2 passes over 19 MiB, but in tests.
struct PasswordCost {
    std::uint64_t passes{3};
    std::size_t memory{std::size_t{64} << 20};  // bytes
};

// With salt and cost in it. An error: no memory.
Result<std::string> hashed(std::string_view password, PasswordCost cost);
bool matches(const std::string& hash, std::string_view password);
// It was made at another cost: to be made anew when its password is known.
bool of_another_cost(const std::string& hash, PasswordCost cost);

inline constexpr std::size_t kLeastPassword = 15, kMostPassword = 256;  // characters
// Why nobody called `name` may take it; empty: they may. No rules about kinds of characters: long,
// and not what everybody tries first.
std::string wrong_with(std::string_view password, std::string_view name);

std::string random_password();  // 24 characters that are not mistaken for one another: 136 bits
std::string random_token();     // 64 hexadecimal digits: 256 bits
std::string sha256(std::string_view bytes);  // in hexadecimal digits, as `sha256sum` prints it

}  // namespace assay::people
