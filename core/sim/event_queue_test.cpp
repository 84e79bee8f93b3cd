#include "core/sim/event_queue.h"

#include <gtest/gtest.h>

namespace assay::sim {
namespace {

TEST(EventQueue, time_then_quotes_then_order_of_creation) {
    EventQueue<int> queue;
    queue.put({20}, Turn::others, 5);
    queue.put({10}, Turn::others, 2);
    queue.put({10}, Turn::others, 3);
    queue.put({10}, Turn::quotes, 1);
    queue.put({20}, Turn::quotes, 4);
    queue.put({5}, Turn::others, 0);
    for (int expected = 0; expected < 6; ++expected) EXPECT_EQ(queue.take().what, expected);
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace assay::sim
