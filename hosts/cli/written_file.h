// A file that remembers what it was given, and whether all of it went down.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>

#include "core/units/result.h"

namespace assay {

struct DayFile {
    std::string name;  // in the folder
    std::string says;
    std::uint64_t messages{}, bytes{};
};

// An empty folder for a day, made if it is not there. Errors: it holds something already.
inline Result<void> prepare_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(fmt::format("{}: {}", folder, error.message()));
    if (!std::filesystem::is_directory(folder, error))
        return fail(fmt::format("{}: is no folder; --out names the folder to write into", folder));
    const bool empty = std::filesystem::is_empty(folder, error);
    if (error) return fail(fmt::format("{}: {}", folder, error.message()));
    if (!empty)
        return fail(
            fmt::format("{}: is not empty; a simulated day goes into a folder of its own, "
                        "so that nothing is mixed or lost",
                        folder));
    return {};
}

class WrittenFile {
  public:
    WrittenFile(const std::string& folder, std::string name, std::string says)
        : path_((std::filesystem::path(folder) / name).string()),
          file_(std::fopen(path_.c_str(), "wb")) {
        about.name = std::move(name);
        about.says = std::move(says);
        if (!file_) error_ = errno;
    }
    void write(std::string_view text) {
        if (error_ != 0) return;
        if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) error_ = errno;
        about.bytes += text.size();
    }
    Result<void> close() {
        if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
        file_.reset();
        if (error_ != 0) return fail(fmt::format("{}: {}", path_, std::strerror(error_)));
        return {};
    }
    bool good() const { return error_ == 0; }

    DayFile about;

  private:
    struct Close {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    int error_{};
};

}  // namespace assay
