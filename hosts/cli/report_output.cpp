#include "hosts/cli/report_output.h"

#include <cstdio>
#include <fmt/format.h>

#include "core/kernel/scorecard.h"
#include "hosts/cli/csv_output.h"
#include "hosts/cli/html_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/table_output.h"

namespace assay::cli {

std::string Printer::text(const score::Report& report, const Health& health) const {
    if (format == "json") return json_text(report, health, kpi::catalog());
    if (format == "csv") return csv_text(report, kpi::catalog());
    if (format == "html") return html_text(report, health, kpi::catalog());
    return table_text(report, kpi::catalog(), out, columns);
}

score::Report report_of(const Replay& done, const Settings& settings) {
    score::Report report = scorecard(done.shards(), settings.config);
    for (const std::string& a : done.assumptions) report.assumptions.push_back(a);
    if (settings.framer.strictness == fix::Strictness::lenient)
        report.assumptions.emplace_back(
            "lenient: messages with a wrong BodyLength or CheckSum were taken");
    if (settings.config.fees.empty())
        report.assumptions.emplace_back("no fees were given: all-in cost is without them");
    if (settings.clock == CaptureClock::sending_time)
        report.assumptions.emplace_back(
            "latencies are measured with SendingTime(52), not with our own clock");
    report.settings_version = fmt::format("{:016x}", settings.version_of_any_period);
    report.lenient = done.health.lenient;
    if (settings.config.since != Nanos{INT64_MIN}) report.since = iso_time(settings.config.since);
    if (settings.config.until != Nanos{INT64_MAX}) report.until = iso_time(settings.config.until);
    return report;
}

bool write_out(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

}  // namespace assay::cli
