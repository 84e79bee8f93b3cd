// Reads a journal from any entry on, through all its files.
//
// What the last write left half done may stand at the very end: it was never acknowledged, and is
// no damage (`torn`). Everything else that cannot be read is damage: the place, the reason and what
// to do are said, and nothing behind it is read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hosts/journal/disk.h"
#include "hosts/journal/entry.h"
#include "hosts/journal/segment.h"

namespace assay::journal {

struct TornEnd {
    std::string path;
    std::uint64_t offset{};  // where the half-done begins
    std::uint64_t bytes{};
};

class Reader {
  public:
    // Begins with the first entry whose sequence is at least `from`. `disk` must outlive it.
    static Result<Reader> open(Disk& disk, std::string folder, std::uint64_t from = 1);

    // The next entry of the desk (`#` ones are taken note of); nullopt at the end. The bytes hold
    // until the next call.
    Result<std::optional<Entry>> next();

    // Names of sessions met so far.
    const std::map<std::uint32_t, std::string>& sessions() const { return sessions_; }
    // After next() gave the end.
    const std::optional<TornEnd>& torn() const { return torn_; }
    std::uint64_t next_seq() const { return expected_; }
    // Up to here it was acknowledged, by what was read.
    std::uint64_t durable() const { return durable_; }
    const std::vector<Segment>& segments() const { return segments_; }
    // Where the last entry stands.
    std::string path() const;
    std::uint64_t offset() const { return offset_; }
    // The end of the last entry in the last segment: where the next one is written.
    std::uint64_t end() const { return begin_ + at_; }

  private:
    Reader(Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}
    Result<std::optional<Entry>> next_line();
    Result<bool> more();
    Result<void> bad(const char* why);
    Result<bool> acknowledged_behind();
    Result<void> take_note(const Entry& note);

    Disk* disk_;
    std::string folder_;
    std::uint64_t from_{1};
    std::vector<Segment> segments_;
    std::size_t segment_{};  // being read
    std::string window_;     // bytes of it from `begin_` on
    std::uint64_t begin_{};
    std::size_t at_{};        // in the window
    std::uint64_t offset_{};  // of the last entry
    bool headed_{};           // its first line was read
    std::uint64_t expected_{1}, durable_{};
    std::map<std::uint32_t, std::string> sessions_;
    std::optional<TornEnd> torn_;
};

// Why the journal in the folder is not whole, in words: damage, missing files, or an end that
// nothing in it acknowledged. nullopt: it is whole, or there is none.
std::optional<std::string> what_is_wrong(Disk& disk, const std::string& folder);
// Of a journal that was read to its end: why entries may be missing there; empty where none can be.
// One that was closed properly ends with the acknowledgement of all its entries.
std::string doubt_of_the_end(const Reader& reader);

}  // namespace assay::journal
