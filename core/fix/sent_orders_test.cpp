#include "core/fix/sent_orders.h"

#include <gtest/gtest.h>
#include <map>

namespace assay::fix {
namespace {

TEST(SentOrders, the_newest_of_each_slot_is_found_whatever_its_id_is_long) {
    SentOrders orders;
    EXPECT_EQ(orders.find(1).cl_ord_id, "");
    std::map<std::uint64_t, std::uint64_t> newest;  // number % 4096 -> number
    for (std::uint64_t i = 1; i < 9'000; ++i) {
        const std::uint64_t seq = i * i % 7'919;
        const std::string id = std::to_string(seq) + std::string(seq % 60, 'x');
        orders.put(seq, {static_cast<std::uint32_t>(seq), 3}, id);
        newest[seq % SentOrders::kSlots] = seq;
        EXPECT_EQ(orders.find(seq).cl_ord_id, id);
    }
    const auto all = orders.all();
    ASSERT_EQ(all.size(), newest.size());
    auto at = all.begin();
    for (const auto& [slot, seq] : newest) {
        EXPECT_EQ(at->seq, seq);
        EXPECT_EQ(at->order.symbol, seq);
        EXPECT_EQ(at++->cl_ord_id, std::to_string(seq) + std::string(seq % 60, 'x'));
        EXPECT_EQ(orders.find(seq + SentOrders::kSlots).cl_ord_id, "");
    }
}

}  // namespace
}  // namespace assay::fix
