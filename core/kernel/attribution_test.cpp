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
    EXPECT_NEAR(leak.at("LP_A"), Desk::kLeakA, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(leak.at("LP_B"), Desk::kLeakB, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(leak.at("LP_C"), 0, 0.001) << "the market's own drift is nobody's: seed " << kSeed;
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
    EXPECT_EQ(leakage_per_lot(before), leakage_per_lot(after));
}

TEST(Attribution, two_shards_that_saw_the_same_say_the_same_more_firmly) {
    Desk one(7), two(7);
    one.run(60);
    two.run(60);
    const Kernel* const single[] = {&one.kernel};
    const Kernel* const both[] = {&one.kernel, &two.kernel};
    const double alone = leakage_per_lot(single).at("LP_A"), sum = leakage_per_lot(both).at("LP_A");
    EXPECT_LT(std::fabs(sum - Desk::kLeakA), std::fabs(alone - Desk::kLeakA) + 1e-12);
}

TEST(Attribution, without_rounds_there_is_nothing) {
    const Kernel kernel{Config{}};
    const Kernel* const shards[] = {&kernel};
    EXPECT_TRUE(leakage_per_lot(shards).empty());
}

}  // namespace
}  // namespace assay
