#include "hosts/cli/made_up_report.h"

namespace assay::cli {

Health made_up_health() {
    Health h;
    h.bytes = {1'204'331, 1'190'000, 13'000, 1'300, 31};
    h.messages = {5'004, 4'980, 12, 3, 9};
    h.dead_by_reason = {{"check_sum", "CheckSum(10) is not what the bytes add up to", 6},
                        {"body_length", "BodyLength(9) does not lead to a CheckSum field", 3}};
    h.counts = {{"orphans", "reports that name no order we saw leave", 14},
                {"exec_id_conflicts", "same ExecID, other content; the first one counts", 2},
                {"overfills", "more was filled than was ordered", 0}};
    h.by_msg_type = {{"D NewOrderSingle", 2000}, {"8 ExecutionReport", 2990}, {"0 Heartbeat", 14}};
    h.sessions = {{"ACME", "LP_A", "LP_A", 3000, 1, 4, 12, Nanos{1754141401123456000},
                   Nanos{1754141999000000000}, 3.25, "sequence numbers restart at 14:00"},
                  {"ACME", "<img src=x onerror=alert(1)>", "LP_C", 2004, 0, 0, 0, kNever, kNever,
                   std::nullopt, ""}};
    h.inputs = {
        {"logs/session.fix.log.gz", "FIX log, SOH, QuickFIX prefix", 1'204'000, 5004, 9, -4.0},
        {"logs/readme.txt", "not used: neither FIX, quotes nor fills", 331, 0, 0, std::nullopt}};
    h.dead_letter_file = "assay.dead.jsonl";
    return h;
}

Health quiet_health() {
    Health h;
    h.bytes = {12'345'678, 12'345'600, 78, 0, 0};
    h.messages = {51'204, 51'201, 3, 0, 0};
    h.sessions = {{"ACME", "LP_A", "LP_A", 51204, 0, 0, 3, kNever, kNever, 0.1, ""}};
    h.inputs = {{"day.log", "FIX log, SOH", 12'345'678, 51204, 0, std::nullopt}};
    return h;
}

}  // namespace assay::cli
