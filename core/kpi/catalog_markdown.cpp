// docs/metrics.md, written from the catalog so that it cannot fall behind.
#include <fmt/format.h>

#include "core/kpi/catalog.h"

namespace assay::kpi {

namespace {

constexpr const char* kIntro =
    R"(<!-- Written by `assay catalog`; do not edit. To change it, change core/kpi/catalog.cpp. -->
# What Assay measures

Every figure of a scorecard, its unit, its sign, its formula, where it comes from, and an example
that you can redo by hand. The names are those of the JSON output; they do not change without a new
version.

## How to read a figure

- **Sign.** `s` is +1 for a buy and -1 for a sell, so every figure is seen from our side of the
  trade. Names that end in *cost, spread, impact, leakage* are positive when bad for us;
  *improvement*, *gain* and *capture* are positive when good. A markout is positive when the
  price went our way after the fill. "Better" below says which way is better for the taker.
- **Unit.** `share of 1` runs from 0 to 1. `currency/share` is in the currency of the quote. 1
  bps = 0.0001. A figure in bps is one ratio of two sums over the row, not a mean of ratios,
  unless it says so.
- **Quotes.** `F` is the far touch (the offer for a buy, the bid for a sell), `M` the mid; a
  quote counts if it was the last one known at or before its moment, is not crossed, one-sided
  or stale. Without more words it is the quote when the order was *sent*.
- **Absent is not zero.** Where there is nothing to divide by (no fill, no quote, no clock) the
  figure is absent: `null` in JSON, with its reason in the table. It is never 0, and it moves no
  mean.
- **What counts.** Orders rejected for a reason of our own making (an unknown symbol, a
  duplicate ClOrdID) are counted in `n_ours` and in nothing else. Busted fills are taken out as
  if they had never been.
- **Exact.** Sums are integers; the same input gives the same figures to the last bit, whatever
  its order in time, however many workers share it.

The examples use these orders. **E1**: buy 1000 IOC, quote 100.00 x 100.02 when sent, 100.01 x
100.03 (400 offered) when received; pending after 1 ms, acknowledged after 4 ms, 600 at 100.015 after 15 ms, 200 at
100.02 after 22 ms, the rest canceled after 22.4 ms; fees 0.003 a share; mids after the fills
100.020 (1 ms), 100.025 (10 ms, 50 ms), 100.030 (100 ms, 1 s), 100.035 (5 s), 100.040 (15 s),
100.030 (1 m), 100.015 (5 m); orders sent to other LPs moved 1.0 bps. **Four orders**, offered
and filled: (1000, 800), (500, rejected), (200, 200), (5000, 2500). **Rejected 500**: a buy
tried at 100.03 and refused; 300 bought at 100.05 and the other 200 marked at 100.06 one second
later: 12.00; in the same row an order of 1000 at 100.02 was filled. **Five**: orders that took
15, 16, 18, 20 and 40 ms. **Drift**: of 40 orders after which the mid went our way 12 were
rejected, of 60 others 3. **Bust**: fills of 900 and 100 without a quote, the second one busted.
**Own quote**: an LP watched for 10 s, 9 s of them with both sides, 300 x 100 for 4 s and 300 x 200
for 5 s; a buy of 100 at 100.01 hit its offer of 100.02.
)";

const char* better(Good g) {
    switch (g) {
        case Good::higher:
            return "higher";
        case Good::lower:
            return "lower";
        case Good::neither:
            return "-";
    }
    return "-";
}

const char* heading(Tier t) {
    switch (t) {
        case Tier::volume:
            return "Score and volume";
        case Tier::execution:
            return "Tier 1: execution quality";
        case Tier::liquidity:
            return "Tier 2: liquidity profile and impact";
    }
    return "?";
}

}  // namespace

std::string catalog_markdown() {
    std::string out = kIntro;
    constexpr Tier kTiers[] = {Tier::volume, Tier::execution, Tier::liquidity};
    for (const Tier tier : kTiers) {
        out += fmt::format("\n## {}\n\n| name | in tables | unit | better |\n|---|---|---|---|\n",
                           heading(tier));
        for (const Entry& e : catalog()) {
            if (e.tier != tier) continue;
            out += fmt::format("| [`{}`](#{}) | {} | {} | {} |\n", e.name, e.name, e.title, e.unit,
                               better(e.good));
        }
    }
    out += "\n# Each in turn\n";
    for (const Tier tier : kTiers) {
        for (const Entry& e : catalog()) {
            if (e.tier != tier) continue;
            out += fmt::format(
                "\n### {}\n\n{}.\n\n- unit: {}; better: {}\n- source: {}\n- example: {}\n", e.name,
                e.formula, e.unit, better(e.good), e.source, e.example);
        }
    }
    return out;
}

}  // namespace assay::kpi
