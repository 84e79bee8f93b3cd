// Who stopped what, and who released it: what the gate forgets once it is over. Read from the notes
// of the journal as the desk applies them, and kept with its state.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/desk/log.h"
#include "hosts/desk/service.h"
#include "hosts/http/source.h"
#include "hosts/journal/entry.h"

namespace assay::desk {

class StopsBook final : public Watcher {
  public:
    static constexpr std::size_t kKept = 1'000;  // that are over; those that hold are all kept

    // On a start, in this order: what lay beside the state, and the entries behind it. Then log().
    void begin(const std::string& beside);
    void seen(const journal::Entry& entry);
    // From here on each stop is told.
    void log(Log& log) { log_ = &log; }

    // Oldest first. The id of a kill is the entry of the journal that says it. Any thread.
    std::vector<http::KillView> all() const;

    // Watcher.
    void applied(const Input& input, std::uint32_t place, const SessionOutput& out) override;
    std::string kept() override;

  private:
    void take(Nanos at, std::uint64_t seq, std::string_view text);

    mutable std::mutex mutex_;
    std::vector<http::KillView> all_;
    Log* log_{};
};

// "everything", "LP_A", "symbol EURUSD"
std::string words_of(http::KillScope scope, std::string_view value);

}  // namespace assay::desk
