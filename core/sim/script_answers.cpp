#include "core/sim/script_answers.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"

namespace assay::sim {

ScriptedFill scripted_fill(const Script& script, const LongRunRecord& lp, int nth, Qty asked) {
    for (const ScriptedAnswer& a : script.answers)
        if (a.lp == lp.lp && a.child == nth)
            return {std::min(a.filled, asked), a.after, a.filled > asked ? &a : nullptr};
    return {asked, Duration{std::llround(lp.latency_ms * 1e6)}, nullptr};
}

Price scripted_touch(const Script& script, Side side, Duration since_entry) {
    Price touch;
    for (const ScriptedQuote& q : script.market)
        if (q.from <= since_entry) touch = side == Side::buy ? q.ask : q.bid;
    return touch;
}

Price scripted_price(const LongRunRecord& lp, Side side, Price touch) {
    const double better = lp.fill > 0 ? lp.price_improvement_bps / lp.fill * 1e-4 : 0;
    return {std::llround(static_cast<double>(touch.nano) * (1 - sign(side) * better) / 1e5) *
            100'000};
}

std::vector<std::string> scripted_reports(const ScriptedReport& r) {
    const std::string head =
        fmt::format("37=O{0}|11={0}|55={1}|54={2}|38={3}|60={4}|", r.cl_ord_id, r.symbol,
                    r.side == Side::buy ? 1 : 2, to_text(r.qty), fix_time(r.at));
    std::vector<std::string> bodies;
    if (r.filled > Qty{})
        bodies.push_back(head + fmt::format("17=E{}|150=F|39={}|32={}|31={}|14={}|151={}|6={}|",
                                            r.cl_ord_id, r.filled == r.qty ? 2 : 1,
                                            to_text(r.filled), to_text(r.px), to_text(r.filled),
                                            to_text(r.qty - r.filled), to_text(r.px)));
    if (r.filled < r.qty)
        bodies.push_back(head + fmt::format("17=X{}|150=4|39=4|14={}|151=0|6={}|", r.cl_ord_id,
                                            to_text(r.filled),
                                            r.filled > Qty{} ? to_text(r.px) : "0"));
    return bodies;
}

}  // namespace assay::sim
