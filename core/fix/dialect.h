// The habits of one LP as rows of data: whom its rejects blame, and which field says what happened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/fix/message.h"

namespace assay::fix {

// A row that matches decides; rows are asked in order. `text_pattern` is matched against the whole
// of Text(58), without regard to case; `*` stands for any run of characters. Empty: any text.
struct RejectRule {
    static constexpr std::int32_t kAnyReason = -1;
    std::int32_t ord_rej_reason{kAnyReason};  // 103
    std::string text_pattern{};
    RejectClass reject_class{};
};

// Which field tells what an ExecutionReport reports.
enum class ExecTypeStyle : std::uint8_t {
    standard,    // 150 where present, else 39 (FIX 4.0 has no ExecType)
    ord_status,  // 39 always: for LPs whose 150 cannot be trusted
};

struct Dialect {
    std::vector<RejectRule> reject_rules{};  // asked before the common ones
    ExecTypeStyle exec_type_style{};
};

// Whom a reject blames (docs/spec.md section 1.5). First the LP's own rows; then the codes that
// leave no doubt (1 5 6 11 13 15 ours, 3 risk, 8 discretionary); then common words in the text;
// what is left (2, 4, 99 and all unmapped) is technical.
RejectClass reject_class_of(const Dialect& dialect, const Message& message);

// Case-insensitive match of the whole text; `*` matches any run, also an empty one.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace assay::fix
