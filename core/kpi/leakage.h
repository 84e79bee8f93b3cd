// Leakage: how far the mid runs in the direction of our order after we have shown it to an LP,
// filled or not (docs/spec.md 2.9).
//   unit    basis points of the mid when the order was sent; > 0: bad for us
//   source  docs/spec.md 2.9. Reversal against us after a fill is another thing: reversion.h
// The raw move holds the parent's own alpha and the market's drift too. So the scored figure is net
// of control: minus the mean move after orders sent to all OTHER LPs in the same symbol, side and
// regime (leave one out).
#pragma once

#include <cstdint>
#include <optional>

#include "core/kpi/sums.h"
#include "core/units/decimal.h"

namespace assay::kpi {

// Moves of a group of orders, in 1e-6 bps (micro_bps() of sums.h rounds each).
struct Moves {
    std::int64_t n{};
    Money sum{};
    void add(std::int64_t moved_micro_bps) {
        ++n;
        sum += moved_micro_bps;
    }
    Moves& operator+=(const Moves& other) {
        n += other.n;
        sum += other.sum;
        return *this;
    }
};

// Mean move net of control over the orders of one row of a report, stratum by stratum. A stratum is
// one (symbol, side, regime). Add strata and LPs in a fixed order: the result is a double.
class NetLeakage {
  public:
    // `in_row`: the row's orders of one LP in this stratum; `same_lp`: all orders of that LP there;
    // `everyone`: all orders of all LPs there. Without a peer these orders are left out.
    void add(const Moves& in_row, const Moves& same_lp, const Moves& everyone) {
        const std::int64_t peers = everyone.n - same_lp.n;
        if (in_row.n == 0 || peers <= 0) return;
        const double control = ratio(everyone.sum - same_lp.sum, peers);
        net_ += static_cast<double>(in_row.sum) - control * static_cast<double>(in_row.n);
        n_ += in_row.n;
    }
    std::int64_t n() const { return n_; }
    // Absent where no order had a peer.
    std::optional<double> bps() const {
        if (n_ == 0) return std::nullopt;
        return net_ / static_cast<double>(n_) * 1e-6;
    }

  private:
    double net_{};
    std::int64_t n_{};
};

}  // namespace assay::kpi
