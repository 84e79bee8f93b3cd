#include "hosts/journal/reserve.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace assay::journal {
namespace {

TEST(Reserve, is_taken_once_given_once_and_may_be_taken_again) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("assay-reserve-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::filesystem::path file = folder / "reserve";
    Reserve reserve(file.string(), 1 << 20);
    EXPECT_FALSE(reserve.give()) << "there is nothing to give";
    EXPECT_FALSE(reserve.given());
    ASSERT_TRUE(reserve.take());
    EXPECT_EQ(std::filesystem::file_size(file), 1u << 20);
    EXPECT_TRUE(reserve.give());
    EXPECT_TRUE(reserve.given());
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_FALSE(reserve.give());
    EXPECT_TRUE(reserve.take());
    EXPECT_FALSE(reserve.given());
    Reserve more_than_there_is((folder / "all").string(), std::uint64_t{1} << 60);
    EXPECT_FALSE(more_than_there_is.take());
    EXPECT_FALSE(std::filesystem::exists(folder / "all"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace assay::journal
