// A played scenario as the files that such days leave: the FIX log of the day before, that of the
// day, and the decisions of the desk, for `assay explain --parent` and `assay score`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sim/scripted.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/written_file.h"

namespace assay {

class StoryFiles {
  public:
    // history.log, day.log and decisions.bin in `folder`, which is made if it is not there.
    // Errors: it holds something already, or a file cannot be made.
    static Result<StoryFiles> create(const std::string& folder);

    // To be given to sim::play(); this object must stay where it is meanwhile.
    sim::ScriptWatch watch();
    // What was written, each file to its end. Errors: a file could not be.
    Result<std::vector<DayFile>> close(const sim::Story& story);

  private:
    StoryFiles(const std::string& folder, DecisionsWriter decisions);

    WrittenFile history_, day_;
    DecisionsWriter decisions_;
};

}  // namespace assay
