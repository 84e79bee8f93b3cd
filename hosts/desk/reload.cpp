#include "hosts/desk/reload.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <string_view>

#include "core/desk/rules.h"

namespace assay::desk {

namespace {

bool of_section(std::string_view key, std::string_view section) {
    return key.starts_with(section) && (key.size() == section.size() || key[section.size()] == '.');
}

bool may_change(std::string_view key) {
    if (key == "log.level" || key == "log") return true;
    if (key.starts_with("desk.profile_files ")) return true;  // what is in one of them
    constexpr std::string_view kSections[] = {"limits", "router", "parents", "lp", "history"};
    return std::any_of(std::begin(kSections), std::end(kSections),
                       [&](std::string_view s) { return of_section(key, s); });
}

}  // namespace

Reload what_changed(const DeskSettings& now, const DeskSettings& then) {
    Reload r;
    std::map<std::string, std::pair<const std::string*, const std::string*>> both;
    for (const auto& [key, value] : now.keys) both[key].first = &value;
    for (const auto& [key, value] : then.keys) both[key].second = &value;
    for (const auto& [key, values] : both) {
        const auto& [before, after] = values;
        if (before != nullptr && after != nullptr && *before == *after) continue;
        if ((before == nullptr || before->empty()) && (after == nullptr || after->empty()))
            continue;  // a section that came or went with nothing in it
        if (!may_change(key)) {
            r.takes_restart.push_back(key);
            continue;
        }
        const auto shown = [](const std::string* v) {
            return v == nullptr ? std::string("(none)") : *v;
        };
        r.changed.push_back(fmt::format("{}: {} -> {}", key, shown(before), shown(after)));
    }
    // The order of sessions, or something that profiles share with what is remembered of today.
    if (r.takes_restart.empty()) {
        if (const std::string why = Rules::of(then.desk).against(now.desk); !why.empty())
            r.takes_restart.push_back(why);
        else if (now.state_version != then.state_version)
            r.takes_restart.emplace_back("the order of the sections [session.NAME]");
    }
    return r;
}

}  // namespace assay::desk
