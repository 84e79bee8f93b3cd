#include "core/desk/outbox.h"

#include <algorithm>

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

std::size_t Outbox::size() const {
    std::size_t n = 0;
    for (const Box& box : boxes_) n += box.left.size();
    return n;
}

}  // namespace assay::desk
