// Durations as people write them: 5s, 500ms, 250us, 1.5h, never.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/units/decimal.h"
#include "core/units/nanos.h"

namespace assay {

struct DurationUnit {
    std::string_view name;
    std::int64_t ns;
};
// Largest first; of two names the first is the one that is written.
inline constexpr std::array<DurationUnit, 8> kDurationUnits{{{"d", 86'400'000'000'000},
                                                             {"h", 3'600'000'000'000},
                                                             {"m", 60'000'000'000},
                                                             {"min", 60'000'000'000},
                                                             {"s", 1'000'000'000},
                                                             {"ms", 1'000'000},
                                                             {"us", 1'000},
                                                             {"ns", 1}}};

// A decimal number, not negative, with a unit and no blank between. Absent for anything else, for
// more than 100 years, and where it is no whole number of nanoseconds. "never" is not a duration.
inline std::optional<Duration> parse_duration(std::string_view s) {
    const std::size_t split = s.find_first_not_of("0123456789.");
    if (split == std::string_view::npos || split == 0) return std::nullopt;
    for (const DurationUnit& unit : kDurationUnits) {
        if (s.substr(split) != unit.name) continue;
        const Decimal number = parse_decimal(s.substr(0, split), 9, kMaxPriceNano);
        if (!number) return std::nullopt;
        const __int128 ns = static_cast<__int128>(number.scaled) * unit.ns;
        if (ns % 1'000'000'000 != 0 || ns / 1'000'000'000 > 100 * 366 * kDay.ns)
            return std::nullopt;
        return Duration{static_cast<std::int64_t>(ns / 1'000'000'000)};
    }
    return std::nullopt;
}

// In the largest unit that takes no decimals: 90 s is "90s", 60 s is "1m".
inline std::string format_duration(Duration d) {
    for (const DurationUnit& unit : kDurationUnits)
        if (d.ns != 0 && d.ns % unit.ns == 0)
            return std::to_string(d.ns / unit.ns) + std::string(unit.name);
    return "0s";
}

}  // namespace assay
