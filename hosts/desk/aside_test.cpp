#include "hosts/desk/aside.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace assay::desk {
namespace {

class AsideTest : public testing::Test {
  protected:
    AsideTest() : path_(testing::TempDir() + "aside-" + std::to_string(::getpid())) {}
    ~AsideTest() override { std::filesystem::remove(path_); }

    std::string written() const {
        std::ifstream in(path_);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string path_;
    Aside aside_;
};

TEST_F(AsideTest, the_copy_sees_what_was_when_it_began) {
    std::string state = "before";
    ASSERT_TRUE(aside_.begin([&]() -> Result<void> {
        ::usleep(50'000);  // the process goes on meanwhile
        std::ofstream(path_) << state;
        return {};
    }));
    state = "after";
    EXPECT_TRUE(aside_.busy());
    const auto done = aside_.wait();
    ASSERT_TRUE(done.has_value());
    EXPECT_TRUE(done->has_value());
    EXPECT_EQ(written(), "before");
    EXPECT_FALSE(aside_.busy());
    EXPECT_FALSE(aside_.poll().has_value()) << "told once";
}

TEST_F(AsideTest, an_error_comes_back_in_its_words) {
    ASSERT_TRUE(aside_.begin([]() -> Result<void> { return fail("the disk is full"); }));
    const auto done = aside_.wait();
    ASSERT_TRUE(done.has_value());
    ASSERT_FALSE(done->has_value());
    EXPECT_EQ(done->error().text(), "the disk is full");
}

TEST_F(AsideTest, a_copy_that_was_killed_is_told) {
    ASSERT_TRUE(aside_.begin([]() -> Result<void> {
        ::raise(SIGKILL);
        return {};
    }));
    const auto done = aside_.wait();
    ASSERT_TRUE(done.has_value());
    ASSERT_FALSE(done->has_value());
    EXPECT_EQ(done->error().text(), "the copy of the process was ended by signal 9");
}

TEST_F(AsideTest, one_at_a_time) {
    ASSERT_TRUE(aside_.begin([]() -> Result<void> {
        ::usleep(20'000);
        return {};
    }));
    EXPECT_FALSE(aside_.begin([]() -> Result<void> { return {}; }));
    EXPECT_TRUE(aside_.wait().has_value());
    EXPECT_TRUE(aside_.begin([]() -> Result<void> { return {}; }));
}

TEST_F(AsideTest, the_copy_holds_no_file_of_the_process) {
    const int file = ::open("/dev/null", O_RDONLY);
    ASSERT_TRUE(aside_.begin([&]() -> Result<void> {
        if (::fcntl(file, F_GETFD) != -1) return fail("it is open");
        return {};
    }));
    const auto done = aside_.wait();
    ::close(file);
    ASSERT_TRUE(done.has_value());
    EXPECT_TRUE(done->has_value());
}

}  // namespace
}  // namespace assay::desk
