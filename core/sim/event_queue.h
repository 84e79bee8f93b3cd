// What is still to happen, in virtual time: by time; at one time quotes before everything else
// (docs/spec.md 0.7); then in the order in which it was put in.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "core/units/nanos.h"

namespace assay::sim {

enum class Turn : std::uint8_t { quotes, others };

template <class What>
class EventQueue {
  public:
    struct Entry {
        Nanos at;
        std::uint64_t turn{};
        What what;
        bool operator>(const Entry& o) const { return at != o.at ? at > o.at : turn > o.turn; }
    };

    void put(Nanos at, Turn turn, const What& what) {
        entries_.push({at, std::uint64_t{turn == Turn::others} << 63 | made_++, what});
    }
    bool empty() const { return entries_.empty(); }
    Nanos next_at() const { return entries_.top().at; }
    Entry take() {
        Entry next = entries_.top();
        entries_.pop();
        return next;
    }

  private:
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
    std::uint64_t made_{};
};

}  // namespace assay::sim
