// Stops sending to an LP that has turned bad (docs/spec.md 7f): Page's CUSUM of rejects and
// time-outs against what is usual for this LP, and four events that open it at once.
//
// CLOSED -> OPEN for 30 s x 2^k, at most 30 min -> HALF_OPEN: three probes of the smallest size,
// all answered -> CLOSED. k rises by one each time it opens, and falls by one a clean hour.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/route/candidate.h"
#include "core/units/nanos.h"

namespace assay::route {

enum class BreakerState : std::uint8_t { closed, half_open, open };
const char* text(BreakerState s);

// What one order to an LP came to. A reject that was our mistake or a market-wide halt is no
// outcome.
enum class Outcome : std::uint8_t { answered, rejected, timed_out };
// What opens it at once.
enum class Fault : std::uint8_t { none, cusum, timeouts, session_down, bust, crossed_own_quote };
const char* text(Fault f);

// Where an LP that usually rejects `usual` (a belief, 0 to 1) opens: p0 = usual, at least .02,
// p1 = min(.6, max(.2, 4 p0)), `threshold` for one false opening in 5,000 orders at least.
struct Cusum {
    double p0{}, p1{};    // what is usual for this LP, and what alarms
    double up{}, down{};  // added on a reject or time-out; taken off on an answer
    double threshold{};
};
Cusum cusum_for(double usual_reject_share);

inline constexpr Duration kBreakerBase{30'000'000'000};
inline constexpr Duration kBreakerMost{1'800'000'000'000};
inline constexpr int kProbesToClose = 3;
inline constexpr int kTimeoutsToOpen = 3;

class Breaker {
  public:
    // One outcome, in order of time.
    void observe(Nanos at, Outcome outcome, double usual_reject_share) {
        observe(at, outcome, cusum_for(usual_reject_share));
    }
    void observe(Nanos at, Outcome outcome, const Cusum& c);
    void open(Nanos at, Fault why);
    // OPEN turns HALF_OPEN by time alone.
    BreakerState state(Nanos at) const;
    Nanos open_until() const { return until_; }
    Fault fault() const { return fault_; }
    double sum() const { return sum_; }

    template <class Archive>
    void archive(Archive& a) {
        a(state_, fault_, sum_, until_, clean_since_, openings_, probes_, timeouts_);
    }

  private:
    void forgive(Nanos at);

    BreakerState state_{BreakerState::closed};
    Fault fault_{Fault::none};
    double sum_{};
    Nanos until_{kNever}, clean_since_{kNever};
    std::int32_t openings_{};  // k
    std::int32_t probes_{}, timeouts_{};
};

// One for each LP, and one for each LP in a symbol.
class Breakers {
  public:
    void observe(Nanos at, LpId lp, const std::string& symbol, Outcome outcome,
                 double usual_reject_share);
    void open(Nanos at, LpId lp, Fault why);
    void open(Nanos at, LpId lp, const std::string& symbol, Fault why);
    // The worse of the two.
    BreakerState state(Nanos at, LpId lp, const std::string& symbol) const;
    // When the worse of the two opens for probes; kNever: not open.
    Nanos open_until(Nanos at, LpId lp, const std::string& symbol) const;
    Fault fault(Nanos at, LpId lp, const std::string& symbol) const;

    template <class Archive>
    void archive(Archive& a) {
        a(lps_, pairs_);
    }

  private:
    const Breaker* worse(Nanos at, LpId lp, const std::string& symbol) const;

    std::map<LpId, Breaker> lps_;
    std::map<std::string, std::map<LpId, Breaker>> pairs_;  // by symbol
};

}  // namespace assay::route
