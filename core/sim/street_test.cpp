#include "core/sim/street.h"

#include <gtest/gtest.h>

#include "core/fix/message.h"
#include "core/sim/fix_log.h"
#include "core/sim/scripted_testkit.h"
#include "core/sim/sim_testkit.h"

namespace assay::sim {
namespace {

constexpr Nanos kNow{1'800'000'000'000'000'000};

std::string order(const std::string& type, const std::string& body) {
    return std::string(captured(FixLog().line(kNow, "US", "LP", type, body), 0, 0).bytes);
}

struct Heard {
    Nanos at;
    std::uint32_t by;
    std::string bytes;
};
std::vector<Heard> all_until(Street& street, Nanos until) {
    std::vector<Heard> heard;
    while (const auto said = street.next(until))
        heard.push_back({said->at, said->by, std::string(said->bytes)});
    return heard;
}
// "LP: 8 type/status cum @ px after ms" of reports.
std::vector<std::string> reports(const std::vector<Heard>& heard, Nanos since) {
    std::vector<std::string> lines;
    fix::Message m;
    for (const Heard& h : heard) {
        if (h.by == Street::kMarket) continue;
        EXPECT_FALSE(fix::parse(h.bytes, '\x01', m));
        std::string line = std::to_string(h.by) + ": " + std::string(m.msg_type) + " ";
        if (m.msg_type == "8") line += std::string(1, m.exec_type) + "/";
        line += m.ord_status;
        if (m.msg_type == "8") line += " " + std::to_string(m.cum_qty.micro / 1'000'000);
        lines.push_back(line + " " + std::to_string((h.at - since).ns / 1'000'000) + "ms");
    }
    return lines;
}

TEST(Street, a_drawn_one_says_nothing_that_has_not_come_yet) {
    WorldConfig config = testkit::still(six_lps(), 0);
    config.start = kNow;
    const auto street = drawn_street(config, 1);
    EXPECT_EQ(street->lps().size(), 6u);
    EXPECT_EQ(street->next_at(), kNow);
    const std::vector<Heard> first = all_until(*street, kNow + 1_ms);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].by, Street::kMarket);
    EXPECT_TRUE(all_until(*street, kNow + 100_ms).empty());
    EXPECT_EQ(street->next_at(), kNow + config.market.quote_every);
}

TEST(Street, what_it_hears_in_between_is_answered_after_that) {
    WorldConfig config = testkit::still({six_lps()[0]}, 0);
    config.start = kNow;
    config.lps[0].nature.latency_ms = 50;
    config.lps[0].nature.latency_log_sd = 0;
    config.lps[0].nature.reject_share = 0;
    config.lps[0].nature.zero_share = 0;
    config.lps[0].nature.mean_lots = 1e6;
    const auto street = drawn_street(config, 1);
    all_until(*street, kNow + 400_ms);
    street->hear(0, order("D", "11=C1|55=ACME|54=1|38=100|40=2|44=200|59=3|"), kNow + 410_ms);
    const std::vector<Heard> heard = all_until(*street, kNow + 600_ms);
    EXPECT_EQ(reports(heard, kNow + 410_ms),
              (std::vector<std::string>{"0: 8 0/0 0 15ms", "0: 8 F/2 100 50ms"}));
}

TEST(Street, a_script_stands_still_until_the_first_order) {
    const auto made = scripted_street(acme(), kNow);
    ASSERT_TRUE(made) << made.error().text();
    Street& street = **made;
    const std::vector<Heard> before = all_until(street, kNow + Duration{60 * kMinute.ns});
    EXPECT_EQ(before.size(), 721u);  // every five seconds of an hour, both ends
    for (const Heard& h : before)
        EXPECT_EQ(h.bytes.find("\x01"
                               "270=99.99\x01") != std::string::npos,
                  true);
    const Nanos entry = kNow + Duration{61 * kMinute.ns};
    all_until(street, entry);
    street.hear(0, order("D", "11=C1|55=ACME|54=2|38=20000|"), entry);
    const std::vector<Heard> after = all_until(street, entry + Duration{4 * kMinute.ns});
    EXPECT_EQ(reports(after, entry), (std::vector<std::string>{"0: 8 F/2 20000 15ms"}));
    EXPECT_NE(after.back().bytes.find("\x01"
                                      "270=99.98\x01"),
              std::string::npos);
}

TEST(Street, a_script_answers_each_child_of_each_lp_as_it_says) {
    const auto made = scripted_street(acme(), kNow);
    ASSERT_TRUE(made);
    Street& street = **made;
    for (const char* id : {"C1", "C2"})
        street.hear(0, order("D", "11=" + std::string(id) + "|55=ACME|54=2|38=20000|"), kNow);
    street.hear(1, order("D", "11=C3|55=ACME|54=2|38=500|"), kNow);
    street.hear(1, order("D", "11=C3|55=ACME|54=2|38=500|"), kNow);
    street.hear(1, order("D", "11=C4|55=OTHER|54=2|38=500|"), kNow);
    street.hear(1, order("F", "41=C3|11=C5|55=ACME|54=2|"), kNow);
    street.hear(1, order("G", "41=C9|11=C6|55=ACME|54=2|"), kNow);
    EXPECT_EQ(reports(all_until(street, kNow + 1'000_ms), kNow),
              (std::vector<std::string>{"1: 8 8/8 0 1ms", "1: 8 8/8 0 1ms", "1: 9 0 1ms",
                                        "1: 9 8 1ms", "0: 8 F/2 20000 15ms", "0: 8 F/1 10000 40ms",
                                        "0: 8 4/4 10000 40ms", "1: 8 F/2 500 55ms"}));
}

}  // namespace
}  // namespace assay::sim
