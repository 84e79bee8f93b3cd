// What a page is, what its bytes are, and what is refused.
#include "core/score/page.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "core/score/page_testkit.h"

namespace assay::score {
namespace {

using estimate::LimitClass;
using estimate::TifClass;
using testkit::page_of;

TEST(Page, a_row_is_128_bytes_and_absent_is_not_zero) {
    PageRow row;
    EXPECT_FALSE(row.value(PageValue::fee_bps));
    row.put(PageValue::fee_bps, 0);
    EXPECT_EQ(row.value(PageValue::fee_bps), 0);
    row.put(PageValue::fee_bps, std::numeric_limits<double>::quiet_NaN());
    EXPECT_FALSE(row.value(PageValue::fee_bps)) << "not a number is absent";
    EXPECT_EQ(row.present, 0);
    const struct {
        double n_eff;
        estimate::Evidence evidence;
    } cases[] = {{0, estimate::Evidence::prior},
                 {0.99, estimate::Evidence::prior},
                 {1, estimate::Evidence::low},
                 {9.9, estimate::Evidence::low},
                 {10, estimate::Evidence::enough}};
    for (const auto& c : cases) {
        row.put(PageValue::n_eff, c.n_eff);
        EXPECT_EQ(row.evidence(), c.evidence) << c.n_eff;
    }
}

TEST(Page, each_of_21_places_has_its_ranking_and_a_size_that_is_none_has_no_rows) {
    const Page p = page_of("XYZ", 1);
    for (std::uint8_t size = 0; size < kPageSizes; ++size)
        for (const Regime regime : {Regime::calm, Regime::normal, Regime::stressed}) {
            const auto rows = p.ranked(size, regime);
            ASSERT_EQ(rows.size(), 3u);
            EXPECT_EQ(rows[0].lp, place_index(size, regime) % 2) << "ranking 0 or 1";
        }
    EXPECT_TRUE(p.ranked(7, Regime::calm).empty());
    EXPECT_EQ(p.ranking(7, Regime::calm), nullptr);
}

TEST(Page, a_tail_is_that_of_all_lps_where_this_one_has_none_and_a_fok_reads_the_ioc_tail) {
    const Page p = page_of("XYZ", 1);
    EXPECT_EQ(p.tail(1, {TifClass::ioc, LimitClass::at})->lp, 1);
    EXPECT_EQ(p.tail(1, {TifClass::fok, LimitClass::at})->lp, 1);
    EXPECT_EQ(p.tail(9, {TifClass::ioc, LimitClass::at})->lp, PageTail::kAnyLp);
    EXPECT_EQ(p.tail(1, {TifClass::resting, LimitClass::at}), nullptr);
}

TEST(Page, a_later_epoch_is_newer_whatever_the_sequence) {
    const struct {
        PageStamp a, b;
        bool newer;
    } cases[] = {{{1, 2, {}}, {1, 1, {}}, true},
                 {{1, 1, {}}, {1, 1, {}}, false},
                 {{1, 1, {}}, {1, 2, {}}, false},
                 {{2, 1, {}}, {1, 9, {}}, true},
                 {{1, 9, {}}, {2, 1, {}}, false}};
    for (const auto& c : cases)
        EXPECT_EQ(c.a.newer_than(c.b), c.newer)
            << c.a.epoch << "." << c.a.sequence << " after " << c.b.epoch << "." << c.b.sequence;
}

TEST(Page, freshness_is_newer_than_the_last_and_neither_older_than_60_s_nor_from_tomorrow) {
    const PageStamp stamp{1, 5, Nanos{100'000'000'000}};
    const auto at = [](std::int64_t s) { return Nanos{s * 1'000'000'000}; };
    const PageStamp fourth{1, 4, {}}, fifth{1, 5, {}};
    EXPECT_EQ(freshness_of(stamp, {}, at(100)), Acceptance::accepted);
    EXPECT_EQ(freshness_of(stamp, fourth, at(100)), Acceptance::accepted);
    EXPECT_EQ(freshness_of(stamp, fifth, at(100)), Acceptance::not_newer);
    EXPECT_EQ(freshness_of(stamp, {}, at(160)), Acceptance::accepted) << "60 s old";
    EXPECT_EQ(freshness_of(stamp, {}, at(161)), Acceptance::too_old);
    EXPECT_EQ(freshness_of(stamp, {}, at(98)), Acceptance::accepted) << "clocks 2 s apart";
    EXPECT_EQ(freshness_of(stamp, {}, at(97)), Acceptance::ahead_of_time);
    EXPECT_EQ(freshness_of(stamp, {}, at(106), Duration{5'000'000'000}), Acceptance::too_old);
}

TEST(Page, a_page_from_elsewhere_must_be_sound_newer_and_fresh) {
    const Page page = page_of("XYZ", 5);  // as of second 5
    const Nanos now{6'000'000'000};
    EXPECT_EQ(acceptance_of(page, PageStamp{1, 4, {}}, now), Acceptance::accepted);
    EXPECT_EQ(acceptance_of(page, PageStamp{1, 5, {}}, now), Acceptance::not_newer);
    EXPECT_EQ(acceptance_of(page, {}, now, Duration{500'000'000}), Acceptance::too_old);
    Page damaged = page;
    damaged.symbol = "XYY";
    EXPECT_EQ(acceptance_of(damaged, {}, now), Acceptance::bad_checksum);
}

// Each with a checksum that is right for it: what is left is the content.
TEST(Page, content_that_does_not_fit_or_is_not_finite_is_refused) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const struct {
        const char* what;
        void (*spoil)(Page&, double nan);
        Acceptance expected;
    } cases[] = {
        {"sound", [](Page&, double) {}, Acceptance::accepted},
        {"schema 1", [](Page& p, double) { p.schema = 1; }, Acceptance::unknown_schema},
        {"improvements of other LPs", [](Page& p, double) { p.improvements.resize(1); },
         Acceptance::malformed},
        {"NaN in an improvement",
         [](Page& p, double x) {
             p.improvements.resize(p.lps.size());
             p.improvements[0].half_spreads[2] = x;
         },
         Acceptance::not_finite},
        {"a ranking that is not there", [](Page& p, double) { p.ranking_of[3] = 2; },
         Acceptance::malformed},
        {"no ranking", [](Page& p, double) { p.rankings.clear(), p.rows.clear(); },
         Acceptance::malformed},
        {"a row too few", [](Page& p, double) { p.rows.pop_back(); }, Acceptance::malformed},
        {"an LP twice", [](Page& p, double) { p.rows[1].lp = p.rows[0].lp; },
         Acceptance::malformed},
        {"an LP that is not there", [](Page& p, double) { p.rows[1].lp = 3; },
         Acceptance::malformed},
        {"an eligible one behind a gate",
         [](Page& p, double) { p.rows[0].gate = Gate::reject_rate; }, Acceptance::malformed},
        {"a gate that is none", [](Page& p, double) { p.rows[2].gate = static_cast<Gate>(9); },
         Acceptance::malformed},
        {"LPs out of order", [](Page& p, double) { std::swap(p.lps[0], p.lps[1]); },
         Acceptance::malformed},
        {"47 sizes", [](Page& p, double) { p.sizes.pop_back(); }, Acceptance::malformed},
        {"tails out of order", [](Page& p, double) { std::swap(p.tails[0], p.tails[1]); },
         Acceptance::malformed},
        {"NaN in a row", [](Page& p, double x) { p.rows[0].values[0] = x; },
         Acceptance::not_finite},
        {"NaN in a tail", [](Page& p, double x) { p.tails[0].plain[5] = x; },
         Acceptance::not_finite},
        {"infinite p", [](Page& p, double x) { p.rankings[0].p_leader = 1 / (x - x); },
         Acceptance::not_finite},
        {"a value that says it is absent", [](Page& p, double) { p.rows[0].present = 0; },
         Acceptance::not_finite},
        {"a 16th value", [](Page& p, double) { p.rows[0].present = 0xffff; },
         Acceptance::not_finite},
    };
    for (const auto& c : cases) {
        Page p = page_of("XYZ", 1);
        c.spoil(p, nan);
        p.checksum = p.sum();
        EXPECT_STREQ(text(content_of(p)), text(c.expected)) << c.what;
    }
}

TEST(Page, bytes_come_back_as_they_went) {
    for (const std::size_t lps : {0, 1, 3, 32}) {
        const Page p = page_of("EUR/USD", 9, lps);
        const auto back = page_from_bytes(to_bytes(p));
        ASSERT_TRUE(back) << back.error().text();
        EXPECT_EQ(*back, p);
    }
}

TEST(Page, every_bit_that_is_turned_and_every_cut_is_refused) {
    const std::string good = to_bytes(page_of("XYZ", 3, 2, 1));
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        std::string bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
        ASSERT_FALSE(page_from_bytes(bad)) << "bit " << bit;
    }
    for (std::size_t n = 0; n < good.size(); ++n)
        ASSERT_FALSE(page_from_bytes(good.substr(0, n))) << n << " bytes";
    EXPECT_FALSE(page_from_bytes(good + "x"));
    EXPECT_EQ(page_from_bytes("REDIS").error().text(),
              "these bytes are not a page of the board (they do not begin with ASSAYB02)");
}

}  // namespace
}  // namespace assay::score
