#include "core/desk/candidates.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::desk {

using route::Candidate;
using score::Page;
using score::PageRow;
using score::PageTail;
using score::PageValue;

namespace {

const PageRow* row_of(const Page& page, std::string_view lp, const Wanted& wanted) {
    for (const PageRow& row : page.ranked(wanted.size, wanted.regime))
        if (page.lps[row.lp] == lp) return &row;
    return nullptr;
}

void put_row(const PageRow& row, Candidate& c) {
    const auto number = [&](PageValue v) { return row.value(v).value_or(0); };
    c.n_eff = number(PageValue::n_eff);
    c.reject_share = std::clamp(number(PageValue::reject_rate), 0.0, 1.0);
    c.round_trip_ms = std::max(0.0, number(PageValue::latency_ms));
    c.fee_bps = number(PageValue::fee_bps);
    c.leak_bps_per_lot = std::max(0.0, number(PageValue::leakage_bps_per_lot));
    const auto composite = row.value(PageValue::composite), lcb = row.value(PageValue::lcb);
    if (composite && lcb)
        c.standing = route::Standing{*composite, number(PageValue::composite_sd), *lcb};
}

// Of a log-normal: ln(p99 / mean) = z sd - sd^2 / 2.
route::OneWay half_of_round_trip(const PageRow& row) {
    constexpr double z = 2.3263478740408408;  // 99 % of a standard normal lies below
    const auto mean = row.value(PageValue::latency_ms), p99 = row.value(PageValue::latency_p99_ms);
    if (!mean || !(*mean > 0)) return {};
    const double above = p99 && *p99 > *mean ? elementary::ln(*p99 / *mean) : 0;
    const double sd = z - std::sqrt(std::max(0.0, z * z - 2 * above));
    const double median = *mean * elementary::exp(-sd * sd / 2);
    const double spread = *mean * std::sqrt(elementary::exp(sd * sd) - 1);
    const auto half = [](double ms) { return Duration{std::llround(ms * 0.5e6)}; };
    return {half(median), half(spread)};
}

}  // namespace

std::span<const Candidate> Candidates::make(const Page* page, std::span<const std::string> lps,
                                            std::span<const LpTraits> traits,
                                            const Wanted& wanted) {
    candidates_.assign(lps.size(), {});
    one_way_.assign(lps.size(), {});
    numbers_.resize(lps.size());
    // Sizes of a tail are multiples of the displayed far size; of a round lot where none is shown.
    const Qty shown = wanted.quote.usable() ? wanted.quote.far_size(wanted.side) : Qty{};
    const double lots = shown.micro > 0 ? as_double(shown) / as_double(wanted.lot) : 1;
    for (std::size_t k = 0; k < upper_lots_.size(); ++k)
        upper_lots_[k] = page != nullptr && k < page->sizes.size() ? page->sizes[k] * lots : 0;
    const double mid = as_double(wanted.quote.mid2());
    for (std::size_t i = 0; i < lps.size(); ++i) {
        Candidate& c = candidates_[i];
        c.lp = {static_cast<std::uint32_t>(i)};
        if (i < traits.size()) {
            c.permission = traits[i].permission;
            c.venue = traits[i].venue;
            c.refill = traits[i].refill;
        }
        if (wanted.quote.usable() && mid > 0)
            c.half_spread_bps = 1e4 * 0.5 * as_double(wanted.quote.spread()) / mid;
        if (page == nullptr) continue;
        const auto name = std::find(page->lps.begin(), page->lps.end(), lps[i]);
        if (const PageRow* row = row_of(*page, lps[i], wanted)) {
            put_row(*row, c);
            one_way_[i] = half_of_round_trip(*row);
        }
        const auto index = name == page->lps.end()
                               ? PageTail::kAnyLp
                               : static_cast<std::uint16_t>(name - page->lps.begin());
        // As the spread is now: in bps it is another one in every condition.
        if (index < page->improvements.size() && wanted.size < score::kPageSizes)
            c.price_improvement_bps =
                page->improvements[index].half_spreads[wanted.size] * c.half_spread_bps;
        const PageTail* tail = page->tail(index, wanted.kind);
        if (tail == nullptr) continue;
        numbers_[i] = {wanted.believed == Believed::plain ? tail->plain : tail->optimistic,
                       tail->n};
        c.tail = {upper_lots_, numbers_[i].t, numbers_[i].n};
    }
    return candidates_;
}

}  // namespace assay::desk
