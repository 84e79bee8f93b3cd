#include "tests/command.h"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/properties/made_day.h"

namespace assay::testkit {
namespace {

std::string drained(int fd) {
    std::string all;
    std::array<char, 65536> some;
    for (ssize_t n; (n = ::read(fd, some.data(), some.size())) > 0;)
        all.append(some.data(), static_cast<std::size_t>(n));
    return all;
}

std::uint64_t sum(const nlohmann::json& o, std::initializer_list<const char*> names) {
    std::uint64_t n = 0;
    for (const char* name : names) n += o[name].get<std::uint64_t>();
    return n;
}

}  // namespace

std::string in(const Folder& folder, const std::string& name) {
    return folder.path() + "/" + name;
}

Ran run(const Folder& folder, std::vector<std::string> args, As as) {
    args.insert(args.begin(), ASSAY_PROGRAM);
    const std::string out = in(folder, "stdout"), err = in(folder, "stderr");
    for (const std::string& f : {out, err})
        ::close(::open(f.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0666));
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        const int o = ::open(out.c_str(), O_WRONLY | O_TRUNC),
                  e = ::open(err.c_str(), O_WRONLY | O_TRUNC);
        ::dup2(o, 1);
        ::dup2(e, 2);
        ::close(::open("/dev/null", O_RDONLY));
        if (::chdir(in(folder, ".").c_str()) != 0) ::_exit(99);
        if (as == As::nobody && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(98);
        std::vector<char*> argv;
        for (std::string& a : args) argv.push_back(a.data());
        argv.push_back(nullptr);
        ::execv(ASSAY_PROGRAM, argv.data());
        ::_exit(97);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    Ran r;
    r.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    for (auto [name, text] : {std::pair{&out, &r.out}, std::pair{&err, &r.err}}) {
        const int fd = ::open(name->c_str(), O_RDONLY);
        *text = drained(fd);
        ::close(fd);
    }
    return r;
}

void expect_says(const Ran& r, int code, const std::vector<std::string>& words,
                 const std::string& worked) {
    EXPECT_EQ(r.code, code) << worked << "\n" << r.err;
    for (const std::string& w : words)
        EXPECT_NE(r.err.find(w), std::string::npos) << worked << " should say \"" << w << "\"\n"
                                                    << r.err;
    EXPECT_TRUE(code == 0 || r.out.empty()) << worked << " wrote to standard output\n" << r.out;
}
nlohmann::json document(const Ran& r, const std::string& worked) {
    EXPECT_EQ(r.code, 0) << worked << "\n" << r.err;
    nlohmann::json j = nlohmann::json::parse(r.out, nullptr, false);
    EXPECT_FALSE(j.is_discarded()) << worked << ": standard output is not one JSON document\n"
                                   << r.out.substr(0, 300);
    return j;
}
std::vector<std::string> score_json(const std::string& file) {
    return {"score", file, "--format", "json"};
}

std::string good_day() {
    return log_of(made_day(1, {.orders = 20}));
}

void expect_adds_up(const nlohmann::json& j, const std::string& worked) {
    const auto& h = j["health"];
    EXPECT_EQ(h["bytes_read"].get<std::uint64_t>(),
              sum(h, {"bytes_messages", "bytes_between", "bytes_dead", "bytes_pending"}))
        << worked;
    EXPECT_EQ(
        h["messages_read"].get<std::uint64_t>(),
        sum(h, {"messages_applied", "messages_duplicate", "messages_waiting", "messages_dead"}))
        << worked;
}

}  // namespace assay::testkit
