// The last order messages of one direction by MsgSeqNum(34), for the RefSeqNum(45) of a reject.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/order_memory.h"

namespace assay::fix {

class SentOrders {
  public:
    static constexpr std::size_t kSlots = 4096;

    void put(std::uint64_t seq, KnownOrder order, std::string_view cl_ord_id) {
        while (slots_.size() < kSlots && (slots_.empty() || taken_by_another(seq))) grow();
        const std::size_t i = seq & (slots_.size() - 1);
        Slot& slot = slots_[i];
        slot.seq = seq;
        slot.order = order;
        slot.length = static_cast<std::uint32_t>(cl_ord_id.size());
        if (slot.length <= kShort) {
            cl_ord_id.copy(slot.id, slot.length);  // a view of nothing may have no address
        } else {
            long_ids_[seq % kSlots] = cl_ord_id;
        }
    }
    struct Sent {
        std::uint64_t seq{};
        KnownOrder order;
        std::string_view cl_ord_id;  // valid until the next put(); empty: there is none
    };
    Sent find(std::uint64_t seq) const {
        if (slots_.empty()) return {};
        const Slot& slot = slots_[seq & (slots_.size() - 1)];
        return slot.seq == seq && slot.length != 0 ? sent(slot) : Sent{};
    }
    // All of them by number % kSlots.
    std::vector<Sent> all() const {
        std::vector<Sent> all;
        for (const Slot& slot : slots_)
            if (slot.length != 0) all.push_back(sent(slot));
        std::sort(all.begin(), all.end(),
                  [](const Sent& a, const Sent& b) { return a.seq % kSlots < b.seq % kSlots; });
        return all;
    }

  private:
    // One cache line: to remember an order touches no more. An id that is too long stands apart.
    static constexpr std::size_t kShort = 44;
    struct alignas(64) Slot {
        std::uint64_t seq{};
        KnownOrder order;
        std::uint32_t length{};  // 0: empty
        char id[kShort];
    };
    Sent sent(const Slot& slot) const {
        if (slot.length <= kShort) return {slot.seq, slot.order, {slot.id, slot.length}};
        return {slot.seq, slot.order, long_ids_.find(slot.seq % kSlots)->second};
    }
    bool taken_by_another(std::uint64_t seq) const {
        const Slot& slot = slots_[seq & (slots_.size() - 1)];
        return slot.length != 0 && slot.seq != seq;
    }
    void grow() {
        std::vector<Slot> larger(slots_.empty() ? 64 : slots_.size() * 2);
        for (const Slot& slot : slots_)
            if (slot.length != 0) larger[slot.seq & (larger.size() - 1)] = slot;
        slots_.swap(larger);
    }

    std::vector<Slot> slots_;  // by the low bits of the number; grows to kSlots
    boost::unordered_flat_map<std::uint64_t, std::string> long_ids_;  // by number % kSlots
};

}  // namespace assay::fix
