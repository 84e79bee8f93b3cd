// Reads what audit.h writes, trusting none of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/result.h"

namespace assay::people {

// Of the chain: is each entry the one that was written, in its place, with none missing?
struct AuditVerdict {
    bool ok{};
    std::uint64_t entries{};                   // that are good, from the first on
    std::uint64_t heads{};                     // of the second file, that were compared
    std::string head{};                        // hash of the last good entry; empty: there is none
    std::optional<std::uint64_t> first_bad{};  // the number it has or should have
    std::string why{};                         // in words; empty: it is as it was written
};
// An error: a file could not be read.
Result<AuditVerdict> check_audit(const std::string& entries, const std::string& heads);

// The end of a file of entries. Bytes behind the last line feed are of a line that was never
// finished.
struct LastAuditLine {
    std::uint64_t seq{};  // 0: there is no line
    std::string hash{};
    std::int64_t whole_bytes{};
};
Result<LastAuditLine> last_audit_line(const std::string& path);

// An entry as it stands in the file, whole lines of JSON, newest first.
struct AuditQuestion {
    std::optional<std::string> who{}, act{};
    std::uint64_t before{};  // only lower numbers; 0: all
    std::size_t limit{100};
};
struct AuditRow {
    std::uint64_t seq{}, of{};
    Nanos at{};
    std::string who, via, from, act, outcome, hash;
    std::vector<std::pair<std::string, std::string>> what{};
};
struct AuditRows {
    std::vector<AuditRow> rows{};
    bool more{};
};
Result<AuditRows> read_audit(const std::string& path, const AuditQuestion& question);

}  // namespace assay::people
