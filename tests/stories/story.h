// Stories: what happened to some orders, in lines that a trader can read. tests/stories/README.md
// has the words. Each story is played as FIX, in each version it names, through the whole path.
#pragma once

#include <string>
#include <vector>

namespace assay::stories {

struct Line {
    int number{};
    std::string text;
};
struct Story {
    std::string file, title;
    std::vector<std::string> versions;  // "4.2", "4.4"
    std::vector<Line> lines;
};

// The stories of one file; a story begins with its `story` line.
std::vector<Story> read_stories(const std::string& path);

// What is not as the story says, each with file:line; empty: all is.
std::vector<std::string> play(const Story& story, const std::string& version);

}  // namespace assay::stories
