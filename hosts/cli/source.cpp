#include "hosts/cli/source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <zlib.h>

namespace assay {

namespace fs = std::filesystem;

Result<std::size_t> Source::pull_counted(std::span<char> into) {
    Result<std::size_t> n = pull(into);
    if (n) pulled_ += *n;
    return n;
}

Result<std::size_t> Source::read(std::span<char> into) {
    if (into.empty()) return std::size_t{0};
    std::size_t n = std::min(into.size(), ahead_.size() - ahead_begin_);
    if (n > 0) {
        std::memcpy(into.data(), ahead_.data() + ahead_begin_, n);
        ahead_begin_ += n;
        if (ahead_begin_ == ahead_.size()) {
            ahead_ = {};
            ahead_begin_ = 0;
        }
    } else {
        const Result<std::size_t> pulled = pull_counted(into);
        if (!pulled) return pulled;
        n = *pulled;
    }
    bytes_read_ += n;
    return n;
}

Result<std::string_view> Source::peek(std::size_t most) {
    while (ahead_.size() - ahead_begin_ < most) {
        const std::size_t had = ahead_.size();
        ahead_.resize(ahead_begin_ + most);
        const Result<std::size_t> n = pull_counted(std::span(ahead_).subspan(had));
        ahead_.resize(had + (n ? *n : 0));
        // An error is for who reads up to it; what stands before it can be looked at.
        if (!n && ahead_.size() == ahead_begin_) return std::unexpected(n.error());
        if (!n || *n == 0) break;
    }
    const std::size_t there = std::min(most, ahead_.size() - ahead_begin_);
    return std::string_view(ahead_.data() + ahead_begin_, there);
}

namespace {

std::string reason(int error) {
    switch (error) {
        case ENOENT:
            return "there is no such file or folder";
        case EACCES:
            return "no right to read it (see `ls -l`)";
        case EISDIR:
            return "it is a folder where a file is expected";
        case ENOTDIR:
            return "a part of the path is a file, not a folder";
        default:
            return std::generic_category().message(error);
    }
}

class FileSource final : public Source {
  public:
    FileSource(std::string name, int fd, std::optional<std::uint64_t> size)
        : Source(std::move(name)), fd_(fd), size_(size) {}
    ~FileSource() override {
        if (fd_ != STDIN_FILENO) ::close(fd_);
    }
    std::uint64_t raw_bytes_read() const override { return pulled(); }
    std::optional<std::uint64_t> size_hint() const override { return size_; }

  private:
    Result<std::size_t> pull(std::span<char> into) override {
        for (;;) {
            const ssize_t n = ::read(fd_, into.data(), std::min(into.size(), kReadChunk));
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno != EINTR)
                return fail(fmt::format("{}: cannot read on at byte {}: {}", name(), pulled(),
                                        reason(errno)));
        }
    }

    int fd_;
    std::optional<std::uint64_t> size_;
};

class MemorySource final : public Source {
  public:
    MemorySource(std::string name, std::string bytes)
        : Source(std::move(name)), bytes_(std::move(bytes)) {}
    std::uint64_t raw_bytes_read() const override { return pulled(); }
    std::optional<std::uint64_t> size_hint() const override { return bytes_.size(); }

  private:
    Result<std::size_t> pull(std::span<char> into) override {
        const auto at = static_cast<std::size_t>(pulled());
        const std::size_t n = std::min(into.size(), bytes_.size() - at);
        std::memcpy(into.data(), bytes_.data() + at, n);
        return n;
    }

    std::string bytes_;
};

constexpr std::size_t kPackedChunk = std::size_t{128} << 10;

bool has_gzip_magic(std::string_view bytes) {
    return bytes.size() >= 3 && bytes[0] == '\x1f' && bytes[1] == '\x8b' && bytes[2] == '\x08';
}

// Several members one after the other are one stream (as `cat a.gz b.gz` makes); zero bytes after
// the last member are padding, as gzip(1) has it.
class GzipSource final : public Source {
  public:
    explicit GzipSource(std::unique_ptr<Source> packed)
        : Source(packed->name()), packed_(std::move(packed)), chunk_(kPackedChunk) {
        // 15 window bits, +16: a gzip header is demanded.
        ready_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK;
    }
    ~GzipSource() override {
        if (ready_) ::inflateEnd(&stream_);
    }
    std::uint64_t raw_bytes_read() const override { return packed_->bytes_read(); }
    std::optional<std::uint64_t> size_hint() const override { return packed_->size_hint(); }
    std::string_view packing() const override { return "gzip"; }

  private:
    Result<std::size_t> pull(std::span<char> into) override {
        if (!ready_) return fail(name() + ": not enough memory to unpack gzip");
        if (!error_.empty()) return fail(error_);
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(std::min(into.size(), kReadChunk));
        const uInt room = stream_.avail_out;
        while (stream_.avail_out == room && !at_end_) {
            if (stream_.avail_in == 0 && !refill()) break;
            if (between_members_ && !next_member()) continue;
            step();
            if (!error_.empty()) break;
        }
        const std::size_t n = room - stream_.avail_out;
        if (n == 0 && !error_.empty()) return fail(error_);
        return n;
    }

    // One call of zlib on what is there; notes the end of a member and what is broken.
    void step() {
        const int code = ::inflate(&stream_, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            between_members_ = true;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            error_ = fmt::format(
                "{}: broken gzip near packed byte {}: {}; the bytes before it were used", name(),
                packed_->bytes_read() - stream_.avail_in, stream_.msg ? stream_.msg : "bad data");
        }
    }

    bool refill() {
        const Result<std::size_t> n = packed_->read(chunk_);
        if (!n) {
            error_ = n.error().text();
            return false;
        }
        if (*n == 0) {
            at_end_ = true;
            if (!between_members_)
                error_ = fmt::format(
                    "{}: truncated gzip: it ends at packed byte {} in the middle of the data; "
                    "the bytes before that were used, copy the file again for the rest",
                    name(), packed_->bytes_read());
            return false;
        }
        stream_.next_in = reinterpret_cast<Bytef*>(chunk_.data());
        stream_.avail_in = static_cast<uInt>(*n);
        return true;
    }

    // Skips padding; true when a new member begins at next_in.
    bool next_member() {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) {
            ++stream_.next_in;
            --stream_.avail_in;
        }
        if (stream_.avail_in == 0) return false;
        ::inflateReset(&stream_);
        between_members_ = false;
        return true;
    }

    std::unique_ptr<Source> packed_;
    std::vector<char> chunk_;
    z_stream stream_{};
    bool ready_{}, at_end_{}, between_members_{};
    std::string error_;
};

Error cannot_open(const std::string& path, int error) {
    return Error(path + ": " + reason(error));
}

}  // namespace

std::unique_ptr<Source> memory_source(std::string name, std::string bytes) {
    return std::make_unique<MemorySource>(std::move(name), std::move(bytes));
}

Result<std::unique_ptr<Source>> unpacked(std::unique_ptr<Source> packed) {
    const Result<std::string_view> magic = packed->peek(3);
    if (!magic) return std::unexpected(magic.error());
    if (!has_gzip_magic(*magic)) return packed;
    return std::make_unique<GzipSource>(std::move(packed));
}

Result<std::unique_ptr<Source>> open_source(const std::string& path) {
    if (path == "-")
        return unpacked(std::make_unique<FileSource>("standard input", STDIN_FILENO, std::nullopt));
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(cannot_open(path, errno));
    struct stat facts{};
    std::optional<std::uint64_t> size;
    if (::fstat(fd, &facts) == 0) {
        if (S_ISDIR(facts.st_mode)) {
            ::close(fd);
            return std::unexpected(cannot_open(path, EISDIR));
        }
        if (S_ISREG(facts.st_mode)) size = static_cast<std::uint64_t>(facts.st_size);
    }
    return unpacked(std::make_unique<FileSource>(path, fd, size));
}

namespace {

void walk(const fs::path& folder, InputFiles& inputs) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(*it);
    if (error) {
        inputs.unreadable.push_back({folder.string(), reason(error.value())});
        return;
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) continue;
        const bool link = entry.is_symlink(error);
        const fs::file_status status = entry.status(error);
        const std::string path = entry.path().string();
        if (error || status.type() == fs::file_type::not_found) {
            inputs.unreadable.push_back(
                {path, link ? "a link that leads nowhere" : reason(error.value())});
        } else if (fs::is_directory(status)) {
            if (link)
                inputs.unreadable.push_back({path, "a link to a folder: not followed"});
            else
                walk(entry.path(), inputs);
        } else if (!fs::is_regular_file(status)) {
            inputs.unreadable.push_back({path, "neither a file nor a folder"});
        } else if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) {
            inputs.unreadable.push_back({path, reason(errno)});
        } else {
            inputs.files.push_back(path);
        }
    }
}

}  // namespace

InputFiles list_inputs(std::span<const std::string> arguments) {
    InputFiles inputs;
    for (const std::string& argument : arguments) {
        struct stat facts{};
        if (argument == "-") {
            inputs.files.push_back(argument);
        } else if (::stat(argument.c_str(), &facts) != 0) {
            inputs.unreadable.push_back({argument, reason(errno)});
        } else if (S_ISDIR(facts.st_mode)) {
            walk(argument, inputs);
        } else if (::faccessat(AT_FDCWD, argument.c_str(), R_OK, AT_EACCESS) != 0) {
            inputs.unreadable.push_back({argument, reason(errno)});
        } else {
            inputs.files.push_back(argument);
        }
    }
    return inputs;
}

}  // namespace assay
