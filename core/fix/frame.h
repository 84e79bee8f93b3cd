// Bytes -> messages. Finds every FIX message in a stream of bytes as logs and wires have them, says
// whether it is sound, and accounts for every byte: message, between, dead or pending.
//
// Recognised: raw messages with any delimiter, and two forms that gateways print for people:
//   braces   {  / Name (tag) - value [- Description] /  }      one field a line
//   colons   Name( tag): value                                 one field a line
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/fix/delimiter.h"
#include "core/fix/known_start.h"
#include "core/fix/prefix.h"

namespace assay::fix {

enum class Form : std::uint8_t { raw, multi_char, braces, colons };
const char* text(Form form);

// Why a message is dead. `good` is not dead.
enum class Verdict : std::uint8_t {
    good,
    truncated,      // no CheckSum(10) before the next message, the end of input, or "}"
    too_long,       // longer than FramerOptions::max_message
    header_order,   // does not start with 8, 9, 35 in this order
    body_length,    // BodyLength(9) is no number, or CheckSum(10) is not where it says
    checksum_form,  // CheckSum(10) is not three digits from 000 to 255
    checksum,       // CheckSum(10) is not the sum of the bytes
};
inline constexpr std::size_t kVerdicts = 7;
const char* text(Verdict verdict);

// One message, or what is left of one. Views are valid until the next call of Framer::step, and no
// longer than the window given to it.
struct Frame {
    Place place;              // of the message itself, in the input as it stands
    std::string_view bytes;   // fields from 8= on; 10=ddd ends it, with or without a delimiter
    std::string_view prefix;  // text before it on its line (see Framer); may be empty
    char delimiter{'\x01'};   // one byte; forms other than raw are rewritten with SOH
    Form form{};
    Verdict verdict{};
    bool verified{};           // BodyLength and CheckSum were checked and are right
    bool body_length_right{};  // each for itself; false where it cannot be checked
    bool checksum_right{};
};

enum class Strictness : std::uint8_t {
    strict,   // BodyLength, CheckSum and the order of 8, 9, 35 must be right
    lenient,  // they are only counted: for logs edited or anonymised by hand
};

struct FramerOptions {
    Strictness strictness{Strictness::strict};
    std::uint32_t max_message{64 * 1024};  // bytes; at most kLargestMessage
    std::uint32_t file{};                  // Place::file of the frames
};
inline constexpr std::uint32_t kLargestMessage = 1024 * 1024;

// What a framer has seen. bytes_read = bytes_messages + bytes_between + bytes_dead + bytes_pending.
struct FrameCounts {
    std::uint64_t bytes_read{};
    std::uint64_t bytes_messages{};  // messages with verdict good
    std::uint64_t bytes_between{};   // junk lines, prefixes, line ends
    std::uint64_t bytes_dead{};
    std::uint64_t bytes_pending{};                  // seen, not yet decided
    std::array<std::uint64_t, kVerdicts> frames{};  // by verdict
    // Of messages that have an end: what could be checked, whatever the strictness.
    std::uint64_t body_length_right{};
    std::uint64_t body_length_bad{};
    std::uint64_t checksum_right{};
    std::uint64_t checksum_bad{};
    std::uint64_t not_verifiable{};  // delimiter of several characters, braces, colons

    bool operator==(const FrameCounts&) const = default;
};

struct Step {
    enum class Kind : std::uint8_t {
        need_more,  // nothing to decide: give more bytes, or, after Input::last, stop
        between,    // `consumed` bytes belong to no message
        frame,      // Framer::frame(); the bytes consumed before its place are `between`
    } kind{};
    std::size_t consumed{};  // drop so many bytes from the front of the window
};

// One input, front to back. The caller shows a window of bytes, drops what was consumed, and shows
// the rest with more bytes behind it:
//
//     for (;;) {
//         const Step step = framer.step(window, input);
//         window.remove_prefix(step.consumed);
//         if (step.kind == Step::Kind::frame) use(framer.frame());
//         if (step.kind == Step::Kind::need_more) { if (input == Input::last) break; refill(); }
//     }
//
// Results do not depend on how the input is cut into windows. A window of window_size() bytes is
// always enough to go on. Time is linear in the bytes; nothing is allocated per message.
//
// The prefix is what stands before the message on its line, at most kLookBack bytes of it. Where a
// message is indented, or printed over several lines, it begins at the line that heads it.
class Framer {
  public:
    static constexpr std::size_t kLookBack = kPrefixLookBack;

    explicit Framer(FramerOptions options = {});

    Step step(std::string_view window, Input input);
    const Frame& frame() const { return frame_; }
    const FrameCounts& counts() const { return counts_; }
    std::size_t window_size() const { return options_.max_message + 3 * kLookBack; }

  private:
    struct Candidate;  // where a message may start
    Candidate find_candidate(std::string_view window, Input input);
    Step step_familiar(std::string_view window);
    Step step_raw(std::string_view window, const Candidate& candidate, Input input);
    Step step_by_ending(std::string_view window, const Candidate& candidate, Input input);
    Step step_pretty(std::string_view window, const Candidate& candidate, Input input);
    Step wait(std::size_t start);
    Step let_go(std::size_t bytes);
    Step finish(std::string_view window, std::size_t start, Form form, std::size_t size);
    Step finish_ended(std::string_view window, const Candidate& candidate, std::size_t size);
    Step finish_cut(std::string_view window, const Candidate& candidate, std::string_view text);
    std::string_view message_text(std::string_view window, std::size_t start) const;

    FramerOptions options_;
    FrameCounts counts_;
    Frame frame_;
    std::string scratch_;       // messages rewritten with SOH
    std::uint64_t consumed_{};  // bytes of the input before the window
    std::size_t searched_{};    // of the window: no message starts before this
    std::size_t resume_{};      // of the candidate at hand: its end is not before this
    KnownStart opening_;        // of the last raw message, from "8=FIX" to "9="
};

}  // namespace assay::fix
