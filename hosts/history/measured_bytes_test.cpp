#include "hosts/history/measured_bytes.h"

#include <gtest/gtest.h>

#include "hosts/history/history_testkit.h"

namespace assay::history {
namespace {

TEST(MeasuredBytes, a_number_more_or_less_in_the_sums_needs_a_new_version_of_the_schema) {
    EXPECT_EQ(count_of_sums(), kSumsFields)
        << "kpi::Sums has other numbers than the tables of a history: raise "
           "History::kSchemaVersion, bring older files to it in schema.cpp, and change kSumsFields";
}

TEST(MeasuredBytes, what_is_saved_is_added_back_exactly_to_128_bits) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 2'000; ++i) {
        kpi::Sums sums;
        kpi::Sums::pairwise(sums, sums, [&](auto& v, auto&) {
            switch (random() % 4) {
                case 0:
                    v = static_cast<std::int64_t>(random());
                    break;
                case 1:
                    v = static_cast<std::int64_t>(random() % 300) - 150;
                    break;
                default:
                    break;
            }
            if constexpr (sizeof v == sizeof(Money)) {
                if (random() % 16 == 0) v = v * Money{1'000'000'000'000'000};
                if (random() % 64 == 0)
                    v = random() % 2 == 0 ? ~(Money{1} << 126) : Money{1} << 126;
            }
        });
        std::string bytes;
        save(sums, bytes);
        kpi::Sums back;
        ASSERT_TRUE(add(bytes, back)) << i;
        ASSERT_EQ(back, sums) << i;
    }
}

TEST(MeasuredBytes, two_rows_added_from_their_bytes_are_their_sum) {
    std::mt19937_64 random(11);
    Measured sum, added;
    for (int i = 0; i < 500; ++i) {
        Measured m = drawn(random);
        m.hold_accept.add(Duration{5'000'000 + i});
        if (i % 3 == 0) m.hold_reject.add(Duration{50'000'000 + 1'000'000 * i});
        sum += m;
        std::string bytes, sketches;
        save(m.sums, bytes);
        save_sketches(m, sketches);
        ASSERT_TRUE(add(bytes, added.sums));
        ASSERT_TRUE(add_sketches(sketches, added));
    }
    EXPECT_EQ(added, sum);
}

TEST(MeasuredBytes, nothing_measured_takes_no_bytes) {
    std::string bytes;
    save(kpi::Sums{}, bytes);
    save_sketches(Measured{}, bytes);
    EXPECT_TRUE(bytes.empty());
}

TEST(MeasuredBytes, bytes_that_cannot_be_are_refused) {
    kpi::Sums sums;
    EXPECT_FALSE(add("\x05", sums)) << "no value";
    EXPECT_FALSE(add(std::string_view("\xff\x01\x02", 3), sums)) << "behind the last field";
    EXPECT_FALSE(add(std::string_view("\x01\xff", 2), sums)) << "a number that does not end";
    EXPECT_FALSE(add(std::string(40, '\xff'), sums)) << "a number of more than 128 bits";
    Measured m;
    EXPECT_FALSE(add_sketches("\x0b\x01\x01\x01", m)) << "no such sketch";
    EXPECT_FALSE(add_sketches("\x01\x02\x01\x01", m)) << "fewer buckets than it says";
    EXPECT_FALSE(add_sketches(std::string_view("\x01\x01\x01\x00", 4), m)) << "a weight of nothing";
    EXPECT_FALSE(add_sketches(std::string_view("\x01\x01\xff\x7f\x01", 5), m)) << "no such bucket";
    std::mt19937_64 random(3);
    for (int i = 0; i < 20'000; ++i) {  // whatever it is, it must not crash
        std::string noise(random() % 40, ' ');
        for (char& c : noise) c = static_cast<char>(random());
        (void)add(noise, sums);
        (void)add_sketches(noise, m);
    }
}

}  // namespace
}  // namespace assay::history
