#include "hosts/desk/aside.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace assay::desk {

namespace {

constexpr int kNice = 5;                  // messages go first
constexpr std::size_t kMostSaid = 4'000;  // within what a pipe takes without a reader

// Sockets of sessions above all: a peer must see this process end when it ends.
void close_all_but(int kept) {
    const auto close_all = [](unsigned from, unsigned to) {
        if (from <= to) ::syscall(SYS_close_range, from, to, 0U);
    };
    const auto one = static_cast<unsigned>(kept);
    close_all(3, one - 1);
    close_all(one + 1, ~0U);
}

[[noreturn]] void work_in_copy(const std::function<Result<void>()>& work, int say, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::signal(SIGINT, SIG_IGN);  // of the terminal, to all: the desk's own end waits for this
    ::signal(SIGTERM, SIG_IGN);
    close_all_but(say);
    [[maybe_unused]] const int nice = ::nice(kNice);
    std::string why;
    try {
        if (auto done = work(); !done) why = done.error().text();
    } catch (const std::exception& e) {
        why = e.what();
    }
    if (why.empty()) ::_exit(0);
    [[maybe_unused]] const ssize_t said = ::write(say, why.data(), std::min(why.size(), kMostSaid));
    ::_exit(1);
}

}  // namespace

Aside::~Aside() {
    if (busy()) (void)wait();
}

Result<void> Aside::begin(const std::function<Result<void>()>& work) {
    if (busy()) return fail("something else is being done aside");
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(fmt::format("no pipe: {}", std::strerror(errno)));
    const pid_t self = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) work_in_copy(work, ends[1], self);
    const int error = errno;
    ::close(ends[1]);
    if (child < 0) {
        ::close(ends[0]);
        return fail(fmt::format("no copy of the process: {}", std::strerror(error)));
    }
    child_ = child;
    said_ = ends[0];
    return {};
}

std::optional<Result<void>> Aside::collect(bool wait) {
    if (!busy()) return std::nullopt;
    int status = 0;
    pid_t ended = 0;
    do ended = ::waitpid(child_, &status, wait ? 0 : WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0) return std::nullopt;
    std::string why(kMostSaid, '\0');
    const ssize_t n = ::read(said_, why.data(), why.size());
    why.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    ::close(said_);
    child_ = said_ = -1;
    if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return Result<void>{};
    if (why.empty())
        why = ended > 0 && WIFSIGNALED(status)
                  ? fmt::format("the copy of the process was ended by signal {}", WTERMSIG(status))
                  : "the copy of the process ended without a word";
    return fail(why);
}

}  // namespace assay::desk
