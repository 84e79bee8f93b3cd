// A folder of its own for each test, and passwords that are hashed in no time.
#pragma once

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

#include "hosts/people/password.h"

namespace assay::people {

class OwnFolder {
  public:
    OwnFolder() {
        static std::atomic<int> n{};
        path_ = std::filesystem::temp_directory_path() /
                fmt::format("assay-people-{}-{}", ::getpid(), ++n);
        std::filesystem::create_directories(path_);
    }
    ~OwnFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

inline constexpr PasswordCost kCheap{1, 8 << 10};

}  // namespace assay::people
