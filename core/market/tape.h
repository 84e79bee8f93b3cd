// What the market of one symbol has traded, own prints left out.
//
// A feed prints our own fills too, and says nowhere whose they are: a print at the price and of the
// quantity of a fill of ours, within five seconds before or after it, is taken as ours, once. One
// of somebody else that looks the same goes with it.
#pragma once

#include <cstddef>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay {

class Tape {
  public:
    static constexpr Duration kWithin{5'000'000'000};
    static constexpr std::size_t kMemory = 64;  // prints, and fills, that wait for each other

    // False: it is taken as ours.
    bool print(Nanos at, Price px, Qty qty);
    void own_fill(Nanos at, Price px, Qty qty);

    // A print was seen, whosesoever.
    bool heard() const { return heard_; }
    // Since it began, others only. Each may go back by a print that turns out to be ours.
    Qty volume() const { return volume_; }
    Money notional() const { return notional_; }

    template <class Archive>
    void archive(Archive& a) {
        a(prints_, fills_, volume_, notional_, heard_);
    }

  private:
    struct Print {
        Nanos at;
        Price px;
        Qty qty;
        template <class Archive>
        void archive(Archive& a) {
            a(at, px, qty);
        }
    };
    static bool taken(std::vector<Print>& from, const Print& p);
    static void keep(std::vector<Print>& in, const Print& p);

    std::vector<Print> prints_, fills_;  // oldest first; counted, and not yet printed
    Qty volume_;
    Money notional_{};
    bool heard_{};
};

}  // namespace assay
