// Room on the disk that is kept for when the disk is full: a file that is there for its size alone.
// As it is given back, what comes in can still be journaled for a while, though nothing new is
// begun.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "hosts/journal/disk.h"

namespace assay::journal {

// Thread safe.
class Reserve {
  public:
    static constexpr std::uint64_t kBytes = std::uint64_t{64} << 20;

    // `path`: of the file; what lies there from an earlier run is taken over.
    explicit Reserve(std::string path, std::uint64_t bytes = kBytes);

    // Takes the room where half of it would still be free behind it. True: it is held now.
    bool take();
    // The disk is full. True: there is room again. The first time; then it has nothing to give.
    bool give();
    bool held() const;
    // It was given back, and not taken again since.
    bool given() const;

  private:
    std::string path_;
    std::uint64_t bytes_;
    mutable std::mutex mutex_;
    bool held_{}, given_{};
};

// A disk whose files that grow take what `reserve` has before they say that the disk is full.
// `reserve` outlives it.
std::unique_ptr<Disk> posix_disk(Reserve& reserve);

}  // namespace assay::journal
