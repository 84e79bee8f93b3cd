// Every number behind one order or one fill, told so that it can be checked by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

enum class Direction { out, in };  // as we see it: out to the LP, in from it

struct ExplainedMessage {
    Nanos at{kNever};
    Direction direction{};
    std::string file;
    std::uint64_t offset{};
    std::string type;      // "D NewOrderSingle"
    std::string in_words;  // "buy 1,000 XYZ at 100.02, IOC"
    std::string raw;       // the message with '|' for SOH, passwords masked
};

struct ExplainedQuote {
    std::string used_for;         // "touch when the order was sent"
    Nanos at{kNever};             // since when this quote stood
    std::optional<Duration> age;  // at the moment it was used
    std::string bid, ask;         // prices with sizes, as text: "100.00 x 300"
    std::string state;            // "ok", "locked", ...
    std::string source;           // file:line or file:offset
    std::string exec_id{};        // of the fill it is held against; empty: of the order
};

struct ExplainedMetric {
    std::string name;       // of the catalog
    std::string formula;    // "s (F - p)"
    std::string filled_in;  // "+1 (100.02 - 100.015)"
    std::optional<double> result;
    std::string unit;
    std::string absent;     // why there is no result
    std::string exec_id{};  // of the fill it is measured on; empty: of the order
};

struct ExplainedChange {   // of one estimate
    std::string estimate;  // "LP_A / XYZ fill rate"
    std::optional<double> before, after;
    std::string unit;
    std::size_t message{};  // that it follows, counted from 1; 0: not known
    std::string what{};     // "what the order came to is counted", "... is taken out again"
};

struct ExplainedStatus {  // of one ClOrdID of the order, oldest first
    std::string cl_ord_id;
    char ord_status{};  // OrdStatus(39)
    std::string cum_qty, leaves_qty;
};

struct UndoneFill {
    std::string exec_id;
    std::string what;  // "busted by message 3: counts no more"
};

struct Explanation {
    std::string title;  // "order 7A-113: buy 1,000 XYZ from LP_A, filled 800"
    std::vector<ExplainedMessage> messages;
    std::vector<ExplainedQuote> quotes;
    std::vector<ExplainedMetric> metrics;
    std::vector<ExplainedChange> changes;
    std::string cell;  // whose estimates changed: "LP_A / XYZ / <0.5x / calm"
    std::vector<UndoneFill> undone;
    std::vector<ExplainedStatus> statuses;
    std::vector<std::string> remarks;  // "the fill came before the acknowledgement"
    std::string config_version;
};

std::string explain_text(const Explanation& e, const Terminal& terminal);
std::string explain_json(const Explanation& e);

}  // namespace assay::cli
