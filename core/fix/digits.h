// Eight characters of a date or a clock at once.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace assay::fix {

// The number that eight digits write. False: one of the characters is no digit.
inline bool eight_digits(const char* p, std::uint32_t& value) {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    if constexpr (std::endian::native == std::endian::big) v = __builtin_bswap64(v);
    // A digit is 0x30 to 0x39: its high half is 3, and stays 3 when 6 is added.
    constexpr std::uint64_t kHigh = 0xf0f0f0f0f0f0f0f0ull;
    const std::uint64_t more = v + 0x0606060606060606ull;
    if (((v & kHigh) | ((more & kHigh) >> 4)) != 0x3333333333333333ull) return false;
    v -= 0x3030303030303030ull;
    v = v * 10 + (v >> 8);  // pairs, in every other byte
    constexpr std::uint64_t kPairs = 0x000000ff000000ffull;
    v = ((v & kPairs) * (100 + (1'000'000ull << 32)) +
         ((v >> 16) & kPairs) * (1 + (10'000ull << 32))) >>
        32;
    value = static_cast<std::uint32_t>(v);
    return true;
}

// Seconds since midnight of HH:MM:SS; 60 is a leap second. False: it is not such a text.
inline bool clock_of_day(const char* p, std::uint32_t& seconds) {
    if (p[2] != ':' || p[5] != ':') return false;
    char text[8];
    std::memcpy(text, p, 8);
    text[2] = text[5] = '0';
    std::uint32_t value = 0;
    if (!eight_digits(text, value)) return false;
    const std::uint32_t hour = value / 1'000'000, minute = value / 1'000 % 1'000,
                        second = value % 1'000;
    if (hour > 23 || minute > 59 || second > 60) return false;
    seconds = hour * 3600 + minute * 60 + second;
    return true;
}

}  // namespace assay::fix
