// Makes mutated FIX pass the first gate: without right lengths and sums a fuzzer never gets beyond
// the framing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/fix/delimiter.h"

namespace assay::fuzz {

// The text with BodyLength and CheckSum of every message that has both set right.
inline std::string repair_fix(std::string_view text) {
    std::string repaired;
    std::size_t at = 0;
    for (;;) {
        const std::size_t start = text.find("8=FIX", at);
        if (start == std::string_view::npos) break;
        repaired.append(text.substr(at, start - at));
        at = start + 5;
        const std::string_view message = text.substr(start);
        const fix::Opening opening = fix::read_opening(message, fix::Input::last);
        const bool single = opening.found == fix::Found::yes && opening.delimiter_size == 1;
        const std::size_t body =
            single && opening.has_body_length
                ? message.find(message[opening.delimiter_at], opening.second_field)
                : std::string_view::npos;
        const fix::Ending ending =
            body == std::string_view::npos
                ? fix::Ending{}
                : fix::find_ending(message, body, message.substr(opening.delimiter_at, 1),
                                   fix::Input::last);
        if (ending.kind != fix::Ending::Kind::checksum || ending.at <= body) {
            repaired.append("8=FIX");
            continue;
        }
        const char delimiter = message[opening.delimiter_at];
        const std::string_view fields = message.substr(body + 1, ending.at - body - 1);
        std::string sound(message.substr(0, opening.second_field));
        sound += "9=" + std::to_string(fields.size()) + delimiter + std::string(fields);
        const std::string sum = std::to_string(1000 + fix::checksum(sound, delimiter));
        repaired += sound + "10=" + sum.substr(1) + delimiter;
        const fix::Trailer trailer =
            fix::read_trailer(message.substr(ending.at + 3),
                              message.substr(opening.delimiter_at, 1), fix::Input::last);
        at = start + ending.at + 3 + trailer.size;
    }
    repaired.append(text.substr(std::min(at, text.size())));
    return repaired;
}

}  // namespace assay::fuzz
