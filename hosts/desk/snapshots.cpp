#include "hosts/desk/snapshots.h"

#include <charconv>
#include <fmt/format.h>

#include "core/desk/session_desk.h"
#include "core/fix/record.h"

namespace assay::desk {

namespace {

constexpr std::string_view kPrefix = "state-", kSuffix = ".bin", kTitle = "assay state 1";
constexpr std::size_t kMostHead = 256;
constexpr std::size_t kKept = 3;

std::uint64_t hex(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return value;
}

std::uint64_t entry_of(std::string_view name) {
    std::uint64_t seq = 0;
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), seq);
    return seq;
}

}  // namespace

Result<std::vector<std::string>> Snapshots::files() {
    auto all = disk_->list(folder_);
    if (!all) return std::unexpected(all.error());
    std::vector<std::string> mine;
    for (std::string& name : *all)
        if (name.starts_with(kPrefix) && name.ends_with(kSuffix)) mine.push_back(std::move(name));
    return mine;
}

Result<std::uint64_t> Snapshots::stand_for() {
    const auto all = files();
    if (!all) return std::unexpected(all.error());
    return all->empty() ? 0 : entry_of(all->front());
}

Result<std::uint64_t> Snapshots::furthest() {
    const auto all = files();
    if (!all) return std::unexpected(all.error());
    return all->empty() ? 0 : entry_of(all->back());
}

Result<void> Snapshots::write(const Snapshot& s) {
    const std::string name = fmt::format("{}{:020}{}", kPrefix, s.seq, kSuffix);
    const std::string path = folder_ + "/" + name;
    auto before = files();
    if (!before) return std::unexpected(before.error());
    for (const std::string& old : *before)
        if (old == name)
            if (auto gone = disk_->remove(path); !gone) return gone;
    auto file = disk_->append(path);
    if (!file) return std::unexpected(file.error());
    const std::string head = fmt::format(
        "{}|run={}|seq={}|config={:016x}|length={}|beside={}|crc32c={:08x}\n", kTitle, s.run, s.seq,
        s.config, s.state.size(), s.beside.size(), fix::crc32c(s.beside, fix::crc32c(s.state)));
    auto written = (*file)->write(head + s.state + s.beside);
    if (written) written = (*file)->sync();
    if (!written) {
        // What room is left is the journal's.
        (*file).reset();
        (void)disk_->remove(path);
        return written;
    }
    std::size_t kept = 1;
    for (auto it = before->rbegin(); it != before->rend(); ++it) {
        if (*it == name || kept++ < kKept) continue;
        if (auto gone = disk_->remove(folder_ + "/" + *it); !gone) return gone;
    }
    return {};
}

Result<std::optional<Snapshot>> Snapshots::newest(std::uint64_t last,
                                                  std::vector<std::string>& passed) {
    auto all = files();
    if (!all) return std::unexpected(all.error());
    for (auto it = all->rbegin(); it != all->rend(); ++it) {
        const std::string path = folder_ + "/" + *it;
        const auto size = disk_->size(path);
        if (!size) return std::unexpected(size.error());
        std::string bytes;
        while (bytes.size() < *size) {
            const auto got = disk_->read(path, bytes.size(), *size - bytes.size(), bytes);
            if (!got) return std::unexpected(got.error());
            if (*got == 0) break;
        }
        const std::size_t line = bytes.substr(0, kMostHead).find('\n');
        const auto head = Note::read(bytes.substr(0, line == std::string::npos ? 0 : line));
        if (!head || head->name() != kTitle) {
            passed.push_back(
                fmt::format("{}: no state of a desk, or cut short; passed over", path));
            continue;
        }
        const std::uint64_t length = head->number("length"), beside = head->number("beside");
        const std::string_view content = std::string_view(bytes).substr(line + 1);
        if (length > content.size() || beside != content.size() - length ||
            fix::crc32c(content) != hex(head->value("crc32c"))) {
            passed.push_back(fmt::format("{}: cut short or damaged ({} bytes of {}); passed over",
                                         path, content.size(), length + beside));
            continue;
        }
        Snapshot s{head->number("run"), head->number("seq"), hex(head->value("config")),
                   std::string(content.substr(0, length)), std::string(content.substr(length))};
        if (s.seq > last) {
            passed.push_back(fmt::format(
                "{}: goes up to entry {}, and journal or history end at {}; passed over", path,
                s.seq, last));
            continue;
        }
        return s;
    }
    return std::nullopt;
}

}  // namespace assay::desk
