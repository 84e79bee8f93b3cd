#include "core/fix/session_health.h"

#include <algorithm>
#include <bit>

namespace assay::fix {

void ClockOffset::sample(Duration offset) {
    samples_.push_back(offset.ns);
    if (samples_.size() < kMost) return;
    for (std::size_t i = 0; i < kMost / 2; ++i) samples_[i] = samples_[2 * i];
    samples_.resize(kMost / 2);
    every_ *= 2;
}

Duration ClockOffset::median() const {
    if (samples_.empty()) return {};
    std::vector<std::int64_t> sorted = samples_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return {*middle};
}

void ClockOffset::save(BlobWriter& out) const {
    out.i64(least_);
    out.u64(every_);
    out.u64(seen_);
    out.u64(samples_.size());
    for (const std::int64_t sample : samples_) out.i64(sample);
}

void ClockOffset::load(BlobReader& in) {
    least_ = in.i64();
    every_ = std::max<std::uint64_t>(1, in.u64());
    seen_ = in.u64();
    samples_.clear();
    for (std::uint64_t n = in.count(8); n > 0; --n) samples_.push_back(in.i64());
    if (samples_.size() >= kMost || !std::has_single_bit(every_)) in.fail();
}

void TypeCounts::add_long(std::string_view type) {
    constexpr std::size_t kMostTypes = 200;
    const auto known = long_.find(type);
    if (known != long_.end()) {
        ++known->second;
    } else if (long_.size() < kMostTypes) {
        long_.emplace(type, 1);
    } else {
        ++long_["other"];
    }
}

std::map<std::string, std::uint64_t> TypeCounts::by_type() const {
    std::map<std::string, std::uint64_t> all(long_.begin(), long_.end());
    for (std::size_t c = 0; c < short_.size(); ++c) {
        if (short_[c] != 0) all[std::string(1, static_cast<char>(c))] = short_[c];
    }
    return all;
}

void TypeCounts::save(BlobWriter& out) const {
    for (const std::uint64_t n : short_) out.u64(n);
    out.u64(long_.size());
    for (const auto& [type, n] : long_) {
        out.text(type);
        out.u64(n);
    }
}

void TypeCounts::load(BlobReader& in) {
    for (std::uint64_t& n : short_) n = in.u64();
    long_.clear();
    for (std::uint64_t n = in.count(16); n > 0; --n) {
        std::string type(in.text());
        long_[std::move(type)] = in.u64();
    }
}

}  // namespace assay::fix
