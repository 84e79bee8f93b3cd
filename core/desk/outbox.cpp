#include "core/desk/outbox.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/fix/delimiter.h"

namespace assay::desk {

std::uint64_t Outbox::put(std::uint32_t session, std::string_view bytes) {
    Box& box = boxes_[session];
    box.left.push_back({box.next, std::string(bytes)});
    return box.next++;
}

void Outbox::sent(std::uint32_t session, std::string_view bytes) {
    std::deque<Letter>& left = boxes_[session].left;
    if (left.empty() || fix::parse(bytes, '\x01', captured_)) return;
    if (captured_.poss_dup_flag == 'Y') return;
    // The session writes the header anew; what it is about stays. They leave in their order, so all
    // before it has been said as well.
    const auto same = std::find_if(left.begin(), left.end(), [&](const Letter& letter) {
        return !fix::parse(letter.bytes, '\x01', kept_) && kept_.msg_type == captured_.msg_type &&
               kept_.exec_id == captured_.exec_id && kept_.cl_ord_id == captured_.cl_ord_id &&
               kept_.text == captured_.text;
    });
    if (same != left.end()) left.erase(left.begin(), same + 1);
}

std::string Outbox::perhaps_again(std::string_view bytes) {
    constexpr std::string_view kType =
        "\x01"
        "35=";
    constexpr std::string_view kTrailer =
        "\x01"
        "10=";
    const std::size_t length = bytes.find("\x01"), type = bytes.find(kType),
                      trailer = bytes.rfind(kTrailer);
    const std::size_t behind = bytes.find('\x01', type + 1);
    if (type == bytes.npos || trailer == bytes.npos || behind > trailer) return std::string(bytes);
    std::string body(bytes.substr(type + 1, behind - type));
    body += "97=Y\x01";
    body += bytes.substr(behind + 1, trailer - behind);
    std::string message = fmt::format(
        "{}\x01"
        "9={}\x01{}",
        bytes.substr(0, length), body.size(), body);
    message += fmt::format("10={:03}\x01", fix::checksum(message, '\x01'));
    return message;
}

std::size_t Outbox::size() const {
    std::size_t n = 0;
    for (const Box& box : boxes_) n += box.left.size();
    return n;
}

}  // namespace assay::desk
