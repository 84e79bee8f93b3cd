#include "hosts/cli/config_forms.h"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "hosts/cli/csv.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"

namespace assay {
namespace {

std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> parts;
    while (!trimmed(list).empty()) {
        const std::size_t comma = list.find(',');
        parts.push_back(trimmed(list.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return parts;
}

constexpr std::array<std::string_view, 6> kByNames{"lp",     "symbol", "size",
                                                   "regime", "hour",   "side"};

std::string format_time(Nanos t) {
    const std::int64_t day = utc_day(t);
    const std::int64_t ns = t.ns - day * kDay.ns;
    // Civil date of a day number, by eras of 400 years (146,097 days) that begin on 1 March.
    const std::int64_t shifted = day + 719'468;
    const std::int64_t era = floor_div(shifted, 146'097), in_era = shifted - era * 146'097;
    const std::int64_t year_in_era =
        (in_era - in_era / 1'460 + in_era / 36'524 - in_era / 146'096) / 365;
    const std::int64_t in_year = in_era - (365 * year_in_era + year_in_era / 4 - year_in_era / 100);
    const std::int64_t march_month = (5 * in_year + 2) / 153;
    const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    const std::int64_t year = year_in_era + era * 400 + (month <= 2);
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month,
                                   in_year - (153 * march_month + 2) / 5 + 1, ns / kHour.ns,
                                   ns / kMinute.ns % 60, ns / kSecond.ns % 60);
    if (ns % kSecond.ns != 0) text += fmt::format(".{:09}", ns % kSecond.ns);
    return text + "Z";
}
}  // namespace

std::string get_by(Settings& s) {
    std::string text;
    for (std::size_t i = 0; i < kByNames.size(); ++i)
        if (s.config.by & (1u << i)) text += (text.empty() ? "" : ",") + std::string(kByNames[i]);
    return text;
}
Result<std::uint32_t> by_of(std::string_view text) {
    std::uint32_t by = 0;
    for (const std::string_view part : split(text)) {
        std::size_t i = 0;
        while (i < kByNames.size() && kByNames[i] != part) ++i;
        if (i == kByNames.size()) {
            const std::string meant = did_you_mean(part, kByNames);
            return fail(fmt::format(
                "\"{}\" is nothing to group by{}", part,
                meant.empty() ? fmt::format("; the keys are {}", fmt::join(kByNames, ", "))
                              : meant));
        }
        if ((by & 1u << i) != 0) return fail(fmt::format("\"{}\" stands twice", part));
        by |= 1u << i;
    }
    if (by == 0) return fail("names nothing to group by");
    if (trimmed(text).ends_with(',')) return fail("ends with a comma");
    return by;
}
std::string set_by(Settings& s, std::string_view text) {
    const Result<std::uint32_t> by = by_of(text);
    if (!by) return by.error().text();
    s.config.by = *by;
    return {};
}

std::string set_time(Nanos& out, std::string_view text, Nanos open) {
    if (text == "open") {
        out = open;
        return {};
    }
    CsvTime time;
    const std::string midnight = std::string(text) + "T00:00:00Z";
    if (time.parse(text, out) || (text.size() == 10 && time.parse(midnight, out))) return {};
    return "is not a time";
}
std::string get_since(Settings& s) {
    return s.config.since.ns == INT64_MIN ? "open" : format_time(s.config.since);
}
std::string get_until(Settings& s) {
    return s.config.until.ns == INT64_MAX ? "open" : format_time(s.config.until);
}

// auto is kept as -2 ns, never as -1 ns: a kernel takes both as never.
std::string stale_after_text(Settings& s) {
    const Duration d = s.config.quotes.stale_after;
    return d.ns == -2 ? "auto" : d.ns < 0 ? "never" : format_duration(d);
}
std::string set_stale_after(Settings& s, std::string_view text) {
    Duration& d = s.config.quotes.stale_after;
    if (text == "auto" || text == "never") {
        d = Duration{text == "auto" ? -2 : -1};
        return {};
    }
    const std::optional<Duration> parsed = parse_duration(text);
    if (!parsed) return "is not a duration";
    if (*parsed < kMillisecond || *parsed > kDay) return "is out of range";
    d = *parsed;
    return {};
}

std::string get_lp_from(Settings& s) {
    if (s.lp_from == LpFrom::automatic) return "auto";
    switch (s.parties.lp_source) {
        case fix::LpSource::comp_id:
            return "comp_id";
        case fix::LpSource::tag:
            return fmt::format("tag:{}", s.parties.lp_tag);
        case fix::LpSource::party_role:
            return fmt::format("party:{}", s.parties.lp_party_role);
    }
    return "auto";
}
std::string set_lp_from(Settings& s, std::string_view text) {
    if (text == "auto" || text == "comp_id") {
        s.lp_from = text == "auto" ? LpFrom::automatic : LpFrom::as_parties_say;
        s.parties.lp_source = fix::LpSource::comp_id;
        return {};
    }
    const std::size_t colon = text.find(':');
    const std::string_view form = text.substr(0, colon);
    std::uint32_t number = 0;
    if (colon == std::string_view::npos || (form != "tag" && form != "party"))
        return "is not a way to name the LP";
    const std::string_view digits = text.substr(colon + 1);
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size() || number == 0)
        return fmt::format("has no number after \"{}:\"", form);
    if (form == "tag" && number != 100 && number != 30 && number != 207 && number != 128)
        return fmt::format("names tag {}", number);
    s.lp_from = LpFrom::as_parties_say;
    if (form == "tag") {
        s.parties.lp_source = fix::LpSource::tag;
        s.parties.lp_tag = number;
    } else {
        s.parties.lp_source = fix::LpSource::party_role;
        s.parties.lp_party_role = static_cast<std::int32_t>(number & 0x7fffffff);
    }
    return {};
}

std::string get_ours(Settings& s) {
    return fmt::format("{}", fmt::join(s.parties.ours, ","));
}
std::string set_ours(Settings& s, std::string_view text) {
    s.parties.ours.clear();
    for (const std::string_view part : split(text)) s.parties.ours.emplace(part);
    return {};
}
std::string get_drop_copies(Settings& s) {
    return fmt::format("{}", fmt::join(s.parties.drop_copies, ","));
}
std::string set_drop_copies(Settings& s, std::string_view text) {
    s.parties.drop_copies.clear();
    for (const std::string_view part : split(text)) s.parties.drop_copies.emplace(part);
    return {};
}

std::string set_profile(Settings& s, std::string_view text) {
    if (text.empty()) return "is empty";
    s.profile = text;
    return {};
}

}  // namespace assay
