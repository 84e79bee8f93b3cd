// The desk's two days (docs/spec.md 5.4), from FIX bytes to scores: a first day that gives each LP
// its long-run record, then two child orders of 20,000 that make LP_A fall behind LP_C.
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/kernel/scorecard.h"
#include "core/units/decimal.h"
#include "tests/gateway.h"
#include "tests/path.h"

namespace assay {
namespace {

using testkit::Gateway;
using testkit::Path;

// An LP's record over the first day.
struct Record {
    const char* lp;
    double fill, latency_ms, gain_bps, reject, impact_bps;
};
constexpr Price kBid{99'990'000'000}, kAsk{100'010'000'000};  // mid 100
constexpr Qty kShown{20'000'000'000}, kChild{20'000'000'000};
constexpr Duration kApart{1'200'000'000};

// Spreads `share` of n evenly: true for exactly round(share * n) of k = 0 .. n - 1.
bool turn(int k, double share) {
    const auto upto = [&](int i) {
        return static_cast<std::int64_t>(std::floor(share * i + 1e-9));
    };
    return upto(k + 1) > upto(k);
}

class DeskDay {
  public:
    explicit DeskDay(const char* profile) : path_(config_of(profile)) {}

    // In each slot every LP gets one order, 1.2 s apart, so that no order's cost window, and no
    // price move that is another's impact, touches the next.
    void first_day(const std::vector<Record>& lps, int orders = 10'000) {
        const Duration slot{orders > 10'000 ? 4'000'000'000 : 8'000'000'000};
        const Nanos open{testkit::day_number(2026, 11, 19) * kDay.ns};
        text_ += gateway_.market(open, "XYZ", kBid, kAsk, kShown, kShown);
        for (int k = 0; k < orders; ++k) {
            for (std::size_t i = 0; i < lps.size(); ++i) {
                const Nanos at =
                    open +
                    Duration{k * slot.ns + static_cast<std::int64_t>(i) * kApart.ns + 1'000'000};
                order(lps[i], k, at);
                if (lps[i].impact_bps == 0) continue;
                moves_[at + Duration{14'999'000'000}] = lps[i].impact_bps;
                moves_[at + Duration{15'001'000'000}] = 0;
            }
            write_until(open + Duration{(k + 1) * slot.ns});
        }
        write_until(Nanos{INT64_MAX});
        path_.feed(text_);
        text_.clear();
    }
    // The session of the second day begins with its first quote.
    void open_second_day() {
        path_.feed(gateway_.market(second_day(), "XYZ", kBid, kAsk, kShown, kShown));
    }
    // LP_A on the second day: `filled` of 20,000 after `ms`.
    void child(int n, std::int64_t filled, int ms) {
        const Nanos at = second_day() + Duration{n * kMinute.ns};
        text_ += gateway_.market(at, "XYZ", kBid, kAsk, kShown, kShown);
        const Record a{"LP_A", 1, static_cast<double>(ms), 0.50, 0, 0};
        send(a, fmt::format("child{}", n), at);
        answer(a, fmt::format("child{}", n), at, Qty{filled * 1'000'000}, 0.50, false);
        write_until(Nanos{INT64_MAX});
        path_.feed(text_);
        text_.clear();
    }
    double score(const char* lp) const {
        const auto shards = path_.shards();
        const LiveScore s = live_score(shards, path_.config(), lp, "XYZ");
        EXPECT_FALSE(s.absent) << lp;
        last_ = s;
        return std::round(s.composite * 10) / 10;
    }
    std::string seen() const {
        return fmt::format("composite {} fill {} latency {} reject {} PI {}", last_.composite,
                           last_.fill_rate, last_.latency_ms, last_.reject_rate,
                           last_.price_improvement_bps);
    }
    const Path& path() const { return path_; }

  private:
    static Nanos second_day() {
        return {testkit::day_number(2026, 11, 20) * kDay.ns + 10 * kHour.ns};
    }
    static Config config_of(const char* profile) {
        Config c;
        c.profile = *score::find_profile(profile);
        // The story has one cell an LP; what condition its made-up market is in plays no part.
        c.regime.hysteresis = 1e9;
        return c;
    }
    void order(const Record& r, int k, Nanos at) {
        const std::string id = fmt::format("{}-{}", r.lp, k);
        send(r, id, at);
        const bool rejected = turn(k, r.reject);
        // What is not rejected fills whole or not at all, so that the mean is r.fill.
        const double rest = r.fill / (1 - r.reject);
        const int accepted = k - static_cast<int>(std::floor(r.reject * k + 1e-9));
        const bool full = !rejected && turn(accepted, rest);
        answer(r, id, at, full ? kChild : Qty{}, r.gain_bps / r.fill, rejected);
    }
    void send(const Record& r, const std::string& id, Nanos at) {
        outbox_.push_back({at, "US", r.lp, "D",
                           fmt::format("11={}|55=XYZ|54=1|38=20000|40=2|44={}|59=3|60={}|", id,
                                       to_text(kAsk), testkit::fix_time(at))});
    }
    void answer(const Record& r, const std::string& id, Nanos sent, Qty filled, double gain_bps,
                bool rejected) {
        const Nanos at = sent + Duration{std::llround(r.latency_ms * 1e6)};
        const std::string common =
            fmt::format("37=O{0}|11={0}|55=XYZ|54=1|38=20000|60={1}|", id, testkit::fix_time(at));
        if (rejected) {
            outbox_.push_back(
                {at, r.lp, "US", "8",
                 common + fmt::format("17=R{}|150=8|39=8|103=99|14=0|151=0|6=0|", id)});
            return;
        }
        if (filled.micro > 0) {
            const Price px{std::llround(static_cast<double>(kAsk.nano) * (1 - gain_bps * 1e-4))};
            const bool all = filled == kChild;
            outbox_.push_back(
                {at, r.lp, "US", "8",
                 common + fmt::format("17=E{}|150=F|39={}|32={}|31={}|14={}|151={}|6={}|", id,
                                      all ? 2 : 1, to_text(filled), to_text(px), to_text(filled),
                                      to_text(kChild - filled), to_text(px))});
            if (all) return;
        }
        outbox_.push_back(
            {at, r.lp, "US", "8",
             common + fmt::format("17=C{}|150=4|39=4|14={}|151=0|6=0|", id, to_text(filled))});
    }
    // Writes all messages and moves of the market that are due before `end`, in time order.
    void write_until(Nanos end) {
        std::stable_sort(outbox_.begin(), outbox_.end(),
                         [](const Line& a, const Line& b) { return a.at < b.at; });
        std::size_t i = 0;
        while (true) {
            const bool move =
                !moves_.empty() && (i == outbox_.size() || moves_.begin()->first <= outbox_[i].at);
            const Nanos at = move                 ? moves_.begin()->first
                             : i < outbox_.size() ? outbox_[i].at
                                                  : end;
            if ((!move && i == outbox_.size()) || at >= end) break;
            if (move) {
                const PriceDelta d{std::llround(1e11 * moves_.begin()->second * 1e-4)};
                text_ += gateway_.market(at, "XYZ", kBid + d, kAsk + d, kShown, kShown);
                moves_.erase(moves_.begin());
            } else {
                const Line& l = outbox_[i++];
                text_ += gateway_.line(l.at, l.from, l.to, l.type, l.body);
            }
        }
        outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(i));
        if (text_.size() > (1u << 22)) {
            path_.feed(text_);
            text_.clear();
        }
    }

    struct Line {
        Nanos at;
        std::string from, to, type, body;
    };
    Gateway gateway_{"FIX.4.4"};
    Path path_;
    std::string text_;
    std::vector<Line> outbox_;
    std::map<Nanos, double> moves_;
    mutable LiveScore last_;
};

// The impacts of the acme story are net of control, so nets weighted by orders sum to zero: one
// more LP stands for the rest of the market. With five LPs a raw move of 0.8 of the net gives the
// net.
constexpr double kNet = 0.8;

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

TEST(DeskDay, acme_with_impact_gives_92_5_45_8_88_2_84_0_then_92_8_then_85_0) {
    DeskDay day("acme");
    day.first_day({{"LP_A", .985, 16.5, .50, .012, kNet * .09},
                   {"LP_B", .65, 55, -.25, .15, kNet * 1.13},
                   {"LP_C", .95, 25, 1.00, .035, kNet * .265},
                   {"LP_D", .831, 20, 1.00, 0, 0},
                   {"LP_E", .90, 30, 0, .05, kNet * -1.485}});
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

}  // namespace
}  // namespace assay
