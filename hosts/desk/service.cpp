#include "hosts/desk/service.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/desk/recovery.h"

namespace assay::desk {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {
constexpr auto kLook = 1s;  // at the clock
}

const char* text(Mode mode) {
    switch (mode) {
        case Mode::replay:
            return "replay";
        case Mode::shadow:
            return "shadow";
        case Mode::paper:
            return "paper";
        case Mode::live:
            return "live";
    }
    return "";
}

Service::Service(std::unique_ptr<SessionDesk> desk, ServiceConfig config, journal::Journal& journal,
                 Sequencer& sequencer, CaptureClock& clock, Snapshots* snapshots,
                 std::uint64_t last_seq)
    : config_(config),
      journal_(&journal),
      sequencer_(&sequencer),
      clock_(&clock),
      snapshots_(snapshots),
      desk_(std::move(desk)) {
    health_.last_seq = health_.last_snapshot_seq = last_seq;
    const auto& sessions = desk_->config().sessions;
    for (std::uint32_t place = 0; place < sessions.size(); ++place)
        places_.emplace_back(journal_->session(sessions[place].name), place);
    for (const std::string& lp : desk_->config().desk.router.lps) {
        std::uint32_t found = SessionDesk::kApi;
        for (std::uint32_t place = 0; place < sessions.size(); ++place)
            if (sessions[place].role == Role::lp && sessions[place].lp == lp) found = place;
        lp_sessions_.push_back(found);
    }
}

Service::~Service() {
    stop();
}

Result<void> Service::start() {
    snapshot_at_ = Clock::now() + std::chrono::nanoseconds(config_.snapshot_every.ns);
    auto begun = note(Note("run")
                          .with("n", std::to_string(desk_->run() + 1))
                          .with("mode", text(config_.mode))
                          .with("config", fmt::format("{:016x}", config_.config_version)));
    if (!begun) return std::unexpected(begun.error());
    if (auto durable = journal_->wait(*begun, journal::Journal::When::urgent); !durable)
        return durable;
    thread_ = std::thread([this] { run(); });
    return {};
}

void Service::stop() {
    if (!thread_.joinable()) return;
    sequencer_->close();
    thread_.join();
}

Result<std::uint64_t> Service::note(const Note& note) {
    return sequencer_->put(0, journal::Mark::note, note.text());
}

Result<std::uint64_t> Service::api_message(std::string_view bytes) {
    return sequencer_->put(journal_->session("API"), journal::Mark::received, bytes);
}

ServiceHealth Service::health() const {
    const std::lock_guard lock(mutex_);
    return health_;
}

void Service::problem(std::string text) {
    const std::lock_guard lock(mutex_);
    health_.last_problem = std::move(text);
}

void Service::fail_with(std::string why) {
    const std::lock_guard lock(mutex_);
    if (health_.failed.empty()) health_.failed = std::move(why);
}

void Service::run() {
    sequencer_->this_thread_takes();
    Sequencer::Batch batch;
    auto look_at = Clock::now() + kLook;
    for (;;) {
        auto until = std::min(look_at, snapshot_at_);
        if (!waiting_.empty()) until = std::min(until, Clock::now() + 1ms);
        if (const auto due = desk_->next_due(); due && !tick_asked_) {
            const Duration left = *due - clock_->now();
            until = std::min(
                until, Clock::now() + std::chrono::nanoseconds(std::max<std::int64_t>(left.ns, 0)));
        }
        const bool more = sequencer_->take(batch, until);
        for (const Input& input : batch.inputs) take(input);
        tell(false);
        for (auto& task : batch.tasks) task();
        if (!batch.inputs.empty())
            for (Watcher* w : watchers_) w->settled(*desk_);
        // What is due becomes an input like any other, so that a restart sees it too.
        if (const auto due = desk_->next_due();
            due && !tick_asked_ && *due <= clock_->now() && more)
            tick_asked_ = sequencer_->put(0, journal::Mark::note, "tick").has_value();
        const auto now = Clock::now();
        if (now >= look_at) {
            look_at = now + kLook;
            if (const auto moved = clock_->look())
                problem(
                    fmt::format("the system's clock was moved by {:.3f} s", as_seconds(*moved)));
        }
        if (now >= snapshot_at_ ||
            health().last_seq - health().last_snapshot_seq >= config_.snapshot_entries)
            snapshot();
        if (!more) break;
        if (const std::string failed = journal_->health().failed; !failed.empty()) {
            fail_with(failed);
            break;
        }
    }
    tell(true);
    snapshot();
}

void Service::take(const Input& input) {
    std::uint32_t place = SessionDesk::kApi;
    for (const auto& [number, known] : places_)
        if (number == input.session) place = known;
    out_.clear();
    const bool tick = input.mark == journal::Mark::note && input.bytes == "tick";
    if (tick) tick_asked_ = false;
    apply(*desk_, {input.at, input.seq, input.session, input.mark, input.bytes}, place, out_);
    for (std::string& p : out_.problems) problem(std::move(p));
    for (Watcher* w : watchers_) w->applied(input, place, out_);
    if (!out_.desk.outgoing.empty()) send_outgoing(input);
    for (Reply& reply : out_.replies) waiting_.push_back({input.seq, std::move(reply)});
    const std::lock_guard lock(mutex_);
    ++health_.applied;
    health_.last_seq = input.seq;
    health_.last_at = input.at;
}

// All that one input leads to is made durable together, then sent.
void Service::send_outgoing(const Input& cause) {
    if (config_.mode == Mode::shadow || config_.mode == Mode::replay) return;
    std::uint64_t last = cause.seq;
    for (const Outgoing& o : out_.desk.outgoing) {
        const auto put =
            sequencer_->put(0, journal::Mark::note,
                            Note("intent")
                                .with("lp", desk_->config().desk.router.lps[o.lp.number])
                                .with("child", std::to_string(o.child.number))
                                .with("parent", std::to_string(o.parent))
                                .text());
        if (!put) return fail_with(put.error().text());
        last = *put;
    }
    if (auto durable = journal_->wait(last, journal::Journal::When::urgent); !durable)
        return fail_with(durable.error().text());  // nothing is sent
    for (const Outgoing& o : out_.desk.outgoing) {
        const std::uint32_t session = lp_sessions_[o.lp.number];
        Result<void> sent = session == SessionDesk::kApi || wire_ == nullptr
                                ? fail("it has no session")
                                : wire_->send(session, o.bytes);
        const std::lock_guard lock(mutex_);
        if (sent) {
            ++health_.sent;
        } else {
            ++health_.send_failures;
            health_.last_problem =
                fmt::format("child {} was not sent to {}: {}", o.child.number,
                            desk_->config().desk.router.lps[o.lp.number], sent.error().text());
        }
    }
}

// Answers to OMSs whose cause is on the disk.
void Service::tell(bool all) {
    if (waiting_.empty()) return;
    const std::uint64_t durable = [&] {
        if (all) {
            (void)journal_->wait(waiting_.back().after, journal::Journal::When::urgent);
        }
        return journal_->health().durable;
    }();
    std::size_t told = 0;
    for (; told < waiting_.size() && waiting_[told].after <= durable; ++told) {
        const Reply& reply = waiting_[told].reply;
        if (reply.session == SessionDesk::kApi || wire_ == nullptr) continue;
        if (config_.mode == Mode::shadow || config_.mode == Mode::replay) continue;
        const Result<void> sent = wire_->send(reply.session, reply.bytes);
        const std::lock_guard lock(mutex_);
        if (sent)
            ++health_.told;
        else
            ++health_.send_failures, health_.last_problem = sent.error().text();
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(told));
}

void Service::snapshot() {
    snapshot_at_ = Clock::now() + std::chrono::nanoseconds(config_.snapshot_every.ns);
    const ServiceHealth now = health();
    if (snapshots_ == nullptr || now.last_seq == now.last_snapshot_seq) return;
    // A state may not be ahead of what the journal holds.
    if (auto durable = journal_->wait(now.last_seq, journal::Journal::When::urgent); !durable)
        return fail_with(durable.error().text());
    std::string beside;
    for (Watcher* w : watchers_) {
        w->before_state(*desk_);
        beside += w->kept();
    }
    const auto written = snapshots_->write(
        {desk_->run(), now.last_seq,
         config_.state_version != 0 ? config_.state_version : config_.config_version, desk_->save(),
         std::move(beside)});
    const std::lock_guard lock(mutex_);
    if (!written) {
        health_.last_problem = "no state was written: " + written.error().text();
        return;
    }
    ++health_.snapshots;
    health_.last_snapshot_seq = now.last_seq;
}

}  // namespace assay::desk
