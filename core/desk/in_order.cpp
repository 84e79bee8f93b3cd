#include "core/desk/in_order.h"

#include <utility>

namespace assay::desk {

bool InOrder::its_turn(std::uint64_t entry, std::string_view bytes) {
    const auto header = fix::Turns::read(bytes);
    if (!header) return true;  // whoever acts on it says what is wrong with it
    turns_.received(*header);
    if (!up_ || header->admin() || header->seq < turns_.next()) return true;
    // Beyond what is remembered the session layer hangs up.
    if (held_.size() < fix::Turns::kMostAhead)
        held_.try_emplace(header->seq, Held{entry, std::string(bytes)});
    return false;
}

std::optional<InOrder::Held> InOrder::next() {
    if (held_.empty() || held_.begin()->first >= turns_.next()) return std::nullopt;
    Held first = std::move(held_.begin()->second);
    held_.erase(held_.begin());
    return first;
}

std::vector<InOrder::Held> InOrder::down() {
    up_ = false;
    std::vector<Held> all;
    for (auto& [number, held] : held_) all.push_back(std::move(held));
    held_.clear();
    return all;
}

}  // namespace assay::desk
