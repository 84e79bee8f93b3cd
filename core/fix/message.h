// One FIX message as typed fields: a flat record of views and scaled integers, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/fix/field_cursor.h"
#include "core/fix/fields.h"
#include "core/fix/values.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay::fix {

// `tag` is 0 where the tag itself could not be read; `offset` is where the field starts.
struct ParseError {
    ParseCode code{};
    std::uint32_t tag{};
    std::uint32_t offset{};
    explicit operator bool() const { return code != ParseCode::none; }
};

// Members keep their zero where the field is absent: ask has(tag). Views point into the parsed
// bytes. Scalars are those of the body; fields inside groups never overwrite them.
struct Message {
    std::string_view bytes;
    char delimiter{};
    std::uint64_t present{};
    std::uint16_t unknown_tags{};  // 1701..4999: in no FIX dictionary up to 5.0 SP2
    std::uint16_t custom_tags{};   // 5000 and more

    bool has(std::uint32_t tag) const {
        return tag < kTagTable && kFieldBits[tag] < kReadTags.size() &&
               ((present >> kFieldBits[tag]) & 1) != 0;
    }

    // header
    std::string_view begin_string;          // 8
    std::string_view msg_type;              // 35
    std::string_view sender_comp_id;        // 49
    std::string_view target_comp_id;        // 56
    std::string_view sender_sub_id;         // 50
    std::string_view target_sub_id;         // 57
    std::string_view on_behalf_of_comp_id;  // 115
    std::string_view deliver_to_comp_id;    // 128
    std::string_view appl_ver_id;           // 1128
    std::uint64_t msg_seq_num{};            // 34
    Nanos sending_time{};                   // 52
    Nanos orig_sending_time{};              // 122
    char poss_dup_flag{};                   // 43
    char poss_resend{};                     // 97

    // orders and their reports
    std::string_view cl_ord_id;              // 11
    std::string_view orig_cl_ord_id;         // 41
    std::string_view order_id;               // 37
    std::string_view exec_id;                // 17
    std::string_view exec_ref_id;            // 19
    std::string_view symbol;                 // 55
    std::string_view security_id;            // 48
    std::string_view security_id_source;     // 22
    std::string_view quote_id;               // 117
    std::string_view ex_destination;         // 100
    std::string_view security_exchange;      // 207
    std::string_view last_mkt;               // 30
    std::string_view text;                   // 58
    std::string_view currency;               // 15
    Qty order_qty;                           // 38
    Qty last_qty;                            // 32
    Qty cum_qty;                             // 14
    Qty leaves_qty;                          // 151
    Qty min_qty;                             // 110
    Price price;                             // 44
    Price last_px;                           // 31
    Price avg_px;                            // 6, rounded to 1e-9
    Nanos transact_time{};                   // 60
    std::int32_t trade_date{};               // 75, days since 1970-01-01
    std::int32_t ord_rej_reason{};           // 103
    std::int32_t cxl_rej_reason{};           // 102
    std::int32_t exec_restatement_reason{};  // 378
    char exec_trans_type{};                  // 20
    char exec_type{};                        // 150
    char ord_status{};                       // 39
    char side{};                             // 54
    char ord_type{};                         // 40
    char time_in_force{};                    // 59
    char last_liquidity_ind{};               // 851
    char cxl_rej_response_to{};              // 434
    char dk_reason{};                        // 127

    // rejects and sequence
    std::string_view ref_msg_type;            // 372
    std::string_view business_reject_ref_id;  // 379
    std::uint64_t ref_seq_num{};              // 45
    std::int32_t ref_tag_id{};                // 371
    std::int32_t session_reject_reason{};     // 373
    std::int32_t business_reject_reason{};    // 380
    std::uint64_t new_seq_no{};               // 36
    std::uint64_t begin_seq_no{};             // 7
    std::uint64_t end_seq_no{};               // 16
    char gap_fill_flag{};                     // 123
    char reset_seq_num_flag{};                // 141

    // groups: the bytes from the field after the count on; see parties.h and book.h for readers
    std::string_view parties;     // after NoPartyIDs(453)
    std::string_view md_entries;  // after NoMDEntries(268)
    std::uint32_t party_count{};
    std::uint32_t md_entry_count{};

    // The last date that parse() read into this Message: the next message mostly has the same.
    DateDigits last_date;
};

// Reads one framed message (BeginString to CheckSum; the last delimiter may be missing) in one
// pass. On an error `message` holds what stood before it: enough to say which message it was.
ParseError parse(std::string_view bytes, char delimiter, Message& message);

}  // namespace assay::fix
