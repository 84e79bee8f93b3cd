// How long something took, counted by any thread without a lock and without memory: four buckets to
// an octave, from 1 us to half a minute. Read while it is counted, it is a little behind itself.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace assay::desk {

class Histogram {
  public:
    static constexpr std::size_t kBuckets = 100;  // the last: longer than all others

    void observe(std::chrono::steady_clock::duration took) {
        const auto ns = static_cast<std::uint64_t>(
            std::max<std::int64_t>(std::chrono::nanoseconds(took).count(), 0));
        counts_[bucket(ns)].fetch_add(1, std::memory_order_relaxed);
        sum_ns_.fetch_add(ns, std::memory_order_relaxed);
    }
    std::uint64_t count(std::size_t bucket) const {
        return counts_[bucket].load(std::memory_order_relaxed);
    }
    double sum_seconds() const {
        return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9;
    }
    // What falls into a bucket took at most so long; of the last there is no limit.
    static double limit_seconds(std::size_t bucket) {
        const double octave = static_cast<double>(std::uint64_t{1} << (bucket / 4));
        return 1.024e-6 * octave * (1 + static_cast<double>(bucket % 4) / 4);
    }
    static std::size_t bucket(std::uint64_t ns) {
        // Bucket 0 ends at 1,024 ns; from there each octave has four of the same width.
        if (ns <= 1'024) return 0;
        const std::uint64_t at = ns - 1;
        const auto octave = static_cast<std::size_t>(std::bit_width(at)) - 11;
        const std::size_t quarter = (at >> (octave + 8)) & 3;
        return std::min(octave * 4 + quarter + 1, kBuckets - 1);
    }

  private:
    std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
    std::atomic<std::uint64_t> sum_ns_{};
};

}  // namespace assay::desk
