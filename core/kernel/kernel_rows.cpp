// Rows: where orders count, who is told of them, and the minutes that go.
#include <algorithm>
#include <utility>

#include "core/kernel/kernel.h"

namespace assay {

RowKey RowKey::by(std::uint32_t bits) const {
    RowKey out;
    if ((bits & kByLp) != 0) out.lp = lp;
    if ((bits & kBySymbol) != 0) out.symbol = symbol;
    if ((bits & kBySize) != 0) out.size = size;
    if ((bits & kByRegime) != 0) out.regime = regime;
    if ((bits & kByHour) != 0) out.hour = hour;
    if ((bits & kBySide) != 0) out.side = side;
    if ((bits & kByMinute) != 0) out.minute = minute;
    out.currency = currency;
    return out;
}

void ReportRow::add(const ReportRow& other) {
    sums += other.sums;
    round_trip.merge(other.round_trip);
    command.merge(other.command);
    gateway.merge(other.gateway);
    first_fill.merge(other.first_fill);
    last_fill.merge(other.last_fill);
    ack_to_fill.merge(other.ack_to_fill);
    reject.merge(other.reject);
    cancel.merge(other.cancel);
    hold_accept.merge(other.hold_accept);
    hold_reject.merge(other.hold_reject);
    for (const auto& [day, d] : other.price_improvement_by_day) {
        Day& mine = price_improvement_by_day[day];
        mine.gain += d.gain;
        mine.far += d.far;
    }
    for (std::size_t i = 0; i < kSizes; ++i) {
        by_size[i].offered += other.by_size[i].offered;
        by_size[i].filled += other.by_size[i].filled;
        by_size[i].n += other.by_size[i].n;
    }
}

bool Kernel::over(std::int32_t minute) const {
    if (minute == RowKey::kNoMinute || minute == RowKey::kEarlier) return false;
    const Nanos end{(std::int64_t{minute} + 1) * kMinute.ns};
    return end + config_.orders.keep_settled <= now_;
}

std::uint32_t Kernel::row_of(const RowKey& key) {
    if (const auto it = row_index_.find(key); it != row_index_.end()) return it->second;
    // A row of it may be with the history, and whole: another one would take its place there.
    if (config_.orders.keep_settled.ns > 0 && over(key.minute)) {
        ++counts_.after_their_minute;
        RowKey earlier = key;
        earlier.minute = RowKey::kEarlier;
        return row_of(earlier);
    }
    std::uint32_t place;
    if (vacant_rows_.empty()) {
        place = static_cast<std::uint32_t>(rows_.size());
        rows_.emplace_back();
    } else {
        place = vacant_rows_.back();
        vacant_rows_.pop_back();
        rows_[place] = {};
    }
    rows_[place].key = key;
    untold_.push_back(place);
    row_index_.emplace(key, place);
    return place;
}

void Kernel::let_rows_go() {
    if ((config_.by & kByMinute) == 0) return;
    for (const std::uint32_t row : blotter_.take_rows_let_go()) --rows_[row].orders;
}

// Once in a minute of event time, at its first event: a matter of what came, not of who asks when.
void Kernel::forget_settled() {
    const std::int64_t minute = floor_div(now_.ns, kMinute.ns);
    if (minute == swept_minute_) return;
    swept_minute_ = minute;
    blotter_.forget_settled(now_);
    if ((config_.by & kByMinute) == 0) {
        (void)blotter_.take_rows_let_go();
        return;
    }
    let_rows_go();
    retire_rows();
}

// A row goes when nothing can change it any more: its minute is over, and none of its orders is
// under way or remembered. What it came to stays in the row of all that are gone.
void Kernel::retire_rows() {
    std::vector<std::uint32_t> moved;
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].vacant || rows_[i].orders != 0 || !over(rows_[i].key.minute)) continue;
        const RowKey key = rows_[i].key;
        RowKey earlier = key;
        earlier.minute = RowKey::kEarlier;
        const std::uint32_t into = row_of(earlier);  // may make one: no references before it
        rows_[into].add(rows_[i]);
        if (!rows_[i].told) finished_.push_back(std::move(rows_[i]));
        rows_[i] = {};
        rows_[i].vacant = true;
        row_index_.erase(key);
        vacant_rows_.push_back(i);
        moved.resize(rows_.size(), kNoIndex);
        moved[i] = into;
    }
    if (!moved.empty()) move_leaks(moved);
}

// `to`: by the row they were of; kNoIndex: they stay.
void Kernel::move_leaks(const std::vector<std::uint32_t>& to) {
    std::vector<LeakGroup> before = std::move(leaks_);
    leaks_.clear();
    leak_index_.clear();
    for (LeakGroup& group : before) {
        if (group.row < to.size() && to[group.row] != kNoIndex) group.row = to[group.row];
        LeakGroup& into = leak_group(group);
        into.n += group.n;
        into.sum += group.sum;
    }
}

// That of the same row, LP, symbol, side and regime; made with nothing in it where there is none.
LeakGroup& Kernel::leak_group(const LeakGroup& like) {
    const std::uint64_t key = std::uint64_t{like.row} << 40 | std::uint64_t{like.lp} << 24 |
                              std::uint64_t{like.symbol} << 4 |
                              control_index(like.side, like.regime);
    const auto [it, fresh] =
        leak_index_.try_emplace(key, static_cast<std::uint32_t>(leaks_.size()));
    if (fresh) leaks_.push_back({like.row, like.lp, like.symbol, like.side, like.regime, 0, 0});
    return leaks_[it->second];
}

std::vector<ReportRow> Kernel::changed_rows() {
    std::vector<ReportRow> changed = std::exchange(finished_, {});
    // An order that has not settled may have moved without touching its row.
    std::vector<std::uint32_t> place(rows_.size(), kNoIndex);
    const auto take = [&](std::uint32_t row) -> ReportRow& {
        if (place[row] == kNoIndex) {
            place[row] = static_cast<std::uint32_t>(changed.size());
            changed.push_back(rows_[row]);
            rows_[row].told = true;
        }
        return changed[place[row]];
    };
    std::sort(untold_.begin(), untold_.end());
    for (const std::uint32_t i : untold_)
        if (!rows_[i].told && !rows_[i].vacant) take(i);
    untold_.clear();
    blotter_.each_working([&](std::uint32_t chain) {
        const Chain& c = blotter_.chain(chain);
        if (!c.counted && c.row != kNoIndex) count(take(c.row), c);
    });
    return changed;
}

std::vector<ReportRow> Kernel::rows() const {
    std::vector<ReportRow> all = rows_;
    blotter_.each_working([&](std::uint32_t chain) {
        const Chain& c = blotter_.chain(chain);
        if (!c.counted && c.row != kNoIndex) count(all[c.row], c);
    });
    return all;
}

}  // namespace assay
