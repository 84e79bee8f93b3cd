// From files to kernels: reads all inputs, merges them by capture time, and lets 64 shards apply
// what happened. The rules of order (docs/spec.md, order of events): capture time; at equal times
// quotes first; then the order of the files; within one file its own order always.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/fix/session.h"
#include "core/kernel/health.h"
#include "core/kernel/kernel.h"
#include "core/score/report.h"
#include "core/units/result.h"
#include "hosts/cli/calendar.h"
#include "hosts/cli/dead_letters.h"
#include "hosts/cli/settings.h"

namespace assay {

struct Record;  // hosts/cli/feed.h
class Source;   // hosts/cli/source.h

struct ReplayOptions {
    std::vector<std::string> inputs;  // files, folders, "-"
    std::vector<std::string> quotes;  // --quotes: win over W and X of the logs
    std::uint32_t threads{1};
    std::string dead_letter_file;  // where dead letters go; made when there is one
    std::string state_folder;      // --state: go on from here, and save here; empty: none
    Witness* witness{};
    // Opens an input that is more than a file of messages; empty: open_source().
    std::function<Result<std::unique_ptr<Source>>(const std::string&)> open;
    // Sees every event in the order of time, those of the calendar too, before it is applied; its
    // names live until it returns.
    std::function<void(const Event&)> each;
    // Sees every FIX message that could be read and is no duplicate, at the time it counts at, with
    // what it says: nothing where it waits for its order to come. Before any of it is applied.
    std::function<void(const Record&, Nanos, std::span<const Event>)> each_message;
    std::function<void(std::uint64_t bytes, std::uint64_t messages)> progress;
};

struct Replay {
    std::array<std::unique_ptr<Kernel>, kShards> kernels;
    Health health;
    std::vector<std::string> assumptions;
    std::vector<std::string> input_names;  // by Place::file

    std::vector<const Kernel*> shards() const;
};

// Errors: no input could be used at all. Anything less is in health, and the rest is done.
// `settings.parties` may be changed by the guess of who is the LP.
Result<Replay> replay(Settings& settings, const ReplayOptions& options, Calendars& calendars);

}  // namespace assay
