#include "hosts/cli/catalog_output.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/catalog_entry_json.h"
#include "hosts/cli/columns.h"
#include "hosts/cli/json_writer.h"

namespace assay::cli {
namespace {

const char* in_words(kpi::Good good) {
    switch (good) {
        case kpi::Good::higher:
            return "higher is better";
        case kpi::Good::lower:
            return "lower is better";
        case kpi::Good::neither:
            return "no judgement";
    }
    return "";
}

const char* sign(const Terminal& t, kpi::Good good) {
    switch (good) {
        case kpi::Good::higher:
            return t.utf8 ? "↑" : "+";
        case kpi::Good::lower:
            return t.utf8 ? "↓" : "-";
        case kpi::Good::neither:
            return " ";
    }
    return "";
}

}  // namespace

std::string catalog_text(Catalog catalog, const Terminal& t) {
    int name = 0, unit = 0;
    for (const kpi::Entry& e : catalog) {
        name = std::max(name, display_width(e.name));
        unit = std::max(unit, display_width(e.unit));
    }
    std::string out;
    for (const kpi::Tier tier : {kpi::Tier::volume, kpi::Tier::execution, kpi::Tier::liquidity}) {
        out += (out.empty() ? "" : "\n") + painted(t, Style::bold, title_of(tier)) + "\n";
        for (const kpi::Entry& e : catalog) {
            if (e.tier != tier) continue;
            const std::string head = "  " + padded(std::string(e.name), name, Align::left);
            const std::string rest = fmt::format("  {} {}  {}", sign(t, e.good),
                                                 padded(std::string(e.unit), unit, Align::left),
                                                 printable(t, e.formula));
            const int room = t.width - display_width(head);
            out += painted(t, Style::accent, head) + cut_to(t, rest, room) + "\n";
        }
    }
    const std::string legend = fmt::format(
        "\n{} higher is better, {} lower is better. `assay catalog NAME` tells all of one KPI.\n",
        sign(t, kpi::Good::higher), sign(t, kpi::Good::lower));
    return out + painted(t, Style::dim, legend);
}

std::string kpi_text(const kpi::Entry& e, const Terminal& t) {
    std::string out = painted(t, Style::bold, e.name) + "\n";
    const auto line = [&](const char* label, std::string_view text) {
        if (text.empty()) return;
        const std::string head = fmt::format("  {:<9}", label);
        const std::string all = wrapped(head + printable(t, text), t.width, 11);
        out += painted(t, Style::dim, head) + all.substr(head.size()) + "\n";
    };
    line("heading", heading(e));
    line("tier", title_of(e.tier));
    line("unit", e.unit);
    line("sign", in_words(e.good));
    line("formula", e.formula);
    line("example", e.example);
    line("source", e.source);
    return out;
}

std::string catalog_json(Catalog catalog) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    w.key("kpis");
    w.begin_array();
    for (const kpi::Entry& e : catalog) {
        w.begin_object();
        write_members(w, e);
        w.end_object();
    }
    w.end_array();
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
