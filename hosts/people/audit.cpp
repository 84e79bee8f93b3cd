#include "hosts/people/audit.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/people/audit_check.h"
#include "hosts/people/password.h"

namespace assay::people {

namespace {

// Held while one process writes.
class WhileLocked {
  public:
    explicit WhileLocked(int fd) : fd_(fd) {
        while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    ~WhileLocked() { ::flock(fd_, LOCK_UN); }
    WhileLocked(const WhileLocked&) = delete;

  private:
    int fd_;
};

std::unexpected<Error> system_error(const std::string& path) {
    return fail(fmt::format("{}: {}", path, std::strerror(errno)));
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

Result<int> open_to_append(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return system_error(path);
    return fd;
}

// One line, without the brace that ends it: the hash comes before that.
std::string body_of(const AuditEntry& e, std::uint64_t seq) {
    using cli::json_string;
    std::string what;
    for (const auto& [name, value] : e.what)
        what += fmt::format("{}{}: {}", what.empty() ? "" : ", ", json_string(name),
                            json_string(std::string_view(value).substr(0, kMostAuditValue)));
    return fmt::format(
        "{{\"seq\": {}, \"at\": \"{}\", \"at_ns\": {}, \"who\": {}, \"via\": {}, \"from\": {}, "
        "\"act\": {}, \"outcome\": {}, {}\"what\": {{{}}}",
        seq, cli::iso_time(e.at), e.at.ns, json_string(e.who), json_string(e.via),
        json_string(e.from), json_string(e.act), json_string(e.outcome),
        e.of == 0 ? "" : fmt::format("\"of\": {}, ", e.of), what);
}

}  // namespace

std::string first_audit_hash() {
    return std::string(64, '0');
}

std::string audit_hash(std::string_view before, std::string_view body) {
    return sha256(fmt::format("{}\n{}", before, body));
}

Result<std::unique_ptr<Audit>> Audit::open(Files files) {
    auto audit = std::unique_ptr<Audit>(new Audit(std::move(files)));
    for (const auto& [path, into] : {std::pair(&audit->files_.entries, &audit->entries_),
                                     std::pair(&audit->files_.heads, &audit->heads_)}) {
        auto opened = open_to_append(*path);
        if (!opened) return std::unexpected(opened.error());
        *into = *opened;
    }
    const WhileLocked lock(audit->entries_);
    if (auto known = audit->catch_up(); !known) return std::unexpected(known.error());
    return audit;
}

Audit::~Audit() {
    (void)anchor();
    if (entries_ >= 0) ::close(entries_);
    if (heads_ >= 0) ::close(heads_);
}

// To the end of the file, wherever another process has brought it.
Result<void> Audit::catch_up() {
    struct stat now{};
    if (::fstat(entries_, &now) != 0) return system_error(files_.entries);
    if (now.st_size == size_ && !hash_.empty()) return {};
    auto last = last_audit_line(files_.entries);
    if (!last) return std::unexpected(last.error());
    if (last->whole_bytes < now.st_size && ::ftruncate(entries_, last->whole_bytes) != 0)
        return system_error(files_.entries);
    size_ = last->whole_bytes;
    seq_ = last->seq;
    hash_ = last->hash.empty() ? first_audit_hash() : last->hash;
    return {};
}

// All of it on the disk, or nothing of it in the file.
Result<void> Audit::append(const std::string& line) {
    if (write_all(entries_, line) && ::fdatasync(entries_) == 0) return {};
    const auto error = system_error(files_.entries);
    // A system that has lost the line may still tell us that it is there: it goes, and with it what
    // we know of the file's end.
    (void)!::ftruncate(entries_, size_);
    hash_.clear();
    return error;
}

Result<std::uint64_t> Audit::write(const AuditEntry& entry) {
    const std::lock_guard one(one_at_a_time_);
    const WhileLocked lock(entries_);
    if (auto known = catch_up(); !known) return std::unexpected(known.error());
    const std::string body = body_of(entry, seq_ + 1), hash = audit_hash(hash_, body);
    const std::string line = fmt::format("{}{}{}\"}}\n", body, kBeforeHash, hash);
    if (auto done = append(line); !done) return std::unexpected(done.error());
    ++seq_;
    hash_ = hash;
    size_ += static_cast<std::int64_t>(line.size());
    // After the entry, so that it never tells of one that is not there.
    if (!write_all(heads_, fmt::format("{} {} {}\n", seq_, hash_, cli::iso_time(entry.at))))
        return system_error(files_.heads);
    heads_waiting_ = true;
    return seq_;
}

Result<void> Audit::anchor() {
    const std::lock_guard one(one_at_a_time_);
    if (!heads_waiting_) return {};
    if (::fdatasync(heads_) != 0) return system_error(files_.heads);
    heads_waiting_ = false;
    return {};
}

}  // namespace assay::people
