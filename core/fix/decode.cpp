#include "core/fix/decode.h"

namespace assay::fix {

namespace {

OrderRef ref_of(const Message& m) {
    return {m.cl_ord_id, m.orig_cl_ord_id, m.order_id};
}

Qty or_absent(const Message& m, std::uint32_t tag, Qty value) {
    return m.has(tag) ? value : Qty{-1};
}
std::int32_t or_absent(const Message& m, std::uint32_t tag, std::int32_t value) {
    return m.has(tag) ? value : -1;
}
std::optional<Price> price_of(const Message& m) {
    return m.has(44) ? std::optional(m.price) : std::nullopt;
}

Tif tif_of(char time_in_force) {
    switch (time_in_force) {
        case '\0':
        case '0':
            return Tif::day;
        case '1':
            return Tif::gtc;
        case '3':
            return Tif::ioc;
        case '4':
            return Tif::fok;
        default:
            return Tif::other;
    }
}

OrdType ord_type_of(char ord_type) {
    switch (ord_type) {
        case '1':
            return OrdType::market;
        case '2':
            return OrdType::limit;
        case 'D':
            return OrdType::previously_quoted;
        default:
            return OrdType::other;
    }
}

Liquidity liquidity_of(char last_liquidity_ind) {
    switch (last_liquidity_ind) {
        case '1':
            return Liquidity::added;
        case '2':
            return Liquidity::removed;
        case '3':
            return Liquidity::routed;
        default:
            return Liquidity::unknown;
    }
}

Execution execution_of(const Message& m) {
    return {.exec_id = m.exec_id,
            .last_qty = m.last_qty,
            .last_px = m.last_px,
            .cum_qty = or_absent(m, 14, m.cum_qty),
            .leaves_qty = or_absent(m, 151, m.leaves_qty),
            .side = m.has(54) ? std::optional(side_of_fix(m.side)) : std::nullopt,
            .transact_time = m.has(60) ? m.transact_time : kNever,
            .trade_date = trade_date_of(m),
            .last_mkt = m.last_mkt,
            .liquidity = liquidity_of(m.last_liquidity_ind)};
}

Happening busted(const Message& m) {
    return Busted{ref_of(m), m.exec_ref_id, m.exec_id, trade_date_of(m)};
}
Happening corrected(const Message& m) {
    return Corrected{ref_of(m), m.exec_ref_id, execution_of(m)};
}
Happening status(const Message& m) {
    return StatusReported{ref_of(m), or_absent(m, 14, m.cum_qty)};
}

// What 150 and 39 mean alike.
Happening of_status_code(const Message& m, const Dialect& dialect, char code) {
    const Qty cum = or_absent(m, 14, m.cum_qty);
    switch (code) {
        case '0':
            return Acked{ref_of(m)};
        case 'A':
            return AckedByGateway{ref_of(m)};
        case '1':
        case '2':
            // "Filled" comes from quantities: a report of a state without an execution is a status,
            // and a final fill that still says 39=1 is a fill like any other.
            // A negative quantity is a fill too: one that the blotter will refuse, and keep.
            if (m.last_qty.micro != 0) return Filled{ref_of(m), execution_of(m)};
            return status(m);
        case '3':
            return DoneForDay{ref_of(m), cum};
        case '4':
            return Canceled{ref_of(m), cum};
        case 'C':
            return Expired{ref_of(m), cum};
        case '5':
            return Replaced{ref_of(m), or_absent(m, 38, m.order_qty),
                            or_absent(m, 151, m.leaves_qty), price_of(m)};
        case '6':
            return PendingCancel{ref_of(m)};
        case 'E':
            return PendingReplace{ref_of(m)};
        case '8':
            return Rejected{ref_of(m), reject_class_of(dialect, m),
                            or_absent(m, 103, m.ord_rej_reason), m.text};
        default:
            return status(m);  // 7 stopped, 9 suspended, B calculated, L triggered, ...
    }
}

Happening of_report(const Message& m, const Dialect& dialect) {
    switch (m.exec_trans_type) {  // FIX 4.0 to 4.2
        case '1':
            return busted(m);
        case '2':
            return corrected(m);
        case '3':
            return status(m);
        default:
            break;
    }
    switch (m.exec_type) {
        case 'F':
            return Filled{ref_of(m), execution_of(m)};
        case 'G':
            return corrected(m);
        case 'H':
            return busted(m);
        case 'I':
            return status(m);
        default:
            break;
    }
    const bool by_status = !m.has(150) || dialect.exec_type_style == ExecTypeStyle::ord_status;
    if (by_status && m.has(39)) return of_status_code(m, dialect, m.ord_status);
    switch (m.exec_type) {
        case 'D':  // only as ExecType: as OrdStatus it is "accepted for bidding"
            return Restated{ref_of(m), or_absent(m, 378, m.exec_restatement_reason),
                            or_absent(m, 38, m.order_qty), or_absent(m, 151, m.leaves_qty)};
        default:
            return of_status_code(m, dialect, m.exec_type);
    }
}

}  // namespace

std::int32_t trade_date_of(const Message& m) {
    if (m.has(75)) return m.trade_date;
    const bool resent = m.poss_dup_flag == 'Y' && m.has(122);
    const Nanos first_sent = resent ? m.orig_sending_time : m.sending_time;
    return static_cast<std::int32_t>(utc_day(m.has(60) ? m.transact_time : first_sent));
}

std::optional<Filled> carried_fill(const Message& m, const Happening& what) {
    const bool may_carry =
        std::holds_alternative<Canceled>(what) || std::holds_alternative<Expired>(what) ||
        std::holds_alternative<Rejected>(what) || std::holds_alternative<DoneForDay>(what) ||
        std::holds_alternative<Acked>(what) || std::holds_alternative<Replaced>(what) ||
        std::holds_alternative<Restated>(what);
    if (!may_carry || m.msg_type != "8" || m.last_qty.micro <= 0 || !m.has(14)) return {};
    return Filled{ref_of(m), execution_of(m)};
}

Happening event_of(const Message& m, const Dialect& dialect) {
    if (m.msg_type.size() != 1) return {};
    switch (m.msg_type[0]) {
        case '8':
            return of_report(m, dialect);
        case 'D':
            return Sent{.ref = ref_of(m),
                        .side = side_of_fix(m.side),
                        .side_given = m.has(54),
                        .ord_type = ord_type_of(m.ord_type),
                        .tif = tif_of(m.time_in_force),
                        .order_qty = m.order_qty,
                        .price = price_of(m),
                        .min_qty = m.min_qty,
                        .poss_resend = m.poss_resend == 'Y'};
        case '9':
            return CancelRejected{ref_of(m), or_absent(m, 102, m.cxl_rej_reason)};
        case 'F':
            return CancelRequested{ref_of(m)};
        case 'G':
            return ReplaceRequested{ref_of(m), m.order_qty, price_of(m)};
        case 'Q':
            return Repudiated{ref_of(m), m.exec_id};
        case '3':
        case 'j':
            return MessageRejected{{}, m.text};
        default:
            return {};
    }
}

}  // namespace assay::fix
