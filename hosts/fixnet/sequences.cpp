#include "hosts/fixnet/sequences.h"

#include <algorithm>
#include <optional>

#include "core/fix/values.h"
#include "hosts/fixnet/envelope.h"

namespace assay::fixnet {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::int64_t value = 0;
    if (!fix::read_decimal(text, 0, INT32_MAX, value) || value < 1) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

}  // namespace

bool Sequences::message(Nanos at, bool sent_by_us, std::string_view bytes) {
    const auto envelope = open_envelope(bytes);
    if (!envelope) return false;
    const auto seq = number(envelope->value(34));
    if (!seq) return false;
    if (!known(created_)) created_ = at;
    ended_ = false;
    if (sent_by_us)
        sent(*seq, envelope->value(43) == "Y", bytes);
    else if (const auto header = fix::Turns::read(bytes))
        turns_.received(*header);
    return true;
}

void Sequences::sent(std::uint64_t seq, bool again, std::string_view bytes) {
    if (again) return;  // resent, or a gap fill
    next_sender_ = std::max(next_sender_, seq + 1);
    sent_.push_back({seq, std::string(bytes)});
    if (sent_.size() > kept_) sent_.pop_front();
}

void Sequences::note(Nanos at, std::string_view text) {
    if (text == kEndNote) ended_ = true;
    const bool by_logon = text == kLogonResetNote;
    if (!by_logon && text != kResetNote) return;
    next_sender_ = 1;
    turns_.begin_anew(by_logon);
    created_ = at;
    sent_.clear();
}

Recovered Sequences::recovered(std::uint64_t lost) const {
    Recovered r{next_sender_, turns_.next(), created_, sent_};
    if (known(created_) && !ended_) r.next_sender += lost;
    return r;
}

}  // namespace assay::fixnet
