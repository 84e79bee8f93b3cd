// Walks over the fields of a message, knowing where data fields end. Inline: this is the inner
// loop.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/fix/fields.h"
#include "core/fix/marks.h"

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
    negative,       // OrderQty of an order, CumQty or LeavesQty below 0
};
const char* text(ParseCode code);

// One `tag=value`. `bit` is its row in kFieldBits.
struct Field {
    std::uint32_t tag{};
    std::uint8_t bit{};
    const char* start{};
    std::string_view value;
};

// The delimiter is no digit and not '='.
class FieldCursor {
  public:
    FieldCursor(std::string_view bytes, char delimiter)
        : at_(bytes.data()),
          end_(at_ + bytes.size()),
          short_tags_end_(bytes.size() > 4 ? end_ - 4 : at_),
          block_(at_),
          marks_(bytes.size() >= kBlock ? marks_of_64(at_, delimiter)
                                        : marks_of(at_, bytes.size(), delimiter)),
          delimiter_(delimiter) {}

    bool done() const { return at_ >= short_tags_end_ && at_ == end_; }
    const char* at() const { return at_; }

    // Reads the next field. On an error field.tag is what could be read of it, else 0.
    ParseCode next(Field& field) {
        const ParseCode code = next_but_data(field);
        if (field.bit == kLengthField && code == ParseCode::none) [[unlikely]]
            expect_data(field);
        return code;
    }
    // The same for who calls expect_data() for every kLengthField.
    [[gnu::always_inline]] ParseCode next_but_data(Field& field) {
        field.start = at_;
        if (!read_short_tag(field)) [[unlikely]] {
            const AnyTag any = read_any_tag(at_, end_, delimiter_);
            field.tag = any.tag;
            field.bit = any.tag < kTagTable ? kFieldBits[any.tag] : kPlainField;
            if (any.bad != ParseCode::none) return any.bad;
            at_ = any.next;
            if (field.tag == data_tag_) return read_data(field);
        }
        const char* const value = at_;
        const char* const stop = pass_value();
        field.value = {value, static_cast<std::size_t>(stop - value)};
        return field.value.empty() ? ParseCode::empty_value : ParseCode::none;
    }
    // `field` gives the length of the data that follows. Until these have come no tag is short, so
    // that only read_any_tag() has to look for them.
    void expect_data(const Field& field) {
        const std::size_t length = data_length_of(field.value);
        if (length == kNoLength) return;
        data_tag_ = data_tag_of(field.tag);
        data_length_ = length;
        short_tags_end_ = field.start;
    }

  private:
    static constexpr std::ptrdiff_t kBlock = 64;
    static constexpr std::size_t kNoLength = SIZE_MAX;

    // Tags of one to three digits, nearly all of them, at once. False: anything else, and whatever
    // is wrong.
    bool read_short_tag(Field& field) {
        static_assert(kTagTable >= 1000);
        const char* const p = at_;
        if (p >= short_tags_end_) [[unlikely]]
            return false;
        const auto digit = [p](int i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])) - '0';
        };
        const std::uint32_t first = digit(0), second = digit(1);
        if (first - 1 > 8) [[unlikely]]
            return false;
        if (second > 9) {
            if (p[1] != '=') return false;
            field.tag = first;
            at_ = p + 2;
        } else if (p[2] == '=') [[likely]] {
            field.tag = first * 10 + second;
            at_ = p + 3;
        } else {
            const std::uint32_t third = digit(2);
            if (third > 9 || p[3] != '=') return false;
            field.tag = first * 100 + second * 10 + third;
            at_ = p + 4;
        }
        field.bit = kFieldBits[field.tag];
        return true;
    }

    struct AnyTag {
        const char* next;
        std::uint32_t tag;
        ParseCode bad;
    };
    // Apart and by value, so that the cursor can stay in registers.
    [[gnu::noinline]] static AnyTag read_any_tag(const char* const first, const char* end,
                                                 char delimiter) {
        std::uint64_t value = 0;
        const char* p = first;
        for (;; ++p) {
            if (p == end) return {p, 0, ParseCode::no_equals_sign};
            const auto digit = static_cast<unsigned>(static_cast<unsigned char>(*p) - '0');
            if (digit > 9) break;
            value = value * 10 + digit;
            if (value > INT32_MAX) return {p, 0, ParseCode::tag_too_large};
        }
        if (*p != '=') {
            return {p, 0,
                    *p == delimiter ? ParseCode::no_equals_sign : ParseCode::tag_not_a_number};
        }
        if (p == first) return {p, 0, ParseCode::tag_not_a_number};
        if (*first == '0')
            return {p, 0, value == 0 ? ParseCode::tag_zero : ParseCode::tag_not_a_number};
        return {p + 1, static_cast<std::uint32_t>(value), ParseCode::none};
    }

    // Goes behind the value at at_ and its delimiter: the next mark, as each field takes the one
    // that ends it. Where the value ends.
    const char* pass_value() {
        while (marks_ == 0) [[unlikely]] {
            if (end_ - block_ <= kBlock) [[unlikely]]
                return at_ = end_;
            block_ += kBlock;
            marks_ = later_marks(block_, end_, delimiter_);
        }
        const char* const stop = block_ + static_cast<unsigned>(std::countr_zero(marks_));
        marks_ &= marks_ - 1;
        at_ = stop + 1;
        return stop;
    }

    // `block` is behind a whole one, so that the last bytes can be read as the end of 64.
    [[gnu::noinline]] static std::uint64_t later_marks(const char* block, const char* end,
                                                       char delimiter) {
        const std::ptrdiff_t left = end - block;
        return left >= kBlock ? marks_of_64(block, delimiter)
                              : marks_of_64(end - kBlock, delimiter) >> (kBlock - left);
    }

    [[gnu::noinline]] static std::size_t data_length_of(std::string_view value) {
        std::size_t length = 0;
        for (const char c : value) {
            const auto digit = static_cast<unsigned>(static_cast<unsigned char>(c) - '0');
            if (digit > 9 || length > (1u << 28)) return kNoLength;  // its data must do without
            length = length * 10 + digit;
        }
        return length;
    }

    ParseCode read_data(Field& field) {
        data_tag_ = 0;
        if (end_ - at_ > 4) short_tags_end_ = end_ - 4;
        if (data_length_ > static_cast<std::size_t>(end_ - at_)) return ParseCode::data_length;
        const char* stop = at_ + data_length_;
        if (stop != end_ && *stop != delimiter_) return ParseCode::data_length;
        field.value = {at_, data_length_};
        at_ = stop == end_ ? end_ : stop + 1;
        // Marks within the data are none.
        const std::ptrdiff_t on = at_ - block_;
        if (at_ == end_) {
            marks_ = 0;
        } else {
            if (on >= kBlock) {
                block_ += on / kBlock * kBlock;
                marks_ = later_marks(block_, end_, delimiter_);
            }
            marks_ &= ~std::uint64_t{0} << (on % kBlock);
        }
        return field.value.empty() ? ParseCode::empty_value : ParseCode::none;
    }

    const char* at_;
    const char* end_;
    const char* short_tags_end_;  // a field that starts before this has five bytes or more
    const char* block_;           // the 64 bytes that marks_ is of
    std::uint64_t marks_;         // delimiters in them, from at_ on
    char delimiter_;
    std::uint32_t data_tag_{};
    std::size_t data_length_{};
};

}  // namespace assay::fix
