// A kernel that is kept for days: rows of minutes come, are told, and go; nothing that they held is
// lost to the report.
#include <gtest/gtest.h>
#include <map>

#include "core/kernel/kernel_testkit.h"

namespace assay {
namespace {

using testkit::config_by;
using testkit::Desk;

constexpr Duration kKept{10 * kMinute.ns};
constexpr std::uint32_t kByAll = kByLp | kBySymbol | kBySize | kByRegime | kByMinute;

Config kept_for(Duration keep_settled, std::uint32_t by = kByAll) {
    Config c = config_by(by);
    c.orders.keep_settled = keep_settled;
    c.regime.told_apart = false;
    return c;
}

kpi::Sums in_all(const Kernel& k) {
    kpi::Sums sum;
    for (const ReportRow& r : k.rows()) sum += r.sums;
    return sum;
}
std::int64_t minute_of(Nanos at) {
    return floor_div(at.ns, kMinute.ns);
}

// What who asks every now and then knows of each minute, as a history does: the last word stands.
using Told = std::map<RowKey, ReportRow>;
void tell(Kernel& k, Told& told) {
    for (ReportRow& r : k.changed_rows())
        if (!r.vacant && r.key.minute != RowKey::kEarlier) told[r.key] = std::move(r);
}

// Some orders a minute, of two LPs, for so long; calls `then` after each event.
template <class Then>
void trade(Desk& d, int minutes, Then then) {
    for (int i = 0; i < minutes; ++i) {
        const std::string id = "A" + std::to_string(minute_of(d.now));
        d.market(100.00_px + PriceDelta{i % 5 * 10'000'000},
                 100.02_px + PriceDelta{i % 7 * 10'000'000});
        then();
        d.lp = i % 3 == 0 ? "LP_B" : "LP_A";
        d.ioc(id, 300_qty, i % 4 == 0 ? 100_qty : 300_qty, 100.01_px);
        then();
        if (i % 6 == 0) {
            d.wait(1_s);
            d.bust(id, "E1", "B" + id);
            then();
        }
        d.at(Duration{(minute_of(d.now) + 1) * kMinute.ns - testkit::kTen.ns + 1});
    }
}

TEST(KernelRows, a_minute_goes_once_nothing_can_change_it_and_is_told_a_last_time) {
    Desk d(kept_for(kKept));
    d.market(100.00_px, 100.02_px);
    d.ioc("A", 300_qty, 300_qty, 100.01_px);
    Told told;
    tell(d.kernel, told);
    ASSERT_EQ(told.size(), 1u);
    // The last horizon of its fill has passed, and its minute may still change: a bust may come.
    d.wait(Duration{8 * kMinute.ns});
    d.tick();
    ASSERT_EQ(d.kernel.blotter().counts().forgotten, 0u);
    EXPECT_EQ(d.bust("A", "E1", "B1"), Verdict::applied);
    d.wait(Duration{60 * kMinute.ns});
    d.tick();
    for (const ReportRow& r : d.kernel.rows())
        EXPECT_TRUE(r.vacant || r.key.minute == RowKey::kEarlier);
    tell(d.kernel, told);
    ASSERT_EQ(told.size(), 1u) << "the same minute";
    EXPECT_EQ(told.begin()->second.sums.n_busts, 1) << "with all that came in time";
    EXPECT_EQ(in_all(d.kernel).n_orders, 1) << "and the report has it as well";
    for (const ReportRow& r : d.kernel.changed_rows()) EXPECT_TRUE(r.vacant) << "told once";
}

TEST(KernelRows, an_order_at_work_keeps_the_row_of_its_minute) {
    Desk d(kept_for(kKept));
    d.market(100.00_px, 100.02_px);
    d.send("rests", 300_qty, Tif::day);
    d.wait(5_ms);
    d.ack("rests");
    d.wait(Duration{5 * 60 * kMinute.ns});
    d.market(100.00_px, 100.02_px);
    d.fill("rests", 300_qty, 100.00_px);
    Told told;
    tell(d.kernel, told);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told.begin()->first.minute, minute_of(testkit::kTen));
    EXPECT_EQ(told.begin()->second.sums.n_fills, 1) << "in the minute in which it was sent";
}

TEST(KernelRows, hours_of_trade_leave_rows_of_the_last_minutes_and_one_of_all_before) {
    Desk d(kept_for(kKept)), never(kept_for({}));
    Told told, all;
    std::size_t after_an_hour = 0, bytes_after_an_hour = 0;
    for (int hour = 0; hour < 4; ++hour) {
        trade(d, 60, [] {});
        trade(never, 60, [] {});
        tell(d.kernel, told);
        if (hour == 0) {
            after_an_hour = d.kernel.kept_rows();
            bytes_after_an_hour = d.kernel.save().size();
        }
    }
    EXPECT_LE(d.kernel.kept_rows(), after_an_hour + 2);
    EXPECT_LE(d.kernel.save().size(), bytes_after_an_hour * 11 / 10);
    EXPECT_GE(never.kernel.kept_rows(), 4 * 60u);
    tell(d.kernel, told);
    tell(never.kernel, all);
    ASSERT_EQ(told.size(), all.size());
    for (const auto& [key, row] : all) {
        const ReportRow& mine = told.at(key);
        EXPECT_EQ(mine.sums, row.sums) << key.minute;
        EXPECT_EQ(mine.round_trip, row.round_trip) << key.minute;
        EXPECT_EQ(mine.hold_accept, row.hold_accept) << key.minute;
    }
    EXPECT_EQ(in_all(d.kernel), in_all(never.kernel));
    std::int64_t leaks = 0, all_leaks = 0;
    for (const LeakGroup& g : d.kernel.leaks()) leaks += g.sum;
    for (const LeakGroup& g : never.kernel.leaks()) all_leaks += g.sum;
    EXPECT_EQ(leaks, all_leaks);
    EXPECT_LT(d.kernel.leaks().size(), never.kernel.leaks().size() / 4);
}

TEST(KernelRows, who_asks_when_changes_neither_state_nor_what_is_known_in_the_end) {
    Desk asked(kept_for(kKept)), alone(kept_for(kKept));
    Told often, once;
    trade(asked, 90, [&] { tell(asked.kernel, often); });
    trade(alone, 90, [] {});
    tell(asked.kernel, often);
    tell(alone.kernel, once);
    EXPECT_EQ(asked.kernel.save(), alone.kernel.save());
    ASSERT_EQ(often.size(), once.size());
    for (const auto& [key, row] : once) EXPECT_EQ(often.at(key).sums, row.sums) << key.minute;
}

TEST(KernelRows, saved_and_loaded_at_any_event_it_lets_the_same_rows_go) {
    std::vector<std::string> straight;
    Desk d(kept_for(kKept));
    trade(d, 40, [&] { straight.push_back(d.kernel.save()); });
    for (std::size_t cut = 0; cut < straight.size(); cut += 7) {
        Desk other(kept_for(kKept));
        std::size_t step = 0;
        trade(other, 40, [&] {
            if (step == cut) {
                const std::string bytes = other.kernel.save();
                other.kernel = Kernel(kept_for(kKept));
                ASSERT_TRUE(other.kernel.load(bytes));
            }
            ASSERT_EQ(other.kernel.save(), straight[step]) << "cut at " << cut << ", step " << step;
            ++step;
        });
    }
}

TEST(KernelRows, what_is_said_of_a_forgotten_order_is_counted_and_changes_no_minute) {
    Desk d(kept_for(kKept));
    d.market(100.00_px, 100.02_px);
    d.ioc("A", 300_qty, 300_qty, 100.01_px);
    d.wait(Duration{60 * kMinute.ns});
    d.market(100.00_px, 100.02_px);
    Told told;
    tell(d.kernel, told);
    EXPECT_EQ(d.bust("A", "E1", "B1"), Verdict::ignored);
    EXPECT_EQ(d.bust("A", "E1", "B1"), Verdict::duplicate);
    EXPECT_EQ(d.kernel.blotter().counts().bust_too_late, 1u);
    EXPECT_EQ(in_all(d.kernel).n_busts, 0);
    // A message from before its time: in the report, but in no minute.
    d.now = testkit::kTen + 30_s;
    d.send("late", 300_qty);
    EXPECT_EQ(d.kernel.counts().after_their_minute, 1u);
    EXPECT_EQ(in_all(d.kernel).n_orders, 2);
    const Told before = told;
    tell(d.kernel, told);
    ASSERT_EQ(told.size(), before.size());
    for (const auto& [key, row] : before) EXPECT_EQ(told.at(key).sums, row.sums);
}

TEST(KernelRows, reports_whose_order_never_comes_are_forgotten_too) {
    Desk d(kept_for(kKept));
    d.market(100.00_px, 100.02_px);
    for (int hour = 0; hour < 30; ++hour) {
        d.fill("nobody's " + std::to_string(hour), 100_qty, 100.01_px, "E");
        d.wait(Duration{30 * kMinute.ns});
        d.market(100.00_px, 100.02_px);
    }
    EXPECT_LE(d.kernel.blotter().size(), 3u);
    EXPECT_LE(d.kernel.blotter().names(), 12u);
    EXPECT_EQ(d.kernel.blotter().counts().headless_chains, 30u) << "and stay counted";
}

TEST(KernelRows, without_minutes_orders_are_forgotten_and_the_only_row_stays) {
    Desk d(kept_for(kKept, kByLp)), never(kept_for({}, kByLp));
    trade(d, 200, [] {});
    trade(never, 200, [] {});
    EXPECT_EQ(in_all(d.kernel), in_all(never.kernel));
    EXPECT_LT(d.kernel.blotter().size(), 30u);
    EXPECT_GE(never.kernel.blotter().size(), 200u);
}

}  // namespace
}  // namespace assay
