#include "hosts/cli/numbers.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

#include "core/units/nanos.h"

namespace assay::cli {

std::string grouped(std::int64_t n) {
    std::string text = fmt::format("{}", n);
    const std::size_t first = n < 0 ? 1 : 0;
    for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
    return text;
}

std::string grouped(double x) {
    if (!std::isfinite(x) || std::abs(x) >= 9e15) return shortest(x);
    std::string text = fmt::format("{:.2f}", x);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::size_t first = text[0] == '-' ? 1 : 0;
    for (std::size_t i = point; i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
    return text == "-0" ? "0" : text;
}

std::string whole_shares(Qty q) {
    return grouped(q.micro / 1'000'000);
}
std::string with_decimals(double x, int decimals) {
    std::string text = fmt::format("{:.{}f}", x, decimals);
    // A number that rounds to zero has no sign worth showing.
    if (text[0] == '-' && text.find_first_not_of("-0.") == text.npos) text.erase(0, 1);
    return text;
}

std::string bytes_in_words(std::uint64_t n) {
    constexpr std::array<const char*, 5> kUnits = {"bytes", "kB", "MB", "GB", "TB"};
    double x = static_cast<double>(n);
    std::size_t unit = 0;
    while (x >= 999.5 && unit + 1 < kUnits.size()) {
        x /= 1000;
        ++unit;
    }
    if (unit == 0) return fmt::format("{} bytes", n);
    return fmt::format("{:.{}f} {}", x, x < 99.95 ? 1 : 0, kUnits[unit]);
}

std::string utc_time(std::int64_t ns) {
    const std::int64_t day = floor_div(ns, kDay.ns);
    const std::int64_t in_day = ns - day * kDay.ns;
    // Days to civil date: eras of 400 years that begin on 1 March.
    const std::int64_t shifted = day + 719468;
    const std::int64_t era = floor_div(shifted, 146097);
    const std::int64_t of_era = shifted - era * 146097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t day_of_year =
        of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t date = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    const std::int64_t second = in_day / kSecond.ns;
    std::string text =
        fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}", year, month, date, second / 3600,
                    second / 60 % 60, second % 60, in_day % kSecond.ns);
    for (int group = 0; group < 3 && text.ends_with("000"); ++group) text.resize(text.size() - 3);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string_view unit_in_table(std::string_view unit) {
    return unit.starts_with("share of") ? std::string_view{"%"} : unit;
}

int ms_decimals(double largest) {
    return largest < 10 ? 2 : largest < 1000 ? 1 : 0;
}

std::string in_table(double x, const kpi::Entry& entry, int decimals_of_ms) {
    const std::string_view unit = entry.unit;
    if (!std::isfinite(x)) return "";
    if (unit.starts_with("share of")) return with_decimals(100 * x, 1);
    if (unit == "bps") {
        const std::string text = with_decimals(x, 2);
        const bool signed_kpi = entry.good == kpi::Good::higher;
        return signed_kpi && x > 0 && text.find_first_not_of("0.") != text.npos ? "+" + text : text;
    }
    if (unit == "ms") return with_decimals(x, decimals_of_ms);
    if (unit == "count" || unit == "shares" || unit.starts_with("lots")) return grouped(x);
    if (unit.starts_with("currency")) return with_decimals(x, 5);
    if (unit.starts_with("points")) return with_decimals(x, 1);
    return with_decimals(x, 2);
}

}  // namespace assay::cli
