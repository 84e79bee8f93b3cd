// The views of source.h as JSON. Natural units; a time is RFC 3339 UTC, and beside it `<name>_ns`;
// an absent number is null, and `<name>_absent` says why where that is known; ids are strings, as
// they may pass 2^53.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hosts/cli/json_writer.h"
#include "hosts/http/source.h"

namespace assay::http {

void write(cli::JsonWriter& out, const VersionView& v);
void write(cli::JsonWriter& out, const StatusView& v);
void write(cli::JsonWriter& out, const LpView& v);
void write(cli::JsonWriter& out, const ProfileView& v);
void write(cli::JsonWriter& out, const RankingView& v);
void write(cli::JsonWriter& out, const LeagueView& v);
void write(cli::JsonWriter& out, const SymbolView& v);
void write(cli::JsonWriter& out, const ParentView& v);
void write(cli::JsonWriter& out, const ChildView& v);
void write(cli::JsonWriter& out, const DecisionView& v);
void write(cli::JsonWriter& out, const ExecutionView& v);
void write(cli::JsonWriter& out, const TimelineView& v);
void write(cli::JsonWriter& out, const MessagesView& v);
void write(cli::JsonWriter& out, const BestExecutionRow& v);
void write(cli::JsonWriter& out, const SeriesView& v);
void write(cli::JsonWriter& out, const HealthView& v);
void write(cli::JsonWriter& out, const KillView& v);
void write(cli::JsonWriter& out, const UnsettledView& v);
void write(cli::JsonWriter& out, const RejectionView& v);
void write(cli::JsonWriter& out, const ConfigView& v);
void write(cli::JsonWriter& out, const ReloadView& v);

// "measured": numbers by KPI, null where there is none; "measured_absent": why.
void write_measured(cli::JsonWriter& out,
                    const std::vector<std::pair<std::string, Known>>& measured);

// The same rows as CSV, with its header, for spreadsheets.
std::string best_execution_csv(const std::vector<BestExecutionRow>& rows);

// Of an object that is open: one KPI of a profile.
void write_members(cli::JsonWriter& out, const LeagueTerm& term);

// Also what a desk publishes as an event.
template <class View>
std::string json_of(const View& view) {
    cli::JsonWriter out;
    write(out, view);
    return out.text();
}

// {"rows": [...], "next_cursor": null}
template <class View>
std::string json_of(const Rows<View>& rows) {
    cli::JsonWriter out;
    out.begin_object();
    out.key("rows");
    out.begin_array();
    for (const View& row : rows.rows) write(out, row);
    out.end_array();
    out.key("next_cursor");
    if (rows.next_cursor.empty())
        out.null();
    else
        out.value(std::string_view(rows.next_cursor));
    out.end_object();
    return out.text();
}

}  // namespace assay::http
