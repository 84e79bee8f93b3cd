#include "core/fix/marks.h"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace assay::fix {
namespace {

TEST(Marks, are_the_places_of_a_character_whichever_way_they_are_found) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 2000; ++round) {
        const char wanted = static_cast<char>(random());
        std::string text(64, ' ');
        std::uint64_t places = 0;
        for (std::size_t i = 0; i < 64; ++i) {
            // The neighbours of a character are what a carry would mistake for it.
            text[i] = static_cast<char>(random() % 2 == 0 ? random() : wanted + random() % 3 - 1);
            places |= static_cast<std::uint64_t>(text[i] == wanted) << i;
        }
        ASSERT_EQ(marks_of_64(text.data(), wanted), places) << "seed 1, round " << round;
        ASSERT_EQ(marks_of_64_plain(text.data(), wanted), places) << "seed 1, round " << round;
        const std::size_t size = random() % 64;
        ASSERT_EQ(marks_of(text.data(), size, wanted), places & ~(~std::uint64_t{0} << size));
    }
}

}  // namespace
}  // namespace assay::fix
