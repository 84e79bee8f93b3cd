// One line of the journal: a captured message, or a note of the desk, as text that can be grepped.
//
//     20260302-15:00:00.337533123 17 3 < 181 9a3f00c2 8=FIX.4.4|9=157|35=8|...|10=253|
//     capture time, UTC           |  |  |  |   |        the bytes as they were on the wire
//                          sequence  |  |  |   CRC-32C of all before it, and of the bytes
//                             session  |  length of the bytes
//            < received, > sent, ! a note of the desk, # of the journal itself
//
// FIX readers take it as it stands: the time is the prefix of the message. Bytes may hold line
// breaks (data fields), so a line ends where its length says. docs/wire.md has the layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/units/nanos.h"

namespace assay::journal {

enum class Mark : char { received = '<', sent = '>', note = '!', own = '#' };

struct Entry {
    Nanos at{};               // capture time, ns UTC
    std::uint64_t seq{};      // contiguous; an `own` one has that of what comes next
    std::uint32_t session{};  // 0: none
    Mark mark{};
    std::string_view bytes;
};

inline constexpr std::size_t kMostBytes = std::size_t{1} << 20;  // of one entry
inline constexpr std::size_t kTimeLength = 27;                   // 20260302-15:00:00.337533123
inline constexpr std::size_t kMostHead = 96;                     // of what stands before the bytes

// Appends the line, with its line break. Bytes must not be more than kMostBytes.
void write_entry(const Entry& entry, std::string& out);

struct Incomplete {};  // more bytes are needed
struct Damaged {
    const char* why{};
};
struct Read {
    Entry entry;  // its bytes view `text`
    std::size_t length{};
};
// Reads the line at the front of `text`.
std::variant<Read, Incomplete, Damaged> read_entry(std::string_view text);

}  // namespace assay::journal
