// Where a FIX session stands, worked out from what was captured of it: after a restart the session
// goes on from there. No store of its own can then say anything else than the journal.
//
//     Sequences at(10'000);
//     for each entry of the session, in order: at.message(time, sent, bytes) or at.note(time, text)
//     Net::open(specs, capture, {at.recovered(), ...});
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "core/fix/turns.h"
#include "core/units/nanos.h"

namespace assay::fixnet {

struct SentMessage {
    std::uint64_t seq{};
    std::string bytes;
    template <class Archive>
    void archive(Archive& a) {
        a(seq, bytes);
    }
};

struct Recovered {
    std::uint64_t next_sender{1}, next_target{1};
    Nanos created{kNever};         // when the numbers began; kNever: they have not
    std::deque<SentMessage> sent;  // the last ones, by number
};

// Notes that Net writes and that are read here (Capture::note).
inline constexpr std::string_view kResetNote = "fixnet reset";
inline constexpr std::string_view kLogonResetNote = "fixnet reset by logon";
inline constexpr std::string_view kEndNote =
    "fixnet end";  // stopped in order: all is in the journal

class Sequences {
  public:
    // `kept`: of sent messages.
    explicit Sequences(std::size_t kept = 10'000) : kept_(kept) {}

    // False: no message of which a number can be read; nothing changed.
    bool message(Nanos at, bool sent, std::string_view bytes);
    // Other notes are passed over.
    void note(Nanos at, std::string_view text);

    // `lost`: so many messages may have been sent that the journal did not get to the disk before
    // the process was killed. Their numbers are not used again: the other side sees a gap and is
    // told, by a gap fill, that nothing is in it. 0: none, as where every message waits for the
    // disk. After an orderly end nothing is lost, whatever is said here.
    Recovered recovered(std::uint64_t lost = 0) const;

    // For a state of the program, beside that of what the session is used for.
    template <class Archive>
    void archive(Archive& a) {
        a(next_sender_, turns_, created_, sent_);
    }

    std::uint64_t next_sender() const { return next_sender_; }
    std::uint64_t next_target() const { return turns_.next(); }
    // Messages that were received and wait behind a gap.
    bool waits_for_gap() const { return turns_.waits(); }
    // Gap fills below the number that was expected, of this process: they change nothing.
    std::uint64_t ignored_gap_fills() const { return turns_.ignored_gap_fills(); }

  private:
    void sent(std::uint64_t seq, bool again, std::string_view bytes);

    std::size_t kept_;
    std::uint64_t next_sender_{1};
    fix::Turns turns_;  // of what is received
    Nanos created_{kNever};
    std::deque<SentMessage> sent_;
    bool ended_{};  // in order, and nothing since
};

}  // namespace assay::fixnet
