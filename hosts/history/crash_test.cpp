// A desk that is killed while it writes: what is there is whole batches, and replaying the journal
// from written_through() brings the rest, each row once.
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "hosts/history/history.h"
#include "hosts/history/history_testkit.h"

namespace assay::history {
namespace {

constexpr std::uint64_t kEntries = 4'000, kEach = 40;

// What a desk has at entry `through` of its journal: executions behind `from`, and minutes as they
// stand by then, as whole values.
class Desk {
  public:
    Desk() {
        std::mt19937_64 random(1);
        for (int i = 0; i < 64; ++i) what_orders_come_to_.push_back(drawn(random));
    }
    Batch to(std::uint64_t through) {
        Batch batch;
        batch.through_seq = through;
        std::map<std::pair<std::int64_t, Cell>, Measured*> changed;
        for (; seq_ < through; ++seq_) {
            const auto n = static_cast<std::int64_t>(seq_ + 1);
            batch.executions.push_back(execution_of(n, n % 3 == 0 ? "LP_B" : "LP_A"));
            // Mostly of this minute, now and then of one before: a late fill, a bust.
            const std::int64_t minute = kFirstMinute + n / 100 - (n % 13 == 0 ? n / 300 : 0);
            const std::pair key{minute, cell_named(n % 3 == 0 ? "LP_B" : "LP_A", "XYZ")};
            Measured& m = minutes_[key];
            m += what_orders_come_to_[seq_ % what_orders_come_to_.size()];
            changed[key] = &m;
        }
        for (const auto& [key, m] : changed) batch.minutes.push_back({key.first, key.second, *m});
        return batch;
    }

  private:
    std::uint64_t seq_{};
    std::vector<Measured> what_orders_come_to_;
    std::map<std::pair<std::int64_t, Cell>, Measured> minutes_;
};

// The child: goes on behind what is written, as a desk does at its start.
[[noreturn]] void go_on(const std::string& path) {
    auto history = History::open(path, {});
    if (!history) ::_exit(2);
    const auto through = (*history)->written_through();
    if (!through) ::_exit(3);
    Desk desk;
    std::uint64_t at = through->value_or(0);
    if (at > 0) (void)desk.to(at);  // replayed, its rows are there
    while (at < kEntries) {
        at = std::min(kEntries, at + kEach);
        if (!(*history)->write(desk.to(at))) ::_exit(4);
    }
    ::_exit(0);
}

struct Content {
    std::vector<ExecutionRow> executions;
    std::vector<std::pair<std::int64_t, Measured>> rows[3];
    bool operator==(const Content&) const = default;
};
Content content_of(History& history) {
    Content out;
    ExecutionQuery q{.limit = 1'000};
    do {
        auto page = history.executions(q);
        EXPECT_TRUE(page);
        if (!page) return out;
        out.executions.insert(out.executions.end(), page->rows.begin(), page->rows.end());
        q.cursor = page->next;
    } while (!q.cursor.empty());
    for (const Level level : {Level::minute, Level::quarter, Level::day})
        EXPECT_TRUE(history.each_row(level, {0}, {INT64_MAX}, [&](const MinuteRow& r) {
            out.rows[static_cast<std::size_t>(level)].emplace_back(r.minute, r.measured);
            return true;
        }));
    return out;
}

TEST(Crash, a_writer_killed_at_any_moment_loses_nothing_and_writes_nothing_twice) {
    TestFolder folder;
    // Without a crash.
    auto reference = std::move(*History::open(folder.file("reference.db"), {}));
    {
        Desk desk;
        for (std::uint64_t at = 0; at < kEntries; at += kEach)
            ASSERT_TRUE(reference->write(desk.to(at + kEach)));
    }
    const Content wanted = content_of(*reference);
    ASSERT_EQ(wanted.executions.size(), kEntries);

    const std::uint64_t seed = 20260302;
    std::mt19937_64 random(seed);
    int kills = 0, on_its_way = 0;
    bool ended = false;
    std::uint64_t before = 0;
    // Lives are as long as it takes here to get anywhere, and not much longer.
    double most_us = 30'000;
    while (!ended) {
        ASSERT_LT(kills, 500) << "it does not come to an end";
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) go_on(folder.file());
        std::this_thread::sleep_for(
            std::chrono::microseconds(random() % static_cast<std::uint64_t>(most_us)));
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        ASSERT_TRUE(ended || WIFSIGNALED(status))
            << "seed " << seed << ": the writer failed with " << WEXITSTATUS(status);
        kills += !ended;
        // What is there is as if it had been written just so far.
        auto history = History::open(folder.file(), {});
        ASSERT_TRUE(history) << history.error().text();
        const std::uint64_t through = (*history)->written_through()->value_or(0);
        EXPECT_GE(through, before) << "what was written is not taken back";
        EXPECT_EQ(through % kEach, 0u) << "whole batches";
        most_us = through > before ? std::max(10'000.0, most_us * 0.8) : most_us * 1.4;
        before = through;
        if (through == 0 || through == kEntries || ++on_its_way % 8 != 1) continue;
        Desk desk;
        auto so_far =
            std::move(*History::open(folder.file(("part" + std::to_string(kills)).c_str()), {}));
        ASSERT_TRUE(so_far->write(desk.to(through)));
        EXPECT_EQ(content_of(**history), content_of(*so_far))
            << "seed " << seed << ", kill " << kills << ", through " << through;
    }
    EXPECT_GT(kills, 3) << "nothing was tried";
    EXPECT_GT(on_its_way, 0);
    auto history = std::move(*History::open(folder.file(), {}));
    EXPECT_EQ(content_of(*history), wanted);

    // And a desk that lost its place: all of it again, in other pieces.
    Desk desk;
    for (std::uint64_t at = 0; at < kEntries; at = std::min(kEntries, at + 777))
        ASSERT_TRUE(history->write(desk.to(std::min(kEntries, at + 777))));
    EXPECT_EQ(content_of(*history), wanted);
}

}  // namespace
}  // namespace assay::history
