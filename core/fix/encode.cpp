#include "core/fix/encode.h"

#include <algorithm>
#include <charconv>

namespace assay::fix {

namespace {

constexpr char kSoh = '\x01';
constexpr std::string_view kBegin = "8=FIX.4.4\x01";
// In front of the body is room for BeginString and BodyLength, whose digits are known last.
constexpr std::size_t kHead = 32;

void append_digits(std::string& out, std::uint64_t value, int digits) {
    char text[20];
    for (int i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
    out.append(text, static_cast<std::size_t>(digits));
}

void append_number(std::string& out, std::uint64_t value) {
    char text[20];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, static_cast<std::size_t>(end - text));
}

// Days since 1970-01-01 as YYYYMMDD, in the proleptic Gregorian calendar: years are counted from
// March, so that the leap day is the last of a year.
std::uint64_t date_of(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = floor_div(shifted, 146'097);
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t day = day_of_year - (153 * from_march + 2) / 5 + 1;
    const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return static_cast<std::uint64_t>(year * 10'000 + month * 100 + day);
}

}  // namespace

void append_scaled(std::string& out, std::int64_t value, int scale) {
    std::uint64_t rest = static_cast<std::uint64_t>(value);
    if (value < 0) {
        out += '-';
        rest = 0 - rest;
    }
    char text[32];
    char* const end = text + sizeof text;
    char* at = end;
    for (int i = 0; i < scale; ++i, rest /= 10) {
        const char c = static_cast<char>('0' + rest % 10);
        if (at != end || c != '0') *--at = c;
    }
    if (at != end) *--at = '.';
    do {
        *--at = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    out.append(at, static_cast<std::size_t>(end - at));
}

void append_utc_timestamp(std::string& out, Nanos at, Fraction fraction) {
    const std::int64_t day = utc_day(at);
    const auto rest = static_cast<std::uint64_t>(at.ns - day * kDay.ns);
    const std::uint64_t second = rest / 1'000'000'000;
    append_digits(out, date_of(day), 8);
    out += '-';
    append_digits(out, second / 3600, 2);
    out += ':';
    append_digits(out, second / 60 % 60, 2);
    out += ':';
    append_digits(out, second % 60, 2);
    out += '.';
    const std::uint64_t nanos = rest % 1'000'000'000;
    append_digits(out, fraction == Fraction::micros ? nanos / 1'000 : nanos,
                  static_cast<int>(fraction));
}

void Encoder::tag(std::string_view tag_and_equals) {
    buffer_ += tag_and_equals;
}
void Encoder::field(std::string_view tag_and_equals, std::string_view value) {
    if (value.empty()) return;
    tag(tag_and_equals);
    buffer_ += value;
    buffer_ += kSoh;
}
void Encoder::field(std::string_view tag_and_equals, char value) {
    tag(tag_and_equals);
    buffer_ += value;
    buffer_ += kSoh;
}
void Encoder::number(std::string_view tag_and_equals, std::uint64_t value) {
    tag(tag_and_equals);
    append_number(buffer_, value);
    buffer_ += kSoh;
}
void Encoder::qty(std::string_view tag_and_equals, Qty value) {
    if (value.micro < 0) return;
    tag(tag_and_equals);
    append_scaled(buffer_, value.micro, 6);
    buffer_ += kSoh;
}
void Encoder::price(std::string_view tag_and_equals, Price value) {
    tag(tag_and_equals);
    append_scaled(buffer_, value.nano, 9);
    buffer_ += kSoh;
}
void Encoder::time(std::string_view tag_and_equals, Nanos value) {
    tag(tag_and_equals);
    append_utc_timestamp(buffer_, value, Fraction::micros);
    buffer_ += kSoh;
}
void Encoder::side(Side value) {
    if (value != Side::none) field("54=", value == Side::buy ? '1' : '2');
}

void Encoder::begin(char msg_type, const Header& header) {
    buffer_.assign(kHead, ' ');
    field("35=", msg_type);
    number("34=", header.msg_seq_num);
    if (known(header.orig_sending_time)) field("43=", 'Y');
    field("49=", header.sender_comp_id);
    time("52=", header.sending_time);
    field("56=", header.target_comp_id);
    if (known(header.orig_sending_time)) time("122=", header.orig_sending_time);
}

std::string_view Encoder::finish() {
    char length[20];
    const auto end = std::to_chars(length, length + sizeof length, buffer_.size() - kHead).ptr;
    const auto digits = static_cast<std::size_t>(end - length);
    const std::size_t start = kHead - (kBegin.size() + 2 + digits + 1);
    char* at = buffer_.data() + start;
    at = std::copy(kBegin.begin(), kBegin.end(), at);
    *at++ = '9';
    *at++ = '=';
    at = std::copy(length, end, at);
    *at = kSoh;
    unsigned sum = 0;
    for (std::size_t i = start; i < buffer_.size(); ++i)
        sum += static_cast<unsigned char>(buffer_[i]);
    tag("10=");
    append_digits(buffer_, sum % 256, 3);
    buffer_ += kSoh;
    return std::string_view(buffer_).substr(start);
}

std::string_view Encoder::write(const Header& header, const NewOrderSingle& m) {
    begin('D', header);
    field("11=", m.cl_ord_id);
    field("21=", '1');
    field("55=", m.symbol);
    side(m.side);
    time("60=", m.transact_time);
    qty("38=", m.order_qty);
    field("40=", '2');
    price("44=", m.price);
    field("59=", m.time_in_force);
    qty("110=", m.min_qty);
    return finish();
}

std::string_view Encoder::write(const Header& header, const OrderCancelRequest& m) {
    begin('F', header);
    field("41=", m.orig_cl_ord_id);
    field("11=", m.cl_ord_id);
    field("55=", m.symbol);
    side(m.side);
    time("60=", m.transact_time);
    qty("38=", m.order_qty);
    return finish();
}

std::string_view Encoder::write(const Header& header, const OrderStatusRequest& m) {
    begin('H', header);
    field("11=", m.cl_ord_id);
    field("55=", m.symbol);
    side(m.side);
    return finish();
}

std::string_view Encoder::write(const Header& header, const ExecutionReport& m) {
    begin('8', header);
    field("37=", m.order_id);
    field("11=", m.cl_ord_id);
    field("41=", m.orig_cl_ord_id);
    field("17=", m.exec_id);
    field("19=", m.exec_ref_id);
    if (m.exec_trans_type != 0) field("20=", m.exec_trans_type);
    field("150=", m.exec_type);
    field("39=", m.ord_status);
    if (m.ord_rej_reason >= 0) number("103=", static_cast<std::uint64_t>(m.ord_rej_reason));
    field("55=", m.symbol);
    side(m.side);
    qty("38=", m.order_qty);
    if (m.last_qty.micro >= 0) {
        qty("32=", m.last_qty);
        price("31=", m.last_px);
    }
    qty("151=", m.leaves_qty);
    qty("14=", m.cum_qty);
    price("6=", m.avg_px);
    field("30=", m.last_mkt);
    time("60=", m.transact_time);
    field("58=", m.text);
    return finish();
}

std::string_view Encoder::write(const Header& header, const OrderCancelReject& m) {
    begin('9', header);
    field("37=", m.order_id);
    field("11=", m.cl_ord_id);
    field("41=", m.orig_cl_ord_id);
    field("39=", m.ord_status);
    field("434=", m.response_to);
    if (m.cxl_rej_reason >= 0) number("102=", static_cast<std::uint64_t>(m.cxl_rej_reason));
    time("60=", m.transact_time);
    field("58=", m.text);
    return finish();
}

std::string_view Encoder::write(const Header& header, const BusinessReject& m) {
    begin('j', header);
    number("45=", m.ref_seq_num);
    field("372=", m.ref_msg_type);
    if (!m.ref_id.empty()) field("379=", m.ref_id);
    number("380=", static_cast<std::uint64_t>(m.reason));
    field("58=", m.text);
    return finish();
}

std::string_view Encoder::write(const Header& header, const MarketDataSnapshot& m) {
    begin('W', header);
    field("55=", m.symbol);
    field("268=", '2');
    field("269=", '0');
    price("270=", m.bid);
    qty("271=", m.bid_size);
    field("269=", '1');
    price("270=", m.ask);
    qty("271=", m.ask_size);
    return finish();
}

std::string_view Encoder::write(const Header& header, const MarketDataTrade& m) {
    begin('X', header);
    field("268=", '1');
    field("279=", '0');
    field("269=", '2');
    field("55=", m.symbol);
    price("270=", m.price);
    qty("271=", m.qty);
    return finish();
}

}  // namespace assay::fix
