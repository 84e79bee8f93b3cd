// Who is who: configuration of the session stage, filled by a host from its reference file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/fix/dialect.h"
#include "core/fix/field_cursor.h"
#include "core/fix/message.h"

namespace assay::fix {

// Where the name of the LP stands in an order or a report.
enum class LpSource : std::uint8_t {
    comp_id,     // the counterparty's CompID
    tag,         // the field Parties::lp_tag: 100, 30, 207 or 128 (115 on the way back)
    party_role,  // the PartyID(448) whose PartyRole(452) is Parties::lp_party_role
};

// What becomes of a CompID or symbol that no table names.
enum class Unmapped : std::uint8_t {
    stands_for_itself,  // no reference file was given
    is_counted,         // counted and shown by name, and no event comes of it
};

// Which of two sources of one LP counts; the other is compared with it.
enum class CaptureCounts : std::uint8_t { session, dropcopy };

struct Parties {
    LpSource lp_source{LpSource::comp_id};
    std::uint32_t lp_tag{100};
    std::int32_t lp_party_role{1};                   // executing firm
    Unmapped unmapped{Unmapped::stands_for_itself};  // CompIDs, and what else names LPs
    Unmapped unmapped_symbols{Unmapped::stands_for_itself};
    CaptureCounts capture_counts{CaptureCounts::session};

    using Names = std::map<std::string, std::string, std::less<>>;
    Names lp_of{};      // CompID, or the value of the tag or party, -> LP; several may be one LP
    Names lp_class{};   // LP -> class
    Names lp_group{};   // LP -> group
    Names symbol_of{};  // a symbol of any LP -> canonical symbol
    std::map<std::string, Names, std::less<>> lp_symbol_of{};  // LP -> its own symbols -> canonical

    // CompIDs that take orders from us in what was looked at beforehand: what quotes they send are
    // their own, also before the first order reaches them.
    std::set<std::string, std::less<>> counterparties{};
    // Our own CompIDs. A D sent to one of them is a parent order: counted, not scored.
    std::set<std::string, std::less<>> ours{};
    // CompIDs of counterparties that send drop copies (map them to their LP in lp_of).
    std::set<std::string, std::less<>> drop_copies{};
    std::map<std::string, Dialect, std::less<>> dialects{};  // LP -> its habits

    // The habits of who sends under this CompID: to be given to event_of().
    const Dialect& dialect_of(std::string_view sender_comp_id) const {
        static const Dialect kCommon;
        if (dialects.empty()) return kCommon;
        const auto lp = lp_of.find(sender_comp_id);
        const auto found =
            dialects.find(lp == lp_of.end() ? sender_comp_id : std::string_view(lp->second));
        return found == dialects.end() ? kCommon : found->second;
    }
};

// The PartyID of the entry of group 453 that has this role; empty where there is none.
inline std::string_view party_with_role(const Message& message, std::int32_t role) {
    FieldCursor cursor(message.parties, message.delimiter);
    std::string_view party;
    Field field;
    for (std::uint32_t entries = 0; !cursor.done() && cursor.next(field) == ParseCode::none;) {
        if (field.tag == 448) {
            if (++entries > message.party_count) break;
            party = field.value;
        } else if (field.tag == 452) {
            std::int64_t value = 0;
            if (read_decimal(field.value, 0, INT32_MAX, value) && value == role) return party;
        }
    }
    return {};
}

}  // namespace assay::fix
