// What comes over a connection, cut into sound messages and the rest.
#pragma once

#include <string>
#include <string_view>

#include "core/fix/frame.h"

namespace assay::fixnet {

// What is wrong with a message, in a sentence.
inline const char* why_garbled(fix::Verdict verdict) {
    switch (verdict) {
        case fix::Verdict::truncated:
            return "it ends in the middle";
        case fix::Verdict::too_long:
            return "it is longer than a message may be";
        case fix::Verdict::header_order:
            return "it does not begin with BeginString(8), BodyLength(9) and MsgType(35)";
        case fix::Verdict::body_length:
            return "its BodyLength(9) is not its length";
        case fix::Verdict::checksum_form:
            return "its CheckSum(10) is not three digits from 000 to 255";
        case fix::Verdict::checksum:
            return "its CheckSum(10) is not the sum of its bytes";
        case fix::Verdict::good:
            break;
    }
    return fix::text(verdict);
}

class Stream {
  public:
    std::string bytes;  // read, not yet looked at

    // Calls `message` for each sound one, `garbled` for what is none. `message` returns false to
    // stop there.
    template <class Message, class Garbled>
    void cut(Message message, Garbled garbled) {
        std::string_view window(bytes);
        bool on = true;
        while (on) {
            const fix::Step step = framer_.step(window, fix::Input::more);
            const std::string_view passed = window.substr(0, step.consumed);
            window.remove_prefix(step.consumed);
            if (step.kind == fix::Step::Kind::need_more) break;
            if (step.kind == fix::Step::Kind::between) {
                garbled(passed, "no FIX message");
                continue;
            }
            const fix::Frame& f = framer_.frame();
            if (f.verdict != fix::Verdict::good)
                garbled(f.bytes, why_garbled(f.verdict));
            else if (f.form != fix::Form::raw || f.delimiter != '\x01')
                garbled(f.bytes, "its fields are not parted by SOH");
            else
                on = message(f.bytes);
        }
        bytes.erase(0, bytes.size() - window.size());
    }

  private:
    fix::Framer framer_;
};

}  // namespace assay::fixnet
