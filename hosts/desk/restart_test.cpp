// A desk that loses power at any moment is, once it has started again, the desk that it was after
// the last input that its journal holds.
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "core/desk/desk_testkit.h"
#include "core/desk/rules.h"
#include "hosts/desk/recovery.h"
#include "hosts/desk/snapshots.h"
#include "hosts/journal/fake_disk.h"
#include "hosts/journal/writer.h"

namespace assay::desk {
namespace {

constexpr std::string_view kNames[] = {"OMS", "MARKET", "LP_A", "LP_B"};
const std::string kFolder = "desk", kJournal = "desk/journal";

std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t h = 14'695'981'039'346'656'037ull;
    for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ull;
    return h;
}

// A run of the desk on a disk, in virtual time: every input is journaled, then applied.
class Running {
  public:
    Running(journal::FakeDisk& disk, std::unique_ptr<SessionDesk> begins, std::uint64_t seed,
            Nanos at, journal::WriterLimits limits = {})
        : desk(std::move(begins)), now(at), disk_(disk), snapshots_(disk, kFolder), dice_(seed) {
        auto writer = journal::Writer::open(disk, kJournal, limits);
        EXPECT_TRUE(writer) << (writer ? "" : writer.error().text());
        writer_ = std::make_unique<journal::Writer>(std::move(*writer));
        for (std::uint32_t i = 0; i < 4; ++i) writer_->add_session(i + 1, kNames[i]);
    }
    // False: the disk failed.
    bool begin() {
        return put(0, journal::Mark::note,
                   Note("run").with("n", std::to_string(desk->run() + 1)).text()) &&
               put(0, journal::Mark::note, Note("up").with("session", "LP_A").text()) &&
               put(0, journal::Mark::note, Note("up").with("session", "LP_B").text());
    }
    bool put(std::uint32_t session, journal::Mark mark, std::string_view bytes) {
        now = now + Duration{1'000 + static_cast<std::int64_t>(dice_() % 2'000'000)};
        std::string line;
        const std::uint64_t seq = writer_->next_seq();
        const journal::Entry entry{now, seq, session, mark, bytes};
        write_entry(entry, line);
        if (!writer_->write(line, seq, seq, now)) return false;
        out.clear();
        apply(*desk, entry, session == 0 ? SessionDesk::kApi : session - 1, out);
        for (const std::string& p : out.problems) EXPECT_EQ(p, "nothing of this kind is stopped");
        states[seq] = hash_of(desk->save());
        const std::vector<Outgoing> outgoing = out.desk.outgoing;
        for (const Outgoing& o : outgoing) {
            const std::uint32_t lp = kLpA + o.lp.number;
            sent.push_back(std::string(o.bytes));
            if (!put(lp + 1, journal::Mark::sent, o.bytes)) return false;
            const Qty fill = Qty{static_cast<std::int64_t>(dice_() % 12) * 100'000'000};
            if (dice_() % 10 != 0)  // else it is silent
                for (const std::string& a : others_.answers(now, lp, o.bytes, fill, 100.01_px))
                    if (!put(lp + 1, journal::Mark::received, a)) return false;
        }
        if (dice_() % 97 == 0)
            if (!snapshots_.write({desk->run(), writer_->next_seq() - 1, 7, desk->save()}))
                return false;
        return true;
    }
    // Orders, quotes, time, people.
    bool go_on(int steps) {
        for (int i = 0; i < steps; ++i) {
            const Price bid{(9'990 + static_cast<std::int64_t>(dice_() % 20)) * 10'000'000};
            bool ok = true;
            if (dice_() % 24 == 0) ok = put(0, journal::Mark::note, other_rules());
            if (!ok) return false;
            switch (dice_() % 8) {
                case 0:
                case 1:
                case 2:
                    ok = put(2, journal::Mark::received, others_.quote(now, bid, bid + 0.02_dpx));
                    break;
                case 3:
                    ok = put(1, journal::Mark::received,
                             others_.order(
                                 now, "ord-" + std::to_string(++orders_), Side::buy,
                                 Qty{static_cast<std::int64_t>(1 + dice_() % 40) * 100'000'000},
                                 101.00_px));
                    break;
                case 4:
                    if (orders_ > 0)
                        ok = put(1, journal::Mark::received,
                                 others_.cancel(now, "c-" + std::to_string(++cancels_),
                                                "ord-" + std::to_string(1 + dice_() % orders_)));
                    break;
                case 5:
                    if (dice_() % 8 == 0)
                        ok = put(0, journal::Mark::note,
                                 Note("kill")
                                     .with("lp", "LP_A")
                                     .with("who", "ann")
                                     .with("why", "a test")
                                     .text());
                    else
                        ok = put(0, journal::Mark::note,
                                 Note("release")
                                     .with("lp", "LP_A")
                                     .with("first", "ann")
                                     .with("second", "bob")
                                     .text());
                    break;
                default: {
                    const auto due = desk->next_due();
                    if (due && *due > now) now = *due;
                    ok = put(0, journal::Mark::note, "tick");
                }
            }
            if (!ok) return false;
        }
        return true;
    }

    // A reload: what the desk is after it, it is after a restart too.
    std::string other_rules() {
        Rules rules = Rules::of(desk->config());
        rules.version = 1 + dice_() % 5;
        rules.limits.child_qty = Qty{static_cast<std::int64_t>(1 + dice_() % 10) * 1'000'000'000};
        rules.parents.urgency = static_cast<double>(dice_() % 11) / 10;
        rules.traits[dice_() % 2].permission =
            dice_() % 4 == 0 ? route::Permission::disabled : route::Permission::enabled;
        rules.profiles[0].z_route = static_cast<double>(dice_() % 3);
        return Note("config").with("who", "ann").with("rules", rules.text()).text();
    }

    std::unique_ptr<SessionDesk> desk;
    Nanos now;
    std::map<std::uint64_t, std::uint64_t> states;  // after each entry
    std::vector<std::string> sent;
    SessionOutput out;

  private:
    journal::FakeDisk& disk_;
    Snapshots snapshots_;
    std::mt19937_64 dice_;
    std::unique_ptr<journal::Writer> writer_;
    Counterparties others_;
    std::uint64_t orders_{}, cancels_{};
};

std::string cl_ord_id(std::string_view bytes) {
    fix::Message m;
    return fix::parse(bytes, '\x01', m) || m.msg_type != "D" ? std::string()
                                                             : std::string(m.cl_ord_id);
}

TEST(Restart, after_power_is_lost_at_any_write_the_desk_is_what_its_journal_says) {
    int images = 0, with_state = 0;
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        journal::FakeDisk disk;
        std::vector<journal::FakeDisk> crashed;
        std::mt19937_64 dice(seed);
        // Images of the disk at some of the moments of the run.
        disk.before = [&] {
            if (dice() % 10 == 0)
                for (const auto loss : journal::FakeDisk::kLosses)
                    crashed.push_back(disk.after_power_loss(loss, dice));
        };
        Running whole(disk, std::make_unique<SessionDesk>(small_desk(), 0), seed, kTenOClock);
        ASSERT_TRUE(whole.begin());
        ASSERT_TRUE(whole.go_on(60));
        disk.before = nullptr;
        for (journal::FakeDisk& image : crashed) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", image " << images);
            ++images;
            // As a start does: the torn end is cut off, then the tail is read.
            ASSERT_TRUE(journal::Writer::open(image, kJournal, {}));
            auto again = recover(image, kFolder, kJournal, small_desk(), 7, {});
            ASSERT_TRUE(again) << again.error().text();
            with_state += again->from_state > 0;
            if (again->last_seq == 0) continue;
            ASSERT_EQ(hash_of(again->desk->save()), whole.states.at(again->last_seq));
        }
    }
    EXPECT_GE(images, 2'000);
    EXPECT_GE(with_state, 200);
    std::printf("%d images of a disk that lost power, %d with a state to begin from\n", images,
                with_state);
}

TEST(Restart, no_cl_ord_id_comes_twice_and_what_was_out_is_asked_for) {
    int asked = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        journal::FakeDisk disk;
        std::vector<std::string> sent;
        Nanos now = kTenOClock;
        std::mt19937_64 dice(seed);
        for (int life = 0; life < 4; ++life) {
            auto again = recover(disk, kFolder, kJournal, small_desk(), 7, {});
            ASSERT_TRUE(again) << again.error().text();
            Running run(disk, std::move(again->desk), seed * 10 + static_cast<std::uint64_t>(life),
                        now);
            disk.fail_at(20 + dice() % 150);
            if (run.begin()) run.go_on(100);
            for (const std::string& bytes : run.sent) {
                sent.push_back(bytes);
                asked += bytes.find(
                             "\x01"
                             "35=H\x01") != std::string::npos;
            }
            now = run.now;
            disk = disk.after_power_loss(journal::FakeDisk::Loss::none, dice);
        }
        std::map<std::string, int> seen;
        for (const std::string& bytes : sent) {
            const std::string id = cl_ord_id(bytes);
            EXPECT_TRUE(id.empty() || ++seen[id] == 1) << id << " was sent twice";
        }
    }
    EXPECT_GT(asked, 20) << "after a restart the LPs are asked what became of their orders";
}

TEST(Restart, another_configuration_reads_the_whole_journal) {
    journal::FakeDisk disk;
    Running run(disk, std::make_unique<SessionDesk>(small_desk(), 0), 3, kTenOClock);
    ASSERT_TRUE(run.begin());
    ASSERT_TRUE(run.go_on(200));
    auto same = recover(disk, kFolder, kJournal, small_desk(), 7, {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_GT(same->from_state, 0u);
    auto other = recover(disk, kFolder, kJournal, small_desk(), 8, {});
    ASSERT_TRUE(other) << other.error().text();
    EXPECT_EQ(other->from_state, 0u);
    ASSERT_FALSE(other->remarks.empty());
    EXPECT_NE(other->remarks[0].find("made under configuration"), std::string::npos);
    EXPECT_EQ(hash_of(other->desk->save()), hash_of(same->desk->save()));
}

TEST(Restart, another_configuration_over_a_pruned_journal_says_what_to_do) {
    journal::FakeDisk disk;
    Running run(disk, std::make_unique<SessionDesk>(small_desk(), 0), 3, kTenOClock,
                {.segment_bytes = 4'096});
    ASSERT_TRUE(run.begin());
    ASSERT_TRUE(run.go_on(200));
    const auto files = journal::segments_in(disk, kJournal);
    ASSERT_TRUE(files);
    ASSERT_GT(files->size(), 3u);
    for (std::size_t i = 0; i < 2; ++i)
        ASSERT_TRUE(disk.remove(std::string(kJournal) + "/" + (*files)[i].name));
    EXPECT_TRUE(recover(disk, kFolder, kJournal, small_desk(), 7, {})) << "the state stands";
    const auto other = recover(disk, kFolder, kJournal, small_desk(), 8, {});
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().text().find("earlier files were pruned. Put them back"),
              std::string::npos)
        << other.error().text();
}

TEST(Restart, no_state_is_taken_that_the_history_has_not_reached) {
    journal::FakeDisk disk;
    Running run(disk, std::make_unique<SessionDesk>(small_desk(), 0), 3, kTenOClock);
    ASSERT_TRUE(run.begin());
    ASSERT_TRUE(run.go_on(200));
    auto whole = recover(disk, kFolder, kJournal, small_desk(), 7, {});
    ASSERT_TRUE(whole) << whole.error().text();
    ASSERT_GT(whole->from_state, 1u);
    const std::uint64_t before = whole->from_state - 1;
    auto behind = recover(disk, kFolder, kJournal, small_desk(), 7, {}, {}, nullptr,
                          {whole->last_seq, before});
    ASSERT_TRUE(behind) << behind.error().text();
    EXPECT_LE(behind->from_state, before);
    EXPECT_EQ(behind->last_seq, whole->last_seq);
    EXPECT_EQ(hash_of(behind->desk->save()), hash_of(whole->desk->save()));
}

}  // namespace
}  // namespace assay::desk
