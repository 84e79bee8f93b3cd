#include "hosts/fixnet/net.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fmt/format.h>

#include "hosts/fixnet/net_impl.h"

namespace assay::fixnet {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kLogoutLimit{3};

}  // namespace

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
    e.accept_reset = spec.accept_reset;
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

Result<void> Net::possible(const std::vector<SessionSpec>& specs) {
    if (auto ok = check(specs); !ok) return ok;
    for (const SessionSpec& spec : specs) {
        if (!spec.tls.on) continue;
        const auto tls =
            spec.acceptor ? TlsContext::server(spec.tls) : TlsContext::client(spec.tls);
        if (!tls) return std::unexpected(Error(tls.error()).in("session " + spec.name));
    }
    return {};
}

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
    while (any_up() && Clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
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
        state.ours_seconds = static_cast<double>(slot.ours_ns) * 1e-9;
        state.engine_seconds = static_cast<double>(slot.engine_ns) * 1e-9;
        state.capture_seconds = static_cast<double>(slot.capture_ns) * 1e-9;
        const std::lock_guard lock(slot.mutex);
        if (slot.link != nullptr) state.peer = slot.link->peer();
        state.last_why = slot.last_why;
        states.push_back(std::move(state));
    }
    return states;
}

}  // namespace assay::fixnet
