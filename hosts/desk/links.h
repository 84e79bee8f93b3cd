// The desk's live sessions: hosts/fixnet's Net, its bytes put into the sequencer, and where its
// sequence numbers stand kept beside the state.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/desk/clock_skew.h"
#include "hosts/desk/desk_toml.h"
#include "hosts/desk/log.h"
#include "hosts/desk/service.h"
#include "hosts/fixnet/capture.h"
#include "hosts/fixnet/net.h"
#include "hosts/fixnet/sequences.h"

namespace assay::desk {

// What the sessions are to hosts/fixnet: those that this desk opens, in the file's order. On paper
// LPs have none.
std::vector<fixnet::SessionSpec> session_specs(const DeskSettings& settings);

class Links final : public Wire, public Watcher, public fixnet::Capture {
  public:
    Links(const DeskSettings& settings, journal::Journal& journal);
    ~Links() override;

    // On a start, in this order: what lay beside the state, the entries behind it, then open().
    void begin(const std::string& beside);
    void seen(const journal::Entry& entry, const std::string& session);
    // `paper_lps`: LPs have no session.
    Result<void> open(Sequencer& sequencer, bool paper_lps, Log& log);
    void start();
    void stop(std::string_view why);

    fixnet::Net* net() const { return net_.get(); }
    std::uint16_t port(std::string_view session) const;
    // Its number in the net, by its place in the configuration; SIZE_MAX: it is not there.
    std::size_t place_in_net(std::uint32_t place) const { return of_net_[place]; }

    // What was seen of a session since the start.
    struct Told {
        std::uint64_t resend_requests_in{}, resend_requests_out{}, sequence_resets{}, poss_dups{};
        std::uint64_t rejects_in{}, rejects_out{}, downs{}, too_low{}, garbled{};
        std::uint64_t bytes_in{}, garbled_bytes{};  // of messages; of what is none
        std::uint64_t gap_fills_ignored{};          // below the number that was expected
        bool waits_for_gap{};                       // messages wait behind one
        std::optional<Duration> clock_skew{};       // of an LP: ClockSkew
        std::optional<Nanos> changed{};             // when it came up or went down the last time
    };
    Told told(std::uint32_t place) const;
    std::uint64_t refused_logons() const { return refused_logons_; }

    // Wire.
    Result<void> send(std::uint32_t session, std::string_view bytes) override;
    // Watcher.
    void applied(const Input& input, std::uint32_t place, const SessionOutput& out) override;
    std::string kept() override;
    // Capture, in the threads of the sessions.
    bool message(std::size_t session, bool sent, std::string_view bytes,
                 fixnet::Capture::Seen seen) override;
    bool note(std::size_t session, std::string_view text) override;
    void up(std::size_t session) override;
    void down(std::size_t session, std::string_view why) override;
    void event(std::size_t session, fixnet::Severity severity, std::string_view text) override;
    void garbled(std::size_t session, std::string_view bytes, std::string_view why) override;

  private:
    void say(LogLevel level, std::size_t session, std::string message,
             std::vector<std::pair<std::string_view, std::string>> fields = {});
    static constexpr std::size_t kNone = SIZE_MAX;
    const SessionSettings& of(std::size_t session) const {
        return settings_->sessions[places_[session]];
    }

    struct Counts {
        std::atomic<std::uint64_t> resend_requests_in{}, resend_requests_out{}, sequence_resets{},
            poss_dups{}, rejects_in{}, rejects_out{}, downs{}, too_low{}, garbled{}, bytes_in{},
            garbled_bytes{}, gap_fills_ignored{};
        std::atomic<bool> waits_for_gap{};
        ClockSkew clock_skew;
        std::atomic<std::int64_t> changed_ns{kNever.ns};
    };
    void count(Counts& counts, bool sent, std::string_view bytes);
    void changed(const Input& input);

    std::vector<Counts> counts_;  // by place
    std::atomic<std::uint64_t> refused_logons_{};
    const DeskSettings* settings_;
    std::vector<std::uint32_t> numbers_;        // by place in the configuration: in the journal
    std::vector<fixnet::Sequences> sequences_;  // by place
    bool ended_in_order_{true};
    std::vector<std::size_t> places_;  // by session of the net
    std::vector<std::size_t> of_net_;  // by place
    Sequencer* sequencer_{};
    Log* log_{};
    std::unique_ptr<fixnet::Net> net_;
    bool stopped_{};
};

}  // namespace assay::desk
