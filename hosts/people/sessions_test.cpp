#include "hosts/people/sessions.h"

#include <gtest/gtest.h>
#include <set>

#include "hosts/people/password.h"

namespace assay::people {
namespace {

constexpr Nanos kNow{1'772'461'800'000'000'000};
constexpr Duration minutes(int n) {
    return {n * kMinute.ns};
}

TEST(Sessions, end_after_15_minutes_without_use) {
    Sessions sessions;
    const std::string key = sha256(sessions.begin("ann", 1, kNow));
    ASSERT_NE(sessions.find(key, kNow + minutes(14)), nullptr);
    EXPECT_EQ(sessions.find(key, kNow + minutes(15)), nullptr) << "looking is no use";
    const std::string other = sha256(sessions.begin("ann", 1, kNow));
    sessions.find(other, kNow + minutes(14))->used = kNow + minutes(14);
    EXPECT_NE(sessions.find(other, kNow + minutes(28)), nullptr);
}

TEST(Sessions, end_after_12_hours_whatever_happens) {
    Sessions sessions;
    const std::string key = sha256(sessions.begin("ann", 1, kNow));
    for (int m = 10; m < 12 * 60; m += 10)
        sessions.find(key, kNow + minutes(m))->used = kNow + minutes(m);
    EXPECT_EQ(sessions.find(key, kNow + minutes(12 * 60)), nullptr);
    EXPECT_EQ(sessions.size(), 0U);
}

TEST(Sessions, tokens_are_256_bits_and_never_the_same) {
    Sessions sessions;
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string token = sessions.begin("p" + std::to_string(i), 1, kNow);
        EXPECT_EQ(token.size(), 64U);
        EXPECT_TRUE(seen.insert(token).second);
        const Session* s = sessions.find(sha256(token), kNow);
        ASSERT_NE(s, nullptr);
        EXPECT_TRUE(seen.insert(s->csrf).second);
        EXPECT_EQ(sessions.find(token, kNow), nullptr) << "the token itself is kept nowhere";
    }
}

TEST(Sessions, of_one_person_end_together) {
    Sessions sessions;
    const std::string a = sha256(sessions.begin("ann", 1, kNow)),
                      b = sha256(sessions.begin("ann", 1, kNow)),
                      c = sha256(sessions.begin("bob", 1, kNow));
    sessions.end_all_of("ann");
    EXPECT_EQ(sessions.find(a, kNow), nullptr);
    EXPECT_EQ(sessions.find(b, kNow), nullptr);
    EXPECT_NE(sessions.find(c, kNow), nullptr);
}

TEST(Sessions, one_more_than_there_may_be_ends_the_one_used_least_lately) {
    Sessions sessions({.each = 3, .all = 5});
    std::vector<std::string> keys;
    for (int i = 0; i < 4; ++i) keys.push_back(sha256(sessions.begin("ann", 1, kNow + minutes(i))));
    EXPECT_EQ(sessions.find(keys[0], kNow + minutes(4)), nullptr);
    EXPECT_EQ(sessions.size(), 3U);
    for (int i = 0; i < 9; ++i) sessions.begin("p" + std::to_string(i), 1, kNow + minutes(5));
    EXPECT_EQ(sessions.size(), 5U);
}

}  // namespace
}  // namespace assay::people
