#include <fmt/format.h>

#include "hosts/cli/comparison_output.h"
#include "hosts/cli/csv_output.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {

std::string comparison_csv(const judge::Comparison& c) {
    std::string out =
        "policy,scenario,parents,shortfall_bps,shortfall_p95_bps,regret_bps,regret_low_bps,"
        "regret_high_bps,p,p_holm,diebold_mariano_p,pairs,left_out,worlds,worlds_above,standing,"
        "filled_share,swept_share,complete_share,completion_seconds,completion_p95_seconds,rounds,"
        "children,rejects\r\n";
    const auto cell = [](std::optional<double> x) { return x ? shortest(*x) : std::string(); };
    for (const judge::Row& r : c.rows) {
        out += fmt::format("{},{},{},{},{},", csv_cell(r.policy), csv_cell(r.scenario), r.parents,
                           cell(r.shortfall_bps), cell(r.shortfall_p95_bps));
        if (const auto& g = r.regret)
            out += fmt::format("{},{},{},{},{},{},{},{},{},{},", shortest(g->bps.mean),
                               shortest(g->bps.interval.low), shortest(g->bps.interval.high),
                               shortest(g->bps.p), cell(r.p_holm),
                               g->check ? shortest(g->check->p) : "", g->n, g->left_out, g->worlds,
                               g->worlds_above);
        else
            out += ",,,,,,,,,,";
        out += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", text(r.standing),
                           shortest(r.filled_share), shortest(r.swept_share),
                           shortest(r.complete_share), cell(r.completion_seconds),
                           cell(r.completion_p95_seconds), shortest(r.rounds), shortest(r.children),
                           shortest(r.rejects));
    }
    return out;
}

}  // namespace assay::cli
