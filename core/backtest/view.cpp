#include "core/backtest/view.h"

#include <algorithm>

namespace assay::backtest {

bool View::look(const desk::Desk& now, desk::Desk& beliefs, std::string_view profile,
                const Asked& asked) {
    shown_ = {};
    quote_ = now.quote(asked.symbol);
    if (!quote_.usable()) return false;
    regime_ = now.regime(asked.symbol);
    Qty child = asked.qty;
    if (const Qty shown = quote_.far_size(asked.side); shown.micro > 0)
        child = std::min(child, std::max(shown, asked.least));
    const desk::Wanted wanted{.side = asked.side,
                              .lot = asked.lot,
                              .size = now.size_bucket(asked.symbol, asked.side, child),
                              .regime = regime_,
                              .quote = quote_,
                              .kind = asked.kind,
                              .believed = asked.believed};
    page_ = beliefs.page(profile, asked.symbol);
    scores_ = {};
    if (page_)
        scores_ = {.state = route::BoardState::good,
                   .as_of = page_->stamp.as_of,
                   .version = page_->stamp.sequence,
                   .priors_version = page_->priors_version,
                   .config_version = page_->config_version};
    shown_ = candidates_.make(page_ ? &*page_ : nullptr, *lps_, {}, wanted);
    return true;
}

double View::half_spread_bps() const {
    return 1e4 * 0.5 * as_double(quote_.spread()) / as_double(quote_.mid2());
}

}  // namespace assay::backtest
