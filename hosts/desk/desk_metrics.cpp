// What /metrics says of a desk beside what the API's own views hold (hosts/http/probes): sessions,
// dead letters, pauses, the clock, the disk, latencies.
#include <fmt/format.h>
#include <limits>
#include <sys/statvfs.h>

#include "hosts/desk/desk_source.h"

namespace assay::desk {

using http::MetricRow;
using http::Pair;

namespace {

using Sort = http::MetricRow::Kind;

// The desk answers between two inputs; where it does not, its own rows are left out.
constexpr std::chrono::seconds kPatienceOfScrape{1};

MetricRow sample(Sort kind, const char* name, const char* help, double value,
                 std::vector<Pair> labels = {}) {
    return {kind, name, help, std::move(labels), value};
}
MetricRow count(const char* name, const char* help, std::uint64_t value,
                std::vector<Pair> labels = {}) {
    return sample(Sort::counter, name, help, static_cast<double>(value), std::move(labels));
}
MetricRow gauge(const char* name, const char* help, double value, std::vector<Pair> labels = {}) {
    return sample(Sort::gauge, name, help, value, std::move(labels));
}

MetricRow histogram(const char* name, const char* help, const Histogram& h) {
    MetricRow r = sample(Sort::histogram, name, help, h.sum_seconds());
    std::uint64_t upto = 0;
    for (std::size_t b = 0; b < Histogram::kBuckets; ++b) {
        upto += h.count(b);
        r.buckets.emplace_back(b + 1 < Histogram::kBuckets
                                   ? Histogram::limit_seconds(b)
                                   : std::numeric_limits<double>::infinity(),
                               upto);
    }
    return r;
}

}  // namespace

void DeskSource::add_session_metrics(std::vector<MetricRow>& rows) const {
    if (net_ == nullptr) return;
    const auto states = net_->states();
    std::vector<MetricRow> all;
    for (std::uint32_t place = 0; place < settings_->sessions.size(); ++place) {
        const std::vector<Pair> session{{"session", settings_->sessions[place].info.name}};
        const auto with = [&](const char* key, const char* value) {
            return std::vector<Pair>{session[0], {key, value}};
        };
        const Links::Told t = links_->told(place);
        all.push_back(count("fix_resend_requests_total", "ResendRequests, by who asked",
                            t.resend_requests_out, with("by", "us")));
        all.push_back(count("fix_resend_requests_total", "ResendRequests, by who asked",
                            t.resend_requests_in, with("by", "them")));
        all.push_back(count("fix_rejects_total", "Session Rejects (35=3), by who sent them",
                            t.rejects_out, with("by", "us")));
        all.push_back(count("fix_rejects_total", "Session Rejects (35=3), by who sent them",
                            t.rejects_in, with("by", "them")));
        all.push_back(count("fix_sequence_resets_total", "SequenceResets received",
                            t.sequence_resets, session));
        all.push_back(
            count("fix_possdup_total", "Messages received with PossDupFlag", t.poss_dups, session));
        all.push_back(
            count("fix_session_downs_total", "Times that the session went down", t.downs, session));
        all.push_back(count("fix_seq_low_total", "Times that a MsgSeqNum too low ended it",
                            t.too_low, session));
        all.push_back(count("dead_letters_total",
                            "Bytes that are no message (garbled) and messages that cannot be read "
                            "(unreadable): kept in the journal, acted upon never",
                            t.garbled, with("kind", "garbled")));
        all.push_back(count("fix_gapfill_ignored_total",
                            "Gap fills below the number that was expected: they change nothing",
                            t.gap_fills_ignored, session));
        all.push_back(gauge("fix_resend_open_ranges", "1 while messages wait behind a gap",
                            t.waits_for_gap, session));
        if (t.clock_skew)
            all.push_back(gauge("lp_clock_skew_seconds",
                                "Our capture time less SendingTime(52), median of the last 101 "
                                "messages: > 0 where the LP's clock is behind ours",
                                as_seconds(*t.clock_skew),
                                {{"lp", settings_->sessions[place].info.lp}, session[0]}));
        const std::size_t at = links_->place_in_net(place);
        if (at >= states.size()) continue;
        const fixnet::SessionState& s = states[at];
        all.push_back(count("fix_session_ups_total", "Logons", s.ups, session));
        all.push_back(
            count("fix_call_failures_total", "Calls that led to no Logon", s.failures, session));
        all.push_back(count("fix_received_total", "Messages received", s.received, session));
        all.push_back(count("fix_sent_total", "Messages sent", s.sent, session));
        for (const auto& [layer, seconds] :
             {std::pair{"ours", s.ours_seconds}, std::pair{"engine", s.engine_seconds},
              std::pair{"capture", s.capture_seconds}})
            all.push_back(sample(Sort::counter, "fix_session_layer_seconds_total",
                                 "Spent on messages received: cutting and headers (ours), QuickFIX "
                                 "(engine), journal and queue (capture)",
                                 seconds, with("layer", layer)));
    }
    all.push_back(count("fix_logon_refused_total", "Connections refused before their Logon",
                        links_->refused_logons()));
    rows.insert(rows.end(), all.begin(), all.end());
}

void DeskSource::add_latencies(std::vector<MetricRow>& rows) const {
    const Latencies& l = service_->latencies();
    rows.push_back(histogram("desk_applied_seconds",
                             "From the last byte of a message read to its being scored and on the "
                             "board",
                             l.applied));
    rows.push_back(histogram("desk_child_on_wire_seconds",
                             "From a message of an OMS read to the last child that it led to sent",
                             l.child_on_wire));
    rows.push_back(histogram("kill_latency_seconds",
                             "From a kill taken in to the last request to cancel that it led to "
                             "sent",
                             l.kill_on_wire));
    rows.push_back(histogram("desk_intent_durable_seconds",
                             "Waiting for the note of an intent before a child is sent",
                             l.intent_durable));
}

// Of the desk's own state, between two inputs.
void DeskSource::add_state_metrics(std::vector<MetricRow>& rows) {
    struct Told {
        std::vector<std::pair<std::string, double>> ages;
        std::vector<std::uint64_t> dead;
        std::vector<std::string> halted;  // symbols
        bool fail_closed{};
        std::uint64_t unmapped{}, outliers{};
    };
    auto future = service_->ask([this](SessionDesk& d) {
        Told t;
        const Nanos now = service_->clock().now();
        const Nanos heard = d.desk().market_heard();
        if (known(heard)) t.ages.emplace_back("market", as_seconds(now - heard));
        for (std::uint32_t place = 0; place < settings_->sessions.size(); ++place)
            t.dead.push_back(d.dead(place));
        t.dead.push_back(d.dead(SessionDesk::kApi));
        for (const auto& s : d.desk().router().gate().stops())
            if (s.stop == route::Stop::halted && !s.scope.lp) {
                if (s.scope.symbol.empty())
                    t.fail_closed = true;
                else
                    t.halted.push_back(s.scope.symbol);
            }
        t.unmapped = d.desk().stage().counts().unmapped;
        for (const Kernel* k : d.desk().shards()) t.outliers += k->counts().outlier_quotes;
        return t;
    });
    if (future.wait_for(kPatienceOfScrape) != std::future_status::ready) return;
    const Told t = future.get();
    for (const auto& [source, age] : t.ages)
        rows.push_back(gauge("quote_age_seconds", "Since the source of quotes was heard", age,
                             {{"source", source}}));
    rows.push_back(gauge("desk_state",
                         "1 while it is so; fail_closed: the disk is full, or a pause is caught "
                         "up with, and no order goes out",
                         t.fail_closed, {{"state", "fail_closed"}}));
    for (const std::string& symbol : t.halted)
        rows.push_back(gauge("halt_state", "1 while the market has halted the symbol", 1,
                             {{"symbol", symbol}}));
    rows.push_back(count("symbol_unmapped_total",
                         "Messages whose symbol or CompID the reference file does not name: "
                         "nothing comes of them",
                         t.unmapped));
    rows.push_back(count("quote_outlier_total",
                         "Quotes of the market too far off the last good one: nothing is measured "
                         "or sent by them",
                         t.outliers));
    for (std::size_t place = 0; place < t.dead.size(); ++place)
        rows.push_back(count(
            "dead_letters_total",
            "Bytes that are no message (garbled) and messages that cannot be read "
            "(unreadable): kept in the journal, acted upon never",
            t.dead[place],
            {{"session",
              place < settings_->sessions.size() ? settings_->sessions[place].info.name : "API"},
             {"kind", "unreadable"}}));
}

std::vector<MetricRow> DeskSource::metrics() {
    const ServiceHealth h = service_->health();
    const auto j = service_->journal().health();
    const Sequencer& queue = service_->sequencer();
    const std::vector<Pair> mode{{"mode", text(settings_->mode)}};
    std::vector<MetricRow> rows{
        count("desk_inputs_total", "inputs applied by the desk", h.applied, mode),
        count("desk_children_sent_total", "messages sent to LPs", h.sent, mode),
        count("desk_reports_sent_total", "messages sent to OMSs", h.told, mode),
        count("desk_send_failures_total", "messages that no session took", h.send_failures, mode),
        gauge("desk_reports_waiting", "reports that wait for the session of their OMS",
              static_cast<double>(h.untold), mode),
        count("desk_late_news_total",
              "news of children that the scores had forgotten, or from before the minutes kept",
              h.late_news, mode),
        count("desk_problems_total", "inputs that could not be done as they said", h.problems,
              mode),
        count("desk_alerts_total", "what a person should have looked at", h.alerts, mode),
        gauge("desk_queue_length", "inputs that wait", static_cast<double>(queue.depth()), mode),
        gauge("desk_queue_deepest", "the most that ever waited",
              static_cast<double>(queue.deepest()), mode),
        count("desk_queue_full_total", "times that a session had to wait for the desk",
              queue.waited(), mode),
        count("desk_states_written_total", "states written to disk", h.snapshots, mode),
        count("desk_state_failures_total", "states that could not be written", h.snapshot_failures,
              mode),
        gauge("desk_recovery_seconds", "what the start needed to read state and journal",
              recovery_seconds_),
        count("pause_detected_total", "times that the process stood still for over 2 s",
              queue.pauses()),
        gauge("pause_longest_seconds", "the longest of them",
              static_cast<double>(queue.longest_pause().count()) * 1e-3),
        count("clock_step_total", "steps of the system's clock", h.clock_steps),
        gauge("clock_offset_seconds", "the system's clock less that of the captures",
              as_seconds(service_->clock().offset())),
        gauge("journal_durable_seq", "entries of the journal that are on the disk",
              static_cast<double>(j.durable)),
        gauge("journal_waiting_bytes", "of entries that are not yet on the disk",
              static_cast<double>(j.waiting_bytes)),
        count("journal_writes_total", "writes, each with its sync", j.writes),
        gauge("journal_longest_write_seconds", "of one write and its sync",
              static_cast<double>(j.longest_write.count()) * 1e-9)};
    if (history_queue_) {
        const HistoryQueue q = history_queue_();
        rows.push_back(
            count("history_failures_total", "batches that the history did not take", q.failures));
        rows.push_back(gauge("history_queue_length", "batches that wait for the history",
                             static_cast<double>(q.waiting)));
        rows.push_back(count("history_dropped_total",
                             "batches given up: the next start writes them again from the journal",
                             q.dropped));
        rows.push_back(count("io_errors_total", "writes that failed, by what was written",
                             q.failures, {{"op", "history"}}));
    }
    rows.push_back(count("io_errors_total", "writes that failed, by what was written",
                         h.snapshot_failures, {{"op", "state"}}));
    for (std::size_t rule = 0; rule < route::kRules; ++rule)
        rows.push_back(count("gate_block_total", "Children that the gate refused, by rule",
                             h.gate_blocks[rule],
                             {{"rule", route::name(static_cast<route::Rule>(rule))}}));
    struct statvfs disk{};
    if (::statvfs(settings_->folder.c_str(), &disk) == 0)
        rows.push_back(
            gauge("disk_free_bytes", "where journal, states and history are",
                  static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize)));
    add_session_metrics(rows);
    add_latencies(rows);
    add_state_metrics(rows);
    return rows;
}

}  // namespace assay::desk
