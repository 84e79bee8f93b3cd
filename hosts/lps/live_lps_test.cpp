// The simulated LPs over real sockets, with a desk that calls them by our own sessions.
#include "hosts/lps/live_lps.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

#include "core/sim/config.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/fixnet/testkit.h"

namespace assay::lps {

namespace {

using namespace fixnet::testkit;
using fixnet::Net;
using fixnet::SessionSpec;

constexpr Nanos kStart{1'772'461'800'000'000'000};

// Three LPs that do what they always do.
sim::WorldConfig plain_world() {
    sim::WorldConfig c;
    c.start = kStart;
    c.length = {100 * kHour.ns};
    c.market.stationary = {1, 0, 0};
    c.market.sigma = {0, 0, 0};
    c.market.jumps_per_second = 0;
    c.drift = {0, 0, 0, 0, 0};
    c.lps.resize(3);
    const char* const names[] = {"FULL", "NEVER", "RESTS"};
    for (std::size_t i = 0; i < 3; ++i) {
        sim::LpConfig& lp = c.lps[i];
        lp = {};
        lp.name = names[i];
        lp.nature.zero_share = 0;
        lp.nature.mean_lots = 1e6;
        lp.nature.latency_ms = 20;
        lp.nature.latency_log_sd = 0;
        lp.nature.reject_share = i == 1 ? 1 : 0;
        lp.nature.leak_bps = 0;
    }
    return c;
}

// A street in a thread, and a desk that is logged on with all of it.
struct Live {
    Recorder desk;
    std::unique_ptr<LiveLps> lps;
    std::unique_ptr<Net> net;
    std::atomic<bool> stop{};
    std::thread thread;
    std::vector<std::string> said;
    std::mutex said_mutex;

    explicit Live(std::unique_ptr<sim::Street> street, Options options = {},
                  std::vector<fixnet::Recovered> from = {}) {
        const std::string us = street->us();
        auto opened = LiveLps::open(std::move(street), kStart, options, [&](std::string_view line) {
            const std::lock_guard lock(said_mutex);
            said.emplace_back(line);
        });
        EXPECT_TRUE(opened) << opened.error().text();
        lps = std::move(*opened);
        thread = std::thread([this] { lps->run(stop); });
        std::vector<SessionSpec> specs;
        for (const Place& p : lps->places()) {
            SessionSpec s;
            s.name = p.name;
            s.role = p.market ? fixnet::Role::market_data : fixnet::Role::lp;
            s.lp = p.name;
            s.begin_string = options.version == Version::fix42   ? "FIX.4.2"
                             : options.version == Version::fix44 ? "FIX.4.4"
                                                                 : "FIXT.1.1";
            if (options.version == Version::fix50sp2) s.appl_ver = "9";
            s.sender = us;
            s.target = p.name;
            s.port = p.port;
            specs.push_back(s);
        }
        auto called = Net::open(specs, desk, std::move(from));
        EXPECT_TRUE(called) << called.error().text();
        net = std::move(*called);
        net->start();
        for (std::size_t i = 0; i < specs.size(); ++i) EXPECT_TRUE(desk.is_up(i)) << i;
    }
    ~Live() { close(); }
    void close() {
        if (net) net->stop();
        stop = true;
        if (thread.joinable()) thread.join();
    }
    void order(std::size_t session, const std::string& id, int shares, char tif = '3',
               const std::string& price = "200") const {
        const auto sent = net->send(
            session, message("D", fmt::format("11={}|55=ACME|54=1|38={}|40=2|44={}|59={}|", id,
                                              shares, price, tif)));
        EXPECT_TRUE(sent) << sent.error().text();
    }
    // The last report of an order.
    std::string last(std::size_t session, const std::string& id) {
        std::string found;
        for (const std::string& bytes : desk.of_type(session, false, "8"))
            if (value(bytes, 11) == id) found = bytes;
        return found;
    }
    bool ends(std::size_t session, const std::string& id, const std::string& status) {
        return desk.until([] { return true; }) && [&] {
            for (int i = 0; i < 1'000; ++i) {
                if (value(last(session, id), 39) == status) return true;
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
            return false;
        }();
    }
};

constexpr std::size_t kMarket = 0, kFull = 1, kNever = 2, kRests = 3;

}  // namespace

TEST(LiveLps, orders_are_answered_over_the_wire_with_the_delays_that_are_drawn) {
    Live live(sim::drawn_street(plain_world(), 1));
    ASSERT_TRUE(live.desk.has(kMarket, false, "W", 2));
    const auto before = std::chrono::steady_clock::now();
    live.order(kFull, "C1", 300);
    ASSERT_TRUE(live.ends(kFull, "C1", "2"));
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
    const std::string fill = live.last(kFull, "C1");
    EXPECT_EQ(value(fill, 150), "F");
    EXPECT_EQ(value(fill, 14), "300");
    EXPECT_EQ(value(fill, 49), "FULL");
    live.order(kNever, "C2", 300);
    EXPECT_TRUE(live.ends(kNever, "C2", "8"));
    const LiveLps::Counts c = live.lps->counts();
    EXPECT_EQ(c.orders, 2u);
    EXPECT_EQ(c.unsent, 0u);
}

TEST(LiveLps, quotes_have_sizes_and_their_entries_in_order) {
    Live live(sim::drawn_street(plain_world(), 1));
    ASSERT_TRUE(live.desk.has(kMarket, false, "W"));
    const std::string body = body_of(live.desk.of_type(kMarket, false, "W")[0]);
    EXPECT_TRUE(body.starts_with("55=ACME|268=2|269=0|270=")) << body;
    EXPECT_NE(body.find("|271="), std::string::npos);
    EXPECT_LT(body.find("|271="), body.find("|269=1|"));
}

TEST(LiveLps, resting_orders_are_replaced_and_cancelled) {
    Live live(sim::drawn_street(plain_world(), 1));
    live.order(kRests, "C1", 300, '0', "50");  // far below the market: it rests
    ASSERT_TRUE(live.ends(kRests, "C1", "0"));
    ASSERT_TRUE(live.net->send(kRests, message("H", "11=C1|55=ACME|54=1|")));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(value(live.last(kRests, "C1"), 150), "I");
    ASSERT_TRUE(
        live.net->send(kRests, message("G", "41=C1|11=C2|55=ACME|54=1|38=500|40=2|44=51|")));
    ASSERT_TRUE(live.ends(kRests, "C2", "0"));
    const std::string replaced = live.last(kRests, "C2");
    EXPECT_EQ(value(replaced, 150), "5");
    EXPECT_EQ(value(replaced, 41), "C1");
    EXPECT_EQ(value(replaced, 38), "500");
    EXPECT_EQ(value(replaced, 151), "500");
    ASSERT_TRUE(live.net->send(kRests, message("F", "41=C2|11=C3|55=ACME|54=1|38=500|")));
    ASSERT_TRUE(live.ends(kRests, "C3", "4"));
    EXPECT_EQ(value(live.last(kRests, "C3"), 41), "C2");
    ASSERT_TRUE(live.net->send(kRests, message("G", "41=C2|11=C4|55=ACME|54=1|38=100|44=51|")));
    ASSERT_TRUE(live.desk.has(kRests, false, "9"));
    const std::string refused = live.desk.of_type(kRests, false, "9")[0];
    EXPECT_EQ(value(refused, 434), "2");
    EXPECT_EQ(value(refused, 11), "C4");
    EXPECT_EQ(value(refused, 41), "C2");
    ASSERT_TRUE(live.net->send(kRests, message("F", "41=C9|11=C5|55=ACME|54=1|38=1|")));
    ASSERT_TRUE(live.desk.has(kRests, false, "9", 2));
    EXPECT_EQ(value(live.desk.of_type(kRests, false, "9")[1], 102), "1");
}

TEST(LiveLps, time_may_run_faster) {
    sim::WorldConfig world = plain_world();
    for (sim::LpConfig& lp : world.lps) lp.nature.latency_ms = 3'000;
    Live live(sim::drawn_street(world, 1), {.speed = 100});
    const auto before = std::chrono::steady_clock::now();
    live.order(kFull, "C1", 300);
    ASSERT_TRUE(live.ends(kFull, "C1", "2"));
    const auto took = std::chrono::steady_clock::now() - before;
    EXPECT_GE(took, std::chrono::milliseconds(30));
    EXPECT_LT(took, std::chrono::milliseconds(2'000));
}

TEST(LiveLps, speak_each_version) {
    for (const Version version : {Version::fix42, Version::fix50sp2}) {
        Live live(sim::drawn_street(plain_world(), 1), {.version = version});
        live.order(kFull, "C1", 300);
        ASSERT_TRUE(live.ends(kFull, "C1", "2"));
        const std::string fill = live.last(kFull, "C1");
        EXPECT_EQ(value(fill, 150), version == Version::fix42 ? "2" : "F");
        EXPECT_EQ(value(fill, 20), version == Version::fix42 ? "0" : "");
    }
}

TEST(LiveLps, a_restart_with_a_journal_goes_on_with_the_numbers) {
    assay::testkit::Folder folder;
    const Options options{.journal = folder.path() + "/street"};
    std::vector<fixnet::Recovered> desk(4);
    for (int run = 0; run < 2; ++run) {
        Live live(sim::drawn_street(plain_world(), 1), options, desk);
        live.order(kFull, fmt::format("C{}", run), 300);
        ASSERT_TRUE(live.ends(kFull, fmt::format("C{}", run), "2"));
        live.close();
        EXPECT_TRUE(live.desk.of_type(kFull, true, "2").empty());
        EXPECT_TRUE(live.desk.of_type(kFull, false, "2").empty());
        for (const std::string& logon : live.desk.of_type(kFull, true, "A"))
            EXPECT_EQ(value(logon, 141), "");
        for (std::size_t s = 0; s < 4; ++s) {
            desk[s] = live.desk.sequences(s).recovered();
        }
    }
}

}  // namespace assay::lps
