// A FIX message as its session layer sees it: the fields of its header, and the rest as it stands.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/fix/field_cursor.h"
#include "core/units/result.h"

namespace assay::fixnet {

struct Envelope {
    std::string_view msg_type;
    // From 8 on, in their order. Header fields that hold data, as XmlData, are left in the body:
    // they stand at its front.
    std::vector<fix::Field> header;
    std::string_view body;  // up to 10=; delimiters inside
    std::string_view value(std::uint32_t tag) const;
    // Logon, Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout
    bool admin() const {
        return msg_type.size() == 1 && std::string_view("0A12345").contains(msg_type[0]);
    }
};

// Of a framed message, with SOH. Views point into `bytes`.
// Errors: no MsgType(35), a field that is none, no CheckSum(10) at the end.
Result<Envelope> open_envelope(std::string_view bytes);

// The fields of an admin message's body.
std::vector<fix::Field> fields_of(std::string_view body);

// Filled in by the engine: 8, 9, 34, 49, 52, 56, 10, and what marks a resend, 43 and 122.
bool stamped_by_engine(std::uint32_t tag);

}  // namespace assay::fixnet
