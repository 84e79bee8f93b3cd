#include "core/fix/order_memory.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace assay::fix {

namespace {

// Sorted by key: the same orders give the same bytes whatever way the map was filled.
template <class Orders>
void save_orders(const Orders& orders, BlobWriter& out) {
    std::vector<std::pair<std::uint64_t, KnownOrder>> sorted(orders.begin(), orders.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    out.u64(sorted.size());
    for (const auto& [key, order] : sorted) {
        out.u64(key);
        out.u32(order.symbol);
        out.u32(order.lp);
    }
}

template <class Orders>
void load_orders(Orders& orders, BlobReader& in) {
    orders.clear();
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        const std::uint64_t key = in.u64();
        const std::uint32_t symbol = in.u32();
        orders[key] = {symbol, in.u32()};
    }
}

}  // namespace

void OrderMemory::save(BlobWriter& out) const {
    save_orders(young_, out);
    save_orders(old_, out);
}

void OrderMemory::load(BlobReader& in) {
    load_orders(young_, in);
    load_orders(old_, in);
}

}  // namespace assay::fix
