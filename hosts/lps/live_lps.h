// The simulated LPs and their market as counterparties that can be called: one FIX acceptor for
// each, on loopback, in real time or faster. What they make of orders is core/sim's affair; here a
// clock is put to it, and its bytes to sockets.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sim/street.h"
#include "core/units/result.h"

namespace assay::lps {

enum class Version : std::uint8_t { fix42, fix44, fix50sp2 };

struct Options {
    Version version{Version::fix44};
    std::uint16_t port_base{};  // the market's; the LPs follow, in step. 0: any that are free
    double speed{1};            // seconds of the street in a second
    // A folder where sequence numbers are kept, in a journal. Empty: they begin anew with each
    // start, and who calls should do the same (ResetSeqNumFlag).
    std::string journal{};
};

// Where somebody is to be called.
struct Place {
    std::string name;  // CompID
    bool market{};
    std::uint16_t port{};
};

class LiveLps {
  public:
    using Say = std::function<void(std::string_view)>;  // a line for people; any thread

    // `starts`: the time of the street that run() begins with.
    static Result<std::unique_ptr<LiveLps>> open(std::unique_ptr<sim::Street> street, Nanos starts,
                                                 const Options& options, Say say);
    ~LiveLps();
    LiveLps(const LiveLps&) = delete;
    LiveLps& operator=(const LiveLps&) = delete;

    const std::vector<Place>& places() const;  // the market first
    // Until `stop`, or until nothing can happen any more; then everybody is logged out. Once.
    void run(const std::atomic<bool>& stop);

    struct Counts {
        std::uint64_t quotes{}, orders{}, cancels{}, replaces{}, status_requests{}, reports{},
            unsent{};  // waits for somebody to log on; quotes do not
    };
    Counts counts() const;

  private:
    class Impl;
    explicit LiveLps(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// FIX 4.4 reports as FIX 4.2 has them: fills are ExecType(150) 1 and 2, and what a report is about
// stands in ExecTransType(20). Other messages stay as they are.
std::string as_fix42(std::string_view bytes);

}  // namespace assay::lps
