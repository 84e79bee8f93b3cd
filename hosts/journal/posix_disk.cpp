#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts/journal/disk.h"
#include "hosts/journal/reserve.h"

namespace assay::journal {
namespace {

std::unexpected<Error> failed(const std::string& path, const char* what) {
    return fail(fmt::format("{}: {}: {}", path, what, std::strerror(errno)));
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_;
};

Descriptor opened(const std::string& path, int flags) {
    int fd = -1;
    do fd = ::open(path.c_str(), flags | O_CLOEXEC, 0640);
    while (fd < 0 && errno == EINTR);
    return Descriptor(fd);
}

// A new or removed name is durable once its folder is.
Result<void> sync_folder_of(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const Descriptor fd = opened(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (!fd || ::fsync(fd.get()) != 0) return failed(folder, "cannot be made durable");
    return {};
}

class PosixFile : public GrowingFile {
  public:
    PosixFile(std::string path, Descriptor fd, Reserve* reserve)
        : path_(std::move(path)), fd_(std::move(fd)), reserve_(reserve) {}
    Result<void> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            // Nothing of it was written, so the same bytes may follow what was.
            if (n < 0 && errno == ENOSPC && reserve_ != nullptr && reserve_->give()) continue;
            if (n < 0) return failed(path_, "cannot be written");
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }
    Result<void> sync() override {
        if (::fdatasync(fd_.get()) != 0) return failed(path_, "cannot be made durable");
        return {};
    }

  private:
    std::string path_;
    Descriptor fd_;
    Reserve* reserve_;
};

class PosixDisk : public Disk {
  public:
    explicit PosixDisk(Reserve* reserve) : reserve_(reserve) {}
    Result<std::vector<std::string>> list(const std::string& folder) override {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) return fail(fmt::format("{}: cannot be made: {}", folder, error.message()));
        std::vector<std::string> names;
        for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error))
            names.push_back(it->path().filename().string());
        if (error) return fail(fmt::format("{}: cannot be read: {}", folder, error.message()));
        std::sort(names.begin(), names.end());
        return names;
    }
    Result<std::unique_ptr<GrowingFile>> append(const std::string& path) override {
        const bool is_new = ::access(path.c_str(), F_OK) != 0;
        Descriptor fd = opened(path, O_WRONLY | O_APPEND | O_CREAT);
        if (!fd && errno == ENOSPC && reserve_ != nullptr && reserve_->give()) return append(path);
        if (!fd) return failed(path, "cannot be opened for writing");
        if (is_new)
            if (auto done = sync_folder_of(path); !done) return std::unexpected(done.error());
        return std::make_unique<PosixFile>(path, std::move(fd), reserve_);
    }
    Result<std::size_t> read(const std::string& path, std::uint64_t offset, std::size_t most,
                             std::string& into) override {
        const Descriptor fd = opened(path, O_RDONLY);
        if (!fd) return failed(path, "cannot be opened");
        const std::size_t had = into.size();
        into.resize(had + most);
        std::size_t got = 0;
        while (got < most) {
            const ssize_t n = ::pread(fd.get(), into.data() + had + got, most - got,
                                      static_cast<off_t>(offset + got));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return failed(path, "cannot be read");
            if (n == 0) break;
            got += static_cast<std::size_t>(n);
        }
        into.resize(had + got);
        return got;
    }
    Result<std::uint64_t> size(const std::string& path) override {
        struct stat st{};
        if (::stat(path.c_str(), &st) != 0) return failed(path, "cannot be looked at");
        return static_cast<std::uint64_t>(st.st_size);
    }
    Result<void> cut(const std::string& path, std::uint64_t size) override {
        const Descriptor fd = opened(path, O_WRONLY);
        if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0 || ::fsync(fd.get()) != 0)
            return failed(path, "cannot be cut");
        return {};
    }
    Result<void> remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0) return failed(path, "cannot be removed");
        return sync_folder_of(path);
    }

  private:
    Reserve* reserve_;
};

}  // namespace

std::unique_ptr<Disk> posix_disk() {
    return std::make_unique<PosixDisk>(nullptr);
}
std::unique_ptr<Disk> posix_disk(Reserve& reserve) {
    return std::make_unique<PosixDisk>(&reserve);
}

}  // namespace assay::journal
