// A seeded day of FIX 4.4 messages for benchmarks: D, 8, 9 and W, about 241 bytes each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace assay::bench {

struct Corpus {
    std::string bytes;  // messages one after another, SOH between fields
    struct Span {
        std::size_t offset;
        std::uint32_t length;
    };
    std::vector<Span> messages;

    std::string_view message(std::size_t i) const {
        return std::string_view(bytes).substr(messages[i].offset, messages[i].length);
    }
};

// 32 LPs in four layouts of fields, 5,000 symbols by a Zipf-like law; the same bytes for a seed.
Corpus make_corpus(std::uint64_t seed, std::size_t messages);

// Takes a value into a digest; what is decoded must come to the same digest in every decoder.
inline void digest(std::uint64_t& sum, std::uint64_t value) {
    sum = sum * 0x9e3779b97f4a7c15ull + value;
}
inline void digest(std::uint64_t& sum, std::string_view text) {
    // Size, first eight and last eight bytes: what is timed is the decoding.
    std::uint64_t first = 0, last = 0;
    const std::size_t n = text.size() < 8 ? text.size() : 8;
    std::memcpy(&first, text.data(), n);
    std::memcpy(&last, text.data() + text.size() - n, n);
    digest(sum, first ^ (last << 1) ^ text.size());
}

// One pass over the corpus: the digest of the fields that a scorecard needs; 0 if one was refused.
std::uint64_t decode_with_assay(const Corpus& corpus);

}  // namespace assay::bench
