// Writes what is given in one go, makes it durable, and begins a new file when it is time. One
// thread; the Journal puts a queue in front of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "hosts/journal/disk.h"
#include "hosts/journal/entry.h"
#include "hosts/journal/reader.h"
#include "hosts/journal/segment.h"

namespace assay::journal {

struct WriterLimits {
    std::uint64_t segment_bytes{
        std::uint64_t{64} << 20};  // a file is not begun beyond it; a start reads the last one
};

class Writer {
  public:
    // Reads the last file, cuts a half-done end off (`torn` says so) and goes on behind it. An
    // error where something else is damaged. `disk` must outlive the writer.
    static Result<Writer> open(Disk& disk, std::string folder, WriterLimits limits,
                               std::optional<TornEnd>* torn = nullptr);

    // `lines`: entries `first` to `last`, as write_entry() makes them, `first` = next_seq(). They
    // are on the disk when it returns. After an error nothing may be written any more: what is on
    // the disk is not known until it is read again.
    Result<void> write(std::string_view lines, std::uint64_t first, std::uint64_t last, Nanos at);
    // Says in the file that all of it is durable, so that damage of its last write is told from a
    // half-done one. Need not be durable itself.
    Result<void> acknowledge(Nanos at);

    std::uint64_t next_seq() const { return durable_ + 1; }
    std::uint64_t durable() const { return durable_; }
    // Names by number; a name that is added is written before the next entries.
    const std::map<std::uint32_t, std::string>& sessions() const { return sessions_; }
    void add_session(std::uint32_t number, std::string_view name);

  private:
    Writer(Disk& disk, std::string folder, WriterLimits limits)
        : disk_(&disk), folder_(std::move(folder)), limits_(limits) {}
    Result<void> begin_segment(Nanos at);
    void own_line(Nanos at, std::string_view note);
    Result<void> put(bool sync);

    Disk* disk_;
    std::string folder_;
    WriterLimits limits_;
    std::unique_ptr<GrowingFile> file_;
    std::string date_;
    std::uint64_t bytes_{};  // of the file
    std::uint64_t durable_{};
    bool acknowledged_{true};
    bool unsynced_{};  // an acknowledgement that may be in memory only
    std::map<std::uint32_t, std::string> sessions_, new_sessions_;
    std::string buffer_;  // scratch
};

}  // namespace assay::journal
