// Symbols, their shard, and tables of names.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/text_hash.h"

namespace assay {

// Fixed for ever: the same number as Kafka partitions and Flink key groups.
inline constexpr std::uint32_t kShards = 64;

// FNV-1a, 64 bit, over the bytes of a name. Stable across machines, builds and languages.
constexpr std::uint64_t fnv1a(std::string_view s) {
    std::uint64_t h = 14695981039346656037ull;
    for (const char c : s) {
        h ^= static_cast<unsigned char>(c);
        h *= 1099511628211ull;
    }
    return h;
}

// The shard that owns everything about a symbol: (h ^ h>>32) % 64 of the canonical name.
constexpr std::uint32_t shard_of(std::string_view symbol) {
    const std::uint64_t h = fnv1a(symbol);
    return static_cast<std::uint32_t>((h ^ (h >> 32)) % kShards);
}

// Names to small integers in order of first appearance, and back. Views stay valid for the life of
// the table; ids are never reused. Not thread safe.
class NameTable {
  public:
    // The id of `name`, given out now if it is new.
    std::uint32_t id(std::string_view name);
    // The id of `name`, or `kNone`.
    std::uint32_t find(std::string_view name) const;
    std::string_view name(std::uint32_t id) const { return views_[id]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(views_.size()); }

    static constexpr std::uint32_t kNone = UINT32_MAX;

    template <class Archive>
    void archive(Archive& a) {
        a(names_);
        if constexpr (Archive::kLoading) {
            slots_.clear();
            views_.assign(names_.begin(), names_.end());
            for (std::uint32_t i = 0; i < size(); ++i) put(i);
        }
    }

  private:
    // Open addressing, at most half full: a look-up is one hash and mostly one comparison.
    struct Slot {
        std::uint32_t mark{};    // the low bits of the hash
        std::uint32_t number{};  // id + 1; 0: empty
    };
    std::size_t slot_of(std::string_view name, std::uint32_t mark) const;
    void put(std::uint32_t id);

    std::deque<std::string> names_;        // deque: views survive growth
    std::vector<std::string_view> views_;  // of names_
    std::vector<Slot> slots_;
};

// Ids of a NameTable for names that come with a number of another table: mostly no look at the
// name. Only a memory: it may be thrown away at any time.
class NumberedNames {
  public:
    // `number` belongs to `name` for ever; NameTable::kNone: it has none.
    std::uint32_t id(std::uint32_t number, std::string_view name, NameTable& table) {
        if (number < ids_.size() && ids_[number] != NameTable::kNone) [[likely]]
            return ids_[number];
        const std::uint32_t id = table.id(name);
        if (number != NameTable::kNone) {
            if (number >= ids_.size()) ids_.resize(number + 1, NameTable::kNone);
            ids_[number] = id;
        }
        return id;
    }

  private:
    std::vector<std::uint32_t> ids_;
};

}  // namespace assay
