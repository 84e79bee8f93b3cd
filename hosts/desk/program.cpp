#include "hosts/desk/program.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "core/desk/rules.h"
#include "core/units/symbol.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/desk/backtest_runs.h"
#include "hosts/desk/calibration.h"
#include "hosts/desk/disk_watch.h"
#include "hosts/desk/entrance.h"
#include "hosts/desk/footings.h"
#include "hosts/desk/links.h"
#include "hosts/desk/paper.h"
#include "hosts/desk/recorder.h"
#include "hosts/desk/recovery.h"
#include "hosts/desk/reload.h"
#include "hosts/desk/reports.h"
#include "hosts/desk/startable.h"
#include "hosts/desk/streamer.h"
#include "hosts/history/minute_rows.h"
#include "hosts/http/api.h"
#include "hosts/http/origin.h"
#include "hosts/http/pages.h"
#include "hosts/http/server.h"

namespace assay::desk {

namespace {

// One process for a folder: two would write one journal.
class FolderLock {
  public:
    static Result<FolderLock> take(const std::string& folder) {
        const std::string path = folder + "/desk.lock";
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
            ::close(fd);
            return fail(
                fmt::format("{} is in use by another desk; stop it, or name another folder "
                            "as [desk] state",
                            folder));
        }
        return FolderLock(fd);
    }
    FolderLock() = default;
    FolderLock(FolderLock&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
    FolderLock& operator=(FolderLock&& o) noexcept {
        std::swap(fd_, o.fd_);
        return *this;
    }
    ~FolderLock() {
        if (fd_ >= 0) ::close(fd_);
    }

  private:
    explicit FolderLock(int fd) : fd_(fd) {}
    int fd_{-1};
};

}  // namespace

struct Program::Parts {
    DeskSettings settings;  // as it was started
    ProgramOptions options;
    Log* log{};
    ConfigInForce in_force;
    std::mutex reloading;  // one at a time; `current` is read and written under it
    DeskSettings current;
    // What the present file says, without what people have changed since.
    std::uint64_t file_version{};
    std::vector<score::Profile> file_profiles;
    std::string file_toml;
    std::unique_ptr<ProfileVersions> profiles;
    FolderLock lock;
    std::unique_ptr<journal::Disk> disk;
    std::unique_ptr<journal::Reserve> reserve;
    std::unique_ptr<journal::Journal> journal;
    CaptureClock clock;
    std::unique_ptr<Sequencer> sequencer;
    std::unique_ptr<DiskWatch> disk_watch;
    std::unique_ptr<Snapshots> snapshots;
    std::unique_ptr<history::History> history;
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Links> links;
    std::unique_ptr<PaperWire> paper;
    Footings footings;
    StopsBook stops;
    std::unique_ptr<Service> service;
    http::Meters meters;
    std::unique_ptr<http::EventHub> hub;
    std::unique_ptr<Streamer> streamer;
    std::unique_ptr<DeskSource> source;
    std::unique_ptr<DeskCalibration> calibration;
    std::unique_ptr<DeskReports> reports;
    std::unique_ptr<Entrance> entrance;
    std::unique_ptr<BacktestRuns> backtests;
    std::unique_ptr<http::Server> server;
    double recovery_seconds{};
    bool stopped{};

    void say(std::string line) const { log->info("desk", std::move(line)); }
    Result<void> begin();
    Result<void> begin_http(Nanos started);
    Result<void> note_rules(const DeskSettings& of, const Reload& what,
                            const http::ReloadWish& wish);
    http::Answer<http::ReloadView> reload(const http::ReloadWish& wish);
    http::Answer<http::ReloadView> put_in_force(const http::ReloadWish& wish);
    Result<void> take_file(DeskSettings& of, const std::string& toml, const std::string& who,
                           const std::string& why);
    void name_version(DeskSettings& of) const;
    void go_by(DeskSettings&& then, const http::ReloadWish& wish, Nanos at,
               const std::vector<std::string>& changed);
    http::Answer<std::string> put_profile_in_force(const score::Profile& profile,
                                                   const std::string& who, const std::string& why,
                                                   const std::vector<std::string>& changed);
    std::string text_in_force() const;
    Recorder::Counters counters() const;
};

Program::Program(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Program::~Program() {
    stop("the program ends");
}

// What a desk with a history asks of its scores, whatever its file says.
static void complete(DeskSettings& settings) {
    settings.desk.desk.kernel.by = history::kHistoryBy;
    settings.desk.desk.kernel.orders.keep_settled = settings.orders_kept;
}

// The file as people may see it, with what options have put over it.
static std::string shown_toml(const DeskSettings& settings, const std::string& toml) {
    std::string over;
    for (const Override& o : settings.overrides)
        over += fmt::format("# in force by {}, whatever stands below: {} = \"{}\"\n", o.option,
                            o.key, o.value);
    return over + toml_without_secrets(toml);
}

Result<Program::Verified> Program::verify(DeskSettings settings) {
    const std::string folder = settings.folder, journal_folder = folder + "/journal";
    auto locked = FolderLock::take(folder);
    if (!locked) return std::unexpected(locked.error());
    complete(settings);
    const auto disk = journal::posix_disk();
    auto state = recover(*disk, folder, journal_folder, settings.desk, settings.state_version, {});
    if (!state) return std::unexpected(state.error());
    if (state->from_state == 0)
        return fail(fmt::format("{}: there is no state of this configuration to compare", folder));
    auto whole = recover(*disk, folder, journal_folder, settings.desk, settings.state_version, {},
                         {}, nullptr, {state->last_seq, 0});
    if (!whole) return std::unexpected(whole.error());
    if (whole->from_state != 0)
        return fail(
            fmt::format("{}: the journal does not begin at its first entry, so nothing can "
                        "be compared",
                        journal_folder));
    return Verified{state->last_seq, state->from_state, state->desk->save() == whole->desk->save()};
}

Result<std::unique_ptr<Program>> Program::start(DeskSettings settings, ProgramOptions options) {
    if (auto ok = may_start(settings, options.live); !ok) return std::unexpected(ok.error());
    auto parts = std::make_unique<Parts>();
    parts->settings = std::move(settings);
    parts->current = parts->settings;
    parts->options = std::move(options);
    static Log nowhere("", LogFormat::text, LogLevel::error, {}, {});
    parts->log = parts->options.log != nullptr ? parts->options.log : &nowhere;
    if (auto begun = parts->begin(); !begun) {
        // In the order of stop(): nothing was sent yet.
        auto half = std::unique_ptr<Program>(new Program(std::move(parts)));
        half->stop("it could not start");
        return std::unexpected(begun.error());
    }
    return std::unique_ptr<Program>(new Program(std::move(parts)));
}

Result<void> Program::Parts::begin() {
    // A limit of file sizes is an error of the journal like any other, and ends in order.
    std::signal(SIGXFSZ, SIG_IGN);
    const std::string folder = settings.folder, journal_folder = folder + "/journal";
    std::error_code error;
    std::filesystem::create_directories(journal_folder, error);
    if (error) return fail(fmt::format("{}: {}", journal_folder, error.message()));
    auto locked = FolderLock::take(folder);
    if (!locked) return std::unexpected(locked.error());
    lock = std::move(*locked);
    // Before a run begins in the journal.
    const auto listens = server_config(settings);
    if (!listens) return std::unexpected(listens.error());
    if (auto is_free = http::Server::is_free(*listens); !is_free) return is_free;
    disk = journal::posix_disk();

    journal::JournalLimits limits;
    limits.delay = std::chrono::microseconds(settings.journal_delay.ns / 1'000);
    limits.bytes = settings.journal_bytes;
    std::optional<journal::TornEnd> torn;
    reserve = std::make_unique<journal::Reserve>(folder + "/reserve");
    if (!reserve->take())
        log->warning("desk",
                     fmt::format("{}: no {} MiB could be reserved; when the disk is full the desk "
                                 "ends",
                                 folder, journal::Reserve::kBytes >> 20));
    auto opened =
        journal::Journal::open(journal::posix_disk(*reserve), journal_folder, limits, &torn);
    if (!opened) return std::unexpected(opened.error());
    journal = std::move(*opened);
    if (torn)
        say(fmt::format("{}: {} bytes at {} were left half written, and were cut off", torn->path,
                        torn->bytes, torn->offset));

    complete(settings);
    auto versions = ProfileVersions::open(*disk, folder + "/profiles.jsonl");
    if (!versions) return std::unexpected(versions.error());
    profiles = std::make_unique<ProfileVersions>(std::move(*versions));
    if (auto taken = take_file(settings, options.toml, "desk", "it started"); !taken) return taken;
    current = settings;
    auto kept = history::History::open(folder + "/history.db", settings.keep);
    if (!kept) return std::unexpected(kept.error());
    history = std::move(*kept);
    const std::string version = fmt::format("{:016x}", settings.version);
    recorder = std::make_unique<Recorder>(*history, settings.desk, version);
    in_force.set(settings.version, text_in_force());
    if (auto config = history->keep_config({version, clock.now(), in_force.toml()}); !config)
        return config;

    links = std::make_unique<Links>(settings, *journal);
    const auto through = history->written_through();
    if (!through) return std::unexpected(through.error());
    recorder->have(through->value_or(0));
    const auto recovery_began = std::chrono::steady_clock::now();
    auto recovered = recover(
        *disk, folder, journal_folder, settings.desk, settings.state_version,
        [&](const journal::Entry& e, const std::string& session) {
            links->seen(e, session);
            stops.seen(e);
        },
        [&](const std::string& beside) {
            links->begin(beside);
            stops.begin(beside);
        },
        recorder.get(),
        // A history without rows, as one that was lost, gets them anew out of the journal.
        {journal->health().next_seq - 1, through->value_or(0)});
    if (!recovered) return std::unexpected(recovered.error());
    recovery_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - recovery_began).count();
    for (const std::string& remark : recovered->remarks) say(remark);
    if (known(recovered->last_at)) clock.not_before(recovered->last_at);
    const std::uint64_t run = recovered->desk->run() + 1;
    say(fmt::format("{} entries from a state, {} replayed from the journal", recovered->from_state,
                    recovered->replayed));

    sequencer = std::make_unique<Sequencer>(*journal, clock, settings.queue);
    const bool replays = settings.mode == Mode::replay;
    if (replays) sequencer->take_nothing_more_in();
    snapshots = std::make_unique<Snapshots>(*disk, folder);
    service = std::make_unique<Service>(
        std::move(recovered->desk),
        ServiceConfig{.mode = settings.mode,
                      .snapshot_every = settings.snapshot_every,
                      .snapshot_entries = settings.snapshot_entries,
                      .config_version = settings.version,
                      .state_version = settings.state_version,
                      .log = [this](const LogLine& line) { log->write(line); }},
        *journal, *sequencer, clock, snapshots.get(), recovered->last_seq);
    recorder->daily([this](Nanos now) {
        if (const auto pruned = history->prune(now); !pruned)
            log->warning("history", "nothing was pruned: " + pruned.error().text());
    });
    recorder->count([this] { return counters(); });
    service->watch(recorder.get());
    service->watch(links.get());
    service->watch(&footings);
    hub = std::make_unique<http::EventHub>(run);
    streamer = std::make_unique<Streamer>(*hub, settings.desk);
    service->watch(streamer.get());
    stops.log(*log);
    service->watch(&stops);  // last: what it keeps stands at the end

    const bool paper_lps = settings.mode == Mode::paper;
    if (!replays)
        if (auto linked = links->open(*sequencer, paper_lps, *log); !linked) return linked;
    Wire* wire = links.get();
    if (paper_lps) {
        std::vector<std::string> comp_ids;
        for (const SessionSettings& s : settings.sessions) comp_ids.push_back(s.target);
        paper = std::make_unique<PaperWire>(
            settings.desk.sessions, std::move(comp_ids), settings.desk.desk.our_comp_id, *journal,
            *sequencer,
            [this](std::string_view symbol) {
                return service->on_its_thread().desk().quote(symbol);
            },
            std::chrono::milliseconds(5), wire);
        wire = paper.get();
    }
    if (!replays) service->connect(wire);
    const Nanos started = clock.now();
    if (auto begun = service->start(); !begun) return begun;
    // Into the journal with the rules of this file: whoever reads it anew goes by what was in
    // force.
    if (!replays) {
        if (auto noted = note_rules(settings, {}, {"desk", "it started"}); !noted) return noted;
        disk_watch = std::make_unique<DiskWatch>(*reserve, *sequencer, *log);
    }
    if (paper != nullptr) paper->log_on();
    if (auto http = begin_http(started); !http) return http;
    recorder->also([this, version, at = clock.now()] {
        const auto told = history->keep_config_change({at, version, "desk", "it started", {}});
        if (!told) log->warning("history", "a start was not kept: " + told.error().text());
    });
    links->start();
    // Not before: another configuration than that of the last start begins another run.
    const std::uint64_t now_run = service->ask([](SessionDesk& d) { return d.run(); }).get();
    say(fmt::format("up: {}, run {}, {} sessions, journal at entry {}", server->url(), now_run,
                    settings.sessions.size(), recovered->last_seq));
    return {};
}

Result<void> Program::Parts::begin_http(Nanos started) {
    source = std::make_unique<DeskSource>(
        *service, settings, DeskSource::Build{options.version, options.commit}, in_force,
        links.get(), &footings, &stops, history.get(), started,
        [this](const http::ReloadWish& w) { return reload(w); },
        [this] { return recorder->queue(); }, recovery_seconds);
    reports = std::make_unique<DeskReports>(*service, settings, history.get());
    std::error_code error;
    backtests = std::make_unique<BacktestRuns>(
        *service, settings.folder,
        options.program.empty() ? std::filesystem::read_symlink("/proc/self/exe", error).string()
                                : options.program);
    const std::string host = settings.listen.substr(0, settings.listen.rfind(':'));
    calibration = std::make_unique<DeskCalibration>(
        *service, history.get(), *profiles, reloading,
        DeskCalibration::Rules{settings.four_eyes.value_or(!http::is_loopback(host)),
                               settings.weight_limits},
        [this](const score::Profile& profile, const std::string& who, const std::string& why,
               const std::vector<std::string>& changed) {
            return put_profile_in_force(profile, who, why, changed);
        });
    http::Routes routes;
    http::add_api(routes, *source);
    http::add_calibration(routes, *calibration);
    http::add_reports(routes, *reports);
    http::add_backtests(routes, *backtests);
    http::add_probes(routes, *source, *hub, meters);
    auto config = server_config(settings);
    if (!config) return std::unexpected(config.error());
    auto opened_entrance = Entrance::open(settings, config->address, *log, options.tell_once);
    if (!opened_entrance) return std::unexpected(opened_entrance.error());
    entrance = std::move(*opened_entrance);
    http::Doors& doors = entrance->doors();
    doors.add_routes(routes);
    routes.guard(doors.guard());
    routes.afterwards(doors.afterwards());
    routes.otherwise(http::page_of);
    config->twice_a_second = [&doors] { doors.each_second(); };
    config->log = [this](std::string_view line) { log->warning("http", std::string(line)); };
    auto opened = http::Server::open(std::move(*config), std::move(routes), *hub, meters);
    if (!opened) return std::unexpected(opened.error());
    server = std::move(*opened);
    return {};
}

Recorder::Counters Program::Parts::counters() const {
    const ServiceHealth h = service->health();
    const auto j = journal->health();
    const auto n = [](auto value) { return static_cast<std::int64_t>(value); };
    return {{"sent_to_lps", n(h.sent)},
            {"told_to_omss", n(h.told)},
            {"send_failures", n(h.send_failures)},
            {"queue_deepest", n(sequencer->deepest())},
            {"queue_waits", n(sequencer->waited())},
            {"journal_bytes", n(j.bytes)},
            {"journal_waiting_bytes", n(j.waiting_bytes)},
            {"journal_longest_write_us", n(j.longest_write.count() / 1'000)},
            {"history_failures", n(recorder->queue().failures)}};
}

// Durable and applied when it returns.
Result<void> Program::Parts::note_rules(const DeskSettings& of, const Reload& what,
                                        const http::ReloadWish& wish) {
    const auto seq =
        service->note(Note("config")
                          .with("version", fmt::format("{:016x}", of.version))
                          .with("who", wish.who)
                          .with("why", wish.why)
                          .with("changed", fmt::format("{}", fmt::join(what.changed, "; ")))
                          .with("rules", Rules::of(of.desk).text()));
    if (!seq) return std::unexpected(seq.error());
    if (auto durable = journal->wait(*seq, journal::Journal::When::urgent); !durable)
        return durable;
    constexpr auto kLongest = std::chrono::seconds(60);
    const auto until = std::chrono::steady_clock::now() + kLongest;
    while (service->health().last_seq < *seq) {
        if (const std::string failed = service->health().failed; !failed.empty())
            return fail(failed);
        if (std::chrono::steady_clock::now() > until)
            return fail("it is in the journal, but the desk has not come to it yet");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const auto version = service->ask([](SessionDesk& d) { return d.config().desk.version; }).get();
    if (version != of.version) return fail(service->health().last_problem);
    return {};
}

http::Answer<http::ReloadView> Program::Parts::reload(const http::ReloadWish& wish) {
    auto done = put_in_force(wish);
    LogLine line{LogLevel::info, "config", {}, {}, {{"who", wish.who}, {"why", wish.why}}};
    if (!done) {
        line.level = LogLevel::warning;
        line.message =
            fmt::format("{} ({}) reloads: refused: {}", wish.who, wish.why, done.error().detail);
    } else if (done->version == done->before) {
        line.message =
            fmt::format("{} ({}) reloads: the file is what is in force", wish.who, wish.why);
    } else {
        const std::string changed = fmt::format("{}", fmt::join(done->changed, "; "));
        line.message = fmt::format("{} ({}) reloads: version {:016x} is in force: {}", wish.who,
                                   wish.why, done->version, changed);
        line.fields.emplace_back("version", fmt::format("{:016x}", done->version));
        line.fields.emplace_back("changed", changed);
    }
    log->write(line);
    return done;
}

http::Answer<http::ReloadView> Program::Parts::put_in_force(const http::ReloadWish& wish) {
    using Why = http::Refused::Why;
    const auto no = [](Why why, std::string detail, std::vector<http::FieldError> fields = {}) {
        return std::unexpected(http::Refused{why, std::move(detail), std::move(fields)});
    };
    const std::lock_guard one_at_a_time(reloading);
    if (!options.read_again) return no(Why::unavailable, "this desk has no file to read anew");
    auto read = options.read_again();
    if (!read) return no(Why::wrong, "nothing has changed: " + read.error().text());
    DeskSettings& then = read->settings;
    if (const auto may = allowed(then, options.live); !may)
        return no(Why::wrong, "nothing has changed: " + may.error().text());
    const Reload what = what_changed(current, then);
    if (!what.takes_restart.empty()) {
        std::vector<http::FieldError> fields;
        for (const std::string& key : what.takes_restart)
            fields.push_back({key, key + " takes a restart"});
        return no(Why::conflict,
                  fmt::format("nothing has changed: {} cannot change while the desk works; put {} "
                              "back, or restart the desk",
                              fmt::join(what.takes_restart, ", "),
                              what.takes_restart.size() == 1 ? "it" : "them"),
                  std::move(fields));
    }
    if (const auto taken = take_file(then, read->toml, wish.who, wish.why); !taken)
        return no(Why::unavailable, taken.error().text());
    http::ReloadView view{then.version, current.version, clock.now(),
                          wish.who,     wish.why,        what.changed};
    if (then.version == current.version) return view;
    complete(then);
    if (const auto noted = note_rules(then, what, wish); !noted)
        return no(Why::unavailable, noted.error().text());
    go_by(std::move(then), wish, view.at, what.changed);
    return view;
}

// The desk goes by it; now everything around it. None of this can fail.
void Program::Parts::go_by(DeskSettings&& then, const http::ReloadWish& wish, Nanos at,
                           const std::vector<std::string>& changed) {
    current = std::move(then);
    log->least(current.log_least);
    const std::string version = fmt::format("{:016x}", current.version);
    in_force.set(current.version, text_in_force());
    recorder->also([this, keep = current.keep, toml = in_force.toml(), version, at, wish,
                    changed = fmt::format("{}", fmt::join(changed, "; "))] {
        history->keep(keep);
        auto kept = history->keep_config({version, at, toml});
        if (kept) kept = history->keep_config_change({at, version, wish.who, wish.why, changed});
        if (!kept) log->warning("history", "a configuration was not kept: " + kept.error().text());
    });
}

// Settings of a file, with the profiles that people have put in force since it was written.
Result<void> Program::Parts::take_file(DeskSettings& of, const std::string& toml,
                                       const std::string& who, const std::string& why) {
    file_version = of.version;
    file_profiles = of.desk.desk.ranked;
    file_toml = toml;
    Rules rules = Rules::of(of.desk);
    for (score::Profile& p : rules.profiles) {
        auto now = desk::in_force(*profiles, p, clock.now(), who, why);
        if (!now) return std::unexpected(now.error());
        p = std::move(*now);
    }
    rules.put_into(of.desk);
    name_version(of);
    return {};
}

// The same file and the same profiles: the same version.
void Program::Parts::name_version(DeskSettings& of) const {
    of.version = file_version;
    for (std::size_t i = 0; i < file_profiles.size(); ++i)
        if (of.desk.desk.ranked[i] != file_profiles[i])
            of.version = fnv1a(fmt::format("{:016x} {} {:016x}", of.version, file_profiles[i].name,
                                           of.desk.desk.ranked[i].hash()));
    of.desk.desk.version = of.desk.desk.router.version = of.version;
}

std::string Program::Parts::text_in_force() const {
    std::string text = shown_toml(current, file_toml);
    for (std::size_t i = 0; i < file_profiles.size(); ++i) {
        const score::Profile& now = current.desk.desk.ranked[i];
        if (now == file_profiles[i]) continue;
        text += fmt::format("\n# In force instead of the file's profile {}:\n# ", now.name);
        for (const char c : print_profile(now)) {
            text += c;
            if (c == '\n') text += "# ";
        }
        text += '\n';
    }
    return text;
}

// `reloading` is held.
http::Answer<std::string> Program::Parts::put_profile_in_force(
    const score::Profile& profile, const std::string& who, const std::string& why,
    const std::vector<std::string>& changed) {
    DeskSettings then = current;
    Rules rules = Rules::of(then.desk);
    for (score::Profile& p : rules.profiles)
        if (p.name == profile.name) p = profile;
    rules.put_into(then.desk);
    name_version(then);
    Reload what;
    for (const std::string& one : changed)
        what.changed.push_back(fmt::format("profile {}: {}", profile.name, one));
    const http::ReloadWish wish{who, why};
    const std::string version = fmt::format("{:016x}", then.version);
    if (const auto noted = note_rules(then, what, wish); !noted)
        return std::unexpected(
            http::Refused{http::Refused::Why::unavailable, noted.error().text(), {}});
    go_by(std::move(then), wish, clock.now(), what.changed);
    log->write({LogLevel::info,
                "config",
                fmt::format("{} ({}) puts another version of profile {} in force: {}", who, why,
                            profile.name, fmt::join(what.changed, "; ")),
                {},
                {{"who", who}, {"why", why}, {"version", version}}});
    return version;
}

http::Answer<http::ReloadView> Program::reload(const http::ReloadWish& wish) {
    // HTTP has its own guard, which writes it down.
    if (const auto noted = parts_->entrance->note(wish.who, "config.reload", {{"why", wish.why}});
        !noted) {
        parts_->log->warning("audit", "nothing was reloaded: " + noted.error().text());
        return std::unexpected(http::Refused{http::Refused::Why::unavailable,
                                             "nothing has changed: the audit cannot be written",
                                             {}});
    }
    return parts_->reload(wish);
}

std::string Program::url() const {
    return parts_->server == nullptr ? "" : parts_->server->url();
}

std::uint16_t Program::fix_port(std::string_view session) const {
    return parts_->links->port(session);
}

Service& Program::service() {
    return *parts_->service;
}

std::string Program::failed() const {
    return parts_->service->health().failed;
}

void Program::stop(std::string_view why) {
    Parts& p = *parts_;
    if (std::exchange(p.stopped, true)) return;
    if (p.server != nullptr) p.server->stop();
    if (p.links != nullptr) p.links->stop(why);
    p.disk_watch.reset();
    // It sends by the links and on paper until it has ended.
    if (p.service != nullptr) p.service->stop();
    p.paper.reset();
    p.recorder.reset();
    if (p.service != nullptr)
        p.say(fmt::format("stopped at entry {}: {}", p.service->health().last_seq, why));
    // What holds on to others goes first.
    p.server.reset();
    p.backtests.reset();
    p.reports.reset();
    p.calibration.reset();
    p.entrance.reset();
    p.source.reset();
    p.streamer.reset();
    p.links.reset();
    p.service.reset();
}

}  // namespace assay::desk
