#include "core/score/profile.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace assay::score {
namespace {

TEST(Profile, built_in_profiles_are_valid_and_distinct) {
    std::set<std::uint64_t> hashes;
    std::set<std::string> names;
    for (const Profile& p : built_in_profiles()) {
        int sum = 0;
        for (const Term& t : p.terms) sum += t.weight_bp;
        EXPECT_EQ(sum, 10'000) << p.name;
        for (const Remark& r : validate(p)) {
            EXPECT_EQ(r.weight, Remark::Weight::warning) << p.name << ": " << r.text;
            EXPECT_NE(r.text.find("of the weight"), std::string::npos) << p.name << ": " << r.text;
        }
        hashes.insert(p.hash());
        names.insert(p.name);
    }
    EXPECT_EQ(hashes.size(), built_in_profiles().size());
    EXPECT_EQ(names, (std::set<std::string>{"acme", "all-in", "balanced", "best-price", "block",
                                            "high-frequency", "note4"}));
    EXPECT_EQ(built_in_profiles().front().name, "balanced") << "the default";
    EXPECT_EQ(find_profile("no such"), nullptr);
}

TEST(Profile, stories_follow_the_fast_horizon_in_fill_and_latency_only) {
    for (const char* name : {"note4", "acme"}) {
        const Profile& p = *find_profile(name);
        EXPECT_TRUE(p.fast(Scored::fill_rate));
        EXPECT_TRUE(p.fast(Scored::latency_mean_ms));
        EXPECT_FALSE(p.fast(Scored::reject_rate));
        EXPECT_FALSE(p.fast(Scored::price_improvement_bps));
        EXPECT_EQ(p.fast_kappa, 3);
        EXPECT_EQ(p.fast_half_life, Duration{0});
        EXPECT_EQ(p.rank_by, RankBy::composite);
        EXPECT_EQ(p.max_reject_rate, 1);
    }
    for (const char* name : {"high-frequency", "block", "best-price"}) {
        EXPECT_EQ(find_profile(name)->max_reject_rate, 0.25) << name;
        EXPECT_EQ(find_profile(name)->rank_by, RankBy::lcb) << name;
        EXPECT_EQ(find_profile(name)->fast_kappa, std::nullopt) << name << ": pooled";
    }
}

TEST(Profile, names_are_unique_and_found_again) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kScored; ++i) {
        const auto k = static_cast<Scored>(i);
        names.insert(scored_name(k));
        EXPECT_EQ(scored_named(scored_name(k)), k);
    }
    EXPECT_EQ(names.size(), kScored);
    EXPECT_FALSE(scored_named("fil_rate"));
}

TEST(Profile, agrees_with_the_catalog) {
    for (std::size_t i = 0; i < kScored; ++i) {
        const auto k = static_cast<Scored>(i);
        const kpi::Entry* entry = kpi::find(scored_name(k));
        ASSERT_NE(entry, nullptr) << scored_name(k);
        EXPECT_EQ(entry->tier, tier(k)) << scored_name(k);
        EXPECT_EQ(entry->good, good(k)) << scored_name(k);
    }
}

TEST(Profile, hash_sees_every_field) {
    const Profile base = *find_profile("acme");
    EXPECT_EQ(base.hash(), Profile(base).hash());
    const std::pair<const char*, void (*)(Profile&)> changes[] = {
        {"name", [](Profile& p) { p.name += "x"; }},
        {"weight", [](Profile& p) { p.terms[0].weight_bp += 1; }},
        {"worst", [](Profile& p) { p.terms[0].worst += 0.1; }},
        {"best", [](Profile& p) { p.terms[0].best += 0.1; }},
        {"scale", [](Profile& p) { p.terms[2].scale = Scale::log; }},
        {"kpi", [](Profile& p) { p.terms[0].kpi = Scored::markout_bps_15s; }},
        {"a term less", [](Profile& p) { p.terms.pop_back(); }},
        {"rank_by", [](Profile& p) { p.rank_by = RankBy::lcb; }},
        {"fast_kpis", [](Profile& p) { p.fast_kpis = 0; }},
        {"fast_kappa", [](Profile& p) { p.fast_kappa = 4; }},
        {"fast_half_life", [](Profile& p) { p.fast_half_life = Duration{1}; }},
        {"z_route", [](Profile& p) { p.z_route = 2; }},
        {"z_report", [](Profile& p) { p.z_report = 2; }},
        {"max_reject_rate", [](Profile& p) { p.max_reject_rate = 0.5; }},
    };
    for (const auto& [what, change] : changes) {
        Profile p = base;
        change(p);
        EXPECT_NE(p.hash(), base.hash()) << what;
    }
}

TEST(Profile, validate_speaks_to_the_one_who_wrote_it) {
    using Weight = Remark::Weight;
    struct {
        const char* what;
        void (*change)(Profile&);
        Weight weight;
        const char* says;
    } cases[] = {
        {"nothing weighed", [](Profile& p) { p.terms.clear(); }, Weight::error, "weighs no KPI"},
        {"no name", [](Profile& p) { p.name.clear(); }, Weight::error, "needs a name"},
        {"sum 9,999 bp", [](Profile& p) { p.terms[0].weight_bp -= 1; }, Weight::error,
         "the weights add up to 99.99 %, not 100 %"},
        {"negative weight", [](Profile& p) { p.terms[0].weight_bp = -5; }, Weight::error,
         "must be more than 0"},
        {"equal goalposts", [](Profile& p) { p.terms[1].best = 0.5; }, Weight::error,
         "fill_rate: worst and best are both 0.5"},
        {"NaN goalpost", [](Profile& p) { p.terms[1].best = NAN; }, Weight::error,
         "must be numbers"},
        {"log of a negative", [](Profile& p) { p.terms[0].scale = Scale::log; }, Weight::error,
         "needs worst and best above 0, found -1.25 and 1.25"},
        {"twice", [](Profile& p) { p.terms[0].kpi = Scored::fill_rate; }, Weight::error,
         "fill_rate is given twice"},
        {"swapped", [](Profile& p) { std::swap(p.terms[1].worst, p.terms[1].best); },
         Weight::warning, "are they swapped?"},
        {"one above half",
         [](Profile& p) {
             p.terms[1].weight_bp += 1501;
             p.terms[3].weight_bp -= 1501;
         },
         Weight::warning, "fill_rate holds 50.01 % of the weight"},
        {"kappa 0", [](Profile& p) { p.fast_kappa = 0; }, Weight::error, "fast_kappa"},
        {"kappa 51", [](Profile& p) { p.fast_kappa = 51; }, Weight::error, "at most 50"},
        {"half-life below 0", [](Profile& p) { p.fast_half_life = Duration{-1}; }, Weight::error,
         "fast_half_life"},
        {"z NaN", [](Profile& p) { p.z_route = NAN; }, Weight::error, "z_route"},
        {"gate 0", [](Profile& p) { p.max_reject_rate = 0; }, Weight::error, "max_reject_rate"},
    };
    const Profile good = *find_profile("note4");
    EXPECT_TRUE(validate(good).empty());
    Profile half = good;  // exactly half is fine
    half.terms[1].weight_bp = 5000;
    half.terms[3].weight_bp = 2000;
    EXPECT_TRUE(validate(half).empty());
    for (const auto& c : cases) {
        Profile p = good;
        c.change(p);
        bool found = false;
        for (const Remark& r : validate(p)) {
            found |= r.weight == c.weight && r.text.find(c.says) != std::string::npos;
        }
        EXPECT_TRUE(found) << c.what;
    }
}

}  // namespace
}  // namespace assay::score
