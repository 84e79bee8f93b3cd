// For tests of what messages mean: `|` for the delimiter, a header that is always there.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "core/fix/message.h"

namespace assay::fix::testkit {

// "8|35|49|56|34|52" around a body; `who` is "SENDER>TARGET".
inline std::string raw(std::string_view type, std::string_view body, int seq = 1,
                       std::string_view who = "US>LP_A",
                       std::string_view time = "20261120-09:30:00.000",
                       std::string_view version = "FIX.4.4") {
    const std::size_t arrow = who.find('>');
    std::string text = "8=" + std::string(version) + "|35=" + std::string(type) +
                       "|49=" + std::string(who.substr(0, arrow)) +
                       "|56=" + std::string(who.substr(arrow + 1)) + "|34=" + std::to_string(seq) +
                       "|52=" + std::string(time) + "|";
    text += body;
    return text;
}

// Parses, and wants no error. The text must outlive the message.
inline Message parsed(const std::string& text) {
    Message m;
    const ParseError error = parse(text, '|', m);
    EXPECT_FALSE(error) << fix::text(error.code) << " tag " << error.tag << " at " << error.offset
                        << "\n"
                        << text;
    return m;
}

}  // namespace assay::fix::testkit
