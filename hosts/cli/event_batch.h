// Events of one shard with their bytes, kept one behind the other until the shard takes them: each
// only as long as what it holds, in blocks of memory that are used again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/event/event.h"

namespace assay {

class EventBatch {
  public:
    // Whether an event decides what its message counts as: the first one of each message does.
    enum class Accounts : std::uint8_t { no, yes };

    // Copies what `e` points to: `bytes` is its message, which views of `e` may point into. A
    // symbol with a number, and its LP, are not copied and must outlive the batch. A quote's bytes
    // are not kept: no shard refuses one.
    void add(const Event& e, std::string_view bytes, char delimiter, Accounts accounts);
    void clear();
    bool empty() const { return bytes_ == 0; }
    // Of memory in use.
    std::size_t bytes() const { return bytes_; }

    // Calls take(event, bytes, delimiter, accounts) for each, in the order they were added.
    template <class Take>
    void each(Take take) const;

  private:
    static constexpr std::size_t kBlock = std::size_t{64} << 10;
    // What precedes a happening in memory. Views that are copied stand behind it.
    struct Head {
        Envelope envelope;
        std::string_view message;
        std::uint32_t size{};  // of all of it, a multiple of 8
        std::uint8_t kind{};   // index of the happening
        char delimiter{};
        Accounts accounts{};
    };
    static_assert(std::is_trivially_copyable_v<Head>);
    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size{}, used{};
    };
    // Reads a happening of kind I at `from`.
    template <std::size_t I>
    static void read(const char* from, Happening& into) {
        using What = std::variant_alternative_t<I, Happening>;
        static_assert(std::is_trivially_copyable_v<What> && alignof(What) <= 8);
        std::memcpy(&into.emplace<I>(), from, sizeof(What));
    }
    template <std::size_t... I>
    static constexpr auto readers(std::index_sequence<I...>) {
        return std::array<void (*)(const char*, Happening&), sizeof...(I)>{&read<I>...};
    }
    char* room(std::size_t size);

    std::vector<Block> blocks_;
    std::size_t block_{};  // how many are in use
    std::size_t bytes_{};
};

template <class Take>
void EventBatch::each(Take take) const {
    static constexpr auto kReaders =
        readers(std::make_index_sequence<std::variant_size_v<Happening>>());
    Event e;
    for (std::size_t b = 0; b < block_; ++b) {
        const char* const begin = blocks_[b].bytes.get();
        Head head;
        for (const char* at = begin; at < begin + blocks_[b].used; at += head.size) {
            std::memcpy(&head, at, sizeof head);
            static_cast<Envelope&>(e) = head.envelope;
            kReaders[head.kind](at + sizeof head, e.what);
            take(std::as_const(e), head.message, head.delimiter, head.accounts);
        }
    }
}

}  // namespace assay
