#include "core/fix/turns.h"

#include <algorithm>

#include "core/fix/field_cursor.h"
#include "core/fix/values.h"

namespace assay::fix {

namespace {
std::optional<std::uint64_t> number_above_0(std::string_view text) {
    std::int64_t value = 0;
    if (!read_decimal(text, 0, INT32_MAX, value) || value < 1) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}
}  // namespace

std::optional<Turns::Header> Turns::read(std::string_view bytes) {
    FieldCursor cursor(bytes, '\x01');
    Header h;
    std::optional<std::uint64_t> seq;
    Field field;
    while (!cursor.done() && cursor.next(field) == ParseCode::none) {
        if (field.tag == 35) h.msg_type = field.value;
        if (field.tag == 34) seq = number_above_0(field.value);
        if (field.tag == 36) h.new_seq = number_above_0(field.value);
        if (field.tag == 123) h.gap_fill = field.value == "Y";
        // Only a SequenceReset says more than this in its body.
        if (seq && !h.msg_type.empty() && h.msg_type != "4") break;
    }
    if (!seq || h.msg_type.empty()) return std::nullopt;
    h.seq = *seq;
    return h;
}

void Turns::received(const Header& h) {
    const bool logon = h.msg_type == "A";
    logon_of_one_ = logon && h.seq == 1;
    if (logon) ahead_.clear();  // a new connection: what waited is gone
    std::uint64_t next = h.seq + 1;
    if (h.msg_type == "4") {
        if (!h.new_seq) return;
        if (!h.gap_fill) {  // a reset takes effect whatever its own number is; never backward
            if (*h.new_seq > next_) take(*h.new_seq);
            return;
        }
        next = *h.new_seq;
        ignored_gap_fills_ += h.seq < next_;
    }
    if (h.seq == next_)
        take(next);
    else if (h.seq > next_ && h.msg_type != "5" && h.msg_type != "2" && ahead_.size() < kMostAhead)
        ahead_.emplace(h.seq, next);
}

void Turns::take(std::uint64_t next) {
    next_ = std::max(next_, next);
    for (auto it = ahead_.begin(); it != ahead_.end() && it->first <= next_; it = ahead_.erase(it))
        if (it->first == next_) next_ = std::max(next_, it->second);
}

void Turns::begin_anew(bool by_logon) {
    next_ = by_logon && logon_of_one_ ? 2 : 1;
    ahead_.clear();
}

}  // namespace assay::fix
