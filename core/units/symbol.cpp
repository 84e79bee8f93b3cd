#include "core/units/symbol.h"

#include <algorithm>

namespace assay {

namespace {

std::uint32_t mark_of(std::string_view name) {
    return static_cast<std::uint32_t>(text_hash(name));
}

}  // namespace

// The slot of `name`, or the empty one where it would stand. There is always one that is empty.
[[gnu::always_inline]] inline std::size_t NameTable::slot_of(std::string_view name,
                                                             std::uint32_t mark) const {
    const Slot* const slots = slots_.data();
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = mark & mask;
    while (slots[at].number != 0 &&
           (slots[at].mark != mark || !same_text(views_[slots[at].number - 1], name))) {
        at = (at + 1) & mask;
    }
    return at;
}

void NameTable::put(std::uint32_t id) {
    if (slots_.size() < 2 * (std::size_t{id} + 1)) {
        slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), {});
        for (std::uint32_t i = 0; i < id; ++i) put(i);
    }
    const std::uint32_t mark = mark_of(views_[id]);
    slots_[slot_of(views_[id], mark)] = {mark, id + 1};
}

std::uint32_t NameTable::id(std::string_view name) {
    const std::uint32_t known = find(name);
    if (known != kNone) [[likely]]
        return known;
    const std::uint32_t id = size();
    views_.push_back(names_.emplace_back(name));
    put(id);
    return id;
}

std::uint32_t NameTable::find(std::string_view name) const {
    if (slots_.empty()) return kNone;
    return slots_[slot_of(name, mark_of(name))].number - 1;  // 0 is none
}

}  // namespace assay
