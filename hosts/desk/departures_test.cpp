// Nothing leaves before the disk holds why: power is lost at every departure of a desk that works,
// with its journal's own thread and group commit, and what is found afterwards must say it.
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "core/desk/desk_testkit.h"
#include "hosts/desk/paper.h"
#include "hosts/desk/service.h"
#include "hosts/journal/fake_disk.h"
#include "hosts/journal/reader.h"

namespace assay::desk {
namespace {

using namespace std::chrono_literals;

const std::string kWhere = "desk/journal";

// A disk that loses power, used by two threads, and that takes its time to make something durable.
struct Shared {
    std::mutex mutex;
    journal::FakeDisk disk;
    std::mt19937_64 dice{1};
};

class SharedDisk : public journal::Disk {
  public:
    explicit SharedDisk(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
    Result<std::vector<std::string>> list(const std::string& folder) override {
        const std::lock_guard lock(shared_->mutex);
        return shared_->disk.list(folder);
    }
    Result<std::unique_ptr<journal::GrowingFile>> append(const std::string& path) override {
        const std::lock_guard lock(shared_->mutex);
        auto file = shared_->disk.append(path);
        if (!file) return std::unexpected(file.error());
        return std::make_unique<File>(shared_, std::move(*file));
    }
    Result<std::size_t> read(const std::string& path, std::uint64_t offset, std::size_t most,
                             std::string& into) override {
        const std::lock_guard lock(shared_->mutex);
        return shared_->disk.read(path, offset, most, into);
    }
    Result<std::uint64_t> size(const std::string& path) override {
        const std::lock_guard lock(shared_->mutex);
        return shared_->disk.size(path);
    }
    Result<void> cut(const std::string& path, std::uint64_t size) override {
        const std::lock_guard lock(shared_->mutex);
        return shared_->disk.cut(path, size);
    }
    Result<void> remove(const std::string& path) override {
        const std::lock_guard lock(shared_->mutex);
        return shared_->disk.remove(path);
    }

  private:
    class File : public journal::GrowingFile {
      public:
        File(std::shared_ptr<Shared> shared, std::unique_ptr<journal::GrowingFile> file)
            : shared_(std::move(shared)), file_(std::move(file)) {}
        Result<void> write(std::string_view bytes) override {
            const std::lock_guard lock(shared_->mutex);
            return file_->write(bytes);
        }
        Result<void> sync() override {
            std::chrono::microseconds takes{};
            {
                const std::lock_guard lock(shared_->mutex);
                takes = std::chrono::microseconds(shared_->dice() % 3'000);
            }
            std::this_thread::sleep_for(takes);
            const std::lock_guard lock(shared_->mutex);
            return file_->sync();
        }

      private:
        std::shared_ptr<Shared> shared_;
        std::unique_ptr<journal::GrowingFile> file_;
    };
    std::shared_ptr<Shared> shared_;
};

struct Image {
    journal::FakeDisk disk;
    std::size_t children{}, told{};  // of what had left by then, these many
};

// What leaves, and what the disk would hold if power were lost at that moment.
class AtEachDeparture : public Wire {
  public:
    AtEachDeparture(std::shared_ptr<Shared> shared, Wire& next)
        : shared_(std::move(shared)), next_(&next) {}
    Result<void> send(std::uint32_t session, std::string_view bytes) override {
        fix::Message m;
        if (!fix::parse(bytes, '\x01', m)) {
            if (session == kOms && m.exec_type == '0') told.emplace_back(m.cl_ord_id);
            if (session != kOms && m.msg_type == "D")
                children.push_back(child_named(m.cl_ord_id)->number);
            const std::lock_guard lock(shared_->mutex);
            for (const auto loss : journal::FakeDisk::kLosses)
                images.push_back({shared_->disk.after_power_loss(loss, shared_->dice),
                                  children.size(), told.size()});
        }
        return next_->send(session, bytes);
    }
    std::vector<std::uint64_t> children;  // in the order of leaving
    std::vector<std::string> told;        // orders of the OMS that were acknowledged
    std::vector<Image> images;

  private:
    std::shared_ptr<Shared> shared_;
    Wire* next_;
};

// To the OMS: on no wire.
class Nowhere : public Wire {
  public:
    Result<void> send(std::uint32_t, std::string_view) override { return {}; }
};

struct Held {
    std::set<std::uint64_t> intents;  // children
    std::set<std::string> orders;     // of the OMS
};

void read(journal::FakeDisk& disk, Held& held) {
    // As a start does: the torn end is cut off first.
    ASSERT_TRUE(journal::Writer::open(disk, kWhere, {}));
    auto reader = journal::Reader::open(disk, kWhere);
    ASSERT_TRUE(reader) << reader.error().text();
    for (;;) {
        const auto entry = reader->next();
        ASSERT_TRUE(entry) << entry.error().text();
        if (!*entry) return;
        const std::string bytes((*entry)->bytes);
        fix::Message m;
        if ((*entry)->mark == journal::Mark::note) {
            const auto note = Note::read(bytes);
            if (note && note->name() == "intent") held.intents.insert(note->number("child"));
        } else if ((*entry)->mark == journal::Mark::received && !fix::parse(bytes, '\x01', m) &&
                   m.msg_type == "D") {
            held.orders.emplace(m.cl_ord_id);
        }
    }
}

TEST(Departures, whatever_has_left_the_disk_holds_why_though_power_is_lost_at_that_moment) {
    auto shared = std::make_shared<Shared>();
    auto config = small_desk();
    config.needs_sessions = false;
    auto journal = journal::Journal::open(std::make_unique<SharedDisk>(shared), kWhere, {});
    ASSERT_TRUE(journal) << journal.error().text();
    CaptureClock clock;
    Sequencer sequencer(**journal, clock, 100'000);
    Service service(std::make_unique<SessionDesk>(config, 0),
                    ServiceConfig{.mode = Mode::paper, .config_version = 1}, **journal, sequencer,
                    clock, nullptr, 0);
    Nowhere nowhere;
    PaperWire paper(
        config.sessions, {"OMS", "MARKET", "LP_A", "LP_B"}, "DESK", **journal, sequencer,
        [&](std::string_view symbol) { return service.on_its_thread().desk().quote(symbol); }, 1ms,
        &nowhere);
    AtEachDeparture wire(shared, paper);
    service.connect(&wire);
    ASSERT_TRUE(service.start());
    paper.log_on();
    Counterparties others;
    const auto put = [&](std::string_view session, const std::string& bytes) {
        ASSERT_TRUE(sequencer.put((*journal)->session(session), journal::Mark::received, bytes));
    };
    std::mt19937_64 dice(7);
    for (int i = 1; i <= 80; ++i) {
        put("MARKET", others.quote(clock.now(), 99.99_px, 100.01_px));
        put("OMS",
            others.order(clock.now(), "ord-" + std::to_string(i), Side::buy,
                         Qty{static_cast<std::int64_t>(1 + dice() % 20) * 100'000'000}, 100.05_px));
        std::this_thread::sleep_for(std::chrono::microseconds(dice() % 4'000));
    }
    service.stop();
    ASSERT_GE(wire.children.size(), 80u);
    ASSERT_GE(wire.told.size(), 70u);
    std::size_t torn = 0;
    for (std::size_t i = 0; i < wire.images.size(); ++i) {
        SCOPED_TRACE(testing::Message() << "image " << i);
        Image& image = wire.images[i];
        const auto before = image.disk.files();
        Held held;
        ASSERT_NO_FATAL_FAILURE(read(image.disk, held));
        for (std::size_t n = 0; n < image.children; ++n)
            ASSERT_TRUE(held.intents.contains(wire.children[n]))
                << "child " << wire.children[n] << " had left";
        for (std::size_t n = 0; n < image.told; ++n)
            ASSERT_TRUE(held.orders.contains(wire.told[n])) << wire.told[n] << " was told";
        for (const auto& [path, file] : before)
            torn += image.disk.files()[path].bytes.size() != file.bytes.size();
    }
    EXPECT_GE(wire.images.size(), 600u);
    EXPECT_GT(torn, 0u) << "some were cut in the middle of a write";
    std::printf("%zu images at departures, %zu with a torn end\n", wire.images.size(), torn);
}

}  // namespace
}  // namespace assay::desk
