// For tests: one session in a process of its own, which may be killed.
//
//     fixnet_probe acceptor|initiator PORT VERSION SENDER TARGET [--journal FOLDER] [--lost N]
//                  [--heartbeat S] [--orders EVERY_US]
//
// Standard output: `port N`, `up`, `down WHY`, and every message, `< ...` and `> ...` with |.
// Standard input: `send 35=D|11=...|`; its end stops the session in order. --orders sends orders
// by itself, as long as it lives.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>

#include "hosts/fixnet/net.h"
#include "hosts/fixnet/recover.h"
#include "hosts/journal/journal.h"

namespace assay::fixnet {
namespace {

Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

std::string exchanged(std::string text, char from, char to) {
    for (char& c : text)
        if (c == from) c = to;
    return text;
}

class Probe : public Capture {
  public:
    std::unique_ptr<journal::Journal> journal;
    std::uint32_t number{};

    bool message(std::size_t, bool sent, std::string_view bytes, Seen) override {
        if (!kept(sent ? journal::Mark::sent : journal::Mark::received, bytes)) return false;
        say((sent ? "> " : "< ") + exchanged(std::string(bytes), '\x01', '|'));
        return true;
    }
    bool note(std::size_t, std::string_view text) override {
        return kept(journal::Mark::note, text);
    }
    void up(std::size_t) override { say("up"); }
    void down(std::size_t, std::string_view why) override { say("down " + std::string(why)); }
    void event(std::size_t, Severity, std::string_view text) override {
        say("event " + std::string(text));
    }
    void garbled(std::size_t, std::string_view bytes, std::string_view why) override {
        say(fmt::format("garbled {}: {}", why, exchanged(std::string(bytes), '\x01', '|')));
    }
    void say(const std::string& line) {
        const std::lock_guard lock(mutex_);
        fmt::print("{}\n", line);
        std::fflush(stdout);
    }

  private:
    bool kept(journal::Mark mark, std::string_view bytes) {
        return journal == nullptr || journal->append(utc_now(), number, mark, bytes).has_value();
    }
    std::mutex mutex_;
};

int complain(const std::string& text) {
    fmt::print(stderr, "fixnet_probe: {}\n", text);
    return 2;
}

int run(int argc, char** argv) {
    if (argc < 6) return complain("too few arguments");
    std::map<std::string, std::string> options;
    for (int i = 6; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
    SessionSpec s;
    s.name = "probe";
    s.acceptor = std::strcmp(argv[1], "acceptor") == 0;
    s.role = s.acceptor ? Role::oms : Role::lp;
    s.lp = s.acceptor ? "" : argv[5];
    s.port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    s.begin_string = argv[3];
    if (s.begin_string == "FIXT.1.1") s.appl_ver = "9";
    s.sender = argv[4];
    s.target = argv[5];
    if (options.contains("--heartbeat")) s.heartbeat_s = std::stoi(options["--heartbeat"]);

    Probe probe;
    std::vector<Recovered> from;
    if (options.contains("--journal")) {
        const std::string folder = options["--journal"];
        const auto disk = journal::posix_disk();
        const std::uint64_t lost =
            options.contains("--lost") ? std::stoull(options["--lost"]) : std::uint64_t{0};
        auto recovered = recovered_from(*disk, folder, {s}, lost);
        if (!recovered) return complain(recovered.error().text());
        from = std::move(*recovered);
        auto journal = journal::Journal::open(journal::posix_disk(), folder, {});
        if (!journal) return complain(journal.error().text());
        probe.journal = std::move(*journal);
        probe.number = probe.journal->session(s.name);
    }
    auto net = Net::open({s}, probe, std::move(from));
    if (!net) return complain(net.error().text());
    probe.say(fmt::format("port {}", (*net)->port(0)));
    (*net)->start();

    std::atomic<bool> done{};
    std::thread orders;
    if (options.contains("--orders"))
        orders = std::thread([&, every = std::stoi(options["--orders"])] {
            for (std::uint64_t i = 0; !done; ++i) {
                const std::string body =
                    fmt::format("35=D|34=1|11=P{}-{}|55=ACME|54=1|38=100|40=1|", ::getpid(), i);
                if (!(*net)->send(0, exchanged("8=X|9=0|" + body + "10=000|", '|', '\x01'))) --i;
                std::this_thread::sleep_for(std::chrono::microseconds(every));
            }
        });
    for (std::string line; std::getline(std::cin, line);) {
        if (!line.starts_with("send ")) continue;
        const auto sent =
            (*net)->send(0, exchanged("8=X|9=0|" + line.substr(5) + "10=000|", '|', '\x01'));
        if (!sent) probe.say("refused " + sent.error().text());
    }
    done = true;
    if (orders.joinable()) orders.join();
    (*net)->stop("the test ends");
    return 0;
}

}  // namespace
}  // namespace assay::fixnet

int main(int argc, char** argv) {
    try {
        return assay::fixnet::run(argc, argv);
    } catch (const std::exception& e) {
        return assay::fixnet::complain(e.what());
    }
}
