// The peer: QuickFIX as its users read messages. The only file that sees its headers, which need
// -std=c++14 (dynamic exception specifications).
#include "bench/quickfix_peer.h"

#include <cmath>
#include <cstdint>
#include <quickfix/FieldConvertors.h>
#include <quickfix/Message.h>
#include <string>

namespace assay {
namespace bench {

namespace {

std::int64_t nanos_of(const std::string& text) {
    const FIX::UtcTimeStamp time = FIX::UtcTimeStampConvertor::convert(text);
    // Julian day 2440588 is 1970-01-01.
    const std::int64_t days = time.getJulianDate() - 2440588;
    const std::int64_t seconds =
        ((days * 24 + time.getHour()) * 60 + time.getMinute()) * 60 + time.getSecond();
    return seconds * 1000000000 + static_cast<std::int64_t>(time.getFraction(9));
}

std::int64_t scaled(const std::string& text, double scale) {
    return std::llround(FIX::DoubleConvertor::convert(text) * scale);
}

class Taker {
  public:
    Taker(const FIX::FieldMap& header, const FIX::FieldMap& body, DigestText text,
          DigestNumber number, std::uint64_t& sum)
        : header_(header), body_(body), text_(text), number_(number), sum_(sum) {}

    void take_header() {
        take_text(header_, 35);
        take_text(header_, 49);
        take_text(header_, 56);
        take(static_cast<std::uint64_t>(FIX::IntConvertor::convert(header_.getField(34))));
        take(static_cast<std::uint64_t>(nanos_of(header_.getField(52))));
    }
    void take_body() {
        for (const int tag : {11, 41, 37, 17, 55, 58, 30, 100}) take_text(body_, tag);
        for (const int tag : {150, 39, 54, 40, 59, 851, 434}) {
            if (body_.isSetField(tag)) {
                take(static_cast<std::uint64_t>(FIX::CharConvertor::convert(body_.getField(tag))));
            }
        }
        for (const int tag : {38, 32, 14, 151}) take_scaled(tag, 1e6);
        for (const int tag : {44, 31, 6}) take_scaled(tag, 1e9);
        if (body_.isSetField(60)) take(static_cast<std::uint64_t>(nanos_of(body_.getField(60))));
        for (const int tag : {103, 102, 268}) {
            if (body_.isSetField(tag)) {
                take(static_cast<std::uint64_t>(FIX::IntConvertor::convert(body_.getField(tag))));
            }
        }
    }

  private:
    void take(std::uint64_t value) { number_(sum_, value); }
    void take_text(const FIX::FieldMap& map, int tag) {
        if (!map.isSetField(tag)) return;
        const std::string& value = map.getField(tag);
        text_(sum_, value.data(), value.size());
    }
    void take_scaled(int tag, double scale) {
        if (!body_.isSetField(tag)) return;
        take(static_cast<std::uint64_t>(scaled(body_.getField(tag), scale)));
    }

    const FIX::FieldMap& header_;
    const FIX::FieldMap& body_;
    DigestText text_;
    DigestNumber number_;
    std::uint64_t& sum_;
};

}  // namespace

void quickfix_message(const std::string& bytes, DigestText text, DigestNumber number,
                      std::uint64_t& sum) {
    const FIX::Message message(bytes, false);
    Taker taker(message.getHeader(), message, text, number, sum);
    taker.take_header();
    taker.take_body();
}

}  // namespace bench
}  // namespace assay
