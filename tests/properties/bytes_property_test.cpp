// However the bytes are cut or damaged: the same story, and an account of every byte and message.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/path.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::damaged;
using testkit::Draw;
using testkit::log_of;
using testkit::made_day;
using testkit::Path;

Config config_of() {
    Config c;
    c.profile = *score::find_profile("balanced");
    return c;
}

TEST(BytesProperty, cut_at_every_byte_it_is_the_same_day) {
    const std::string log = log_of(made_day(5, {.orders = 6, .symbols = 2}));
    Path whole(config_of());
    whole.feed(log);
    whole.end();
    const std::string bytes = whole.save();
    for (std::size_t cut = 0; cut <= log.size(); ++cut) {
        Path p(config_of());
        p.feed(std::string_view(log).substr(0, cut));
        p.feed(std::string_view(log).substr(cut));
        p.end();
        ASSERT_EQ(p.save(), bytes) << "cut=" << cut;
        ASSERT_EQ(p.messages(), whole.messages()) << "cut=" << cut;
    }
}

TEST(BytesProperty, byte_by_byte_it_is_the_same_day) {
    const std::string log = log_of(made_day(6, {.orders = 20}));
    Path whole(config_of()), slow(config_of());
    whole.feed(log);
    whole.end();
    for (const char c : log) slow.feed({&c, 1});
    slow.end();
    EXPECT_EQ(slow.save(), whole.save());
}

TEST(BytesProperty, bytes_and_messages_of_200_damaged_logs_add_up) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Draw draw(seed);
        const auto strictness =
            draw.chance(50) ? fix::Strictness::strict : fix::Strictness::lenient;
        const std::string log = damaged(log_of(made_day(seed, {.orders = 30})), draw);
        Path p(config_of(), strictness);
        for (std::size_t at = 0; at < log.size();) {
            const std::size_t n = std::min<std::size_t>(1 + draw.below(700), log.size() - at);
            p.feed(std::string_view(log).substr(at, n));
            at += n;
        }
        p.end();
        const fix::FrameCounts& c = p.frame_counts();
        ASSERT_EQ(c.bytes_read, log.size()) << "seed=" << seed;
        ASSERT_EQ(c.bytes_read, c.bytes_messages + c.bytes_between + c.bytes_dead + c.bytes_pending)
            << "seed=" << seed;
        ASSERT_EQ(c.bytes_pending, 0u) << "seed=" << seed;
        const Path::Messages m = p.messages();
        ASSERT_EQ(m.read, m.applied + m.duplicate + m.waiting + m.dead) << "seed=" << seed;
        ASSERT_EQ(m.read, p.frames()) << "seed=" << seed;
        ASSERT_LE(m.dead, m.read) << "seed=" << seed;  // no class ran below zero
        ASSERT_LE(m.applied, m.read) << "seed=" << seed;
    }
}

}  // namespace
}  // namespace assay
