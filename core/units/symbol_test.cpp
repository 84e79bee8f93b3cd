#include "core/units/symbol.h"

#include <gtest/gtest.h>
#include <string>

namespace assay {
namespace {

// Computed outside of this program, from the definition of FNV-1a 64.
TEST(Symbol, shards_are_the_same_everywhere_and_for_ever) {
    struct {
        const char* symbol;
        std::uint64_t hash;
        std::uint32_t shard;
    } cases[] = {
        {"ACME", 0x9a6e148ba8e1eecfull, 4},    {"IBM", 0x412e4819c9250b0dull, 20},
        {"EURUSD", 0xdb336730c1b60001ull, 49}, {"EUR/USD", 0x2053c7a63b938f78ull, 30},
        {"BRK.B", 0x8b33ac780296be9aull, 34},  {"", 0xcbf29ce484222325ull, 1},
        {"7203.T", 0xcfb63200554ce0ffull, 63},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(fnv1a(c.symbol), c.hash) << c.symbol;
        EXPECT_EQ(shard_of(c.symbol), c.shard) << c.symbol;
    }
}

TEST(NameTable, ids_follow_first_appearance) {
    NameTable names;
    EXPECT_EQ(names.id("LP_B"), 0u);
    EXPECT_EQ(names.id("LP_A"), 1u);
    EXPECT_EQ(names.id("LP_B"), 0u);
    EXPECT_EQ(names.name(1), "LP_A");
    EXPECT_EQ(names.find("LP_C"), NameTable::kNone);
    EXPECT_EQ(NameTable().find("LP_A"), NameTable::kNone);
}

TEST(NameTable, keeps_ids_and_views_as_it_grows) {
    NameTable names;
    const auto name = [](std::uint32_t i) { return "SYM" + std::to_string(i * 7919); };
    names.id(name(0));
    const std::string_view first = names.name(0);
    for (std::uint32_t i = 0; i < 10'000; ++i) EXPECT_EQ(names.id(name(i)), i);
    EXPECT_EQ(first.data(), names.name(0).data());
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        EXPECT_EQ(names.find(name(i)), i);
        EXPECT_EQ(names.name(i), name(i));
    }
    EXPECT_EQ(names.find(name(10'000)), NameTable::kNone);
}

TEST(NumberedNames, a_number_saves_the_look_up_and_no_number_looks_up) {
    NameTable names;
    NumberedNames numbered;
    EXPECT_EQ(numbered.id(9, "ACME", names), 0u);
    EXPECT_EQ(numbered.id(4, "XYZ", names), 1u);
    EXPECT_EQ(numbered.id(9, "ACME", names), 0u);
    EXPECT_EQ(numbered.id(NameTable::kNone, "XYZ", names), 1u);
    EXPECT_EQ(numbered.id(NameTable::kNone, "ABC", names), 2u);
    EXPECT_EQ(names.size(), 3u);
}

}  // namespace
}  // namespace assay
