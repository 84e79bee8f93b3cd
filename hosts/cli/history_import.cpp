#include "hosts/cli/history_import.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

#include "hosts/cli/config_toml.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/feed.h"
#include "hosts/history/decision_rows.h"
#include "hosts/history/execution_row.h"
#include "hosts/history/minute_rows.h"

namespace assay {
namespace {

constexpr std::size_t kBatch = 20'000;

// Executions go to the history while the logs are read.
class Executions {
  public:
    // `parties` outlives it, and is filled while the logs are opened.
    Executions(history::History& history, const fix::Parties& parties)
        : history_(history), parties_(parties) {}

    void take(const Record& r, Nanos at, std::span<const Event> events) {
        if (failed_) return;
        // The first event is of the message itself, unless it waits and others follow it.
        const Event* own = nullptr;
        for (const Event& e : events)
            if (e.place == r.place) {
                own = &e;
                break;
            }
        const fix::Message& m = *r.message;
        if (own == nullptr && of_an_oms(m)) return;
        session_ = fmt::format("{} {}", m.sender_comp_id, m.target_comp_id);
        history::Captured c;
        c.at = at;
        c.session = session_;
        c.direction = direction_of(m, own);
        if (own != nullptr) {
            c.lp = own->lp;
            c.symbol = own->symbol;
        }
        c.keep_bytes = true;
        auto row = history::execution_row(m, c);
        if (!row) return;
        row->seq = history::number_of_imported(at, session_, c.direction, row->bytes);
        row->place = ++place_;
        if (!known(first_)) first_ = at;
        batch_.executions.push_back(std::move(*row));
        if (batch_.executions.size() >= kBatch) flush();
    }
    Result<void> end() {
        flush();
        if (failed_) return std::unexpected(*failed_);
        return {};
    }
    std::uint64_t count() const { return count_; }
    Nanos first() const { return first_; }

  private:
    // Between a router of ours and who gives it orders: a history has what LPs do.
    bool of_an_oms(const fix::Message& m) const {
        constexpr std::string_view kReports = "89", kRequests = "DFGH";
        if (m.msg_type.size() != 1) return false;
        return (kReports.contains(m.msg_type.front()) &&
                parties_.ours.contains(m.sender_comp_id)) ||
               (kRequests.contains(m.msg_type.front()) && parties_.ours.contains(m.target_comp_id));
    }
    static fix::Direction direction_of(const fix::Message& m, const Event* own) {
        if (m.msg_type.size() != 1) return fix::Direction::unknown;
        switch (m.msg_type.front()) {
            case 'D':
            case 'F':
            case 'G':
            case 'Q':
                // One that no LP was sent came to us.
                return own == nullptr ? fix::Direction::received : fix::Direction::sent;
            default:
                return fix::Direction::received;
        }
    }
    void flush() {
        if (failed_ || batch_.executions.empty()) return;
        count_ += batch_.executions.size();
        if (auto written = history_.write(batch_); !written) failed_ = written.error();
        batch_.clear();
    }

    history::History& history_;
    const fix::Parties& parties_;
    history::Batch batch_;
    std::string session_;
    std::optional<Error> failed_;
    std::uint64_t count_{};
    std::int64_t place_{};
    Nanos first_{kNever};
};

Result<void> import_minutes(history::History& history, const Replay& done, const Config& config,
                            HistoryImport& out) {
    // Cells are of one symbol, so that no quarter and no day has parts in two shards.
    for (const Kernel* k : done.shards()) {
        history::Batch batch;
        history::append_minutes(*k, k->rows(), config, batch.minutes);
        std::ranges::sort(batch.minutes, {},
                          [](const history::MinuteRow& r) { return std::tie(r.minute, r.cell); });
        out.minutes += batch.minutes.size();
        if (auto written = history.write(batch); !written) return written;
    }
    return {};
}

std::string decisions_path(const std::string& named, const ReplayOptions& options) {
    if (!named.empty()) return named;
    std::error_code error;
    for (const std::string& input : options.inputs) {
        const auto path = std::filesystem::path(input) / std::string(kDecisionsName);
        if (std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return {};
}

Result<void> import_decisions(history::History& history, const std::string& path,
                              HistoryImport& out) {
    auto file = read_decisions(path);
    if (!file) return std::unexpected(file.error());
    out.decisions_from = path;
    history::Batch batch;
    const auto flush = [&]() -> Result<void> {
        out.decisions += batch.decisions.size();
        out.parents += batch.parents.size();
        auto written = history.write(batch);
        batch.clear();
        return written;
    };
    for (const auto& [id, story] : file->parents) {
        for (const route::Decision& d : story.decisions)
            batch.decisions.push_back(history::decision_row(d));
        if (story.order) {
            history::ParentRow& row = batch.parents.emplace_back(history::parent_row(
                *story.order,
                story.reports.empty() ? story.order->starts : story.reports.front().at));
            if (!story.reports.empty()) {
                const route::ParentReport& last = story.reports.back();
                row.state = route::text(last.state);
                row.cum = last.cum_qty;
                if (last.avg_px > 0) row.avg_px = Price{std::llround(last.avg_px * 1e9)};
            }
            if (story.end) {
                row.ended = story.end->at;
                row.state = route::text(story.end->state);
                row.cum = story.end->filled;
                row.shortfall_bps = story.end->cost_bps;
                row.vwap_slippage_bps = story.end->vwap_slippage_bps;
            }
        }
        if (batch.decisions.size() < kBatch / 10) continue;
        if (auto written = flush(); !written) return written;
    }
    return flush();
}

}  // namespace

Result<HistoryImport> import_history(history::History& history, Settings settings,
                                     ReplayOptions options, const Calendars& calendars,
                                     const std::string& decisions) {
    HistoryImport out;
    const auto through = history.written_through();
    if (!through) return std::unexpected(through.error());
    if (*through)
        return fail(
            "a desk writes this history from its journal; import older logs into a file of their "
            "own");
    const std::string path = decisions_path(decisions, options);
    if (!path.empty())
        if (auto done = import_decisions(history, path, out); !done)
            return std::unexpected(done.error());

    settings.config.by = history::kHistoryBy;
    Calendars sessions = calendars;
    Executions executions(history, settings.parties);
    options.each_message = [&](const Record& r, Nanos at, std::span<const Event> events) {
        executions.take(r, at, events);
    };
    auto done = replay(settings, options, sessions);
    if (!done) return std::unexpected(done.error());
    if (auto ended = executions.end(); !ended) return std::unexpected(ended.error());
    out.executions = executions.count();
    if (auto written = import_minutes(history, *done, settings.config, out); !written)
        return std::unexpected(written.error());
    if (auto kept = history.keep_config({fmt::format("{:016x}", settings.config.version),
                                         executions.first(), print_config(settings)});
        !kept)
        return std::unexpected(kept.error());
    out.assumptions = std::move(done->assumptions);
    out.health = std::move(done->health);
    return out;
}

}  // namespace assay
