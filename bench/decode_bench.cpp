// Decoding: Assay and QuickFIX on the same bytes, the same fields, equal digests, interleaved.
// Usage: decode_bench [messages] [rounds]
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "bench/corpus.h"
#include "bench/quickfix_peer.h"

namespace assay::bench {

namespace {

// The strings are made outside of the timed part: QuickFIX wants one for each message.
std::vector<std::string> as_strings(const Corpus& corpus) {
    std::vector<std::string> strings;
    strings.reserve(corpus.messages.size());
    for (std::size_t i = 0; i < corpus.messages.size(); ++i) {
        strings.emplace_back(corpus.message(i));
    }
    return strings;
}

std::uint64_t decode_with_quickfix(const std::vector<std::string>& messages) {
    std::uint64_t sum = 0;
    for (const std::string& message : messages) {
        quickfix_message(
            message,
            [](std::uint64_t& s, const char* text, std::size_t size) {
                digest(s, std::string_view(text, size));
            },
            [](std::uint64_t& s, std::uint64_t value) { digest(s, value); }, sum);
    }
    return sum;
}

template <class Decode>
double nanoseconds(std::size_t messages, std::uint64_t& sum, Decode decode) {
    const auto start = std::chrono::steady_clock::now();
    sum = decode();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    return took.count() / static_cast<double>(messages);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

int run(std::size_t messages, std::size_t rounds) {
    const Corpus corpus = make_corpus(7, messages);
    const std::vector<std::string> strings = as_strings(corpus);
    std::vector<double> ours, theirs;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::uint64_t our_sum = 0, their_sum = 0;
        ours.push_back(nanoseconds(messages, our_sum, [&] { return decode_with_assay(corpus); }));
        theirs.push_back(
            nanoseconds(messages, their_sum, [&] { return decode_with_quickfix(strings); }));
        if (our_sum != their_sum || our_sum == 0) {
            fmt::print(stderr, "decode_bench: the digests differ: {:016x} {:016x}\n", our_sum,
                       their_sum);
            return 1;
        }
    }
    const double bytes = static_cast<double>(corpus.bytes.size()) / static_cast<double>(messages);
    fmt::print("decode      {} messages of {:.1f} bytes, medians of {} rounds\n", messages, bytes,
               rounds);
    fmt::print("  assay     {:8.1f} ns a message\n", median(ours));
    fmt::print("  quickfix  {:8.1f} ns a message\n", median(theirs));
    fmt::print("  ratio     {:8.1f}\n", median(theirs) / median(ours));
    return 0;
}

}  // namespace

}  // namespace assay::bench

int main(int argc, char** argv) {
    const auto number = [&](int i, long fallback) {
        const long given = argc > i ? std::strtol(argv[i], nullptr, 10) : 0;
        return static_cast<std::size_t>(given > 0 ? given : fallback);
    };
    return assay::bench::run(number(1, 200'000), number(2, 5));
}
