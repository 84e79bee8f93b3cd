#include "core/estimate/sketch.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "core/estimate/decayed.h"
#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

TEST(Sketch, worked_buckets) {
    struct {
        const char* worked;
        Duration x;
        int bucket;
        double value_ms;
    } cases[] = {
        {"15 ms -> bucket 827 -> 15.104 ms", 15_ms, 827, 15.104},
        {"40 ms -> bucket 876 -> 40.247 ms", 40_ms, 876, 40.247},
        {"1 us -> bucket 346", 1_us, 346, 0.001002},
        {"60 s -> bucket 1241", 60_s, 1241, 59'694.0},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(Sketch::bucket(c.x), c.bucket) << c.worked;
        if (c.x < 1_s && c.x > 1_us) {
            EXPECT_NEAR(Sketch::value_of(c.bucket) * 1e-6, c.value_ms, 0.0005) << c.worked;
        }
        EXPECT_NEAR(Sketch::value_of(c.bucket) / static_cast<double>(c.x.ns), 1, 0.01) << c.worked;
    }
}

TEST(Sketch, bucket_is_the_ceiling_of_ln_x_over_ln_g) {
    const long double ln_g = std::log(101.0L / 99.0L);
    const auto check = [&](std::int64_t x) {
        ASSERT_EQ(Sketch::bucket(Duration{x}),
                  static_cast<int>(std::ceil(std::log(static_cast<long double>(x)) / ln_g)))
            << "x=" << x;
    };
    for (std::int64_t x = 1'000; x < 300'000; ++x) check(x);
    for (int i = 346; i < 1241; ++i) {  // both sides of every border
        const auto border = static_cast<std::int64_t>(std::exp(ln_g * i));
        for (std::int64_t x = border - 2; x <= border + 3; ++x) {
            if (x >= 1'000) check(x);
        }
    }
    testkit::Random random(7);
    for (int i = 0; i < 200'000; ++i) {
        check(static_cast<std::int64_t>(std::exp(6.91 + 17.9 * random.uniform())));
    }
    check(60'000'000'000);
}

TEST(Sketch, quantiles_of_every_level_are_within_one_percent) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        testkit::Random random(seed);
        const int n = seed <= 4 ? 150 : 20'000;
        std::vector<double> xs;
        Sketch s;
        for (int i = 0; i < n; ++i) {  // heavy tail: log-normal with sigma 1.5, about 15 ms
            const double x =
                std::floor(std::clamp(15e6 * std::exp(1.5 * random.normal()), 1e3, 6e10));
            xs.push_back(x);
            s.add(Duration{static_cast<std::int64_t>(x)});
        }
        std::sort(xs.begin(), xs.end());
        EXPECT_EQ(s.count(), n);
        for (int i = 0; i <= 1000; ++i) {
            const double q = i / 1000.0;
            const auto rank = static_cast<std::size_t>(std::max(1, (i * n + 999) / 1000));
            EXPECT_NEAR(*s.quantile(q) / xs[rank - 1], 1, 0.0100001)
                << "seed=" << seed << " q=" << q;
        }
    }
}

TEST(Sketch, merged_equals_single) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        testkit::Random random(seed);
        Sketch whole;
        Sketch part[3];
        for (std::uint64_t i = 0; i < 100 * seed; ++i) {
            const Duration x{static_cast<std::int64_t>(2e6 * std::exp(2 * random.normal()))};
            whole.add(x);
            part[random.below(3)].add(x);
        }
        part[0].merge(part[1]);
        part[0].merge(part[2]);
        EXPECT_EQ(part[0], whole) << "seed=" << seed;
        std::string a, b;
        part[0].save(a);
        whole.save(b);
        EXPECT_EQ(a, b) << "same content, same bytes; seed=" << seed;
    }
}

TEST(Sketch, removed_is_never_added_sparse_or_dense) {
    for (const int n : {10, 2000}) {
        testkit::Random random(11);
        Sketch with, without;
        std::vector<Duration> busted;
        for (int i = 0; i < n; ++i) {
            const Duration x{static_cast<std::int64_t>(2e6 * std::exp(2 * random.normal()))};
            with.add(x);
            if (i % 3 == 0)
                busted.push_back(x);
            else
                without.add(x);
        }
        for (const Duration x : busted) with.remove(x);
        EXPECT_EQ(with, without) << n;
    }
}

TEST(Sketch, out_of_range_goes_to_the_end_buckets) {
    Sketch s;
    s.add(Duration{-5});
    s.add(Duration{999});
    s.add(61_s);
    s.add(Duration{INT64_MAX});
    EXPECT_EQ(s.count(), 4);
    EXPECT_EQ(*s.quantile(0.5), 1e3);
    EXPECT_EQ(*s.quantile(0.51), 6e10);
}

TEST(Sketch, absent_is_not_zero) {
    Sketch s;
    EXPECT_FALSE(s.quantile(0.5));
    s.add(1_ms, 0);
    s.add(1_ms, -1);
    s.add(1_ms, NAN);
    s.add(1_ms, INFINITY);
    s.remove(1_ms);
    EXPECT_FALSE(s.quantile(0.5));
    EXPECT_TRUE(s.empty());
}

TEST(Sketch, forward_weights_forget) {
    ForwardClock clock{kMinute, Nanos{0}};
    Sketch s;
    for (int i = 0; i < 100; ++i) s.add(10_ms, clock.weight(Nanos{0}));
    const Nanos later{kMinute.ns * 600};
    s.scale(clock.rebase(later));
    s.add(20_ms, clock.weight(later));
    EXPECT_NEAR(*s.quantile(0.01) * 1e-6, 20, 0.2) << "600 half-lives on, only the new one counts";
}

TEST(Sketch, save_and_load_and_bad_bytes) {
    for (const int n : {0, 1, 200, 5000}) {
        testkit::Random random(3);
        Sketch s;
        for (int i = 0; i < n; ++i) {
            s.add(Duration{static_cast<std::int64_t>(1e7 * std::exp(3 * random.normal()))},
                  random.uniform());
        }
        std::string bytes;
        s.save(bytes);
        bytes += "rest";
        std::string_view in = bytes;
        const auto back = Sketch::load(in);
        ASSERT_TRUE(back) << n;
        EXPECT_EQ(*back, s) << n;
        EXPECT_EQ(in, "rest") << n;
        bytes.resize(bytes.size() - 4);
        for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 50) {
            std::string_view part = std::string_view(bytes).substr(0, cut);
            EXPECT_FALSE(Sketch::load(part)) << "cut at " << cut;
            EXPECT_EQ(part.size(), cut) << "nothing is consumed of bad bytes";
        }
    }
    struct {
        const char* what;
        std::string bytes;
    } bad[] = {
        {"two billion buckets", std::string("\xff\xff\xff\x7f", 4)},
        {"slot 60000", std::string("\1\0\0\0\x60\xea\0\0\0\0\0\0\xf0\x3f", 14)},
        {"weight 0", std::string("\1\0\0\0\1\0\0\0\0\0\0\0\0\0", 14)},
        {"weight NaN", std::string("\1\0\0\0\1\0\0\0\0\0\0\0\xf8\x7f", 14)},
        {"slots fall", std::string("\2\0\0\0\2\0\0\0\0\0\0\0\xf0\x3f\1\0\0\0\0\0\0\0\xf0\x3f", 24)},
    };
    for (const auto& b : bad) {
        std::string_view in = b.bytes;
        EXPECT_FALSE(Sketch::load(in)) << b.what;
    }
}

TEST(Sketch, levels_of_a_quantile_interval) {
    const Interval i = quantile_levels(0.9, 100);
    EXPECT_NEAR(i.low, 0.9 - 1.645 * 0.03, 1e-12) << "1.645 sqrt(.9 x .1 / 100) = .04935";
    EXPECT_NEAR(i.high, 0.94935, 1e-12);
    EXPECT_EQ(quantile_levels(0.5, 0).low, 0);
    EXPECT_EQ(quantile_levels(0.5, 0).high, 1);
    EXPECT_EQ(quantile_levels(0.99, 4).high, 1);
}

}  // namespace
}  // namespace assay::estimate
