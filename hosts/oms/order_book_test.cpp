#include "hosts/oms/order_book.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace assay::oms {
namespace {

constexpr Nanos kAt{1'772'461'800'000'000'000};

std::string bar(std::string text) {
    std::replace(text.begin(), text.end(), '\x01', '|');
    return text;
}

// The body behind the header, without CheckSum.
std::string body(const std::string& bytes) {
    const std::string text = bar(bytes);
    const std::size_t from = text.find("|11=") + 1, to = text.rfind("10=");
    return text.substr(from, to - from);
}

struct Heard {
    OrderBook book{"T"};
    fix::Message message;
    std::string bytes;
    void hear(const std::string& fields) {
        const std::string rest = "35=" + fields + "|";
        bytes = fmt::format("8=FIX.4.4|9={}|{}", rest.size(), rest);
        std::replace(bytes.begin(), bytes.end(), '|', '\x01');
        unsigned sum = 0;
        for (const char c : bytes) sum += static_cast<unsigned char>(c);
        bytes += fmt::format("10={:03}\x01", sum % 256);
        const auto wrong = fix::parse(bytes, '\x01', message);
        ASSERT_FALSE(wrong) << fields;
        book.hear(message);
    }
    std::string order(Qty qty = {1'000'000'000}) {
        std::string id;
        book.new_order({"ACME", Side::sell, qty}, kAt, id);
        return id;
    }
};

constexpr const char* kHead = "8|34=1|49=DESK|56=OMS|52=20260302-14:30:00|37=P1|";

TEST(OrderBook, an_order_cancel_and_replace_as_they_are_sent) {
    OrderBook book("T");
    std::string id;
    EXPECT_EQ(body(book.new_order({"ACME", Side::sell, {50'000'000'000}, "profile=acme"}, kAt, id)),
              "11=T-1|55=ACME|54=2|60=20260302-14:30:00.000000|38=50000|40=1|848=profile=acme|");
    EXPECT_EQ(id, "T-1");
    EXPECT_EQ(body(book.replace(id, {60'000'000'000}, kAt)),
              "11=T-2|41=T-1|55=ACME|54=2|60=20260302-14:30:00.000000|38=60000|40=1|");
    EXPECT_EQ(book.cancel(id, kAt), "") << "the replace has no answer yet";
    EXPECT_EQ(book.cancel("never", kAt), "");
}

// FIX 4.2: fills by the state they lead to, a bust by ExecTransType(20), a status with neither.
TEST(OrderBook, hears_what_a_session_of_fix_4_2_says) {
    Heard h;
    const std::string id = h.order();
    const std::string head = std::string(kHead) + "11=" + id + "|55=ACME|54=2|38=1000|6=1|17=x|";
    h.hear(head + "20=0|150=0|39=0|14=0|151=1000");
    h.hear(head + "20=0|150=1|39=1|32=400|31=1|14=400|151=600");
    h.hear(head + "20=3|150=1|39=1|32=0|31=0|14=400|151=600");
    h.hear(head + "20=1|19=y|150=1|39=1|32=100|31=1|14=300|151=700");
    h.hear(head + "20=0|150=2|39=2|32=700|31=1|14=1000|151=0");
    const Counts c = h.book.counts();
    EXPECT_EQ(c.fills, 2u);
    EXPECT_EQ(c.busts, 1u);
    EXPECT_EQ(c.filled_qty, 1'000_qty);
    EXPECT_EQ(c.filled, 1u);
}

TEST(OrderBook, counts_a_life) {
    Heard h;
    const std::string id = h.order();
    EXPECT_EQ(h.book.counts().open(), 1u);
    h.hear(std::string(kHead) + "11=T-1|17=1|150=0|39=0|55=ACME|54=2|38=1000|14=0|151=1000|6=0");
    h.hear(std::string(kHead) +
           "11=T-1|17=2|150=F|39=1|55=ACME|54=2|38=1000|32=400|31=99.9|14=400|151=600|6=99.9");
    EXPECT_FALSE(h.book.over(id));
    h.hear(std::string(kHead) +
           "11=T-1|17=3|150=F|39=2|55=ACME|54=2|38=1000|32=600|31=99.9|14=1000|151=0|6=99.9");
    EXPECT_TRUE(h.book.over(id));
    h.hear(std::string(kHead) +
           "11=T-1|17=4|19=2|150=H|39=1|55=ACME|54=2|38=1000|32=400|31=99.9|14=600|151=0|6=99.9");
    const Counts& c = h.book.counts();
    EXPECT_EQ(c.acknowledged, 1u);
    EXPECT_EQ(c.filled, 1u);
    EXPECT_EQ(c.fills, 2u);
    EXPECT_EQ(c.busts, 1u);
    EXPECT_EQ(c.filled_qty, (Qty{600'000'000}));
    EXPECT_EQ(c.open(), 0u);
    EXPECT_TRUE(h.book.open().empty());
}

TEST(OrderBook, a_replaced_order_goes_on_under_its_new_id) {
    Heard h;
    const std::string id = h.order();
    h.book.replace(id, {2'000'000'000}, kAt);
    h.hear(std::string(kHead) +
           "11=T-2|41=T-1|17=1|150=5|39=0|55=ACME|54=2|38=2000|14=0|151=2000|6=0");
    EXPECT_EQ(h.book.counts().replaced, 1u);
    EXPECT_EQ(body(h.book.cancel(id, kAt)),
              "11=T-3|41=T-2|55=ACME|54=2|60=20260302-14:30:00.000000|38=2000|");
    h.hear(std::string(kHead) +
           "11=T-3|41=T-2|17=2|150=4|39=4|55=ACME|54=2|38=2000|14=0|151=0|6=0");
    EXPECT_EQ(h.book.counts().canceled, 1u);
    EXPECT_TRUE(h.book.over(id));
}

TEST(OrderBook, what_is_refused_and_what_is_not_ours) {
    Heard h;
    const std::string id = h.order();
    h.hear(std::string(kHead) +
           "11=T-1|17=1|150=8|39=8|55=ACME|54=2|38=1000|14=0|151=0|6=0|58=too much");
    EXPECT_EQ(h.book.counts().rejected, 1u);
    EXPECT_EQ(h.book.last_reject(), "too much");
    EXPECT_EQ(h.book.cancel(id, kAt), "") << "it is over";
    const std::string other = h.order();
    h.book.cancel(other, kAt);
    h.hear("9|34=1|49=DESK|56=OMS|52=20260302-14:30:00|37=P2|11=T-3|41=T-2|39=0|434=1|102=0");
    EXPECT_EQ(h.book.counts().refused, 1u);
    EXPECT_NE(h.book.cancel(other, kAt), "") << "it may be asked again";
    h.hear(std::string(kHead) + "11=X-1|17=1|150=0|39=0|55=ACME|54=2|38=1000|14=0|151=0|6=0");
    EXPECT_EQ(h.book.counts().unknown, 1u);
}

}  // namespace
}  // namespace assay::oms
