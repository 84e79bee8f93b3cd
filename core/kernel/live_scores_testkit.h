// For tests of live scores only: shards with their pages and the priors they rest on.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string_view>
#include <vector>

#include "core/kernel/kernel_testkit.h"
#include "core/kernel/live_scores.h"

namespace assay::testkit {

using score::Page;
using score::PageRow;
using score::PageValue;

inline constexpr std::uint8_t kSmall = 1;  // 200 of 400 displayed

inline Nanos midnight(Nanos at) {
    return {utc_day(at) * kDay.ns};
}

// A shard, its scores, and the priors they rest on.
struct Shard {
    explicit Shard(const Config& c) : config(c), desk(c), live(c, c.profile, 1) {
        desk.kernel.tell_touched(&touched);
        live.adopt(priors);
    }
    void update() {
        live.update(desk.kernel, touched);
        touched.clear();
    }
    void fold() {
        const Kernel* all[] = {&desk.kernel};
        priors = fold_priors(all, config, midnight(desk.now), priors.version + 1);
        live.adopt(priors);
    }
    const Page& page() {
        update();
        return live.page(desk.kernel, desk.kernel.symbols().find(desk.symbol));
    }
    // `n` IOC orders of 200, of which the first `full` fill, ten seconds apart.
    void orders(int n, int full, Duration latency = 15_ms, Qty qty = 200_qty) {
        for (int i = 0; i < n; ++i) {
            desk.ioc(fmt::format("{}", ++id), qty, i < full ? qty : 0_qty, 100.02_px, latency);
            update();
            desk.wait(10_s);
        }
    }
    void next_morning() {
        desk.now = midnight(desk.now) + Duration{kDay.ns + 10 * kHour.ns};
        fold();
        desk.market(100.00_px, 100.02_px);
        update();
    }
    const PageRow& row(std::string_view lp, std::uint8_t size = kSmall) {
        const Page& p = page();
        for (const PageRow& r : p.ranked(size, Regime::normal))
            if (p.lps[r.lp] == lp) return r;
        ADD_FAILURE() << "no row of " << lp;
        return p.rows.at(0);
    }

    Config config;
    Desk desk;
    std::vector<std::uint32_t> touched;
    LiveScores live;
    Priors priors;
    int id{};
};

inline Config one_condition(std::string_view profile) {
    Config c = config_by(kByLp, profile);
    c.regime.told_apart = false;
    return c;
}

// Two shards that share their priors.
struct TwoShards {
    explicit TwoShards(const Config& c) : config(c), xyz(c), abc(c) { abc.desk.symbol = "ABC"; }
    void fold(Nanos session_began) {
        const Kernel* all[] = {&xyz.desk.kernel, &abc.desk.kernel};
        priors = fold_priors(all, config, session_began, priors.version + 1);
        xyz.live.adopt(priors);
        abc.live.adopt(priors);
    }
    Config config;
    Shard xyz, abc;
    Priors priors;
};

}  // namespace assay::testkit
