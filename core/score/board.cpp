#include "core/score/board.h"

#include <array>
#include <bit>
#include <string>
#include <utility>

#include "core/units/text_hash.h"

namespace assay::score {

// A reader that finds `newest` pins it and looks again. Either `newest` still points there: then
// the writer, who moves `newest` away before it asks for pins, sees this one. Or it does not: then
// the reader lets go without having looked inside. All four steps are sequentially consistent; that
// is what the argument rests on.
struct Board::Version {
    std::atomic<std::uint32_t> pins{0};
    Page page;
};

struct alignas(64) Board::Slot {
    std::uint64_t profile{};
    std::string symbol;
    std::atomic<Version*> newest{nullptr};
    std::array<Version, kVersions> ring;
};

Board::Board(std::size_t most) : most_(most), table_(std::bit_ceil(2 * most + 1)) {}

Board::~Board() {
    for (const std::atomic<Slot*>& entry : table_) delete entry.load(std::memory_order_relaxed);
}

Board::Slot* Board::slot_of(std::uint64_t profile, std::string_view symbol) const {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t i = text_hash(symbol, profile);; ++i) {
        Slot* slot = table_[i & mask].load(std::memory_order_acquire);
        if (slot == nullptr) return nullptr;
        if (slot->profile == profile && same_text(slot->symbol, symbol)) return slot;
    }
}

Board::Slot* Board::make_slot(const Page& page) {
    if (used_.fetch_add(1, std::memory_order_relaxed) >= most_) {
        used_.fetch_sub(1, std::memory_order_relaxed);
        return nullptr;
    }
    auto slot = std::make_unique<Slot>();
    slot->profile = page.profile_hash;
    slot->symbol = page.symbol;
    const std::size_t mask = table_.size() - 1;
    for (std::size_t i = text_hash(page.symbol, page.profile_hash);; ++i) {
        Slot* empty = nullptr;
        if (table_[i & mask].compare_exchange_strong(empty, slot.get(), std::memory_order_release,
                                                     std::memory_order_relaxed))
            return slot.release();
    }
}

Acceptance Board::publish(const Page& page) {
    if (const Acceptance content = content_of(page); content != Acceptance::accepted)
        return content;
    Slot* slot = slot_of(page.profile_hash, page.symbol);
    if (slot == nullptr) slot = make_slot(page);
    if (slot == nullptr) return Acceptance::no_room;
    const Version* newest = slot->newest.load(std::memory_order_relaxed);
    if (newest != nullptr && !page.stamp.newer_than(newest->page.stamp))
        return Acceptance::not_newer;
    for (Version& v : slot->ring) {
        if (&v == newest || v.pins.load(std::memory_order_seq_cst) != 0) continue;
        v.page = page;
        slot->newest.store(&v, std::memory_order_seq_cst);
        return Acceptance::accepted;
    }
    return Acceptance::no_room;
}

Board::Reading Board::find(std::uint64_t profile, std::string_view symbol) const {
    Slot* slot = slot_of(profile, symbol);
    if (slot == nullptr) return {};
    // Another round only where a version was published in between.
    for (;;) {
        Version* v = slot->newest.load(std::memory_order_seq_cst);
        if (v == nullptr) return {};
        v->pins.fetch_add(1, std::memory_order_seq_cst);
        if (slot->newest.load(std::memory_order_seq_cst) == v) return Reading(v);
        v->pins.fetch_sub(1, std::memory_order_release);
    }
}

const Page& Board::Reading::operator*() const {
    return version_->page;
}

void Board::Reading::release() {
    // What was read is read before the writer may see that the pin is gone.
    if (version_ != nullptr) version_->pins.fetch_sub(1, std::memory_order_release);
    version_ = nullptr;
}

Board::Reading& Board::Reading::operator=(Reading&& o) noexcept {
    if (this != &o) {
        release();
        version_ = std::exchange(o.version_, nullptr);
    }
    return *this;
}

}  // namespace assay::score
