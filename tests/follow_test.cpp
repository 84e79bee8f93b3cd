// assay score --follow as a user has it: a real process beside files that are being written.
#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "hosts/cli/cli_in_testkit.h"
#include "tests/gateway.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using namespace std::chrono_literals;
using testkit::Folder;
using testkit::Gateway;
using Clock = std::chrono::steady_clock;

// `assay ARGS` in a folder, with its output in files there; killed after 60 s.
class Running {
  public:
    enum class Input { nothing, pipe };

    Running(const Folder& folder, std::vector<std::string> args, Input input = Input::nothing,
            const std::string& name = "follow")
        : out_(folder.path() + "/" + name + ".out"), err_(folder.path() + "/" + name + ".err") {
        args.insert(args.begin(), ASSAY_PROGRAM);
        std::array<int, 2> pipe{-1, -1};
        if (input == Input::pipe && ::pipe2(pipe.data(), O_CLOEXEC) != 0) ::abort();
        child_ = ::fork();
        if (child_ == 0) {
            ::alarm(60);
            ::dup2(::open(out_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0666), 1);
            ::dup2(::open(err_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0666), 2);
            ::dup2(input == Input::pipe ? pipe[0] : ::open("/dev/null", O_RDONLY), 0);
            if (::chdir(folder.path().c_str()) != 0) ::_exit(99);
            std::vector<char*> argv;
            for (std::string& a : args) argv.push_back(a.data());
            argv.push_back(nullptr);
            ::execv(ASSAY_PROGRAM, argv.data());
            ::_exit(97);
        }
        if (input == Input::pipe) ::close(pipe[0]);
        in_ = pipe[1];
    }
    ~Running() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    void write(std::string_view bytes) const {
        EXPECT_EQ(::write(in_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
    void close_input() const { ::close(in_); }
    std::string out() const { return testkit::file_content(out_); }
    std::string err() const { return testkit::file_content(err_); }
    // Until standard output or error says it, for at most 30 s.
    bool says(const std::string& words) const {
        for (const auto until = Clock::now() + 30s; Clock::now() < until;
             std::this_thread::sleep_for(5ms))
            if ((out() + err()).find(words) != std::string::npos) return true;
        return false;
    }
    // The exit code, after `signal` where there is one; 128 + signal where it was killed.
    int ended(int signal = 0) {
        if (signal != 0) ::kill(child_, signal);
        int status = 0;
        ::waitpid(child_, &status, 0);
        child_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    std::string out_, err_;
    pid_t child_{-1};
    int in_{-1};
};

std::string scored(const Folder& folder, std::vector<std::string> args) {
    Running run(folder, std::move(args), Running::Input::nothing, "finished");
    EXPECT_EQ(run.ended(), 0) << run.err();
    return run.out();
}

void append(const Folder& folder, const std::string& name, std::string_view bytes) {
    std::ofstream file(folder.path() + "/" + name, std::ios::binary | std::ios::app);
    file << bytes;
}

std::vector<nlohmann::json> documents(const std::string& text) {
    std::vector<nlohmann::json> all;
    std::size_t from = 0;
    for (std::size_t end; (end = text.find("\n}\n", from)) != text.npos; from = end + 3)
        all.push_back(nlohmann::json::parse(text.substr(from, end + 3 - from), nullptr, false));
    return all;
}

void expect_ends_with(const std::string& all, const std::string& last, const std::string& worked) {
    ASSERT_GE(all.size(), last.size()) << worked;
    EXPECT_EQ(all.substr(all.size() - last.size()), last) << worked;
}

// Writes to files in pieces cut at random bytes, with pauses. The pieces of all files add up to
// `contents`.
void write_in_pieces(const Folder& folder,
                     const std::vector<std::pair<std::string, std::string>>& contents,
                     std::uint64_t seed) {
    testkit::Draw draw(seed);
    std::vector<std::size_t> at(contents.size());
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < contents.size(); ++i) {
            const std::string& content = contents[i].second;
            const std::size_t n = std::min<std::size_t>(1 + draw.below(content.size() / 20 + 1),
                                                        content.size() - at[i]);
            append(folder, contents[i].first, std::string_view(content).substr(at[i], n));
            at[i] += n;
            more = more || at[i] < content.size();
        }
        if (draw.below(3) > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(draw.below(25)));
    }
}

TEST(Follow, pieces_cut_at_any_byte_end_as_the_finished_file_byte_for_byte) {
    std::uint64_t seed = 20261120;
    for (const char* format : {"json", "csv", "table"}) {
        ++seed;
        const std::string worked = fmt::format("seed={} {}", seed, format);
        const Folder folder;
        folder.write("day.log", "");
        Running follow(folder,
                       {"score", "--follow", "day.log", "--every", "30ms", "--format", format});
        write_in_pieces(
            folder, {{"day.log", testkit::log_of(testkit::made_day(seed, {.orders = 150}))}}, seed);
        EXPECT_EQ(follow.ended(SIGINT), 0) << worked << follow.err();
        const std::string finished = scored(folder, {"score", "day.log", "--format", format});
        expect_ends_with(follow.out(), finished, worked);
        if (std::string(format) != "json") continue;
        const auto all = documents(follow.out());
        EXPECT_GT(all.size(), 2u) << worked;
        std::uint64_t bytes = 0;
        for (const auto& d : all) {
            ASSERT_FALSE(d.is_discarded()) << worked;
            const auto& h = d["health"];
            const auto n = [&](const char* name) { return h[name].get<std::uint64_t>(); };
            EXPECT_EQ(n("bytes_dead"), 0u) << worked << ": what is still written is no dead letter";
            EXPECT_EQ(n("bytes_read"), n("bytes_messages") + n("bytes_between") + n("bytes_dead") +
                                           n("bytes_pending"))
                << worked;
            EXPECT_GE(n("bytes_read"), bytes) << worked << ": each tells of more than the last";
            bytes = n("bytes_read");
        }
    }
}

TEST(Follow, a_log_and_its_quotes_grow_together) {
    const std::uint64_t seed = 77;
    const Folder folder;
    folder.write("day.log", "");
    folder.write("quotes.csv", "");
    std::string quotes = "time,symbol,bid,ask,lp\n";
    for (int minute = 0; minute < 600; ++minute)
        quotes += fmt::format("2026-11-20T{:02}:{:02}:00Z,S{:02},{}.00,{}.02,\"LP_{}\"\n",
                              8 + minute / 60, minute % 60, minute % 5, 100 + minute % 3,
                              100 + minute % 3, 'A' + minute % 2);
    // Silence of less than 20 s holds the others up, so that nothing is late.
    Running follow(folder, {"score", "--follow", "day.log", "--quotes", "quotes.csv", "--every",
                            "20s", "--format", "json"});
    write_in_pieces(folder,
                    {{"day.log", testkit::log_of(testkit::made_day(seed, {.orders = 100}))},
                     {"quotes.csv", quotes}},
                    seed);
    EXPECT_EQ(follow.ended(SIGTERM), 0) << follow.err();
    EXPECT_EQ(follow.out(),
              scored(folder, {"score", "day.log", "--quotes", "quotes.csv", "--format", "json"}))
        << "seed=" << seed;
}

std::string order(Gateway& gateway, int n, const std::string& destination = "") {
    const Nanos at{testkit::day_number(2026, 11, 20) * kDay.ns + n * kSecond.ns};
    const std::string more = destination.empty() ? "" : "100=" + destination + "|";
    return gateway.line(at, "US", "LP_A", "D",
                        fmt::format("11=C{}|{}55=XYZ|54=1|38=100|40=2|44=10|59=3|", n, more)) +
           gateway.line(at + 5_ms, "LP_A", "US", "8",
                        fmt::format("37=O{0}|11=C{0}|17=E{0}|150=F|39=2|55=XYZ|54=1|32=100|31=10|"
                                    "14=100|151=0|",
                                    n));
}
std::string bytes_read(std::size_t n) {
    return fmt::format("\"bytes_read\": {}", n);
}

TEST(Follow, files_that_are_replaced_or_truncated_are_read_on_from_their_new_start) {
    for (const bool replaced : {true, false}) {
        const Folder folder;
        Gateway gateway;
        const std::string first = order(gateway, 1) + order(gateway, 2), next = order(gateway, 3);
        const std::string log = folder.write("day.log", first);
        Running follow(folder,
                       {"score", "--follow", "day.log", "--every", "20ms", "--format", "json"});
        ASSERT_TRUE(follow.says(bytes_read(first.size()))) << follow.err();
        if (replaced) {
            ASSERT_EQ(::rename(log.c_str(), (log + ".1").c_str()), 0);
        }
        folder.write("day.log", next);  // truncates where it is the same file
        ASSERT_TRUE(follow.says(replaced ? "day.log was replaced" : "day.log became shorter"));
        ASSERT_TRUE(follow.says(bytes_read(first.size() + next.size())));
        EXPECT_EQ(follow.ended(SIGINT), 0) << follow.err();
        const auto last = documents(follow.out()).back();
        EXPECT_EQ(last["total"]["n_orders"], 3);
        EXPECT_EQ(last["health"]["inputs"].size(), 2u);
    }
}

TEST(Follow, a_pipe_ends_it_as_standard_input_would) {
    const std::uint64_t seed = 5;
    const Folder folder;
    const std::string log = testkit::log_of(testkit::made_day(seed, {.orders = 100}));
    folder.write("day.log", log);
    Running follow(folder, {"score", "--follow", "-", "--every", "20ms", "--format", "json"},
                   Running::Input::pipe);
    testkit::Draw draw(seed);
    for (std::size_t at = 0; at < log.size();) {
        const std::size_t n = std::min<std::size_t>(1 + draw.below(9000), log.size() - at);
        follow.write(std::string_view(log).substr(at, n));
        at += n;
        std::this_thread::sleep_for(4ms);
    }
    follow.close_input();
    EXPECT_EQ(follow.ended(), 0) << follow.err();
    Running finished(folder, {"score", "-", "--format", "json"}, Running::Input::pipe, "finished");
    finished.write(log);
    finished.close_input();
    EXPECT_EQ(finished.ended(), 0);
    expect_ends_with(follow.out(), finished.out(), "seed=5");
}

TEST(Follow, the_second_destination_shows_who_is_the_lp_and_all_is_read_again) {
    for (const auto input : {Running::Input::nothing, Running::Input::pipe}) {
        const bool pipe = input == Running::Input::pipe;
        const Folder folder;
        Gateway gateway;
        const std::string first = order(gateway, 1, "XNAS"), next = order(gateway, 2, "XNYS");
        folder.write("day.log", first);
        Running follow(
            folder,
            {"score", "--follow", pipe ? "-" : "day.log", "--every", "20ms", "--format", "json"},
            input);
        if (pipe) follow.write(first);
        ASSERT_TRUE(follow.says("\"lp\": \"LP_A\"")) << follow.err();
        append(folder, "day.log", next);
        if (pipe) follow.write(next);
        ASSERT_TRUE(follow.says("\"lp\": \"XNYS\"")) << follow.err();
        EXPECT_EQ(follow.ended(SIGINT), 0) << follow.err();
        std::string finished = scored(folder, {"score", "day.log", "--format", "json"});
        if (pipe) {
            const std::size_t name = finished.find("\"day.log\"");
            ASSERT_NE(name, std::string::npos);
            finished.replace(name, 9, "\"standard input\"");
        }
        expect_ends_with(follow.out(), finished, pipe ? "pipe" : "file");
    }
}

TEST(Follow, lines_behind_what_was_applied_are_taken_when_they_come_and_counted) {
    const Folder folder;
    Gateway a, b;
    const std::string first = order(a, 1), second = order(b, 100), late = order(a, 50);
    folder.write("a.log", first);
    folder.write("b.log", second);
    Running follow(folder,
                   {"score", "--follow", "a.log", "b.log", "--every", "20ms", "--format", "json"});
    // a.log is silent for longer than 20 ms, so that b.log is not held up by it.
    ASSERT_TRUE(follow.says("\"n_orders\": 2")) << follow.err();
    append(folder, "a.log", late);
    ASSERT_TRUE(follow.says(bytes_read(first.size() + second.size() + late.size())));
    EXPECT_EQ(follow.ended(SIGINT), 0) << follow.err();
    const auto last = documents(follow.out()).back();
    EXPECT_EQ(last["total"]["n_orders"], 3);
    EXPECT_EQ(last["health"]["counts"][0]["name"], "late_lines");
    EXPECT_EQ(last["health"]["counts"][0]["n"], 2) << "the order and its report";
}

TEST(Follow, quotes_of_a_whole_day_do_not_run_ahead_of_a_log_that_grows) {
    const Folder folder;
    Gateway gateway;
    const std::string first = order(gateway, 1), next = order(gateway, 100);
    std::string quotes = "time,symbol,bid,ask\n";
    for (int second = 0; second < 1000; second += 10)
        quotes += fmt::format("2026-11-20T00:{:02}:{:02}Z,XYZ,{}.98,10.00\n", second / 60,
                              second % 60, 8 + second % 20 / 10);
    folder.write("day.log", first);
    folder.write("quotes.csv", quotes);
    const std::vector<std::string> args = {"score",      "day.log",  "--quotes",
                                           "quotes.csv", "--format", "json"};
    std::vector<std::string> followed = args;
    followed.insert(followed.end(), {"--follow", "--every", "20ms"});
    Running follow(folder, followed);
    ASSERT_TRUE(follow.says("\"n_orders\": 1")) << follow.err();
    std::this_thread::sleep_for(200ms);  // the log is silent for far longer than 20 ms
    append(folder, "day.log", next);
    ASSERT_TRUE(follow.says("\"n_orders\": 2")) << follow.err();
    EXPECT_EQ(follow.ended(SIGINT), 0) << follow.err();
    expect_ends_with(follow.out(), scored(folder, args), "as the finished files");
}

TEST(Follow, what_cannot_be_followed_says_why) {
    const Folder folder;
    Gateway gateway;
    folder.write("day.log", order(gateway, 1));
    folder.write("day.log.gz", testkit::gzipped(order(gateway, 2)));
    folder.write("fills.csv",
                 "timestamp,lp,symbol,order_size,fill_size,price,bid,ask\n"
                 "2026-11-20T10:00:00Z,A,X,100,100,10.01,10,10.02\n");
    struct {
        std::vector<std::string> args;
        const char* words;
    } const rows[] = {
        {{"--follow", "day.log.gz"}, "day.log.gz is compressed"},
        {{"--follow", "fills.csv"}, "fills.csv is a spreadsheet of fills"},
        {{"--follow", "day.log", "--format", "html"}, "not html"},
        {{"--follow", "day.log", "--every", "5"}, "\"5\" is no interval"},
        {{"--follow", "day.log", "--every", "0s"}, "\"0s\" is no interval"},
        {{"--follow", "day.log", "--threads", "2"}, "one thread"},
        {{"day.log", "--every", "2s"}, "--every"},
        {{"--follow"}, "score what?"},
    };
    for (const auto& r : rows) {
        std::vector<std::string> args = r.args;
        args.insert(args.begin(), "score");
        Running run(folder, args);
        EXPECT_EQ(run.ended(), 2) << r.words << run.err();
        EXPECT_NE(run.err().find(r.words), std::string::npos) << r.words << "\n" << run.err();
        EXPECT_EQ(run.out(), "") << r.words;
    }
    folder.write("empty.log", "");
    Running empty(folder, {"score", "--follow", "empty.log"});
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(empty.ended(SIGINT), 1);
    EXPECT_NE(empty.err().find("the file is empty"), std::string::npos) << empty.err();
}

TEST(Follow, a_file_that_is_not_there_yet_is_waited_for) {
    const Folder folder;
    Gateway gateway;
    Running run(folder, {"score", "--follow", "today.log", "--every", "20ms", "--format", "json"});
    ASSERT_TRUE(run.says("today.log is not there yet: it is waited for")) << run.err();
    folder.write("today.log", order(gateway, 1));
    ASSERT_TRUE(run.says("\"n_orders\": 1")) << run.out() << run.err();
    EXPECT_EQ(run.ended(SIGINT), 0) << run.err();
}

TEST(Follow, on_a_terminal_the_table_is_redrawn_and_the_last_one_stays) {
    const Folder folder;
    Gateway gateway;
    folder.write("day.log", order(gateway, 1));
    const std::string path = folder.path() + "/day.log";
    winsize size{};
    size.ws_row = 30;
    size.ws_col = 100;
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child < 0) GTEST_SKIP() << "no pseudo terminal here";
    if (child == 0) {
        ::alarm(60);
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("COLUMNS");
        ::execl(ASSAY_PROGRAM, ASSAY_PROGRAM, "score", "--follow", path.c_str(), "--every", "20ms",
                nullptr);
        ::_exit(97);
    }
    std::string shown;
    const auto read_until = [&](const std::string& words) {
        std::array<char, 65536> some;
        while (shown.find(words) == shown.npos) {
            const ssize_t n = ::read(terminal, some.data(), some.size());
            if (n <= 0) return false;
            shown.append(some.data(), static_cast<std::size_t>(n));
        }
        return true;
    };
    EXPECT_TRUE(read_until("2 messages")) << shown;
    append(folder, "day.log", order(gateway, 2));
    EXPECT_TRUE(read_until("4 messages")) << shown;
    const std::size_t live = shown.size();
    EXPECT_NE(shown.find("\x1b[?1049h"), shown.npos);
    EXPECT_NE(shown.find("more lines"), shown.npos) << "it is cut to the height";
    ASSERT_EQ(::write(terminal, "\x03", 1), 1);  // Ctrl-C
    read_until("never said");
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    const std::size_t left = shown.rfind("\x1b[?1049l");
    ASSERT_NE(left, shown.npos);
    EXPECT_GE(left, live);
    EXPECT_NE(shown.find("League table", left), shown.npos) << shown.substr(left);
    EXPECT_NE(shown.find("Liquidity and impact", left), shown.npos) << "all of it";
}

}  // namespace
}  // namespace assay
