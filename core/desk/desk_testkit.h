// A small desk for tests: two LPs, a market and an OMS, in FIX bytes; no clock of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/desk/session_desk.h"
#include "core/fix/encode.h"

namespace assay::desk {

inline constexpr Nanos kTenOClock{1'796'032'800'000'000'000};
inline constexpr std::uint32_t kOms = 0, kMarket = 1, kLpA = 2, kLpB = 3;

inline SessionDeskConfig small_desk() {
    SessionDeskConfig c;
    const score::Profile& p = *score::find_profile("balanced");
    c.desk.kernel.profile = p;
    c.desk.kernel.quotes.stale_after = {5 * kSecond.ns};
    c.desk.ranked = {p};
    c.desk.router.lps = {"LP_A", "LP_B"};
    c.desk.traits.resize(2);
    c.desk.router.limits = {.parent_qty = 100'000_qty,
                            .child_qty = 10'000_qty,
                            .parent_notional = 200.00_px * 100'000_qty,
                            .child_notional = 200.00_px * 10'000_qty,
                            .collar_bps = 50,
                            .open_qty = 50'000_qty,
                            .orders_per_window = 1'000,
                            .window = kSecond,
                            .orders_per_parent = 1'000,
                            .duplicate_window = {1}};
    c.desk.router.terms.unfilled_bps = 5;
    c.desk.parties.ours = {"DESK"};
    c.desk.parties.lp_of = {{"LP_A", "LP_A"}, {"LP_B", "LP_B"}};
    c.desk.parties.counterparties = {"LP_A", "LP_B"};
    c.parents.round_qty = 2'000_qty;
    c.parents.max_child = 1'000_qty;
    c.parents.round_gap = {200 * kMillisecond.ns};
    c.parents.window = {60 * kSecond.ns};
    c.parents.urgency = 1;
    c.sessions = {{"OMS", Role::oms, {"OMS", "DESK", Oms::Version::fix44}, {}},
                  {"MARKET", Role::market_data, {}, {}},
                  {"LP_A", Role::lp, {}, "LP_A"},
                  {"LP_B", Role::lp, {}, "LP_B"}};
    return c;
}

// What comes in on the wires, with sequence numbers of their own.
class Counterparties {
  public:
    std::string quote(Nanos at, Price bid, Price ask, Qty size = 5'000_qty,
                      std::string_view symbol = "ACME") {
        return std::string(encoder_.write(header("MARKET", market_, at),
                                          fix::MarketDataSnapshot{symbol, bid, ask, size, size}));
    }
    std::string order(Nanos at, std::string_view cl_ord_id, Side side, Qty qty, Price limit) {
        return std::string(
            encoder_.write(header("OMS", oms_, at), fix::NewOrderSingle{.cl_ord_id = cl_ord_id,
                                                                        .symbol = "ACME",
                                                                        .side = side,
                                                                        .order_qty = qty,
                                                                        .price = limit,
                                                                        .time_in_force = '0',
                                                                        .min_qty = {-1},
                                                                        .transact_time = at}));
    }
    std::string cancel(Nanos at, std::string_view id, std::string_view order) {
        return std::string(
            encoder_.write(header("OMS", oms_, at), fix::OrderCancelRequest{.cl_ord_id = id,
                                                                            .orig_cl_ord_id = order,
                                                                            .symbol = "ACME",
                                                                            .side = Side::buy,
                                                                            .order_qty = 1'000_qty,
                                                                            .transact_time = at}));
    }
    // An LP fills `fill` of what it was sent, and cancels the rest.
    std::vector<std::string> answers(Nanos at, std::uint32_t lp, std::string_view sent, Qty fill,
                                     Price px) {
        std::vector<std::string> all;
        fix::Message m;
        if (fix::parse(sent, '\x01', m)) return all;
        const std::string name = lp == kLpA ? "LP_A" : "LP_B";
        std::uint64_t& seq = lp == kLpA ? lp_a_ : lp_b_;
        fix::ExecutionReport r{.order_id = "O",
                               .cl_ord_id = m.cl_ord_id,
                               .orig_cl_ord_id = {},
                               .exec_id = {},
                               .exec_ref_id = {},
                               .symbol = m.symbol,
                               .side = m.side == '1' ? Side::buy : Side::sell,
                               .order_qty = m.order_qty,
                               .last_px = {},
                               .cum_qty = {},
                               .leaves_qty = {},
                               .avg_px = {},
                               .text = {},
                               .transact_time = at};
        const auto say = [&](char type, char status) {
            const std::string id = name + std::to_string(++executions_);
            r.exec_type = type;
            r.ord_status = status;
            r.exec_id = id;
            all.emplace_back(encoder_.write(header(name, seq, at), r));
        };
        if (m.msg_type != "D") {
            r.cl_ord_id = m.msg_type == "F" ? m.orig_cl_ord_id : m.cl_ord_id;
            say('4', '4');
            return all;
        }
        if (fill > m.order_qty) fill = m.order_qty;
        if (fill > Qty{}) {
            r.last_qty = fill;
            r.last_px = r.avg_px = px;
            r.cum_qty = fill;
            r.leaves_qty = m.order_qty - fill;
            say('F', fill == m.order_qty ? '2' : '1');
        }
        if (fill < m.order_qty) {
            r.last_qty = {-1};
            r.leaves_qty = {};
            say('4', '4');
        }
        return all;
    }

    // It takes back a fill that it had reported in these bytes.
    std::string bust(Nanos at, std::uint32_t lp, std::string_view fill) {
        fix::Message m;
        if (fix::parse(fill, '\x01', m)) return {};
        const std::string name = lp == kLpA ? "LP_A" : "LP_B";
        const std::string id = name + std::to_string(++executions_);
        return std::string(
            encoder_.write(header(name, lp == kLpA ? lp_a_ : lp_b_, at),
                           fix::ExecutionReport{.order_id = "O",
                                                .cl_ord_id = m.cl_ord_id,
                                                .orig_cl_ord_id = {},
                                                .exec_id = id,
                                                .exec_ref_id = m.exec_id,
                                                .symbol = m.symbol,
                                                .exec_type = 'H',
                                                .ord_status = '4',
                                                .side = m.side == '1' ? Side::buy : Side::sell,
                                                .order_qty = m.order_qty,
                                                .last_qty = m.last_qty,
                                                .last_px = m.last_px,
                                                .cum_qty = {},
                                                .leaves_qty = {},
                                                .avg_px = {},
                                                .text = {},
                                                .transact_time = at}));
    }

  private:
    static fix::Header header(std::string_view from, std::uint64_t& seq, Nanos at) {
        return {.sender_comp_id = from,
                .target_comp_id = "DESK",
                .msg_seq_num = ++seq,
                .sending_time = at,
                .orig_sending_time = kNever};
    }
    fix::Encoder encoder_;
    std::uint64_t market_{}, oms_{}, lp_a_{}, lp_b_{}, executions_{};
};

}  // namespace assay::desk
