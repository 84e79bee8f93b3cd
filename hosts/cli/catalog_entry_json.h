// One KPI of the catalog as JSON: the same on the command line and in the API.
#pragma once

#include "core/kpi/catalog.h"
#include "hosts/cli/json_writer.h"

namespace assay::cli {

// Members of an object that is open.
inline void write_members(JsonWriter& out, const kpi::Entry& e) {
    out.member("name", e.name);
    out.member("title", e.title);
    out.member("unit", e.unit);
    out.member("tier", kpi::text(e.tier));
    out.member("good", e.good == kpi::Good::higher  ? "higher"
                       : e.good == kpi::Good::lower ? "lower"
                                                    : "neither");
    out.member("formula", e.formula);
    out.member("source", e.source);
    out.member("example", e.example);
}

}  // namespace assay::cli
