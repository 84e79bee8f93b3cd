// States of the desk on disk, so that a start reads the journal's tail only. Each is a file of its
// own that says up to which entry it goes; one that a crash cut short is told by its sum and passed
// over. The newest three are kept.
//
//     state-00000000000000123456.bin
//     assay state 1|run=3|seq=123456|config=9a3f...|length=181234|beside=312|crc32c=1234abcd
//     <bytes of the state><bytes beside it>
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"
#include "hosts/journal/disk.h"

namespace assay::desk {

struct Snapshot {
    std::uint64_t run{}, seq{};  // made after this entry of the journal was applied
    std::uint64_t config{};      // version of the configuration
    std::string state;
    std::string beside{};  // what others want to find with it: where sessions stand
};

class Snapshots {
  public:
    Snapshots(journal::Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}

    // Durable when it returns; older ones but two are removed then.
    Result<void> write(const Snapshot& snapshot);
    // The newest whole one that goes no further than `last` of the journal. What was passed over,
    // and why, is appended to `passed`.
    Result<std::optional<Snapshot>> newest(std::uint64_t last, std::vector<std::string>& passed);

    // Entries that every kept state stands for: a start reads none of them. 0: there is no state.
    Result<std::uint64_t> stand_for();
    // The entry that the newest file is named by, whole or not: a state is written once the journal
    // holds all that it stands for, so that the journal had it. 0: there is no state.
    Result<std::uint64_t> furthest();

  private:
    Result<std::vector<std::string>> files();

    journal::Disk* disk_;
    std::string folder_;
};

}  // namespace assay::desk
