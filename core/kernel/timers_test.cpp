#include "core/kernel/timers.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace assay {
namespace {

Timer due(std::int64_t ns, std::uint32_t subject) {
    Timer t;
    t.due = {ns};
    t.subject = subject;
    return t;
}
std::vector<std::uint32_t> all_before(Timers& timers, std::int64_t ns) {
    std::vector<std::uint32_t> out;
    Timer t;
    while (timers.pop_before({ns}, t)) out.push_back(t.subject);
    return out;
}

TEST(Timers, fire_in_order_of_due_and_creation_whatever_their_lanes) {
    Timers timers;
    timers.push(0, due(30, 1));
    timers.push(1, due(10, 2));
    timers.push(2, due(10, 3));
    timers.push(Timers::kLanes, due(10, 4));  // a time of its own: the heap
    timers.push(0, due(20, 5));               // earlier than the lane's last: the heap too
    timers.push(1, due(40, 6));
    EXPECT_EQ(timers.size(), 6u);
    EXPECT_EQ(all_before(timers, 10), (std::vector<std::uint32_t>{})) << "due < t, not <=";
    EXPECT_EQ(all_before(timers, 11), (std::vector<std::uint32_t>{2, 3, 4}));
    EXPECT_EQ(all_before(timers, 1'000), (std::vector<std::uint32_t>{5, 1, 6}));
    EXPECT_EQ(timers.size(), 0u);
}

TEST(Timers, one_that_is_made_while_others_fire_takes_its_place) {
    Timers timers;
    timers.push(0, due(10, 1));
    timers.push(0, due(30, 2));
    Timer t;
    ASSERT_TRUE(timers.pop_before({100}, t));
    timers.push(1, due(20, 3));
    EXPECT_EQ(all_before(timers, 100), (std::vector<std::uint32_t>{3, 2}));
}

TEST(Timers, random_pushes_and_pops_are_those_of_a_sorted_list) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Timers timers;
        std::vector<Timer> list;
        std::uint64_t x = seed, order = 0;
        const auto draw = [&](std::uint64_t n) {
            x = x * 6364136223846793005ull + 1442695040888963407ull;
            return (x >> 33) % n;
        };
        std::int64_t now = 0;
        for (int i = 0; i < 500; ++i) {
            Timer t = due(now + static_cast<std::int64_t>(draw(50)), static_cast<std::uint32_t>(i));
            timers.push(static_cast<std::uint16_t>(draw(Timers::kLanes + 1)), t);
            t.order = order++;
            list.push_back(t);
            now += static_cast<std::int64_t>(draw(5));
            std::sort(list.begin(), list.end(),
                      [](const Timer& a, const Timer& b) { return a.before(b); });
            Timer got;
            while (timers.pop_before({now}, got)) {
                ASSERT_FALSE(list.empty()) << "seed=" << seed;
                ASSERT_EQ(got.subject, list.front().subject) << "seed=" << seed;
                list.erase(list.begin());
            }
            ASSERT_TRUE(list.empty() || list.front().due >= Nanos{now}) << "seed=" << seed;
        }
    }
}

TEST(Timers, saved_and_loaded_fire_the_same) {
    Timers a;
    for (std::uint32_t i = 0; i < 100; ++i)
        a.push(static_cast<std::uint16_t>(i % 30), due((i * 37) % 50, i));
    all_before(a, 20);
    std::string bytes;
    Saver{bytes}(a);
    Timers b;
    Loader loader(bytes);
    loader(b);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    EXPECT_EQ(all_before(a, 1'000), all_before(b, 1'000));
}

}  // namespace
}  // namespace assay
