// The files of a journal. One is written until its day is over or it is large, then the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/nanos.h"
#include "hosts/journal/disk.h"

namespace assay::journal {

struct Segment {
    std::string name;       // journal-000000000017-20260302.fix
    std::uint64_t first{};  // sequence of its first entry
    std::string date;       // UTC, of its first entry
};

std::string segment_name(std::uint64_t first, Nanos at);
std::optional<Segment> segment_of(std::string_view name);
// Those of a folder, in order. Other files are passed over.
Result<std::vector<Segment>> segments_in(Disk& disk, const std::string& folder);

// What the journal says of itself, in entries marked `#`.
inline constexpr std::string_view kHeadNote = "assay journal 1";  // the first line of a segment
// "batch N": before what is written in one go. All up to N was on the disk by then.
std::string batch_note(std::uint64_t durable);
std::optional<std::uint64_t> durable_of(std::string_view note);
// "session N NAME": before the first entry of it, and again at the front of each segment.
struct SessionNote {
    std::uint32_t number{};
    std::string_view name;
};
std::string session_note(const SessionNote& session);
std::optional<SessionNote> session_of(std::string_view note);

}  // namespace assay::journal
