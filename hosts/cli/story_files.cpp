#include "hosts/cli/story_files.h"

#include <algorithm>
#include <utility>

namespace assay {

StoryFiles::StoryFiles(const std::string& folder, DecisionsWriter decisions)
    : history_(folder, "history.log", "the day before: orders to each LP, their reports, quotes"),
      day_(folder, "day.log", "the day: children, what the LPs answered, quotes"),
      decisions_(std::move(decisions)) {}

Result<StoryFiles> StoryFiles::create(const std::string& folder) {
    if (auto ready = prepare_folder(folder); !ready) return std::unexpected(ready.error());
    auto decisions = DecisionsWriter::create(folder + "/" + std::string(kDecisionsName));
    if (!decisions) return std::unexpected(decisions.error());
    return StoryFiles(folder, std::move(*decisions));
}

sim::ScriptWatch StoryFiles::watch() {
    const auto to = [](WrittenFile& file) {
        return [&file](std::string_view lines) {
            file.write(lines);
            file.about.messages +=
                static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
        };
    };
    return {.before = to(history_),
            .day = to(day_),
            .led_to = [this](const desk::Output& out, const desk::Desk& desk) {
                for (const route::ParentReport& r : out.routed.reports)
                    if (r.type == route::ReportType::accepted)
                        decisions_.parent(desk.router().parent(r.parent)->order);
                decisions_.routed(out.routed);
            }};
}

Result<std::vector<DayFile>> StoryFiles::close(const sim::Story& story) {
    decisions_.ended({story.parent.id,
                      story.ended,
                      story.state,
                      story.filled,
                      {},
                      story.moments.empty() ? std::nullopt : story.moments.back().cost_bps});
    const std::uint64_t bytes = decisions_.bytes();
    if (auto closed = decisions_.close(); !closed) return std::unexpected(closed.error());
    std::vector<DayFile> files;
    for (WrittenFile* file : {&history_, &day_}) {
        if (auto closed = file->close(); !closed) return std::unexpected(closed.error());
        files.push_back(file->about);
    }
    files.push_back({std::string(kDecisionsName), "what the desk decided, and why", 0, bytes});
    return files;
}

}  // namespace assay
