#include "hosts/lps/order_status.h"

#include <gtest/gtest.h>

#include "hosts/fixnet/testkit.h"
#include "hosts/lps/live_lps.h"

namespace assay::lps {

namespace {

using fixnet::testkit::framed;
using fixnet::testkit::message;
using fixnet::testkit::value;

fix::Message read(const std::string& bytes) {
    fix::Message m;
    EXPECT_FALSE(fix::parse(bytes, '\x01', m));
    return m;
}

class OrderStatusTest : public ::testing::Test {
  protected:
    std::string asked(const std::string& id) {
        bytes_.push_back(message("H", "11=" + id + "|55=ACME|54=1|"));
        return std::string(statuses.answer(0, read(bytes_.back()), Nanos{}));
    }
    void heard(const std::string& rest) {
        bytes_.push_back(message("D", rest));
        statuses.heard(0, read(bytes_.back()));
    }
    void said(const std::string& rest) {
        bytes_.push_back(message("8", rest));
        statuses.said(0, read(bytes_.back()));
    }
    OrderStatuses statuses;
    std::deque<std::string> bytes_;
};

}  // namespace

TEST_F(OrderStatusTest, says_again_what_was_said_last) {
    heard("11=C1|55=ACME|54=1|38=300|");
    EXPECT_EQ(value(asked("C1"), 39), "A");
    EXPECT_EQ(value(asked("C1"), 151), "300");
    said("37=O1|11=C1|17=E1|150=F|39=1|55=ACME|54=1|38=300|32=100|31=10|14=100|151=200|6=10|");
    const std::string again = asked("C1");
    EXPECT_EQ(value(again, 150), "I");
    EXPECT_EQ(value(again, 39), "1");
    EXPECT_EQ(value(again, 14), "100");
    EXPECT_EQ(value(again, 151), "200");
    EXPECT_EQ(value(again, 37), "O1");
    EXPECT_EQ(value(again, 32), "");
}

TEST_F(OrderStatusTest, an_order_is_known_by_its_new_name_and_its_old_one) {
    said("37=O1|11=C2|41=C1|17=E1|150=5|39=0|55=ACME|54=1|38=500|14=0|151=500|6=0|");
    EXPECT_EQ(value(asked("C1"), 38), "500");
    EXPECT_EQ(value(asked("C2"), 38), "500");
}

TEST_F(OrderStatusTest, what_nobody_knows_is_said_to_be_unknown) {
    const std::string answer = asked("C9");
    EXPECT_EQ(value(answer, 39), "8");
    EXPECT_EQ(value(answer, 58), "unknown order");
}

TEST(AsFix42, reports_say_what_they_are_about_in_their_own_field) {
    const struct {
        const char *of44, *of42;
    } kRows[] = {
        {"150=0|39=0|", "20=0|150=0|39=0|"}, {"150=F|39=1|", "20=0|150=1|39=1|"},
        {"150=F|39=2|", "20=0|150=2|39=2|"}, {"150=H|39=4|19=E1|", "20=1|150=4|39=4|19=E1|"},
        {"150=I|39=1|", "20=3|150=1|39=1|"}, {"150=4|39=4|", "20=0|150=4|39=4|"},
        {"150=5|39=0|", "20=0|150=5|39=0|"},
    };
    for (const auto& row : kRows)
        EXPECT_EQ(fixnet::testkit::body_of(
                      as_fix42(framed("FIX.4.4", std::string("35=8|34=1|") + row.of44))),
                  row.of42);
    const std::string other = framed("FIX.4.4", "35=W|55=A|268=1|269=0|");
    EXPECT_EQ(as_fix42(other), other);
}

}  // namespace assay::lps
