// Live FIX sessions: those that call, those that are called, and all of their bytes captured.
//
//     auto net = Net::open(specs, capture, recovered);   // binds, so that port() is known
//     (*net)->start();
//     (*net)->send(session, bytes);                      // from any thread
//     (*net)->stop("end of day");                        // logs out
//
// A thread for each connection, and one for each port that is listened at. The number of a session
// is its place in `specs`. What the other side sends is journaled (Capture) before anything is made
// of it; what is sent is journaled before it leaves. docs/sessions.md says what happens at gaps,
// restarts, log-outs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"
#include "hosts/fixnet/capture.h"
#include "hosts/fixnet/sequences.h"
#include "hosts/fixnet/session.h"

namespace assay::fixnet {

struct SessionState {
    bool up{};
    std::string peer;      // address:port, while connected
    std::string last_why;  // it went down the last time; empty: never
    std::uint64_t next_sender{}, next_target{};
    std::uint64_t received{}, sent{}, garbled{};  // messages since start()
    std::uint64_t ups{}, failures{};              // logons; calls that led to none
    // What messages that were received took: cutting and reading their headers; the FIX engine;
    // the capture.
    double ours_seconds{}, engine_seconds{}, capture_seconds{};
};

class Net {
  public:
    static constexpr std::size_t kNoSession = SIZE_MAX;

    // `capture` must outlive it. `recovered`: of each session, or none at all.
    // Errors: a specification that cannot be, a certificate, a port that is taken.
    static Result<std::unique_ptr<Net>> open(std::vector<SessionSpec> specs, Capture& capture,
                                             std::vector<Recovered> recovered = {});
    // What open() would refuse for good: specifications, certificates. Nothing is bound.
    static Result<void> possible(const std::vector<SessionSpec>& specs);
    ~Net();  // stops
    Net(const Net&) = delete;
    Net& operator=(const Net&) = delete;

    void start();
    // Logs out what is logged on, waits some seconds for the answers, and ends all threads. Once.
    void stop(std::string_view why = "stopped");

    // A whole application message, SOH between its fields. CompIDs, number, times, length and sum
    // are put in here: what stands there counts for nothing. On the wire, or waiting for the other
    // side to take it, when it returns. Errors: not logged on, no such message, not journaled.
    Result<void> send(std::size_t session, std::string_view fix_bytes);

    const std::vector<SessionSpec>& specs() const;
    std::vector<SessionState> states() const;
    // Where a session is listened at, or calls.
    std::uint16_t port(std::size_t session) const;

  private:
    class Impl;
    explicit Net(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace assay::fixnet
