#include "bench/fix_text.h"

#include <fmt/format.h>

namespace assay::bench {

std::string fix_time(std::uint64_t micros) {
    const std::uint64_t s = micros / 1'000'000;
    return fmt::format("20261120-{:02}:{:02}:{:02}.{:06}", s / 3600, s / 60 % 60, s % 60,
                       micros % 1'000'000);
}

std::string fix_price(std::uint64_t cents) {
    return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

void FixText::begin(std::string_view type, std::uint64_t seq, std::string_view from,
                    std::string_view to, std::uint64_t micros) {
    body_.clear();
    field("35", type);
    field("34", seq);
    field("49", from);
    field("52", fix_time(micros));
    field("56", to);
}

std::string_view FixText::finish() {
    message_ = fmt::format(
        "8=FIX.4.4\x01"
        "9={}\x01",
        body_.size());
    message_ += body_;
    unsigned sum = 0;
    for (const char c : message_) sum += static_cast<unsigned char>(c);
    message_ += fmt::format("10={:03}\x01", sum % 256);
    return message_;
}

}  // namespace assay::bench
