// Time as nanoseconds UTC since 1970-01-01, and durations in nanoseconds. Affine like Price.
#pragma once

#include <compare>
#include <cstdint>

namespace assay {

struct Duration {
    std::int64_t ns{};
    auto operator<=>(const Duration&) const = default;
};

struct Nanos {
    std::int64_t ns{};
    auto operator<=>(const Nanos&) const = default;
};

constexpr Duration operator-(Nanos a, Nanos b) {
    return {a.ns - b.ns};
}
constexpr Nanos operator+(Nanos t, Duration d) {
    return {t.ns + d.ns};
}
constexpr Nanos operator-(Nanos t, Duration d) {
    return {t.ns - d.ns};
}
constexpr Duration operator+(Duration a, Duration b) {
    return {a.ns + b.ns};
}
constexpr double as_ms(Duration d) {
    return static_cast<double>(d.ns) * 1e-6;
}
constexpr double as_seconds(Duration d) {
    return static_cast<double>(d.ns) * 1e-9;
}

inline constexpr Duration kMicrosecond{1'000};
inline constexpr Duration kMillisecond{1'000'000};
inline constexpr Duration kSecond{1'000'000'000};
inline constexpr Duration kMinute{60'000'000'000};
inline constexpr Duration kHour{3'600'000'000'000};
inline constexpr Duration kDay{86'400'000'000'000};

// "Not known": before every real time.
inline constexpr Nanos kNever{INT64_MIN};
constexpr bool known(Nanos t) {
    return t != kNever;
}

// Floor to a multiple of `step` since the epoch; right for times before 1970 too.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    const std::int64_t q = a / b;
    return q - ((a % b != 0) && ((a < 0) != (b < 0)));
}
constexpr std::int64_t utc_day(Nanos t) {
    return floor_div(t.ns, kDay.ns);
}

inline namespace literals {
consteval Duration operator""_ns(unsigned long long v) {
    return {static_cast<std::int64_t>(v)};
}
consteval Duration operator""_us(unsigned long long v) {
    return {static_cast<std::int64_t>(v) * 1'000};
}
consteval Duration operator""_ms(unsigned long long v) {
    return {static_cast<std::int64_t>(v) * 1'000'000};
}
consteval Duration operator""_s(unsigned long long v) {
    return {static_cast<std::int64_t>(v) * 1'000'000'000};
}
}  // namespace literals

}  // namespace assay
