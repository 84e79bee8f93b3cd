#include "hosts/desk/program.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "hosts/desk/links.h"
#include "hosts/desk/paper.h"
#include "hosts/desk/recorder.h"
#include "hosts/desk/recovery.h"
#include "hosts/desk/streamer.h"
#include "hosts/history/minute_rows.h"
#include "hosts/http/api.h"
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

Result<std::pair<std::string, std::uint16_t>> address_of(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    std::uint16_t port = 0;
    const char* const end = listen.data() + listen.size();
    if (colon != std::string::npos) {
        const auto [rest, error] = std::from_chars(listen.data() + colon + 1, end, port);
        if (error == std::errc{} && rest == end) return std::pair(listen.substr(0, colon), port);
    }
    return fail(
        fmt::format("[desk] listen is \"{}\"; expected an address and a port, as "
                    "127.0.0.1:8080",
                    listen));
}

}  // namespace

struct Program::Parts {
    DeskSettings settings;
    ProgramOptions options;
    FolderLock lock;
    std::unique_ptr<journal::Disk> disk;
    std::unique_ptr<journal::Journal> journal;
    CaptureClock clock;
    std::unique_ptr<Sequencer> sequencer;
    std::unique_ptr<Snapshots> snapshots;
    std::unique_ptr<history::History> history;
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Links> links;
    std::unique_ptr<PaperWire> paper;
    std::unique_ptr<Service> service;
    http::Meters meters;
    std::unique_ptr<http::EventHub> hub;
    std::unique_ptr<Streamer> streamer;
    std::unique_ptr<DeskSource> source;
    std::unique_ptr<http::Server> server;
    bool stopped{};

    void say(std::string_view line) const {
        if (options.log) options.log(fmt::format("[{}] {}", text(settings.mode), line));
    }
    Result<void> begin();
    Result<void> begin_http(Nanos started);
};

Program::Program(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Program::~Program() {
    stop("the program ends");
}

Result<std::unique_ptr<Program>> Program::start(DeskSettings settings, ProgramOptions options) {
    if (auto ok = allowed(settings, options.live); !ok) return std::unexpected(ok.error());
    auto parts = std::make_unique<Parts>();
    parts->settings = std::move(settings);
    parts->options = std::move(options);
    if (auto begun = parts->begin(); !begun) {
        // In the order of stop(): nothing was sent yet.
        auto half = std::unique_ptr<Program>(new Program(std::move(parts)));
        half->stop("it could not start");
        return std::unexpected(begun.error());
    }
    return std::unique_ptr<Program>(new Program(std::move(parts)));
}

Result<void> Program::Parts::begin() {
    const std::string folder = settings.folder, journal_folder = folder + "/journal";
    std::error_code error;
    std::filesystem::create_directories(journal_folder, error);
    if (error) return fail(fmt::format("{}: {}", journal_folder, error.message()));
    auto locked = FolderLock::take(folder);
    if (!locked) return std::unexpected(locked.error());
    lock = std::move(*locked);
    disk = journal::posix_disk();

    journal::JournalLimits limits;
    limits.delay = std::chrono::microseconds(settings.journal_delay.ns / 1'000);
    limits.bytes = settings.journal_bytes;
    std::optional<journal::TornEnd> torn;
    auto opened = journal::Journal::open(journal::posix_disk(), journal_folder, limits, &torn);
    if (!opened) return std::unexpected(opened.error());
    journal = std::move(*opened);
    if (torn)
        say(fmt::format("{}: {} bytes at {} were left half written, and were cut off", torn->path,
                        torn->bytes, torn->offset));

    settings.desk.desk.kernel.by = history::kHistoryBy;
    settings.desk.desk.kernel.orders.keep_settled = settings.orders_kept;
    auto kept = history::History::open(folder + "/history.db", {});
    if (!kept) return std::unexpected(kept.error());
    history = std::move(*kept);
    const std::string version = fmt::format("{:016x}", settings.version);
    recorder = std::make_unique<Recorder>(*history, settings.desk, version);
    if (auto config = history->keep_config({version, clock.now(), options.toml}); !config)
        return config;

    links = std::make_unique<Links>(settings, *journal);
    auto recovered = recover(
        *disk, folder, journal_folder, settings.desk, settings.version,
        [&](const journal::Entry& e, const std::string& session) { links->seen(e, session); },
        [&](const std::string& beside) { links->begin(beside); }, recorder.get());
    if (!recovered) return std::unexpected(recovered.error());
    for (const std::string& remark : recovered->remarks) say(remark);
    if (known(recovered->last_at)) clock.not_before(recovered->last_at);
    const std::uint64_t run = recovered->desk->run() + 1;
    say(fmt::format("run {}: {} entries from a state, {} replayed from the journal", run,
                    recovered->from_state, recovered->replayed));

    sequencer = std::make_unique<Sequencer>(*journal, clock, settings.queue);
    snapshots = std::make_unique<Snapshots>(*disk, folder);
    service = std::make_unique<Service>(std::move(recovered->desk),
                                        ServiceConfig{.mode = settings.mode,
                                                      .snapshot_every = settings.snapshot_every,
                                                      .snapshot_entries = settings.snapshot_entries,
                                                      .config_version = settings.version},
                                        *journal, *sequencer, clock, snapshots.get(),
                                        recovered->last_seq);
    service->watch(recorder.get());
    service->watch(links.get());
    hub = std::make_unique<http::EventHub>(run);
    streamer = std::make_unique<Streamer>(*hub, settings.desk);
    service->watch(streamer.get());

    const bool paper_lps = settings.mode == Mode::paper;
    if (settings.mode != Mode::replay)
        if (auto linked = links->open(*sequencer, paper_lps, options.log); !linked) return linked;
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
    if (settings.mode != Mode::replay) service->connect(wire);
    const Nanos started = clock.now();
    if (auto begun = service->start(); !begun) return begun;
    if (paper != nullptr) paper->log_on();
    if (auto http = begin_http(started); !http) return http;
    links->start();
    say(fmt::format("up: {}, {} sessions, journal at entry {}", server->url(),
                    settings.sessions.size(), recovered->last_seq));
    return {};
}

Result<void> Program::Parts::begin_http(Nanos started) {
    source = std::make_unique<DeskSource>(*service, settings,
                                          DeskSource::Build{options.version, options.commit},
                                          options.toml, links->net(), history.get(), started);
    http::Routes routes;
    http::add_api(routes, *source);
    http::add_probes(routes, *source, *hub, meters);
    auto address = address_of(settings.listen);
    if (!address) return std::unexpected(address.error());
    http::ServerConfig config;
    config.address = address->first;
    config.port = address->second;
    config.log = [this](std::string_view line) { say(line); };
    auto opened = http::Server::open(std::move(config), std::move(routes), *hub, meters);
    if (!opened) return std::unexpected(opened.error());
    server = std::move(*opened);
    return {};
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
    p.paper.reset();
    if (p.service != nullptr) p.service->stop();
    p.recorder.reset();
    if (p.service != nullptr)
        p.say(fmt::format("stopped at entry {}: {}", p.service->health().last_seq, why));
    // What holds on to others goes first.
    p.server.reset();
    p.source.reset();
    p.streamer.reset();
    p.links.reset();
    p.service.reset();
}

}  // namespace assay::desk
