// In which order what a counterparty sent is to be acted upon: by MsgSeqNum(34). What comes too
// early waits until the gap before it is filled, by the messages themselves or by a GapFill.
//     source  FIX 4.4 volume 2, message recovery; what QuickFIX does where that is silent
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace assay::fix {

class Turns {
  public:
    // Beyond this, what came too early is asked for again instead of being remembered.
    static constexpr std::size_t kMostAhead = 100'000;

    struct Header {
        std::uint64_t seq{};
        std::string_view msg_type{};
        // Of a SequenceReset(4): GapFillFlag(123) and NewSeqNo(36).
        bool gap_fill{};
        std::optional<std::uint64_t> new_seq{};
        // Logon, Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout
        bool admin() const {
            return msg_type.size() == 1 &&
                   std::string_view("0A12345").find(msg_type[0]) != std::string_view::npos;
        }
    };
    // Of a framed message, with SOH; nullopt where it has no type or no number that can be read.
    static std::optional<Header> read(std::string_view bytes);

    // A message was received. Afterwards it is its turn if its number is below next().
    void received(const Header& header);
    // Numbers begin at 1 again. By a Logon: the one that brought it was received before, and
    // counts.
    void begin_anew(bool by_logon);

    std::uint64_t next() const { return next_; }
    bool waits() const { return !ahead_.empty(); }
    // Gap fills below the number that was expected, of this process: they change nothing.
    std::uint64_t ignored_gap_fills() const { return ignored_gap_fills_; }

    template <class Archive>
    void archive(Archive& a) {
        a(next_, ahead_, logon_of_one_);
    }

  private:
    void take(std::uint64_t next);

    std::uint64_t next_{1};
    std::map<std::uint64_t, std::uint64_t> ahead_;  // came too early: number -> the one after it
    std::uint64_t ignored_gap_fills_{};
    bool logon_of_one_{};  // what was received last is a Logon with number 1
};

}  // namespace assay::fix
