// Digits, dates and clocks, eight characters at a time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace assay::fix {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Eight bytes as a word, the first of them lowest.
inline std::uint64_t word_at(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

inline constexpr std::uint64_t kZeros = 0x3030303030303030ull;  // "00000000"

// The high halves of those bytes of `word ^ kZeros` that were no digits: 0 where all are. (A carry
// into the next byte comes only of a byte that is no digit itself.)
constexpr std::uint64_t not_digits(std::uint64_t digits) {
    return (digits | (digits + 0x0606060606060606ull)) & 0xf0f0f0f0f0f0f0f0ull;
}

// The number that eight digits make, each in its byte as 0 to 9, the first lowest.
constexpr std::uint32_t number_of(std::uint64_t digits) {
    const std::uint64_t pairs = digits * 10 + (digits >> 8);  // in every other byte
    constexpr std::uint64_t kPairs = 0x000000ff000000ffull;
    return static_cast<std::uint32_t>(((pairs & kPairs) * (100 + (1'000'000ull << 32)) +
                                       ((pairs >> 16) & kPairs) * (1 + (10'000ull << 32))) >>
                                      32);
}

// The number that eight digits write. False: one of the characters is no digit.
inline bool eight_digits(const char* p, std::uint32_t& value) {
    const std::uint64_t digits = word_at(p) ^ kZeros;
    if (not_digits(digits) != 0) return false;
    value = number_of(digits);
    return true;
}

inline constexpr std::array<std::int64_t, 10> kPowersOfTen = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

// One to eight characters, less '0' as above, as the last ones of a word that zeros fill up.
inline std::uint64_t last_of_word(const char* p, std::size_t n) {
    const auto fill = static_cast<unsigned>(64 - 8 * n);
    std::uint64_t word = 0;
    if (n >= 4) {  // the first four and the last four; those between stand in both
        std::uint32_t first = 0, last = 0;
        std::memcpy(&first, p, 4);
        std::memcpy(&last, p + n - 4, 4);
        if constexpr (std::endian::native == std::endian::big) {
            first = __builtin_bswap32(first);
            last = __builtin_bswap32(last);
        }
        word = std::uint64_t{last} << 32 | std::uint64_t{first} << fill;
    } else {  // the first, the middle and the last
        const auto byte = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
        };
        word = (byte(0) | byte(n / 2) | byte(n - 1)) << fill;
    }
    return word ^ (kZeros << fill);
}

// Seconds since midnight of HH:MM:SS; 60 is a leap second. False: it is not such a text.
inline bool clock_of_day(const char* p, std::uint32_t& seconds) {
    const std::uint64_t digits = word_at(p) ^ 0x30303a30303a3030ull;  // "00:00:00": colons are 0
    if (((digits | (digits + 0x0606000606000606ull)) & 0xf0f0fff0f0fff0f0ull) != 0) return false;
    const std::uint64_t pairs = (digits * 10 + (digits >> 8)) & 0x00ff0000ff0000ffull;
    // 23, 59 and 60 are what just leaves the highest bit of its byte alone.
    if (((pairs + 0x0043000044000068ull) & 0x0080000080000080ull) != 0) return false;
    seconds = static_cast<std::uint32_t>((pairs & 0xff) * 3600 + (pairs >> 24 & 0xff) * 60 +
                                         (pairs >> 48));
    return true;
}

}  // namespace assay::fix
