// What changes, told to whoever listens at /api/v1/stream: orders as they happen, scores of symbols
// that something was traded in, at most some times a second.
#pragma once

#include <map>
#include <set>
#include <string>

#include "hosts/desk/service.h"
#include "hosts/http/event_hub.h"

namespace assay::desk {

class Streamer final : public Watcher {
  public:
    Streamer(http::EventHub& hub, const SessionDeskConfig& config) : hub_(&hub), config_(config) {}

    void applied(const Input& input, std::uint32_t place, const SessionOutput& out) override;
    void settled(SessionDesk& desk) override;

  private:
    std::string symbol_of(std::uint64_t parent) const;

    http::EventHub* hub_;
    SessionDeskConfig config_;
    std::map<std::uint64_t, std::string> symbols_;  // of parents
    std::set<std::string, std::less<>> touched_;
    Nanos told_at_{kNever}, health_at_{kNever}, last_at_{kNever};
    std::uint64_t last_seq_{};
};

}  // namespace assay::desk
