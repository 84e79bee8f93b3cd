// What an order left unfilled, and what that cost (docs/spec.md 2.11, docs/decisions/0015).
#pragma once

#include <cstdint>
#include <vector>

#include "core/orders/chain.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay {

// A fill of another order that a lot took its share of.
struct Payment {
    std::uint32_t fill{};
    std::uint32_t generation{};  // of the fill's order
    Qty qty;
    Price px;
    static constexpr bool kNoPadding = true;
};

// A lot while its window is open. Its size follows its order: late fills make it smaller, busts
// larger. What it took from other fills it keeps, so that no share is given twice.
struct Lot {
    std::uint32_t chain{}, generation{};
    std::uint32_t symbol{};
    Side side{};
    Qty size, taken;
    Price tried;  // the far touch when the version in force was sent
    Nanos opened{kNever}, due{kNever};
    std::vector<Payment> paid;
    template <class Archive>
    void archive(Archive& a) {
        a(chain, generation, symbol, side, size, taken, tried, opened, due, paid);
    }
};

// What a lot came to when its window was over, kept while its order may still change: the first
// shares cost what was paid for them, the rest the far touch at the end.
struct Charge {
    std::uint32_t chain{};
    Price tried;
    Price mark;  // 0: no usable quote at the end of the window, the rest is left out
    Nanos opened{kNever};
    std::vector<Payment> paid;
    Qty size;      // as it is counted now
    double bps{};  // per offered share, as it is believed now
    bool believed{};
    struct Parts {
        Qty priced;
        Money cost{}, base{}, left_out{};
    };
    Parts parts(Side side) const;
    template <class Archive>
    void archive(Archive& a) {
        a(chain, tried, mark, opened, paid, size, bps, believed);
    }
};

}  // namespace assay
