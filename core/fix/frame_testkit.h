// For the framing tests: messages with right lengths and sums, and a whole input framed at once.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/frame.h"

namespace assay::fix::testkit {

// `text` with | as SOH, to write messages in tests.
inline std::string soh(std::string text) {
    for (char& c : text)
        if (c == '|') c = '\x01';
    return text;
}

// A sound FIX.4.4 message around `body`, which starts with 35= and ends with its delimiter.
inline std::string message(std::string_view body, char delimiter = '\x01') {
    std::string text = fmt::format("8=FIX.4.4{0}9={1}{0}", delimiter, body.size());
    text += body;
    return text + fmt::format("10={:03}{}", checksum(text, delimiter), delimiter);
}

// What the framer made of an input: frames with their own copies of the bytes.
struct Framed {
    struct Kept {
        Frame frame;
        std::string bytes;
        std::string prefix;
    };
    std::vector<Kept> frames;
    std::string map;  // one letter a byte: M message, b between, D dead, p pending, ? not accounted
    FrameCounts counts;
    std::size_t largest_window{};
};

// Frames `text`, each refill adding as many bytes as `next_chunk` says.
inline Framed frame_in_chunks(std::string_view text, FramerOptions options,
                              const std::function<std::size_t()>& next_chunk) {
    Framer framer(options);
    Framed framed;
    framed.map.assign(text.size(), '?');
    std::size_t from = 0;
    std::size_t to = 0;
    for (;;) {
        const Input input = to == text.size() ? Input::last : Input::more;
        // A buffer of its own, so that a read outside the window is seen by the sanitizer.
        const std::vector<char> window(text.begin() + from, text.begin() + to);
        framed.largest_window = std::max(framed.largest_window, window.size());
        const Step step = framer.step({window.data(), window.size()}, input);
        std::fill_n(framed.map.begin() + from, step.consumed, 'b');
        if (step.kind == Step::Kind::frame) {
            const Frame& frame = framer.frame();
            framed.frames.push_back({frame, std::string(frame.bytes), std::string(frame.prefix)});
            std::fill_n(framed.map.begin() + static_cast<std::ptrdiff_t>(frame.place.offset),
                        frame.place.length, frame.verdict == Verdict::good ? 'M' : 'D');
        }
        from += step.consumed;
        if (step.kind != Step::Kind::need_more) continue;
        if (input == Input::last) break;
        to = std::min(text.size(), to + next_chunk());
    }
    framed.counts = framer.counts();
    return framed;
}

inline Framed frame_all(std::string_view text, FramerOptions options = {}) {
    return frame_in_chunks(text, options, [&] { return text.size(); });
}

inline Framed frame_all(std::string_view text, Strictness strictness) {
    return frame_all(text, FramerOptions{.strictness = strictness});
}

}  // namespace assay::fix::testkit
