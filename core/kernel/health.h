// Ingest health: where every byte and every message went. Shown before any score.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"

namespace assay {

struct BytesHealth {  // read = messages + between + dead + pending
    std::uint64_t read{}, messages{}, between{}, dead{}, pending{};
};
struct MessagesHealth {  // read = applied + duplicate + waiting + dead
    std::uint64_t read{}, applied{}, duplicate{}, waiting{}, dead{};
};

// A named count with a sentence for people: "exec_id_conflicts", "same ExecID, other content; ...".
struct Count {
    std::string name, meaning;
    std::uint64_t n{};
};

struct SessionLine {
    std::string us, them, lp;  // CompIDs and the LP it is taken for
    std::uint64_t messages{}, gaps{}, missing{}, duplicates{};
    Nanos first{kNever}, last{kNever};
    std::optional<double> clock_offset_ms;  // their clock minus ours, estimated
    std::string note;
};

struct InputLine {
    std::string name;  // as given
    std::string kind;  // "FIX log, SOH, QuickFIX prefix", "quotes", "fills", "not used: ..."
    std::uint64_t bytes{}, messages{}, dead{};
    std::optional<double> zone_hours;  // found offset of the prefix clock
    bool beside{};                     // of --quotes: no part of what the sums account for
    std::string broken{};              // why it could not be read to its end; empty where it could
};

struct Health {
    BytesHealth bytes;
    MessagesHealth messages;
    std::vector<Count> dead_by_reason;  // sums to messages.dead
    std::vector<Count> counts;  // orphans, overfills, conflicts, na counts, ... non-zero ones first
    std::vector<std::pair<std::string, std::uint64_t>> by_msg_type;  // "8 ExecutionReport" -> n
    std::vector<SessionLine> sessions;
    std::vector<InputLine> inputs;
    std::string dead_letter_file;  // empty: nothing was dead
    bool lenient{};
};

}  // namespace assay
