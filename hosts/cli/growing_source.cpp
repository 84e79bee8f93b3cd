#include "hosts/cli/growing_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay {

GrowingSource::GrowingSource(std::string name, std::string path, int fd, std::string again)
    : Source(std::move(name)), path_(std::move(path)), fd_(fd), again_(std::move(again)) {
    struct stat facts{};
    is_file_ = ::fstat(fd_, &facts) == 0 && S_ISREG(facts.st_mode);
    if (is_file_) size_at_open_ = facts.st_size;
}

bool GrowingSource::has_grown() const {
    struct stat facts{};
    return !is_file_ || (::fstat(fd_, &facts) == 0 && facts.st_size > size_at_open_);
}

GrowingSource::~GrowingSource() {
    if (fd_ != STDIN_FILENO) ::close(fd_);
}

Result<std::unique_ptr<GrowingSource>> GrowingSource::open(const std::string& path,
                                                           std::string again) {
    if (path == "-")
        return std::unique_ptr<GrowingSource>(
            new GrowingSource("standard input", path, STDIN_FILENO, std::move(again)));
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    return std::unique_ptr<GrowingSource>(new GrowingSource(path, path, fd, std::move(again)));
}

GrowingSource::Fate GrowingSource::fate() const {
    struct stat mine{}, there{};
    if (!is_file_ || ::fstat(fd_, &mine) != 0) return Fate::same;
    if (static_cast<std::uint64_t>(mine.st_size) < pulled()) return Fate::truncated;
    if (path_ == "-" || ::stat(path_.c_str(), &there) != 0) return Fate::same;
    const bool other = mine.st_ino != there.st_ino || mine.st_dev != there.st_dev;
    return other ? Fate::replaced : Fate::same;
}

void GrowingSource::forget_front() {
    keeps_front_ = false;
    front_ = {};
}

Result<std::size_t> GrowingSource::pull(std::span<char> into) {
    std::size_t n = std::min(into.size(), again_.size() - again_read_);
    if (n > 0) {
        std::memcpy(into.data(), again_.data() + again_read_, n);
        again_read_ += n;
    } else {
        pollfd waiting{fd_, POLLIN, 0};
        if (!is_file_ && ::poll(&waiting, 1, 0) <= 0) return std::size_t{0};
        const ssize_t got = ::read(fd_, into.data(), std::min(into.size(), kReadChunk));
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) return std::size_t{0};
        if (got < 0)
            return fail(fmt::format("{}: cannot read on at byte {}: {}", name(), pulled(),
                                    std::strerror(errno)));
        n = static_cast<std::size_t>(got);
        if (n == 0 && !is_file_) growing_ = false;
    }
    if (keeps_front_) front_.append(into.data(), n);
    return n;
}

}  // namespace assay
