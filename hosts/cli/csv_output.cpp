#include "hosts/cli/csv_output.h"

#include <fmt/format.h>

#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

std::string cell(std::optional<double> x) {
    return x ? shortest(*x) : std::string{};
}
std::string cell(std::optional<int> x) {
    return x ? fmt::format("{}", *x) : std::string{};
}

}  // namespace

std::string csv_text(const score::Report& report, Catalog catalog) {
    std::string out;
    for (const std::string& key : report.by) out += csv_cell(key) + ",";
    for (const kpi::Entry& entry : catalog) {
        if (!held_by_row(entry.name)) out += fmt::format("{},", entry.name);
    }
    out +=
        "composite,composite_sd,lcb,p_best,composite_fast,n_eff,evidence,undecided,rank,"
        "rank_without_rebates,execution_score,liquidity_score,min_max,z_score\r\n";
    for (const score::Row& row : report.rows) {
        for (std::size_t i = 0; i < report.by.size(); ++i) {
            out += (i < row.keys.size() ? csv_cell(row.keys[i].second) : std::string{}) + ",";
        }
        for (std::size_t i = 0; i < catalog.size(); ++i) {
            if (!held_by_row(catalog[i].name)) out += cell(value_at(row, i).number) + ",";
        }
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", cell(row.composite),
                           cell(row.composite_sd), cell(row.lcb), cell(row.p_best),
                           cell(row.composite_fast), cell(row.n_eff), text(row.evidence),
                           row.undecided ? "true" : "false", cell(row.rank),
                           cell(row.rank_without_rebates), cell(row.execution_score),
                           cell(row.liquidity_score), cell(row.min_max), cell(row.z_score));
    }
    return out;
}

}  // namespace assay::cli
