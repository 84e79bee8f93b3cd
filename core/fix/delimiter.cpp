#include "core/fix/delimiter.h"

#include <algorithm>
#include <cstring>

#include "core/fix/digits.h"

namespace assay::fix {
namespace {

// Longest stretch behind the BeginString value that decides what the delimiter is.
constexpr std::size_t kOpeningWindow = 16;
constexpr std::size_t kLongestBeginString = 14;
// Longest CheckSum value that is still read as one (it is malformed beyond three digits).
constexpr std::size_t kTrailerWindow = 16;
// What decides that bytes behind a digit are the start of a message after all.
constexpr std::size_t kStrongStartWindow = 64;

bool is_begin_string(char c) {
    return is_digit(c) || c == '.' || (c >= 'A' && c <= 'Z');
}

// SOH as people and programs write it when it cannot be printed.
constexpr std::string_view kWritten[] = {
    "^A",    "<SOH>",   "[SOH]", "{SOH}", "(SOH)", "\\x01",  "\\\\x01", "\\u0001", "\\\\u0001",
    "\\001", "\\\\001", "&#1;",  "&#01;", "&#x1;", "&#x01;", "<01>",    "<0x01>",  "\xE2\x90\x81",
};

std::size_t written_delimiter(std::string_view text) {
    for (const std::string_view written : kWritten)
        if (text.starts_with(written)) return written.size();
    return 0;
}

bool starts_with_tag(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && n < 5 && is_digit(text[n])) ++n;
    return n > 0 && n < text.size() && text[n] == '=';
}

// The length of the delimiter at the front of `text`, 0 where there is none.
std::size_t delimiter_size(std::string_view text) {
    const std::size_t written = written_delimiter(text);
    if (written > 0 && starts_with_tag(text.substr(written))) return written;
    const char first = text.empty() ? '=' : text.front();
    if (is_digit(first) || is_letter(first) || first == '=') return 0;
    // Other runs, such as " | ": they must lead to 9= and not end like the tag of another field.
    for (std::size_t n = 2; n <= 8 && n < text.size(); ++n) {
        if (text[n - 1] == '=') break;
        if (!is_digit(text[n - 1]) && text.substr(n).starts_with("9=")) return n;
    }
    return starts_with_tag(text.substr(1)) ? 1 : 0;
}

Found strong_start(std::string_view text, std::string_view delimiter, Input input) {
    if (text.size() < kStrongStartWindow && input == Input::more) return Found::incomplete;
    const Opening opening = read_opening(text, Input::last);
    if (opening.found != Found::yes || !opening.has_body_length) return Found::no;
    if (text.substr(opening.delimiter_at, opening.delimiter_size) != delimiter) return Found::no;
    const std::string_view second = text.substr(opening.second_field);
    const BodyLength length = read_body_length(second, delimiter, Input::last);
    const bool strong = length.value && second.substr(length.body_at).starts_with("35=");
    return strong ? Found::yes : Found::no;
}

// Whether another message starts at text[at], where "8=" stands.
Found next_start(std::string_view text, std::size_t at, std::string_view delimiter, Input input) {
    const std::string_view here = text.substr(at);
    constexpr std::string_view kMark = "8=FIX";
    if (here.size() < kMark.size()) {
        if (!kMark.starts_with(here)) return Found::no;
        return input == Input::more ? Found::incomplete : Found::no;
    }
    if (!here.starts_with(kMark)) return Found::no;
    // A digit in front usually means a tag that ends in 8. Behind a message that was cut inside a
    // number it may still be a start; then it must look like one up to MsgType.
    if (at > 0 && is_digit(text[at - 1])) return strong_start(here, delimiter, input);
    const Opening opening = read_opening(here, input);
    if (opening.found == Found::incomplete && input == Input::last) return Found::yes;
    return opening.found;
}

}  // namespace

Opening read_opening(std::string_view text, Input input) {
    Opening opening;
    std::size_t i = 5;
    const std::size_t limit = std::min(text.size(), 2 + kLongestBeginString);
    while (i < limit && is_begin_string(text[i])) ++i;
    if (i == text.size()) {
        opening.found = Found::incomplete;
        return opening;
    }
    const std::string_view rest = text.substr(i, kOpeningWindow);
    opening.delimiter_at = static_cast<std::uint32_t>(i);
    const bool plain = rest.size() >= 3 && rest[1] == '9' && rest[2] == '=' && !is_digit(rest[0]) &&
                       !is_letter(rest[0]) && rest[0] != '=';
    if (!plain && rest.size() < kOpeningWindow && input == Input::more) {
        opening.found = Found::incomplete;
        return opening;
    }
    const std::size_t size = plain ? 1 : delimiter_size(rest);
    if (size == 0) {
        // Nothing but the beginning of a delimiter is left of an input that was cut here.
        opening.found = rest.size() < 3 && input == Input::last ? Found::incomplete : Found::no;
        return opening;
    }
    opening.found = Found::yes;
    opening.delimiter_size = static_cast<std::uint8_t>(size);
    opening.second_field = static_cast<std::uint32_t>(i + size);
    opening.has_body_length = rest.substr(size).starts_with("9=");
    return opening;
}

BodyLength read_body_length(std::string_view text, std::string_view delimiter, Input input) {
    constexpr std::size_t kMostDigits = 16;
    BodyLength length;
    std::uint64_t value = 0;
    std::size_t i = 2;
    while (i < text.size() && i < 2 + kMostDigits && is_digit(text[i])) {
        value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
        ++i;
    }
    if (text.size() < i + delimiter.size() && input == Input::more) {
        length.found = Found::incomplete;
        return length;
    }
    length.found = Found::yes;
    if (i == 2 || !text.substr(std::min(i, text.size())).starts_with(delimiter)) return length;
    length.body_at = static_cast<std::uint32_t>(i + delimiter.size());
    if (value < 1'000'000'000) length.value = static_cast<std::uint32_t>(value);
    return length;
}

Trailer read_trailer(std::string_view text, std::string_view delimiter, Input input) {
    Trailer trailer;
    const auto part_of_value = [&](std::size_t i) {
        if (i >= text.size() || i >= kTrailerWindow - 6) return false;
        const char c = text[i];
        const bool sign = c == '+' || c == '-' || c == '.';
        if (!is_digit(c) && !is_letter(c) && !sign) return false;
        return !text.substr(i).starts_with(delimiter) && !text.substr(i).starts_with("8=FIX");
    };
    const bool three =
        text.size() >= 3 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]);
    const bool closed = three && text.substr(3).starts_with(delimiter);
    if (!closed && text.size() < kTrailerWindow && input == Input::more) {
        // A line end behind three digits closes the message as well; only another byte of a
        // delimiter or of a value would go on.
        const bool line_end = three && text.size() > 3 && (text[3] == '\n' || text[3] == '\r');
        if (!line_end) {
            trailer.found = Found::incomplete;
            return trailer;
        }
    }
    std::size_t size = 0;
    if (closed) {
        size = 3;
    } else {
        while (part_of_value(size)) {
            // Three digits are a CheckSum; letters behind them are the text of the log.
            if (size == 3 && three && !is_digit(text[3])) break;
            ++size;
        }
    }
    trailer.found = Found::yes;
    trailer.three_digits = three && size == 3;
    if (trailer.three_digits) {
        const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
        trailer.three_digits = value < 256;
        trailer.value = static_cast<std::uint8_t>(value);
    }
    if (text.substr(size).starts_with(delimiter)) size += delimiter.size();
    trailer.size = static_cast<std::uint32_t>(size);
    return trailer;
}

Ending find_ending(std::string_view text, std::size_t from, std::string_view delimiter,
                   Input input) {
    std::size_t at = from;
    while (at < text.size()) {
        const void* hit = std::memchr(text.data() + at, '=', text.size() - at);
        if (hit == nullptr) break;
        const auto equals = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
        at = equals + 1;
        if (equals < 2) continue;
        if (text[equals - 1] == '0' && text[equals - 2] == '1' && equals >= 2 + delimiter.size() &&
            text.substr(equals - 2 - delimiter.size(), delimiter.size()) == delimiter)
            return {Ending::Kind::checksum, equals - 2};
        if (text[equals - 1] != '8') continue;
        const Found found = next_start(text, equals - 1, delimiter, input);
        if (found == Found::incomplete) return {Ending::Kind::incomplete, equals};
        if (found == Found::yes) return {Ending::Kind::next_start, equals - 1};
    }
    if (input == Input::more) return {Ending::Kind::incomplete, text.size()};
    return {Ending::Kind::end_of_text, text.size()};
}

void rewrite_delimiters(std::string_view text, std::string_view delimiter, std::string& out) {
    out.clear();
    std::size_t at = 0;
    for (;;) {
        const std::size_t next = text.find(delimiter, at);
        out.append(text.substr(at, next - at));
        if (next == std::string_view::npos) break;
        out.push_back('\x01');
        at = next + delimiter.size();
    }
}

std::size_t earlier_end(std::string_view text, std::size_t from, std::string_view delimiter) {
    const Ending first = find_ending(text, from, delimiter, Input::last);
    if (first.kind == Ending::Kind::next_start)
        return text[first.at - 1] == '=' ? text.size() : first.at;
    if (first.kind != Ending::Kind::checksum) return text.size();
    const Trailer trailer = read_trailer(text.substr(first.at + 3), delimiter, Input::last);
    const std::size_t end = first.at + 3 + trailer.size;
    if (end >= text.size()) return text.size();
    for (std::size_t at = text.find("8=FIX", end); at != std::string_view::npos;
         at = text.find("8=FIX", at + 1)) {
        if (text[at - 1] == '=' || (is_digit(text[at - 1]) && at != end)) continue;
        if (read_opening(text.substr(at), Input::last).found == Found::yes) return end;
    }
    return text.size();
}

namespace {

// The CheckSum is modulo 256, so bytes may be summed in bytes, 16 side by side.
using Lanes = unsigned char __attribute__((vector_size(16)));

Lanes load(const void* p) {
    Lanes lanes;
    std::memcpy(&lanes, p, sizeof lanes);
    return lanes;
}

unsigned sum_of(Lanes lanes) {
    std::uint64_t halves[2];
    std::memcpy(halves, &lanes, sizeof halves);
    constexpr std::uint64_t kEven = 0x00ff00ff00ff00ffull;
    const std::uint64_t pairs = (halves[0] & kEven) + (halves[0] >> 8 & kEven) +
                                (halves[1] & kEven) + (halves[1] >> 8 & kEven);
    return static_cast<unsigned>(pairs * 0x0001000100010001ull >> 48);
}

// The sum of all bytes, and, where `count` says so, how many are `wanted`. A comparison gives -1 in
// each lane where it holds.
template <bool count>
void add_up(std::string_view text, unsigned char wanted, unsigned& sum, unsigned& found) {
    Lanes sums{}, more{}, equal{};
    const auto add = [&](Lanes& to, Lanes bytes) {
        to += bytes;
        if constexpr (count) equal -= reinterpret_cast<Lanes>(bytes == wanted);
    };
    const char* at = text.data();
    const char* const end = at + text.size();
    for (; end - at >= 64; at += 64) {
        add(sums, load(at));
        add(more, load(at + 16));
        add(sums, load(at + 32));
        add(more, load(at + 48));
    }
    for (; end - at >= 16; at += 16) add(sums, load(at));
    if (at != text.data()) {  // the last 16 bytes, without those that have been added
        constexpr unsigned char kAll = 0xff;
        constexpr unsigned char kOf[32] = {0,    0,    0,    0,    0,    0,    0,    0,
                                           0,    0,    0,    0,    0,    0,    0,    0,
                                           kAll, kAll, kAll, kAll, kAll, kAll, kAll, kAll,
                                           kAll, kAll, kAll, kAll, kAll, kAll, kAll, kAll};
        const Lanes mask = load(kOf + (end - at)), bytes = load(end - 16);
        sums += bytes & mask;
        if constexpr (count) equal -= reinterpret_cast<Lanes>(bytes == wanted) & mask;
    } else {
        for (; at < end; ++at) {
            sum += static_cast<unsigned char>(*at);
            found += static_cast<unsigned char>(*at) == wanted;
        }
    }
    sum += sum_of(sums + more);
    if constexpr (count) found += sum_of(equal);
}

}  // namespace

std::uint8_t checksum(std::string_view text, char delimiter) {
    unsigned sum = 0, found = 0;
    const auto wanted = static_cast<unsigned char>(delimiter);
    if (delimiter == '\x01') {
        add_up<false>(text, wanted, sum, found);
    } else {
        add_up<true>(text, wanted, sum, found);
        sum += found * (1U - wanted);
    }
    return static_cast<std::uint8_t>(sum);
}

}  // namespace assay::fix
