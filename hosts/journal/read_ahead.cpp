#include "hosts/journal/read_ahead.h"

#include <utility>

namespace assay::journal {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 18;
constexpr std::size_t kMostAhead = 8;  // pieces

}  // namespace

ReadAhead::ReadAhead(Reader reader, Sees sees)
    : piece_(std::make_unique<Piece>()),
      thread_([this, r = std::move(reader), s = std::move(sees)]() mutable {
          read(std::move(r), s);
      }) {}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    room_.notify_all();
    thread_.join();
}

void ReadAhead::put(std::unique_ptr<Piece> piece) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return ahead_.size() < kMostAhead || ending_; });
    ahead_.push_back(std::move(piece));
    lock.unlock();
    come_.notify_one();
}

void ReadAhead::read(Reader reader, const Sees& sees) {
    const std::string none;
    for (bool last = false; !last;) {
        auto made = std::make_unique<Piece>();
        Piece& piece = *made;
        std::vector<std::size_t> begins;
        while (piece.bytes.size() < kPieceBytes && !last) {
            const auto entry = reader.next();
            if (!entry) piece.error = entry.error();
            last = !entry || !*entry;
            if (last) break;
            if (sees) {
                const auto name = reader.sessions().find((*entry)->session);
                sees(**entry, name == reader.sessions().end() ? none : name->second);
            }
            begins.push_back(piece.bytes.size());
            piece.bytes += (*entry)->bytes;
            piece.entries.push_back(**entry);
        }
        // Only now, as the bytes no longer move.
        for (std::size_t i = 0; i < begins.size(); ++i) {
            Entry& e = piece.entries[i];
            e.bytes = std::string_view(piece.bytes).substr(begins[i], e.bytes.size());
        }
        piece.sessions = reader.sessions();
        piece.last = last;
        {
            const std::lock_guard lock(mutex_);
            if (ending_) return;
        }
        put(std::move(made));
    }
}

Result<std::optional<Entry>> ReadAhead::next() {
    while (taken_ == piece_->entries.size()) {
        if (piece_->error) return std::unexpected(*piece_->error);
        if (piece_->last) return std::nullopt;
        std::unique_lock lock(mutex_);
        come_.wait(lock, [&] { return !ahead_.empty(); });
        piece_ = std::move(ahead_.front());
        ahead_.pop_front();
        lock.unlock();
        room_.notify_one();
        taken_ = 0;
        sessions_ = piece_->sessions;
    }
    return piece_->entries[taken_++];
}

}  // namespace assay::journal
