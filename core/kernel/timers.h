// What is due in a shard: horizons of fills, leakage of orders, time-outs, windows of unfilled
// lots.
//
// Each kind waits for a fixed time, so its entries come due in the order they were made: a lane is
// a queue, not a heap. What comes late (time that ran backwards) or waits for a time of its own
// goes to a small heap. Entries fire in (due, creation) order over all lanes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/units/archive.h"
#include "core/units/nanos.h"

namespace assay {

enum class Due : std::uint8_t {
    fill_horizon,
    reject_horizon,
    leakage,
    time_out,
    last_look,
    reject_window
};

struct Timer {
    Nanos due;
    std::uint64_t order{};    // creation
    std::uint32_t subject{};  // fill, or lot
    std::uint32_t chain{};
    std::uint32_t generation{};  // of the chain: a timer of a forgotten order does nothing
    Due kind{};
    std::uint8_t step{};  // horizon
    std::uint16_t lane{};

    bool before(const Timer& o) const { return due != o.due ? due < o.due : order < o.order; }
};

// A queue in one block of memory that grows by doubling and is never given back.
class TimerLane {
  public:
    bool empty() const { return head_ == tail_; }
    const Timer& front() const { return ring_[head_ & mask_]; }
    const Timer& back() const { return ring_[(tail_ - 1) & mask_]; }
    void pop() { ++head_; }
    void push(const Timer& t) {
        if (tail_ - head_ == ring_.size()) grow();
        ring_[tail_++ & mask_] = t;
    }
    template <class Archive>
    void archive(Archive& a) {
        std::vector<Timer> all;
        for (std::uint64_t i = head_; i != tail_; ++i) all.push_back(ring_[i & mask_]);
        a(all);
        if constexpr (Archive::kLoading) {
            head_ = tail_ = 0;
            for (const Timer& t : all) push(t);
        }
    }

  private:
    void grow() {
        std::vector<Timer> bigger(ring_.empty() ? 16 : ring_.size() * 2);
        const std::uint64_t n = tail_ - head_;
        for (std::uint64_t i = 0; i < n; ++i) bigger[i] = ring_[(head_ + i) & mask_];
        ring_ = std::move(bigger);
        mask_ = ring_.size() - 1;
        head_ = 0;
        tail_ = n;
    }
    std::vector<Timer> ring_;
    std::uint64_t head_{}, tail_{}, mask_{};
};

class Timers {
  public:
    static constexpr std::size_t kLanes = 24;
    static constexpr std::uint64_t kMost = 4'000'000;

    // False when there are kMost already: the entry is refused, and counted.
    bool push(std::uint16_t lane, Timer t) {
        if (size_ >= kMost) {
            ++refused_;
            return false;
        }
        t.order = made_++;
        t.lane = lane;
        ++size_;
        if (lane < kLanes && (lanes_[lane].empty() || lanes_[lane].back().due <= t.due)) {
            if (lanes_[lane].empty()) add_head({t.due, t.order, lane});
            lanes_[lane].push(t);
        } else {
            heap_.push_back(t);
            std::push_heap(heap_.begin(), heap_.end(), later);
        }
        if (t.due < next_) next_ = t.due;
        return true;
    }

    // Takes the earliest entry with due < t. False where there is none.
    bool pop_before(Nanos t, Timer& out) {
        if (next_ >= t) return false;
        const bool from_lane = heads_n_ != 0 && (heap_.empty() || heads_[0].before(heap_.front()));
        next_ = from_lane ? heads_[0].due : heap_.empty() ? kNothing : heap_.front().due;
        if (next_ >= t) return false;
        --size_;
        if (from_lane) {
            TimerLane& lane = lanes_[heads_[0].lane];
            out = lane.front();
            lane.pop();
            if (lane.empty())
                heads_[0] = heads_[--heads_n_];
            else
                heads_[0] = {lane.front().due, lane.front().order, heads_[0].lane};
            sink_head();
        } else {
            out = heap_.front();
            std::pop_heap(heap_.begin(), heap_.end(), later);
            heap_.pop_back();
        }
        return true;
    }

    std::uint64_t size() const { return size_; }
    std::uint64_t refused() const { return refused_; }

    template <class Archive>
    void archive(Archive& a) {
        a(lanes_count_, heap_, size_, made_, refused_, next_);
        for (auto& lane : lanes_) a(lane);
        if constexpr (Archive::kLoading) {
            heads_n_ = 0;
            for (std::uint32_t i = 0; i < kLanes; ++i)
                if (!lanes_[i].empty())
                    add_head({lanes_[i].front().due, lanes_[i].front().order, i});
        }
    }

  private:
    static bool later(const Timer& a, const Timer& b) { return b.before(a); }
    static constexpr Nanos kNothing{INT64_MAX};

    // The front of a lane. They stand in a heap of their own, the earliest first.
    struct Head {
        Nanos due;
        std::uint64_t order{};
        std::uint32_t lane{};
        template <class Other>
        bool before(const Other& o) const {
            return due != o.due ? due < o.due : order < o.order;
        }
    };
    void add_head(const Head& head) {
        std::size_t i = heads_n_++;
        for (; i > 0 && head.before(heads_[(i - 1) / 2]); i = (i - 1) / 2)
            heads_[i] = heads_[(i - 1) / 2];
        heads_[i] = head;
    }
    // The first one may have become later than those below it.
    void sink_head() {
        const Head head = heads_[0];
        std::size_t i = 0;
        for (std::size_t child = 1; child < heads_n_; child = 2 * i + 1) {
            if (child + 1 < heads_n_ && heads_[child + 1].before(heads_[child])) ++child;
            if (!heads_[child].before(head)) break;
            heads_[i] = heads_[child];
            i = child;
        }
        heads_[i] = head;
    }

    std::array<Head, kLanes> heads_;
    std::size_t heads_n_{};
    std::array<TimerLane, kLanes> lanes_;
    std::uint64_t lanes_count_{kLanes};
    std::vector<Timer> heap_;
    std::uint64_t size_{}, made_{}, refused_{};
    Nanos next_{kNothing};  // nothing is due before it
};

}  // namespace assay
