// The order in which several inputs are taken (docs/spec.md, order of events): capture time; at
// equal times quotes first; then the order of the files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <queue>
#include <vector>

#include "hosts/cli/feed.h"

namespace assay {

// A feed with its place in the merged order. A feed whose time runs backwards keeps its own order:
// its key never falls.
struct Merged {
    Feed* feed{};
    std::uint32_t file{};
    Nanos key{INT64_MIN};
    bool quote_class{};

    // To the feed's record at hand.
    void step() {
        key = std::max(key, feed->record().at);
        quote_class = feed->record().quote_class;
    }
};

struct Later {
    bool operator()(const Merged& a, const Merged& b) const {
        if (a.key != b.key) return a.key > b.key;
        if (a.quote_class != b.quote_class) return b.quote_class;
        return a.file > b.file;
    }
};

using MergeQueue = std::priority_queue<Merged, std::vector<Merged>, Later>;

}  // namespace assay
