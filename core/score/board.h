// The board: the newest page of every (profile, symbol), in the memory of one process. Whoever
// scores writes it, routers read it; neither ever waits for the other.
//
//     Board board(4'096);
//     board.publish(page);                                       // the writer of that page
//     if (const Board::Reading page = board.find(profile.hash(), "XYZ"))  // any thread
//         for (const PageRow& row : page->ranked(size, regime)) ...
//
// Versions are immutable. A slot keeps a ring of kVersions of them; a reader pins the one it reads,
// and the writer writes over one that is neither the newest nor pinned. While readers hold all
// others, publish() answers no_room and the page before stays: so at most kVersions - 2 versions of
// one page may be held at a time, each for the length of a decision.
//
// Who may call what: find() from any thread; publish() of one (profile, symbol) from one thread at
// a time, of different ones from several. The board outlives every Reading. No clock, no thread and
// no lock in here: only atomic counters and pointers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/score/page.h"

namespace assay::score {

class Board {
    struct Slot;
    struct Version;

  public:
    static constexpr std::size_t kVersions = 8;

    // Of at most `most` pages, ever: slots are never given back.
    explicit Board(std::size_t most);
    ~Board();
    Board(const Board&) = delete;
    Board& operator=(const Board&) = delete;

    // Takes a copy, if its content is sound and it is newer than the one before.
    Acceptance publish(const Page& page);

    // A version, for as long as this lives. Empty: there is none.
    class Reading {
      public:
        Reading() = default;
        Reading(Reading&& o) noexcept : version_(o.version_) { o.version_ = nullptr; }
        Reading& operator=(Reading&& o) noexcept;
        ~Reading() { release(); }
        explicit operator bool() const { return version_ != nullptr; }
        const Page& operator*() const;
        const Page* operator->() const { return &**this; }

      private:
        friend class Board;
        explicit Reading(Version* pinned) : version_(pinned) {}
        void release();
        Version* version_{};
    };
    // The newest version. `profile`: Profile::hash(). Takes some tens of ns, whatever its size.
    Reading find(std::uint64_t profile, std::string_view symbol) const;

    std::size_t pages() const { return used_.load(std::memory_order_relaxed); }

  private:
    Slot* slot_of(std::uint64_t profile, std::string_view symbol) const;
    Slot* make_slot(const Page& page);

    std::size_t most_;
    std::vector<std::atomic<Slot*>> table_;  // open addressing, at most half full; slots are owned
    std::atomic<std::size_t> used_{0};
};

}  // namespace assay::score
