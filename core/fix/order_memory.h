// Which symbol and LP an order belongs to, for messages that name the order but not the symbol.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string_view>

#include "core/fix/blob.h"
#include "core/units/text_hash.h"

namespace assay::fix {

// A 64-bit key of an id within a session. Two of four million ids share a key with a chance of
// about 5e-7, and then a message without Symbol is attributed to the other's.
inline std::uint64_t id_key(std::uint64_t salt, std::string_view id) {
    return text_hash(id, salt);
}

struct KnownOrder {
    std::uint32_t symbol{};
    std::uint32_t lp{};
};

// Bounded: at `kGeneration` entries the older half is forgotten. Who is asked for stays.
class OrderMemory {
  public:
    static constexpr std::size_t kGeneration = 2'000'000;

    void put(std::uint64_t key, KnownOrder order) {
        if (young_.size() >= kGeneration) {
            old_.swap(young_);
            young_.clear();
        }
        young_.insert_or_assign(key, order);
    }
    const KnownOrder* find(std::uint64_t key) {
        if (const auto it = young_.find(key); it != young_.end()) return &it->second;
        const auto it = old_.find(key);
        if (it == old_.end()) return nullptr;
        const KnownOrder order = it->second;
        put(key, order);
        return &young_.find(key)->second;
    }
    std::size_t size() const { return young_.size() + old_.size(); }

    void save(BlobWriter& out) const;
    void load(BlobReader& in);

  private:
    struct KeyHash {
        using is_avalanching = void;  // id_key() has mixed already
        std::size_t operator()(std::uint64_t key) const { return key; }
    };
    using Orders = boost::unordered_flat_map<std::uint64_t, KnownOrder, KeyHash>;
    Orders young_, old_;
};

}  // namespace assay::fix
