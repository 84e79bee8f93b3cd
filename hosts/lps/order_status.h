// What an LP last said of each order, so that it can say it again when it is asked (H).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/fix/encode.h"
#include "core/fix/message.h"

namespace assay::lps {

class OrderStatuses {
  public:
    static constexpr std::size_t kMost = 200'000;  // older ones are unknown then

    // A D that reached an LP, and an 8 that it sent.
    void heard(std::uint32_t lp, const fix::Message& order);
    void said(std::uint32_t lp, const fix::Message& report);
    // The answer to an H: ExecType(150) I. Valid until the next call.
    std::string_view answer(std::uint32_t lp, const fix::Message& request, Nanos at);

  private:
    struct Known {
        std::string order_id{"NONE"}, symbol;
        char ord_status{'A'};  // pending new
        Side side{};
        Qty order_qty, cum_qty, leaves_qty;
        Price avg_px;
    };
    using Key = std::pair<std::uint32_t, std::string>;
    Known& known(std::uint32_t lp, std::string_view cl_ord_id);

    std::map<Key, Known> known_;
    std::deque<Key> in_order_;
    fix::Encoder encoder_;
};

}  // namespace assay::lps
