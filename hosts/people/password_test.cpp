#include "hosts/people/password.h"

#include <gtest/gtest.h>
#include <set>

#include "hosts/people/people_testkit.h"

namespace assay::people {
namespace {

TEST(Password, the_hash_says_argon2id_64_mib_3_passes) {
    const auto hash = hashed("correct horse battery", {});
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << *hash;
    EXPECT_TRUE(matches(*hash, "correct horse battery"));
    EXPECT_FALSE(matches(*hash, "correct horse batter"));
    EXPECT_FALSE(matches("", "correct horse battery"));
    EXPECT_FALSE(of_another_cost(*hash, {}));
    EXPECT_TRUE(of_another_cost(*hashed("x", kCheap), {}));
}

TEST(Password, two_hashes_of_one_password_differ) {
    EXPECT_NE(*hashed("correct horse battery", kCheap), *hashed("correct horse battery", kCheap));
}

TEST(Password, what_everybody_tries_first_is_refused) {
    for (const char* word :
         {"", "short", "fourteen chars", "passwordpassword", "password12345678", "aaaaaaaaaaaaaaaa",
          "abcabcabcabcabcabc", "123456789012345", "qwertyuiopasdfghjkl", "1q2w3e4r5t6y7u8i9o0p",
          "assayassayassay1", "assay-liquidity-provider", "annannannannann", "Ann.Password.2026!",
          "abcdefghijklmnopqrst", "111122223333444"})
        EXPECT_NE(wrong_with(word, "ann"), "") << word;
}

TEST(Password, length_is_all_else_that_counts) {
    for (const char* word :
         {"correct horse battery", "fifteen letters", "zwölf große boxkämpfer",
          "nur kleine buchstaben", "9471036582 174963", "Tr0ub4dor&3 more words"})
        EXPECT_EQ(wrong_with(word, "ann"), "") << word;
    std::string long_one;
    for (int i = 0; i < 64; ++i) long_one += "\xc3\xa9" + std::to_string(i % 7) + "xq";
    EXPECT_EQ(wrong_with(long_one, "ann"), "") << "256 characters of more bytes";
    EXPECT_NE(wrong_with(long_one + "z", "ann"), "");
}

TEST(Password, random_ones_are_long_and_never_the_same) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const std::string one = random_password();
        EXPECT_EQ(one.size(), 27U) << "24 characters and three dashes";
        EXPECT_TRUE(seen.insert(one).second);
        EXPECT_TRUE(seen.insert(random_token()).second);
    }
    EXPECT_EQ(wrong_with(random_password(), "admin"), "");
    EXPECT_EQ(random_token().size(), 64U);
}

TEST(Password, the_hash_is_the_one_that_sha256sum_prints) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace assay::people
