#include "hosts/cli/dead_letters.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <optional>

#include "core/fix/secrets.h"

namespace assay {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::string_view kHead = "place\tlength\treason\tbytes\n";

// What the file begins with, up to the length of our first line; nullopt where it is not there.
std::optional<std::string> front_of(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) return std::nullopt;
    std::string front(kHead.size(), '\0');
    front.resize(std::fread(front.data(), 1, front.size(), file));
    std::fclose(file);
    return front;
}

std::string escaped(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '\\')
            out += "\\\\";
        else if (u < 0x20 || u == 0x7f)
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", u);
        else
            out += c;
    }
    return out;
}

}  // namespace

Result<void> DeadLetters::may_write(const std::string& path) {
    if (path.empty()) return {};
    const auto front = front_of(path);
    if (!front || front->empty() || *front == kHead) return {};
    return fail(
        fmt::format("--dead-letters: {} holds something else than dead letters, and is not "
                    "overwritten; name another file",
                    path));
}

void DeadLetters::forget_earlier() const {
    if (!path_.empty() && front_of(path_) == kHead) std::remove(path_.c_str());
}

DeadLetters::~DeadLetters() {
    if (file_ != nullptr) std::fclose(file_);
}

void DeadLetters::add(std::string_view file, std::uint64_t offset, std::string_view kind,
                      std::string_view what, std::string_view bytes, char delimiter) {
    ++count_;
    ++by_reason_.try_emplace(std::string(kind), 0).first->second;
    if (file_ == nullptr) {
        if (path_.empty() || !where_.empty()) return;  // not wanted, or could not be opened before
        file_ = std::fopen(path_.c_str(), "w");
        where_ =
            file_ != nullptr ? path_ : fmt::format("not kept: {}: {}", path_, std::strerror(errno));
        if (file_ == nullptr) return;
        std::fwrite(kHead.data(), 1, kHead.size(), file_);
    }
    const std::string_view shown = bytes.substr(0, kMostBytes);
    const std::string line = fmt::format(
        "{}:{}\t{}\t{}{}\t{}\n", file, offset, bytes.size(), what.empty() ? kind : what,
        shown.size() < bytes.size() ? " (cut)" : "", escaped(fix::mask_secrets(shown, delimiter)));
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size())
        where_ = fmt::format("incomplete: {}: {}", path_, std::strerror(errno));
}

}  // namespace assay
