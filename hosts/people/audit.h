// Who did what when: one line of JSON an act, each with a hash over itself and the hash before it.
//
//     {"seq": 17, "at": "2026-03-02T14:30:00Z", ..., "act": "kill", ..., "hash": "9f0c..."}
//
// hash = SHA-256 of the last line's hash (64 zeros before the first), a line feed, and the line up
// to `, "hash"`. Each head also goes to a second file, which may lie elsewhere: what is cut off the
// end, or written anew from the middle on, is missed there (audit_check.h looks).
//
// A line is on the disk when write() returns; where it cannot be, nothing of it stays, and the act
// it tells of must not happen. Any thread, and any process: each takes the file for itself while it
// writes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/result.h"

namespace assay::people {

struct AuditEntry {
    Nanos at;
    std::string who, via, from;  // via: session, token, open, cli, desk; from: an address
    std::string act, outcome;    // outcome: begun, done, refused, failed
    std::vector<std::pair<std::string, std::string>> what{};
    std::uint64_t of{};  // the entry whose outcome this is; 0: none
};

inline constexpr std::size_t kMostAuditValue = 512;  // bytes of a value in `what`

class Audit {
  public:
    struct Files {
        std::string entries;  // desk-state/audit.jsonl
        std::string heads;    // desk-state/audit-heads.txt
    };
    // A last line that was left half written is cut off: its act did not happen.
    static Result<std::unique_ptr<Audit>> open(Files files);
    ~Audit();
    Audit(const Audit&) = delete;

    // Its number, from 1.
    Result<std::uint64_t> write(const AuditEntry& entry);
    // The second file reaches the disk, too. Every minute, and at the end.
    Result<void> anchor();
    const Files& files() const { return files_; }

  private:
    explicit Audit(Files files) : files_(std::move(files)) {}
    Result<void> catch_up();
    Result<void> append(const std::string& line);

    Files files_;
    std::mutex one_at_a_time_;
    int entries_{-1}, heads_{-1};
    std::uint64_t seq_{};   // of the last line
    std::string hash_;      // of the last line
    std::int64_t size_{};   // of the file, as far as seq_
    bool heads_waiting_{};  // some are not on the disk
};

// What both, who writes and who checks, make of a line.
inline constexpr std::string_view kBeforeHash = ", \"hash\": \"";
std::string audit_hash(std::string_view before, std::string_view body);
std::string first_audit_hash();

}  // namespace assay::people
