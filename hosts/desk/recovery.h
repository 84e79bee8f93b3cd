// A start: the newest state, and the journal's tail behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/desk/session_desk.h"
#include "core/units/result.h"
#include "hosts/desk/service.h"
#include "hosts/journal/disk.h"
#include "hosts/journal/entry.h"
#include "hosts/journal/read_ahead.h"

namespace assay::desk {

struct Recovered {
    std::unique_ptr<SessionDesk> desk;
    std::uint64_t last_seq{};          // of the journal; 0: empty
    Nanos last_at{kNever};             // of its last entry
    std::string beside;                // of the state (Snapshot::beside)
    std::uint64_t from_state{};        // entries that the state stands for
    std::uint64_t replayed{};          // entries applied after it
    std::vector<std::string> remarks;  // what was passed over, and why
};

// What else wants to see the entries behind the state: on a thread of its own, before the desk
// does.
using Sees = journal::ReadAhead::Sees;

// How far others got, so that no state is taken that is ahead of them.
struct Reached {
    std::uint64_t journal{};            // its last entry; 0: to be looked up
    std::uint64_t history{UINT64_MAX};  // its rows are whole up to this entry
};

// `folder`: of the state, with the journal in `journal`. `config_version`: a state made under
// another one is not taken, and the whole journal is read anew if no order would be forgotten by
// it. `begin` is called with what lay beside the state, before the tail is
// read; `watcher` sees what comes of the tail, as it did when it came. Errors say what is
// damaged and what to do.
Result<Recovered> recover(journal::Disk& disk, const std::string& folder,
                          const std::string& journal_folder, const SessionDeskConfig& config,
                          std::uint64_t config_version, const Sees& sees,
                          const std::function<void(const std::string& beside)>& begin = {},
                          Watcher* watcher = nullptr, Reached reached = {});

// One entry of the journal, given to the desk.
void apply(SessionDesk& desk, const journal::Entry& entry, std::uint32_t place, SessionOutput& out);

}  // namespace assay::desk
