#include "hosts/oms/flow.h"

#include <algorithm>
#include <cmath>

#include "core/score/draws.h"

namespace assay::oms {

namespace {

Qty whole_lots(const FlowConfig& c, double micro) {
    const auto lots =
        static_cast<std::int64_t>(std::llround(micro / static_cast<double>(c.lot.micro)));
    return {std::clamp(lots * c.lot.micro, c.least.micro, c.most.micro)};
}

}  // namespace

DrawnOrder drawn_order(const FlowConfig& c, std::uint64_t number) {
    score::Draws draws({c.seed, number});
    DrawnOrder o;
    const double mean_ns = 60e9 / c.per_minute;
    o.gap = {std::llround(-std::log(draws.uniform()) * mean_ns)};
    const auto symbol =
        static_cast<std::size_t>(draws.uniform() * static_cast<double>(c.symbols.size()));
    o.symbol = c.symbols[std::min(symbol, c.symbols.size() - 1)];
    o.side = draws.uniform() < 0.5 ? Side::buy : Side::sell;
    const double low = static_cast<double>(c.least.micro), high = static_cast<double>(c.most.micro);
    o.qty = whole_lots(c, low * std::pow(high / low, draws.uniform()));
    const double what = draws.uniform(), when = draws.uniform();
    if (what < c.cancel_share)
        o.change = Change::cancel;
    else if (what < c.cancel_share + c.replace_share)
        o.change = Change::replace;
    if (!o.change) return o;
    o.change_after = {std::llround(when * static_cast<double>(c.second_thoughts.ns))};
    if (*o.change == Change::replace)
        o.new_qty = {(o.qty.micro + o.qty.micro / 2) / c.lot.micro * c.lot.micro};
    return o;
}

}  // namespace assay::oms
