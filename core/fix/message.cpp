#include "core/fix/message.h"

#include <array>

#include "core/fix/digits.h"
#include "core/units/decimal.h"

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
    }
    return "?";
}

namespace {

bool digit_at(const char* p, unsigned& value) {
    value = static_cast<unsigned>(static_cast<unsigned char>(*p) - '0');
    return value <= 9;
}

// Days since 1970-01-01 of a proleptic Gregorian date: years begin in March, eras have 400 years.
std::int32_t days_from_civil(unsigned year, unsigned month, unsigned day) {
    const unsigned y = year - static_cast<unsigned>(month <= 2);
    const unsigned era = y / 400, yoe = y % 400;
    const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return static_cast<std::int32_t>(era * 146097 + doe) - 719468;
}

bool read_date8(const char* p, std::int32_t& days) {
    std::uint32_t date = 0;
    if (!eight_digits(p, date)) return false;
    const unsigned year = date / 10'000, month = date / 100 % 100, day = date % 100;
    // Years whose nanoseconds fit 64 bits. A day that the month lacks runs into the next month.
    if (year < 1970 || year > 2200) return false;
    if (month - 1 > 11 || day - 1 > 30) return false;
    days = days_from_civil(year, month, day);
    return true;
}

constexpr std::array<std::int64_t, 10> kPowers = {1,      10,      100,      1000,      10000,
                                                  100000, 1000000, 10000000, 100000000, 1000000000};

}  // namespace

bool read_decimal(std::string_view v, int scale, std::int64_t limit, std::int64_t& scaled) {
    const char* p = v.data();
    const char* const end = p + v.size();
    const bool negative = p != end && *p == '-';
    p += negative;
    if (p == end || *p == '+') return false;
    std::uint64_t value = 0;
    const char* const whole = p;
    unsigned digit = 0;
    // Up to 18 characters cannot overflow; longer ones take the slow and careful way below.
    if (end - p <= 18) {
        for (; p != end && digit_at(p, digit); ++p) value = value * 10 + digit;
        int decimals = 0;
        if (p != end && *p == '.') {
            const char* const point = p++;
            for (; p != end && digit_at(p, digit); ++p) value = value * 10 + digit;
            decimals = static_cast<int>(p - point) - 1;
        }
        const bool only_a_point = end - whole == 1 && *whole == '.';
        if (p != end || only_a_point) return false;
        if (decimals <= scale) {
            const Money wide =
                static_cast<Money>(value) * kPowers[static_cast<std::size_t>(scale - decimals)];
            if (wide > limit) return false;
            const auto magnitude = static_cast<std::int64_t>(wide);
            scaled = negative ? -magnitude : magnitude;
            return true;
        }
    }
    const Decimal slow = parse_decimal(v, scale, limit);
    scaled = slow.scaled;
    return static_cast<bool>(slow);
}

bool read_utc_timestamp(std::string_view v, Nanos& time) {
    if (v.size() < 17) return false;
    const char* p = v.data();
    std::int32_t days = 0;
    if (!read_date8(p, days)) return false;
    std::uint32_t of_day = 0;
    if (p[8] != '-' || !clock_of_day(p + 9, of_day)) return false;
    std::int64_t fraction = 0;
    if (v.size() > 17) {
        if (p[17] != '.' || v.size() == 18 || v.size() > 30) return false;
        std::size_t digits = 0;
        for (std::size_t i = 18; i < v.size(); ++i) {
            unsigned digit = 0;
            if (!digit_at(p + i, digit)) return false;
            if (digits < 9) {  // picoseconds are cut
                fraction = fraction * 10 + digit;
                ++digits;
            }
        }
        fraction *= kPowers[9 - digits];
    }
    const std::int64_t seconds = days * 86400ll + of_day;
    time = {seconds * 1'000'000'000 + fraction};
    return true;
}

bool read_date(std::string_view v, std::int32_t& days) {
    return v.size() == 8 && read_date8(v.data(), days);
}

namespace {

// In the order of kReadTags.
constexpr std::array<std::string_view Message::*, kTextFields> kTextMembers = {
    &Message::begin_string,
    &Message::msg_type,
    &Message::sender_comp_id,
    &Message::target_comp_id,
    &Message::sender_sub_id,
    &Message::target_sub_id,
    &Message::on_behalf_of_comp_id,
    &Message::deliver_to_comp_id,
    &Message::appl_ver_id,
    &Message::cl_ord_id,
    &Message::orig_cl_ord_id,
    &Message::order_id,
    &Message::exec_id,
    &Message::exec_ref_id,
    &Message::symbol,
    &Message::security_id,
    &Message::security_id_source,
    &Message::quote_id,
    &Message::ex_destination,
    &Message::security_exchange,
    &Message::last_mkt,
    &Message::text,
    &Message::currency,
    &Message::ref_msg_type,
    &Message::business_reject_ref_id};

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
    // Tells the groups of a field. `culprit`: the count tag of a group that turned out wrong.
    bool see(std::uint32_t tag, std::uint32_t& culprit) {
        Group& top = groups_[depth_ - 1];
        if (top.first == 0) {
            top.first = tag;
            top.seen = 1;
            return true;
        }
        for (std::size_t i = depth_; i-- > 0;) {
            if (groups_[i].first != tag) continue;
            if (!close_above(i + 1, culprit)) return false;
            ++groups_[i].seen;
            return true;
        }
        return true;
    }
    bool close_above(std::size_t depth, std::uint32_t& culprit) {
        while (depth_ > depth) {
            const Group& top = groups_[--depth_];
            culprit = top.tag;
            if (top.seen != top.expected) return false;
        }
        return true;
    }

  private:
    struct Group {
        std::uint32_t tag, first;
        std::uint64_t expected, seen;
    };
    std::array<Group, kDeepest> groups_;
    std::size_t depth_{};
};

class Parser {
  public:
    Parser(std::string_view bytes, char delimiter, Message& message)
        : cursor_(bytes, delimiter), m_(message), bytes_(bytes) {
        m_ = Message{};
        m_.bytes = bytes;
        m_.delimiter = delimiter;
    }

    ParseError run() {
        Field field;
        while (!cursor_.done()) {
            ParseCode code = cursor_.next(field);
            if (code == ParseCode::none) {
                code = take(field);
            } else if (not_our_business(code, field)) {
                if (code == ParseCode::empty_value) continue;
                break;
            }
            if (code != ParseCode::none) [[unlikely]]
                return error(code, field);
        }
        std::uint32_t culprit = 0;
        if (groups_.any() && !groups_.close_above(0, culprit)) {
            return {ParseCode::group_count, culprit, static_cast<std::uint32_t>(bytes_.size())};
        }
        return required();
    }

  private:
    ParseError error(ParseCode code, const Field& field) const {
        return {code, culprit_ != 0 ? culprit_ : field.tag,
                static_cast<std::uint32_t>(field.start - bytes_.data())};
    }

    // An agreed field without a value, and anything in the body of a type that we do not read (a
    // news text over several lines), hurt nothing that we measure.
    bool not_our_business(ParseCode code, const Field& field) const {
        if (code == ParseCode::empty_value && field.tag > kLastDictionaryTag) return true;
        return m_.has(35) && !read_type_ && field.bit >= kReadTags.size();
    }

    ParseCode take(const Field& field) {
        if (field.tag == 10) [[unlikely]]
            return ParseCode::none;
        if (groups_.any()) [[unlikely]] {
            if (!groups_.see(field.tag, culprit_)) return ParseCode::group_count;
        }
        if (field.bit >= kReadTags.size()) {
            if (field.bit == kGroupField) return open_group(field);
            if (field.tag > kLastDictionaryTag) [[unlikely]] {
                if (field.tag < kFirstCustomTag) {
                    ++m_.unknown_tags;
                } else {
                    ++m_.custom_tags;
                }
            }
            return ParseCode::none;
        }
        if (in_entries_) return ParseCode::none;
        const std::uint64_t bit = 1ull << field.bit;
        if ((m_.present & bit) != 0) [[unlikely]] {
            const bool repeat = (kHeaderBits & bit) != 0 || read_type_;
            return repeat ? ParseCode::repeated_tag : ParseCode::none;
        }
        m_.present |= bit;
        if (field.bit >= kTextFields) return take_value(field.bit, field.value);
        m_.*kTextMembers[field.bit] = field.value;
        if (field.bit == bit_of(35)) read_type_ = is_read_type(field.value);
        return ParseCode::none;
    }

    // The count of a group that is only checked, and of one whose bytes are also kept.
    ParseCode open_group(const Field& field) {
        if (!read_type_) return ParseCode::none;
        std::uint64_t count = 0;
        if (const ParseCode bad = number(field.value, count); bad != ParseCode::none) return bad;
        groups_.open(field.tag, count);
        return ParseCode::none;
    }
    ParseCode open_read_group(std::uint32_t tag, std::string_view value) {
        std::uint64_t count = 0;
        if (const ParseCode bad = number(value, count); bad != ParseCode::none) return bad;
        if (count > bytes_.size()) return ParseCode::group_count;
        groups_.open(tag, count);
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

    static ParseCode chars(std::string_view v, char& out) {
        out = v[0];
        return v.size() == 1 ? ParseCode::none : ParseCode::bad_character;
    }
    static ParseCode yes_no(std::string_view v, char& out) {
        out = v[0];
        return v == "Y" || v == "N" ? ParseCode::none : ParseCode::bad_character;
    }
    static ParseCode number(std::string_view v, std::uint64_t& out) {
        std::uint64_t value = 0;
        if (v.size() > 18) return ParseCode::bad_number;
        for (const char c : v) {
            unsigned digit = 0;
            if (!digit_at(&c, digit)) return ParseCode::bad_number;
            value = value * 10 + digit;
        }
        out = value;
        return ParseCode::none;
    }
    static ParseCode integer(std::string_view v, std::int32_t& out) {
        std::int64_t value = 0;
        const bool good = read_decimal(v, 0, INT32_MAX, value);
        out = static_cast<std::int32_t>(value);
        return good ? ParseCode::none : ParseCode::bad_number;
    }
    static ParseCode qty(std::string_view v, Qty& out) {
        return read_decimal(v, 6, kMaxQtyMicro, out.micro) ? ParseCode::none
                                                           : ParseCode::bad_number;
    }
    static ParseCode price(std::string_view v, Price& out) {
        return read_decimal(v, 9, kMaxPriceNano, out.nano) ? ParseCode::none
                                                           : ParseCode::bad_number;
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
    static ParseCode timestamp(std::string_view v, Nanos& out) {
        return read_utc_timestamp(v, out) ? ParseCode::none : ParseCode::bad_time;
    }
    static ParseCode trade_date(std::string_view v, std::int32_t& out) {
        if (read_date(v, out)) return ParseCode::none;
        Nanos time;  // some write a timestamp
        if (!read_utc_timestamp(v, time)) return ParseCode::bad_time;
        out = static_cast<std::int32_t>(utc_day(time));
        return ParseCode::none;
    }
    ParseCode take_value(std::uint8_t bit, std::string_view v) {
        switch (bit) {
            case bit_of(34):
                return number(v, m_.msg_seq_num);
            case bit_of(52):
                return timestamp(v, m_.sending_time);
            case bit_of(122):
                return timestamp(v, m_.orig_sending_time);
            case bit_of(43):
                return yes_no(v, m_.poss_dup_flag);
            case bit_of(97):
                return yes_no(v, m_.poss_resend);
            case bit_of(38):
                return qty(v, m_.order_qty);
            case bit_of(32):
                return qty(v, m_.last_qty);
            case bit_of(14):
                return qty(v, m_.cum_qty);
            case bit_of(151):
                return qty(v, m_.leaves_qty);
            case bit_of(110):
                return qty(v, m_.min_qty);
            case bit_of(44):
                return price(v, m_.price);
            case bit_of(31):
                return price(v, m_.last_px);
            case bit_of(6):
                return average(v, m_.avg_px);
            case bit_of(60):
                return timestamp(v, m_.transact_time);
            case bit_of(75):
                return trade_date(v, m_.trade_date);
            case bit_of(103):
                return integer(v, m_.ord_rej_reason);
            case bit_of(102):
                return integer(v, m_.cxl_rej_reason);
            case bit_of(378):
                return integer(v, m_.exec_restatement_reason);
            case bit_of(20):
                return chars(v, m_.exec_trans_type);
            case bit_of(150):
                return chars(v, m_.exec_type);
            case bit_of(39):
                return chars(v, m_.ord_status);
            case bit_of(54):
                return chars(v, m_.side);
            case bit_of(40):
                return chars(v, m_.ord_type);
            case bit_of(59):
                return chars(v, m_.time_in_force);
            case bit_of(851):
                return chars(v, m_.last_liquidity_ind);
            case bit_of(434):
                return chars(v, m_.cxl_rej_response_to);
            case bit_of(127):
                return chars(v, m_.dk_reason);
            case bit_of(45):
                return number(v, m_.ref_seq_num);
            case bit_of(371):
                return integer(v, m_.ref_tag_id);
            case bit_of(373):
                return integer(v, m_.session_reject_reason);
            case bit_of(380):
                return integer(v, m_.business_reject_reason);
            case bit_of(36):
                return number(v, m_.new_seq_no);
            case bit_of(123):
                return yes_no(v, m_.gap_fill_flag);
            case bit_of(7):
                return number(v, m_.begin_seq_no);
            case bit_of(16):
                return number(v, m_.end_seq_no);
            case bit_of(141):
                return yes_no(v, m_.reset_seq_num_flag);
            case bit_of(453):
                return open_read_group(453, v);
            case bit_of(268):
                return open_read_group(268, v);
            default:
                return ParseCode::none;
        }
    }

    ParseError missing(std::uint32_t tag) const {
        return {ParseCode::missing_field, tag, static_cast<std::uint32_t>(bytes_.size())};
    }

    // What a message must have to be told apart (header) and to be attributed (body). Less than
    // FIX demands: what we do not need may be missing.
    ParseError required() const {
        for (const std::uint32_t tag : {8u, 35u, 49u, 56u, 34u, 52u}) {
            if (!m_.has(tag)) return missing(tag);
        }
        if (!read_type_) return {};
        switch (m_.msg_type[0]) {
            case 'D':
                if (!m_.has(11)) return missing(11);
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
    OpenGroups groups_;
    std::uint32_t culprit_{};
    bool in_entries_{};
    bool read_type_{};
};

}  // namespace

ParseError parse(std::string_view bytes, char delimiter, Message& message) {
    return Parser(bytes, delimiter, message).run();
}

}  // namespace assay::fix
