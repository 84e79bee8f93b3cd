// Times as people read them: 2026-03-02T14:30:00.123456789Z, in UTC.
#pragma once

#include <chrono>
#include <fmt/format.h>
#include <string>

#include "core/units/nanos.h"

namespace assay::cli {

inline std::string iso_time(Nanos at) {
    using namespace std::chrono;
    const std::int64_t day = utc_day(at), ns = at.ns - day * kDay.ns, s = ns / kSecond.ns;
    const year_month_day date{sys_days{days{day}}};
    std::string text =
        fmt::format("{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    s / 3600, s / 60 % 60, s % 60);
    if (const std::int64_t rest = ns % kSecond.ns; rest != 0) {
        text += fmt::format(".{:09d}", rest);
        while (text.back() == '0') text.pop_back();
    }
    return text + "Z";
}

// For tables: what is finer is cut off.
inline std::string to_the_millisecond(Nanos at) {
    return iso_time(at - Duration{((at.ns % kMillisecond.ns) + kMillisecond.ns) % kMillisecond.ns});
}

}  // namespace assay::cli
