#include "hosts/fixnet/net.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <fmt/format.h>
#include <list>
#include <mutex>
#include <thread>

#include "core/fix/frame.h"
#include "core/fix/secrets.h"
#include "hosts/fixnet/engine.h"
#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/link.h"

namespace assay::fixnet {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kSoh = '\x01';
constexpr milliseconds kTick{100};
constexpr seconds kDialLimit{10}, kLogonLimit{10}, kLogoutLimit{3}, kLongestPause{30};
constexpr std::size_t kMostStrangers = 32;  // connections without a Logon yet, of a port

EngineField plain_field(const fix::Field& f) {
    return {static_cast<int>(f.tag), f.value.data(), f.value.size()};
}

// Takes as long for a wrong password as for the right one.
bool same_secret(std::string_view a, std::string_view b) {
    unsigned differ = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        differ |= static_cast<unsigned char>(a[i]) ^
                  static_cast<unsigned char>(i < b.size() ? b[i] : '\x01');
    return differ == 0;
}

// A stream of bytes cut into sound messages and the rest.
class Stream {
  public:
    std::string bytes;  // read, not yet looked at

    // Calls `message` for each sound one, `garbled` for what is none. `message` returns false to
    // stop there.
    template <class Message, class Garbled>
    void cut(Message message, Garbled garbled) {
        std::string_view window(bytes);
        bool on = true;
        while (on) {
            const fix::Step step = framer_.step(window, fix::Input::more);
            const std::string_view passed = window.substr(0, step.consumed);
            window.remove_prefix(step.consumed);
            if (step.kind == fix::Step::Kind::need_more) break;
            if (step.kind == fix::Step::Kind::between) {
                garbled(passed, "no FIX message");
                continue;
            }
            const fix::Frame& f = framer_.frame();
            if (f.verdict != fix::Verdict::good)
                garbled(f.bytes, fix::text(f.verdict));
            else if (f.form != fix::Form::raw || f.delimiter != kSoh)
                garbled(f.bytes, "its fields are not parted by SOH");
            else
                on = message(f.bytes);
        }
        bytes.erase(0, bytes.size() - window.size());
    }

  private:
    fix::Framer framer_;
};

}  // namespace

class Net::Impl : public EngineOwner {
  public:
    Impl(std::vector<SessionSpec> given, Capture& to) : specs(std::move(given)), capture(to) {
        for (std::size_t i = 0; i < specs.size(); ++i) slots.push_back(std::make_unique<Slot>());
    }

    // --- what is asked for by the engine, with the session locked
    bool message(std::size_t s, bool sent, const std::string& bytes) override;
    bool reset(std::size_t s, bool by_logon) override {
        return capture.note(s, by_logon ? kLogonResetNote : kResetNote);
    }
    void event(std::size_t s, const std::string& text) override;
    void up(std::size_t s) override;
    void down(std::size_t s) override;
    bool transmit(std::size_t s, const std::string& bytes) override;
    void hang_up(std::size_t s) override;

    // --- threads
    void call(std::size_t s);                                            // of an initiator
    void listen(std::size_t port);                                       // of a port
    void greet(std::size_t port, std::shared_ptr<Link> link);            // of who called
    void run(std::size_t s, std::shared_ptr<Link> link, Stream stream);  // of a session
    void take(std::size_t s, Link& link, Stream& stream);
    std::size_t session_of(std::size_t port, std::string_view logon, std::string& why) const;
    void pause(milliseconds how_long);
    void say(std::size_t s, Severity severity, const std::string& text) {
        capture.event(s, severity, fix::mask_secrets_anywhere(text));
    }

    struct Slot {
        std::atomic<bool> taken{};  // by a connection
        std::atomic<std::uint64_t> received{}, sent{}, garbled{}, ups{}, failures{};
        mutable std::mutex mutex;  // of the rest
        std::shared_ptr<Link> link;
        std::string reason, last_event, last_why;  // of the connection's end
        Capture::Seen seen;                        // of what is being read; of its thread alone
        std::thread thread;                        // of an initiator
        std::uint16_t port{};
        std::shared_ptr<TlsContext> tls;
    };
    struct Port {
        std::string host;
        std::uint16_t asked{};
        std::unique_ptr<Listener> listener;
        std::shared_ptr<TlsContext> tls;
        std::vector<std::size_t> sessions;
        std::thread thread;
        std::atomic<std::size_t> strangers{};
    };
    struct Guest {  // a connection that somebody else opened
        std::thread thread;
        std::atomic<bool> done{};
    };

    std::vector<SessionSpec> specs;
    Capture& capture;
    std::vector<std::unique_ptr<Slot>> slots;
    std::vector<std::unique_ptr<Port>> ports;
    std::unique_ptr<Engine> engine;
    std::mutex guests_mutex;
    std::list<Guest> guests;
    std::atomic<bool> stopping{}, started{};
    std::string stop_why;
};

bool Net::Impl::message(std::size_t s, bool sent, const std::string& bytes) {
    Slot& slot = *slots[s];
    if (!capture.message(s, sent, bytes, sent ? Clock::now() : slot.seen)) return false;
    ++(sent ? slot.sent : slot.received);
    return true;
}

void Net::Impl::event(std::size_t s, const std::string& text) {
    {
        const std::lock_guard lock(slots[s]->mutex);
        if (text == "Disconnecting") {
            if (slots[s]->reason.empty()) slots[s]->reason = slots[s]->last_event;
        } else {
            slots[s]->last_event = text;
        }
    }
    say(s, Severity::info, text);
}

void Net::Impl::up(std::size_t s) {
    ++slots[s]->ups;
    capture.up(s);
}

void Net::Impl::down(std::size_t s) {
    std::string why;
    {
        Slot& slot = *slots[s];
        const std::lock_guard lock(slot.mutex);
        if (slot.reason.empty()) slot.reason = "the connection was closed";
        why = slot.last_why = fix::mask_secrets_anywhere(slot.reason);
    }
    capture.down(s, why);
}

bool Net::Impl::transmit(std::size_t s, const std::string& bytes) {
    std::shared_ptr<Link> link;
    {
        const std::lock_guard lock(slots[s]->mutex);
        link = slots[s]->link;
    }
    return link != nullptr && link->write(bytes);
}

void Net::Impl::hang_up(std::size_t s) {
    std::shared_ptr<Link> link;
    std::string why;
    {
        const std::lock_guard lock(slots[s]->mutex);
        link = slots[s]->link;
        why = slots[s]->reason.empty() ? slots[s]->last_event : slots[s]->reason;
    }
    if (link != nullptr) link->close(why);
}

// One message after the other out of what has come.
void Net::Impl::take(std::size_t s, Link& link, Stream& stream) {
    Slot& slot = *slots[s];
    slot.seen = Clock::now();
    const auto garbled = [&](std::string_view bytes, const char* why) {
        if (bytes.find_first_not_of("\x01\r\n ") == std::string_view::npos) return;
        ++slot.garbled;
        capture.garbled(s, bytes, why);
    };
    stream.cut(
        [&](std::string_view bytes) {
            const auto envelope = open_envelope(bytes);
            if (!envelope) {
                garbled(bytes, envelope.error().text().c_str());
                return !link.closed();
            }
            std::vector<EngineField> header, body;
            for (const fix::Field& f : envelope->header) header.push_back(plain_field(f));
            const std::vector<fix::Field> fields =
                envelope->admin() ? fields_of(envelope->body) : std::vector<fix::Field>{};
            for (const fix::Field& f : fields) body.push_back(plain_field(f));
            if (envelope->msg_type == "5") {
                std::string why = "the other side logged out";
                for (const fix::Field& f : fields)
                    if (f.tag == 58) why += ": " + std::string(f.value);
                const std::lock_guard lock(slot.mutex);
                if (slot.reason.empty()) slot.reason = why;
            }
            engine->incoming(s, std::string(bytes), header, body);
            return !link.closed();
        },
        garbled);
}

void Net::Impl::run(std::size_t s, std::shared_ptr<Link> link, Stream stream) {
    Slot& slot = *slots[s];
    {
        const std::lock_guard lock(slot.mutex);
        slot.link = link;
        slot.reason.clear();
        slot.last_event.clear();
    }
    say(s, Severity::info, "connected with " + link->peer());
    engine->connected(s);
    Clock::time_point ticked{};
    while (!link->closed()) {
        if (!stream.bytes.empty()) take(s, *link, stream);
        if (const auto now = Clock::now(); now - ticked >= kTick) {
            engine->tick(s);
            ticked = now;
        }
        if (link->closed()) break;
        link->wait(kTick);
        link->flush();
        if (!link->read(stream.bytes)) break;
    }
    {
        const std::lock_guard lock(slot.mutex);
        if (slot.reason.empty()) slot.reason = link->why();
    }
    engine->disconnected(s);
    const std::lock_guard lock(slot.mutex);
    slot.link.reset();
}

void Net::Impl::pause(milliseconds how_long) {
    const auto until = Clock::now() + how_long;
    while (!stopping && Clock::now() < until)
        std::this_thread::sleep_for(
            std::min<Clock::duration>(milliseconds(50), until - Clock::now()));
}

void Net::Impl::call(std::size_t s) {
    const SessionSpec& spec = specs[s];
    Slot& slot = *slots[s];
    const milliseconds first = seconds(std::max(spec.reconnect_s, 1));
    milliseconds next = first;
    std::string said;
    while (!stopping) {
        auto link = Link::dial(spec.host, spec.port, slot.tls.get(), spec.tls.server_name,
                               Clock::now() + kDialLimit, stopping);
        if (!link) {
            ++slot.failures;
            if (said != link.error().text() && !stopping)
                say(s, Severity::warning, said = link.error().text());
        } else {
            said.clear();
            const std::uint64_t before = slot.ups;
            slot.taken = true;
            run(s, std::move(*link), {});
            slot.taken = false;
            if (slot.ups == before)
                ++slot.failures;
            else
                next = first;
        }
        if (stopping) break;
        pause(next);
        next = std::min<milliseconds>(next * 2, kLongestPause);
    }
}

// Whose Logon it is; kNoSession with `why`.
std::size_t Net::Impl::session_of(std::size_t port, std::string_view logon,
                                  std::string& why) const {
    const auto e = open_envelope(logon);
    if (!e || e->msg_type != "A") {
        why = "the first message is no Logon";
        return kNoSession;
    }
    for (const std::size_t s : ports[port]->sessions) {
        const SessionSpec& spec = specs[s];
        if (e->value(8) != spec.begin_string || e->value(49) != spec.target ||
            e->value(56) != spec.sender)
            continue;
        std::string_view user, password;
        for (const fix::Field& f : fields_of(e->body)) {
            if (f.tag == 553) user = f.value;
            if (f.tag == 554) password = f.value;
        }
        const bool known = (spec.username.empty() || same_secret(spec.username, user)) &
                           (spec.password.empty() || same_secret(spec.password, password));
        if (known) return s;
        why = "Username(553) or Password(554) is not that of session " + spec.name;
        return kNoSession;
    }
    why = fmt::format("no session is {} from {} to {}", e->value(8), e->value(49), e->value(56));
    return kNoSession;
}

void Net::Impl::greet(std::size_t p, std::shared_ptr<Link> link) {
    Port& port = *ports[p];
    const auto until = Clock::now() + kLogonLimit;
    const auto refuse = [&](const std::string& why) {
        --port.strangers;
        if (!stopping)
            say(kNoSession, Severity::warning,
                fmt::format("{} at port {} is refused: {}", link->peer(), port.listener->port(),
                            why));
    };
    if (port.tls != nullptr)
        if (auto ok = link->greet(*port.tls, until, stopping); !ok)
            return refuse(ok.error().text());
    // The first message says whose connection it is. It is looked at again by run().
    Stream all;
    std::size_t s = kNoSession;
    std::string why;
    for (bool found = false; !found;) {
        if (stopping || Clock::now() >= until) return refuse("no Logon in time");
        link->wait(kTick);
        if (!link->read(all.bytes)) return refuse("it hung up before its Logon");
        if (all.bytes.size() > fix::FramerOptions{}.max_message)
            return refuse("no Logon in its first bytes");
        Stream look;
        look.bytes = all.bytes;
        look.cut(
            [&](std::string_view bytes) {
                found = true;
                s = session_of(p, bytes, why);
                return false;
            },
            [](std::string_view, const char*) {});
    }
    if (s == kNoSession) return refuse(why);
    if (slots[s]->taken.exchange(true))
        return refuse("session " + specs[s].name + " is connected already");
    --port.strangers;
    run(s, std::move(link), std::move(all));
    slots[s]->taken = false;
}

void Net::Impl::listen(std::size_t p) {
    Port& port = *ports[p];
    while (!stopping) {
        std::shared_ptr<Link> link = port.listener->accept(kTick);
        const std::lock_guard lock(guests_mutex);
        std::erase_if(guests, [](Guest& g) {
            if (!g.done) return false;
            g.thread.join();
            return true;
        });
        if (link == nullptr || stopping) continue;
        if (port.strangers >= kMostStrangers) {
            say(kNoSession, Severity::warning,
                link->peer() + " is refused: too many connections without a Logon");
            continue;
        }
        ++port.strangers;
        Guest& guest = guests.emplace_back();
        guest.thread = std::thread([this, p, link = std::move(link), &guest]() mutable {
            greet(p, std::move(link));
            guest.done = true;
        });
    }
}

Net::Net(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

namespace {

EngineSession engine_session(const SessionSpec& spec, const Recovered* from) {
    EngineSession e;
    e.begin_string = spec.begin_string;
    e.appl_ver = spec.appl_ver;
    e.sender = spec.sender;
    e.target = spec.target;
    e.initiator = !spec.acceptor;
    e.heartbeat_s = spec.heartbeat_s;
    e.reset_on_logon = spec.reset_on_logon;
    e.time_digits = spec.time_digits;
    e.starts = spec.starts;
    e.ends = spec.ends;
    e.username = spec.username;
    e.password = spec.password;
    e.kept = spec.kept;
    if (from == nullptr || !known(from->created)) return e;
    e.next_sender = static_cast<int>(from->next_sender);
    e.next_target = static_cast<int>(from->next_target);
    e.created_s = from->created.ns / kSecond.ns;
    for (const SentMessage& m : from->sent) e.sent.push_back({static_cast<int>(m.seq), m.bytes});
    return e;
}

}  // namespace

Result<std::unique_ptr<Net>> Net::open(std::vector<SessionSpec> specs, Capture& capture,
                                       std::vector<Recovered> recovered) {
    if (auto ok = check(specs); !ok) return std::unexpected(ok.error());
    if (!recovered.empty() && recovered.size() != specs.size())
        return fail(
            fmt::format("{} sessions, but {} recovered states", specs.size(), recovered.size()));
    // A connection that breaks while TLS writes is an error of that connection, no signal.
    std::signal(SIGPIPE, SIG_IGN);
    auto impl = std::make_unique<Impl>(std::move(specs), capture);
    std::vector<EngineSession> sessions;
    for (std::size_t s = 0; s < impl->specs.size(); ++s) {
        const SessionSpec& spec = impl->specs[s];
        Impl::Slot& slot = *impl->slots[s];
        sessions.push_back(engine_session(spec, recovered.empty() ? nullptr : &recovered[s]));
        slot.port = spec.port;
        if (spec.tls.on) {
            auto tls = spec.acceptor ? TlsContext::server(spec.tls) : TlsContext::client(spec.tls);
            if (!tls) return std::unexpected(Error(tls.error()).in("session " + spec.name));
            slot.tls = *tls;
        }
        if (!spec.acceptor) continue;
        const auto same = [&](const auto& p) {
            return spec.port != 0 && p->asked == spec.port && p->host == spec.host;
        };
        auto at = std::find_if(impl->ports.begin(), impl->ports.end(), same);
        if (at == impl->ports.end()) {
            auto listener = Listener::open(spec.host, spec.port);
            if (!listener)
                return std::unexpected(Error(listener.error()).in("session " + spec.name));
            auto port = std::make_unique<Impl::Port>();
            port->host = spec.host;
            port->asked = spec.port;
            port->listener = std::move(*listener);
            port->tls = slot.tls;
            impl->ports.push_back(std::move(port));
            at = impl->ports.end() - 1;
        }
        (*at)->sessions.push_back(s);
        slot.port = (*at)->listener->port();
    }
    try {
        impl->engine = std::make_unique<Engine>(*impl, sessions);
    } catch (const std::exception& e) {
        return fail(std::string("the FIX engine refuses: ") + e.what());
    }
    return std::unique_ptr<Net>(new Net(std::move(impl)));
}

Net::~Net() {
    stop();
}

void Net::start() {
    if (impl_->started.exchange(true)) return;
    Impl* const impl = impl_.get();
    for (std::size_t p = 0; p < impl->ports.size(); ++p)
        impl->ports[p]->thread = std::thread([impl, p] { impl->listen(p); });
    for (std::size_t s = 0; s < impl->specs.size(); ++s)
        if (!impl->specs[s].acceptor)
            impl->slots[s]->thread = std::thread([impl, s] { impl->call(s); });
}

void Net::stop(std::string_view why) {
    if (impl_->stopping) return;
    const auto any_up = [&] {
        for (std::size_t s = 0; s < impl_->specs.size(); ++s)
            if (impl_->engine->logged_on(s)) return true;
        return false;
    };
    for (std::size_t s = 0; s < impl_->specs.size(); ++s) {
        {
            const std::lock_guard lock(impl_->slots[s]->mutex);
            if (impl_->slots[s]->reason.empty()) impl_->slots[s]->reason = std::string(why);
        }
        impl_->engine->log_out(s, std::string(why));
    }
    const auto until = Clock::now() + kLogoutLimit;
    while (any_up() && Clock::now() < until) std::this_thread::sleep_for(milliseconds(5));
    impl_->stopping = true;
    for (const auto& port : impl_->ports) {
        port->listener->wake();
        if (port->thread.joinable()) port->thread.join();
    }
    for (const auto& slot : impl_->slots) {
        {
            const std::lock_guard lock(slot->mutex);
            if (slot->link != nullptr) slot->link->close(std::string(why));
        }
        if (slot->thread.joinable()) slot->thread.join();
    }
    for (Impl::Guest& g : impl_->guests) g.thread.join();
    impl_->guests.clear();
    if (impl_->started)
        for (std::size_t s = 0; s < impl_->specs.size(); ++s) impl_->capture.note(s, kEndNote);
}

Result<void> Net::send(std::size_t session, std::string_view fix_bytes) {
    if (session >= impl_->specs.size())
        return fail(fmt::format("there is no session number {}", session));
    const SessionSpec& spec = impl_->specs[session];
    const std::string place = "session " + spec.name;
    if (!may_send(spec.role)) return fail(place + ": a drop copy is only listened to");
    const auto envelope = open_envelope(fix_bytes);
    if (!envelope) return std::unexpected(Error(envelope.error()).in(place));
    if (envelope->admin())
        return fail(fmt::format("{}: MsgType(35) {} is the engine's own affair", place,
                                envelope->msg_type));
    std::vector<EngineField> header;
    for (const fix::Field& f : envelope->header)
        if (!stamped_by_engine(f.tag)) header.push_back(plain_field(f));
    const std::string_view body = envelope->body;
    const std::size_t equals = body.find('=');
    int tag = 0;
    if (equals == std::string_view::npos ||
        std::from_chars(body.data(), body.data() + equals, tag).ptr != body.data() + equals ||
        tag <= 0)
        return fail(place + ": the message has no body");
    const std::string value(body.substr(equals + 1, body.size() - equals - 2));
    switch (impl_->engine->send(session, header, tag, value)) {
        case Engine::Sent::yes:
            return {};
        case Engine::Sent::not_logged_on:
            return fail(place + " is not logged on");
        case Engine::Sent::not_kept:
            break;
    }
    return fail(place + ": the message could not be journaled, and was not sent");
}

const std::vector<SessionSpec>& Net::specs() const {
    return impl_->specs;
}

std::uint16_t Net::port(std::size_t session) const {
    return impl_->slots[session]->port;
}

std::vector<SessionState> Net::states() const {
    std::vector<SessionState> states;
    for (std::size_t s = 0; s < impl_->specs.size(); ++s) {
        const Impl::Slot& slot = *impl_->slots[s];
        SessionState state;
        state.up = impl_->engine->logged_on(s);
        state.next_sender = static_cast<std::uint64_t>(impl_->engine->next_sender(s));
        state.next_target = static_cast<std::uint64_t>(impl_->engine->next_target(s));
        state.received = slot.received;
        state.sent = slot.sent;
        state.garbled = slot.garbled;
        state.ups = slot.ups;
        state.failures = slot.failures;
        const std::lock_guard lock(slot.mutex);
        if (slot.link != nullptr) state.peer = slot.link->peer();
        state.last_why = slot.last_why;
        states.push_back(std::move(state));
    }
    return states;
}

}  // namespace assay::fixnet
