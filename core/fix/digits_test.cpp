#include "core/fix/digits.h"

#include <cstdio>
#include <gtest/gtest.h>
#include <string>

namespace assay::fix {
namespace {

TEST(Digits, eight_of_them_are_a_number_and_anything_else_is_not) {
    for (std::uint32_t n = 0; n < 100'000'000; n += 9'973) {
        char text[16];
        std::snprintf(text, sizeof text, "%08u", n);
        std::uint32_t value = 1;
        ASSERT_TRUE(eight_digits(text, value)) << text;
        ASSERT_EQ(value, n);
    }
    for (std::size_t at = 0; at < 8; ++at)
        for (int c = 0; c < 256; ++c) {
            std::string text = "20131008";
            text[at] = static_cast<char>(c);
            std::uint32_t value = 0;
            EXPECT_EQ(eight_digits(text.data(), value), c >= '0' && c <= '9') << at << " " << c;
        }
}

TEST(Digits, one_to_eight_of_them_stand_last_in_a_word_of_zeros) {
    const std::string text = "98765432";
    for (std::size_t n = 1; n <= 8; ++n) {
        const std::uint64_t digits = last_of_word(text.data(), n);
        ASSERT_EQ(not_digits(digits), 0u);
        EXPECT_EQ(number_of(digits), std::stoul(text.substr(0, n)));
        for (std::size_t at = 0; at < n; ++at) {
            std::string other = text;
            other[at] = '.';
            EXPECT_NE(not_digits(last_of_word(other.data(), n)), 0u) << n << " " << at;
        }
    }
}

TEST(Digits, a_clock_is_seconds_since_midnight) {
    const struct {
        const char* text;
        bool good;
        std::uint32_t seconds;
    } rows[] = {
        {"00:00:00", true, 0},      {"14:00:01", true, 50'401}, {"23:59:59", true, 86'399},
        {"23:59:60", true, 86'400}, {"23:59:61", false, 0},     {"24:00:00", false, 0},
        {"12:60:00", false, 0},     {"12-00:00", false, 0},     {"12:00-00", false, 0},
        {"1a:00:00", false, 0},     {"::::::::", false, 0},     {"12:00:0 ", false, 0},
    };
    for (const auto& row : rows) {
        std::uint32_t seconds = 0;
        EXPECT_EQ(clock_of_day(row.text, seconds), row.good) << row.text;
        EXPECT_EQ(seconds, row.seconds) << row.text;
    }
}

}  // namespace
}  // namespace assay::fix
