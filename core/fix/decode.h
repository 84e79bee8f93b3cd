// What a message says happened: one Happening per message (docs/spec.md section 1.2).
#pragma once

#include <optional>

#include "core/event/event.h"
#include "core/fix/dialect.h"
#include "core/fix/message.h"

namespace assay::fix {

// D F G Q, 8, 9, 3 and j become what they say; all else, H, W and X among them, is monostate
// (market data goes through book.h). Views of the result point into the message's bytes.
//
// An ExecutionReport is read by ExecTransType(20) first (1 bust, 2 correct, 3 status), then by
// ExecType(150), or by OrdStatus(39) where there is no 150: F, and 1 or 2 with LastQty > 0, are
// fills in every version; G, H, I the correct, bust and status of 4.3 and later.
// A 3 or j comes without its order: the session stage finds that by RefSeqNum(45).
Happening event_of(const Message& message, const Dialect& dialect);

// The execution that a report of something else (a cancel, an expiry, a reject, an ack) carries
// along in LastQty and LastPx. Some LPs report their last fill only so; others repeat a fill that
// was reported before. Which of the two it is follows from CumQty(14) and what was filled before:
// the session stage decides. Absent where the report is a fill itself or carries none.
std::optional<Filled> carried_fill(const Message& message, const Happening& what);

// The trade date that belongs to an execution's identity, in days since 1970-01-01: of
// TradeDate(75), else of TransactTime(60), else of the time the message was first sent
// (OrigSendingTime(122) of a PossDup, else SendingTime(52)): a resend keeps its date.
std::int32_t trade_date_of(const Message& message);

}  // namespace assay::fix
