#include "hosts/cli/shortest.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>

namespace assay::cli {

std::string shortest(double x) {
    if (!std::isfinite(x)) return "null";
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (x == std::trunc(x) && std::abs(x) < kExact) {
        return fmt::format("{}", static_cast<std::int64_t>(x));
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), x).ptr;
    return std::string(text.data(), end);
}

}  // namespace assay::cli
