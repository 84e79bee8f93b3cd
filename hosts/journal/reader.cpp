#include "hosts/journal/reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace assay::journal {
namespace {

constexpr std::size_t kWindow = std::size_t{1} << 20;
constexpr std::string_view kOwnMark = " # ";

// Where the entry begins whose mark stands at `mark`: session, sequence and time stand before it.
std::size_t head_before(std::string_view text, std::size_t mark) {
    for (int field = 0; field < 2; ++field) {
        while (mark > 0 && text[mark - 1] >= '0' && text[mark - 1] <= '9') --mark;
        if (mark > 0) --mark;
    }
    return mark - std::min(mark, kTimeLength);
}

}  // namespace

Result<Reader> Reader::open(Disk& disk, std::string folder, std::uint64_t from) {
    Reader r(disk, std::move(folder));
    auto segments = segments_in(disk, r.folder_);
    if (!segments) return std::unexpected(segments.error());
    r.segments_ = std::move(*segments);
    r.from_ = std::max<std::uint64_t>(from, 1);
    // The last one that begins at or before it; earlier ones are not looked at.
    for (std::size_t i = 0; i < r.segments_.size(); ++i)
        if (r.segments_[i].first <= r.from_) r.segment_ = i;
    if (!r.segments_.empty()) r.expected_ = r.segments_[r.segment_].first;
    if (r.expected_ > r.from_)
        return fail(
            fmt::format("{}: it begins with entry {}, and entry {} is asked for: earlier "
                        "files were pruned or are missing",
                        r.folder_, r.expected_, r.from_));
    return r;
}

std::string Reader::path() const {
    return segments_.empty() ? folder_ : folder_ + "/" + segments_[segment_].name;
}

// Whether bytes were added to the window.
Result<bool> Reader::more() {
    window_.erase(0, at_);
    begin_ += std::exchange(at_, 0);
    const auto got = disk_->read(path(), begin_ + window_.size(), kWindow, window_);
    if (!got) return std::unexpected(got.error());
    return *got > 0;
}

// Whether something behind the present place says that it had been made durable.
Result<bool> Reader::acknowledged_behind() {
    if (segment_ + 1 < segments_.size()) return true;  // a file is begun when all before is durable
    std::string rest = window_.substr(at_);
    for (;;) {
        const auto got = disk_->read(path(), begin_ + at_ + rest.size(), kWindow, rest);
        if (!got) return std::unexpected(got.error());
        if (*got == 0) break;
    }
    // Not by lines: the line break before it may be what is damaged.
    for (std::size_t mark = rest.find(kOwnMark); mark != std::string::npos;
         mark = rest.find(kOwnMark, mark + 1)) {
        const auto tried = read_entry(std::string_view(rest).substr(head_before(rest, mark)));
        const Read* read = std::get_if<Read>(&tried);
        if (read == nullptr || read->entry.mark != Mark::own) continue;
        // What a counterparty wrote into a message looks like a line of ours at most by luck: it
        // does not know our numbers.
        const auto durable = durable_of(read->entry.bytes);
        if (durable && *durable + 1 == read->entry.seq && *durable >= expected_) return true;
    }
    return false;
}

// What stands here cannot be read: the half-done end, or damage.
Result<void> Reader::bad(const char* why) {
    const auto known = acknowledged_behind();
    if (!known) return std::unexpected(known.error());
    if (!*known) {
        const auto size = disk_->size(path());
        if (!size) return std::unexpected(size.error());
        torn_ = TornEnd{path(), begin_ + at_, *size - begin_ - at_};
        return {};
    }
    return fail(fmt::format(
        "{}: the entry at byte {} (number {}) is damaged: {}. What stands behind it was "
        "acknowledged, so this is no write that was cut short. Put the file back from a "
        "backup; or move it and all later ones out of the folder, and everything from "
        "entry {} on is given up",
        path(), begin_ + at_, expected_, why, expected_));
}

Result<void> Reader::take_note(const Entry& note) {
    if (!headed_) {
        if (note.bytes != kHeadNote)
            return fail(
                fmt::format("{}: it begins with \"{}\", where \"{}\" is expected: another "
                            "version wrote it",
                            path(), note.bytes.substr(0, 60), kHeadNote));
        headed_ = true;
    } else if (const auto durable = durable_of(note.bytes)) {
        durable_ = std::max(durable_, *durable);
    } else if (const auto session = session_of(note.bytes)) {
        sessions_[session->number] = session->name;
    }
    return {};
}

// The next line of the present file; nullopt at its end.
Result<std::optional<Entry>> Reader::next_line() {
    for (;;) {
        const std::string_view text = std::string_view(window_).substr(at_);
        const auto tried =
            text.empty() ? std::variant<Read, Incomplete, Damaged>{Incomplete{}} : read_entry(text);
        const char* why = "the file ends in the middle of it";
        if (const Read* read = std::get_if<Read>(&tried)) {
            if (read->entry.seq == expected_ && (headed_ || read->entry.mark == Mark::own)) {
                offset_ = begin_ + at_;
                at_ += read->length;
                return read->entry;
            }
            why = "its number is not the next one";
        } else if (const Damaged* damaged = std::get_if<Damaged>(&tried)) {
            why = damaged->why;
        } else {
            const auto got = more();
            if (!got) return std::unexpected(got.error());
            if (*got) continue;
            if (at_ == window_.size()) return std::nullopt;
        }
        if (auto done = bad(why); !done) return std::unexpected(done.error());
        return std::nullopt;
    }
}

Result<std::optional<Entry>> Reader::next() {
    while (segment_ < segments_.size()) {
        auto entry = next_line();
        if (!entry) return entry;
        if (*entry) {
            if ((*entry)->mark == Mark::own) {
                if (auto done = take_note(**entry); !done) return std::unexpected(done.error());
                continue;
            }
            ++expected_;
            if ((*entry)->seq < from_) continue;
            return entry;
        }
        if (torn_ || segment_ + 1 == segments_.size()) break;
        if (segments_[segment_ + 1].first != expected_)
            return fail(
                fmt::format("{}: entries {} to {} are missing: the next file is {}. Put the "
                            "file with them back from a backup",
                            folder_, expected_, segments_[segment_ + 1].first - 1,
                            segments_[segment_ + 1].name));
        ++segment_;
        window_.clear();
        begin_ = at_ = 0;
        headed_ = false;
        durable_ = std::max(durable_, expected_ - 1);
    }
    return std::nullopt;
}

std::string doubt_of_the_end(const Reader& reader) {
    if (const auto& torn = reader.torn())
        return fmt::format(
            "{}: the last {} bytes, from byte {} on, are no whole entry. Nothing in the "
            "file says that they were acknowledged: a write was cut short there, or "
            "the file was",
            torn->path, torn->bytes, torn->offset);
    if (reader.durable() + 1 == reader.next_seq()) return {};
    return fmt::format(
        "{}: entries after {} are not acknowledged in it, as they are once a journal was "
        "closed: more may have followed",
        reader.path(), reader.durable());
}

std::optional<std::string> what_is_wrong(Disk& disk, const std::string& folder) {
    const auto files = segments_in(disk, folder);
    if (!files) return files.error().text();
    if (files->empty()) return std::nullopt;
    auto reader = Reader::open(disk, folder, files->front().first);
    if (!reader) return reader.error().text();
    for (;;) {
        const auto entry = reader->next();
        if (!entry) return entry.error().text();
        if (!*entry) break;
    }
    std::string doubt = doubt_of_the_end(*reader);
    if (doubt.empty()) return std::nullopt;
    return doubt;
}

}  // namespace assay::journal
