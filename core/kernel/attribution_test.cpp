#include "core/kernel/attribution.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "core/kernel/kernel.h"

namespace assay {
namespace {

// One symbol; every minute either A and B are shown a buy together and the mid moves by what they
// leak, or C alone, who leaks nothing. In basis points a lot of 100.
class Desk {
  public:
    static constexpr double kLeakA = 0.020, kLeakB = 0.004, kAlpha = 0.5;

    explicit Desk(std::uint64_t seed) : kernel(Config{}), random_(seed) {}

    void run(int rounds) {
        std::uniform_int_distribution<std::int64_t> lots(1, 100);
        for (int i = 0; i < rounds; ++i) {
            now_ = now_ + Duration{60'000'000'000};
            const std::int64_t a = lots(random_), b = lots(random_);
            quote(0);
            double moved = kAlpha;  // the market's own, everywhere the same
            if (i % 3 == 0) {
                send("LP_C", a);
            } else {
                send("LP_A", a);
                now_ = now_ + Duration{200'000'000};  // the same round
                send("LP_B", b);
                moved += kLeakA * static_cast<double>(a) + kLeakB * static_cast<double>(b);
            }
            now_ = now_ + Duration{1'000'000'000};
            quote(moved);
        }
        kernel.finish();
    }

    Kernel kernel;

  private:
    void apply(std::string_view lp, Happening what) {
        Event e;
        e.at = now_;
        e.symbol = "XYZ";
        e.lp = lp;
        e.what = std::move(what);
        kernel.apply(e);
    }
    void quote(double bps) {
        const std::int64_t mid = 100'000'000'000 + std::llround(bps * 1e7);
        apply("",
              Quote{{mid - 5'000'000}, {mid + 5'000'000}, {100'000'000'000}, {100'000'000'000}});
    }
    void send(std::string_view lp, std::int64_t lots) {
        const std::string id = "A" + std::to_string(++orders_);
        Sent m;
        m.ref.cl_ord_id = id;
        m.side = Side::buy;
        m.tif = Tif::day;
        m.order_qty = {lots * 100'000'000};
        m.price = Price{100'000'000'000};
        apply(lp, m);
    }

    Nanos now_{1'700'000'000'000'000'000};
    int orders_{};
    std::mt19937_64 random_;
};

TEST(Attribution, tells_two_lps_apart_that_are_always_shown_together) {
    constexpr std::uint64_t kSeed = 5;
    Desk desk(kSeed);
    desk.run(900);
    const Kernel* const shards[] = {&desk.kernel};
    const auto leak = leakage_per_lot(shards);
    ASSERT_EQ(leak.size(), 3u);
    EXPECT_NEAR(leak.at("LP_A").expected(), Desk::kLeakA, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(leak.at("LP_B").expected(), Desk::kLeakB, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(leak.at("LP_C").expected(), 0, 0.001)
        << "the market's own drift is nobody's: seed " << kSeed;
}

TEST(Attribution, is_saved_and_loaded_with_its_rounds_under_way) {
    Desk desk(6);
    desk.run(50);
    const std::string bytes = desk.kernel.save();
    Kernel again{Config{}};
    ASSERT_TRUE(again.load(bytes));
    EXPECT_EQ(again.save(), bytes);
    const Kernel* const before[] = {&desk.kernel};
    const Kernel* const after[] = {&again};
    for (const auto& [lp, leak] : leakage_per_lot(before))
        EXPECT_EQ(leakage_per_lot(after).at(lp).expected(), leak.expected()) << lp;
}

TEST(Attribution, two_shards_that_saw_the_same_say_the_same_more_firmly) {
    Desk one(7), two(7);
    one.run(60);
    two.run(60);
    const Kernel* const single[] = {&one.kernel};
    const Kernel* const both[] = {&one.kernel, &two.kernel};
    const double alone = leakage_per_lot(single).at("LP_A").expected(),
                 sum = leakage_per_lot(both).at("LP_A").expected();
    EXPECT_LT(std::fabs(sum - Desk::kLeakA), std::fabs(alone - Desk::kLeakA) + 1e-12);
}

// A market that wanders by 1.2 bps in a second; every minute two LPs are shown a buy and answer
// after 100 ms; what they leak comes `after` that.
class Market {
  public:
    static constexpr double kLeakA = 0.010, kLeakB = 0.002;

    explicit Market(std::uint64_t seed) : kernel(Config{}), random_(seed) {}

    void run(int rounds, Duration after) {
        for (int i = 0; i < rounds; ++i) {
            const double a = std::floor(1 + 60 * uniform_(random_)),
                         b = std::floor(1 + 60 * uniform_(random_));
            send("LP_A", a);
            send("LP_B", b);
            pass(Duration{100'000'000});
            end("LP_A", orders_ - 1);
            end("LP_B", orders_);
            pass(after);
            mid_bps_ += kLeakA * a + kLeakB * b;
            quote();
            pass(Duration{60'000'000'000});
        }
        kernel.finish();
    }

    Kernel kernel;

  private:
    // Quotes every quarter of a second.
    void pass(Duration time) {
        for (std::int64_t left = time.ns; left > 0;) {
            const std::int64_t step = std::min<std::int64_t>(left, 250'000'000);
            now_ = now_ + Duration{step};
            mid_bps_ += 1.2 * std::sqrt(static_cast<double>(step) * 1e-9) * normal_(random_);
            left -= step;
            quote();
        }
    }
    void quote() {
        const std::int64_t mid = 100'000'000'000 + std::llround(mid_bps_ * 1e7);
        apply("", Quote{{mid - 10'000'000}, {mid + 10'000'000}, {1'000'000'000}, {1'000'000'000}});
    }
    void send(std::string_view lp, double lots) {
        id_ = "A" + std::to_string(++orders_);
        Sent m;
        m.ref.cl_ord_id = id_;
        m.side = Side::buy;
        m.tif = Tif::ioc;
        m.order_qty = {static_cast<std::int64_t>(lots) * 100'000'000};
        m.price = Price{200'000'000'000};
        apply(lp, m);
    }
    void end(std::string_view lp, int order) {
        id_ = "A" + std::to_string(order);
        Canceled m;
        m.ref.cl_ord_id = id_;
        apply(lp, m);
    }
    void apply(std::string_view lp, Happening what) {
        Event e;
        e.at = now_;
        e.symbol = "XYZ";
        e.lp = lp;
        e.what = std::move(what);
        kernel.apply(e);
    }

    Nanos now_{1'700'000'000'000'000'000};
    double mid_bps_{};
    int orders_{};
    std::string id_;
    std::mt19937_64 random_;
    std::uniform_real_distribution<double> uniform_;
    std::normal_distribution<double> normal_;
};

TEST(Attribution, what_leaks_at_once_is_seen_before_the_market_drowns_it) {
    constexpr std::uint64_t kSeed = 11;
    Market m(kSeed);
    m.run(1000, Duration{1'000'000});
    const Kernel* const shards[] = {&m.kernel};
    const auto leak = leakage_per_lot(shards);
    const auto& a = leak.at("LP_A").parts;
    EXPECT_NEAR(a[0].mean, Market::kLeakA, 0.0025) << "seed " << kSeed;
    EXPECT_LT(a[0].sd, 0.0025) << "seed " << kSeed;
    EXPECT_LT(4 * a[0].sd, 0.0025 + 4 * a[1].sd) << "what comes later is less sure: seed " << kSeed;
    EXPECT_GT(leak.at("LP_A").sure(), leak.at("LP_B").sure()) << "seed " << kSeed;
}

TEST(Attribution, what_leaks_seconds_later_counts_for_the_later_part) {
    constexpr std::uint64_t kSeed = 12;
    Market m(kSeed);
    m.run(4000, Duration{5'000'000'000});
    const Kernel* const shards[] = {&m.kernel};
    const auto leak = leakage_per_lot(shards);
    const auto& a = leak.at("LP_A").parts;
    EXPECT_NEAR(a[0].mean, 0, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(a[1].mean, Market::kLeakA, 0.004) << "seed " << kSeed;
    EXPECT_NEAR(leak.at("LP_A").expected(), a[0].mean + a[1].mean, 1e-15);
}

TEST(Attribution, who_looked_leaky_in_few_rounds_has_the_benefit_of_the_doubt) {
    Leak l;
    l.parts[0] = {0.010, 0.004};
    l.parts[1] = {0.003, 0.006};
    EXPECT_NEAR(l.sure(), 0.006, 1e-15) << "one deviation below the mean, and of the later part 0";
    EXPECT_NEAR(l.expected(), 0.013, 1e-15);
    l.parts[1] = {-0.020, 0.006};
    EXPECT_EQ(l.expected(), 0);
    EXPECT_NEAR(l.sure(), 0.006, 1e-15) << "a doubtful later part takes nothing off";
}

TEST(Attribution, a_round_under_way_is_part_of_what_is_saved) {
    Market m(13);
    m.run(3, Duration{1'000'000});
    const std::string bytes = m.kernel.save();
    Kernel again{Config{}};
    ASSERT_TRUE(again.load(bytes));
    EXPECT_EQ(again.save(), bytes);
}

TEST(Attribution, without_rounds_there_is_nothing) {
    const Kernel kernel{Config{}};
    const Kernel* const shards[] = {&kernel};
    EXPECT_TRUE(leakage_per_lot(shards).empty());
}

}  // namespace
}  // namespace assay
