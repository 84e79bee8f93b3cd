// A process that is killed in the middle of a session, and comes back from its journal alone.
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using namespace testkit;

class Process {
  public:
    explicit Process(const std::vector<std::string>& args) {
        int in[2];
        EXPECT_EQ(::pipe2(in, O_CLOEXEC), 0);
        posix_spawn_file_actions_t files;
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        std::vector<std::string> all{FIXNET_PROBE};
        all.insert(all.end(), args.begin(), args.end());
        std::vector<char*> words;
        for (std::string& word : all) words.push_back(word.data());
        words.push_back(nullptr);
        EXPECT_EQ(::posix_spawn(&id_, FIXNET_PROBE, &files, nullptr, words.data(), environ), 0);
        ::posix_spawn_file_actions_destroy(&files);
        ::close(in[0]);
        in_ = in[1];
    }
    ~Process() {
        if (id_ > 0) ends();
    }
    void kill() {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
        ::close(in_);
        id_ = 0;
    }
    // In order, by the end of its input.
    int ends() {
        ::close(in_);
        int status = 0;
        ::waitpid(id_, &status, 0);
        id_ = 0;
        return status;
    }

  private:
    pid_t id_{};
    int in_{};
};

struct Scratch {
    std::string path;
    Scratch() {
        char name[] = "/tmp/assay_fixnet_kill_XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Scratch() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST(Killed, sessions_go_on_with_contiguous_numbers_and_no_order_twice) {
    Recorder lp;
    SessionSpec spec = acceptor();
    auto net = Net::open({spec}, lp);
    ASSERT_TRUE(net) << net.error().text();
    (*net)->start();
    const Scratch folder;
    const std::vector<std::string> args{"initiator", std::to_string((*net)->port(0)),
                                        "FIX.4.4",   "OMS",
                                        "DESK",      "--journal",
                                        folder.path, "--lost",
                                        "500",       "--orders",
                                        "200"};
    constexpr std::size_t kRuns = 5;
    for (std::size_t run = 1; run <= kRuns; ++run) {
        SCOPED_TRACE(run);
        Process process(args);
        ASSERT_TRUE(lp.is_up(0, run));
        const std::size_t before = lp.of_type(0, false, "D").size();
        ASSERT_TRUE(lp.has(0, false, "D", before + 300));
        for (int i = 0; i < 50; ++i)
            ASSERT_TRUE((*net)->send(0, message("8", fmt::format("17=E{}-{}|", run, i))));
        if (run < kRuns) {
            process.kill();
            ASSERT_TRUE(lp.is_down(0, run));
        } else {
            EXPECT_EQ(process.ends(), 0);
        }
    }
    // Nobody reset anything, and nothing was too low.
    EXPECT_TRUE(lp.notes().empty() || lp.notes() == std::vector<std::string>{""});
    std::set<std::string> ids;
    std::uint64_t last = 0;
    bool any_gap_fill = false;
    for (const std::string& bytes : lp.wire(0, false)) {
        EXPECT_EQ(value(bytes, 141), "");
        const std::uint64_t seq = std::stoull(value(bytes, 34));
        if (type_of(bytes) == "4") {
            any_gap_fill = true;
            EXPECT_EQ(value(bytes, 123), "Y");
        }
        if (type_of(bytes) == "D") {
            EXPECT_TRUE(ids.insert(value(bytes, 11)).second) << bar(bytes);
            EXPECT_EQ(value(bytes, 43), "");
        }
        if (value(bytes, 43) != "Y") {
            EXPECT_GT(seq, last) << bar(bytes);
            last = seq;
        }
    }
    EXPECT_TRUE(any_gap_fill);
    for (const std::string& bytes : lp.of_type(0, true, "5")) EXPECT_EQ(value(bytes, 58), "");
    // What the killed process had not journaled of what it received came again when it asked.
    EXPECT_EQ((*net)->states()[0].next_target, last + 1);
}

TEST(Killed, an_orderly_end_leaves_no_gap) {
    Recorder lp;
    auto net = Net::open({acceptor()}, lp);
    ASSERT_TRUE(net) << net.error().text();
    (*net)->start();
    const Scratch folder;
    const std::vector<std::string> args{"initiator", std::to_string((*net)->port(0)),
                                        "FIX.4.4",   "OMS",
                                        "DESK",      "--journal",
                                        folder.path, "--lost",
                                        "500",       "--orders",
                                        "1000"};
    for (std::size_t run = 1; run <= 3; ++run) {
        Process process(args);
        ASSERT_TRUE(lp.is_up(0, run));
        ASSERT_TRUE(lp.has(0, false, "D", 20 * run));
        EXPECT_EQ(process.ends(), 0);
    }
    EXPECT_TRUE(lp.of_type(0, true, "2").empty());
    std::uint64_t last = 0;
    for (const std::string& bytes : lp.wire(0, false))
        EXPECT_EQ(value(bytes, 34), std::to_string(++last));
}

}  // namespace assay::fixnet
