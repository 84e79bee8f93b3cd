#include "core/kpi/rule605.h"

namespace assay::kpi {

namespace {

std::optional<double> per_share(double total, std::int64_t shares) {
    if (shares <= 0) return std::nullopt;
    return total / static_cast<double>(shares);
}

}  // namespace

ExecutionQuality& ExecutionQuality::operator+=(const ExecutionQuality& month) {
    exec_shares += month.exec_shares;
    pr_imp_shares += month.pr_imp_shares;
    pr_imp_total_amt += month.pr_imp_total_amt;
    all_total_time += month.all_total_time;
    avg_effec_spread_total += month.avg_effec_spread_total;
    return *this;
}

std::optional<double> ExecutionQuality::pr_imp_pct() const {
    return per_share(static_cast<double>(pr_imp_shares), exec_shares);
}
std::optional<double> ExecutionQuality::pr_imp_exp_amt() const {
    return per_share(pr_imp_total_amt, exec_shares);
}
std::optional<double> ExecutionQuality::all_avg_t() const {
    return per_share(all_total_time, exec_shares);
}
std::optional<double> ExecutionQuality::avg_effec_spread() const {
    return per_share(avg_effec_spread_total, exec_shares);
}

}  // namespace assay::kpi
