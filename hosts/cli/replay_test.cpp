// Files to kernels: whatever the number of workers, the same bytes; and every byte and message is
// accounted for.
#include "hosts/cli/replay.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

#include "core/kernel/scorecard.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/health_output.h"
#include "hosts/cli/json_output.h"
#include "tests/properties/made_day.h"

namespace assay {
namespace {

using testkit::DayShape;
using testkit::Folder;
using testkit::made_day;

Settings plain_settings() {
    Settings s;
    s.config.profile = *score::find_profile("balanced");
    s.config.by = kByLp | kBySymbol;
    return s;
}
struct Done {
    std::vector<std::string> shards;  // of all 64; empty where a shard saw nothing
    std::string json;
    Health health;
};
Done replayed(Settings settings, ReplayOptions options) {
    Calendars calendars;
    auto done = replay(settings, options, calendars);
    EXPECT_TRUE(done) << done.error().text();
    Done out;
    for (const auto& k : done->kernels) out.shards.push_back(k == nullptr ? "" : k->save());
    const score::Report report = scorecard(done->shards(), settings.config);
    out.json = cli::json_text(report, done->health, kpi::catalog());
    out.health = done->health;
    return out;
}

// Late fills, busts, quotes at the same time as orders, 48 symbols.
constexpr DayShape kBusy{
    .orders = 3000, .symbols = 48, .lps = 5, .wild_quotes = true, .apart = {1'000'000}};

TEST(Replay, one_two_three_and_eight_workers_write_the_same_bytes) {
    std::set<std::uint32_t> shards;
    for (int i = 0; i < kBusy.symbols; ++i) shards.insert(shard_of(fmt::format("S{:02}", i)));
    ASSERT_GE(shards.size(), 30u);
    for (const std::uint64_t seed : {1, 2}) {
        for (const bool watched : {false, true}) {
            const Folder folder;
            const std::string log = folder.write("day.log", testkit::log_of(made_day(seed, kBusy)));
            Settings settings = plain_settings();
            if (watched) settings.config.quotes.stale_after = {300'000'000};
            ReplayOptions options;
            options.inputs = {log};
            const Done one = replayed(settings, options);
            for (const std::uint32_t threads : {2u, 3u, 8u}) {
                options.threads = threads;
                const Done more = replayed(settings, options);
                for (std::uint32_t s = 0; s < kShards; ++s)
                    EXPECT_TRUE(one.shards[s] == more.shards[s])
                        << "seed=" << seed << " threads=" << threads << " shard=" << s
                        << " stale rule " << watched;
                EXPECT_TRUE(one.json == more.json) << "seed=" << seed << " threads=" << threads;
            }
        }
    }
}

TEST(Replay, a_day_in_two_files_is_the_day_in_one) {
    const Folder folder;
    std::vector<testkit::Row> rows = made_day(3, {.orders = 500, .symbols = 10, .lps = 2});
    std::vector<testkit::Row> quotes, orders;
    for (const auto& r : rows) (r.type == "W" ? quotes : orders).push_back(r);
    ReplayOptions whole, split;
    whole.inputs = {folder.write("all.log", testkit::log_of(rows))};
    // Which file comes first does not matter: time does, and quotes before all else.
    split.inputs = {folder.write("orders.log", testkit::log_of(orders)),
                    folder.write("quotes.log", testkit::log_of(quotes))};
    const Done a = replayed(plain_settings(), whole), b = replayed(plain_settings(), split);
    const auto rows_of = [](const std::string& json) { return json.substr(json.find("\"rows\"")); };
    EXPECT_EQ(rows_of(a.json), rows_of(b.json));
}

TEST(Replay, bytes_and_messages_of_200_damaged_logs_add_up) {
    const Folder folder;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testkit::Draw draw(seed);
        const std::string log =
            testkit::damaged(testkit::log_of(made_day(seed, {.orders = 20})), draw);
        ReplayOptions options;
        options.inputs = {folder.write("day.log", log)};
        options.threads = 1 + static_cast<std::uint32_t>(draw.below(3));
        Settings settings = plain_settings();
        if (draw.chance(50)) settings.framer.strictness = fix::Strictness::lenient;
        Calendars calendars;
        const auto done = replay(settings, options, calendars);
        if (!done) continue;  // damaged so that it is no FIX log any more
        const Health& h = done->health;
        ASSERT_EQ(h.bytes.read, log.size()) << "seed=" << seed;
        ASSERT_TRUE(cli::adds_up(h.bytes)) << "seed=" << seed;
        ASSERT_TRUE(cli::adds_up(h.messages))
            << "seed=" << seed
            << fmt::format(" read {} applied {} duplicate {} waiting {} dead {}", h.messages.read,
                           h.messages.applied, h.messages.duplicate, h.messages.waiting,
                           h.messages.dead);
        std::uint64_t dead = 0;
        for (const Count& c : h.dead_by_reason) dead += c.n;
        ASSERT_EQ(dead, h.messages.dead) << "seed=" << seed << ": each dead letter has its reason";
    }
}

}  // namespace
}  // namespace assay
