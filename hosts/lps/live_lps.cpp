#include "hosts/lps/live_lps.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <optional>

#include "core/fix/message.h"
#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/net.h"
#include "hosts/fixnet/recover.h"
#include "hosts/journal/disk.h"
#include "hosts/journal/journal.h"
#include "hosts/lps/order_status.h"

namespace assay::lps {

namespace {

using Clock = std::chrono::steady_clock;
using fixnet::SessionSpec;

// So many messages may be sent between two writes of the journal.
constexpr std::uint64_t kLost = 10'000;
constexpr std::size_t kMostWaiting = 100'000;  // orders that were not looked at yet

Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

struct Arrived {
    std::uint32_t lp{};
    Clock::time_point at;
    std::string bytes;
};

}  // namespace

std::string as_fix42(std::string_view bytes) {
    const auto e = fixnet::open_envelope(bytes);
    if (!e || e->msg_type != "8") return std::string(bytes);
    const std::vector<fix::Field> fields = fixnet::fields_of(e->body);
    char status = '0', type = '0';
    for (const fix::Field& f : fields) {
        if (f.tag == 39 && !f.value.empty()) status = f.value[0];
        if (f.tag == 150 && !f.value.empty()) type = f.value[0];
    }
    const char about = type == 'H' ? '1' : type == 'G' ? '2' : type == 'I' ? '3' : '0';
    const bool trade = type == 'F' || type == 'G' || type == 'H' || type == 'I';
    std::string out(bytes.substr(0, static_cast<std::size_t>(e->body.data() - bytes.data())));
    out += fmt::format("20={}\x01", about);
    for (const fix::Field& f : fields)
        out += f.tag == 150 && trade ? fmt::format("150={}\x01", status)
                                     : fmt::format("{}={}\x01", f.tag, f.value);
    // Length and sum are put right where it is sent.
    return out + "10=000\x01";
}

class LiveLps::Impl : public fixnet::Capture {
  public:
    Impl(std::unique_ptr<sim::Street> s, Nanos at, const Options& o, Say to)
        : street(std::move(s)), starts(at), options(o), say(std::move(to)) {}

    // --- Capture
    bool message(std::size_t session, bool sent, std::string_view bytes, Seen seen) override {
        if (!journaled(session, sent ? journal::Mark::sent : journal::Mark::received, bytes))
            return false;
        if (sent || session == 0) return true;
        const auto e = fixnet::open_envelope(bytes);
        if (!e || e->admin()) return true;
        const std::lock_guard lock(mutex);
        if (arrived.size() >= kMostWaiting) return false;
        arrived.push_back({static_cast<std::uint32_t>(session - 1), seen, std::string(bytes)});
        changed.notify_all();
        return true;
    }
    bool note(std::size_t session, std::string_view text) override {
        return journaled(session, journal::Mark::note, text);
    }
    void up(std::size_t session) override { say(specs[session].name + " is up"); }
    void down(std::size_t session, std::string_view why) override {
        say(fmt::format("{} is down: {}", specs[session].name, why));
    }
    void event(std::size_t session, fixnet::Severity severity, std::string_view text) override {
        if (severity == fixnet::Severity::info) return;
        say(fmt::format("{}: {}", session == fixnet::Net::kNoSession ? "FIX" : specs[session].name,
                        text));
    }
    void garbled(std::size_t session, std::string_view bytes, std::string_view why) override {
        say(fmt::format("{}: {} bytes are not understood: {}", specs[session].name, bytes.size(),
                        why));
    }
    bool journaled(std::size_t session, journal::Mark mark, std::string_view bytes) {
        if (journal == nullptr) return true;
        return journal->append(utc_now(), numbers[session], mark, bytes).has_value();
    }

    // --- the loop
    Nanos street_time(Clock::time_point at) const {
        const auto passed =
            std::chrono::duration_cast<std::chrono::nanoseconds>(at - began).count();
        return starts +
               Duration{static_cast<std::int64_t>(static_cast<double>(passed) * options.speed)};
    }
    Clock::time_point wall_time(Nanos at) const {
        const double ns = static_cast<double>((at - starts).ns) / options.speed;
        return began + std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(ns, 3.6e15)));
    }
    void say_until(Nanos now);
    void hear(const Arrived& a);
    void send(std::size_t session, std::string_view bytes);
    bool sent_now(std::size_t session, std::string_view bytes);
    void say_what_waited();

    std::unique_ptr<sim::Street> street;
    const Nanos starts;
    const Options options;
    Say say;
    std::vector<SessionSpec> specs;
    std::vector<Place> places;
    std::unique_ptr<journal::Journal> journal;
    std::vector<std::uint32_t> numbers;  // of sessions in the journal
    std::unique_ptr<fixnet::Net> net;
    OrderStatuses statuses;
    fix::Message parsed;
    Clock::time_point began{};
    // Reports that nobody was logged on for: executions are said once somebody is.
    std::vector<std::deque<std::string>> unsaid;  // by session

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<Arrived> arrived;
    Counts counts;
};

bool LiveLps::Impl::sent_now(std::size_t session, std::string_view bytes) {
    const auto sent = options.version == Version::fix42 ? net->send(session, as_fix42(bytes))
                                                        : net->send(session, bytes);
    return sent.has_value();
}

void LiveLps::Impl::send(std::size_t session, std::string_view bytes) {
    auto& waiting = unsaid[session];
    const bool sent = waiting.empty() && sent_now(session, bytes);
    if (!sent && session != 0) waiting.emplace_back(bytes);
    const std::lock_guard lock(mutex);
    if (session == 0)
        counts.quotes += sent;
    else
        ++(sent ? counts.reports : counts.unsent);
}

void LiveLps::Impl::say_what_waited() {
    for (std::size_t session = 1; session < unsaid.size(); ++session) {
        auto& waiting = unsaid[session];
        std::uint64_t said = 0;
        for (; !waiting.empty() && sent_now(session, waiting.front()); ++said) waiting.pop_front();
        if (said == 0) continue;
        const std::lock_guard lock(mutex);
        counts.reports += said;
        counts.unsent -= said;
    }
}

void LiveLps::Impl::say_until(Nanos now) {
    while (const auto said = street->next(now)) {
        if (said->by == sim::Street::kMarket) {
            send(0, said->bytes);
            continue;
        }
        if (!fix::parse(said->bytes, '\x01', parsed) && parsed.msg_type == "8")
            statuses.said(said->by, parsed);
        send(said->by + 1, said->bytes);
    }
}

void LiveLps::Impl::hear(const Arrived& a) {
    const Nanos at = street_time(a.at);
    say_until(at);
    if (fix::parse(a.bytes, '\x01', parsed)) {
        say(fmt::format("{}: a message that cannot be read is passed over", specs[a.lp + 1].name));
        return;
    }
    const std::string_view type = parsed.msg_type;
    {
        const std::lock_guard lock(mutex);
        counts.orders += type == "D";
        counts.cancels += type == "F";
        counts.replaces += type == "G";
        counts.status_requests += type == "H";
    }
    if (type == "H") return send(a.lp + 1, statuses.answer(a.lp, parsed, at));
    if (type == "D") statuses.heard(a.lp, parsed);
    street->hear(a.lp, a.bytes, at);
}

LiveLps::LiveLps(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveLps::~LiveLps() = default;

Result<std::unique_ptr<LiveLps>> LiveLps::open(std::unique_ptr<sim::Street> street, Nanos starts,
                                               const Options& options, Say say) {
    auto impl = std::make_unique<Impl>(std::move(street), starts, options, std::move(say));
    std::vector<std::string> names{impl->street->market()};
    for (const std::string& lp : impl->street->lps()) names.push_back(lp);
    if (options.port_base != 0 && options.port_base + names.size() > 65'536)
        return fail(fmt::format("port base {}: {} ports do not fit behind it", options.port_base,
                                names.size()));
    impl->unsaid.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        SessionSpec s;
        s.name = names[i];
        s.role = i == 0 ? fixnet::Role::market_data : fixnet::Role::oms;  // orders come in
        s.acceptor = true;
        s.begin_string = options.version == Version::fix42   ? "FIX.4.2"
                         : options.version == Version::fix44 ? "FIX.4.4"
                                                             : "FIXT.1.1";
        if (options.version == Version::fix50sp2) s.appl_ver = "9";
        s.sender = names[i];
        s.target = impl->street->us();
        s.port = options.port_base == 0 ? std::uint16_t{0}
                                        : static_cast<std::uint16_t>(options.port_base + i);
        s.time_digits = 6;
        impl->specs.push_back(std::move(s));
    }
    std::vector<fixnet::Recovered> recovered;
    if (!options.journal.empty()) {
        const auto disk = journal::posix_disk();
        auto back = fixnet::recovered_from(*disk, options.journal, impl->specs, kLost);
        if (!back) return std::unexpected(back.error());
        recovered = std::move(*back);
        auto opened = journal::Journal::open(journal::posix_disk(), options.journal, {});
        if (!opened) return std::unexpected(opened.error());
        impl->journal = std::move(*opened);
        for (const SessionSpec& s : impl->specs)
            impl->numbers.push_back(impl->journal->session(s.name));
    }
    auto net = fixnet::Net::open(impl->specs, *impl, std::move(recovered));
    if (!net) return std::unexpected(net.error());
    impl->net = std::move(*net);
    for (std::size_t i = 0; i < names.size(); ++i)
        impl->places.push_back({names[i], i == 0, impl->net->port(i)});
    return std::unique_ptr<LiveLps>(new LiveLps(std::move(impl)));
}

const std::vector<Place>& LiveLps::places() const {
    return impl_->places;
}

LiveLps::Counts LiveLps::counts() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->counts;
}

void LiveLps::run(const std::atomic<bool>& stop) {
    Impl& my = *impl_;
    constexpr std::chrono::milliseconds kLook{50};  // at `stop`
    my.began = Clock::now();
    my.net->start();
    std::deque<Arrived> now;
    while (!stop) {
        const auto next = my.street->next_at();
        if (!next) break;
        {
            std::unique_lock lock(my.mutex);
            const auto until = std::min(my.wall_time(*next), Clock::now() + kLook);
            my.changed.wait_until(lock, until, [&] { return !my.arrived.empty(); });
            now.swap(my.arrived);
        }
        my.say_what_waited();
        for (const Arrived& a : now) my.hear(a);
        now.clear();
        my.say_until(my.street_time(Clock::now()));
    }
    my.net->stop("the street closes");
}

}  // namespace assay::lps
