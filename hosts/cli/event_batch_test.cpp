// An event that waits for its shard must come out as it went in, whatever became of the bytes that
// its views pointed into.
#include "hosts/cli/event_batch.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/event/views.h"

namespace assay {
namespace {

using Accounts = EventBatch::Accounts;

// One of each kind. Views point into `message`, except one that stands elsewhere.
template <std::size_t I = 0>
void one_of_each(std::string_view message, std::vector<Event>& out) {
    if constexpr (I < std::variant_size_v<Happening>) {
        Event e;
        e.at = Nanos{static_cast<std::int64_t>(1'000 + I)};
        e.place = {7 * I, 40, 2};
        e.session = static_cast<std::uint32_t>(I);
        e.what.emplace<I>();
        std::size_t at = 0;
        each_view(e.what, [&](std::string_view& view) { view = message.substr(at++, 5); });
        out.push_back(e);
        one_of_each<I + 1>(message, out);
    }
}

std::vector<std::string> texts(const Event& e) {
    std::vector<std::string> out{std::string(e.symbol), std::string(e.lp)};
    Happening what = e.what;
    each_view(what, [&](std::string_view& view) { out.emplace_back(view); });
    return out;
}

TEST(EventBatch, every_kind_of_event_comes_out_as_it_went_in) {
    std::string message = "8=FIX.4.4|11=child-1|37=abc|17=exec-9|10=000|";
    std::string symbol = "ACME", lp = "LP_A";
    std::vector<Event> events;
    one_of_each(message, events);
    std::vector<std::vector<std::string>> expected;
    EventBatch batch;
    for (Event& e : events) {
        e.symbol = symbol;
        e.lp = lp;
        expected.push_back(texts(e));
        batch.add(e, message, '|', e.session % 2 == 0 ? Accounts::yes : Accounts::no);
    }
    const std::string kept = message;
    message.assign(message.size(), '#');  // the reader's buffer moves on
    symbol = lp = "????";
    std::size_t i = 0;
    batch.each([&](const Event& e, std::string_view bytes, char delimiter, Accounts accounts) {
        ASSERT_LT(i, events.size());
        EXPECT_EQ(e.what.index(), i);
        EXPECT_EQ(e.at, events[i].at);
        EXPECT_EQ(e.place, events[i].place);
        EXPECT_EQ(texts(e), expected[i]) << "kind " << i;
        EXPECT_EQ(bytes, std::holds_alternative<Quote>(e.what) ? "" : kept);
        EXPECT_EQ(delimiter, '|');
        EXPECT_EQ(accounts == Accounts::yes, i % 2 == 0);
        ++i;
    });
    EXPECT_EQ(i, events.size());
}

TEST(EventBatch, views_that_stand_outside_the_message_are_kept_too) {
    const std::string message = "8=FIX.4.4|35=3|45=17|";
    std::string elsewhere = "child-17";
    Event e;
    e.what = MessageRejected{{elsewhere, {}, {}}, std::string_view(message).substr(10, 4)};
    EventBatch batch;
    batch.add(e, message, '|', Accounts::yes);
    elsewhere.assign(8, '#');
    batch.each([&](const Event& out, std::string_view, char, Accounts) {
        EXPECT_EQ(std::get<MessageRejected>(out.what).ref.cl_ord_id, "child-17");
        EXPECT_EQ(std::get<MessageRejected>(out.what).text, "35=3");
    });
}

TEST(EventBatch, more_than_a_block_and_a_message_larger_than_one_keep_their_order) {
    EventBatch batch;
    std::vector<std::string> messages;
    for (int round = 0; round < 2; ++round) {  // memory is used again
        messages.clear();
        for (std::size_t i = 0; i < 500; ++i)
            messages.push_back(
                std::string(i == 250 ? 200'000 : 200 + i, static_cast<char>('a' + i % 26)));
        for (const std::string& m : messages) {
            Event e;
            e.what = Acked{{std::string_view(m).substr(3, 9), {}, {}}};
            batch.add(e, m, '\x01', Accounts::yes);
        }
        std::size_t i = 0;
        batch.each([&](const Event& e, std::string_view bytes, char, Accounts) {
            ASSERT_LT(i, messages.size());
            EXPECT_EQ(bytes, messages[i]);
            EXPECT_EQ(std::get<Acked>(e.what).ref.cl_ord_id, messages[i].substr(3, 9));
            ++i;
        });
        EXPECT_EQ(i, messages.size());
        batch.clear();
        EXPECT_TRUE(batch.empty());
        batch.each([](const Event&, std::string_view, char, Accounts) { FAIL(); });
    }
}

}  // namespace
}  // namespace assay
