#include "core/kernel/tails.h"

#include <algorithm>

namespace assay {
namespace {

using estimate::Capacity;
using estimate::CapacityKey;
using estimate::LimitClass;
using estimate::TifClass;

score::PageTail tail_of(CapacityKey key, const Capacity& seen, std::span<const double> prior,
                        double weight_now, std::uint16_t index) {
    score::PageTail out;
    out.lp = index;
    out.tif = key.tif;
    out.limit = key.limit;
    const std::vector<double> plain = estimate::tail(estimate::hazard(seen, prior, weight_now)),
                              n = estimate::support(seen, prior.size(), weight_now),
                              optimistic = estimate::optimistic(plain, n);
    std::copy(plain.begin(), plain.end(), out.plain.begin());
    std::copy(n.begin(), n.end(), out.n.begin());
    std::copy(optimistic.begin(), optimistic.end(), out.optimistic.begin());
    return out;
}

// All kinds but FOK, whose own curve is blind (docs/spec.md 1.5).
template <class Take>
void each_kind(Take take) {
    for (const TifClass tif : {TifClass::ioc, TifClass::resting})
        for (const LimitClass limit :
             {LimitClass::inside, LimitClass::at, LimitClass::through, LimitClass::market})
            take(CapacityKey{tif, limit});
}

}  // namespace

std::vector<score::PageTail> tails_of(const Foresight::Lp* seen, double weight_now,
                                      const Priors::OfLp* prior, const Priors& priors,
                                      const estimate::CapacityGrid& grid, std::uint16_t index) {
    static const Capacity kNothing;
    std::vector<score::PageTail> out;
    each_kind([&](CapacityKey key) {
        const Capacity* own = seen == nullptr ? nullptr : seen->capacity.find(key);
        const PriorHazard* hazard = prior == nullptr ? nullptr : find_hazard(prior->capacity, key);
        const bool is_seen = own != nullptr && !own->empty();
        if (!is_seen && hazard == nullptr) return;
        if (hazard == nullptr) hazard = find_hazard(priors.capacity, key);
        const std::span<const double> before =
            hazard == nullptr ? std::span<const double>(grid.prior) : hazard->hazard;
        out.push_back(tail_of(key, is_seen ? *own : kNothing, before, weight_now, index));
    });
    return out;
}

std::vector<score::PageTail> tails_of_anyone(const Priors& priors,
                                             const estimate::CapacityGrid& grid) {
    std::vector<score::PageTail> out;
    each_kind([&](CapacityKey key) {
        const PriorHazard* hazard = find_hazard(priors.capacity, key);
        const bool usual = key.tif == TifClass::ioc && key.limit == LimitClass::at;
        if (hazard == nullptr && !usual) return;
        const std::span<const double> before =
            hazard == nullptr ? std::span<const double>(grid.prior) : hazard->hazard;
        out.push_back(tail_of(key, {}, before, 1, score::PageTail::kAnyLp));
    });
    return out;
}

}  // namespace assay
