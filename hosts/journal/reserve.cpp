#include "hosts/journal/reserve.h"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace assay::journal {

Reserve::Reserve(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

bool Reserve::take() {
    const std::lock_guard lock(mutex_);
    if (held_) return true;
    struct stat st{};
    const bool there =
        ::stat(path_.c_str(), &st) == 0 && static_cast<std::uint64_t>(st.st_size) >= bytes_;
    struct statvfs disk{};
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    if (!there && (::statvfs(folder.c_str(), &disk) != 0 ||
                   disk.f_bavail * disk.f_frsize < bytes_ + bytes_ / 2))
        return false;
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return false;
    held_ = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_)) == 0;
    ::close(fd);
    if (!held_) ::unlink(path_.c_str());
    if (held_) given_ = false;
    return held_;
}

bool Reserve::give() {
    const std::lock_guard lock(mutex_);
    if (!held_) return false;
    held_ = false;
    given_ = true;
    return ::unlink(path_.c_str()) == 0;
}

bool Reserve::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

bool Reserve::given() const {
    const std::lock_guard lock(mutex_);
    return given_;
}

}  // namespace assay::journal
