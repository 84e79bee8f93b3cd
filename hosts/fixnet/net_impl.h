// The inside of Net: what each session has, and its threads (net_threads.cpp).
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/fix/secrets.h"
#include "hosts/fixnet/engine.h"
#include "hosts/fixnet/envelope.h"
#include "hosts/fixnet/link.h"
#include "hosts/fixnet/net.h"
#include "hosts/fixnet/stream.h"
#include "hosts/fixnet/tls.h"

namespace assay::fixnet {

inline EngineField plain_field(const fix::Field& f) {
    return {static_cast<int>(f.tag), f.value.data(), f.value.size()};
}

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
    void say_no_logon(std::size_t s, std::string& said);
    void call(std::size_t s);                                            // of an initiator
    void listen(std::size_t port);                                       // of a port
    void greet(std::size_t port, std::shared_ptr<Link> link);            // of who called
    void run(std::size_t s, std::shared_ptr<Link> link, Stream stream);  // of a session
    void take(std::size_t s, Link& link, Stream& stream);
    std::size_t session_of(std::size_t port, std::string_view logon, std::string& why) const;
    void pause(std::chrono::milliseconds how_long);
    void say(std::size_t s, Severity severity, const std::string& text) {
        capture.event(s, severity, fix::mask_secrets_anywhere(text));
    }

    struct Slot {
        std::atomic<bool> taken{};  // by a connection
        std::atomic<std::uint64_t> received{}, sent{}, garbled{}, ups{}, failures{};
        std::atomic<std::int64_t> ours_ns{}, engine_ns{}, capture_ns{};  // for messages received
        mutable std::mutex mutex;                                        // of the rest
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

}  // namespace assay::fixnet
