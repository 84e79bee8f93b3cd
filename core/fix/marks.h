// Where a character stands in 64 bytes, as the bits of a word.
#pragma once

#include <cstddef>
#include <cstdint>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/fix/digits.h"

namespace assay::fix {

// Bit i: p[i] == c. Plain C++, and what the function below must agree with.
inline std::uint64_t marks_of_64_plain(const char* p, char c) {
    constexpr std::uint64_t kLow7 = 0x7f7f7f7f7f7f7f7full;
    const std::uint64_t pattern = 0x0101010101010101ull * static_cast<unsigned char>(c);
    std::uint64_t marks = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        const std::uint64_t x = word_at(p + i) ^ pattern;  // 0 in the bytes looked for
        const std::uint64_t zero = ~(((x & kLow7) + kLow7) | x | kLow7) >> 7;
        marks |= (zero * 0x0102040810204080ull >> 56) << i;
    }
    return marks;
}

// Bit i: p[i] == c, for 64 bytes. SSE2 is part of every x86-64.
inline std::uint64_t marks_of_64(const char* p, char c) {
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8(c);
    const auto marks_of_16 = [&](const char* at) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        return static_cast<std::uint64_t>(
            static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted))));
    };
    return marks_of_16(p) | marks_of_16(p + 16) << 16 | marks_of_16(p + 32) << 32 |
           marks_of_16(p + 48) << 48;
#else
    return marks_of_64_plain(p, c);
#endif
}

// Of fewer bytes than 64.
inline std::uint64_t marks_of(const char* p, std::size_t size, char c) {
    std::uint64_t marks = 0;
    for (std::size_t i = 0; i < size; ++i) marks |= static_cast<std::uint64_t>(p[i] == c) << i;
    return marks;
}

}  // namespace assay::fix
