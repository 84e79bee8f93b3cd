// The OMS over real sockets, with a desk that acknowledges and fills whatever comes.
#include "hosts/oms/live_oms.h"

#include <gtest/gtest.h>
#include <thread>

#include "core/units/decimal.h"
#include "hosts/fixnet/testkit.h"

namespace assay::oms {
namespace {

using namespace fixnet::testkit;
using fixnet::Net;
using fixnet::SessionSpec;

class Filler : public Recorder {
  public:
    Net* net{};
    bool fills{true};
    bool message(std::size_t session, bool sent, std::string_view bytes, Seen seen) override {
        if (!Recorder::message(session, sent, bytes, seen)) return false;
        const std::string type = type_of(bytes);
        if (sent || (type != "D" && type != "F")) return true;
        const std::string id = value(bytes, 11), qty = value(bytes, 38);
        const std::string head = fmt::format("37=P|11={}|55=ACME|54=2|38={}|6=1|", id, qty);
        std::vector<std::string> answers;
        if (type == "D") answers.push_back(head + "17=a|150=0|39=0|14=0|151=1|");
        if (type == "D" && fills)
            answers.push_back(head + fmt::format("17=b|150=F|39=2|32={0}|31=1|14={0}|151=0|", qty));
        if (type == "F") answers.push_back(head + "17=c|150=4|39=4|14=0|151=0|");
        // Not from here: this is a thread of the session.
        answering.emplace_back([this, answers, session] {
            for (const std::string& a : answers)
                (void)net->send(session, fixnet::testkit::message("8", a));
        });
        return true;
    }
    std::vector<std::jthread> answering;
};

struct Live {
    Filler desk;
    std::unique_ptr<Net> net;

    Live() {
        SessionSpec s;
        s.name = "OMS";
        s.role = fixnet::Role::oms;
        s.acceptor = true;
        s.sender = "DESK";
        s.target = "OMS";
        auto opened = Net::open({s}, desk);
        EXPECT_TRUE(opened) << opened.error().text();
        net = std::move(*opened);
        desk.net = net.get();
        net->start();
    }
    ~Live() { desk.answering.clear(); }  // while there is a net to answer by
    Options options() const {
        Options o;
        o.port = net->port(0);
        o.front = "T";
        return o;
    }
};

TEST(LiveOms, sends_its_first_order_then_the_flow_and_ends_when_all_are_over) {
    Live live;
    Options o = live.options();
    o.first = OrderBook::Wish{"ACME", Side::sell, {50'000'000'000}, "profile=acme"};
    o.flow = FlowConfig{};
    o.flow->per_minute = 60'000;
    o.flow->cancel_share = o.flow->replace_share = 0;
    o.most = 20;
    auto oms = LiveOms::open(o, [](std::string_view) {});
    ASSERT_TRUE(oms) << oms.error().text();
    const std::atomic<bool> never{false};
    (*oms)->run(never);
    const Counts c = (*oms)->counts();
    EXPECT_EQ(c.sent, 21u);
    EXPECT_EQ(c.filled, 21u);
    EXPECT_EQ(c.open(), 0u);
    const auto orders = live.desk.of_type(0, false, "D");
    ASSERT_EQ(orders.size(), 21u);
    EXPECT_EQ(value(orders[0], 848), "profile=acme");
    for (std::uint64_t i = 1; i <= 20; ++i)
        EXPECT_EQ(value(orders[i], 38), to_text(drawn_order(*o.flow, i).qty)) << i;
}

TEST(LiveOms, told_to_stop_it_cancels_what_is_open_and_logs_out) {
    Live live;
    live.desk.fills = false;
    Options o = live.options();
    o.first = OrderBook::Wish{"ACME", Side::sell, {50'000'000'000}};
    auto oms = LiveOms::open(o, [](std::string_view) {});
    ASSERT_TRUE(oms) << oms.error().text();
    std::atomic<bool> stop{false};
    std::thread runs([&] { (*oms)->run(stop); });
    EXPECT_TRUE(live.desk.has(0, false, "D"));
    EXPECT_TRUE(live.desk.has(0, true, "8"));
    stop = true;
    runs.join();
    EXPECT_EQ((*oms)->counts().canceled, 1u);
    EXPECT_EQ((*oms)->counts().open(), 0u);
    EXPECT_EQ(live.desk.of_type(0, false, "F").size(), 1u);
    EXPECT_EQ(live.desk.of_type(0, false, "5").size(), 1u) << "a Logout";
}

}  // namespace
}  // namespace assay::oms
