#include "hosts/cli/comparison_document.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace assay::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

judge::Standing standing_of(const std::string& said) {
    for (const auto s : {judge::Standing::reference, judge::Standing::clearly_cheaper,
                         judge::Standing::clearly_dearer, judge::Standing::no_clear_difference})
        if (said == text(s)) return s;
    return judge::Standing::not_compared;
}

}  // namespace

Result<std::map<std::string, judge::Compared>> read_comparison(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    std::ostringstream content;
    content << file.rdbuf();
    const json d = json::parse(content.str(), nullptr, false);
    const auto not_one = [&](std::string_view what) {
        return fail(fmt::format("{}: {}; the output of `assay compare --format json` is expected",
                                path, what));
    };
    if (d.is_discarded() || !d.is_object()) return not_one("is no JSON document");
    const auto rows = d.find("rows");
    if (text_of(d, "reference").empty() || rows == d.end() || !rows->is_array())
        return not_one("has no reference and rows");
    std::map<std::string, judge::Compared> out;
    for (const json& row : *rows) {
        if (!row.is_object() || text_of(row, "policy").empty())
            return not_one("has a row that is none");
        const std::string policy = text_of(row, "policy");
        const auto standing = standing_of(text_of(row, "standing"));
        // The rows over all scenarios come first; one alone stands for all.
        const bool fresh = !out.contains(policy);
        judge::Compared& c = out[policy];
        if (fresh) {
            c.reference = text_of(d, "reference");
            c.standing = standing;
            const auto regret = row.find("regret");
            if (regret != row.end() && regret->is_object())
                if (const auto bps = regret->find("bps"); bps != regret->end() && bps->is_number())
                    c.regret_bps = bps->get<double>();
        }
        if (standing == judge::Standing::clearly_dearer && c.standing != standing)
            c.dearer_in = text_of(row, "scenario");
    }
    return out;
}

}  // namespace assay::cli
