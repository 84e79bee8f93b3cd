// What a person may be: viewer, trader, quant or admin, and two rights beside it. What each may do
// over HTTP is one table (hosts/http/rights.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::people {

enum class Role : std::uint8_t { viewer, trader, quant, admin };
inline constexpr std::array<std::string_view, 4> kRoles = {"viewer", "trader", "quant", "admin"};

constexpr std::string_view text(Role role) {
    return kRoles[static_cast<std::size_t>(role)];
}
constexpr std::optional<Role> role_named(std::string_view name) {
    for (std::size_t i = 0; i < kRoles.size(); ++i)
        if (kRoles[i] == name) return static_cast<Role>(i);
    return std::nullopt;
}

struct Rights {
    Role role{};
    bool approve{};  // what another person proposes: weights, limits
    bool release{};  // may be the second person of a release, whatever the role
    bool operator==(const Rights&) const = default;
};

}  // namespace assay::people
