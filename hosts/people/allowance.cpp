#include "hosts/people/allowance.h"

#include <algorithm>
#include <cmath>

namespace assay::people {

double Allowance::left(const Left& l, Nanos now) const {
    const double seconds = std::max(0.0, static_cast<double>((now - l.at).ns) / 1e9);
    return std::min(limits_.at_once, l.amount + seconds * limits_.per_second);
}

Duration Allowance::take(std::string_view key, Nanos now, double cost) {
    auto it = left_.find(key);
    if (it == left_.end()) {
        if (left_.size() >= limits_.keys) {
            auto most = left_.begin();
            for (auto other = left_.begin(); other != left_.end(); ++other)
                if (left(other->second, now) > left(most->second, now)) most = other;
            left_.erase(most);
        }
        it = left_.emplace(key, Left{limits_.at_once, now}).first;
    }
    it->second = {left(it->second, now), std::max(now, it->second.at)};
    const double absent = cost - it->second.amount;
    if (absent > 0)
        return Duration{1 +
                        static_cast<std::int64_t>(std::ceil(absent / limits_.per_second * 1e9))};
    it->second.amount -= cost;
    return {};
}

void Allowance::give_back(std::string_view key, double cost) {
    if (const auto it = left_.find(key); it != left_.end())
        it->second.amount = std::min(limits_.at_once, it->second.amount + cost);
}

}  // namespace assay::people
