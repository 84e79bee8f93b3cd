// The few things that the journal asks of a disk. Tests put a disk of their own here, which loses
// power.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"

namespace assay::journal {

// A file that only grows. Not thread safe.
class GrowingFile {
  public:
    virtual ~GrowingFile() = default;
    // All of it, or an error; after an error nothing is known of what is there.
    virtual Result<void> write(std::string_view bytes) = 0;
    // What was written is on the disk when it returns. After an error it is not known what is.
    virtual Result<void> sync() = 0;
};

class Disk {
  public:
    virtual ~Disk() = default;
    // Names of the files in the folder, sorted; the folder is made if it is not there.
    virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
    // At the end of the file, which is made, durably, if it is not there.
    virtual Result<std::unique_ptr<GrowingFile>> append(const std::string& path) = 0;
    // Up to `most` bytes from `offset` on, put behind what `into` holds; 0 at the end.
    virtual Result<std::size_t> read(const std::string& path, std::uint64_t offset,
                                     std::size_t most, std::string& into) = 0;
    virtual Result<std::uint64_t> size(const std::string& path) = 0;
    // Durably.
    virtual Result<void> cut(const std::string& path, std::uint64_t size) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
};

// The real one. Errors name the path and the system's reason.
std::unique_ptr<Disk> posix_disk();

}  // namespace assay::journal
