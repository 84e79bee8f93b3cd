#include "core/fix/dialect.h"

namespace assay::fix {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Which pairs of neighbours a text has, whatever their case, as bits that several pairs share.
constexpr std::uint64_t pairs_of(std::string_view text) {
    std::uint64_t pairs = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const auto first = static_cast<unsigned>(text[i - 1]) & 31;
        const auto second = static_cast<unsigned>(text[i]) & 31;
        pairs |= 1ull << ((first * 5 + second) & 63);
    }
    return pairs;
}

struct CommonRow {
    std::string_view text_pattern;
    RejectClass reject_class;
    std::uint64_t pairs;  // of the words: a text that lacks one of them cannot match

    consteval CommonRow(std::string_view pattern, RejectClass blames)
        : text_pattern(pattern), reject_class(blames), pairs(0) {
        for (std::size_t i = 1; i < pattern.size(); ++i) {
            if (pattern[i - 1] != '*' && pattern[i] != '*')
                pairs |= pairs_of(pattern.substr(i - 1, 2));
        }
    }
};

// Words that LPs use, most telling first. Ours before risk before discretionary: a text that names
// our own mistake stays ours even if it goes on about prices or limits.
constexpr CommonRow kCommonRows[] = {
    {"*duplicate*", RejectClass::ours},
    {"*unknown symbol*", RejectClass::ours},
    {"*invalid symbol*", RejectClass::ours},
    {"*unknown security*", RejectClass::ours},
    {"*unknown account*", RejectClass::ours},
    {"*invalid account*", RejectClass::ours},
    {"*unsupported*", RejectClass::ours},
    {"*not supported*", RejectClass::ours},
    {"*credit*", RejectClass::risk},
    {"*limit exceeded*", RejectClass::risk},
    {"*exceed*limit*", RejectClass::risk},
    {"*throttl*", RejectClass::risk},
    {"*rate limit*", RejectClass::risk},
    {"*message rate*", RejectClass::risk},
    {"*order rate*", RejectClass::risk},
    {"*too many*", RejectClass::risk},
    {"*last look*", RejectClass::discretionary},
    {"*lastlook*", RejectClass::discretionary},
    {"*off market*", RejectClass::discretionary},
    {"*off-market*", RejectClass::discretionary},
    {"*stale*", RejectClass::discretionary},
    {"*price moved*", RejectClass::discretionary},
    {"*price changed*", RejectClass::discretionary},
    {"*price has changed*", RejectClass::discretionary},
    {"*price no longer*", RejectClass::discretionary},
    {"*rate moved*", RejectClass::discretionary},
    {"*rate changed*", RejectClass::discretionary},
    {"*no liquidity*", RejectClass::discretionary},
    {"*insufficient liquidity*", RejectClass::discretionary},
    {"*not enough liquidity*", RejectClass::discretionary},
};

bool matches(const RejectRule& rule, const Message& m) {
    if (rule.ord_rej_reason != RejectRule::kAnyReason &&
        !(m.has(103) && m.ord_rej_reason == rule.ord_rej_reason)) {
        return false;
    }
    return rule.text_pattern.empty() || glob_match(rule.text_pattern, m.text);
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = pattern.npos, retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
            ++p;
            ++t;
        } else if (star != pattern.npos) {  // let the last star take one more
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

RejectClass reject_class_of(const Dialect& dialect, const Message& m) {
    for (const RejectRule& rule : dialect.reject_rules) {
        if (matches(rule, m)) return rule.reject_class;
    }
    if (m.has(103)) {
        switch (m.ord_rej_reason) {
            case 1:
            case 5:
            case 6:
            case 11:
            case 13:
            case 15:
                return RejectClass::ours;
            case 3:
                return RejectClass::risk;
            case 8:
                return RejectClass::discretionary;
            default:
                break;
        }
    }
    const std::uint64_t pairs = pairs_of(m.text);
    for (const CommonRow& row : kCommonRows) {
        if ((row.pairs & ~pairs) == 0 && glob_match(row.text_pattern, m.text)) {
            return row.reject_class;
        }
    }
    return RejectClass::technical;
}

}  // namespace assay::fix
