#include "hosts/http/meters.h"

#include <algorithm>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace assay::http {
namespace {

using Labels = prometheus::Labels;
const prometheus::Histogram::BucketBoundaries kSeconds = {0.0001, 0.001, 0.005, 0.01, 0.05,
                                                          0.1,    0.5,   1,     5};

prometheus::MetricFamily& family_of(std::vector<prometheus::MetricFamily>& families,
                                    std::map<std::string, std::size_t>& places,
                                    const MetricRow& row) {
    const auto [place, is_new] = places.try_emplace(row.name, families.size());
    if (is_new) {
        prometheus::MetricFamily family;
        family.name = row.name;
        family.help = row.help;
        family.type = row.kind == MetricRow::Kind::counter     ? prometheus::MetricType::Counter
                      : row.kind == MetricRow::Kind::histogram ? prometheus::MetricType::Histogram
                                                               : prometheus::MetricType::Gauge;
        families.push_back(std::move(family));
    }
    return families[place->second];
}

void append(std::vector<prometheus::MetricFamily>& families, std::span<const MetricRow> rows) {
    std::map<std::string, std::size_t> places;
    for (const MetricRow& row : rows) {
        prometheus::MetricFamily& family = family_of(families, places, row);
        prometheus::ClientMetric metric;
        for (const Pair& label : row.labels) metric.label.push_back({label.first, label.second});
        if (family.type == prometheus::MetricType::Counter)
            metric.counter.value = row.value;
        else if (family.type == prometheus::MetricType::Gauge)
            metric.gauge.value = row.value;
        else {
            metric.histogram.sample_sum = row.value;
            for (const auto& [bound, upto] : row.buckets) {
                metric.histogram.sample_count = upto;
                metric.histogram.bucket.push_back({upto, bound});
            }
        }
        family.metric.push_back(std::move(metric));
    }
}

std::vector<MetricRow> rows_of(const HubCounts& hub) {
    using Kind = MetricRow::Kind;
    std::vector<MetricRow> rows;
    for (std::size_t i = 0; i < kTopics; ++i) {
        const TopicCounts& topic = hub.topics[i];
        const std::vector<Pair> labels = {{"topic", text(static_cast<Topic>(i))}};
        const auto add = [&](const char* name, const char* help, std::uint64_t n) {
            rows.push_back({Kind::counter, name, help, labels, static_cast<double>(n)});
        };
        add("console_events_published_total", "Events given to the stream", topic.published);
        add("console_events_conflated_total",
            "Events that a newer one of their key replaced before a reader got them",
            topic.conflated);
        add("console_events_dropped_total", "Events not taken for want of room", topic.dropped);
    }
    const auto add = [&](Kind kind, const char* name, const char* help, double x) {
        rows.push_back({kind, name, help, {}, x});
    };
    add(Kind::counter, "console_stream_overruns_total",
        "Readers cut because they fell too far behind", static_cast<double>(hub.overruns));
    add(Kind::counter, "console_stream_resets_total",
        "Readers that had to begin anew from the present state", static_cast<double>(hub.resets));
    add(Kind::counter, "console_stream_batches_total", "Batches of events sent",
        static_cast<double>(hub.batches));
    add(Kind::counter, "console_stream_bytes_total", "Bytes of events sent",
        static_cast<double>(hub.bytes));
    add(Kind::gauge, "console_stream_readers", "Readers of the stream",
        static_cast<double>(hub.readers));
    return rows;
}

}  // namespace

struct Meters::Families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter()
            .Name("console_http_requests_total")
            .Help("Requests answered, by route, method and status")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& seconds =
        prometheus::BuildHistogram()
            .Name("console_http_request_duration_seconds")
            .Help("From a whole request to its reply, without the time on the wire")
            .Register(registry);
    prometheus::Gauge& connections = prometheus::BuildGauge()
                                         .Name("console_http_connections")
                                         .Help("Connections that are open")
                                         .Register(registry)
                                         .Add({});
    prometheus::Family<prometheus::Counter>& refusals =
        prometheus::BuildCounter()
            .Name("console_http_connections_refused_total")
            .Help("Connections closed by the server, by reason")
            .Register(registry);
};

Meters::Meters() : families_(std::make_unique<Families>()) {}
Meters::~Meters() = default;

void Meters::answered(std::string_view pattern, std::string_view method, int status,
                      double seconds) {
    // Whatever a client makes up must not become a label.
    const std::string route(pattern.empty() ? "other" : pattern);
    std::string verb = "other";
    for (const std::string_view known : {"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
        if (method == known) verb = known;
    families_->requests
        .Add({{"route", route}, {"method", verb}, {"status", std::to_string(status)}})
        .Increment();
    families_->seconds.Add({{"route", route}}, kSeconds).Observe(seconds);
}

void Meters::opened() {
    families_->connections.Increment();
}
void Meters::closed() {
    families_->connections.Decrement();
}
void Meters::refused(std::string_view why) {
    families_->refusals.Add({{"reason", std::string(why)}}).Increment();
}

std::string Meters::text(const HubCounts& hub, std::span<const MetricRow> rows,
                         std::string_view mode) const {
    std::vector<prometheus::MetricFamily> families = families_->registry.Collect();
    append(families, rows_of(hub));
    append(families, rows);
    for (prometheus::MetricFamily& family : families)
        for (prometheus::ClientMetric& metric : family.metric)
            if (std::none_of(metric.label.begin(), metric.label.end(),
                             [](const auto& label) { return label.name == "mode"; }))
                metric.label.push_back({"mode", std::string(mode)});
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace assay::http
