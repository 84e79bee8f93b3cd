#include "core/units/symbol.h"

namespace assay {

std::uint32_t NameTable::id(std::string_view name) {
    if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
    const auto id = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back(name);
    ids_.emplace(names_.back(), id);
    return id;
}

std::uint32_t NameTable::find(std::string_view name) const {
    const auto it = ids_.find(name);
    return it == ids_.end() ? kNone : it->second;
}

}  // namespace assay
