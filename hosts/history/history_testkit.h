// Rows to fill histories with, drawn from a seed, and a history in a folder of its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "hosts/history/history.h"

namespace assay::history {

struct TestFolder {
    std::filesystem::path path;
    TestFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "assay-history-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string file(const char* name = "history.db") const { return (path / name).string(); }
};

inline constexpr std::int64_t kFirstMinute = 29'540'730;  // 2026-03-02T09:30Z, a Monday

// What a few orders of one LP come to. All sums are such as orders may give, and exact.
inline Measured drawn(std::mt19937_64& random) {
    const auto upto = [&](std::int64_t most) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    Measured m;
    kpi::Sums& s = m.sums;
    s.n_orders = s.n_offered = 1 + upto(3);
    s.n_fills = upto(s.n_orders);
    s.n_any = s.n_fills;
    s.n_rejected[0] = s.n_orders - s.n_fills;
    s.offered = s.n_orders * Money{300'000'000};
    s.filled = s.filled_clipped = s.n_fills * Money{100'000'000};
    s.fill_fraction = s.n_fills * Money{1'000'000'000'000} / 3;
    s.n_priced = s.n_fills;
    s.priced_q = s.filled;
    const Money px = 100'000'000'000 + upto(5'000'000'000);
    s.notional = s.filled * px;
    s.q_far = s.filled * (px + 10'000'000);
    s.q_gain = s.filled * (upto(20'000'000) - 10'000'000);
    s.q_mid2 = 2 * s.q_far;
    s.q_es2 = s.filled * 10'000'000 - s.q_gain;
    s.q_spread = s.filled * 20'000'000;
    s.gain_bps = upto(2'000'000) - 1'000'000;
    for (std::int64_t i = 0; i < s.n_orders; ++i) {
        const Duration took{1'000'000 + upto(80'000'000)};
        s.latency_sum[0] += took.ns;
        ++s.latency_n[0];
        m.latency[0].add(took);
    }
    return m;
}

inline Cell cell_named(std::string lp, std::string symbol, std::uint8_t size = 1,
                       std::string regime = "normal") {
    static const char* const kNames[] = {"<0.5x", "0.5-1x", "1-2x", "2-5x", ">=5x"};
    return {std::move(lp), std::move(symbol), kNames[size], std::move(regime), "USD", size};
}

inline ExecutionRow execution_of(std::int64_t seq, std::string lp = "LP_A",
                                 std::string symbol = "XYZ") {
    ExecutionRow r;
    r.seq = r.place = seq;
    r.capture_ns = {kFirstMinute * kMinute.ns + seq * 1'000'000};
    r.session = "DESK " + lp;
    r.direction = seq % 2 == 0 ? fix::Direction::sent : fix::Direction::received;
    r.lp = std::move(lp);
    r.symbol = std::move(symbol);
    r.side = seq % 3 == 0 ? Side::sell : Side::buy;
    r.msg_type = seq % 2 == 0 ? "D" : "8";
    if (seq % 2 != 0) r.exec_type = seq % 5 == 0 ? "8" : "F";
    r.cl_ord_id = "C" + std::to_string(seq / 2);
    r.order_qty = Qty{100'000'000};
    if (r.exec_type == "F") {
        r.exec_id = "E" + std::to_string(seq);
        r.last_qty = Qty{50'000'000};
        r.last_px = Price{100'010'000'000};
        r.cum_qty = Qty{50'000'000};
        r.leaves_qty = Qty{0};
        if (seq % 3 == 0) {
            r.price_improvement_bps = 0.375;
            r.effective_spread_bps = -1.25;
            r.latency = Duration{1'500'000};
        }
    }
    if (seq % 7 == 0) r.parent = static_cast<std::uint64_t>(seq / 70);
    r.text = seq % 5 == 0 ? "off market" : "";
    if (seq % 4 == 0)
        r.bytes = std::string(
                      "8=FIX.4.4\x01"
                      "35=8\x01") +
                  std::to_string(seq);
    return r;
}

}  // namespace assay::history
