// Walks over the fields of a message, knowing where data fields end. Inline: this is the inner
// loop.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/fix/fields.h"

namespace assay::fix {

enum class ParseCode : std::uint8_t {
    none,
    no_equals_sign,    // a field without `=`
    tag_not_a_number,  // also: a leading zero
    tag_zero,
    tag_too_large,  // above 2^31 - 1
    empty_value,
    repeated_tag,   // a field outside of groups that stands twice
    bad_number,     // of a field that we read: not a decimal, or beyond what is kept exactly
    bad_time,       // 52, 122, 60: not YYYYMMDD-HH:MM:SS[.fraction]; 75: not YYYYMMDD
    bad_character,  // a field of one character with another length, or a boolean not Y or N
    group_count,    // a group with more or fewer entries than its count says
    data_length,    // a data field that does not end where its length field says
    missing_field,  // `tag` is required for this message type
};
const char* text(ParseCode code);

// One `tag=value`. `bit` is its row in kFieldBits.
struct Field {
    std::uint32_t tag{};
    std::uint8_t bit{};
    const char* start{};
    std::string_view value;
};

class FieldCursor {
  public:
    FieldCursor(std::string_view bytes, char delimiter)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()), delimiter_(delimiter) {}

    bool done() const { return at_ == end_; }
    const char* at() const { return at_; }

    // Reads the next field. On an error field.tag is what could be read of it, else 0.
    ParseCode next(Field& field) {
        field.start = at_;
        field.bit = kPlainField;
        if (const ParseCode bad = read_tag(field.tag); bad != ParseCode::none) return bad;
        field.bit = field.tag < kTagTable ? kFieldBits[field.tag] : kPlainField;
        if (field.tag == data_tag_) [[unlikely]]
            return read_data(field);
        const char* stop = find_delimiter(at_);
        field.value = {at_, static_cast<std::size_t>(stop - at_)};
        at_ = stop == end_ ? end_ : stop + 1;
        if (field.value.empty()) return ParseCode::empty_value;
        if (field.bit == kLengthField) [[unlikely]]
            expect_data(field);
        return ParseCode::none;
    }

  private:
    // Tags of one to three digits, nearly all of them, at once; the rest, and all that is wrong,
    // below.
    ParseCode read_tag(std::uint32_t& tag) {
        const char* p = at_;
        if (end_ - p > 4) [[likely]] {
            const auto a = static_cast<unsigned>(static_cast<unsigned char>(p[0]) - '0');
            const auto b = static_cast<unsigned>(static_cast<unsigned char>(p[1]) - '0');
            const auto c = static_cast<unsigned>(static_cast<unsigned char>(p[2]) - '0');
            if (a - 1 < 9) [[likely]] {
                if (b < 10) {
                    if (p[2] == '=') return read_tag_of(tag, a * 10 + b, p + 3);
                    if (c < 10 && p[3] == '=') {
                        return read_tag_of(tag, a * 100 + b * 10 + c, p + 4);
                    }
                } else if (p[1] == '=') {
                    return read_tag_of(tag, a, p + 2);
                }
            }
        }
        return read_any_tag(tag);
    }
    ParseCode read_tag_of(std::uint32_t& tag, std::uint32_t value, const char* next) {
        tag = value;
        at_ = next;
        return ParseCode::none;
    }

    ParseCode read_any_tag(std::uint32_t& tag) {
        tag = 0;
        std::uint64_t value = 0;
        const char* p = at_;
        const char* const first = p;
        for (;; ++p) {
            if (p == end_) [[unlikely]]
                return ParseCode::no_equals_sign;
            const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*p) - '0');
            if (digit > 9) break;
            value = value * 10 + digit;
            if (value > INT32_MAX) [[unlikely]]
                return ParseCode::tag_too_large;
        }
        if (*p != '=') [[unlikely]] {
            return *p == delimiter_ ? ParseCode::no_equals_sign : ParseCode::tag_not_a_number;
        }
        if (p == first) [[unlikely]]
            return ParseCode::tag_not_a_number;
        if (*first == '0') [[unlikely]] {
            return value == 0 ? ParseCode::tag_zero : ParseCode::tag_not_a_number;
        }
        tag = static_cast<std::uint32_t>(value);
        at_ = p + 1;
        return ParseCode::none;
    }

    // Eight bytes at a time: a byte equal to the delimiter becomes zero under the xor.
    const char* find_delimiter(const char* p) const {
        constexpr std::uint64_t kOnes = 0x0101010101010101ull;
        const std::uint64_t pattern = kOnes * static_cast<unsigned char>(delimiter_);
        while (end_ - p >= 8) {
            std::uint64_t word;
            std::memcpy(&word, p, 8);
            word ^= pattern;
            const std::uint64_t zero = (word - kOnes) & ~word & (kOnes << 7);
            if (zero != 0) {
                if constexpr (std::endian::native == std::endian::little) {
                    return p + (std::countr_zero(zero) >> 3);
                }
                break;
            }
            p += 8;
        }
        while (p != end_ && *p != delimiter_) ++p;
        return p;
    }

    void expect_data(const Field& field) {
        std::size_t length = 0;
        for (const char c : field.value) {
            const auto digit = static_cast<unsigned>(static_cast<unsigned char>(c) - '0');
            if (digit > 9 || length > (1u << 28)) return;  // then its data must do without
            length = length * 10 + digit;
        }
        data_tag_ = data_tag_of(field.tag);
        data_length_ = length;
    }

    ParseCode read_data(Field& field) {
        data_tag_ = 0;
        if (data_length_ > static_cast<std::size_t>(end_ - at_)) return ParseCode::data_length;
        const char* stop = at_ + data_length_;
        if (stop != end_ && *stop != delimiter_) return ParseCode::data_length;
        field.value = {at_, data_length_};
        at_ = stop == end_ ? end_ : stop + 1;
        return field.value.empty() ? ParseCode::empty_value : ParseCode::none;
    }

    const char* at_;
    const char* end_;
    char delimiter_;
    std::uint32_t data_tag_{};
    std::size_t data_length_{};
};

}  // namespace assay::fix
