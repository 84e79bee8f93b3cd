// Children on the wire: what the router intends as FIX to an LP, and what an LP says about a child
// as the router's report. ClOrdIDs are made from the child's number, so nothing has to be kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/fix/encode.h"
#include "core/route/router.h"

namespace assay::desk {

// "C" and the number of the child; a request about it, "X", its number, and a count.
std::string cl_ord_id_of(route::ChildId child);
// The child that a ClOrdID names, as an order or as a request about it; nullopt: none of ours.
std::optional<route::ChildId> child_named(std::string_view cl_ord_id);

// What an event says about a child; nullopt: nothing, or about no child of ours. It keeps no view
// of the event.
std::optional<route::ChildReport> report_of(const Event& event);

// Writes intents as FIX, with sequence numbers of their own for each LP.
class ChildWire {
  public:
    ChildWire() = default;
    ChildWire(std::string our_comp_id, std::vector<std::string> lps)
        : our_comp_id_(std::move(our_comp_id)), lps_(std::move(lps)), seq_(lps_.size()) {}

    // D of a child to send, F of one to cancel, H to ask after one. Valid until the next call.
    std::string_view write(const route::Intent& intent, Nanos at);

    template <class Archive>
    void archive(Archive& a) {
        a(seq_, requests_);
    }

  private:
    std::string our_comp_id_;
    std::vector<std::string> lps_;
    std::vector<std::uint64_t> seq_;  // MsgSeqNum last used, by LP
    std::uint64_t requests_{};
    fix::Encoder encoder_;
};

}  // namespace assay::desk
