// A fast 64-bit hash of a text, for tables in memory and keys of ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace assay {

// Two of four million texts share a hash with a chance of about 5e-7. Not for anything that other
// machines or later versions must agree on: shards are found by fnv1a() of symbol.h.
inline std::uint64_t text_hash(std::string_view text, std::uint64_t salt = 0) {
    std::uint64_t h = (salt + 1) * 0x9e3779b97f4a7c15ull + text.size() * 0xc2b2ae3d27d4eb4full;
    const auto mix = [&h](std::uint64_t word) {
        h = (h ^ word) * 0xff51afd7ed558ccdull;
        h ^= h >> 32;
    };
    const auto four = [](const char* p) {
        std::uint32_t word = 0;
        std::memcpy(&word, p, 4);
        return std::uint64_t{word};
    };
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left > 8; left -= 8, p += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, 8);
        mix(word);
    }
    if (left >= 4) {
        mix(four(p) << 32 | four(p + left - 4));
    } else if (left > 0) {
        const auto byte = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(p[i])};
        };
        mix(byte(0) | byte(left / 2) << 8 | byte(left - 1) << 16);
    }
    h *= 0xd6e8feb86659fd93ull;
    return h ^ (h >> 29);
}

// a == b, in a few instructions for short texts such as symbols, CompIDs and ids.
inline bool same_text(std::string_view a, std::string_view b) {
    const std::size_t n = a.size();
    if (n != b.size()) return false;
    if (n > 16) return std::memcmp(a.data(), b.data(), n) == 0;
    // The first and the last bytes, which overlap.
    const auto ends = [&]<class Word>(Word) {
        Word first[2], last[2];
        std::memcpy(&first[0], a.data(), sizeof(Word));
        std::memcpy(&first[1], b.data(), sizeof(Word));
        std::memcpy(&last[0], a.data() + n - sizeof(Word), sizeof(Word));
        std::memcpy(&last[1], b.data() + n - sizeof(Word), sizeof(Word));
        return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
    };
    if (n >= 8) return ends(std::uint64_t{});
    if (n >= 4) return ends(std::uint32_t{});
    return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

// For hash maps that are keyed by texts.
struct TextHash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return text_hash(text); }
};

}  // namespace assay
