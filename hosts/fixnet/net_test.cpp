// Both ends of sessions in one process, over real sockets on loopback.
#include "hosts/fixnet/net.h"

#include <gtest/gtest.h>
#include <optional>
#include <thread>

#include "hosts/fixnet/raw_peer.h"
#include "hosts/fixnet/testkit.h"

namespace assay::fixnet {

namespace {

using namespace testkit;

constexpr const char* kVersions[] = {"FIX.4.2", "FIX.4.4", "FIXT.1.1"};

std::unique_ptr<Net> opened(std::vector<SessionSpec> specs, Capture& capture,
                            std::vector<Recovered> from = {}) {
    auto net = Net::open(std::move(specs), capture, std::move(from));
    EXPECT_TRUE(net) << net.error().text();
    if (!net) return nullptr;
    (*net)->start();
    return std::move(*net);
}

// What is true after the answer that was waited for has left.
bool soon(const std::function<bool()>& is_true) {
    for (int i = 0; i < 12'000; ++i) {
        if (is_true()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

// An acceptor, an initiator, and what each of them captured.
struct Pair {
    Recorder in, out;
    std::unique_ptr<Net> acceptor_net, initiator_net;

    explicit Pair(const std::string& version = "FIX.4.4") {
        acceptor_net = opened({acceptor(version)}, in);
        initiator_net = opened({initiator(acceptor_net->port(0), version)}, out);
        EXPECT_TRUE(in.is_up(0));
        EXPECT_TRUE(out.is_up(0));
    }
    ~Pair() {
        if (initiator_net) initiator_net->stop();
    }
};

}  // namespace

TEST(Net, logs_on_and_carries_messages_both_ways_in_each_version) {
    for (const std::string version : kVersions) {
        SCOPED_TRACE(version);
        Pair p(version);
        ASSERT_TRUE(p.initiator_net->send(0, message("D", "11=C1|55=ACME|54=1|38=100|")));
        ASSERT_TRUE(p.in.has(0, false, "D"));
        ASSERT_TRUE(p.acceptor_net->send(0, message("8", "37=O1|11=C1|17=E1|150=0|39=0|")));
        ASSERT_TRUE(p.out.has(0, false, "8"));
        const std::string order = p.in.of_type(0, false, "D")[0];
        EXPECT_TRUE(order.starts_with("8=" + version + "\x01"));
        EXPECT_EQ(value(order, 49), "OMS");
        EXPECT_EQ(value(order, 56), "DESK");
        EXPECT_EQ(value(order, 34), "2");
        EXPECT_EQ(body_of(order), "11=C1|55=ACME|54=1|38=100|");
        if (version == "FIXT.1.1") {
            EXPECT_EQ(value(p.in.of_type(0, false, "A")[0], 1137), "9");
        }
    }
}

TEST(Net, repeating_groups_keep_their_order) {
    Pair p;
    const std::string quotes =
        "55=ACME|268=4|269=0|270=99.98|271=500|269=0|270=99.97|271=900|269=1|270=100.02|271=300|"
        "269=1|270=100.03|271=100|453=2|448=DESK1|447=D|452=1|448=CLIENT|447=D|452=3|58=10=x|";
    ASSERT_TRUE(p.acceptor_net->send(0, message("W", quotes)));
    ASSERT_TRUE(p.out.has(0, false, "W"));
    EXPECT_EQ(body_of(p.out.of_type(0, false, "W")[0]), quotes);
    // And the number of the next message shows that it was taken.
    ASSERT_TRUE(p.acceptor_net->send(0, message("8", "17=E1|")));
    ASSERT_TRUE(p.out.has(0, false, "8"));
    EXPECT_TRUE(p.out.of_type(0, true, "3").empty());
    EXPECT_TRUE(p.out.of_type(0, true, "2").empty());
}

TEST(Net, data_fields_with_delimiters_pass) {
    Pair p;
    const std::string body = "11=C1|354=9|355=a|10=123|58=x|";
    ASSERT_TRUE(p.initiator_net->send(0, message("D", body)));
    ASSERT_TRUE(p.initiator_net->send(0, message("F", "41=C1|11=C2|")));
    ASSERT_TRUE(p.in.has(0, false, "F"));
    EXPECT_EQ(body_of(p.in.of_type(0, false, "D").at(0)), body);
    EXPECT_TRUE(p.in.of_type(0, true, "2").empty());
}

TEST(Net, ten_thousand_messages_are_captured_equal_at_both_ends) {
    Pair p;
    constexpr std::size_t kMany = 10'000;
    std::thread back([&] {
        for (std::size_t i = 0; i < kMany; ++i)
            ASSERT_TRUE(p.acceptor_net->send(0, message("8", fmt::format("17=E{}|", i))));
    });
    for (std::size_t i = 0; i < kMany; ++i)
        ASSERT_TRUE(p.initiator_net->send(0, message("D", fmt::format("11=C{}|", i))));
    back.join();
    ASSERT_TRUE(p.in.has(0, false, "D", kMany));
    ASSERT_TRUE(p.out.has(0, false, "8", kMany));
    p.initiator_net->stop("done");
    EXPECT_EQ(p.in.last_down(0), "the other side logged out: done");
    EXPECT_EQ(p.in.wire(0, false), p.out.wire(0, true));
    EXPECT_EQ(p.out.wire(0, false), p.in.wire(0, true));
    EXPECT_TRUE(soon([&] {
        const SessionState now = p.acceptor_net->states()[0];
        return p.in.sequences(0).next_target() == now.next_target &&
               p.in.sequences(0).next_sender() == now.next_sender;
    }));
}

TEST(Net, a_log_out_is_said_at_both_ends_and_nothing_leaves_after_it) {
    Pair p;
    p.initiator_net->stop("end of day");
    EXPECT_EQ(p.in.last_down(0), "the other side logged out: end of day");
    EXPECT_EQ(p.out.last_down(0), "end of day");
    EXPECT_EQ(p.acceptor_net->send(0, message("8", "17=E1|")).error().text(),
              "session in is not logged on");
    EXPECT_TRUE(soon([&] { return !p.acceptor_net->states()[0].up; }));
}

TEST(Net, a_second_net_goes_on_with_the_numbers_of_the_first) {
    Recorder in, out;
    auto server = opened({acceptor()}, in);
    const std::uint16_t port = server->port(0);
    for (int run = 0; run < 3; ++run) {
        SCOPED_TRACE(run);
        auto client = opened({initiator(port)}, out, {out.sequences(0).recovered()});
        ASSERT_TRUE(in.is_up(0, static_cast<std::size_t>(run) + 1));
        ASSERT_TRUE(out.is_up(0, static_cast<std::size_t>(run) + 1));
        ASSERT_TRUE(client->send(0, message("D", fmt::format("11=C{}|", run))));
        ASSERT_TRUE(in.has(0, false, "D", static_cast<std::size_t>(run) + 1));
        client->stop();
        EXPECT_TRUE(in.is_down(0, static_cast<std::size_t>(run) + 1));
    }
    // Logon, D, Logout: three numbers a run, none twice, none left out.
    std::vector<std::string> numbers;
    for (const std::string& bytes : in.wire(0, false)) numbers.push_back(value(bytes, 34));
    EXPECT_EQ(numbers, (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
    EXPECT_TRUE(in.of_type(0, true, "2").empty());
    EXPECT_TRUE(out.of_type(0, true, "2").empty());
}

TEST(Net, reset_on_logon_begins_at_one_and_is_noted) {
    Recorder in, out;
    auto server = opened({acceptor()}, in);
    SessionSpec spec = initiator(server->port(0));
    spec.reset_on_logon = true;
    for (std::size_t run = 1; run <= 2; ++run) {
        auto client = opened({spec}, out, {out.sequences(0).recovered()});
        ASSERT_TRUE(in.is_up(0, run));
        ASSERT_TRUE(out.is_up(0, run));
        ASSERT_TRUE(client->send(0, message("D", "11=C|")));
        ASSERT_TRUE(in.has(0, false, "D", run));
        ASSERT_TRUE(soon([&] { return server->states()[0].next_target == 3; }));
        ASSERT_TRUE(soon([&] { return in.sequences(0).next_sender() == 2; }));
        ASSERT_TRUE(soon([&] { return client->states()[0].next_target == 2; }));
        const SessionState there = server->states()[0], here = client->states()[0];
        EXPECT_EQ(there.next_target, 3u);
        EXPECT_EQ(there.next_sender, 2u);
        EXPECT_EQ(here.next_sender, 3u);
        EXPECT_EQ(here.next_target, 2u);
        // The journal alone says the same.
        EXPECT_EQ(in.sequences(0).next_target(), there.next_target);
        EXPECT_EQ(in.sequences(0).next_sender(), there.next_sender);
        EXPECT_EQ(out.sequences(0).next_target(), here.next_target);
        EXPECT_EQ(out.sequences(0).next_sender(), here.next_sender);
        client->stop();
    }
    for (const std::string& logon : in.of_type(0, false, "A")) {
        EXPECT_EQ(value(logon, 34), "1");
        EXPECT_EQ(value(logon, 141), "Y");
    }
}

TEST(Net, a_reset_that_is_not_allowed_is_refused_and_the_numbers_go_on) {
    Recorder in;
    SessionSpec spec = acceptor();
    spec.accept_reset = false;
    auto net = opened({spec}, in);
    {
        RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
        peer.say("A", 1, "98=0|108=30|141=Y|");  // the first of all: there is nothing to lose
        ASSERT_TRUE(peer.hears("A"));
        peer.say("D", 2, "11=C1|");
        ASSERT_TRUE(in.has(0, false, "D"));
    }
    ASSERT_TRUE(soon([&] { return !net->states()[0].up; }));
    {
        RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
        peer.say("A", 1, "98=0|108=30|141=Y|");
        EXPECT_TRUE(peer.is_hung_up());
        EXPECT_TRUE(peer.heard().empty());
    }
    EXPECT_EQ(in.sequences(0).next_target(), 3u);  // the journal says so too
    // A call that comes while the engine still lays the last one down is not taken: call again.
    std::optional<RawPeer> peer;
    ASSERT_TRUE(soon([&] {
        peer.emplace(net->port(0), "FIX.4.4", "OMS", "DESK");
        peer->say("A", 3, "98=0|108=30|");
        return peer->hears("A");
    }));
    EXPECT_TRUE(soon([&] { return net->states()[0].next_target == 4; }));
}

TEST(Net, heartbeats_keep_a_silent_session_up) {
    Recorder in, out;
    auto server = opened({acceptor()}, in);
    SessionSpec spec = initiator(server->port(0));
    spec.heartbeat_s = 1;
    auto client = opened({spec}, out);
    ASSERT_TRUE(in.has(0, false, "0", 2));
    ASSERT_TRUE(out.has(0, false, "0", 2));
    EXPECT_TRUE(server->states()[0].up);
    client->stop();
}

TEST(Net, what_cannot_be_sent_is_refused_with_the_reason) {
    Pair p;
    EXPECT_EQ(p.initiator_net->send(0, message("0", "112=x|")).error().text(),
              "session out: MsgType(35) 0 is the engine's own affair");
    EXPECT_EQ(p.initiator_net->send(0, "no FIX").error().text(),
              "session out: no CheckSum(10) at its end");
    EXPECT_EQ(p.initiator_net->send(0, framed("FIX.4.4", "35=D|34=1|")).error().text(),
              "session out: the message has no body");
    EXPECT_EQ(p.initiator_net->send(7, message("D", "11=x|")).error().text(),
              "there is no session number 7");
}

TEST(Net, a_drop_copy_is_only_listened_to) {
    Recorder in, out;
    SessionSpec spec = acceptor();
    spec.role = Role::drop_copy;
    auto server = opened({spec}, in);
    auto client = opened({initiator(server->port(0))}, out);
    ASSERT_TRUE(in.is_up(0));
    ASSERT_TRUE(out.is_up(0));
    EXPECT_EQ(server->send(0, message("8", "17=E|")).error().text(),
              "session in: a drop copy is only listened to");
    ASSERT_TRUE(client->send(0, message("8", "17=E|")));
    EXPECT_TRUE(in.has(0, false, "8"));
    client->stop();
}

TEST(Net, what_cannot_be_journaled_is_neither_sent_nor_acted_upon) {
    Pair p;
    p.out.broken = true;
    EXPECT_EQ(p.initiator_net->send(0, message("D", "11=C1|")).error().text(),
              "session out: the message could not be journaled, and was not sent");
    EXPECT_TRUE(p.out.last_down(0).contains("could not be journaled")) << p.out.last_down(0);
    EXPECT_FALSE(p.in.last_down(0).empty());
    EXPECT_TRUE(p.in.of_type(0, false, "D").empty());
}

// --- against a peer that speaks bytes

TEST(Net, a_gap_is_asked_for_once_and_filled_in_order) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    peer.say("D", 5, "11=C5|");
    peer.say("D", 6, "11=C6|");
    const std::string request = peer.hear("2");
    EXPECT_EQ(value(request, 7), "2");
    peer.say("D", 2, "11=C2|", "43=Y|122=20260302-10:00:00|");
    peer.say("4", 3, "36=5|123=Y|", "43=Y|122=20260302-10:00:00|");
    peer.say("1", 7, "112=here?|");
    const std::string alive = peer.hear("0");
    EXPECT_EQ(value(alive, 112), "here?");
    EXPECT_EQ(in.of_type(0, true, "2").size(), 1u);
    EXPECT_TRUE(soon([&] { return net->states()[0].next_target == 8; }));
    EXPECT_EQ(in.sequences(0).next_target(), 8u);
}

TEST(Net, a_number_that_is_too_low_ends_the_session_and_says_why) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    peer.say("D", 1, "11=C1|");
    const std::string goodbye = peer.hear("5");
    EXPECT_EQ(value(goodbye, 58), "MsgSeqNum too low, expecting 2 but received 1");
    EXPECT_TRUE(peer.is_hung_up());
    EXPECT_EQ(in.last_down(0), "MsgSeqNum too low, expecting 2 but received 1");
}

TEST(Net, a_resend_never_emits_an_order_again) {
    Recorder in;
    SessionSpec spec = acceptor();
    spec.role = Role::market_data;
    auto net = opened({spec}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    const std::string report = "37=O|453=2|448=A|452=1|448=B|452=3|17=E1|58=as it was|";
    ASSERT_TRUE(net->send(0, message("D", "11=C2|")));                // 2
    ASSERT_TRUE(net->send(0, message("8", report)));                  // 3
    ASSERT_TRUE(net->send(0, message("F", "41=C2|11=C4|")));          // 4
    ASSERT_TRUE(net->send(0, message("G", "41=C2|11=C5|")));          // 5
    ASSERT_TRUE(net->send(0, message("W", "55=ACME|268=1|269=0|")));  // 6
    ASSERT_TRUE(net->send(0, message("9", "11=C4|")));                // 7
    ASSERT_TRUE(net->send(0, message("D", "11=C8|")));                // 8
    ASSERT_TRUE(peer.hears("9"));
    ASSERT_EQ(value(peer.hear("D", 2), 34), "8");
    peer.forget();
    peer.say("2", 2, "7=1|16=0|");
    peer.say("1", 3, "112=done|");
    ASSERT_TRUE(peer.hears("0"));
    std::vector<std::string> told;
    for (const std::string& bytes : peer.heard())
        told.push_back(fmt::format("{} {} {} {}", type_of(bytes), value(bytes, 34),
                                   value(bytes, 43), value(bytes, 36)));
    EXPECT_EQ(told, (std::vector<std::string>{"4 1 Y 3", "8 3 Y ", "4 4 Y 7", "9 7 Y ", "4 8 Y 9",
                                              "0 9  "}));
    const std::string again = peer.heard()[1];
    EXPECT_EQ(body_of(again), report);
    EXPECT_FALSE(value(again, 122).empty());
    // A part of it that ends before an order.
    peer.forget();
    peer.say("2", 4, "7=4|16=5|");
    peer.say("1", 5, "112=done|");
    ASSERT_TRUE(peer.hears("0"));
    EXPECT_EQ(type_of(peer.heard()[0]), "4");
    EXPECT_EQ(value(peer.heard()[0], 34), "4");
    EXPECT_EQ(value(peer.heard()[0], 36), "6");
}

TEST(Net, what_is_no_longer_kept_is_gap_filled) {
    Recorder in;
    SessionSpec spec = acceptor();
    spec.kept = 2;
    auto net = opened({spec}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    for (int i = 2; i <= 6; ++i) ASSERT_TRUE(net->send(0, message("8", fmt::format("17=E{}|", i))));
    ASSERT_TRUE(peer.hears("8", 5));
    peer.forget();
    peer.say("2", 2, "7=1|16=0|");
    peer.say("1", 3, "112=done|");
    ASSERT_TRUE(peer.hears("0"));
    ASSERT_EQ(peer.heard().size(), 4u);
    EXPECT_EQ(value(peer.heard()[0], 36), "5");
    EXPECT_EQ(value(peer.heard()[1], 17), "E5");
    EXPECT_EQ(value(peer.heard()[2], 17), "E6");
    // Only what is no longer there.
    peer.forget();
    peer.say("2", 4, "7=2|16=3|");
    peer.say("1", 5, "112=done|");
    ASSERT_TRUE(peer.hears("0"));
    EXPECT_EQ(value(peer.heard()[0], 34), "2");
    EXPECT_EQ(value(peer.heard()[0], 36), "4");
}

TEST(Net, a_logout_behind_a_gap_loses_nothing_of_the_gap) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    {
        RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
        peer.say("A", 1, "98=0|108=30|");
        ASSERT_TRUE(peer.hears("A"));
        peer.say("5", 4, "58=bye|");
        ASSERT_TRUE(peer.hears("5"));
    }
    EXPECT_EQ(in.last_down(0), "the other side logged out: bye");
    ASSERT_TRUE(soon([&] { return net->states()[0].peer.empty(); }));
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 5, "98=0|108=30|");
    EXPECT_EQ(value(peer.hear("2"), 7), "2");
    EXPECT_EQ(in.sequences(0).next_target(), 2u);
}

TEST(Net, garbled_messages_are_kept_and_not_acted_upon) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    std::string wrong = peer.written("D", 2, "11=C2|");
    wrong[wrong.size() - 2] = wrong[wrong.size() - 2] == '0' ? '1' : '0';
    peer.put(wrong);
    peer.put("junk\n");
    peer.say("1", 2, "112=here?|");
    ASSERT_TRUE(peer.hears("0"));
    EXPECT_TRUE(in.of_type(0, false, "D").empty());
    ASSERT_FALSE(in.garbled_ones().empty());
    EXPECT_TRUE(in.garbled_ones()[0].contains("11=C2")) << in.garbled_ones()[0];
    EXPECT_GE(net->states()[0].garbled, 1u);
}

TEST(Net, messages_may_come_in_any_pieces) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    const std::string all = peer.written("A", 1, "98=0|108=30|") + peer.written("D", 2, "11=C2|") +
                            peer.written("D", 3, "11=C3|");
    for (const char c : all) peer.put(std::string(1, c));
    ASSERT_TRUE(in.has(0, false, "D", 2));
    std::string many;
    for (int i = 4; i < 104; ++i) many += peer.written("D", i, fmt::format("11=C{}|", i));
    const std::string last = peer.written("D", 104, "11=C104|");
    peer.put(many + last.substr(0, 20));
    ASSERT_TRUE(in.has(0, false, "D", 102));
    peer.put(last.substr(20));
    EXPECT_TRUE(in.has(0, false, "D", 103));
}

TEST(Net, who_is_not_expected_is_refused) {
    Recorder in;
    SessionSpec spec = acceptor();
    spec.username = "oms";
    spec.password = "open sesame";
    auto net = opened({spec}, in);
    {
        RawPeer stranger(net->port(0), "FIX.4.4", "WHO", "DESK");
        stranger.say("A", 1, "98=0|108=30|");
        EXPECT_TRUE(stranger.is_hung_up());
        EXPECT_TRUE(in.said("no session is FIX.4.4 from WHO to DESK"));
    }
    {
        RawPeer liar(net->port(0), "FIX.4.4", "OMS", "DESK");
        liar.say("A", 1, "98=0|108=30|141=Y|553=oms|554=open sesam|");
        EXPECT_TRUE(liar.is_hung_up());
        EXPECT_TRUE(in.said("Username(553) or Password(554) is not that of session in"));
    }
    {
        RawPeer rude(net->port(0), "FIX.4.4", "OMS", "DESK");
        rude.say("D", 1, "11=C1|");
        EXPECT_TRUE(rude.is_hung_up());
        EXPECT_TRUE(in.said("the first message is no Logon"));
    }
    EXPECT_TRUE(in.wire(0, false).empty());
    EXPECT_TRUE(in.notes().empty());
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|553=oms|554=open sesame|");
    ASSERT_TRUE(peer.hears("A"));
    RawPeer second(net->port(0), "FIX.4.4", "OMS", "DESK");
    second.say("A", 2, "98=0|108=30|553=oms|554=open sesame|");
    EXPECT_TRUE(second.is_hung_up());
    EXPECT_TRUE(in.said("session in is connected already"));
    EXPECT_TRUE(soon([&] { return net->states()[0].up; }));
}

TEST(Net, resend_requests_for_what_was_never_sent_end_the_session) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=30|");
    ASSERT_TRUE(peer.hears("A"));
    peer.say("2", 2, "7=1000|16=0|");
    EXPECT_TRUE(peer.is_hung_up());
    EXPECT_EQ(in.last_down(0), "ResendRequest for messages that were never sent");
}

TEST(Net, an_unanswered_test_request_takes_the_session_down) {
    Recorder in;
    auto net = opened({acceptor()}, in);
    RawPeer peer(net->port(0), "FIX.4.4", "OMS", "DESK");
    peer.say("A", 1, "98=0|108=1|");
    ASSERT_TRUE(peer.hears("1"));
    EXPECT_TRUE(peer.is_hung_up());
    EXPECT_EQ(in.last_down(0), "Timed out waiting for heartbeat");
}

}  // namespace assay::fixnet
