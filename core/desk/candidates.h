// A page of the board as the router's candidates: what each LP costs and how much it takes, in the
// units that plans are made in.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/market/bbo.h"
#include "core/market/regime.h"
#include "core/route/candidate.h"
#include "core/route/equalise.h"
#include "core/score/page.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::desk {

// What a desk says of an LP beside what is measured.
struct LpTraits {
    route::Permission permission{route::Permission::enabled};
    route::VenueClass venue{route::VenueClass::lit};
    route::Refill refill{route::Refill::depletes};
};

// Capacity as one who wants to learn believes it, or as it was seen (docs/spec.md 7b).
enum class Believed : std::uint8_t { optimistic, plain };

// The order that candidates are wanted for.
struct Wanted {
    Side side{};
    Qty lot;              // > 0
    std::uint8_t size{};  // bucket of a child (docs/spec.md 3.1)
    Regime regime{Regime::normal};
    Bbo quote;
    estimate::CapacityKey kind;  // of a child
    Believed believed{Believed::optimistic};
};

// Candidates with the numbers that their tails look into. Holds until the next make().
class Candidates {
  public:
    Candidates() = default;
    Candidates(const Candidates&) = delete;
    Candidates& operator=(const Candidates&) = delete;

    // One for each of `lps`, in that order; an LP that the page does not know, or whose score is
    // absent, has no standing. `page` nullptr: nobody has one.
    std::span<const route::Candidate> make(const score::Page* page,
                                           std::span<const std::string> lps,
                                           std::span<const LpTraits> traits, const Wanted& wanted);
    // Half of each LP's round trip, in step with the last make(), as a log-normal of the page's
    // mean and 99 % quantile says: what of it is the way there nobody sees from here. An LP whose
    // round trip is not known has 0.
    std::span<const route::OneWay> one_way() const { return one_way_; }

  private:
    struct Numbers {
        std::array<double, estimate::kCapacityPoints> t{}, n{};
    };
    std::vector<route::Candidate> candidates_;
    std::vector<route::OneWay> one_way_;
    std::array<double, estimate::kCapacityPoints> upper_lots_{};
    std::vector<Numbers> numbers_;  // by candidate
};

}  // namespace assay::desk
