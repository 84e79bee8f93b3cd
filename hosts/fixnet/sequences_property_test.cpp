// Whatever a counterparty does: what follows from the journal is what the engine says.
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <thread>

#include "hosts/fixnet/raw_peer.h"
#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using namespace testkit;

class Counterparty {
  public:
    Counterparty(Net& net, unsigned seed) : net_(net), random_(seed) {}

    // One thing that a counterparty may do; its name.
    std::string act() {
        if (!peer_) return log_on();
        switch (drawn(12)) {
            case 0:
                next_ += drawn(4) + 1;  // lost on the way
                return say("8", "17=x|") + " behind a gap";
            case 1:
                return fill_gap();
            case 2:
                return again("8", 1 + drawn(next_ - 1), "17=old|");
            case 3:
                peer_->say("4", drawn(1'000) + 1, fmt::format("36={}|", next_ += drawn(5) + 1));
                return "reset forward";
            case 4: {
                const int from = next_;
                next_ += drawn(5) + 1;
                peer_->say("4", from, fmt::format("36={}|123=Y|", next_), kAgain);
                return "gap fill";
            }
            case 5:
                say("5", "58=bye|");
                peer_.reset();
                return "log out";
            case 6:
                peer_.reset();
                return "gone";
            case 7:
                // Up again, or not logged on: both are an answer.
                return net_.send(0, message("8", "17=ours|")) ? "ours" : "ours refused";
            case 8:
                return say("1", "112=there?|");
            case 9:
                return say("3", "45=1|58=no|");
            default:
                return say("D", "11=c|");
        }
    }

  private:
    static constexpr const char* kAgain = "43=Y|122=20260302-10:00:00|";

    int drawn(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    std::string say(const std::string& type, const std::string& body) {
        peer_->say(type, next_++, body);
        return type;
    }
    std::string again(const std::string& type, int seq, const std::string& body) {
        peer_->say(type, seq, body, kAgain);
        return "again " + type;
    }
    std::string log_on() {
        // The last connection must have ended, or this one is refused.
        while (!net_.states()[0].peer.empty())
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        const bool reset = drawn(4) == 0;
        if (reset) next_ = 1;
        const std::size_t before = net_.states()[0].received;
        peer_.emplace(net_.port(0), "FIX.4.4", "OMS", "DESK");
        say("A", reset ? "98=0|108=30|141=Y|" : "98=0|108=30|");
        while (net_.states()[0].received == before)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        return reset ? "log on and reset" : "log on";
    }
    // What is missing, as reports or as a gap fill.
    std::string fill_gap() {
        const int expected = static_cast<int>(net_.states()[0].next_target);
        if (expected >= next_) return "no gap";
        if (drawn(2) == 0) {
            peer_->say("4", expected, fmt::format("36={}|123=Y|", next_), kAgain);
            return "gap filled";
        }
        for (int seq = expected; seq < next_; ++seq) again("8", seq, "17=old|");
        return "gap resent";
    }

    Net& net_;
    std::mt19937 random_;
    std::optional<RawPeer> peer_;
    int next_{1};
};

}  // namespace

TEST(SequencesProperty, say_what_the_engine_says_whatever_the_other_side_does) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        Recorder in;
        auto opened = Net::open({acceptor()}, in);
        ASSERT_TRUE(opened) << opened.error().text();
        Net& net = **opened;
        net.start();
        Counterparty other(net, seed);
        std::string story;
        for (int step = 0; step < 60; ++step) {
            story += other.act() + "; ";
            SessionState state;
            Sequences journal;
            bool same = false;
            for (int i = 0; i < 1'000 && !same; ++i) {
                if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
                state = net.states()[0];
                journal = in.sequences(0);
                same = state.next_sender == journal.next_sender() &&
                       state.next_target == journal.next_target();
            }
            if (!same)
                for (const auto& m : in.all()) story += "\n" + m;
            ASSERT_TRUE(same) << story << "\nengine " << state.next_sender << " "
                              << state.next_target << ", journal " << journal.next_sender() << " "
                              << journal.next_target();
        }
    }
}

}  // namespace assay::fixnet
