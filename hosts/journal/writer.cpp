#include "hosts/journal/writer.h"

#include <optional>
#include <utility>

namespace assay::journal {

Result<Writer> Writer::open(Disk& disk, std::string folder, WriterLimits limits,
                            std::optional<TornEnd>* torn) {
    auto segments = segments_in(disk, folder);
    if (!segments) return std::unexpected(segments.error());
    Writer w(disk, folder, limits);
    if (torn != nullptr) torn->reset();
    if (segments->empty()) return w;
    auto reader = Reader::open(disk, folder, segments->back().first);
    if (!reader) return std::unexpected(reader.error());
    for (;;) {
        const auto entry = reader->next();
        if (!entry) return std::unexpected(entry.error());
        if (!*entry) break;
    }
    if (const auto& half_done = reader->torn()) {
        if (auto done = disk.cut(half_done->path, half_done->offset); !done)
            return std::unexpected(done.error());
        if (torn != nullptr) *torn = half_done;
    }
    const std::string path = reader->path();
    const auto size = disk.size(path);
    if (!size) return std::unexpected(size.error());
    w.bytes_ = *size;
    w.durable_ = reader->next_seq() - 1;
    w.acknowledged_ = reader->durable() >= w.durable_;
    w.sessions_ = reader->sessions();
    // A file of which not even the first line was written is begun again.
    if (w.bytes_ > 0) {
        auto file = disk.append(path);
        if (!file) return std::unexpected(file.error());
        w.file_ = std::move(*file);
        w.date_ = segments->back().date;
        // Read again after a crash, it may be in memory only.
        if (auto done = w.file_->sync(); !done) return std::unexpected(done.error());
    }
    return w;
}

void Writer::add_session(std::uint32_t number, std::string_view name) {
    if (sessions_.emplace(number, name).second) new_sessions_.emplace(number, name);
}

void Writer::own_line(Nanos at, std::string_view note) {
    write_entry({at, durable_ + 1, 0, Mark::own, note}, buffer_);
}

Result<void> Writer::begin_segment(Nanos at) {
    const std::string name = segment_name(durable_ + 1, at);
    // The next file says by being there that this one is whole, its acknowledgement too.
    if (unsynced_)
        if (auto done = file_->sync(); !done) return done;
    unsynced_ = false;
    file_.reset();
    auto file = disk_->append(folder_ + "/" + name);
    if (!file) return std::unexpected(file.error());
    file_ = std::move(*file);
    date_ = segment_of(name)->date;
    bytes_ = 0;
    own_line(at, kHeadNote);
    new_sessions_ = sessions_;
    return {};
}

Result<void> Writer::put(bool sync) {
    if (auto done = file_->write(buffer_); !done) return done;
    bytes_ += buffer_.size();
    unsynced_ = !sync;
    return sync ? file_->sync() : Result<void>{};
}

Result<void> Writer::write(std::string_view lines, std::uint64_t first, std::uint64_t last,
                           Nanos at) {
    if (first != durable_ + 1 || last < first)
        return fail("journal: entries are written in the order of their numbers, each once");
    buffer_.clear();
    const bool new_day = segment_of(segment_name(first, at))->date > date_;
    if (file_ == nullptr || new_day || bytes_ >= limits_.segment_bytes)
        if (auto done = begin_segment(at); !done) return done;
    own_line(at, batch_note(durable_));
    for (const auto& [number, name] : new_sessions_) own_line(at, session_note({number, name}));
    buffer_ += lines;
    if (auto done = put(true); !done) return done;
    new_sessions_.clear();
    durable_ = last;
    acknowledged_ = false;
    return {};
}

Result<void> Writer::acknowledge(Nanos at) {
    if (acknowledged_ || file_ == nullptr) return {};
    buffer_.clear();
    own_line(at, batch_note(durable_));
    if (auto done = put(false); !done) return done;
    acknowledged_ = true;
    return {};
}

}  // namespace assay::journal
