// The marks of a raw message: where it opens, what stands between its fields, where it ends.
//
//   8=FIX.4.4 <delimiter> 9=<BodyLength> <delimiter> 35=... <delimiter> 10=<CheckSum> <delimiter>
//
// All functions look at a bounded stretch of bytes, so that their answer does not depend on how an
// input was cut: where more bytes could change it, and more may come, they say `incomplete`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::fix {

// Whether bytes may follow the window at hand.
enum class Input : std::uint8_t { more, last };

enum class Found : std::uint8_t { no, incomplete, yes };

// "8=FIX" with the delimiter after it. Offsets count from the '8'.
struct Opening {
    Found found{};
    bool has_body_length{};  // 9= comes second, as it must
    std::uint8_t delimiter_size{};
    std::uint32_t delimiter_at{};
    std::uint32_t second_field{};  // where the field after BeginString starts
};

// Reads the opening at the front of `text`, which starts with "8=FIX". The delimiter is what stands
// between the BeginString value and "9="; single bytes and written-out forms (^A, <SOH>, \x01 ...).
Opening read_opening(std::string_view text, Input input);

// BodyLength(9) at the front of `text` ("9=..."). `value` is absent unless it is digits followed by
// the delimiter and below 10^9; leading zeros are FIX and accepted, up to 16 digits.
struct BodyLength {
    Found found{};
    std::optional<std::uint32_t> value;
    std::uint32_t body_at{};  // offset behind the delimiter after the value
};
BodyLength read_body_length(std::string_view text, std::string_view delimiter, Input input);

// The value of CheckSum(10) at the front of `text`, behind "10=".
struct Trailer {
    Found found{};
    bool three_digits{};
    std::uint8_t value{};  // modulo 256; right only with three_digits and below 256
    std::uint32_t size{};  // value and the delimiter behind it, if there is one
};
Trailer read_trailer(std::string_view text, std::string_view delimiter, Input input);

// How a message ends whose BodyLength is of no use.
struct Ending {
    enum class Kind : std::uint8_t { incomplete, checksum, next_start, end_of_text } kind{};
    std::size_t at{};  // checksum: the "10="; next_start: its '8'; incomplete: where to go on
};
// Looks in text[from, text.size()) for <delimiter>10= or the start of another message. `text`
// starts at the '8' of the message and `from` is behind its BeginString.
Ending find_ending(std::string_view text, std::size_t from, std::string_view delimiter,
                   Input input);

// The size of the message that `text` holds, whose CheckSum is wrong where BodyLength put it. Less
// than text.size() where an earlier CheckSum is followed by the start of another message: then
// BodyLength was wrong and reached into that one. (Behind '=' a start is content of a data field.)
std::size_t earlier_end(std::string_view text, std::size_t from, std::string_view delimiter);

// Copies `text` to `out` with each `delimiter` as SOH.
void rewrite_delimiters(std::string_view text, std::string_view delimiter, std::string& out);

// Sum of all bytes modulo 256, each `delimiter` counted as SOH.
std::uint8_t checksum(std::string_view text, char delimiter);

}  // namespace assay::fix
