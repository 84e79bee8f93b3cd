#include "core/units/blocks.h"

#include <gtest/gtest.h>
#include <string>

#include "core/units/archive.h"

namespace assay {
namespace {

TEST(Blocks, what_was_made_stays_where_it_is_however_many_follow) {
    Blocks<std::string, 4> names;
    std::string& first = names.emplace_back();
    first = "LP_A";
    for (int i = 0; i < 1'000; ++i) names.emplace_back() = std::to_string(i);
    EXPECT_EQ(&first, &names[0]);
    EXPECT_EQ(names[0], "LP_A");
    EXPECT_EQ(names[1], "0");
    EXPECT_EQ(names.back(), "999");
    EXPECT_EQ(names.size(), 1'001u);
    std::size_t n = 0, letters = 0;
    for (const std::string& s : std::as_const(names)) {
        ++n;
        letters += s.size();
    }
    EXPECT_EQ(n, 1'001u);
    EXPECT_EQ(letters, 4 + 10 + 180 + 2'700u);
}

TEST(Blocks, resize_grows_and_a_smaller_one_starts_anew) {
    Blocks<int, 2> b;
    b.resize(3);
    b[2] = 7;
    b.resize(5);
    EXPECT_EQ(b[2], 7);
    EXPECT_EQ(b[4], 0);
    b.resize(1);
    EXPECT_EQ(b.size(), 1u);
    EXPECT_EQ(b[0], 0);
}

TEST(Blocks, saved_and_loaded_it_is_the_same_and_a_damaged_count_is_refused) {
    Blocks<std::int64_t, 2> b;
    for (std::int64_t i = 0; i < 5; ++i) b.emplace_back() = i * i;
    std::string bytes;
    Saver save(bytes);
    save(b);
    Blocks<std::int64_t, 2> read;
    Loader load(bytes);
    load(read);
    ASSERT_TRUE(load.ok() && load.at_end());
    ASSERT_EQ(read.size(), 5u);
    EXPECT_EQ(read[4], 16);

    bytes[7] = '\x7f';  // 2^62 of them
    Loader bad(bytes);
    bad(read);
    EXPECT_FALSE(bad.ok());
    EXPECT_LT(read.size(), 10u) << "it ends with the bytes, not with the memory";
}

}  // namespace
}  // namespace assay
