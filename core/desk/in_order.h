// What a counterparty sent, one at a time in the order of its numbers (core/fix/turns.h), while its
// session is up. What comes too early waits here with its bytes.
//
//     if (!in_order.its_turn(entry, bytes)) return;     // it waits
//     act(bytes);
//     while (auto next = in_order.next()) act(next->bytes);
//
// Sessions that are not up have no order to keep: what was imported is as it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/turns.h"

namespace assay::desk {

class InOrder {
  public:
    struct Held {
        std::uint64_t entry{};  // of the journal
        std::string bytes;
        template <class Archive>
        void archive(Archive& a) {
            a(entry, bytes);
        }
    };

    // False: it is kept until its turn comes.
    bool its_turn(std::uint64_t entry, std::string_view bytes);
    std::optional<Held> next();

    void up() { up_ = true; }
    // The session is down, and what waited is given up, in order: the other side is asked for it
    // when it is back.
    std::vector<Held> down();
    // Numbers begin at 1 again, which the session layer noted.
    void begin_anew(bool by_logon) { turns_.begin_anew(by_logon); }

    std::size_t waiting() const { return held_.size(); }

    template <class Archive>
    void archive(Archive& a) {
        a(turns_, held_, up_);
    }

  private:
    fix::Turns turns_;
    std::map<std::uint64_t, Held> held_;  // by number
    bool up_{};
};

}  // namespace assay::desk
