// assay doctor: what would keep a desk from working, each with its remedy, before it is started.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "hosts/cli/commands.h"
#include "hosts/cli/desk_file.h"
#include "hosts/cli/terminal.h"
#include "hosts/desk/startable.h"
#include "hosts/journal/reader.h"

namespace assay::cli {
namespace {

enum class Verdict : std::uint8_t { good, warning, bad };

class Findings {
  public:
    void add(Verdict verdict, std::string_view what, const std::string& found,
             const std::string& remedy = {}) {
        constexpr std::string_view kWords[] = {"ok", "warning", "BAD"};
        constexpr int kHang = 32;
        const int width = std::max(terminal_of(STDOUT_FILENO).width, 2 * kHang);
        const std::string line =
            fmt::format("{:<8} {:<22} {}", kWords[static_cast<std::size_t>(verdict)], what, found);
        fmt::print("{}\n", wrapped(line, width, kHang));
        if (verdict != Verdict::good && !remedy.empty())
            fmt::print("{}\n", wrapped(fmt::format("{:<31} do: {}", "", remedy), width, kHang + 4));
        worst_ = std::max(worst_, verdict);
        ++counts_[static_cast<std::size_t>(verdict)];
    }
    Verdict worst() const { return worst_; }
    int count(Verdict v) const { return counts_[static_cast<std::size_t>(v)]; }

  private:
    Verdict worst_{};
    int counts_[3]{};
};

// What the desk would write into, were it started by whoever asks: nothing of it is changed.
std::string cannot_write(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> paths{folder};
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.is_regular_file(error)) paths.push_back(entry.path().string());
    if (error) return fmt::format("{}: {}", folder, error.message());
    for (const std::string& path : paths)
        if (::faccessat(AT_FDCWD, path.c_str(), path == folder ? W_OK | X_OK : W_OK, AT_EACCESS) !=
            0)
            return fmt::format("{} cannot be written: {}", path, std::strerror(errno));
    return {};
}

// Where the folder is not there yet: the one that it would be made in.
std::string nearest_folder(const std::string& folder) {
    std::error_code error;
    auto path = std::filesystem::absolute(folder, error);
    while (path.has_relative_path() && !std::filesystem::exists(path, error))
        path = path.parent_path();
    return path.string();
}

// A file without a name, which nobody sees and which is gone at the end; nullopt: the file system
// has none of these.
std::optional<bool> gets_to_the_disk(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return std::nullopt;
    const bool written = ::write(fd, "x", 1) == 1 && ::fdatasync(fd) == 0;
    ::close(fd);
    return written;
}

void look_at_folder(const std::string& folder, Findings& f) {
    constexpr std::string_view kRemedy =
        "give who runs the desk the right to write it, or name another with --state";
    std::error_code error;
    const std::string journal_folder = folder + "/journal";
    if (!std::filesystem::exists(folder, error)) {
        const std::string within = nearest_folder(folder);
        if (::faccessat(AT_FDCWD, within.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
            return f.add(Verdict::bad, "state folder",
                         fmt::format("{} is not there, and cannot be made: {}: {}", folder, within,
                                     std::strerror(errno)),
                         std::string(kRemedy));
        return f.add(Verdict::good, "state folder",
                     fmt::format("{} is not there yet: the desk makes it", folder));
    }
    std::string wrong = cannot_write(folder);
    if (wrong.empty() && std::filesystem::exists(journal_folder, error))
        wrong = cannot_write(journal_folder);
    if (!wrong.empty()) return f.add(Verdict::bad, "state folder", wrong, std::string(kRemedy));
    const auto synced = gets_to_the_disk(folder);
    if (synced && !*synced)
        return f.add(Verdict::bad, "state folder",
                     fmt::format("{}: a write did not get to the disk", folder),
                     "look at the disk: dmesg, smartctl");
    f.add(Verdict::good, "state folder",
          fmt::format("{} can be written{}", folder, synced ? " and synced" : ""));
}

void look_at_disk(const std::string& folder, Findings& f) {
    look_at_folder(folder, f);
    struct statvfs disk{};
    if (::statvfs(nearest_folder(folder).c_str(), &disk) == 0) {
        const double gib =
            static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / (1 << 30);
        f.add(gib < 1    ? Verdict::bad
              : gib < 10 ? Verdict::warning
                         : Verdict::good,
              "disk space", fmt::format("{:.1f} GiB are free", gib),
              "a day of a million messages takes about 0.3 GiB; `assay journal prune` makes room");
    }
    std::error_code error;
    if (!std::filesystem::exists(folder + "/journal", error))
        return f.add(Verdict::good, "journal", "none yet");
    const auto posix = journal::posix_disk();
    if (const auto wrong = journal::what_is_wrong(*posix, folder + "/journal"))
        f.add(Verdict::bad, "journal", *wrong, "`assay journal verify` tells more");
    else
        f.add(Verdict::good, "journal", "whole");
}

void look_at_clock(Findings& f) {
    struct timex t{};
    const int state = ::adjtimex(&t);
    const double error_ms = static_cast<double>(t.maxerror) * 1e-3;
    if (state < 0)
        f.add(Verdict::warning, "clock", "the kernel does not say whether it is synchronised",
              "run chronyd or ntpd on the host");
    else if (state == TIME_ERROR)
        f.add(Verdict::warning, "clock", "not synchronised: capture times are not UTC to the ms",
              "run chronyd or ntpd (MiFID II RTS 25 asks for 1 ms, 100 us for high frequency)");
    else
        f.add(error_ms > 1 ? Verdict::warning : Verdict::good, "clock",
              fmt::format("synchronised, at most {:.2f} ms off", error_ms), "a nearer time server");
}

void look_at_limits(Findings& f) {
    struct rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
        f.add(files.rlim_cur < 4'096 ? Verdict::warning : Verdict::good, "open files",
              fmt::format("{} allowed", files.rlim_cur),
              "ulimit -n 65536, or LimitNOFILE= in the unit");
    f.add(std::thread::hardware_concurrency() < 2 ? Verdict::warning : Verdict::good, "cores",
          fmt::format("{}", std::thread::hardware_concurrency()), "give it two at least");
}

void look_at_port(const std::string& what, const std::string& host, std::uint16_t port, bool ours,
                  Findings& f) {
    struct addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        error != 0)
        return f.add(Verdict::bad, what, fmt::format("{}: {}", host, ::gai_strerror(error)),
                     "put the host right in desk.toml");
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const struct timeval patience{2, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int done = ours ? ::bind(fd, found->ai_addr, found->ai_addrlen)
                          : ::connect(fd, found->ai_addr, found->ai_addrlen);
    const std::string why = std::strerror(errno);
    ::freeaddrinfo(found);
    ::close(fd);
    if (done == 0)
        f.add(Verdict::good, what,
              fmt::format("{}:{} {}", host, port, ours ? "is free to listen at" : "answers"));
    else
        f.add(ours ? Verdict::bad : Verdict::warning, what,
              fmt::format("{}:{}: {}", host, port, why),
              ours ? "another program, perhaps a desk, has it: stop that, or take another port"
                   : "is the counterparty up, and the way to it open?");
}

}  // namespace

int doctor(const Arguments& args) {
    auto file = read_desk_file(args);
    Findings f;
    if (!file) {
        f.add(Verdict::bad, "configuration", file.error().text());
        return kUsage;
    }
    const desk::DeskSettings& s = file->settings;
    f.add(Verdict::good, "configuration",
          fmt::format("{} mode, {} sessions, version {:016x}", desk::text(s.mode),
                      s.sessions.size(), s.version));
    desk::DeskSettings live = s;
    live.mode = desk::Mode::live;
    if (const auto may = desk::allowed(live, true); !may)
        f.add(s.mode == desk::Mode::live ? Verdict::bad : Verdict::warning, "limits",
              may.error().text(), "set them in [limits]: the gate refuses what no limit allows");
    else
        f.add(Verdict::good, "limits", "all are set");
    for (const desk::StartFault& fault : desk::start_faults(s, true))
        if (fault.what != "limits")
            f.add(Verdict::bad, fault.what, fault.text, "put it right: the desk does not start");
    look_at_disk(s.folder, f);
    look_at_clock(f);
    look_at_limits(f);
    if (const auto http = desk::server_config(s); http && http->port != 0)
        look_at_port("HTTP", http->address, http->port, true, f);
    for (const desk::SessionSettings& one : s.sessions) {
        const bool none = s.mode == desk::Mode::replay ||
                          (s.mode == desk::Mode::paper && one.info.role == desk::Role::lp);
        if (!none && one.port != 0)
            look_at_port("session " + one.info.name, one.host, one.port, one.accepts, f);
    }
    fmt::print("\n{} ok, {} {}, {} bad\n", f.count(Verdict::good), f.count(Verdict::warning),
               f.count(Verdict::warning) == 1 ? "warning" : "warnings", f.count(Verdict::bad));
    return f.worst() == Verdict::bad ? kNothingDone : kDone;
}

}  // namespace assay::cli
