// Work done in a copy of this process (fork), so that the process itself goes on: what the copy
// sees is as of the call, and the system copies only what changes meanwhile. For states of the
// desk, which take as long as there is state to write.
#pragma once

#include <functional>
#include <optional>
#include <sys/types.h>

#include "core/units/result.h"

namespace assay::desk {

class Aside {
  public:
    Aside() = default;
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

    // One at a time. The copy has none of this process's files open and ends with it; it starts no
    // threads, and what it leaves in memory is lost. An error: there is no copy, nothing was done.
    Result<void> begin(const std::function<Result<void>()>& work);
    bool busy() const { return child_ > 0; }
    // What came of it, once; nothing while it goes on, or when none was begun.
    std::optional<Result<void>> poll() { return collect(false); }
    std::optional<Result<void>> wait() { return collect(true); }

  private:
    std::optional<Result<void>> collect(bool wait);

    pid_t child_{-1};
    int said_{-1};  // the copy's error, if it has one
};

}  // namespace assay::desk
