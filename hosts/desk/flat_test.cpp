// A desk that trades for hours is no larger than after its first one, and its history holds all of
// it: minute by minute what a desk says that never forgets, sum by sum.
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/desk/desk_testkit.h"
#include "hosts/history/history_testkit.h"
#include "hosts/history/minute_rows.h"

namespace assay::desk {
namespace {

constexpr Duration kKept{10 * kMinute.ns};  // of orders that have settled
constexpr int kHours = 6;

SessionDeskConfig desk_that_keeps(Duration settled) {
    SessionDeskConfig c = small_desk();
    c.desk.kernel.by = history::kHistoryBy;
    c.desk.kernel.orders.keep_settled = settled;
    c.desk.router.most_ended = 20;
    return c;
}

// The same input for both; what one does the other does.
class Pair {
  public:
    Pair() : flat(std::make_unique<SessionDesk>(desk_that_keeps(kKept), 1)) {}

    void message(std::uint32_t session, fix::Direction direction, std::string_view bytes) {
        ++inputs;
        const auto both = [&](SessionDesk& desk, SessionOutput& of) {
            of.clear();
            desk.message(now, session, direction, inputs, bytes, of);
        };
        both(*flat, out);
        both(never, out_of_never_);
        compare();
    }
    void note(std::string_view text) {
        ++inputs;
        for (auto [desk, to] : {std::pair(flat.get(), &out), std::pair(&never, &out_of_never_)}) {
            to->clear();
            desk->note(now, text, *to);
        }
        compare();
    }
    // A crash: what is flat is loaded from what it saved.
    void restart() {
        const std::string state = flat->save();
        flat = std::make_unique<SessionDesk>(desk_that_keeps(kKept), flat->run());
        ASSERT_TRUE(flat->load(state));
        EXPECT_EQ(flat->save(), state);
    }

    std::unique_ptr<SessionDesk> flat;
    SessionDesk never{desk_that_keeps({}), 1};
    SessionOutput out;
    Nanos now{kTenOClock};
    std::uint64_t inputs{};

  private:
    void compare() {
        ASSERT_EQ(out.desk.outgoing.size(), out_of_never_.desk.outgoing.size()) << inputs;
        for (std::size_t i = 0; i < out.desk.outgoing.size(); ++i)
            ASSERT_EQ(out.desk.outgoing[i].bytes, out_of_never_.desk.outgoing[i].bytes);
        ASSERT_EQ(out.replies.size(), out_of_never_.replies.size()) << inputs;
    }
    SessionOutput out_of_never_;
};

class Trading {
  public:
    Pair desks;
    std::uint64_t children{}, busts{}, replies{};

    void begin() {
        desks.note("up|session=LP_A");
        desks.note("up|session=LP_B");
    }
    // A minute of a market, three parents, and what LPs say of their children.
    void minute(int m) {
        const Nanos begins = kTenOClock + Duration{m * kMinute.ns};
        for (int third = 0; third < 3; ++third) {
            go_to(begins + Duration{third * 20 * kSecond.ns});
            const Price bid = 99.99_px + PriceDelta{(m + third) % 4 * 10'000'000};
            take(kMarket, others_.quote(desks.now, bid, bid + 0.02_dpx));
            take(kOms, others_.order(desks.now, "ord-" + std::to_string(++orders_),
                                     third == 1 ? Side::sell : Side::buy, 1'000_qty,
                                     third == 1 ? 99.00_px : 101.00_px));
            go_to(desks.now + kSecond);
        }
        // What an LP takes back within the time that is allowed for it.
        if (m % 5 == 4 && !filled_.empty()) {
            const Filled& f = filled_.front();
            ++busts;
            take(f.lp, others_.bust(desks.now, f.lp, f.bytes));
            filled_.clear();
        }
    }

  private:
    struct Filled {
        std::uint32_t lp{};
        std::string bytes;
    };
    void take(std::uint32_t session, std::string_view bytes) {
        desks.message(session, fix::Direction::received, bytes);
        answer();
    }
    // What left is seen on the wire, and answered.
    void answer() {
        replies += desks.out.replies.size();
        // Its OMS hears of it: what is captured as sent leaves the outbox.
        const std::vector<Reply> told = desks.out.replies;
        const std::vector<Outgoing> outgoing = desks.out.desk.outgoing;
        for (const Reply& r : told) desks.message(r.session, fix::Direction::sent, r.bytes);
        for (const Outgoing& o : outgoing) {
            const std::uint32_t lp = kLpA + o.lp.number;
            ++children;
            desks.now = desks.now + kMillisecond;
            desks.message(lp, fix::Direction::sent, o.bytes);
            desks.now =
                desks.now + Duration{static_cast<std::int64_t>(3 + children % 5) * kMillisecond.ns};
            const Qty fill = Qty{static_cast<std::int64_t>(children * 7 % 9) * 200'000'000};
            fix::Message m;
            ASSERT_FALSE(fix::parse(o.bytes, '\x01', m));
            const Price px = m.side == '1' ? 100.01_px : 99.99_px;
            for (const std::string& a : others_.answers(desks.now, lp, o.bytes, fill, px)) {
                if (a.find("\x01"
                           "150=F") != std::string::npos)
                    filled_.push_back({lp, a});
                desks.message(lp, fix::Direction::received, a);
                answer();
            }
        }
    }
    void go_to(Nanos at) {
        for (auto due = desks.flat->next_due(); due && *due < at; due = desks.flat->next_due()) {
            desks.now = std::max(desks.now, *due);
            desks.note("tick");
            answer();
        }
        desks.now = std::max(desks.now, at);
    }

    Counterparties others_;
    std::uint64_t orders_{};
    std::vector<Filled> filled_;
};

std::size_t kept_rows(SessionDesk& desk) {
    std::size_t rows = 0;
    for (const Kernel* k : desk.desk().shards()) rows += k->kept_rows();
    return rows;
}

using Minutes = std::map<std::pair<std::int64_t, history::Cell>, history::Measured>;

Minutes minutes_of(SessionDesk& desk) {
    Minutes all;
    std::vector<history::MinuteRow> rows;
    for (Kernel* k : desk.desk().kernels())
        history::append_minutes(*k, k->changed_rows(), desk.config().desk.kernel, rows);
    for (history::MinuteRow& r : rows) all[{r.minute, r.cell}] = std::move(r.measured);
    return all;
}

TEST(FlatDesk, after_hours_of_trade_it_is_no_larger_and_its_history_holds_every_minute) {
    history::TestFolder folder;
    auto history = history::History::open(folder.file(), {});
    ASSERT_TRUE(history) << history.error().text();
    Trading t;
    t.begin();
    const auto record = [&] {
        history::Batch batch;
        batch.through_seq = t.desks.inputs;
        for (Kernel* k : t.desks.flat->desk().kernels())
            history::append_minutes(*k, k->changed_rows(), t.desks.flat->config().desk.kernel,
                                    batch.minutes);
        ASSERT_TRUE((*history)->write(batch));
    };
    struct Hour {
        std::size_t state{}, rows{}, parents{}, ids{}, never_state{}, never_rows{};
    };
    std::vector<Hour> hours;
    for (int m = 0; m < kHours * 60; ++m) {
        ASSERT_NO_FATAL_FAILURE(t.minute(m));
        record();
        // As after a crash: the rows that are there are told again.
        if (m == 200) t.desks.restart();
        if (m % 60 != 59) continue;
        SessionDesk &flat = *t.desks.flat, &never = t.desks.never;
        hours.push_back({flat.save().size(), kept_rows(flat), flat.oms().known(),
                         flat.oms().remembered_ids(), never.save().size(), kept_rows(never)});
        const Hour& h = hours.back();
        std::printf(
            "hour %zu: state %7zu bytes, %3zu rows, %3zu parents, %4zu ids; never "
            "forgetting %8zu bytes, %4zu rows\n",
            hours.size(), h.state, h.rows, h.parents, h.ids, h.never_state, h.never_rows);
    }
    EXPECT_GT(t.children, 1'000u);
    EXPECT_GE(t.busts, 20u);
    for (std::size_t n = 1; n + 3 < hours.size(); ++n) {
        // What still grows are memories that are bounded by count and not full yet: of message
        // numbers and of orders whose messages may come again.
        EXPECT_LE(4 * (hours[n + 3].state - hours[n].state),
                  hours[n + 3].never_state - hours[n].never_state)
            << "hour " << n + 4;
        // As many as an hour's conditions of the market make, whatever the hour.
        EXPECT_LE(hours[n + 3].rows, 30u) << "hour " << n + 4;
        EXPECT_LE(hours[n + 3].parents, 30u);
    }
    EXPECT_GT(hours.back().never_rows, 5 * hours.back().rows) << "or there was nothing to forget";

    // Minute by minute, with all busts that came in time.
    const Minutes wanted = minutes_of(t.desks.never);
    std::size_t checked = 0;
    auto read = (*history)->each_row(history::Level::minute, Nanos{INT64_MIN}, Nanos{INT64_MAX},
                                     [&](const history::MinuteRow& row) {
                                         const auto it = wanted.find({row.minute, row.cell});
                                         EXPECT_NE(it, wanted.end()) << row.minute;
                                         if (it == wanted.end()) return false;
                                         EXPECT_EQ(row.measured, it->second)
                                             << row.minute << " " << row.cell.lp;
                                         ++checked;
                                         return true;
                                     });
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(checked, wanted.size());
    EXPECT_GT(checked, 100u);

    // And the report of the whole stretch is the same.
    kpi::Sums flat, never;
    for (const Kernel* k : t.desks.flat->desk().shards())
        for (const ReportRow& r : k->rows()) flat += r.sums;
    for (const Kernel* k : t.desks.never.desk().shards())
        for (const ReportRow& r : k->rows()) never += r.sums;
    EXPECT_EQ(flat, never);
    EXPECT_EQ(flat.n_busts, static_cast<std::int64_t>(t.busts));
}

}  // namespace
}  // namespace assay::desk
