#include "core/fix/secrets.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

#include "core/fix/delimiter.h"

namespace assay::fix {
namespace {

// The value of a length field (RawDataLength, EncryptedPasswordLen); 0 where it is none.
std::size_t length_of(std::string_view value) {
    std::uint32_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    return error == std::errc() && end == value.data() + value.size() ? length : 0;
}

bool is_logon(std::string_view message, char delimiter) {
    const char field[] = {delimiter, '3', '5', '=', 'A', delimiter};
    return message.find(std::string_view(field, sizeof field)) != std::string_view::npos;
}

// `shown(value)`: what stands there instead.
template <class Shown>
std::string masked_by(std::string_view message, char delimiter, Shown shown) {
    const bool logon = is_logon(message, delimiter);
    std::string masked;
    masked.reserve(message.size());
    std::size_t data_length = 0;  // of the data field that comes next
    std::size_t at = 0;
    while (at < message.size()) {
        const std::size_t equals = message.find('=', at);
        std::size_t end = std::min(message.find(delimiter, at), message.size());
        if (equals == std::string_view::npos || equals > end) {  // not a field: as it stands
            end = std::min(end + 1, message.size());
            masked.append(message.substr(at, end - at));
            at = end;
            continue;
        }
        const std::string_view tag = message.substr(at, equals - at);
        const bool data = tag == "1402" || tag == "96";
        const bool secret = tag == "554" || tag == "925" || tag == "1402" || (tag == "96" && logon);
        // A data field may hold the delimiter: its end is where its length says, if one is there.
        const std::size_t by_length = equals + 1 + data_length;
        if (data && by_length > end && by_length < message.size() &&
            message[by_length] == delimiter)
            end = by_length;
        const std::string_view value = message.substr(equals + 1, end - equals - 1);
        data_length = tag == "1401" || tag == "95" ? length_of(value) : 0;
        masked.append(message.substr(at, equals + 1 - at));
        if (secret)
            masked.append(shown(value));
        else
            masked.append(value);
        if (end < message.size()) masked.push_back(delimiter);
        at = end + 1;
    }
    return masked;
}

}  // namespace

std::string mask_secrets(std::string_view message, char delimiter) {
    return masked_by(message, delimiter, [](std::string_view) { return "***"; });
}

std::string without_secrets(std::string_view message) {
    std::string kept = masked_by(
        message, '\x01', [](std::string_view value) { return std::string(value.size(), '*'); });
    const std::size_t trailer = kept.rfind(
        "\x01"
        "10=");
    if (kept == message || trailer == std::string::npos) return kept;
    const std::string_view summed = std::string_view(kept).substr(0, trailer + 1);
    return fmt::format("{}10={:03}\x01", summed, checksum(summed, '\x01'));
}

std::string mask_secrets_anywhere(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = at == 0 || text[at - 1] < '0' || text[at - 1] > '9';
        std::size_t name = 0;
        for (const std::string_view secret : {"554=", "925=", "1402=", "96="})
            if (begins && text.substr(at).starts_with(secret)) name = secret.size();
        if (name > 0) {
            shown.append(text.substr(at, name)).append("***");
            at += name;
            // To what parts fields in logs, control characters among it.
            while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ' &&
                   text[at] != '|' && text[at] != ';' && text[at] != '^' && text[at] != ',')
                ++at;
        } else {
            const auto c = static_cast<unsigned char>(text[at++]);
            shown += c < ' ' || c == 127 ? ' ' : static_cast<char>(c);
        }
    }
    return shown;
}

}  // namespace assay::fix
