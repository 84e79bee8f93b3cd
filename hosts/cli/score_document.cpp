// This and comparison_document.cpp name the JSON library, nobody else; what is written is written
// by JsonWriter.
#include "hosts/cli/score_document.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace assay::cli {
namespace {

using nlohmann::json;

std::optional<double> number(const json& object, std::string_view name) {
    const auto it = object.find(name);
    if (it == object.end() || !it->is_number()) return std::nullopt;
    return it->get<double>();
}

std::string text_of(const json& object, std::string_view name) {
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool flag(const json& object, std::string_view name) {
    const auto it = object.find(name);
    return it != object.end() && it->is_boolean() && it->get<bool>();
}

kpi::Absent why_absent(std::string_view reason) {
    for (int why = 0; why <= static_cast<int>(kpi::Absent::no_lot_price); ++why)
        if (reason == kpi::text(static_cast<kpi::Absent>(why)))
            return static_cast<kpi::Absent>(why);
    return kpi::Absent::not_measured;
}

score::Row row_of(const json& object, const std::vector<std::string>& by, Catalog catalog) {
    score::Row row;
    for (const std::string& key : by)
        if (object.contains(key)) row.keys.emplace_back(key, text_of(object, key));
    const auto absent = object.find("absent");
    for (const kpi::Entry& entry : catalog) {
        kpi::Value value{number(object, entry.name), kpi::Absent::no};
        if (!value.number)
            value.why = absent != object.end() ? why_absent(text_of(*absent, entry.name))
                                               : kpi::Absent::not_measured;
        row.values.push_back(value);
    }
    row.composite = number(object, "composite");
    row.composite_sd = number(object, "composite_sd");
    row.lcb = number(object, "lcb");
    row.p_best = number(object, "p_best");
    row.n_eff = number(object, "n_eff");
    row.no_score = text_of(object, "no_score");
    if (const auto rank = number(object, "rank")) row.rank = static_cast<int>(*rank);
    row.undecided = flag(object, "undecided");
    if (const auto parts = object.find("contributions"); parts != object.end() && parts->is_array())
        for (const json& part : *parts)
            if (part.is_object())
                row.contributions.push_back({.kpi = text_of(part, "kpi"),
                                             .weight_bp = 0,
                                             .believed = number(part, "believed"),
                                             .sd = number(part, "sd"),
                                             .points = number(part, "points")});
    return row;
}

// "3:14" out of a position in bytes, both from 1.
std::string line_and_column(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, std::min(at == 0 ? 0 : at - 1, text.size()));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("{}:{}", lines + 1, before.size() - line_start + 1);
}

Result<score::Report> report_of(const std::string& name, const json& document, Catalog catalog) {
    const auto wrong = [&](std::string_view what) {
        return fail(fmt::format(
            "{}: {}; `assay score FILES --format json` writes what is compared here", name, what));
    };
    if (!document.is_object()) return wrong("not a scorecard");
    const auto rows = document.find("rows"), by = document.find("by"),
               total = document.find("total");
    if (rows == document.end() || !rows->is_array() || by == document.end() || !by->is_array() ||
        total == document.end() || !total->is_object())
        return wrong("JSON, but not a scorecard");
    if (number(document, "version") != 1.0)
        return wrong(fmt::format("a scorecard of version {}, and only version 1 is known",
                                 document.contains("version") ? document["version"].dump() : "?"));
    score::Report report;
    for (const json& key : *by)
        if (key.is_string()) report.by.push_back(key.get<std::string>());
    for (const json& row : *rows) {
        if (!row.is_object()) return wrong("a scorecard with a row that is none");
        report.rows.push_back(row_of(row, report.by, catalog));
    }
    report.total = row_of(*total, {}, catalog);
    report.profile = text_of(document, "profile");
    report.config_version = text_of(document, "config_version");
    report.settings_version = text_of(document, "settings_version");
    report.since = text_of(document, "since");
    report.until = text_of(document, "until");
    report.lenient = flag(document, "lenient");
    if (const auto list = document.find("assumptions"); list != document.end() && list->is_array())
        for (const json& line : *list)
            if (line.is_string()) report.assumptions.push_back(line.get<std::string>());
    return report;
}

}  // namespace

Result<score::Report> read_score_document(const std::string& name, const std::string& text,
                                          Catalog catalog) {
    try {
        return report_of(name, json::parse(text), catalog);
    } catch (const json::parse_error& e) {
        return fail(fmt::format("{}:{}: this is not JSON{}", name, line_and_column(text, e.byte),
                                text.empty() ? ": it is empty" : ""));
    } catch (const json::exception& e) {
        return fail(fmt::format("{}: not a scorecard: {}", name, e.what()));
    }
}

}  // namespace assay::cli
