// What a file is, by its first bytes. Its name says nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

enum class InputKind : std::uint8_t {
    fix_log,     // raw messages, or printed for people
    quotes_csv,  // time, symbol, bid, ask
    fills_csv,   // time, LP, symbol, fill size, price
    empty,
    not_used,  // anything else; `why` says what it looks like
};
const char* text(InputKind kind);

struct Sniffed {
    InputKind kind{};
    std::string why;  // of `not_used` and `empty`: a sentence for the list of inputs
};

// How many bytes sniff() wants to see.
inline constexpr std::size_t kSniffBytes = std::size_t{1} << 20;

// `front` is the beginning of the input, already unpacked. A table that could be both (a fills
// table has bid and ask too) is fills where it has an LP, a fill size and a price.
Sniffed sniff(std::string_view front);

}  // namespace assay
