// Values -> bytes of FIX 4.4: what core/fix/message reads, written. BodyLength(9) and CheckSum(10)
// are right; nothing is allocated once the buffer has grown to its longest message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::fix {

// Header fields that follow MsgType(35). SendingTime(52) is written to the microsecond.
struct Header {
    std::string_view sender_comp_id;  // 49
    std::string_view target_comp_id;  // 56
    std::uint64_t msg_seq_num{};      // 34
    Nanos sending_time{};             // 52
    // 122. Known: the message was sent before at that time, and 43=Y says so.
    Nanos orig_sending_time{kNever};
};

// Codes are FIX's own characters, as on the wire. A view that is empty and a quantity below zero
// are left out.
struct NewOrderSingle {  // D
    std::string_view cl_ord_id, symbol;
    Side side{};
    Qty order_qty;
    Price price;              // 44; ord_type 2
    char time_in_force{'3'};  // 59: 0 day, 3 IOC, 4 FOK
    Qty min_qty{-1};          // 110
    Nanos transact_time{};    // 60
};
struct OrderCancelRequest {  // F
    std::string_view cl_ord_id, orig_cl_ord_id, symbol;
    Side side{};
    Qty order_qty;
    Nanos transact_time{};
};
struct OrderStatusRequest {  // H
    std::string_view cl_ord_id, symbol;
    Side side{};
};
struct ExecutionReport {  // 8
    std::string_view order_id, cl_ord_id, orig_cl_ord_id, exec_id, exec_ref_id, symbol;
    char exec_type{}, ord_status{};  // 150, 39
    Side side{};
    Qty order_qty;
    Qty last_qty{-1};  // 32, and 31 with it
    Price last_px;
    Qty cum_qty, leaves_qty;
    Price avg_px;
    std::int32_t ord_rej_reason{-1};  // 103; below zero: left out
    std::string_view text;            // 58
    Nanos transact_time{};
    char exec_trans_type{};       // 20, of FIX 4.2; left out where it is none
    std::string_view last_mkt{};  // 30
};
struct OrderCancelReject {  // 9
    std::string_view order_id, cl_ord_id, orig_cl_ord_id;
    char ord_status{};                // 39
    std::int32_t cxl_rej_reason{-1};  // 102
    char response_to{'1'};            // 434: 1 of a cancel, 2 of a replace
    std::string_view text;
    Nanos transact_time{};
};
struct BusinessReject {             // j
    std::uint64_t ref_seq_num{};    // 45
    std::string_view ref_msg_type;  // 372
    std::string_view ref_id;        // 379: ClOrdID of what is rejected; may be empty
    std::int32_t reason{};          // 380: 0 other, 3 unsupported type, 5 a field is missing
    std::string_view text;
};
struct MarketDataSnapshot {  // W: best bid and offer
    std::string_view symbol;
    Price bid, ask;
    Qty bid_size, ask_size;
};
struct MarketDataTrade {  // X: one trade of the market
    std::string_view symbol;
    Price price;
    Qty qty;
};

// Writes one message at a time into a buffer of its own. Views it returns are valid until the next
// call.
class Encoder {
  public:
    std::string_view write(const Header& header, const NewOrderSingle& m);
    std::string_view write(const Header& header, const OrderCancelRequest& m);
    std::string_view write(const Header& header, const OrderStatusRequest& m);
    std::string_view write(const Header& header, const ExecutionReport& m);
    std::string_view write(const Header& header, const OrderCancelReject& m);
    std::string_view write(const Header& header, const BusinessReject& m);
    std::string_view write(const Header& header, const MarketDataSnapshot& m);
    std::string_view write(const Header& header, const MarketDataTrade& m);

  private:
    void begin(char msg_type, const Header& header);
    void tag(std::string_view tag_and_equals);
    void field(std::string_view tag_and_equals, std::string_view value);
    void field(std::string_view tag_and_equals, char value);
    void number(std::string_view tag_and_equals, std::uint64_t value);
    void qty(std::string_view tag_and_equals, Qty value);
    void price(std::string_view tag_and_equals, Price value);
    void time(std::string_view tag_and_equals, Nanos value);
    void side(Side value);
    std::string_view finish();

    std::string buffer_;
};

// Appends "YYYYMMDD-HH:MM:SS." and 6 or 9 digits of fraction, UTC. From 1970 on.
enum class Fraction : std::uint8_t { micros = 6, nanos = 9 };
void append_utc_timestamp(std::string& out, Nanos at, Fraction fraction);
// Appends the shortest exact decimal of value / 10^scale.
void append_scaled(std::string& out, std::int64_t value, int scale);

}  // namespace assay::fix
