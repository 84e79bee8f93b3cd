#include "hosts/http/event_hub.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <thread>

namespace assay::http {
namespace {

// The events of a batch: name and data.
std::vector<Pair> events_of(const std::string& text) {
    std::vector<Pair> events;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\n\n", at);
        const std::string one = text.substr(at, end - at);
        const std::size_t name = one.find("event: ") + 7, data = one.find("data: ") + 6;
        events.emplace_back(one.substr(name, one.find('\n', name) - name), one.substr(data));
        at = end + 2;
    }
    return events;
}
std::string last_id(const std::string& text) {
    const std::size_t at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
}

StreamWish all() {
    StreamWish wish;
    wish.scores = wish.orders = wish.health = true;
    return wish;
}
std::string drained(EventHub& hub, EventHub::Reader& reader) {
    hub.turn();
    std::string text;
    while (hub.waiting(reader)) {
        const auto batch = hub.take(reader);
        text += batch.text;
        if (batch.last) break;
    }
    return text;
}

TEST(EventHub, of_scores_the_latest_wins_and_of_orders_none_is_missing) {
    EventHub hub(7);
    EventHub::Reader* reader = hub.join(all());
    for (int i = 1; i <= 3; ++i) {
        hub.publish(Topic::scores, "balanced/ACME", "ACME", std::to_string(i));
        hub.publish(Topic::orders, "C-1", "ACME", std::to_string(10 + i));
        hub.turn();  // the reader is slow: three turns, and nothing taken
    }
    EXPECT_EQ(
        events_of(drained(hub, *reader)),
        (std::vector<Pair>{{"orders", "11"}, {"orders", "12"}, {"scores", "3"}, {"orders", "13"}}));
    EXPECT_EQ(hub.counts().topics[0].conflated, 2u);
    EXPECT_EQ(hub.counts().topics[1].conflated, 0u);
    EXPECT_FALSE(hub.waiting(*reader));
}

TEST(EventHub, whoever_joins_gets_the_present_state_and_the_orders_from_then_on) {
    EventHub hub(7);
    hub.publish(Topic::scores, "a", "", "1");
    hub.publish(Topic::health, "journal", "", "2");
    hub.publish(Topic::orders, "C-1", "", "3");
    hub.turn();
    EventHub::Reader* reader = hub.join(all());
    hub.publish(Topic::orders, "C-2", "", "4");
    EXPECT_EQ(events_of(drained(hub, *reader)),
              (std::vector<Pair>{{"scores", "1"}, {"health", "2"}, {"orders", "4"}}));
}

TEST(EventHub, topics_and_symbols_are_what_was_asked_for) {
    EventHub hub(7);
    StreamWish wish;
    wish.orders = true;
    wish.symbols = {"ACME"};
    EventHub::Reader* reader = hub.join(wish);
    hub.publish(Topic::scores, "a", "ACME", "1");
    hub.publish(Topic::orders, "C-1", "XYZ", "2");
    hub.publish(Topic::orders, "C-2", "ACME", "3");
    hub.publish(Topic::orders, "C-3", "", "4");  // concerns all
    EXPECT_EQ(events_of(drained(hub, *reader)),
              (std::vector<Pair>{{"orders", "3"}, {"orders", "4"}}));
}

TEST(EventHub, whoever_comes_back_gets_what_it_missed) {
    EventHub hub(7);
    EventHub::Reader* first = hub.join(all());
    hub.publish(Topic::orders, "C-1", "", "1");
    hub.publish(Topic::scores, "a", "", "2");
    const std::string id = last_id(drained(hub, *first));
    EXPECT_EQ(id, "7-2");
    hub.leave(first);
    hub.publish(Topic::orders, "C-2", "", "3");
    hub.publish(Topic::scores, "b", "", "4");
    hub.turn();
    StreamWish wish = all();
    wish.last_event_id = id;
    EXPECT_EQ(events_of(drained(hub, *hub.join(wish))),
              (std::vector<Pair>{{"orders", "3"}, {"scores", "4"}}));
}

TEST(EventHub, an_id_that_is_not_known_any_more_is_a_reset) {
    HubLimits limits;
    limits.log = 100;
    EventHub hub(7, limits);
    for (int i = 0; i < 50; ++i) hub.publish(Topic::orders, "C", "", fmt::format("\"{:010}\"", i));
    hub.publish(Topic::scores, "a", "", "99");
    hub.turn();
    for (const char* id : {"7-1", "6-50", "7-1000", "rubbish", "7-", "-", "7-5x"}) {
        StreamWish wish = all();
        wish.last_event_id = id;
        EventHub::Reader* reader = hub.join(wish);
        const auto events = events_of(drained(hub, *reader));
        ASSERT_EQ(events.size(), 2u) << id;
        EXPECT_EQ(events[0].first, "reset") << id;
        EXPECT_EQ(events[1], (Pair{"scores", "99"})) << id;
        hub.leave(reader);
    }
    EXPECT_EQ(hub.counts().resets, 7u);
}

TEST(EventHub, who_falls_too_far_behind_with_orders_is_cut_and_may_come_back) {
    HubLimits limits;
    limits.behind = 100;
    EventHub hub(7, limits);
    EventHub::Reader* reader = hub.join(all());
    hub.publish(Topic::orders, "C", "", "\"first\"");
    drained(hub, *reader);
    for (int i = 0; i < 20; ++i) hub.publish(Topic::orders, "C", "", fmt::format("\"{:08}\"", i));
    hub.turn();
    EXPECT_EQ(hub.counts().overruns, 0u);  // a burst, no slowness yet
    hub.turn();
    const auto batch = hub.take(*reader);
    EXPECT_TRUE(batch.last);
    EXPECT_EQ(events_of(batch.text)[0].first, "overrun");
    EXPECT_EQ(last_id(batch.text), "7-1");  // what it had got
    EXPECT_EQ(hub.counts().overruns, 1u);
    hub.leave(reader);
    StreamWish wish = all();
    wish.last_event_id = "7-1";
    // What it missed counts as owed, not as its own slowness.
    EXPECT_EQ(events_of(drained(hub, *hub.join(wish))).size(), 20u);
}

TEST(EventHub, scores_never_cut_a_reader) {
    HubLimits limits;
    limits.behind = 100;
    EventHub hub(7, limits);
    EventHub::Reader* reader = hub.join(all());
    for (int i = 0; i < 1'000; ++i) {
        hub.publish(Topic::scores, fmt::format("k{}", i % 10), "", std::to_string(i));
        if (i % 100 == 0) hub.turn();
    }
    const auto events = events_of(drained(hub, *reader));
    ASSERT_EQ(events.size(), 10u);
    EXPECT_EQ(events.back(), (Pair{"scores", "999"}));
    EXPECT_EQ(hub.counts().topics[0].conflated, 990u);
}

TEST(EventHub, keys_and_orders_in_waiting_are_bounded) {
    HubLimits limits;
    limits.keys = 5;
    limits.incoming = 100;
    EventHub hub(7, limits);
    EventHub::Reader* reader = hub.join(all());
    for (int i = 0; i < 8; ++i) hub.publish(Topic::scores, std::to_string(i), "", "1");
    hub.turn();
    hub.publish(Topic::scores, "another", "", "1");
    EXPECT_EQ(events_of(drained(hub, *reader)).size(), 5u);
    EXPECT_EQ(hub.counts().topics[0].dropped, 4u);
    for (int i = 0; i < 20; ++i) hub.publish(Topic::orders, "C", "", "\"12345678\"");
    const auto events = events_of(drained(hub, *reader));
    EXPECT_EQ(events[0].first, "reset");
    EXPECT_EQ(hub.counts().topics[1].dropped, 10u);
}

TEST(EventHub, json_of_many_lines_is_one_line_of_its_event) {
    EventHub hub(7);
    EventHub::Reader* reader = hub.join(all());
    hub.publish(Topic::health, "k", "", "{\n  \"a  b\": 1,\r\n  \"c\": [ 2 ]\n}");
    EXPECT_EQ(drained(hub, *reader),
              "id: 7-1\nevent: health\ndata: {\"a  b\": 1,\"c\": [ 2 ]}\n\n");
}

TEST(EventHub, a_batch_has_a_size_and_the_rest_follows) {
    HubLimits limits;
    limits.batch = 200;
    EventHub hub(7, limits);
    EventHub::Reader* reader = hub.join(all());
    for (int i = 0; i < 30; ++i) hub.publish(Topic::orders, "C", "", std::to_string(i));
    hub.turn();
    std::size_t batches = 0, events = 0;
    while (hub.waiting(*reader)) {
        const auto batch = hub.take(*reader);
        EXPECT_LT(batch.text.size(), 300u);
        events += events_of(batch.text).size();
        ++batches;
    }
    EXPECT_EQ(events, 30u);
    EXPECT_GT(batches, 3u);
}

// However a reader is slowed down, cut off and sent back with its last id: it has seen every order
// once, in order, and ends with the latest of every key.
TEST(EventHub, drawn_readers_miss_no_order_and_end_with_the_latest_of_every_key) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 draw(seed);
        HubLimits limits;
        limits.batch = 50 + draw() % 300;
        EventHub hub(seed, limits);
        StreamWish wish = all();
        EventHub::Reader* reader = hub.join(wish);
        std::map<std::string, std::string> latest, seen;
        int orders = 0, next = 0;
        const auto take = [&](const std::string& text) {
            if (text.empty()) return;
            wish.last_event_id = last_id(text);
            for (const auto& [name, data] : events_of(text)) {
                if (name == "orders") {
                    ASSERT_EQ(data, std::to_string(next)) << "seed " << seed;
                    ++next;
                } else {
                    seen[data.substr(1, 2)] = data;
                }
            }
        };
        for (int step = 0; step < 300; ++step) {
            switch (draw() % 8) {
                case 0:
                case 1:
                case 2:
                    hub.publish(Topic::orders, "C", "", std::to_string(orders++));
                    break;
                case 3:
                case 4: {
                    const std::string key = fmt::format("k{}", draw() % 5);
                    latest[key] = fmt::format("\"{}={}\"", key, step);
                    hub.publish(Topic::scores, key, "", latest[key]);
                    break;
                }
                case 5:
                    hub.turn();
                    break;
                case 6:
                    take(hub.take(*reader).text);
                    break;
                default:
                    if (draw() % 4 == 0 && !wish.last_event_id.empty()) {
                        hub.leave(reader);
                        reader = hub.join(wish);
                    }
            }
        }
        take(drained(hub, *reader));
        EXPECT_EQ(next, orders) << "seed " << seed;
        EXPECT_EQ(seen, latest) << "seed " << seed;
    }
}

TEST(EventHub, many_threads_may_publish) {
    EventHub hub(7);
    EventHub::Reader* reader = hub.join(all());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&hub, t] {
            for (int i = 0; i < 500; ++i) {
                hub.publish(Topic::orders, "C", "", std::to_string(t * 1'000 + i));
                hub.publish(Topic::scores, "k", "", "1");
            }
        });
    std::size_t orders = 0;
    const auto count = [&] {
        for (const Pair& event : events_of(drained(hub, *reader)))
            orders += event.first == "orders";
    };
    for (int i = 0; i < 50; ++i) count();
    for (std::thread& thread : threads) thread.join();
    count();
    EXPECT_EQ(orders, 2'000u);
}

}  // namespace
}  // namespace assay::http
