// An order management system of the simulator's kind: it calls a desk over FIX 4.4 and sends parent
// orders, one that it is given first and then a flow, changes its mind now and then, and counts
// what it hears. What is drawn is flow.h's affair, what an order is order_book.h's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/oms/flow.h"
#include "hosts/oms/order_book.h"

namespace assay::oms {

struct Options {
    std::string host{"127.0.0.1"};
    std::uint16_t port{};
    std::string sender{"OMS"}, target{"DESK"};
    std::string begin_string{"FIX.4.4"}, appl_ver{};  // FIXT.1.1 with 9: FIX 5.0SP2
    std::optional<OrderBook::Wish> first{};           // sent as soon as the session is up
    std::optional<FlowConfig> flow{};
    std::uint64_t most{UINT64_MAX};  // parents of the flow; then it ends once all are over
    std::string front{};             // of ClOrdIDs; empty: the time of the start
};

class LiveOms {
  public:
    using Say = std::function<void(std::string_view)>;  // a line for people; any thread

    static Result<std::unique_ptr<LiveOms>> open(const Options& options, Say say);
    ~LiveOms();
    LiveOms(const LiveOms&) = delete;
    LiveOms& operator=(const LiveOms&) = delete;

    // Until `stop`, or until there is nothing to send and nothing open. What is open then is
    // canceled, with some seconds for the answers; then it logs out. While the session is down
    // nothing is sent, and nothing is made up for. Once.
    void run(const std::atomic<bool>& stop);
    Counts counts() const;
    std::uint64_t unsent() const;  // messages that the session did not take
    std::string last_reject() const;

  private:
    class Impl;
    explicit LiveOms(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace assay::oms
