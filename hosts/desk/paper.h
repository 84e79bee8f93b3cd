// Fills on paper: what the desk sends to LPs is answered by what the market shows, so that a desk
// can be tried with real market data and no LP. An order is answered after `delay`: filled at the
// far touch up to what stands there, within its limit; the rest of an IOC is canceled.
//
// Both ways are captured as if there were a session, so that everything behind it is as it would
// be live. Used on the desk's thread but for the answers, which a thread of its own hands over.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/fix/encode.h"
#include "core/market/bbo.h"
#include "hosts/desk/service.h"

namespace assay::desk {

class PaperWire final : public Wire {
  public:
    // `quote`: of a symbol; called on the desk's thread, within send(). `others`: where messages
    // for sessions that are no LP go; null: nowhere.
    PaperWire(std::vector<SessionInfo> sessions, std::vector<std::string> comp_ids,
              std::string our_comp_id, journal::Journal& journal, Sequencer& sequencer,
              std::function<Bbo(std::string_view)> quote, std::chrono::microseconds delay,
              Wire* others);
    ~PaperWire() override;

    Result<void> send(std::uint32_t session, std::string_view bytes) override;
    // A Logon each way, which begins the sequence numbers anew.
    void log_on();

  private:
    struct Answer {
        std::chrono::steady_clock::time_point at;
        std::uint32_t session{};
        std::string bytes;
        bool operator<(const Answer& other) const { return at < other.at; }
    };
    struct Order {
        std::string symbol;
        Side side{};
        Qty qty, cum;
    };
    void answer(std::uint32_t session, const fix::ExecutionReport& report);
    void run();

    std::vector<SessionInfo> sessions_;
    std::vector<std::string> comp_ids_;
    std::string our_comp_id_;
    std::vector<std::uint32_t> numbers_;  // in the journal
    Sequencer* sequencer_;
    std::function<Bbo(std::string_view)> quote_;
    std::chrono::microseconds delay_;
    Wire* others_;
    std::vector<std::uint64_t> seq_;
    std::map<std::string, Order, std::less<>> orders_;  // by ClOrdID: for H and F
    std::deque<std::string> oldest_;                    // of them, first: at most kOrders are kept
    static constexpr std::size_t kOrders = 100'000;
    std::uint64_t made_{};
    fix::Encoder encoder_;
    fix::Message message_;
    std::mutex mutex_;
    std::condition_variable come_;
    std::vector<Answer> answers_;
    bool ending_{};
    std::thread thread_;
};

}  // namespace assay::desk
