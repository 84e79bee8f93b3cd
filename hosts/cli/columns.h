// Which KPIs a scorecard shows, in which order, and who stands best and worst in each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

struct ShownKpi {
    std::string_view name;  // in the catalog
    kpi::Tier tier;         // the part of the scorecard it stands in
    int priority;           // 1 stays longest when the terminal is narrow
};

std::span<const ShownKpi> shown_kpis();

// What a KPI is called wherever it is shown: the catalog's title with its unit, "fill %",
// "markout 15s bps"; counts and titles that name their unit stand alone.
std::string heading(const kpi::Entry& entry);
// Terms of a profile that are believed per offered share, where their KPI is per filled share.
bool per_offered_share(std::string_view term);
// The title alone, of a term of a profile; its name in words where the catalog has none.
std::string title_of(std::string_view name);
// The heading in two lines as narrow as can be; the first is empty for a single word.
struct TwoLines {
    std::string over, head;
};
TwoLines narrow_heading(const kpi::Entry& entry);

// Those of them that the catalog knows, with their index in it.
struct ChosenKpi {
    ShownKpi shown;
    std::size_t index{};
};
std::vector<ChosenKpi> chosen_kpis(Catalog catalog, kpi::Tier tier);

// "Execution quality", "Liquidity and impact", "Volume".
std::string_view title_of(kpi::Tier tier);
std::optional<double> sub_score(const score::Row& row, kpi::Tier tier);

inline constexpr double kNinety = 1.645;  // a 90 % interval: the mean and so many sd to each side

enum class Standing { none, best, worst };
// One a row, among the rows of its group that rest on enough orders; none where all are equal,
// where the best and the worst do not differ by more than chance (of a term of the profile their
// intervals overlap), where the KPI is no judgement or a count, where fewer than three can be
// compared, or where rows are not LPs side by side (by hour or side).
std::vector<Standing> standings(const score::Report& report, Catalog catalog, std::size_t index);

// Largest magnitude of a column, which decides the digits of its milliseconds.
double largest(const score::Report& report, std::size_t index);

// True where fees were given and leaving rebates out changes a rank.
bool rebates_matter(const score::Report& report);

// Why values of the shown KPIs are absent: one sentence a reason, with who and which.
std::vector<std::string> absences(const score::Report& report, Catalog catalog,
                                  const std::vector<ChosenKpi>& shown);
// One sentence for each group whose leader is undecided, each reason why there is no score or no
// P(best), lower bounds below the scale, ranks that rest on rebates, a period that scores do not
// keep to, and last looks.
std::vector<std::string> remarks(const score::Report& report, Catalog catalog);

}  // namespace assay::cli
