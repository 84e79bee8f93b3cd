// Symbols, their shard, and tables of names.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

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
    std::string_view name(std::uint32_t id) const { return names_[id]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(names_.size()); }

    static constexpr std::uint32_t kNone = UINT32_MAX;

    template <class Archive>
    void archive(Archive& a) {
        a(names_);
        if constexpr (Archive::kLoading) {
            ids_.clear();
            for (std::uint32_t i = 0; i < size(); ++i) ids_.emplace(names_[i], i);
        }
    }

  private:
    std::deque<std::string> names_;  // deque: views survive growth
    boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash> ids_;
};

}  // namespace assay
