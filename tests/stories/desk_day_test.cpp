// The desk's two days (docs/spec.md 5.4), from FIX bytes to scores: a first day that gives each LP
// its long-run record, then two child orders of 20,000 that make LP_A fall behind LP_C.
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/kernel/live_scores.h"
#include "core/kernel/scorecard.h"
#include "core/score/board.h"
#include "core/sim/long_run.h"
#include "core/units/decimal.h"
#include "tests/gateway.h"
#include "tests/path.h"

namespace assay {
namespace {

using testkit::Path;

using Record = sim::LongRunRecord;
constexpr Price kBid{99'990'000'000}, kAsk{100'010'000'000};  // mid 100
constexpr Qty kShown{20'000'000'000};

class DeskDay {
  public:
    explicit DeskDay(const char* profile) : path_(config_of(profile)) {
        kernel().tell_touched(&touched_);
        path_.applied = [this](const Event&, Verdict) { applied(); };
    }

    void first_day(const std::vector<Record>& lps, int orders = 10'000) {
        sim::LongRun run;
        run.lps = lps;
        run.orders = orders;
        run.begins = {testkit::day_number(2026, 11, 19) * kDay.ns};
        const auto ok =
            sim::write_long_run(run, log_, [this](std::string_view text) { path_.feed(text); });
        ASSERT_TRUE(ok) << ok.error().text();
    }
    // What was learnt becomes what is believed; then the session begins with its first quote.
    void open_second_day() {
        const Nanos midnight{utc_day(second_day()) * kDay.ns};
        priors_ = fold_priors(path_.shards(), path_.config(), midnight, 1);
        live_.emplace(path_.config(), path_.config().profile, 1).adopt(priors_);
        quote(second_day());
    }
    // LP_A on the second day: `filled` of 20,000 after `ms`.
    void child(int n, std::int64_t filled, int ms) {
        const Nanos at = second_day() + Duration{n * kMinute.ns};
        quote(at);
        path_.feed(log_.line(at, "US", "LP_A", "D",
                             fmt::format("11=child{}|55=XYZ|54=1|38=20000|40=2|44={}|59=3|60={}|",
                                         n, to_text(kAsk), sim::fix_time(at))));
        const Nanos answered = at + Duration{ms * kMillisecond.ns};
        const Price px{std::llround(static_cast<double>(kAsk.nano) * (1 - 0.50e-4))};
        const std::string common = fmt::format(
            "37=Ochild{0}|11=child{0}|55=XYZ|54=1|38=20000|60={1}|", n, sim::fix_time(answered));
        path_.feed(log_.line(
            answered, "LP_A", "US", "8",
            common + fmt::format("17=E{0}|150=F|39={1}|32={2}|31={3}|14={2}|151={4}|6={3}|", n,
                                 filled == 20'000 ? 2 : 1, filled, to_text(px), 20'000 - filled)));
        if (filled < 20'000)
            path_.feed(
                log_.line(answered, "LP_A", "US", "8",
                          common + fmt::format("17=C{}|150=4|39=4|14={}|151=0|6=0|", n, filled)));
    }
    // Of the whole, worked out from all that the kernels hold.
    double score(const char* lp) const {
        const auto shards = path_.shards();
        const LiveScore s = live_score(shards, path_.config(), lp, "XYZ");
        EXPECT_FALSE(s.absent) << lp;
        last_ = s;
        return std::round(s.composite * 10) / 10;
    }
    const LiveScore& last() const { return last_; }
    std::string seen() const {
        return fmt::format("composite {} fill {} latency {} reject {} PI {}", last_.composite,
                           last_.fill_rate, last_.latency_ms, last_.reject_rate,
                           last_.price_improvement_bps);
    }
    // The board as a router reads it, for orders of 20,000 (1 to 2 times what is displayed): LPs
    // and scores, best first.
    std::string board() const {
        const score::Board::Reading page = read();
        if (!page) return "nothing";
        std::string out;
        for (const score::PageRow& row : page->ranked(2, Regime::normal))
            out += fmt::format("{}{} {:.1f}", out.empty() ? "" : ", ", page->lps[row.lp],
                               row.value(score::PageValue::composite).value_or(-1));
        return out;
    }
    score::Board::Reading read() const { return board_.find(path_.config().profile.hash(), "XYZ"); }
    const Path& path() const { return path_; }
    const Priors& priors() const { return priors_; }
    Kernel& kernel() { return path_.kernel(shard_of("XYZ")); }

  private:
    static Nanos second_day() {
        return {testkit::day_number(2026, 11, 20) * kDay.ns + 10 * kHour.ns};
    }
    static Config config_of(const char* profile) {
        Config c;
        c.profile = *score::find_profile(profile);
        // The story has one cell an LP; what condition its made-up market is in plays no part.
        c.regime.told_apart = false;
        return c;
    }
    void quote(Nanos at) {
        path_.feed(log_.quote(at, "MARKET", "US", "XYZ", kBid, kAsk, kShown, kShown));
    }
    // As a host does: after each event, whatever it changed is published.
    void applied() {
        if (live_) {
            live_->update(kernel(), touched_);
            for (const std::uint32_t symbol : live_->take_changed())
                EXPECT_EQ(board_.publish(live_->page(kernel(), symbol)),
                          score::Acceptance::accepted);
        }
        touched_.clear();
    }

    sim::FixLog log_;
    Path path_;
    std::vector<std::uint32_t> touched_;
    Priors priors_;
    std::optional<LiveScores> live_;
    score::Board board_{16};
    mutable LiveScore last_;
};

const std::vector<Record> kNote4 = {{"LP_A", .985, 16.5, .50, .012, 0},
                                    {"LP_B", .65, 55, -.25, .15, 0},
                                    {"LP_C", .95, 25, 1.00, .035, 0}};

void note4_story(int orders, double lp_b) {
    DeskDay day("note4");
    day.first_day(kNote4, orders);
    // The exact sums say that the day is the one that was meant.
    EXPECT_NEAR(*day.path().value("LP_A", "fill_rate"), .985, 1e-12);
    EXPECT_NEAR(*day.path().value("LP_B", "reject_rate"), .15, 1e-12);
    EXPECT_NEAR(*day.path().value("LP_C", "latency_rt_ms_mean"), 25, 1e-9);
    day.open_second_day();
    EXPECT_EQ(day.score("LP_A"), 92.5) << day.seen();
    EXPECT_EQ(day.score("LP_B"), lp_b) << day.seen();
    EXPECT_EQ(day.score("LP_C"), 88.2) << day.seen();
    day.child(1, 20'000, 15);
    EXPECT_EQ(day.score("LP_A"), 92.8) << day.seen();
    day.child(2, 10'000, 40);
    EXPECT_EQ(day.score("LP_A"), 85.0) << day.seen();
    EXPECT_EQ(day.score("LP_C"), 88.2) << day.seen();
}

// LP_B's 45.849 is the score of its record itself, .001 below the edge of rounding to 45.9. What it
// borrows from its better peers by section 4.3 is .0023 points after 10,000 orders and .0011 after
// 20,000, so after 10,000 it shows 45.9 (docs/decisions/0016 has the arithmetic, and
// core/estimate/shrink_test.cpp its numbers). All else is as the desk has it.
TEST(DeskDay, note4_after_10_000_orders_gives_all_but_lp_b_whose_45_851_rounds_to_45_9) {
    note4_story(10'000, 45.9);
}
TEST(DeskDay, note4_after_20_000_orders_an_lp_gives_92_5_45_8_88_2_then_92_8_then_85_0) {
    note4_story(20'000, 45.8);
}

// Impacts are net of control, so over all LPs they sum to zero: LP_E stands for the rest of the
// market.
const std::vector<Record> kAcme = {{"LP_A", .985, 16.5, .50, .012, .09},
                                   {"LP_B", .65, 55, -.25, .15, 1.13},
                                   {"LP_C", .95, 25, 1.00, .035, .265},
                                   {"LP_D", .831, 20, 1.00, 0, 0},
                                   {"LP_E", .90, 30, 0, .05, -1.485}};

TEST(DeskDay, acme_with_impact_gives_92_5_45_8_88_2_84_0_then_92_8_then_85_0) {
    DeskDay day("acme");
    day.first_day(kAcme);
    for (const auto& [lp, net] : std::map<std::string, double>{
             {"LP_A", .09}, {"LP_B", 1.13}, {"LP_C", .265}, {"LP_D", 0.0}})
        EXPECT_NEAR(*day.path().value(lp, "leakage_bps_15s"), net, 1e-4) << lp;
    day.open_second_day();
    EXPECT_EQ(day.score("LP_A"), 92.5) << day.seen();
    EXPECT_EQ(day.score("LP_B"), 45.8) << day.seen();
    EXPECT_EQ(day.score("LP_C"), 88.2) << day.seen();
    EXPECT_EQ(day.score("LP_D"), 84.0) << day.seen();
    day.child(1, 20'000, 15);
    EXPECT_EQ(day.score("LP_A"), 92.8) << day.seen();
    day.child(2, 10'000, 40);
    EXPECT_EQ(day.score("LP_A"), 85.0) << day.seen();
}

// The same through FIX bytes, decoder, session stage, kernel and live scores to the board.
TEST(DeskDay, the_board_shows_lp_a_92_5_then_92_8_then_85_0_behind_lp_c_88_2_and_before_lp_d_84_0) {
    DeskDay day("acme");
    day.first_day(kAcme);
    EXPECT_EQ(day.board(), "nothing") << "nobody has folded priors yet";
    day.open_second_day();
    EXPECT_EQ(day.board(), "LP_A 92.5, LP_C 88.2, LP_D 84.0, LP_E 82.1, LP_B 45.8");
    const std::uint64_t at_open = day.read()->stamp.sequence;
    for (const score::PageRow& row : day.read()->ranked(2, Regime::normal)) {
        EXPECT_GT(*row.value(score::PageValue::n_eff), 9'900) << "some 10,000 orders, decayed";
        EXPECT_EQ(row.caution, score::Caution::none);
    }
    day.child(1, 20'000, 15);
    for (const score::PageRow& row : day.read()->ranked(2, Regime::normal)) {
        day.score(day.read()->lps[row.lp].c_str());
        EXPECT_NEAR(*row.value(score::PageValue::composite), day.last().composite, 1e-9)
            << "as worked out from everything at once";
        EXPECT_NEAR(*row.value(score::PageValue::composite_sd), day.last().sd, 1e-9);
        EXPECT_NEAR(*row.value(score::PageValue::lcb), day.last().lcb, 1e-9);
    }
    EXPECT_EQ(day.board(), "LP_A 92.8, LP_C 88.2, LP_D 84.0, LP_E 82.1, LP_B 45.8");
    day.child(2, 10'000, 40);
    EXPECT_EQ(day.board(), "LP_C 88.2, LP_A 85.0, LP_D 84.0, LP_E 82.1, LP_B 45.8");
    EXPECT_NEAR(*day.read()->ranked(2, Regime::normal)[1].value(score::PageValue::composite_slow),
                92.5, 0.05)
        << "what LP_A had before today stands beside";
    EXPECT_GT(day.read()->stamp.sequence, at_open);
    EXPECT_EQ(day.read()->priors_version, 1u) << "no new fit in between";
    // Two orders do not decide much: LP_A's fill rate is Beta(4.455, .545), 8.9 points
    // (docs/spec.md 5.4). The ranking is by the composite all the same, as the profile says.
    const score::PageRanking& r = *day.read()->ranking(2, Regime::normal);
    EXPECT_NEAR(r.p_leader, 0.64, 0.01) << "LP_C beats LP_A";
}

// The long run need not be read again: a saved kernel gives the same page, to the byte.
TEST(DeskDay, the_board_of_a_loaded_state_is_that_of_the_state_that_was_saved) {
    DeskDay day("acme");
    day.first_day(kAcme, 1'000);
    day.open_second_day();
    day.child(1, 20'000, 15);
    Kernel loaded(day.path().config());
    ASSERT_TRUE(loaded.load(day.kernel().save()));
    const auto priors = priors_from_bytes(to_bytes(day.priors()));
    ASSERT_TRUE(priors);
    LiveScores live(day.path().config(), day.path().config().profile, 1);
    live.adopt(*priors);
    live.update(loaded, {});
    score::Page page = live.page(loaded, loaded.symbols().find("XYZ"));
    page.stamp.sequence = day.read()->stamp.sequence;
    page.checksum = page.sum();
    EXPECT_EQ(score::to_bytes(page), score::to_bytes(*day.read()));
}

}  // namespace
}  // namespace assay
