#include "core/fix/record.h"

#include <gtest/gtest.h>
#include <string>

namespace assay::fix {
namespace {

TEST(Crc32c, the_check_value_and_the_examples_of_rfc_3720) {
    std::string ascending;
    for (char c = 0; c < 32; ++c) ascending.push_back(c);
    struct Row {
        const char* what;
        std::string bytes;
        std::uint32_t crc;
    };
    const Row rows[] = {
        {"nothing", "", 0},
        {"the check value", "123456789", 0xE3069283},
        {"32 bytes of 0", std::string(32, '\0'), 0x8A9136AA},
        {"32 bytes of 255", std::string(32, '\xFF'), 0x62A8AB43},
        {"0 to 31", ascending, 0x46DD794E},
    };
    for (const Row& row : rows) EXPECT_EQ(crc32c(row.bytes), row.crc) << row.what;
}

TEST(Crc32c, in_parts_as_in_one) {
    const std::string bytes =
        "8=FIX.4.4\x01"
        "9=5\x01"
        "35=0\x01"
        "10=163\x01";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
        EXPECT_EQ(crc32c(bytes.substr(cut), crc32c(bytes.substr(0, cut))), crc32c(bytes)) << cut;
}

TEST(Crc32c, by_tables_as_by_instruction) {
    std::string bytes;
    for (int n = 0; n < 70; ++n) {
        EXPECT_EQ(~crc32c_by_tables(bytes, ~0U), crc32c(bytes)) << n;
        bytes += static_cast<char>(n * 37 + 11);
    }
}

TEST(Crc32c, sees_swapped_bytes_which_checksum_does_not) {
    EXPECT_NE(crc32c("38=12"), crc32c("38=21"));
}

}  // namespace
}  // namespace assay::fix
