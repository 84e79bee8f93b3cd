#include "hosts/journal/entry.h"

#include <array>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <optional>

#include "core/fix/record.h"
#include "hosts/journal/whole_number.h"

namespace assay::journal {
namespace {

void write_time(Nanos at, std::string& out) {
    using namespace std::chrono;
    const std::int64_t day = utc_day(at), ns = at.ns - day * kDay.ns, s = ns / kSecond.ns;
    const year_month_day date{sys_days{days{day}}};
    fmt::format_to(std::back_inserter(out), "{:04d}{:02d}{:02d}-{:02d}:{:02d}:{:02d}.{:09d}",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), s / 3600, s / 60 % 60, s % 60,
                   ns % kSecond.ns);
}

std::optional<Nanos> read_time(std::string_view t) {
    using namespace std::chrono;
    if (t.size() != kTimeLength || t[8] != '-' || t[11] != ':' || t[14] != ':' || t[17] != '.')
        return std::nullopt;
    int y = 0;
    unsigned m = 0, d = 0;
    std::int64_t hour = 0, minute = 0, second = 0, ns = 0;
    const bool ok = whole(t.substr(0, 4), y) && whole(t.substr(4, 2), m) &&
                    whole(t.substr(6, 2), d) && whole(t.substr(9, 2), hour) &&
                    whole(t.substr(12, 2), minute) && whole(t.substr(15, 2), second) &&
                    whole(t.substr(18), ns);
    const year_month_day date{year{y}, month{m}, day{d}};
    // Within what nanoseconds since 1970 can hold.
    if (!ok || !date.ok() || y < 1700 || y > 2200 || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return Nanos{sys_days{date}.time_since_epoch().count() * kDay.ns +
                 ((hour * 60 + minute) * 60 + second) * kSecond.ns + ns};
}

// Eight hexadecimal digits in small letters: one way of writing it, so that no other is taken.
std::array<char, 8> sum_of(std::string_view head, std::string_view bytes) {
    const std::uint32_t sum = fix::crc32c(bytes, fix::crc32c(head));
    std::array<char, 8> text;
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = "0123456789abcdef"[sum >> (28 - 4 * i) & 15];
    return text;
}

// The fields before the bytes, cut off one by one.
class Head {
  public:
    explicit Head(std::string_view text) : text_(text) {}
    std::optional<std::string_view> next() {
        const std::size_t space = text_.find(' ', at_);
        if (space == std::string_view::npos || space == at_) return std::nullopt;
        const std::string_view field = text_.substr(at_, space - at_);
        at_ = space + 1;
        return field;
    }
    std::size_t at() const { return at_; }

  private:
    std::string_view text_;
    std::size_t at_{};
};

}  // namespace

void write_entry(const Entry& e, std::string& out) {
    const std::size_t begin = out.size();
    write_time(e.at, out);
    fmt::format_to(std::back_inserter(out), " {} {} {} {} ", e.seq, e.session,
                   static_cast<char>(e.mark), e.bytes.size());
    const auto sum = sum_of(std::string_view(out).substr(begin), e.bytes);
    out.append(sum.data(), sum.size()).push_back(' ');
    out.append(e.bytes).push_back('\n');
}

std::variant<Read, Incomplete, Damaged> read_entry(std::string_view text) {
    Head head(text.substr(0, kMostHead));
    const bool short_of_head = text.size() < kMostHead;
    Read read;
    std::size_t length = 0;
    const auto time = head.next(), seq = head.next(), session = head.next(), mark = head.next(),
               size = head.next();
    const std::size_t summed = head.at();
    const auto crc = head.next();
    if (!crc) {
        if (short_of_head && text.find('\n') == std::string_view::npos) return Incomplete{};
        return Damaged{"it does not begin with time, sequence, session, mark, length and checksum"};
    }
    const auto at = read_time(*time);
    if (!at) return Damaged{"its time cannot be read"};
    read.entry.at = *at;
    if (!whole(*seq, read.entry.seq) || !whole(*session, read.entry.session) ||
        !whole(*size, length) || mark->size() != 1 || crc->size() != 8)
        return Damaged{"one of sequence, session, mark, length and checksum cannot be read"};
    read.entry.mark = static_cast<Mark>((*mark)[0]);
    if (read.entry.mark != Mark::received && read.entry.mark != Mark::sent &&
        read.entry.mark != Mark::note && read.entry.mark != Mark::own)
        return Damaged{"its mark is none of < > ! #"};
    if (length > kMostBytes) return Damaged{"its length is beyond what an entry may have"};
    if (text.size() < head.at() + length + 1) return Incomplete{};
    read.entry.bytes = text.substr(head.at(), length);
    read.length = head.at() + length + 1;
    if (text[read.length - 1] != '\n') return Damaged{"it does not end where its length says"};
    const auto sum = sum_of(text.substr(0, summed), read.entry.bytes);
    if (std::string_view(sum.data(), sum.size()) != *crc) return Damaged{"its checksum is wrong"};
    return read;
}

}  // namespace assay::journal
