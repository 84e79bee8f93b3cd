// Parent orders on the wire: what an order management system asks for in FIX, and the FIX that it
// hears in return. The other end of the desk from child_wire.
//
//     D   a parent order. Beside the usual fields: EffectiveTime(168) and ExpireTime(126) are its
//         window, MaxFloor(111) the most that one child shows, ParticipationRate(849) its cap, and
//         TargetStrategyParameters(848) everything else: "policy=split;profile=balanced;urgency=.4"
//     F G cancel it, or change its quantity and limit price
//     H   how far it is
//     8 9 j what it hears
//
// One message at a time; no clock, thread or socket. Same calls, same bytes out.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/desk/parent_message.h"
#include "core/fix/encode.h"
#include "core/fix/message.h"
#include "core/route/parent.h"
#include "core/units/result.h"

namespace assay::desk {

// What an OMS asked for, ready for the router.
struct NewParent {
    route::ParentOrder order;
};
struct CancelParent {
    std::uint64_t parent{};
};
struct ReplaceParent {
    std::uint64_t parent{};
    Qty qty;
    std::optional<Price> limit;
};
using Asked = std::variant<std::monostate, NewParent, CancelParent, ReplaceParent>;

// For the session of that number; its header is the session's business but for the CompIDs.
struct Reply {
    std::uint32_t session{};
    std::string bytes;
    std::uint64_t number{};  // in the outbox of its session
};

class Oms {
  public:
    // FIX 4.2 says fills, busts and states of orders otherwise than later versions.
    enum class Version : std::uint8_t { fix42, fix44 };
    struct Session {
        std::string comp_id, our_comp_id;
        Version version{Version::fix44};
        template <class Archive>
        void archive(Archive& a) {
            a(comp_id, our_comp_id, version);
        }
    };

    Oms() = default;
    explicit Oms(ParentDefaults defaults) : defaults_(std::move(defaults)) {}

    // One captured message that an OMS sent. What it asks of the router comes back; what is refused
    // at once is answered into `replies`. A PossDup or PossResend of what is known changes nothing.
    Asked take(std::uint32_t session, const Session& who, const fix::Message& message, Nanos at,
               std::vector<Reply>& replies);
    // One that cannot be read: an order is rejected all the same, so that its OMS hears why.
    void unreadable(std::uint32_t session, const Session& who, const fix::Message& message,
                    std::string_view why, Nanos at, std::vector<Reply>& replies);
    // What the router reports on a parent, as its OMS hears it; `lps`: their names, by LpId.
    void report(const route::ParentReport& report, std::span<const std::string> lps,
                std::vector<Reply>& replies);
    // What became of a replace that take() had returned.
    void replaced(std::uint64_t parent, const Result<void>& done, const route::Parent* now,
                  Nanos at, std::vector<Reply>& replies);
    // The router knows it no more. Of its ClOrdIDs only that they were used is remembered, in 64
    // bits each, on this UTC day and the next: until then they are refused.
    void forget(std::uint64_t parent, Nanos at);
    static constexpr std::int64_t kUsedDays = 2;

    // The OMS's ClOrdID of a parent; empty: unknown.
    std::string_view cl_ord_id(std::uint64_t parent) const;
    std::optional<std::uint64_t> parent_of(std::uint32_t session, std::string_view cl_ord_id) const;
    // Those of a session that have not ended, oldest first.
    std::vector<std::uint64_t> open_of(std::uint32_t session) const;
    std::size_t known() const { return orders_.size(); }
    std::size_t remembered_ids() const { return names_.size() + used_.size(); }

    template <class Archive>
    void archive(Archive& a) {
        a(next_parent_, orders_, names_, used_, day_);
    }

  private:
    struct Order {
        std::uint32_t session{};
        Session who;
        std::string cl_ord_id;          // in force
        std::vector<std::string> ids;   // all that ever named it
        std::string asked, asked_type;  // ClOrdID and MsgType of the F or G under way
        std::string symbol;
        Side side{};
        Qty qty, cum;
        std::optional<Price> limit;
        double avg_px{};
        route::ParentState state{};
        std::uint64_t executions{};
        std::map<std::string, std::string> fills;  // an LP and its ExecID -> the OMS's
        template <class Archive>
        void archive(Archive& a) {
            a(session, who, cl_ord_id, ids, asked, asked_type, symbol, side, qty, cum, limit,
              avg_px, state, executions, fills);
        }
    };

    Asked new_order(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                    std::vector<Reply>& replies);
    Asked change(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                 std::vector<Reply>& replies);
    void status(std::uint32_t session, const Session& who, const fix::Message& m, Nanos at,
                std::vector<Reply>& replies);
    void reject(std::uint32_t session, const Session& who, const fix::Message& m, int reason,
                std::string_view text, Nanos at, std::vector<Reply>& replies);
    void not_taken(std::uint32_t session, const Session& who, const fix::Message& m, int reason,
                   std::string_view why, Nanos at, std::vector<Reply>& replies);
    void refuse_change(std::uint32_t session, const Session& who, std::string_view cl_ord_id,
                       std::string_view orig_cl_ord_id, char response_to, const Order* order,
                       int reason, std::string_view text, Nanos at, std::vector<Reply>& replies);
    struct What {
        char exec_type{}, ord_status{};
        Qty last_qty{-1};
        Price last_px{};
        std::string exec_ref_id;
        std::string_view cl_ord_id, orig_cl_ord_id, text, last_mkt, exec_id;
        Qty leaves;
        std::int32_t ord_rej_reason{-1};
    };
    void name(std::uint64_t parent, Order& order, std::string_view cl_ord_id);
    bool used_before(std::uint32_t session, std::string_view cl_ord_id) const;
    void begin_day(Nanos at);
    void say(std::uint64_t parent, Order& order, const What& what, Nanos at,
             std::vector<Reply>& replies);

    ParentDefaults defaults_;
    std::uint64_t next_parent_{1};
    std::map<std::uint64_t, Order> orders_;
    std::map<std::string, std::uint64_t> names_;  // session and ClOrdID, also former ones -> parent
    // Hash of session and ClOrdID -> the day on which its order was forgotten.
    boost::unordered_flat_map<std::uint64_t, std::int64_t> used_;
    std::int64_t day_{INT64_MIN};
    fix::Encoder encoder_;
};

}  // namespace assay::desk
