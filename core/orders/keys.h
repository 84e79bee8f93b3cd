// How the blotter's indices name orders and executions: 64 bit hashes of session, kind and id.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/orders/chain.h"
#include "core/units/text_hash.h"

namespace assay {

constexpr std::uint64_t mixed(std::uint64_t h) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93ull;
    h ^= h >> 32;
    return h;
}
// kind: 'c' a ClOrdID, 'o' an OrderID.
inline std::uint64_t id_key(std::uint32_t session, char kind, std::string_view id) {
    return text_hash(id, std::uint64_t{session} << 8 | static_cast<unsigned char>(kind));
}
inline std::uint64_t exec_key(std::uint32_t chain, std::uint32_t generation,
                              std::uint64_t exec_hash) {
    return mixed(exec_hash ^ ((std::uint64_t{generation} << 32 | chain) * 0x9e3779b97f4a7c15ull));
}
// An index is let go when it holds so many and a newer one holds as many again.
inline constexpr std::size_t kIndexGeneration = 2'000'000;

// May not rest in the book.
inline bool immediate(Tif tif) {
    return tif == Tif::ioc || tif == Tif::fok;
}

}  // namespace assay
