// Where rows of history go. SQLite by default (history.h); another store stands behind the same.
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/result.h"
#include "hosts/history/rows.h"

namespace assay::history {

class Sink {
  public:
    virtual ~Sink() = default;
    // All of the batch, or nothing of it. After an error it may be tried again.
    virtual Result<void> write(const Batch& batch) = 0;
    // Durable when it returns. A version that is there stays as it is.
    virtual Result<void> keep_config(const ConfigRow& config) = 0;
    // The same.
    virtual Result<void> keep_config_change(const ConfigChangeRow& change) = 0;
    // How far the journal is in it: after a crash, what comes behind is replayed. Absent: nothing
    // of a journal was written yet.
    virtual Result<std::optional<std::uint64_t>> written_through() = 0;
};

}  // namespace assay::history
