#include "core/sim/fix_log.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/fix/values.h"
#include "core/units/decimal.h"

namespace assay::sim {

std::string fix_time(Nanos at) {
    // Civil date of a day number: years that begin in March, eras of 400 of them.
    const std::int64_t days = utc_day(at), z = days + 719'468, era = floor_div(z, 146'097);
    const std::int64_t doe = z - era * 146'097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    const std::int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = yoe + era * 400 + (month <= 2);
    const std::int64_t in_day = at.ns - days * kDay.ns, s = in_day / kSecond.ns;
    return fmt::format("{:04}{:02}{:02}-{:02}:{:02}:{:02}.{:09}", year, month, day, s / 3600,
                       s / 60 % 60, s % 60, in_day % kSecond.ns);
}

fix::Record captured(std::string_view line, std::uint32_t session, std::uint64_t seq) {
    constexpr std::size_t kStamp = 30;  // "20261120-10:00:00.000000000 : "
    Nanos at;
    fix::read_utc_timestamp(line.substr(0, kStamp - 3), at);
    line.remove_prefix(kStamp);
    if (line.ends_with('\n')) line.remove_suffix(1);
    return {at,
            session,
            fix::Direction::unknown,
            seq,
            static_cast<std::uint32_t>(line.size()),
            fix::crc32c(line),
            line};
}

std::string FixLog::line(Nanos at, std::string_view from, std::string_view to,
                         std::string_view type, std::string_view body) {
    const std::uint64_t seq = ++seq_[{std::string(from), std::string(to)}];
    const std::string time = fix_time(at);
    std::string rest =
        fmt::format("35={}|49={}|56={}|34={}|52={}|{}", type, from, to, seq, time, body);
    std::replace(rest.begin(), rest.end(), '|', '\x01');
    std::string text = fmt::format("8={}\x01{}={}\x01", begin_string_, 9, rest.size()) + rest;
    unsigned sum = 0;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    return fmt::format("{} : {}10={:03}\x01\n", time, text, sum % 256);
}

std::string FixLog::quote(Nanos at, std::string_view from, std::string_view to,
                          std::string_view symbol, Price bid, Price ask, Qty bid_size,
                          Qty ask_size) {
    return line(at, from, to, "W",
                fmt::format("55={}|268=2|269=0|270={}|271={}|269=1|270={}|271={}|", symbol,
                            to_text(bid), to_text(bid_size), to_text(ask), to_text(ask_size)));
}

std::uint64_t FixLog::seq(std::string_view from, std::string_view to) const {
    const auto it = seq_.find({std::string(from), std::string(to)});
    return it == seq_.end() ? 0 : it->second;
}

}  // namespace assay::sim
