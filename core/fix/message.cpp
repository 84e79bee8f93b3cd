#include "core/fix/message.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

namespace assay::fix {

const char* text(ParseCode code) {
    switch (code) {
        case ParseCode::none:
            return "ok";
        case ParseCode::no_equals_sign:
            return "a field is not tag=value";
        case ParseCode::tag_not_a_number:
            return "a tag is not a number";
        case ParseCode::tag_zero:
            return "a tag is 0";
        case ParseCode::tag_too_large:
            return "a tag is larger than 2^31 - 1";
        case ParseCode::empty_value:
            return "a field has no value";
        case ParseCode::repeated_tag:
            return "a field outside of groups appears twice";
        case ParseCode::bad_number:
            return "a number cannot be read exactly";
        case ParseCode::bad_time:
            return "a time or date cannot be read";
        case ParseCode::bad_character:
            return "a one-character field holds something else";
        case ParseCode::group_count:
            return "a group has not as many entries as it says";
        case ParseCode::data_length:
            return "a data field does not end where its length says";
        case ParseCode::missing_field:
            return "a required field is missing";
        case ParseCode::negative:
            return "a quantity is negative that cannot be";
    }
    return "?";
}

namespace {

// How the value of a field is read.
enum class Kind : std::uint8_t {
    text,
    msg_type,
    number,     // no sign, no point
    integer,    // a sign, no point
    character,  // one
    yes_no,
    qty,
    price,
    average,
    time,
    date,
    group,
};

// Where in Message a field goes. In the order of kReadTags, so that a bit of `present` finds it.
struct alignas(8) Row {
    std::uint16_t tag;
    Kind kind;
    std::uint16_t member;  // its offset
};
constexpr std::array<Row, kReadTags.size()> kRows = {{
    {8, Kind::text, offsetof(Message, begin_string)},
    {35, Kind::msg_type, offsetof(Message, msg_type)},
    {49, Kind::text, offsetof(Message, sender_comp_id)},
    {56, Kind::text, offsetof(Message, target_comp_id)},
    {50, Kind::text, offsetof(Message, sender_sub_id)},
    {57, Kind::text, offsetof(Message, target_sub_id)},
    {115, Kind::text, offsetof(Message, on_behalf_of_comp_id)},
    {128, Kind::text, offsetof(Message, deliver_to_comp_id)},
    {1128, Kind::text, offsetof(Message, appl_ver_id)},
    {11, Kind::text, offsetof(Message, cl_ord_id)},
    {41, Kind::text, offsetof(Message, orig_cl_ord_id)},
    {37, Kind::text, offsetof(Message, order_id)},
    {17, Kind::text, offsetof(Message, exec_id)},
    {19, Kind::text, offsetof(Message, exec_ref_id)},
    {55, Kind::text, offsetof(Message, symbol)},
    {48, Kind::text, offsetof(Message, security_id)},
    {22, Kind::text, offsetof(Message, security_id_source)},
    {117, Kind::text, offsetof(Message, quote_id)},
    {100, Kind::text, offsetof(Message, ex_destination)},
    {207, Kind::text, offsetof(Message, security_exchange)},
    {30, Kind::text, offsetof(Message, last_mkt)},
    {58, Kind::text, offsetof(Message, text)},
    {15, Kind::text, offsetof(Message, currency)},
    {372, Kind::text, offsetof(Message, ref_msg_type)},
    {379, Kind::text, offsetof(Message, business_reject_ref_id)},
    {34, Kind::number, offsetof(Message, msg_seq_num)},
    {43, Kind::yes_no, offsetof(Message, poss_dup_flag)},
    {97, Kind::yes_no, offsetof(Message, poss_resend)},
    {52, Kind::time, offsetof(Message, sending_time)},
    {122, Kind::time, offsetof(Message, orig_sending_time)},
    {20, Kind::character, offsetof(Message, exec_trans_type)},
    {150, Kind::character, offsetof(Message, exec_type)},
    {39, Kind::character, offsetof(Message, ord_status)},
    {54, Kind::character, offsetof(Message, side)},
    {38, Kind::qty, offsetof(Message, order_qty)},
    {32, Kind::qty, offsetof(Message, last_qty)},
    {31, Kind::price, offsetof(Message, last_px)},
    {14, Kind::qty, offsetof(Message, cum_qty)},
    {151, Kind::qty, offsetof(Message, leaves_qty)},
    {6, Kind::average, offsetof(Message, avg_px)},
    {44, Kind::price, offsetof(Message, price)},
    {40, Kind::character, offsetof(Message, ord_type)},
    {59, Kind::character, offsetof(Message, time_in_force)},
    {110, Kind::qty, offsetof(Message, min_qty)},
    {60, Kind::time, offsetof(Message, transact_time)},
    {75, Kind::date, offsetof(Message, trade_date)},
    {851, Kind::character, offsetof(Message, last_liquidity_ind)},
    {103, Kind::integer, offsetof(Message, ord_rej_reason)},
    {102, Kind::integer, offsetof(Message, cxl_rej_reason)},
    {434, Kind::character, offsetof(Message, cxl_rej_response_to)},
    {378, Kind::integer, offsetof(Message, exec_restatement_reason)},
    {127, Kind::character, offsetof(Message, dk_reason)},
    {45, Kind::number, offsetof(Message, ref_seq_num)},
    {371, Kind::integer, offsetof(Message, ref_tag_id)},
    {373, Kind::integer, offsetof(Message, session_reject_reason)},
    {380, Kind::integer, offsetof(Message, business_reject_reason)},
    {36, Kind::number, offsetof(Message, new_seq_no)},
    {123, Kind::yes_no, offsetof(Message, gap_fill_flag)},
    {7, Kind::number, offsetof(Message, begin_seq_no)},
    {16, Kind::number, offsetof(Message, end_seq_no)},
    {141, Kind::yes_no, offsetof(Message, reset_seq_num_flag)},
    {453, Kind::group, offsetof(Message, parties)},
    {268, Kind::group, offsetof(Message, md_entries)},
}};
static_assert(std::is_standard_layout_v<Message>);
static_assert([] {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (kRows[i].tag != kReadTags[i]) return false;
    return true;
}());

// The message types whose body fields we read; in others (orders in lists, allocations, ...) the
// same tags may stand in groups that we do not know, so a repeat is nobody's mistake.
bool is_read_type(std::string_view type) {
    if (type.size() != 1) return false;
    switch (type[0]) {
        case 'D':
        case '8':
        case '9':
        case 'F':
        case 'G':
        case 'H':
        case 'Q':
        case '3':
        case 'j':
        case 'W':
        case 'X':
        case 'A':
        case '0':
        case '1':
        case '2':
        case '4':
        case '5':
            return true;
        default:
            return false;
    }
}

// Groups that are open, outermost first. A group is open from its count until the entry field of
// an outer one comes again; how deep they nest is bounded, their counts are only compared.
class OpenGroups {
  public:
    static constexpr std::size_t kDeepest = 8;

    bool any() const { return depth_ != 0; }
    void open(std::uint32_t tag, std::uint64_t expected) {
        if (expected == 0 || depth_ == kDeepest) return;  // deeper ones are not checked
        groups_[depth_++] = {tag, 0, expected, 0};
    }
    // Tells the groups of a field. False: one turned out wrong, see culprit().
    bool see(std::uint32_t tag) {
        Group& top = groups_[depth_ - 1];
        if (top.first == 0) {
            top.first = tag;
            top.seen = 1;
            return true;
        }
        for (std::size_t i = depth_; i-- > 0;) {
            if (groups_[i].first != tag) continue;
            if (!close_above(i + 1)) return false;
            ++groups_[i].seen;
            return true;
        }
        return true;
    }
    bool close_above(std::size_t depth) {
        while (depth_ > depth) {
            const Group& top = groups_[--depth_];
            culprit_ = top.tag;
            if (top.seen != top.expected) return false;
        }
        return true;
    }
    // The count tag of the last group that was closed.
    std::uint32_t culprit() const { return culprit_; }

  private:
    struct Group {
        std::uint32_t tag, first;
        std::uint64_t expected, seen;
    };
    std::array<Group, kDeepest> groups_;
    std::size_t depth_{};
    std::uint32_t culprit_{};
};

class Parser {
  public:
    Parser(std::string_view bytes, char delimiter, Message& message, OpenGroups& groups)
        : cursor_(bytes, delimiter), m_(message), bytes_(bytes), groups_(groups) {}

    ParseError run() {
        const ParseError error = read_fields();
        m_.present = present_;
        return error ? error : required();
    }

  private:
    [[gnu::always_inline]] ParseError read_fields() {
        Field field;
        while (!cursor_.done()) {
            ParseCode code = cursor_.next_but_data(field);
            if (code == ParseCode::none) [[likely]] {
                code = take(field);
            } else if (not_our_business(code, field)) {
                if (code == ParseCode::empty_value) continue;
                break;
            }
            if (code != ParseCode::none) [[unlikely]]
                return error(code, field);
        }
        if (groups_.any() && !groups_.close_above(0)) {
            return {ParseCode::group_count, groups_.culprit(),
                    static_cast<std::uint32_t>(bytes_.size())};
        }
        return {};
    }

    ParseError error(ParseCode code, const Field& field) const {
        const std::uint32_t culprit = groups_.culprit();
        return {code, culprit != 0 ? culprit : field.tag,
                static_cast<std::uint32_t>(field.start - bytes_.data())};
    }

    // An agreed field without a value, and anything in the body of a type that we do not read (a
    // news text over several lines), hurt nothing that we measure.
    bool not_our_business(ParseCode code, const Field& field) const {
        if (code == ParseCode::empty_value && field.tag > kLastDictionaryTag) return true;
        const bool has_type = (present_ >> bit_of(35) & 1) != 0;
        return has_type && !read_type_ && field.bit >= kReadTags.size();
    }

    [[gnu::always_inline]] ParseCode take(const Field& field) {
        if (field.bit >= simple_bits_) {
            ParseCode code{};
            if (take_otherwise(field, code)) return code;
        }
        if ((present_ >> field.bit & 1) != 0) [[unlikely]] {
            const bool repeat = (kHeaderBits >> field.bit & 1) != 0 || read_type_;
            return repeat ? ParseCode::repeated_tag : ParseCode::none;
        }
        present_ |= std::uint64_t{1} << field.bit;
        return take_value(kRows[field.bit], field.value);
    }

    // What we do not read, and everything once a group is open. False: it is still to be read.
    [[gnu::always_inline]] bool take_otherwise(const Field& field, ParseCode& code) {
        if (field.bit == kLengthField) [[unlikely]]
            cursor_.expect_data(field);
        if (groups_.any() && field.tag != 10 && !groups_.see(field.tag)) {
            code = ParseCode::group_count;
            return true;
        }
        if (field.bit < kReadTags.size()) return in_entries_;
        if (field.bit == kGroupField) [[unlikely]] {
            code = open_group(field);
        } else if (field.tag > kLastDictionaryTag) [[unlikely]] {
            ++(field.tag < kFirstCustomTag ? m_.unknown_tags : m_.custom_tags);
        }
        return true;
    }

    // The count of a group that is only checked, and of one whose bytes are also kept.
    ParseCode open_group(const Field& field) {
        if (!read_type_) return ParseCode::none;
        std::uint64_t count = 0;
        if (const ParseCode bad = number(field.value, count); bad != ParseCode::none) return bad;
        groups_.open(field.tag, count);
        if (groups_.any()) simple_bits_ = 0;
        return ParseCode::none;
    }
    ParseCode open_read_group(std::uint32_t tag, std::string_view value) {
        std::uint64_t count = 0;
        if (const ParseCode bad = number(value, count); bad != ParseCode::none) return bad;
        if (count > bytes_.size()) return ParseCode::group_count;
        groups_.open(tag, count);
        if (groups_.any()) simple_bits_ = 0;
        const std::string_view rest =
            bytes_.substr(static_cast<std::size_t>(cursor_.at() - bytes_.data()));
        if (tag == 453) {
            m_.parties = rest;
            m_.party_count = static_cast<std::uint32_t>(count);
        } else {
            m_.md_entries = rest;
            m_.md_entry_count = static_cast<std::uint32_t>(count);
            in_entries_ = count != 0;
        }
        return ParseCode::none;
    }

    static ParseCode character(std::string_view v, char& out) {
        out = v[0];
        return v.size() == 1 ? ParseCode::none : ParseCode::bad_character;
    }
    static ParseCode yes_no(std::string_view v, char& out) {
        out = v[0];
        return v == "Y" || v == "N" ? ParseCode::none : ParseCode::bad_character;
    }
    static ParseCode number(std::string_view v, std::uint64_t& out) {
        if (v.size() <= 8) [[likely]] {
            const std::uint64_t digits = last_of_word(v.data(), v.size());
            if (not_digits(digits) != 0) return ParseCode::bad_number;
            out = number_of(digits);
            return ParseCode::none;
        }
        std::uint64_t value = 0;
        if (v.size() > 18 || read_digits(v, value) != v.size()) return ParseCode::bad_number;
        out = value;
        return ParseCode::none;
    }
    static ParseCode integer(std::string_view v, std::int32_t& out) {
        std::int64_t value = 0;
        const bool good = read_decimal(v, 0, INT32_MAX, value);
        out = static_cast<std::int32_t>(value);
        return good ? ParseCode::none : ParseCode::bad_number;
    }
    [[gnu::always_inline]] static ParseCode decimal(std::string_view v, int scale,
                                                    std::int64_t limit, std::int64_t& out) {
        // Eight digits are below the limits of prices and quantities.
        if (read_short_decimal(v, scale, out)) [[likely]]
            return ParseCode::none;
        return read_decimal(v, scale, limit, out) ? ParseCode::none : ParseCode::bad_number;
    }
    // AvgPx is a quotient and comes with any number of decimals: those beyond 1e-9 are rounded.
    static ParseCode average(std::string_view v, Price& out) {
        if (read_decimal(v, 9, kMaxPriceNano, out.nano)) return ParseCode::none;
        const std::size_t point = v.find('.');
        if (point == v.npos || v.size() - point <= 10 || v[0] == '+') return ParseCode::bad_number;
        const std::string_view tail = v.substr(point + 10);
        if (tail.find_first_not_of("0123456789") != tail.npos) return ParseCode::bad_number;
        if (!read_decimal(v.substr(0, point + 10), 9, kMaxPriceNano - 1, out.nano)) {
            return ParseCode::bad_number;
        }
        if (tail[0] >= '5') out.nano += v[0] == '-' ? -1 : 1;
        return ParseCode::none;
    }
    static ParseCode trade_date(std::string_view v, std::int32_t& out) {
        if (read_date(v, out)) return ParseCode::none;
        Nanos time;  // some write a timestamp
        if (!read_utc_timestamp(v, time)) return ParseCode::bad_time;
        out = static_cast<std::int32_t>(utc_day(time));
        return ParseCode::none;
    }
    template <class T>
    T& member(const Row& row) {
        return *reinterpret_cast<T*>(reinterpret_cast<char*>(&m_) + row.member);
    }
    [[gnu::always_inline]] ParseCode take_value(const Row& row, std::string_view v) {
        switch (row.kind) {
            case Kind::msg_type:
                read_type_ = is_read_type(v);
                [[fallthrough]];
            case Kind::text:
                member<std::string_view>(row) = v;
                return ParseCode::none;
            case Kind::number:
                return number(v, member<std::uint64_t>(row));
            case Kind::integer:
                return integer(v, member<std::int32_t>(row));
            case Kind::character:
                return character(v, member<char>(row));
            case Kind::yes_no:
                return yes_no(v, member<char>(row));
            case Kind::qty:
                return decimal(v, 6, kMaxQtyMicro, member<Qty>(row).micro);
            case Kind::price:
                return decimal(v, 9, kMaxPriceNano, member<Price>(row).nano);
            case Kind::average:
                return average(v, member<Price>(row));
            case Kind::time:
                return read_timestamp(v, m_.last_date, member<Nanos>(row)) ? ParseCode::none
                                                                           : ParseCode::bad_time;
            case Kind::date:
                return trade_date(v, member<std::int32_t>(row));
            case Kind::group:
                return open_read_group(row.tag, v);
        }
        __builtin_unreachable();
    }

    ParseError missing(std::uint32_t tag) const {
        return {ParseCode::missing_field, tag, static_cast<std::uint32_t>(bytes_.size())};
    }

    // Where the field stands is looked up again: only what is wrong pays for it.
    ParseError negative(std::uint32_t tag) const {
        const std::string field = m_.delimiter + std::to_string(tag) + '=';
        const std::size_t at = std::min(bytes_.find(field) + 1, bytes_.size());
        return {ParseCode::negative, tag, static_cast<std::uint32_t>(at)};
    }

    // What a message must have to be told apart (header) and to be attributed (body). Less than
    // FIX demands: what we do not need may be missing.
    ParseError required() const {
        constexpr std::uint64_t kAll = 1ull << bit_of(8) | 1ull << bit_of(35) | 1ull << bit_of(49) |
                                       1ull << bit_of(56) | 1ull << bit_of(34) | 1ull << bit_of(52);
        if ((present_ & kAll) != kAll) [[unlikely]] {
            for (const std::uint32_t tag : {8u, 35u, 49u, 56u, 34u, 52u}) {
                if (!m_.has(tag)) return missing(tag);
            }
        }
        if (!read_type_) return {};
        switch (m_.msg_type[0]) {
            case 'D':
                if (!m_.has(11)) return missing(11);
                // Recorded days do hold orders of 0: they are orders, and offer nothing.
                if (m_.order_qty.micro < 0) return negative(38);
                return m_.has(55) || m_.has(48) ? ParseError{} : missing(55);
            case '8':
                return required_of_report();
            case 'F':
            case 'G':
                if (!m_.has(11)) return missing(11);
                return m_.has(41) || m_.has(37) ? ParseError{} : missing(41);
            case '9':
            case 'H':
                return m_.has(11) || m_.has(37) || m_.has(41) ? ParseError{} : missing(11);
            case 'Q':
                return m_.has(17) ? ParseError{} : missing(17);
            case '3':
                return m_.has(45) ? ParseError{} : missing(45);
            case 'W':
                if (!m_.has(268)) return missing(268);
                return m_.has(55) || m_.has(48) ? ParseError{} : missing(55);
            case 'X':
                return m_.has(268) ? ParseError{} : missing(268);
            case '4':
                return m_.has(36) ? ParseError{} : missing(36);
            default:
                return {};
        }
    }

    ParseError required_of_report() const {
        if (m_.cum_qty.micro < 0) return negative(14);
        if (m_.leaves_qty.micro < 0) return negative(151);
        if (!m_.has(11) && !m_.has(37) && !m_.has(41)) return missing(11);
        if (!m_.has(39) && !m_.has(150)) return missing(39);
        const bool trade = m_.exec_type == 'F' || m_.exec_type == 'G';
        if (trade && !m_.has(32)) return missing(32);
        if (trade || m_.last_qty.micro > 0) {
            if (!m_.has(31)) return missing(31);
            if (!m_.has(17)) return missing(17);
        }
        const bool undoes = m_.exec_type == 'G' || m_.exec_type == 'H' ||
                            m_.exec_trans_type == '1' || m_.exec_trans_type == '2';
        return undoes && !m_.has(19) ? missing(19) : ParseError{};
    }

    FieldCursor cursor_;
    Message& m_;
    std::string_view bytes_;
    OpenGroups& groups_;  // apart, so that all else can stay in registers
    std::uint64_t present_{};
    std::size_t simple_bits_{kReadTags.size()};  // 0 where a group is open
    bool in_entries_{};
    bool read_type_{};
};

}  // namespace

ParseError parse(std::string_view bytes, char delimiter, Message& message) {
    const DateDigits last_date = message.last_date;
    // By the library: what the compiler writes for a size that it knows starts slowly.
    std::size_t size = sizeof message;
    asm("" : "+r"(size));
    std::memset(static_cast<void*>(&message), 0, size);
    message.bytes = bytes;
    message.delimiter = delimiter;
    message.last_date = last_date;
    OpenGroups groups;
    return Parser(bytes, delimiter, message, groups).run();
}

}  // namespace assay::fix
