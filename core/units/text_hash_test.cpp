#include "core/units/text_hash.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace assay {
namespace {

TEST(TextHash, no_two_of_100000_ids_of_any_length_share_a_hash) {
    std::set<std::uint64_t> seen;
    std::size_t n = 0;
    for (int i = 0; i < 100'000; ++i, ++n) seen.insert(text_hash(std::to_string(i)));
    for (const char c : {'a', 'b'})
        for (std::size_t length = 1; length < 100; ++length, ++n)
            seen.insert(text_hash(std::string(length, c)));
    EXPECT_EQ(seen.size(), n);
}

TEST(TextHash, every_character_and_the_salt_count) {
    const std::string text = "ORD-20131008-000000123";
    for (std::size_t length = 1; length <= text.size(); ++length) {
        const std::string whole = text.substr(0, length);
        EXPECT_EQ(text_hash(whole, 7), text_hash(std::string(whole), 7));
        EXPECT_NE(text_hash(whole, 7), text_hash(whole, 8));
        for (std::size_t i = 0; i < length; ++i) {
            std::string other = whole;
            other[i] = '#';
            EXPECT_NE(text_hash(whole), text_hash(other)) << length << " " << i;
        }
    }
    EXPECT_EQ(text_hash(""), text_hash({}));
}

TEST(SameText, every_character_and_the_length_count) {
    const std::string text = "ORD-20131008-000000123";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const std::string whole = text.substr(0, length);
        EXPECT_TRUE(same_text(whole, std::string(whole))) << length;
        EXPECT_FALSE(same_text(whole, whole + "#")) << length;
        for (std::size_t i = 0; i < length; ++i) {
            std::string other = whole;
            other[i] = '#';
            EXPECT_FALSE(same_text(whole, other)) << length << " " << i;
        }
    }
}

}  // namespace
}  // namespace assay
