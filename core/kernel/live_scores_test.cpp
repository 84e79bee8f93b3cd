// What stands in the pages of a shard: what is believed, who is first, and whose page has changed.
#include "core/kernel/live_scores.h"

#include <array>
#include <atomic>
#include <gtest/gtest.h>
#include <map>
#include <thread>

#include "core/kernel/live_scores_testkit.h"
#include "core/score/board.h"

namespace assay {
namespace {

using namespace testkit;

TEST(LiveScores, nothing_is_known_before_priors_and_after_them_a_first_session_leans_on_its_mean) {
    Shard s(one_condition("note4"));  // kappa 3, fast never forgets
    s.desk.market(100.00_px, 100.02_px);
    s.orders(10, 8);
    s.desk.lp = "LP_B";
    s.orders(10, 2);
    EXPECT_EQ(s.row("LP_A").gate, score::Gate::no_score);
    EXPECT_FALSE(s.row("LP_A").value(PageValue::composite)) << "absent, not 0";
    EXPECT_EQ(s.page().priors_version, 0u);
    s.fold();
    EXPECT_EQ(s.page().priors_version, 1u);
    EXPECT_NEAR(*s.row("LP_A").value(PageValue::fill_rate), (3 * 0.5 + 8) / 13, 1e-4);
    EXPECT_NEAR(*s.row("LP_B").value(PageValue::fill_rate), (3 * 0.5 + 2) / 13, 1e-4);
    EXPECT_EQ(s.row("LP_A").evidence(), estimate::Evidence::enough) << "10 orders";
    EXPECT_EQ(s.row("LP_A").gate, score::Gate::open);
}

// Yesterday 20 of 20 filled; today 1 of 4: (3 x prior + 1) / 7, whatever the order of news.
TEST(LiveScores, today_counts_over_what_was_frozen_and_no_order_twice) {
    Shard s(one_condition("note4"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(20, 20);
    s.next_morning();
    const double before = *s.row("LP_A").value(PageValue::fill_rate);
    EXPECT_GT(before, 0.9);
    s.orders(4, 1);
    EXPECT_NEAR(*s.row("LP_A").value(PageValue::fill_rate), (3 * before + 1) / 7, 1e-12);
    EXPECT_NEAR(*s.row("LP_A").value(PageValue::n_eff), 24, 0.01);
    s.fold();
    EXPECT_NEAR(*s.row("LP_A").value(PageValue::fill_rate), (3 * before + 1) / 7, 1e-12)
        << "the same session: the same was frozen";
    s.next_morning();
    EXPECT_LT(*s.row("LP_A").value(PageValue::fill_rate), before) << "now all 24 are yesterday's";
}

TEST(LiveScores, a_place_where_no_order_went_is_served_by_the_lps_record_in_the_symbol) {
    Shard s(one_condition("note4"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(40, 36);
    s.desk.lp = "LP_B";
    s.orders(40, 20);
    s.next_morning();
    const Page& p = s.page();
    EXPECT_EQ(p.rankings.size(), 2u) << "one place was seen, the others are alike";
    const PageRow &a = s.row("LP_A", 4), &b = s.row("LP_B", 4);
    EXPECT_EQ(a.evidence(), estimate::Evidence::prior);
    EXPECT_EQ(a.value(PageValue::n_eff), 0);
    EXPECT_EQ(a.caution, score::Caution::none) << "the LP itself is known: 40 orders";
    EXPECT_GT(*a.value(PageValue::fill_rate), 0.8);
    EXPECT_LT(*b.value(PageValue::fill_rate), 0.6);
    EXPECT_GT(*a.value(PageValue::composite_sd), *s.row("LP_A").value(PageValue::composite_sd))
        << "less is known of there";
}

TEST(LiveScores, every_place_may_have_been_seen_and_be_known_by_the_priors_alone) {
    Shard s(one_condition("note4"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(30, 20);
    s.next_morning();
    for (std::uint8_t place = 0; place < score::kPlaces; ++place) {
        Prior& prior = s.priors.lps["LP_X"].symbols["XYZ"].places[place];
        prior = s.priors.of("LP_A", "XYZ", 255);
        prior.beliefs[estimate::index(estimate::Measure::fill)].mean = 0.02 * place + 0.5;
    }
    s.live.adopt(s.priors);
    const Page& p = s.page();
    EXPECT_EQ(p.rankings.size(), score::kPlaces + 1);
    ASSERT_STREQ(score::text(score::content_of(p)), "accepted");
    for (std::uint8_t size = 0; size < score::kPageSizes; ++size)
        for (const Regime regime : {Regime::calm, Regime::normal, Regime::stressed})
            for (const PageRow& row : p.ranked(size, regime))
                if (p.lps[row.lp] == "LP_X") {
                    EXPECT_EQ(row.value(PageValue::fill_rate),
                              0.02 * static_cast<double>(score::place_index(size, regime)) + 0.5);
                }
}

TEST(LiveScores, a_new_lp_is_ranked_by_its_cautious_quantile_until_20_orders) {
    Config config = one_condition("note4");
    Shard s(config);
    s.desk.market(100.00_px, 100.02_px);
    for (const char* lp : {"LP_A", "LP_B"}) {
        s.desk.lp = lp;
        s.orders(60, 54);
    }
    s.next_morning();
    s.desk.lp = "LP_NEW";
    s.orders(19, 19, 20_ms);
    const Page& p = s.page();
    const auto rows = p.ranked(kSmall, Regime::normal);
    ASSERT_EQ(p.lps[rows[2].lp], "LP_NEW") << "19 of 19, and last all the same";
    EXPECT_EQ(rows[2].caution, score::Caution::quantile);
    EXPECT_GT(*rows[2].value(PageValue::composite), *rows[0].value(PageValue::composite));
    EXPECT_LT(*rows[2].value(PageValue::lcb), *rows[0].value(PageValue::lcb));
    s.orders(1, 1, 20_ms);
    const Page& q = s.page();
    EXPECT_EQ(q.lps[q.ranked(kSmall, Regime::normal)[0].lp], "LP_NEW") << "20 orders: known";
    EXPECT_EQ(q.ranked(kSmall, Regime::normal)[0].caution, score::Caution::none);
}

TEST(LiveScores, a_gated_lp_comes_last_and_the_leader_beats_the_second_with_p) {
    Shard s(one_condition("block"));  // no LP that rejects more than a quarter
    s.desk.market(100.00_px, 100.02_px);
    for (int i = 0; i < 60; ++i) {
        s.desk.lp = "LP_A";
        s.orders(1, i % 10 != 0);
        s.desk.lp = "LP_B";
        s.orders(1, i % 2 == 0);
        s.desk.lp = "LP_R";
        const std::string id = fmt::format("R{}", i);
        s.desk.send(id, 200_qty);
        s.desk.wait(1_ms);
        i % 2 == 0 ? s.desk.reject(id) : s.desk.fill(id, 200_qty, 100.00_px);
        s.desk.wait(1_s);
    }
    s.next_morning();
    const Page& p = s.page();
    const auto rows = p.ranked(kSmall, Regime::normal);
    EXPECT_EQ(p.lps[rows[2].lp], "LP_R");
    EXPECT_EQ(rows[2].gate, score::Gate::reject_rate);
    EXPECT_TRUE(rows[2].value(PageValue::composite)) << "its score is shown all the same";
    const score::PageRanking& r = *p.ranking(kSmall, Regime::normal);
    EXPECT_EQ(r.eligible, 2u);
    const auto of = [&](int i, PageValue v) { return *rows[static_cast<std::size_t>(i)].value(v); };
    const double ahead = of(0, PageValue::composite) - of(1, PageValue::composite);
    const double sd = std::hypot(of(0, PageValue::composite_sd), of(1, PageValue::composite_sd));
    EXPECT_NEAR(r.p_leader, estimate::normal_cdf(ahead / sd), 1e-12);
    EXPECT_GT(r.p_leader, 0.5);
}

TEST(LiveScores, fees_are_a_takers_and_a_fee_a_share_is_held_against_the_mid) {
    const struct {
        const char* lp;
        std::optional<double> bps;
    } cases[] = {{"LP_SHARE", 0.3}, {"LP_BPS", -0.2}, {"LP_FREE", 0.0}};
    FeeSchedule fees;
    EXPECT_FALSE(taker_fee_bps(fees, "LP_SHARE", 100'000'000'000)) << "no schedule: not known";
    fees.by_lp["LP_SHARE"].taker.per_share = PriceDelta{3'000'000};  // .003 of 100 = .3 bps
    fees.by_lp["LP_BPS"].taker.bps = -0.2;
    for (const auto& c : cases)
        EXPECT_NEAR(*taker_fee_bps(fees, c.lp, 100'000'000'000), *c.bps, 1e-12) << c.lp;
    EXPECT_FALSE(taker_fee_bps(fees, "LP_SHARE", std::nullopt)) << "no price: absent, not 0";
}

TEST(LiveScores, a_tail_holds_what_was_seen_and_an_lp_never_seen_has_that_of_all) {
    Shard s(one_condition("balanced"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(30, 30);  // always filled: capacity at least .5 of what is displayed
    s.desk.lp = "LP_B";
    s.orders(30, 0);  // nothing, every time
    s.next_morning();
    const Page& p = s.page();
    const estimate::CapacityKey market{estimate::TifClass::ioc, estimate::LimitClass::market};
    const auto at = [&](const score::PageTail* t, double size) {
        std::size_t b = 0;
        while (p.sizes[b] < size) ++b;
        return t->plain[b];
    };
    EXPECT_GT(at(p.tail(0, market), 0.4), 0.8) << "LP_A";
    EXPECT_LT(at(p.tail(1, market), 0.4), 0.1) << "LP_B";
    const score::PageTail* anyone = p.tail(7, market);
    ASSERT_NE(anyone, nullptr);
    EXPECT_EQ(anyone->lp, score::PageTail::kAnyLp);
    EXPECT_NEAR(at(anyone, 0.4), 0.5, 0.1) << "half of all orders";
    for (const score::PageTail& t : p.tails)
        for (std::size_t b = 0; b < t.plain.size(); ++b) {
            EXPECT_GE(t.optimistic[b], t.plain[b] - 1e-15);
            EXPECT_GE(t.n[b], estimate::kPriorOrders);
            if (b > 0) {
                EXPECT_LE(t.plain[b], t.plain[b - 1]);
            }
        }
}

TEST(LiveScores, an_order_changes_the_page_of_its_symbol_and_no_other) {
    Shard s(one_condition("balanced"));
    for (const char* symbol : {"XYZ", "ABC"}) {
        s.desk.symbol = symbol;
        s.desk.market(100.00_px, 100.02_px);
    }
    s.update();
    EXPECT_EQ(s.live.take_changed().size(), 2u) << "both are new";
    s.desk.symbol = "XYZ";
    s.orders(1, 1);
    s.desk.market(100.01_px, 100.02_px);
    s.update();
    EXPECT_EQ(s.live.take_changed(), std::vector<std::uint32_t>{0})
        << "of the order, not the quote";
    EXPECT_TRUE(s.live.take_changed().empty());
    const Nanos made = s.live.page(s.desk.kernel, 0).stamp.as_of;
    s.live.page(s.desk.kernel, 1);
    s.live.renew_older_than(made);
    EXPECT_TRUE(s.live.take_changed().empty());
    s.live.renew_older_than(made + 1_ns);
    EXPECT_EQ(s.live.take_changed().size(), 2u);
}

TEST(LiveScores, a_session_that_opens_changes_every_page) {
    Shard s(one_condition("note4"));
    s.desk.market(100.00_px, 100.02_px);
    s.orders(20, 20);
    s.desk.opens(5_s);
    s.update();
    s.fold();
    s.orders(3, 0);
    const double today = *s.row("LP_A").value(PageValue::fill_rate);
    s.live.take_changed();
    s.desk.now = s.page().stamp.as_of + 1_ns;
    s.desk.opens();
    s.update();
    EXPECT_EQ(s.live.take_changed(), std::vector<std::uint32_t>{0});
    EXPECT_GT(*s.row("LP_A").value(PageValue::fill_rate), today)
        << "what was today's left the window at once, in the same minute";
}

// The same day with other names: the same scores under the other names. And with an LP that only
// quotes, and is never sent an order: nothing changes at all.
TEST(LiveScores, names_do_not_matter_and_an_lp_that_is_never_sent_an_order_changes_nothing) {
    const auto day = [](std::array<const char*, 3> names, const char* quotes) {
        Shard s(one_condition("balanced"));
        s.desk.market(100.00_px, 100.02_px);
        if (quotes != nullptr) s.desk.quote_of(quotes, 100.00_px, 100.02_px);
        for (int i = 0; i < 90; ++i) {
            s.desk.lp = names[static_cast<std::size_t>(i % 3)];
            s.orders(1, i % (4 + i % 3) != 0, Duration{(10 + 5 * (i % 3)) * 1'000'000});
        }
        s.next_morning();
        s.desk.lp = names[1];
        s.orders(5, 1);
        return s.page();
    };
    const auto scores = [](const Page& p) {
        std::map<std::string, double> out;
        for (const PageRow& row : p.ranked(kSmall, Regime::normal))
            out[p.lps[row.lp]] = row.value(PageValue::composite).value_or(-1);
        return out;
    };
    const Page plain = day({"LP_A", "LP_B", "LP_C"}, nullptr);
    const auto as = scores(plain), renamed = scores(day({"Z", "Y", "X"}, nullptr));
    // Strengths are fitted by rounds that stop at 1e-7, in the order of names.
    EXPECT_NEAR(as.at("LP_A"), renamed.at("Z"), 1e-5);
    EXPECT_NEAR(as.at("LP_B"), renamed.at("Y"), 1e-5);
    EXPECT_NEAR(as.at("LP_C"), renamed.at("X"), 1e-5);
    EXPECT_NE(as.at("LP_A"), as.at("LP_B"));
    EXPECT_EQ(score::to_bytes(plain), score::to_bytes(day({"LP_A", "LP_B", "LP_C"}, "LP_Q")));
}

// All else equal, one more fill never lowers a score.
TEST(LiveScores, a_better_outcome_never_lowers_the_score) {
    double before = -1, fill_before = -1;
    for (int filled = 0; filled <= 8; ++filled) {
        Shard s(one_condition("note4"));
        s.desk.market(100.00_px, 100.02_px);
        s.orders(30, 20);
        s.next_morning();
        s.orders(8, filled);
        const double now = *s.row("LP_A").value(PageValue::composite);
        const double fill = *s.row("LP_A").value(PageValue::fill_rate);
        EXPECT_GT(fill, fill_before) << filled << " of 8";
        // Below a fill rate of one half a score is at its goalpost.
        EXPECT_TRUE(fill > 0.5 ? now > before : now >= before) << filled << " of 8";
        before = now;
        fill_before = fill;
    }
}

// LP_B is known in ABC's shard, and from there in XYZ's before it was ever sent an order.
TEST(LiveScores, what_one_shard_knows_of_an_lp_reaches_the_others_with_the_priors) {
    TwoShards two(one_condition("note4"));
    for (Shard* s : {&two.xyz, &two.abc}) s->desk.market(100.00_px, 100.02_px);
    two.xyz.orders(50, 45);
    two.abc.desk.lp = "LP_B";
    two.abc.orders(50, 10);
    const Nanos tomorrow = midnight(two.xyz.desk.now) + kDay;
    two.fold(tomorrow);
    const Page p = two.xyz.page();
    EXPECT_EQ(p.lps, (std::vector<std::string>{"LP_A", "LP_B"}));
    EXPECT_LT(*two.xyz.row("LP_B").value(PageValue::fill_rate), 0.5) << "as in ABC";
    EXPECT_EQ(two.xyz.row("LP_B").evidence(), estimate::Evidence::prior);
    // It is met by another symbol of the shard: its tail is that of both pages.
    two.xyz.desk.now = tomorrow + 10_s;
    two.xyz.desk.lp = "LP_B";
    two.xyz.desk.symbol = "THIRD";
    two.xyz.desk.market(100.00_px, 100.02_px);
    two.xyz.update();
    two.xyz.live.page(two.xyz.desk.kernel, 0);  // of XYZ, in this minute
    two.xyz.orders(4, 4);
    two.xyz.desk.symbol = "XYZ";
    const estimate::CapacityKey market{estimate::TifClass::ioc, estimate::LimitClass::market};
    EXPECT_GT(two.xyz.page().tail(1, market)->plain[30], p.tail(1, market)->plain[30] + 0.1);
}

// Each shard in a thread of its own, over the same priors, onto one board that a router reads. For
// the thread sanitizer.
TEST(LiveScores, shards_in_threads_of_their_own_share_priors_and_a_board) {
    TwoShards two(one_condition("balanced"));
    for (Shard* s : {&two.xyz, &two.abc}) {
        s->desk.market(100.00_px, 100.02_px);
        s->orders(30, 20);
    }
    two.fold(midnight(two.xyz.desk.now) + kDay);
    score::Board board(4);
    std::atomic<int> running{2};
    const auto shard = [&](Shard* s) {
        for (int i = 0; i < 200; ++i) {
            s->orders(1, i % 3 != 0);
            EXPECT_EQ(board.publish(s->page()), score::Acceptance::accepted);
        }
        --running;
    };
    const std::uint64_t profile = two.config.profile.hash();
    std::thread xyz(shard, &two.xyz), abc(shard, &two.abc);
    std::uint64_t last = 0;
    while (running > 0)
        for (const char* symbol : {"XYZ", "ABC"})
            if (const auto page = board.find(profile, symbol)) {
                EXPECT_EQ(page->symbol, symbol);
                EXPECT_EQ(page->priors_version, 1u);
                if (page->symbol == "XYZ") {
                    EXPECT_GE(page->stamp.sequence, last);
                    last = page->stamp.sequence;
                }
            }
    xyz.join();
    abc.join();
    EXPECT_EQ(board.find(profile, "XYZ")->stamp.sequence, 200u);
    EXPECT_EQ(board.find(profile, "ABC")->stamp.sequence, 200u);
}

}  // namespace
}  // namespace assay
