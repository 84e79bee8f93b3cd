#include "core/route/shortfall.h"

namespace assay::route {
namespace {

// Money is in 1e-15 of the currency; twice a mid gives twice the money.
double currency(Money m) {
    return static_cast<double>(m) * 1e-15;
}
Money twice(Qty q, TwiceMid m) {
    return static_cast<Money>(q.micro) * m.nano2;
}

}  // namespace

std::optional<Shortfall> shortfall(const ShortfallInputs& in) {
    if (in.side == Side::none || in.qty <= Qty{} || in.decision.nano2 <= 0) return std::nullopt;
    const int s = sign(in.side);
    Shortfall out;
    out.delay =
        0.5 * s * currency(twice(in.filled, in.first_route) - twice(in.filled, in.decision));
    out.execution = 0.5 * s * currency(2 * in.filled_notional - twice(in.filled, in.first_route));
    const Qty open = in.qty - in.filled;
    out.opportunity = 0.5 * s * currency(twice(open, in.end) - twice(open, in.decision));
    out.fees = in.fees;
    out.total = out.delay + out.execution + out.opportunity + out.fees;
    out.total_bps = 1e4 * out.total / (0.5 * currency(twice(in.qty, in.decision)));
    return out;
}

std::optional<double> vwap_slippage_bps(Side side, Qty filled, Money filled_notional,
                                        Qty market_volume, Money market_notional) {
    if (side == Side::none || filled <= Qty{} || market_volume <= Qty{} || market_notional <= 0)
        return std::nullopt;
    const double average = static_cast<double>(filled_notional) / static_cast<double>(filled.micro);
    const double vwap =
        static_cast<double>(market_notional) / static_cast<double>(market_volume.micro);
    return 1e4 * sign(side) * (average - vwap) / vwap;
}

}  // namespace assay::route
