// Files that grow, followed like `tail -f`: what comes is applied at once, and the scorecard so far
// can be asked for at any time.
#pragma once

#include <functional>
#include <string>

#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/cli/replay.h"

namespace assay {

// What the one who follows wants to be told.
struct Following {
    Duration every{1'000'000'000};
    // True: the end; what is there is read to its end, and that is all.
    std::function<bool()> over;
    // There is news, and `every` has passed since the last. The replay holds until it returns.
    std::function<void(const Replay&)> news;
    // For people: a file was replaced, a file cannot be used.
    std::function<void(const std::string&)> say;
};

// What cannot be followed among the inputs, with what to do instead: compressed files, spreadsheets
// of fills.
Result<void> can_follow(const ReplayOptions& options);

// Until following.over(), or until all inputs are pipes that have ended. Several files are merged
// by time among what is there; a file that has been silent for `every` no longer holds up the
// others, and lines of it that come late are applied when they come, at the time reached. A table
// of quotes that does not grow goes only as far as the logs do, until the end. With a single file
// the result is that of replay() on the finished file. Errors as replay(). `options.threads` is 1.
Result<Replay> follow(Settings& settings, const ReplayOptions& options, Calendars& calendars,
                      const Following& following);

}  // namespace assay
