// assay doctor: what would keep a desk from working, each with its remedy, before it is started.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <thread>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/desk_file.h"
#include "hosts/journal/reader.h"

namespace assay::cli {
namespace {

enum class Verdict : std::uint8_t { good, warning, bad };

class Findings {
  public:
    void add(Verdict verdict, std::string_view what, const std::string& found,
             const std::string& remedy = {}) {
        constexpr std::string_view kWords[] = {"ok", "warning", "BAD"};
        fmt::print("{:<8} {:<22} {}\n", kWords[static_cast<std::size_t>(verdict)], what, found);
        if (verdict != Verdict::good && !remedy.empty()) fmt::print("{:<31} do: {}\n", "", remedy);
        worst_ = std::max(worst_, verdict);
        ++counts_[static_cast<std::size_t>(verdict)];
    }
    Verdict worst() const { return worst_; }
    int count(Verdict v) const { return counts_[static_cast<std::size_t>(v)]; }

  private:
    Verdict worst_{};
    int counts_[3]{};
};

void look_at_disk(const std::string& folder, Findings& f) {
    std::error_code error;
    std::filesystem::create_directories(folder + "/journal", error);
    const std::string probe = folder + "/.doctor";
    const int fd = error ? -1 : ::open(probe.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0)
        return f.add(Verdict::bad, "state folder",
                     fmt::format("{} cannot be written: {}", folder,
                                 error ? error.message() : std::strerror(errno)),
                     "make it, or give its owner the right to write, or name another with --state");
    const bool written = ::write(fd, "x", 1) == 1 && ::fdatasync(fd) == 0;
    ::close(fd);
    ::unlink(probe.c_str());
    if (!written)
        f.add(Verdict::bad, "state folder",
              fmt::format("{}: a write did not get to the disk", folder),
              "look at the disk: dmesg, smartctl");
    else
        f.add(Verdict::good, "state folder", folder + " can be written and synced");
    struct statvfs disk{};
    if (::statvfs(folder.c_str(), &disk) == 0) {
        const double gib =
            static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / (1 << 30);
        f.add(gib < 1    ? Verdict::bad
              : gib < 10 ? Verdict::warning
                         : Verdict::good,
              "disk space", fmt::format("{:.1f} GiB are free", gib),
              "a day of a million messages takes about 0.3 GiB; `assay journal prune` makes room");
    }
    const auto posix = journal::posix_disk();
    if (const auto wrong = journal::what_is_wrong(*posix, folder + "/journal"))
        f.add(Verdict::bad, "journal", *wrong, "`assay journal verify` tells more");
    else
        f.add(Verdict::good, "journal", "whole, or none yet");
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
    look_at_disk(s.folder, f);
    look_at_clock(f);
    look_at_limits(f);
    const std::size_t colon = s.listen.rfind(':');
    const auto port = static_cast<std::uint16_t>(
        colon == std::string::npos ? 0 : std::strtoul(s.listen.c_str() + colon + 1, nullptr, 10));
    if (port != 0) look_at_port("HTTP", s.listen.substr(0, colon), port, true, f);
    for (const desk::SessionSettings& one : s.sessions) {
        const bool none = s.mode == desk::Mode::replay ||
                          (s.mode == desk::Mode::paper && one.info.role == desk::Role::lp);
        if (!none && one.port != 0)
            look_at_port("session " + one.info.name, one.host, one.port, one.accepts, f);
        for (const std::string& pem : {one.certificate, one.key, one.authorities})
            if (!pem.empty() && ::access(pem.c_str(), R_OK) != 0)
                f.add(Verdict::bad, "session " + one.info.name,
                      fmt::format("{}: {}", pem, std::strerror(errno)),
                      "a PEM file that it may read");
    }
    fmt::print("\n{} ok, {} warnings, {} bad\n", f.count(Verdict::good), f.count(Verdict::warning),
               f.count(Verdict::bad));
    return f.worst() == Verdict::bad ? kNothingDone : kDone;
}

}  // namespace assay::cli
