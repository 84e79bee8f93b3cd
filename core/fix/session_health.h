// What the session stage counted, for people and for the `health` document.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/fix/blob.h"
#include "core/fix/sequence.h"
#include "core/units/nanos.h"

namespace assay::fix {

// SendingTime(52) minus capture time: how far the sender's clock is ahead of ours, less the way.
// Keeps at most kMost samples; when full every other one goes and from then on fewer are taken.
class ClockOffset {
  public:
    static constexpr std::size_t kMost = 1024;

    void add(Duration offset) {
        least_ = std::min(least_, offset.ns);
        if ((seen_++ & (every_ - 1)) == 0) sample(offset);
    }
    bool known() const { return !samples_.empty(); }
    Duration least() const { return {least_}; }
    Duration median() const;  // of the samples kept; 0 where unknown

    void save(BlobWriter& out) const;
    void load(BlobReader& in);

  private:
    void sample(Duration offset);

    std::vector<std::int64_t> samples_;
    std::int64_t least_{INT64_MAX};
    std::uint64_t every_{1}, seen_{};  // every_: a power of two
};

// Messages by MsgType(35). Types of more than one character are rare and share a bounded map.
class TypeCounts {
  public:
    void add(std::string_view msg_type) {
        if (msg_type.size() == 1 && static_cast<unsigned char>(msg_type[0]) < short_.size()) {
            ++short_[static_cast<unsigned char>(msg_type[0])];
        } else {
            add_long(msg_type);
        }
    }
    std::map<std::string, std::uint64_t> by_type() const;

    void save(BlobWriter& out) const;
    void load(BlobReader& in);

  private:
    void add_long(std::string_view msg_type);

    std::array<std::uint64_t, 128> short_{};
    std::map<std::string, std::uint64_t, std::less<>> long_;
};

struct DirectionCounts {
    std::uint64_t messages{};
    std::uint64_t duplicates{};    // same number and time
    std::uint64_t dead{};          // framed, but a field could not be read
    std::uint64_t poss_dup{};      // 43=Y
    std::uint64_t poss_dup_new{};  // of those: not seen before, so applied
    std::uint64_t poss_resend{};   // 97=Y
    std::uint64_t unknown_tags{}, custom_tags{};
    std::uint64_t sending_time_far{};   // 52 more than two minutes from the capture time
    std::uint64_t orig_time_missing{};  // 43=Y without 122
    std::uint64_t orig_time_late{};     // 122 after 52
    Nanos first{kNever}, last{kNever};  // capture times
    bool operator==(const DirectionCounts&) const = default;
};

// One direction of a session: what `sender_comp_id` sent.
struct DirectionHealth {
    std::string sender_comp_id;
    DirectionCounts counts;
    SequenceWindow::Counts sequence;
    std::uint64_t missing_numbers{};
    std::vector<SequenceWindow::Range> missing;  // the numbers themselves, at most 1,024 ranges
    std::map<std::string, std::uint64_t> by_type;
    bool has_clock_offset{};
    Duration clock_offset_least{}, clock_offset_median{};
};

struct SessionHealth {
    std::uint32_t session{};
    std::string lp;  // empty: not known as one of an LP
    bool drop_copy{};
    DirectionHealth directions[2];
};

// Of all messages given to the stage: read = applied + duplicate + waiting + dead.
struct StageCounts {
    std::uint64_t applied{}, duplicate{}, waiting{}, dead{};
    std::uint64_t parents{};             // messages of parent orders: counted, not scored
    std::uint64_t unmapped{};            // messages whose CompID or symbol no table names
    std::uint64_t unresolved_rejects{};  // 3 or j that names no order message we know
    std::uint64_t bad_entries{};         // entries of W or X with an unreadable number
    std::uint64_t carried_fills{};       // fills found within a report of something else
    std::uint64_t echoed_fills{};        // executions that a report repeated
    std::uint64_t drop_copies{};         // messages of drop-copy sessions
    std::uint64_t reconciled{};          // executions seen on both the session and its drop copy
    std::uint64_t read() const { return applied + duplicate + waiting + dead; }
    bool operator==(const StageCounts&) const = default;
};

}  // namespace assay::fix
