// Writes one FIX 4.4 message after another: fields in the order they are given, BodyLength and
// CheckSum right, SOH between fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::bench {

// "20261120-14:30:00.000000": microseconds since 2026-11-20 00:00 UTC.
std::string fix_time(std::uint64_t micros);
// "101.25".
std::string fix_price(std::uint64_t cents);

class FixText {
  public:
    void begin(std::string_view type, std::uint64_t seq, std::string_view from, std::string_view to,
               std::uint64_t micros);
    void field(std::string_view tag, std::string_view value) {
        body_.append(tag).append(1, '=').append(value).append(1, '\x01');
    }
    void field(std::string_view tag, char value) { field(tag, std::string_view(&value, 1)); }
    void field(std::string_view tag, std::uint64_t value) { field(tag, std::to_string(value)); }
    // Holds until the next begin().
    std::string_view finish();

  private:
    std::string body_, message_;
};

}  // namespace assay::bench
