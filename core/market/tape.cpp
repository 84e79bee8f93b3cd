#include "core/market/tape.h"

#include <algorithm>

namespace assay {

// Takes the oldest one that looks like `p` and is near enough in time.
bool Tape::taken(std::vector<Print>& from, const Print& p) {
    const auto it = std::find_if(from.begin(), from.end(), [&](const Print& other) {
        return other.px == p.px && other.qty == p.qty && p.at - other.at <= kWithin;
    });
    if (it == from.end()) return false;
    from.erase(it);
    return true;
}

void Tape::keep(std::vector<Print>& in, const Print& p) {
    std::erase_if(in, [&](const Print& old) { return p.at - old.at > kWithin; });
    if (in.size() == kMemory) in.erase(in.begin());
    in.push_back(p);
}

bool Tape::print(Nanos at, Price px, Qty qty) {
    heard_ = true;
    const Print p{at, px, qty};
    if (taken(fills_, p)) return false;
    volume_ += qty;
    notional_ += px * qty;
    keep(prints_, p);
    return true;
}

void Tape::own_fill(Nanos at, Price px, Qty qty) {
    const Print p{at, px, qty};
    if (!taken(prints_, p)) return keep(fills_, p);
    volume_ -= qty;
    notional_ -= px * qty;
}

}  // namespace assay
