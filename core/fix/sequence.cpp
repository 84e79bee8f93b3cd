#include "core/fix/sequence.h"

#include <algorithm>

namespace assay::fix {

namespace {

constexpr std::uint64_t kFirstSlots = 1u << 10;

// Engines that stamp 122 in whole seconds cut what 52 had.
bool same_time(std::int64_t seen, const SeqStamp& stamp) {
    if (seen == stamp.sent.ns) return true;
    return stamp.kind == SeqStamp::Kind::resend && stamp.sent.ns % kSecond.ns == 0 &&
           floor_div(seen, kSecond.ns) * kSecond.ns == stamp.sent.ns;
}

std::uint64_t identity(std::uint64_t seq, std::int64_t sent) {
    const std::uint64_t h = (seq * 0x9e3779b97f4a7c15ull) ^ static_cast<std::uint64_t>(sent);
    return (h ^ (h >> 32)) * 0xff51afd7ed558ccdull;
}

}  // namespace

// All but the number that was to come.
SequenceWindow::Verdict SequenceWindow::take_other(const SeqStamp& stamp, WindowBudget& budget) {
    if (!started_) {
        start(stamp.seq);
        advance(stamp, budget);
        return Verdict::fresh;
    }
    if (stamp.seq > high_ && !stamp.restarts) {
        add_missing(high_ + 1, stamp.seq - 1);
        ++counts_.gaps;
        advance(stamp, budget);
        return Verdict::fresh;
    }
    return take_old(stamp, budget);
}

SequenceWindow::Verdict SequenceWindow::take_old(const SeqStamp& stamp, WindowBudget& budget) {
    using Kind = SeqStamp::Kind;
    const Slot& slot = slots_[stamp.seq & (slots_.size() - 1)];
    const bool remembered = holds(stamp.seq);
    if (remembered && (stamp.kind == Kind::resend_unstamped || same_time(slot.sent, stamp))) {
        return Verdict::duplicate;
    }
    if (displaced(stamp.seq, stamp.sent.ns)) return Verdict::duplicate;
    if (!stamp.restarts && close(stamp.seq, stamp.seq) != 0) {
        ++counts_.late;
        record(stamp);
        return Verdict::fresh;
    }
    if (stamp.kind != Kind::original) {
        if (remembered) {
            ++counts_.other_time;
            displace(stamp.seq, stamp.sent.ns);
            return Verdict::fresh;
        }
        if (stamp.seq >= first_) return Verdict::duplicate;  // not missing, so it was seen
        record(stamp);                                       // from before the capture began
        return Verdict::fresh;
    }
    if (stamp.restarts || stamp.sent > newest_) {
        ++counts_.restarts;
        first_ = stamp.seq;
        advance(stamp, budget);
        return Verdict::fresh;
    }
    ++counts_.low;
    displace(stamp.seq, stamp.sent.ns);
    return Verdict::fresh;
}

void SequenceWindow::start(std::uint64_t first) {
    started_ = true;
    slots_.resize(kFirstSlots);
    first_ = first;
}

bool SequenceWindow::holds(std::uint64_t seq) const {
    return seq != 0 && slots_[seq & (slots_.size() - 1)].seq == seq;
}

void SequenceWindow::displace(std::uint64_t seq, std::int64_t sent) {
    if (displaced_.size() >= kMostDisplaced) {
        displaced_before_.swap(displaced_);
        displaced_.clear();
    }
    displaced_.insert(identity(seq, sent));
}

bool SequenceWindow::displaced(std::uint64_t seq, std::int64_t sent) const {
    const std::uint64_t key = identity(seq, sent);
    return displaced_.contains(key) || displaced_before_.contains(key);
}

void SequenceWindow::grow(WindowBudget& budget) {
    const std::uint64_t size = slots_.size() * 2;
    if (size > kOrdinarySlots) {
        if (budget.slots < size - slots_.size()) return;
        budget.slots -= size - slots_.size();
    }
    std::vector<Slot> larger(size);
    for (const Slot& slot : slots_) {
        if (slot.seq != 0) larger[slot.seq & (size - 1)] = slot;
    }
    slots_.swap(larger);
}

void SequenceWindow::add_missing(std::uint64_t first, std::uint64_t last) {
    // After a restart numbers begin low again: what an earlier run missed stays missing.
    const auto at = std::lower_bound(missing_.begin(), missing_.end(), first,
                                     [](const Range& r, std::uint64_t n) { return r.last < n; });
    if (at != missing_.end() && at->first <= last) {
        at->first = std::min(at->first, first);
        at->last = std::max(at->last, last);
        auto next = at + 1;
        while (next != missing_.end() && next->first <= at->last) {
            at->last = std::max(at->last, next->last);
            ++next;
        }
        missing_.erase(at + 1, next);
        return;
    }
    missing_.insert(at, {first, last});
    if (missing_.size() > kMostRanges) {
        counts_.missing_forgotten += missing_.front().last - missing_.front().first + 1;
        missing_.erase(missing_.begin());
    }
}

// Takes [first, last] out of what is missing; how many numbers that were.
std::uint64_t SequenceWindow::close(std::uint64_t first, std::uint64_t last) {
    std::uint64_t closed = 0;
    auto at = std::lower_bound(missing_.begin(), missing_.end(), first,
                               [](const Range& r, std::uint64_t n) { return r.last < n; });
    while (at != missing_.end() && at->first <= last) {
        const Range whole = *at;
        const std::uint64_t from = std::max(first, whole.first), to = std::min(last, whole.last);
        closed += to - from + 1;
        at = missing_.erase(at);
        if (to < whole.last) at = missing_.insert(at, {to + 1, whole.last});
        if (from > whole.first) at = missing_.insert(at, {whole.first, from - 1}) + 1;
        if (to < whole.last) break;
    }
    return closed;
}

void SequenceWindow::gap_fill(std::uint64_t seq, std::uint64_t new_seq_no) {
    if (new_seq_no <= seq + 1) return;
    counts_.gap_filled += close(seq, new_seq_no - 1);
    if (new_seq_no - 1 > high_) high_ = new_seq_no - 1;
}

SequenceWindow::Verdict SequenceWindow::reset(const SeqStamp& stamp, std::uint64_t new_seq_no) {
    if (!started_) {
        start(new_seq_no);
        high_ = new_seq_no == 0 ? 0 : new_seq_no - 1;
        return Verdict::fresh;
    }
    if (holds(stamp.seq) && same_time(slots_[stamp.seq & (slots_.size() - 1)].sent, stamp)) {
        return Verdict::duplicate;
    }
    record(stamp);
    if (new_seq_no > high_ + 1) {
        ++counts_.resets_forward;
        add_missing(high_ + 1, new_seq_no - 1);
        high_ = new_seq_no - 1;
    } else if (new_seq_no <= high_) {
        ++counts_.resets_back;
    }
    return Verdict::fresh;
}

std::uint64_t SequenceWindow::missing_numbers() const {
    std::uint64_t n = 0;
    for (const Range& r : missing_) n += r.last - r.first + 1;
    return n;
}

void SequenceWindow::save(BlobWriter& out) const {
    out.u64(started_ ? 1 : 0);
    out.u64(high_);
    out.u64(first_);
    out.i64(newest_.ns);
    out.u64(slots_.size());
    std::uint64_t filled = 0;
    for (const Slot& slot : slots_) filled += slot.seq != 0;
    out.u64(filled);
    for (const Slot& slot : slots_) {
        if (slot.seq == 0) continue;
        out.u64(slot.seq);
        out.i64(slot.sent);
    }
    for (const Keys* keys : {&displaced_, &displaced_before_}) {
        std::vector<std::uint64_t> sorted(keys->begin(), keys->end());
        std::sort(sorted.begin(), sorted.end());
        out.u64(sorted.size());
        for (const std::uint64_t key : sorted) out.u64(key);
    }
    out.u64(unread_.size());
    for (const std::uint64_t seq : unread_) out.u64(seq);
    out.u64(missing_.size());
    for (const Range& r : missing_) {
        out.u64(r.first);
        out.u64(r.last);
    }
    const Counts& c = counts_;
    for (const std::uint64_t n : {c.gaps, c.missing_forgotten, c.late, c.gap_filled, c.restarts,
                                  c.resets_forward, c.resets_back, c.low, c.other_time}) {
        out.u64(n);
    }
}

void SequenceWindow::load(BlobReader& in) {
    started_ = in.u64() != 0;
    high_ = in.u64();
    first_ = in.u64();
    newest_ = {in.i64()};
    const std::uint64_t size = in.u64();
    const bool power = (size & (size - 1)) == 0;
    if (!power || size > kMostSlots || (started_ != (size >= kFirstSlots))) return in.fail();
    slots_.assign(size, {});
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        const std::uint64_t seq = in.u64();
        const std::int64_t sent = in.i64();
        if (size == 0) return in.fail();
        slots_[seq & (size - 1)] = {seq, sent};
    }
    for (Keys* keys : {&displaced_, &displaced_before_}) {
        keys->clear();
        for (std::uint64_t n = in.count(8); n > 0; --n) keys->insert(in.u64());
    }
    unread_.clear();
    for (std::uint64_t n = in.count(8); n > 0; --n) unread_.insert(in.u64());
    missing_.clear();
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        const Range range{in.u64(), in.u64()};
        missing_.push_back(range);
    }
    Counts& c = counts_;
    for (std::uint64_t* n : {&c.gaps, &c.missing_forgotten, &c.late, &c.gap_filled, &c.restarts,
                             &c.resets_forward, &c.resets_back, &c.low, &c.other_time}) {
        *n = in.u64();
    }
}

}  // namespace assay::fix
