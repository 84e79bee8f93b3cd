// One captured FIX message with the time and session it came by: the truth that everything else is
// computed from. How it is laid out on its carriers (journal, Kafka, native buffer) is in
// docs/wire.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/units/nanos.h"

namespace assay::fix {

enum class Direction : std::uint8_t {
    unknown,   // the carrier does not say; the CompIDs decide
    received,  // the counterparty sent it
    sent,      // we sent it
};

struct Record {
    Nanos capture_ns{kNever};  // when we saw the bytes, ns UTC; kNever where no clock was there
    std::uint32_t session{};   // number of the session in its carrier's table of sessions
    Direction direction{};
    std::uint64_t seq{};     // position in the carrier, contiguous; a hole means loss
    std::uint32_t length{};  // of `bytes`
    std::uint32_t crc32c{};  // of `bytes`: FIX's CheckSum(10) misses swapped bytes
    std::string_view bytes;  // "8=FIX" to the end of 10=ddd; views the carrier's buffer
};

// CRC-32C (Castagnoli, reflected 0x82F63B78, RFC 3720 B.4). `seed` is the result for the bytes
// before, so that a buffer can be summed in parts.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);
// The same where a processor has no instruction for it. `crc`: complemented, as is what it returns.
std::uint32_t crc32c_by_tables(std::string_view bytes, std::uint32_t crc);

}  // namespace assay::fix
