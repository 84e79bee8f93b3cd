// The desk's thread, with a real journal in a folder of its own, and LPs on paper.
#include "hosts/desk/service.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

#include "core/desk/desk_testkit.h"
#include "hosts/desk/paper.h"
#include "hosts/desk/recovery.h"
#include "hosts/journal/reader.h"

namespace assay::desk {
namespace {

using namespace std::chrono_literals;

// What the desk says to its OMS.
class Heard final : public Wire {
  public:
    Result<void> send(std::uint32_t session, std::string_view bytes) override {
        const std::lock_guard lock(mutex_);
        if (is_down) return fail("session OMS is not logged on");
        if (captured) captured(session, bytes);
        if (session == kOms) all_.emplace_back(bytes);
        for (char& c : all_.back())
            if (c == '\x01') c = '|';
        return {};
    }
    std::vector<std::string> all() const {
        const std::lock_guard lock(mutex_);
        return all_;
    }
    bool wait_for(std::string_view text) const {
        for (int i = 0; i < 2'000; ++i) {
            for (const std::string& one : all())
                if (one.find(text) != std::string::npos) return true;
            std::this_thread::sleep_for(5ms);
        }
        return false;
    }

    std::size_t times(std::string_view text) const {
        const auto heard = all();
        return static_cast<std::size_t>(std::count_if(
            heard.begin(), heard.end(),
            [&](const std::string& one) { return one.find(text) != std::string::npos; }));
    }
    std::atomic<bool> is_down{};
    std::function<void(std::uint32_t session, std::string_view bytes)> captured;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_;
};

// A disk that takes as long as it is told to until something is durable.
class SlowDisk : public journal::Disk {
  public:
    explicit SlowDisk(std::shared_ptr<std::atomic<bool>> stalls) : stalls_(std::move(stalls)) {}
    Result<std::vector<std::string>> list(const std::string& f) override { return disk_->list(f); }
    Result<std::unique_ptr<journal::GrowingFile>> append(const std::string& path) override {
        auto file = disk_->append(path);
        if (!file) return std::unexpected(file.error());
        return std::make_unique<File>(std::move(*file), stalls_);
    }
    Result<std::size_t> read(const std::string& path, std::uint64_t offset, std::size_t most,
                             std::string& into) override {
        return disk_->read(path, offset, most, into);
    }
    Result<std::uint64_t> size(const std::string& path) override { return disk_->size(path); }
    Result<void> cut(const std::string& path, std::uint64_t n) override {
        return disk_->cut(path, n);
    }
    Result<void> remove(const std::string& path) override { return disk_->remove(path); }

  private:
    class File : public journal::GrowingFile {
      public:
        File(std::unique_ptr<journal::GrowingFile> file, std::shared_ptr<std::atomic<bool>> stalls)
            : file_(std::move(file)), stalls_(std::move(stalls)) {}
        Result<void> write(std::string_view bytes) override { return file_->write(bytes); }
        Result<void> sync() override {
            while (*stalls_) std::this_thread::sleep_for(1ms);
            return file_->sync();
        }

      private:
        std::unique_ptr<journal::GrowingFile> file_;
        std::shared_ptr<std::atomic<bool>> stalls_;
    };
    std::unique_ptr<journal::Disk> disk_{journal::posix_disk()};
    std::shared_ptr<std::atomic<bool>> stalls_;
};

class DeskOnDisk : public testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("assay-service-" + std::to_string(getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override {
        stop();
        std::filesystem::remove_all(folder_);
    }
    void start(Mode mode = Mode::paper, Duration snapshot_every = {300'000'000'000}) {
        auto config = small_desk();
        config.needs_sessions = false;
        config.sends = mode != Mode::shadow;
        disk_ = journal::posix_disk();
        auto again = recover(*disk_, folder_, folder_ + "/journal", config, 1, {});
        ASSERT_TRUE(again) << again.error().text();
        recovered_ = std::move(*again);
        auto journal = journal::Journal::open(std::make_unique<SlowDisk>(stalls_),
                                              folder_ + "/journal", limits_);
        ASSERT_TRUE(journal) << journal.error().text();
        journal_ = std::move(*journal);
        clock_ = std::make_unique<CaptureClock>();
        if (known(recovered_.last_at)) clock_->not_before(recovered_.last_at);
        sequencer_ = std::make_unique<Sequencer>(*journal_, *clock_, 100'000);
        snapshots_ = std::make_unique<Snapshots>(*disk_, folder_);
        service_ = std::make_unique<Service>(
            std::move(recovered_.desk),
            ServiceConfig{.mode = mode, .snapshot_every = snapshot_every, .config_version = 1},
            *journal_, *sequencer_, *clock_, snapshots_.get(), recovered_.last_seq);
        const auto quote = [this](std::string_view symbol) {
            return service_->on_its_thread().desk().quote(symbol);
        };
        paper_ = std::make_unique<PaperWire>(
            config.sessions, std::vector<std::string>{"OMS", "MARKET", "LP_A", "LP_B"}, "DESK",
            *journal_, *sequencer_, quote, 2ms, &heard_);
        heard_.captured = [this](std::uint32_t session, std::string_view bytes) {
            if (session != kOms) return;
            ASSERT_TRUE(sequencer_->put(journal_->session("OMS"), journal::Mark::sent, bytes));
        };
        service_->connect(paper_.get());
        ASSERT_TRUE(service_->start());
        paper_->log_on();
    }
    void stop() {
        if (service_ != nullptr) service_->stop();
        paper_.reset();
        service_.reset();
        journal_.reset();
    }
    void quote(Price bid, Price ask) { put("MARKET", others_.quote(clock_->now(), bid, ask)); }
    void put(std::string_view session, std::string_view bytes) {
        ASSERT_TRUE(sequencer_->put(journal_->session(session), journal::Mark::received, bytes));
    }
    std::string state() {
        return service_->ask([](SessionDesk& d) { return d.save(); }).get();
    }

    void an_order_waits_for_the_disk() {
        others_ = {};
        start();
        quote(99.99_px, 100.01_px);
        *stalls_ = true;
        put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
        until([this] {
            return service_
                       ->ask([](SessionDesk& d) {
                           const auto* p = d.desk().router().parent(1);
                           return p == nullptr ? std::size_t{0} : p->children.size();
                       })
                       .get() > 0;
        });
        EXPECT_EQ(service_->health().sent, 0u) << "its intent is not on the disk";
    }

    void until(const std::function<bool()>& so) {
        for (int i = 0; i < 2'000 && !so(); ++i) std::this_thread::sleep_for(5ms);
        ASSERT_TRUE(so());
    }

    std::string folder_;
    std::shared_ptr<std::atomic<bool>> stalls_ = std::make_shared<std::atomic<bool>>(false);
    journal::JournalLimits limits_;
    std::unique_ptr<journal::Disk> disk_;
    Recovered recovered_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<CaptureClock> clock_;
    std::unique_ptr<Sequencer> sequencer_;
    std::unique_ptr<Snapshots> snapshots_;
    std::unique_ptr<Service> service_;
    Heard heard_;
    std::unique_ptr<PaperWire> paper_;
    Counterparties others_;
};

TEST_F(DeskOnDisk, an_order_is_filled_and_its_oms_hears_of_it) {
    start();
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("11=ord-1|17=P1-1|150=0|39=0|"));
    EXPECT_TRUE(heard_.wait_for("150=F|39=2|")) << service_->health().last_problem;
    const auto health = service_->health();
    EXPECT_GT(health.sent, 0u);
    EXPECT_EQ(health.send_failures, 0u);
    EXPECT_EQ(health.failed, "");
}

TEST_F(DeskOnDisk, an_oms_that_was_away_hears_what_it_missed_once_and_in_order) {
    start();
    quote(99.99_px, 100.01_px);
    heard_.is_down = true;
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    const auto done = [&] {
        return service_
            ->ask([](SessionDesk& d) {
                const route::Parent* p = d.desk().router().parent(1);
                return p != nullptr && route::terminal(p->state);
            })
            .get();
    };
    for (int i = 0; i < 2'000 && !done(); ++i) std::this_thread::sleep_for(5ms);
    ASSERT_TRUE(done());
    EXPECT_TRUE(heard_.all().empty());
    EXPECT_GE(service_->health().untold, 2u);
    heard_.is_down = false;
    ASSERT_TRUE(service_->note(Note("up").with("session", "OMS")));
    ASSERT_TRUE(heard_.wait_for("39=2|"));
    EXPECT_NE(heard_.all()[0].find("150=0|39=0|"), std::string::npos) << heard_.all()[0];
    EXPECT_EQ(heard_.times("97=Y|"), 0u) << "nobody has said it before";
    EXPECT_EQ(heard_.times("150=0|"), 1u);
    EXPECT_EQ(heard_.times("39=2|"), 1u);
    // What it has heard is not said again when it comes back once more.
    ASSERT_TRUE(service_->note(Note("up").with("session", "OMS")));
    service_->ask([](SessionDesk&) { return 0; }).get();
    for (int i = 0; i < 2'000 && service_->health().untold > 0; ++i)
        std::this_thread::sleep_for(5ms);
    EXPECT_EQ(service_->health().untold, 0u);
    EXPECT_EQ(heard_.times("39=2|"), 1u);
}

TEST_F(DeskOnDisk, what_one_process_did_not_say_the_next_one_does) {
    start();
    quote(99.99_px, 100.01_px);
    heard_.is_down = true;
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    for (int i = 0; i < 2'000 && service_->health().untold == 0; ++i)
        std::this_thread::sleep_for(5ms);
    stop();
    heard_.is_down = false;
    start();
    ASSERT_TRUE(service_->note(Note("up").with("session", "OMS")));
    EXPECT_TRUE(heard_.wait_for("11=ord-1|17=P1-1|150=0|39=0|"));
    const std::vector<std::string> told = heard_.all();
    const auto first = std::find_if(told.begin(), told.end(), [](const std::string& m) {
        return m.find("17=P1-1|") != std::string::npos;
    });
    ASSERT_NE(first, told.end());
    EXPECT_NE(first->find("35=8|97=Y|"), std::string::npos)
        << "an earlier process may have said it: " << *first;
    EXPECT_EQ(heard_.times("17=P1-1|"), 1u);
    stop();
    start();
    ASSERT_TRUE(service_->note(Note("up").with("session", "OMS")));
    service_->ask([](SessionDesk&) { return 0; }).get();
    EXPECT_EQ(heard_.times("17=P1-1|"), 1u);
}

TEST_F(DeskOnDisk, the_intent_stands_in_the_journal_before_the_order) {
    start();
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    ASSERT_TRUE(heard_.wait_for("150=F|39=2|"));
    stop();
    auto reader = journal::Reader::open(*disk_, folder_ + "/journal");
    ASSERT_TRUE(reader);
    std::map<std::string, std::uint64_t> intents;
    int orders = 0;
    for (;;) {
        const auto entry = reader->next();
        ASSERT_TRUE(entry) << entry.error().text();
        if (!*entry) break;
        const std::string bytes((*entry)->bytes);
        if ((*entry)->mark == journal::Mark::note) {
            const auto note = Note::read(bytes);
            if (note->name() == "intent")
                intents[std::string(note->value("child"))] = (*entry)->seq;
        } else if ((*entry)->mark == journal::Mark::sent &&
                   bytes.find("\x01"
                              "35=D\x01") != std::string::npos) {
            ++orders;
            const std::size_t at = bytes.find(
                                       "\x01"
                                       "11=C") +
                                   5;
            EXPECT_TRUE(intents.contains(bytes.substr(at, bytes.find('\x01', at) - at)));
        }
    }
    EXPECT_GT(orders, 0);
}

TEST_F(DeskOnDisk, a_start_goes_on_with_the_state_it_stopped_with) {
    start();
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    ASSERT_TRUE(heard_.wait_for("150=F|39=2|"));
    const std::string before = state();
    stop();
    auto config = small_desk();
    config.needs_sessions = false;
    const auto again = recover(*disk_, folder_, folder_ + "/journal", config, 1, {});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_GT(again->from_state, 0u) << "stopping in order writes a state";
    EXPECT_EQ(again->desk->save(), before);
    start();
    EXPECT_EQ(service_->ask([](SessionDesk& d) { return d.run(); }).get(), 2u);
    EXPECT_EQ(service_->ask([](SessionDesk& d) { return d.oms().cl_ord_id(1) == "ord-1"; }).get(),
              true);
}

// Its intent is not on the disk when something stops it.
TEST_F(DeskOnDisk, no_order_leaves_after_a_stop_not_even_one_that_waited_for_the_disk) {
    const struct {
        const char* what;
        std::vector<const char*> notes;
    } stops[] = {
        {"a kill", {"kill|who=ann|why=drill"}},
        {"all LPs gone", {"down|session=LP_A|why=gone", "down|session=LP_B|why=gone"}},
        {"the desk stops", {"stopping"}},
        {"the disk is full", {"disk|state=full"}},
    };
    for (const auto& stop : stops) {
        SCOPED_TRACE(stop.what);
        TearDown();
        SetUp();
        an_order_waits_for_the_disk();
        for (const char* note : stop.notes) ASSERT_TRUE(service_->note(*Note::read(note)));
        until([&] {
            return service_
                ->ask([](SessionDesk& d) { return !d.desk().router().gate().stops().empty(); })
                .get();
        });
        *stalls_ = false;
        const auto exposure = [this] {
            return service_
                ->ask([](SessionDesk& d) {
                    const auto* p = d.desk().router().parent(1);
                    return p == nullptr ? Qty{-1} : d.desk().router().exposure(*p);
                })
                .get();
        };
        until([&] { return exposure() == Qty{}; });
        EXPECT_EQ(service_->health().sent, 0u) << "neither the order nor a cancel of it";
        EXPECT_EQ(service_->health().send_failures, 0u);
    }
}

TEST_F(DeskOnDisk, a_disk_that_stalls_while_the_journal_is_full_holds_sessions_up_and_no_more) {
    limits_.waiting = 4'096;
    start();
    *stalls_ = true;
    std::vector<std::string> quotes;
    for (int i = 0; i < 600; ++i)
        quotes.push_back(others_.quote(clock_->now(), 99.99_px, 100.01_px));
    std::atomic<int> taken{0};
    std::vector<std::jthread> sessions;
    for (std::size_t t = 0; t < 3; ++t)
        sessions.emplace_back([&, t] {
            for (std::size_t i = t; i < quotes.size(); i += 3) {
                put("MARKET", quotes[i]);
                ++taken;
            }
        });
    std::this_thread::sleep_for(50ms);
    EXPECT_LT(taken, 600) << "it is full";
    *stalls_ = false;
    until([&] { return taken == 600; });
    until([&] { return service_->health().applied >= 600; });
}

TEST_F(DeskOnDisk, states_are_written_while_it_works_and_each_is_whole) {
    start(Mode::paper, Duration{20'000'000});
    for (int i = 0; i < 20; ++i) {
        quote(99.99_px, 100.01_px);
        put("OMS", others_.order(clock_->now(), "ord-" + std::to_string(i), Side::buy, 300_qty,
                                 100.05_px));
        std::this_thread::sleep_for(20ms);
    }
    std::uint64_t written = 0;
    for (int i = 0; i < 500 && written < 3; ++i, std::this_thread::sleep_for(10ms)) {
        quote(99.99_px, 100.01_px);
        written = service_->health().snapshots;
    }
    EXPECT_GE(written, 3u);
    EXPECT_EQ(service_->health().snapshot_failures, 0u);
    // As after a kill: what the newest state and the tail behind it say is what the desk is.
    const auto now = service_
                         ->ask([this](SessionDesk& d) {
                             return std::pair(d.save(), service_->health().last_seq);
                         })
                         .get();
    ASSERT_TRUE(journal_->wait(now.second, journal::Journal::When::urgent));
    std::vector<std::string> passed;
    const auto state = snapshots_->newest(now.second, passed);
    ASSERT_TRUE(state && *state);
    const std::uint64_t taken = (*state)->seq;
    EXPECT_LE(taken, now.second);
    auto config = small_desk();
    config.needs_sessions = false;
    stop();
    const auto again =
        recover(*disk_, folder_, folder_ + "/journal", config, 1, {}, {}, nullptr, {0, taken});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->from_state, taken);
    EXPECT_GT(again->replayed, 0u);
}

TEST_F(DeskOnDisk, a_state_that_cannot_be_written_is_counted_and_work_goes_on) {
    start(Mode::paper, Duration{20'000'000});
    const std::string away = folder_ + "-away";
    std::filesystem::rename(folder_, away);
    std::ofstream(folder_) << "a file where the folder was";
    for (int i = 0; i < 500 && service_->health().snapshot_failures == 0; ++i) {
        quote(99.99_px, 100.01_px);
        std::this_thread::sleep_for(10ms);
    }
    const auto health = service_->health();
    EXPECT_GE(health.snapshot_failures, 1u);
    EXPECT_NE(health.last_problem.find("no state was written"), std::string::npos)
        << health.last_problem;
    EXPECT_TRUE(health.failed.empty());
    stop();
    std::filesystem::remove(folder_);
    std::filesystem::rename(away, folder_);
}

TEST_F(DeskOnDisk, a_kill_stops_what_is_sent_until_two_people_release_it) {
    start();
    quote(99.99_px, 100.01_px);
    ASSERT_TRUE(service_->note(Note("kill").with("who", "ann").with("why", "drill")));
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("11=ord-1|")) << "an order into a killed desk is answered";
    EXPECT_TRUE(heard_.wait_for("150=8|39=8|"));
    EXPECT_EQ(service_->health().sent, 0u);
    stop();
    start();  // it stays killed
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-2", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("11=ord-2|"));
    EXPECT_EQ(service_->health().sent, 0u);
    ASSERT_TRUE(service_->note(Note("release").with("first", "ann").with("second", "ann")));
    put("OMS", others_.order(clock_->now(), "ord-3", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("11=ord-3|"));
    EXPECT_EQ(service_->health().sent, 0u) << "one person is not two";
    ASSERT_TRUE(service_->note(Note("release").with("first", "ann").with("second", "bob")));
    put("OMS", others_.order(clock_->now(), "ord-4", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("150=F|39=2|")) << service_->health().last_problem;
}

TEST_F(DeskOnDisk, a_shadow_decides_and_sends_nothing) {
    start(Mode::shadow);
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 3'000_qty, 100.05_px));
    const auto decisions = [&] {
        return service_
            ->ask([](SessionDesk& d) {
                const route::Parent* p = d.desk().router().parent(1);
                return p == nullptr ? std::size_t{0} : p->children.size();
            })
            .get();
    };
    for (int i = 0; i < 400 && decisions() == 0; ++i) std::this_thread::sleep_for(5ms);
    EXPECT_GT(decisions(), 0u);
    EXPECT_EQ(service_->health().sent, 0u);
    EXPECT_TRUE(heard_.all().empty());
}

TEST_F(DeskOnDisk, what_an_oms_gets_wrong_is_answered_and_nothing_else_happens) {
    start();
    quote(99.99_px, 100.01_px);
    put("OMS", others_.order(clock_->now(), "ord-1", Side::buy, 200'000_qty, 100.05_px));
    EXPECT_TRUE(heard_.wait_for("exceed the largest order"));
    put("OMS",
        "8=FIX.4.4\x01"
        "9=5\x01"
        "35=D\x01"
        "10=000\x01");
    put("OMS", "no FIX at all");
    for (int i = 0; i < 400 && service_->health().last_problem.empty(); ++i)
        std::this_thread::sleep_for(5ms);
    EXPECT_NE(service_->health().last_problem.find("cannot be read"), std::string::npos);
    EXPECT_EQ(service_->health().failed, "");
}

}  // namespace
}  // namespace assay::desk
