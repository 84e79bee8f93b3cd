#include "hosts/cli/event_batch.h"

#include <algorithm>

#include "core/event/views.h"

namespace assay {

char* EventBatch::room(std::size_t size) {
    if (block_ == 0 || blocks_[block_ - 1].used + size > blocks_[block_ - 1].size) {
        if (block_ == blocks_.size()) blocks_.emplace_back();
        Block& next = blocks_[block_++];
        if (next.size < size) {
            next.size = std::max(size, kBlock);
            next.bytes = std::make_unique_for_overwrite<char[]>(next.size);
        }
        next.used = 0;
    }
    Block& block = blocks_[block_ - 1];
    char* const at = block.bytes.get() + block.used;
    block.used += size;
    bytes_ += size;
    return at;
}

void EventBatch::add(const Event& e, std::string_view bytes, char delimiter, Accounts accounts) {
    const bool named = e.symbol_number == Event::kNoNumber;
    const bool quote = std::holds_alternative<Quote>(e.what);
    if (quote) bytes = {};
    Happening what = e.what;
    // Views into the message move with it; all others are copied on their own.
    const auto inside = [&](std::string_view view) {
        const std::size_t at = reinterpret_cast<std::uintptr_t>(view.data()) -
                               reinterpret_cast<std::uintptr_t>(bytes.data());
        return at <= bytes.size() && view.size() <= bytes.size() - at;
    };
    std::size_t text = bytes.size() + (named ? e.symbol.size() + e.lp.size() : 0);
    if (!quote)
        each_view(what, [&](std::string_view& view) { text += inside(view) ? 0 : view.size(); });
    const std::size_t own = std::visit([](const auto& m) { return sizeof m; }, what);
    const std::size_t size = (sizeof(Head) + own + text + 7) / 8 * 8;
    char* const at = room(size);
    char* free = at + sizeof(Head) + own;
    const auto keep = [&](std::string_view s) -> std::string_view {
        if (s.empty()) return {};
        std::memcpy(free, s.data(), s.size());
        free += s.size();
        return {free - s.size(), s.size()};
    };
    Head head{.envelope = e,
              .message = keep(bytes),
              .size = static_cast<std::uint32_t>(size),
              .kind = static_cast<std::uint8_t>(what.index()),
              .delimiter = delimiter,
              .accounts = accounts};
    if (named) {
        head.envelope.symbol = keep(e.symbol);
        head.envelope.lp = keep(e.lp);
    }
    if (!quote)
        each_view(what, [&](std::string_view& view) {
            view = inside(view)
                       ? head.message.substr(static_cast<std::size_t>(view.data() - bytes.data()),
                                             view.size())
                       : keep(view);
        });
    std::memcpy(at, &head, sizeof head);
    std::visit([&](const auto& m) { std::memcpy(at + sizeof head, &m, sizeof m); }, what);
}

void EventBatch::clear() {
    block_ = 0;
    bytes_ = 0;
}

}  // namespace assay
