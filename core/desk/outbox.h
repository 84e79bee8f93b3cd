// Reports to an OMS that are not on its wire yet: its session may be down, or the process may end
// before it has said all. What leaves is captured as sent, and that takes it from here; so after a
// crash the box holds what the OMS never heard of, and nothing that it did.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/message.h"

namespace assay::desk {

class Outbox {
  public:
    struct Letter {
        std::uint64_t number{};  // 0, 1, ... of its session
        std::string bytes;
        template <class Archive>
        void archive(Archive& a) {
            a(number, bytes);
        }
    };

    Outbox() = default;
    explicit Outbox(std::size_t sessions) : boxes_(sessions) {}

    // The number that it got.
    std::uint64_t put(std::uint32_t session, std::string_view bytes);
    // A message that was captured as sent on that session. One that is none of the box, such as a
    // heartbeat or a message that is sent again, changes nothing.
    void sent(std::uint32_t session, std::string_view bytes);
    // Oldest first.
    const std::deque<Letter>& letters(std::uint32_t session) const { return boxes_[session].left; }
    // A letter as it is said where it may have been said before: with PossResend(97).
    static std::string perhaps_again(std::string_view bytes);
    std::size_t size() const;  // of all sessions
    std::size_t sessions() const { return boxes_.size(); }

    template <class Archive>
    void archive(Archive& a) {
        a(boxes_);
    }

  private:
    struct Box {
        std::uint64_t next{};
        std::deque<Letter> left;
        template <class Archive>
        void archive(Archive& a) {
            a(next, left);
        }
    };

    std::vector<Box> boxes_;
    fix::Message captured_, kept_;
};

}  // namespace assay::desk
