#include "core/fix/dialect.h"

#include <gtest/gtest.h>

#include "core/fix/message_testkit.h"

namespace assay::fix {
namespace {

using testkit::parsed;
using testkit::raw;

RejectClass class_of(const Dialect& dialect, const std::string& fields) {
    const std::string text = raw("8", "37=O|11=A|39=8|" + fields);
    return reject_class_of(dialect, parsed(text));
}

TEST(Dialect, whom_a_reject_blames) {
    struct {
        const char* fields;
        RejectClass expected;
    } const rows[] = {
        {"103=1|", RejectClass::ours},
        {"103=5|", RejectClass::ours},
        {"103=6|58=price moved|", RejectClass::ours},
        {"103=11|", RejectClass::ours},
        {"103=13|", RejectClass::ours},
        {"103=15|", RejectClass::ours},
        {"103=3|", RejectClass::risk},
        {"103=8|", RejectClass::discretionary},
        {"103=2|", RejectClass::technical},
        {"103=4|", RejectClass::technical},
        {"103=99|", RejectClass::technical},
        {"103=0|", RejectClass::technical},
        {"", RejectClass::technical},
        {"103=0|58=Rejected: LAST LOOK|", RejectClass::discretionary},
        {"103=99|58=order is off market|", RejectClass::discretionary},
        {"58=Stale quote|", RejectClass::discretionary},
        {"58=the price moved|", RejectClass::discretionary},
        {"103=0|58=No liquidity available|", RejectClass::discretionary},
        {"103=99|58=Credit check failed|", RejectClass::risk},
        {"103=0|58=Position limit exceeded|", RejectClass::risk},
        {"103=0|58=you have been throttled|", RejectClass::risk},
        {"58=message rate too high|", RejectClass::risk},
        {"103=99|58=Duplicate ClOrdID|", RejectClass::ours},
        {"103=0|58=Unknown symbol FOO|", RejectClass::ours},
        {"103=0|58=unknown account|", RejectClass::ours},
        {"103=0|58=order type not supported|", RejectClass::ours},
        {"58=Quote Off-Market|", RejectClass::discretionary},
        {"58=LastLook|", RejectClass::discretionary},
        {"58=exceeded the daily LIMIT|", RejectClass::risk},
        {"58=limit not exceed|", RejectClass::technical},  // the words the other way round
        {"58=Too Many orders|", RejectClass::risk},
        {"58=stale|", RejectClass::discretionary},
        {"58=s|", RejectClass::technical},
        {"58=corporate integration pending|", RejectClass::technical},  // `rate` inside words
    };
    for (const auto& row : rows) EXPECT_EQ(class_of({}, row.fields), row.expected) << row.fields;
}

TEST(Dialect, rows_of_the_lp_come_first_and_in_order) {
    const Dialect dialect{.reject_rules = {{99, "*ERR-7*", RejectClass::discretionary},
                                           {6, "", RejectClass::technical},
                                           {RejectRule::kAnyReason, "busy", RejectClass::risk}}};
    EXPECT_EQ(class_of(dialect, "103=99|58=x err-7 y|"), RejectClass::discretionary);
    EXPECT_EQ(class_of(dialect, "103=98|58=x err-7 y|"), RejectClass::technical);
    EXPECT_EQ(class_of(dialect, "103=6|"), RejectClass::technical);
    EXPECT_EQ(class_of(dialect, "58=BUSY|"), RejectClass::risk);
    EXPECT_EQ(class_of(dialect, "58=too busy|"), RejectClass::technical);
}

TEST(Dialect, globs) {
    struct {
        const char* pattern;
        const char* text;
        bool match;
    } const rows[] = {
        {"", "", true},           {"", "a", false},     {"*", "", true},
        {"*", "abc", true},       {"a*c", "ABC", true}, {"a*c", "abcd", false},
        {"*b*", "abc", true},     {"a**c", "ac", true}, {"*ab*ab", "abab", true},
        {"*ab*ab", "aba", false}, {"abc", "ab", false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(glob_match(row.pattern, row.text), row.match) << row.pattern << " ~ " << row.text;
    }
}

}  // namespace
}  // namespace assay::fix
