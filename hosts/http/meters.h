// What /metrics says: the server's own counters, and rows that the desk hands over at each scrape.
// Prometheus text format; base units, counters end in _total (docs/api.md lists the names).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hosts/http/event_hub.h"
#include "hosts/http/exchange.h"

namespace assay::http {

// One sample of a family; rows of one name have one kind and one help.
struct MetricRow {
    enum class Kind : std::uint8_t { counter, gauge, histogram } kind{Kind::gauge};
    std::string name, help;
    std::vector<Pair> labels;
    double value{};  // of a histogram: the sum
    // Upper bounds, and how many were at most so large; the last: how many there were at all.
    std::vector<std::pair<double, std::uint64_t>> buckets{};
};

class Meters {
  public:
    Meters();
    ~Meters();
    Meters(const Meters&) = delete;

    // Of the serving thread.
    void answered(std::string_view pattern, std::string_view method, int status, double seconds);
    void opened();
    void closed();
    void refused(std::string_view why);  // a connection

    // All there is, as text.
    // `mode` stands on every sample, so that paper and live are never added up.
    std::string text(const HubCounts& hub, std::span<const MetricRow> rows,
                     std::string_view mode) const;
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace assay::http
