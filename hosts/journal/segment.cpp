#include "hosts/journal/segment.h"

#include <charconv>
#include <chrono>
#include <fmt/format.h>

#include "hosts/journal/whole_number.h"

namespace assay::journal {
namespace {

constexpr std::string_view kBefore = "journal-", kAfter = ".fix", kBatch = "batch ",
                           kSession = "session ";
constexpr std::size_t kSeqDigits = 12, kDateDigits = 8;

}  // namespace

std::string segment_name(std::uint64_t first, Nanos at) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{utc_day(at)}}};
    return fmt::format("{}{:0{}d}-{:04d}{:02d}{:02d}{}", kBefore, first, kSeqDigits,
                       static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), kAfter);
}

std::optional<Segment> segment_of(std::string_view name) {
    if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) return std::nullopt;
    const std::string_view middle =
        name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size());
    if (middle.size() < kSeqDigits + 1 + kDateDigits) return std::nullopt;
    const std::size_t dash = middle.size() - kDateDigits - 1;
    Segment s{std::string(name), 0, std::string(middle.substr(dash + 1))};
    std::uint64_t date = 0;
    if (middle[dash] != '-' || !whole(middle.substr(0, dash), s.first) || !whole(s.date, date))
        return std::nullopt;
    return s;
}

Result<std::vector<Segment>> segments_in(Disk& disk, const std::string& folder) {
    const auto names = disk.list(folder);
    if (!names) return std::unexpected(names.error());
    std::vector<Segment> all;
    for (const std::string& name : *names)
        if (auto segment = segment_of(name)) all.push_back(std::move(*segment));
    return all;
}

std::string batch_note(std::uint64_t durable) {
    return fmt::format("{}{}", kBatch, durable);
}

std::optional<std::uint64_t> durable_of(std::string_view note) {
    std::uint64_t durable = 0;
    if (!note.starts_with(kBatch) || !whole(note.substr(kBatch.size()), durable))
        return std::nullopt;
    return durable;
}

std::string session_note(const SessionNote& session) {
    return fmt::format("{}{} {}", kSession, session.number, session.name);
}

std::optional<SessionNote> session_of(std::string_view note) {
    if (!note.starts_with(kSession)) return std::nullopt;
    note.remove_prefix(kSession.size());
    const std::size_t space = note.find(' ');
    SessionNote out;
    if (space == std::string_view::npos || !whole(note.substr(0, space), out.number))
        return std::nullopt;
    out.name = note.substr(space + 1);
    return out;
}

}  // namespace assay::journal
