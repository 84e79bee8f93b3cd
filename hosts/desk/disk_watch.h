// Tells the desk when its disk is full and when there is room again: notes `disk|state=full` and
// `disk|state=room`. Full is what the journal says, by taking the reserve; there is room once that
// can be reserved anew.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "hosts/desk/log.h"
#include "hosts/desk/sequencer.h"
#include "hosts/journal/reserve.h"

namespace assay::desk {

class DiskWatch {
  public:
    // All of it outlives this.
    DiskWatch(journal::Reserve& reserve, Sequencer& sequencer, Log& log);
    ~DiskWatch();

  private:
    void run();
    void look();

    journal::Reserve* reserve_;
    Sequencer* sequencer_;
    Log* log_;
    bool full_{};
    std::chrono::steady_clock::time_point wanted_{};  // a reserve, when there was no room for it
    std::chrono::steady_clock::time_point said_{};
    std::mutex mutex_;
    std::condition_variable ended_;
    bool ending_{};
    std::thread thread_;
};

}  // namespace assay::desk
