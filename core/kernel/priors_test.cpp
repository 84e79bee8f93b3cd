// What shards are told of each other: who counts with what, and the bytes of it.
#include "core/kernel/priors.h"

#include <gtest/gtest.h>

#include "core/kernel/live_scores_testkit.h"

namespace assay {
namespace {

using namespace testkit;

// XYZ's shard has begun the day with two orders, ABC's has not heard of it yet: of the one counts
// what was frozen, of the other all that it has.
TEST(Priors, a_shard_that_has_not_entered_the_session_counts_as_it_stands) {
    TwoShards two(one_condition("note4"));
    for (Shard* s : {&two.xyz, &two.abc}) {
        s->desk.market(100.00_px, 100.02_px);
        s->orders(20, 15);
    }
    const Nanos tomorrow = midnight(two.xyz.desk.now) + kDay;
    two.xyz.desk.now = tomorrow + 10_s;
    two.xyz.desk.tick();
    two.xyz.orders(2, 0);
    two.fold(tomorrow);
    const auto fill = [&](const char* symbol) {
        return two.priors.lps.at("LP_A").symbols.at(symbol).places.begin()->second.beliefs[0];
    };
    EXPECT_NEAR(fill("XYZ").n_eff, 20, 0.01) << "without the two of today";
    EXPECT_NEAR(fill("ABC").n_eff, 20, 0.01);
    EXPECT_NEAR(fill("XYZ").mean, fill("ABC").mean, 1e-9);
    EXPECT_NEAR(two.priors.lps.at("LP_A").n_eff, 40, 0.02);
}

TEST(Priors, bytes_come_back_as_they_went_and_damage_is_refused) {
    Shard s(one_condition("balanced"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(10, 7);
    s.next_morning();
    const std::string bytes = to_bytes(s.priors);
    const auto back = priors_from_bytes(bytes);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(to_bytes(*back), bytes);
    EXPECT_EQ(back->version, s.priors.version);
    const struct {
        std::string bytes, why;
    } cases[] = {{"", "these bytes are no priors (they do not begin with ASSAYP02)"},
                 {"ASSAYB01", "these bytes are no priors (they do not begin with ASSAYP02)"},
                 {bytes.substr(0, bytes.size() - 1),
                  "priors that were cut, or have more bytes than they say"},
                 {bytes + "x", "priors that were cut, or have more bytes than they say"}};
    for (const auto& c : cases) EXPECT_EQ(priors_from_bytes(c.bytes).error().text(), c.why);
}

}  // namespace
}  // namespace assay
