#include "hosts/fixnet/sequences.h"

#include <algorithm>
#include <optional>

#include "core/fix/values.h"
#include "hosts/fixnet/envelope.h"

namespace assay::fixnet {

namespace {

// Beyond this, what was received too high is asked for again instead of being remembered.
constexpr std::size_t kMostAhead = 100'000;

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
    else
        received(*seq, envelope->msg_type, envelope->body);
    return true;
}

void Sequences::sent(std::uint64_t seq, bool again, std::string_view bytes) {
    if (again) return;  // resent, or a gap fill
    next_sender_ = std::max(next_sender_, seq + 1);
    sent_.push_back({seq, std::string(bytes)});
    if (sent_.size() > kept_) sent_.pop_front();
}

void Sequences::received(std::uint64_t seq, std::string_view msg_type, std::string_view body) {
    const bool logon = msg_type == "A";
    logon_of_one_ = logon && seq == 1;
    if (logon) ahead_.clear();  // a new connection: what waited is gone
    std::uint64_t next = seq + 1;
    if (msg_type == "4") {
        bool fill = false;
        std::optional<std::uint64_t> new_seq;
        for (const fix::Field& f : fields_of(body)) {
            if (f.tag == 123) fill = f.value == "Y";
            if (f.tag == 36) new_seq = number(f.value);
        }
        if (!new_seq) return;
        if (!fill) {  // a reset takes effect whatever its own number is; never backward
            if (*new_seq > next_target_) take(*new_seq);
            return;
        }
        next = *new_seq;
        ignored_gap_fills_ += seq < next_target_;
    }
    if (seq == next_target_)
        take(next);
    else if (seq > next_target_ && msg_type != "5" && msg_type != "2" && ahead_.size() < kMostAhead)
        ahead_.emplace(seq, next);
}

void Sequences::take(std::uint64_t next) {
    next_target_ = std::max(next_target_, next);
    for (auto it = ahead_.begin(); it != ahead_.end() && it->first <= next_target_;
         it = ahead_.erase(it))
        if (it->first == next_target_) next_target_ = std::max(next_target_, it->second);
}

void Sequences::note(Nanos at, std::string_view text) {
    if (text == kEndNote) ended_ = true;
    const bool by_logon = text == kLogonResetNote;
    if (!by_logon && text != kResetNote) return;
    next_sender_ = next_target_ = 1;
    // The Logon that brought it was captured before it, and counts after it.
    if (by_logon && logon_of_one_) next_target_ = 2;
    created_ = at;
    sent_.clear();
    ahead_.clear();
}

Recovered Sequences::recovered(std::uint64_t lost) const {
    Recovered r{next_sender_, next_target_, created_, sent_};
    if (known(created_) && !ended_) r.next_sender += lost;
    return r;
}

}  // namespace assay::fixnet
