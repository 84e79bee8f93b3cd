#include "hosts/people/audit_check.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts/people/audit.h"

namespace assay::people {

namespace {

constexpr std::size_t kBlock = 64 << 10;

std::unexpected<Error> cannot_read(const std::string& path) {
    return fail(fmt::format("{}: it cannot be read: {}", path, std::strerror(errno)));
}

// A line in its parts, by its bytes alone.
struct Line {
    std::uint64_t seq{};
    std::string_view body, hash;
};
std::optional<Line> parts_of(std::string_view line) {
    constexpr std::string_view kStart = "{\"seq\": ";
    constexpr std::size_t kTail = kBeforeHash.size() + 64 + 2;
    if (!line.starts_with(kStart) || line.size() < kStart.size() + kTail || !line.ends_with("\"}"))
        return std::nullopt;
    Line out;
    const char *from = line.data() + kStart.size(), *end = line.data() + line.size();
    const auto [rest, error] = std::from_chars(from, end, out.seq);
    if (error != std::errc{} || *rest != ',') return std::nullopt;
    out.body = line.substr(0, line.size() - kTail);
    if (line.substr(out.body.size(), kBeforeHash.size()) != kBeforeHash) return std::nullopt;
    out.hash = line.substr(line.size() - 66, 64);
    return out;
}

// Lines of a file from its end to its start; the last one only where it is finished.
class BackwardLines {
  public:
    explicit BackwardLines(const std::string& path) : file_(path, std::ios::binary) {
        if (!file_) return;
        file_.seekg(0, std::ios::end);
        at_ = file_.tellg();
        do fill();
        while (held_.find('\n') == held_.npos && at_ > 0);
        const std::size_t feed = held_.rfind('\n');
        held_.resize(feed == held_.npos ? 0 : feed + 1);
    }
    bool is_open() const { return file_.is_open(); }
    // Bytes up to the end of the line that comes next.
    std::int64_t end() const { return at_ + static_cast<std::int64_t>(held_.size()); }
    std::optional<std::string> next() {
        if (held_.empty() && at_ == 0) return std::nullopt;
        if (!held_.empty()) held_.pop_back();  // its line feed
        std::size_t feed = held_.rfind('\n');
        while (feed == held_.npos && at_ > 0) {
            fill();
            feed = held_.rfind('\n');
        }
        const std::size_t begin = feed == held_.npos ? 0 : feed + 1;
        std::string line = held_.substr(begin);
        held_.resize(begin);
        return line;
    }

  private:
    void fill() {
        const auto n = std::min<std::int64_t>(at_, kBlock);
        std::string block(static_cast<std::size_t>(n), '\0');
        file_.seekg(at_ - n);
        if (n > 0 && !file_.read(block.data(), n)) block.clear();
        at_ -= n;
        held_.insert(0, block);
    }
    std::ifstream file_;
    std::int64_t at_{};  // where `held_` begins
    std::string held_;
};

// What is there while nobody is in the middle of a line.
Result<std::int64_t> size_between_writes(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot_read(path);
    while (::flock(fd, LOCK_SH) != 0 && errno == EINTR) {
    }
    struct stat now{};
    const bool known = ::fstat(fd, &now) == 0;
    ::close(fd);
    if (!known) return cannot_read(path);
    return now.st_size;
}

std::optional<AuditRow> row_of(std::string_view line) {
    const auto parts = parts_of(line);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!parts || !json.is_object()) return std::nullopt;
    const auto text = [&](const char* name) {
        const auto it = json.find(name);
        return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    AuditRow row;
    row.seq = parts->seq;
    row.hash = parts->hash;
    if (const auto at = json.find("at_ns"); at != json.end() && at->is_number_integer())
        row.at = Nanos{at->get<std::int64_t>()};
    if (const auto of = json.find("of"); of != json.end() && of->is_number_unsigned())
        row.of = of->get<std::uint64_t>();
    row.who = text("who");
    row.via = text("via");
    row.from = text("from");
    row.act = text("act");
    row.outcome = text("outcome");
    if (const auto what = json.find("what"); what != json.end() && what->is_object())
        for (const auto& [name, value] : what->items())
            row.what.emplace_back(name, value.is_string() ? value.get<std::string>() : "");
    return row;
}

}  // namespace

Result<AuditVerdict> check_audit(const std::string& entries, const std::string& heads) {
    // The heads first, and no further than the entries go now: somebody may be writing.
    std::ifstream second(heads, std::ios::binary);
    const bool has_heads = second.is_open();
    std::ostringstream all_heads;
    if (has_heads && second.peek() != std::ifstream::traits_type::eof())
        all_heads << second.rdbuf();
    const auto whole = size_between_writes(entries);
    if (!whole) return std::unexpected(whole.error());
    std::ifstream file(entries, std::ios::binary);
    if (!file) return cannot_read(entries);
    std::int64_t left = *whole;
    AuditVerdict v;
    std::vector<std::string> hashes;  // of good entries
    const auto bad = [&](std::uint64_t seq, std::string why) {
        v.ok = false;
        if (v.first_bad && *v.first_bad <= seq) return;
        v.first_bad = seq;
        v.why = std::move(why);
    };
    v.ok = true;
    std::string line, before = first_audit_hash();
    while (v.ok && left > 0 && std::getline(file, line)) {
        left -= static_cast<std::int64_t>(line.size()) + 1;
        const std::uint64_t here = v.entries + 1;
        const auto parts = parts_of(line);
        if (file.eof()) {
            bad(here, fmt::format("entry {} is cut off in the middle", here));
        } else if (!parts) {
            bad(here, fmt::format("entry {} is no entry", here));
        } else if (parts->seq != here) {
            bad(here, fmt::format("entry {} is missing: {} stands in its place", here, parts->seq));
        } else if (audit_hash(before, parts->body) != parts->hash) {
            bad(here, fmt::format("entry {} was changed, or one before it was", here));
        } else {
            before = parts->hash;
            hashes.push_back(before);
            ++v.entries;
        }
    }
    v.head = v.entries > 0 ? before : "";
    if (!has_heads && v.entries > 0) bad(1, fmt::format("the heads in {} are missing", heads));
    std::uint64_t last = 0;
    std::istringstream lines(all_heads.str());
    while (std::getline(lines, line)) {
        if (lines.eof()) break;  // it was being written
        std::uint64_t seq = 0;
        const char* const end = line.data() + line.size();
        const auto [rest, error] = std::from_chars(line.data(), end, seq);
        if (error != std::errc{} || end - rest < 65 || *rest != ' ' || seq <= last) {
            bad(last + 1, fmt::format("the heads in {} were changed behind entry {}", heads, last));
            break;
        }
        last = seq;
        ++v.heads;
        if (seq > v.entries)
            bad(v.entries + 1, fmt::format("entries from {} on are missing: the heads know {}",
                                           v.entries + 1, seq));
        else if (hashes[seq - 1] != std::string_view(rest + 1, 64))
            bad(seq, fmt::format("entry {} is not the one that the heads know", seq));
        if (!v.ok && seq > v.entries) break;
    }
    return v;
}

Result<LastAuditLine> last_audit_line(const std::string& path) {
    BackwardLines lines(path);
    if (!lines.is_open()) return cannot_read(path);
    LastAuditLine last{.whole_bytes = lines.end()};
    const auto line = lines.next();
    if (!line) return last;
    const auto parts = parts_of(*line);
    if (!parts)
        return fail(
            fmt::format("{}: its last line is no entry; put it aside with its heads, so that "
                        "a new one begins",
                        path));
    last.seq = parts->seq;
    last.hash = parts->hash;
    return last;
}

Result<AuditRows> read_audit(const std::string& path, const AuditQuestion& q) {
    BackwardLines lines(path);
    if (!lines.is_open()) return cannot_read(path);
    AuditRows found;
    while (auto line = lines.next()) {
        auto row = row_of(*line);
        if (!row || (q.before != 0 && row->seq >= q.before)) continue;
        if ((q.who && row->who != *q.who) || (q.act && row->act != *q.act)) continue;
        if (found.rows.size() == q.limit) {
            found.more = true;
            break;
        }
        found.rows.push_back(std::move(*row));
    }
    return found;
}

}  // namespace assay::people
