// MsgSeqNum(34) of one direction of a session: which messages were seen, and which are missing.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <set>
#include <vector>

#include "core/fix/blob.h"
#include "core/units/nanos.h"

namespace assay::fix {

// What identifies a message within its direction (ruled: number, and time of first sending).
struct SeqStamp {
    enum class Kind : std::uint8_t {
        original,
        resend,            // 43=Y with OrigSendingTime(122), which is `sent`
        resend_unstamped,  // 43=Y without a usable 122: only the number tells
    };
    std::uint64_t seq{};  // 34
    Nanos sent{};         // 52, or 122 of a resend
    Kind kind{};
    bool restarts{};  // a Logon with 34=1 or ResetSeqNumFlag(141)=Y: numbers begin anew
};

// Windows share the slots beyond their ordinary size.
struct WindowBudget {
    std::uint64_t slots{1u << 22};
};

class SequenceWindow {
  public:
    static constexpr std::uint64_t kOrdinarySlots = 1u << 16;
    static constexpr std::uint64_t kMostSlots = 1u << 20;
    static constexpr std::size_t kMostRanges = 1024;
    static constexpr std::size_t kMostUnread = 1u << 15;

    enum class Verdict : std::uint8_t { fresh, duplicate };

    // Takes one message in. A message is a duplicate if number and time were seen, or if it is a
    // resend of a number that is not missing and too old to be remembered by its time.
    Verdict take(const SeqStamp& stamp, WindowBudget& budget) {
        if (stamp.seq != high_ + 1 || !started_ || stamp.restarts) [[unlikely]]
            return take_other(stamp, budget);
        advance(stamp, budget);
        return Verdict::fresh;
    }
    // SequenceReset-GapFill numbered `seq`: no message below `new_seq_no` will come any more.
    void gap_fill(std::uint64_t seq, std::uint64_t new_seq_no);
    // SequenceReset-Reset, whose own number means nothing: the next number is `new_seq_no`. A step
    // back is counted, not followed.
    Verdict reset(const SeqStamp& stamp, std::uint64_t new_seq_no);

    // The message of this number could not be read: its number counts, but a readable one under it
    // is no repetition. Beyond kMostUnread it would be taken for one.
    void unread(std::uint64_t seq) {
        if (unread_.size() < kMostUnread) unread_.insert(seq);
    }
    // A readable one has come: whether it is the first of a number that was unread.
    bool read(std::uint64_t seq) { return !unread_.empty() && unread_.erase(seq) != 0; }

    struct Range {
        std::uint64_t first{}, last{};
        bool operator==(const Range&) const = default;
    };
    struct Counts {
        std::uint64_t gaps{};               // times that numbers were jumped over
        std::uint64_t missing_forgotten{};  // numbers of ranges beyond kMostRanges
        std::uint64_t late{};               // messages that closed a part of a gap
        std::uint64_t gap_filled{};         // missing numbers that a GapFill declared void
        std::uint64_t restarts{};           // numbering began anew
        std::uint64_t resets_forward{}, resets_back{};
        std::uint64_t low{};         // an old number, a new time, no PossDup: taken, odd
        std::uint64_t other_time{};  // a resend whose 122 is not the time we saw: taken
        bool operator==(const Counts&) const = default;
    };
    const Counts& counts() const { return counts_; }
    const std::vector<Range>& missing() const { return missing_; }
    std::uint64_t missing_numbers() const;
    std::uint64_t highest() const { return high_; }
    std::uint64_t slots() const { return slots_.size(); }

    void save(BlobWriter& out) const;
    void load(BlobReader& in);

  private:
    Verdict take_other(const SeqStamp& stamp, WindowBudget& budget);
    Verdict take_old(const SeqStamp& stamp, WindowBudget& budget);
    void start(std::uint64_t first);
    void advance(const SeqStamp& stamp, WindowBudget& budget) {
        high_ = stamp.seq;
        if (stamp.sent > newest_) newest_ = stamp.sent;
        if (high_ - first_ >= slots_.size() && slots_.size() < kMostSlots) grow(budget);
        record(stamp);
    }
    void record(const SeqStamp& stamp) {
        Slot& slot = slots_[stamp.seq & (slots_.size() - 1)];
        if (slot.seq == stamp.seq && stamp.seq != 0) [[unlikely]]
            displace(slot.seq, slot.sent);
        slot = {stamp.seq, stamp.sent.ns};
    }
    void grow(WindowBudget& budget);
    void add_missing(std::uint64_t first, std::uint64_t last);
    std::uint64_t close(std::uint64_t first, std::uint64_t last);
    bool holds(std::uint64_t seq) const;
    void displace(std::uint64_t seq, std::int64_t sent);
    bool displaced(std::uint64_t seq, std::int64_t sent) const;

    // One slot a number, by its low bits; the upper bits and the time say whose it is.
    struct Slot {
        std::uint64_t seq{};  // 0: empty
        std::int64_t sent{};
    };
    std::vector<Slot> slots_;
    // Keys of messages of earlier runs whose number came again, and of odd ones: files that hold
    // a day twice. At kMostDisplaced the older half is forgotten.
    static constexpr std::size_t kMostDisplaced = 1u << 15;
    using Keys = boost::unordered_flat_set<std::uint64_t>;
    Keys displaced_, displaced_before_;
    std::set<std::uint64_t> unread_;  // numbers
    std::uint64_t high_{};
    std::uint64_t first_{};  // lowest number of this run of numbers; below it nothing is known
    Nanos newest_{kNever};
    bool started_{};
    std::vector<Range> missing_;  // ascending
    Counts counts_;
};

}  // namespace assay::fix
