// What comes over a connection, cut into sound messages and the rest.
#pragma once

#include <string>
#include <string_view>

#include "core/fix/frame.h"

namespace assay::fixnet {

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
                garbled(f.bytes, fix::text(f.verdict));
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
