// Other rules for a desk at work: one input, and everything else goes on.
#include "core/desk/rules.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "core/desk/desk_testkit.h"

namespace assay::desk {
namespace {

Rules rules() {
    return Rules::of(small_desk());
}

std::string note_of(const Rules& r) {
    return Note("config").with("who", "ann").with("rules", r.text()).text();
}

struct Working {
    SessionDesk desk{small_desk(), 1};
    Counterparties others;
    SessionOutput out;
    Nanos now{kTenOClock};

    Working() {
        note("up|session=LP_A");
        note("up|session=LP_B");
        take(kMarket, others.quote(now, 99.99_px, 100.01_px));
    }
    void take(std::uint32_t session, std::string_view bytes) {
        out.clear();
        now = now + kMillisecond;
        desk.message(now, session, fix::Direction::received, 1, bytes, out);
    }
    void note(std::string_view text) {
        out.clear();
        now = now + kMillisecond;
        desk.note(now, text, out);
    }
    void order(std::string_view id, Qty qty) {
        take(kOms, others.order(now, id, Side::buy, qty, 100.05_px));
    }
};

TEST(Rules, they_read_back_as_they_were_written) {
    Rules r = rules();
    r.version = 77;
    r.limits.collar_bps = 12.5;
    r.parents.participation_cap = 0.1;
    r.traits[1].permission = route::Permission::disabled;
    r.profiles[0].terms[0].weight_bp += 100;
    r.profiles[0].fast_kappa = 3;
    r.explore = {.how = route::Explore::thompson, .budget = .05};
    const auto again = Rules::read(r.text());
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->text(), r.text());
    EXPECT_EQ(again->version, 77u);
    EXPECT_EQ(again->profiles, r.profiles);
    EXPECT_EQ(again->parents.participation_cap, r.parents.participation_cap);
    EXPECT_EQ(again->traits[1].permission, route::Permission::disabled);
    EXPECT_EQ(again->explore.how, route::Explore::thompson);
    EXPECT_EQ(again->explore.budget, .05);
    EXPECT_NE(rules().text(), r.text());
}

TEST(Rules, those_of_a_journal_from_before_a_desk_could_explore_are_read_without) {
    Rules r = rules(), first = r, last = r;
    first.explore.how = route::Explore::menu;
    last.explore.a_parent = !r.explore.a_parent;
    std::string text = r.text();
    const auto differs = [&](const Rules& other) {
        const std::string its = other.text();
        return static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), its.begin()).first -
                                        text.begin());
    };
    const std::size_t from = differs(first) / 2 * 2, to = differs(last) / 2 * 2 + 2;
    text.erase(from, to - from);
    text[15] = '1';  // of the magic: "ASSAYRU1"
    const auto read = Rules::read(text);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->text(), r.text());
}

TEST(Rules, what_is_cut_short_or_no_rules_is_refused) {
    const std::string text = rules().text();
    for (std::size_t n = 0; n < text.size(); n += 7)
        EXPECT_FALSE(Rules::read(std::string_view(text).substr(0, n))) << n;
    EXPECT_FALSE(Rules::read("xyz"));
    EXPECT_FALSE(Rules::read(text + "00"));
}

TEST(Rules, a_lower_limit_holds_from_the_next_order_on_and_what_is_out_stays_out) {
    Working w;
    w.order("ord-1", 3'000_qty);
    const auto& router = w.desk.desk().router();
    ASSERT_EQ(router.parents().size(), 1u);
    const Qty out_before = router.exposure(router.parents().begin()->second);
    ASSERT_GT(out_before, Qty{});

    Rules r = rules();
    r.version = 9;
    r.limits.parent_qty = 2'000_qty;
    w.note(note_of(r));
    EXPECT_TRUE(w.out.problems.empty()) << w.out.problems.front();
    EXPECT_TRUE(w.out.desk.outgoing.empty());
    EXPECT_TRUE(w.out.replies.empty());
    const auto& after = w.desk.desk().router();
    EXPECT_EQ(after.exposure(after.parents().begin()->second), out_before);
    EXPECT_EQ(after.gate().stopped({0}, "ACME"), "");
    EXPECT_EQ(w.desk.config().desk.router.version, 9u);
    EXPECT_EQ(w.desk.run(), 2u) << "pages begin anew, so it counts as a run";

    w.order("ord-2", 3'000_qty);
    bool rejected = false;
    for (const Reply& reply : w.out.replies)
        rejected |= reply.bytes.find("150=8") != std::string::npos;
    EXPECT_TRUE(rejected);
}

TEST(Rules, the_same_rules_again_change_nothing) {
    Working w;
    w.note(note_of(rules()));
    EXPECT_EQ(w.desk.run(), 1u);
    EXPECT_TRUE(w.out.problems.empty());
}

TEST(Rules, those_of_another_desk_are_refused_and_nothing_changes) {
    Working w;
    const std::string before = w.desk.save();
    const auto refused = [&](auto change) {
        Rules r = rules();
        r.limits.parent_qty = 1_qty;
        change(r);
        w.note(note_of(r));
        EXPECT_EQ(w.out.problems.size(), 1u);
        EXPECT_EQ(w.desk.config().desk.router.limits.parent_qty, 100'000_qty);
        return w.out.problems.empty() ? std::string() : w.out.problems.front();
    };
    EXPECT_NE(refused([](Rules& r) { r.traits.pop_back(); }).find("1 LPs"), std::string::npos);
    EXPECT_NE(refused([](Rules& r) { r.profiles[0].name = "block"; }).find("rank by block"),
              std::string::npos);
    EXPECT_NE(refused([](Rules& r) { r.profiles[0].fast_half_life = {1}; }).find("half-life"),
              std::string::npos);
    w.note("config|rules=00");
    EXPECT_EQ(w.out.problems.size(), 1u);
    EXPECT_EQ(w.desk.run(), 1u);
    // Inputs were counted, and nothing else.
    EXPECT_EQ(w.desk.save().size(), before.size());
}

TEST(Rules, weights_change_where_an_lp_stands) {
    Working w;
    w.order("ord-1", 3'000_qty);
    const auto hash = [&] {
        const auto page = w.desk.desk().page("balanced", "ACME");
        return page ? page->profile_hash : 0;
    };
    const auto before = hash();
    ASSERT_NE(before, 0u);
    Rules r = rules();
    std::swap(r.profiles[0].terms[0].weight_bp, r.profiles[0].terms[1].weight_bp);
    r.profiles[0].z_route = 2;
    w.note(note_of(r));
    EXPECT_TRUE(w.out.problems.empty());
    EXPECT_NE(hash(), 0u);
    EXPECT_NE(hash(), before);
}

// The state of a desk says under which rules it is: a file that was changed while the desk did not
// run does not change what was decided before.
TEST(Rules, a_state_goes_on_under_its_own_rules) {
    Working w;
    Rules r = rules();
    r.version = 5;
    r.limits.child_qty = 500_qty;
    w.note(note_of(r));
    w.order("ord-1", 3'000_qty);
    const std::string state = w.desk.save();
    SessionDesk again(small_desk(), w.desk.run());
    const auto loaded = again.load(state);
    ASSERT_TRUE(loaded) << loaded.error().text();
    EXPECT_EQ(again.config().desk.router.limits.child_qty, 500_qty);
    EXPECT_EQ(again.save(), state);
}

}  // namespace
}  // namespace assay::desk
