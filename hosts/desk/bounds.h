// How much of a history one question of a page may read.
#pragma once

#include <cstdint>

namespace assay::desk {

// The server's thread does nothing else meanwhile: a row of sums with its latencies takes some
// 10 us to add, one that is passed over 0.3 us.
inline constexpr std::uint64_t kMostRowsAtOnce = 1'500, kMostPassedAtOnce = 20'000;

}  // namespace assay::desk
