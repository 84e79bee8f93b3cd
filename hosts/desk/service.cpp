#include "hosts/desk/service.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/desk/recovery.h"

namespace assay::desk {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {
constexpr auto kLook = 1s;     // at the clock
constexpr auto kCatchUp = 1s;  // after a pause

// The first, the tenth, the hundredth ...
bool worth_saying(std::uint64_t n) {
    while (n >= 10 && n % 10 == 0) n /= 10;
    return n == 1;
}
}  // namespace

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
    // What an earlier process did not say is said first, once the session is up (tell_again): a new
    // report that went before it would count for all that came before.
    told_.resize(sessions.size());
    for (std::uint32_t place = 0; place < sessions.size(); ++place) {
        const auto& letters = desk_->outbox().letters(place);
        told_[place].down = !letters.empty();
        if (!letters.empty()) told_[place].before = letters.back().number + 1;
    }
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
    // A replay shows what is in the journal, and adds nothing to it.
    if (config_.mode == Mode::replay) {
        thread_ = std::thread([this] { run(); });
        return {};
    }
    auto begun = note(Note("run")
                          .with("n", std::to_string(desk_->run() + 1))
                          .with("mode", text(config_.mode))
                          .with("config", fmt::format("{:016x}", config_.config_version)));
    if (!begun) return std::unexpected(begun.error());
    if (auto durable = journal_->wait(*begun, journal::Journal::When::urgent); !durable)
        return durable;
    journal_->when_durable([this] { sequencer_->poke(); });
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
    ++health_.problems;
}

void Service::say(LogLevel level, std::string text, Fields fields) const {
    if (config_.log) config_.log({level, "desk", std::move(text), {}, std::move(fields)});
}

// With the order and the LP that it is about.
void Service::say(const route::Alert& a) const {
    const auto& lps = desk_->config().desk.router.lps;
    // Where neither is meant the LP is the first one by its number; what is said of one says "its".
    const bool of_lp =
        a.text.starts_with("its ") || (a.parent != 0 && !a.text.starts_with("nothing is sent"));
    std::string about;
    Fields fields;
    if (a.parent != 0) {
        about = fmt::format("order {}", a.parent);
        fields.emplace_back("parent", std::to_string(a.parent));
    }
    if (of_lp && a.lp.number < lps.size()) {
        const std::string& lp = lps[a.lp.number];
        about += about.empty() ? lp : " at " + lp;
        fields.emplace_back("lp", lp);
    }
    say(LogLevel::warning, about.empty() ? a.text : about + ": " + a.text, std::move(fields));
}

void Service::alert(std::string text) {
    say(LogLevel::warning, text);
    problem(std::move(text));
}

// Framed and not to be read: its bytes are in the journal, and a note says which they are.
void Service::keep_dead() {
    for (const DeadLetter& d : out_.dead) {
        const auto& sessions = desk_->config().sessions;
        const std::string name = d.session < sessions.size() ? sessions[d.session].name : "API";
        (void)note(Note("dead")
                       .with("session", name)
                       .with("entry", std::to_string(d.entry))
                       .with("why", d.why));
        if (const std::uint64_t n = desk_->dead(d.session); worth_saying(n))
            say(LogLevel::warning,
                fmt::format("{}: dead letter {}, entry {} of the journal: {}", name, n, d.entry,
                            d.why),
                {{"session", name}, {"entry", std::to_string(d.entry)}, {"why", d.why}});
    }
}

std::optional<Nanos> Service::next_tick() const {
    return config_.mode == Mode::replay ? std::nullopt : desk_->next_due();
}

void Service::look_at_clock() {
    if (config_.mode == Mode::replay) return;
    const auto moved = clock_->look();
    if (!moved) return;
    {
        const std::lock_guard lock(mutex_);
        ++health_.clock_steps;
    }
    alert(
        fmt::format("the system's clock was stepped by {:.3f} s; times of this run go on as "
                    "before, the next start takes it over",
                    as_seconds(*moved)));
    (void)note(Note("clock").with("moved_ms", std::to_string(moved->ns / 1'000'000)));
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
        // A state that is due and may not be begun yet is looked at again in a second.
        auto until = snapshot_at_ > Clock::now() ? std::min(look_at, snapshot_at_) : look_at;
        if (resume_at_) until = std::min(until, *resume_at_);
        if (const auto due = next_tick(); due && !tick_asked_ && !resume_at_) {
            const Duration left = *due - clock_->now();
            until = std::min(
                until, Clock::now() + std::chrono::nanoseconds(std::max<std::int64_t>(left.ns, 0)));
        }
        const bool more = sequencer_->take(batch, until);
        for (const Input& input : batch.inputs) {
            take(input);
            depart(false);
        }
        depart(false);
        tell(false);
        for (auto& task : batch.tasks) task();
        sequencer_->awake();
        // Once all that was there by then has been taken: under load the queue is never empty.
        if (resume_at_ && Clock::now() >= *resume_at_ && !resume_after_)
            resume_after_ = journal_->health().next_seq - 1;
        if (resume_after_ && health().last_seq >= *resume_after_) {
            resume_at_.reset();
            resume_after_.reset();
            (void)note(Note("resumed"));
        }
        if (!batch.inputs.empty())
            for (Watcher* w : watchers_) w->settled(*desk_);
        // What is due becomes an input like any other, so that a restart sees it too.
        if (const auto due = next_tick();
            due && !tick_asked_ && !resume_at_ && *due <= clock_->now() && more)
            tick_asked_ = sequencer_->put(0, journal::Mark::note, "tick").has_value();
        const auto now = Clock::now();
        if (now >= look_at) {
            look_at = now + kLook;
            count_late_news();
            look_at_clock();
        }
        snapshot(Where::aside);
        if (!more) break;
        if (const std::string failed = journal_->health().failed; !failed.empty()) {
            fail_with(failed);
            break;
        }
    }
    journal_->when_durable(nullptr);
    depart(true);
    tell(true);
    snapshot(Where::here);
}

void Service::count_late_news() {
    std::uint64_t n = 0;
    for (const Kernel* k : desk_->desk().shards())
        n += k->blotter().counts().bust_too_late + k->counts().after_their_minute;
    const std::lock_guard lock(mutex_);
    health_.late_news = n;
}

void Service::take(const Input& input) {
    std::uint32_t place = SessionDesk::kApi;
    for (const auto& [number, known] : places_)
        if (number == input.session) place = known;
    out_.clear();
    const bool tick = input.mark == journal::Mark::note && input.bytes == "tick";
    if (tick) tick_asked_ = false;
    if (input.mark == journal::Mark::note && input.session == 0) {
        if (input.bytes.starts_with("paused|")) {
            resume_at_ = Clock::now() + kCatchUp;
            resume_after_.reset();
        }
        if (input.bytes.starts_with("unsent|"))
            if (const auto note = Note::read(input.bytes)) unsent_.erase(note->number("child"));
    }
    apply(*desk_, {input.at, input.seq, input.session, input.mark, input.bytes}, place, out_);
    if (input.session != 0 && input.mark == journal::Mark::received)
        latencies_.applied.observe(Clock::now() - input.seen);
    if (const std::uint64_t made = desk_->desk().router().gate().stops_made();
        made != stops_seen_) {
        stops_seen_ = made;
        hold_back();
    }
    for (std::string& p : out_.problems) problem(std::move(p));
    for (const route::Alert& a : out_.desk.routed.alerts) say(a);
    if (input.mark == journal::Mark::note && input.bytes == "resumed")
        say(LogLevel::info, "what waited during the pause has been read: orders go out again");
    if (!out_.dead.empty()) keep_dead();
    for (Watcher* w : watchers_) w->applied(input, place, out_);
    if (!out_.desk.outgoing.empty()) intend(input);
    for (Reply& reply : out_.replies) waiting_.push_back({input.seq, std::move(reply)});
    if (input.mark == journal::Mark::note) tell_again(input);
    const std::lock_guard lock(mutex_);
    health_.untold = desk_->outbox().size();
    ++health_.applied;
    health_.last_seq = input.seq;
    health_.last_at = input.at;
    health_.alerts += out_.desk.routed.alerts.size();
    for (const route::Refusal& r : out_.desk.routed.refusals)
        ++health_.gate_blocks[static_cast<std::size_t>(r.rule)];
}

// All that one input leads to is made durable together, then sent.
void Service::intend(const Input& cause) {
    if (config_.mode == Mode::shadow || config_.mode == Mode::replay) return;
    bool any = false;
    for (Outgoing& o : out_.desk.outgoing) {
        const bool order = o.bytes.find(
                               "\x01"
                               "35=D\x01") != std::string::npos;
        if (!order && unsent_.contains(o.child.number)) continue;
        const auto put =
            sequencer_->put(0, journal::Mark::note,
                            Note("intent")
                                .with("lp", desk_->config().desk.router.lps[o.lp.number])
                                .with("child", std::to_string(o.child.number))
                                .with("parent", std::to_string(o.parent))
                                .text());
        if (!put) return fail_with(put.error().text());
        departures_.push_back({*put, o.lp, o.child, std::move(o.bytes), order, Clock::now()});
        any = true;
    }
    if (!any) return;
    if (Histogram* answers = asks(cause)) {
        departures_.back().asked = cause.seen;
        departures_.back().answers = answers;
    }
    journal_->hurry();
}

// Something was stopped: an order to it that has not left does not leave, even if the stop is over
// by then (a pause), and the desk is told that it is over. Nor does a request about it.
void Service::hold_back() {
    const route::Router& router = desk_->desk().router();
    std::erase_if(departures_, [&](const Departure& d) {
        if (!d.order) return unsent_.contains(d.child.number);
        const auto id = router.parent_of(d.child);
        const route::Parent* parent = id ? router.parent(*id) : nullptr;
        const std::string_view symbol = parent != nullptr ? parent->order.symbol : "";
        if (router.gate().stopped(d.lp, symbol).empty()) return false;
        unsent_.insert(d.child.number);
        (void)note(Note("unsent").with("child", std::to_string(d.child.number)));
        return true;
    });
}

// Nothing is sent whose intent a journal that has failed does not hold.
void Service::depart(bool all) {
    if (departures_.empty()) return;
    if (all) (void)journal_->wait(departures_.back().after, journal::Journal::When::urgent);
    const std::uint64_t durable = journal_->durable();
    for (; !departures_.empty() && departures_.front().after <= durable; departures_.pop_front()) {
        const Departure& d = departures_.front();
        const auto now = Clock::now();
        latencies_.intent_durable.observe(now - d.intended);
        const std::uint32_t session = lp_sessions_[d.lp.number];
        Result<void> sent = session == SessionDesk::kApi || wire_ == nullptr
                                ? fail("it has no session")
                                : wire_->send(session, d.bytes);
        if (d.asked) d.answers->observe(Clock::now() - *d.asked);
        const std::lock_guard lock(mutex_);
        if (sent) {
            ++health_.sent;
        } else {
            ++health_.send_failures;
            health_.last_problem =
                fmt::format("child {} was not sent to {}: {}", d.child.number,
                            desk_->config().desk.router.lps[d.lp.number], sent.error().text());
        }
    }
}

// An OMS that comes back hears what it has missed, also what an earlier process did not say.
void Service::tell_again(const Input& input) {
    const auto note = Note::read(input.bytes);
    if (!note || note->name() != "up") return;
    const std::uint32_t place = desk_->session_named(note->value("session"));
    if (place == SessionDesk::kApi || desk_->config().sessions[place].role != Role::oms) return;
    told_[place].down = false;
    std::erase_if(waiting_, [&](const Waiting& w) { return w.reply.session == place; });
    for (const Outbox::Letter& letter : desk_->outbox().letters(place))
        if (letter.number >= told_[place].next)
            waiting_.push_back(
                {input.seq,
                 {place,
                  letter.number < told_[place].before ? Outbox::perhaps_again(letter.bytes)
                                                      : letter.bytes,
                  letter.number}});
}

// Answers to OMSs whose cause is on the disk.
void Service::tell(bool all) {
    if (waiting_.empty()) return;
    const std::uint64_t durable = [&] {
        if (all) {
            (void)journal_->wait(waiting_.back().after, journal::Journal::When::urgent);
        }
        return journal_->durable();
    }();
    std::size_t told = 0;
    for (; told < waiting_.size() && waiting_[told].after <= durable; ++told) {
        const Reply& reply = waiting_[told].reply;
        if (reply.session == SessionDesk::kApi || wire_ == nullptr) continue;
        if (config_.mode == Mode::shadow || config_.mode == Mode::replay) continue;
        Told& so_far = told_[reply.session];
        if (so_far.down) continue;  // it stays in the outbox
        const Result<void> sent = wire_->send(reply.session, reply.bytes);
        const std::lock_guard lock(mutex_);
        if (sent) {
            so_far.next = reply.number + 1;
            ++health_.told;
        } else {
            so_far.down = true;
            ++health_.send_failures;
            health_.last_problem = fmt::format("reports wait for an OMS: {}", sent.error().text());
        }
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(told));
}

// Where it is counted how long what this asks for takes: a message of an OMS or of the API, a kill.
Histogram* Service::asks(const Input& input) {
    if (input.session == 0)
        return input.bytes.starts_with("kill|") ? &latencies_.kill_on_wire : nullptr;
    if (input.mark != journal::Mark::received) return nullptr;
    const auto& sessions = desk_->config().sessions;
    for (const auto& [number, place] : places_)
        if (number == input.session && sessions[place].role != Role::oms) return nullptr;
    return &latencies_.child_on_wire;
}

// By a copy of the process while it works: a state takes as long as there is state, and messages
// would wait for it. As it ends, here.
void Service::snapshot(Where where) {
    if (config_.mode == Mode::replay) return;
    if (const auto before = where == Where::here ? aside_.wait() : aside_.poll())
        snapshot_written(*before);
    if (aside_.busy()) return;
    const ServiceHealth now = health();
    const bool due =
        Clock::now() >= snapshot_at_ || where == Where::here ||
        now.last_seq - std::max(aside_seq_, now.last_snapshot_seq) >= config_.snapshot_entries;
    if (!due) return;
    // The last one first becomes one that a start can take: else, far behind, there would be none.
    if (where == Where::aside)
        for (const Watcher* w : watchers_)
            if (w->reached() < now.last_snapshot_seq) return;
    snapshot_at_ = Clock::now() + std::chrono::nanoseconds(config_.snapshot_every.ns);
    if (snapshots_ == nullptr || now.last_seq == now.last_snapshot_seq) return;
    // A state may not be ahead of what the journal holds.
    if (auto durable = journal_->wait(now.last_seq, journal::Journal::When::urgent); !durable)
        return fail_with(durable.error().text());
    std::string beside;
    for (Watcher* w : watchers_) {
        w->before_state(*desk_);
        beside += w->kept();
    }
    aside_seq_ = now.last_seq;
    const auto write = [&]() -> Result<void> {
        return snapshots_->write(
            {desk_->run(), now.last_seq,
             config_.state_version != 0 ? config_.state_version : config_.config_version,
             desk_->save(), beside});
    };
    if (where == Where::aside && aside_.begin(write)) return;
    snapshot_written(write());
    sequencer_->awake();
}

void Service::snapshot_written(const Result<void>& written) {
    const std::lock_guard lock(mutex_);
    if (!written) {
        ++health_.snapshot_failures;
        health_.last_problem = "no state was written: " + written.error().text();
        return;
    }
    ++health_.snapshots;
    health_.last_snapshot_seq = aside_seq_;
}

}  // namespace assay::desk
