#include "core/desk/outbox.h"

#include <gtest/gtest.h>

#include "core/fix/encode.h"
#include "core/units/archive.h"

namespace assay::desk {
namespace {

// A report as the desk writes it, or as a session has sent it, with a header of its own.
std::string report(std::string_view exec_id, std::uint64_t seq = 1, bool again = false) {
    fix::Encoder encoder;
    fix::Header header{"DESK", "OMS", seq, {1'000'000'000}};
    if (again) header.orig_sending_time = {500'000'000};
    return std::string(encoder.write(header, fix::ExecutionReport{.order_id = "1",
                                                                  .cl_ord_id = "ord-1",
                                                                  .orig_cl_ord_id = {},
                                                                  .exec_id = exec_id,
                                                                  .exec_ref_id = {},
                                                                  .symbol = "XYZ",
                                                                  .exec_type = '0',
                                                                  .ord_status = '0',
                                                                  .side = Side::buy,
                                                                  .order_qty = {},
                                                                  .last_px = {},
                                                                  .cum_qty = {},
                                                                  .leaves_qty = {},
                                                                  .avg_px = {},
                                                                  .text = {},
                                                                  .transact_time = {}}));
}

std::string left(const Outbox& box, std::uint32_t session) {
    std::string numbers;
    for (const Outbox::Letter& l : box.letters(session)) numbers += std::to_string(l.number) + " ";
    return numbers;
}

TEST(Outbox, what_is_captured_as_sent_leaves_whatever_its_header) {
    Outbox box(2);
    for (const char* id : {"E1", "E2", "E3"}) box.put(1, report(id));
    box.put(0, report("E1"));
    box.sent(1, report("E1", 77));
    EXPECT_EQ(left(box, 1), "1 2 ");
    EXPECT_EQ(left(box, 0), "0 ");
    EXPECT_EQ(box.size(), 3u);
}

TEST(Outbox, what_was_sent_again_or_is_not_of_it_changes_nothing) {
    Outbox box(1);
    box.put(0, report("E1"));
    box.sent(0, report("E9"));
    box.sent(0, report("E1", 2, true));
    box.sent(0, "no FIX");
    EXPECT_EQ(left(box, 0), "0 ");
}

TEST(Outbox, they_leave_in_order_so_a_later_one_takes_all_before_it) {
    Outbox box(1);
    for (const char* id : {"E1", "E2", "E3"}) box.put(0, report(id));
    box.sent(0, report("E2"));
    EXPECT_EQ(left(box, 0), "2 ");
    EXPECT_EQ(box.put(0, report("E4")), 3u);
}

TEST(Outbox, it_is_saved_with_its_numbers) {
    Outbox box(1);
    box.put(0, report("E1"));
    box.put(0, report("E2"));
    box.sent(0, report("E1"));
    std::string bytes;
    Saver{bytes}(box);
    Outbox again(1);
    Loader loader(bytes);
    loader(again);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    EXPECT_EQ(left(again, 0), "1 ");
    EXPECT_EQ(again.put(0, report("E3")), 2u);
}

TEST(Outbox, what_may_have_been_said_before_says_so) {
    const std::string again = Outbox::perhaps_again(report("E1"));
    fix::Message m;
    ASSERT_FALSE(fix::parse(again, '\x01', m));
    EXPECT_EQ(m.poss_resend, 'Y');
    EXPECT_EQ(m.exec_id, "E1");
    EXPECT_EQ(m.msg_type, "8");
    // Framed as it should be: BodyLength is what lies between its end and CheckSum.
    const std::size_t body = again.find("35="), trailer = again.rfind("10=");
    EXPECT_NE(again.find("9=" + std::to_string(trailer - body) + "\x01"), std::string::npos);
    unsigned sum = 0;
    for (const char c : again.substr(0, trailer)) sum += static_cast<unsigned char>(c);
    EXPECT_EQ(std::stoul(again.substr(trailer + 3)), sum % 256);
    EXPECT_EQ(Outbox::perhaps_again("no FIX"), "no FIX");
    Outbox box(1);
    box.put(0, report("E1"));
    box.sent(0, again);
    EXPECT_EQ(box.size(), 0u);
}

}  // namespace
}  // namespace assay::desk
