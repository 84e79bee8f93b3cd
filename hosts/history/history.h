// A desk's history in one SQLite file, and the questions that the console and back-tests ask of it.
// docs/history.md has its tables, for people who open it with sqlite3.
//
//     auto history = History::open("history.db", {});
//     (*history)->write(batch);                          // one transaction
//     replay the journal behind (*history)->written_through();
//
// One thread writes and one asks, at the same time. The file is written as telemetry: a crash of
// the program loses nothing that write() has taken, a power cut may lose the last batches, whole
// ones, and written_through() then says so. Configurations are durable at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/units/result.h"
#include "hosts/history/measures.h"
#include "hosts/history/rows.h"
#include "hosts/history/series.h"
#include "hosts/history/sink.h"

namespace assay::history {

// How many days are kept; 0: for ever. Older rows go when prune() is called.
struct HistoryConfig {
    std::uint32_t minute_days{30};    // then only quarters of an hour are left
    std::uint32_t quarter_days{400};  // then only days are left
    std::uint32_t day_days{0};
    std::uint32_t execution_days{400};
    std::uint32_t score_days{90};
    std::uint32_t decision_days{400};  // and parents
    std::uint32_t health_days{90};
    bool operator==(const HistoryConfig&) const = default;
};

// Which executions; what is empty does not filter.
struct ExecutionQuery {
    std::string lp{}, symbol{}, cl_ord_id{}, exec_type{}, msg_type{};
    std::optional<Nanos> from{}, to{};               // captured in [from, to)
    std::optional<std::uint64_t> parent{}, child{};  // of the router
    bool trades{};        // fills, busts and corrections alone, each once
    bool newest_first{};  // else the oldest
    std::uint32_t limit{100};
    std::string cursor{};  // as Page::next gave it; empty: from the first one
};
// Which parents that were refused; oldest first.
struct RejectionQuery {
    std::string session{};
    std::optional<Nanos> from{}, to{};
    std::uint32_t limit{100};
    std::string cursor{};
};
template <class Row>
struct Page {
    std::vector<Row> rows;
    std::string next;  // empty: there are no more
};

struct Pruned {
    std::uint64_t minutes{}, quarters{}, days{}, executions{}, scores{}, decisions{}, parents{},
        rejections{}, health{};
};

// How many rows, of when. For people: `assay history info`.
struct TableFacts {
    std::string name;
    std::uint64_t rows{};
    std::optional<Nanos> first, last;
};

class History : public Sink {
  public:
    static constexpr int kSchemaVersion = 4;
    static constexpr std::uint32_t kMostRows = 10'000;  // of a page

    // Makes the file where there is none, and brings an older one to this version. Errors: it is no
    // history, of a newer version, damaged, or cannot be written.
    static Result<std::unique_ptr<History>> open(const std::string& path,
                                                 const HistoryConfig& config);
    // To ask only: the file must be there, and stays as it is.
    static Result<std::unique_ptr<History>> look_into(const std::string& path);
    ~History() override;
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    Result<void> write(const Batch& batch) override;
    Result<void> keep_config(const ConfigRow& config) override;
    Result<void> keep_config_change(const ConfigChangeRow& change) override;
    Result<std::optional<std::uint64_t>> written_through() override;
    // Drops what is older than the configuration keeps; whole UTC days. By the thread that writes.
    Result<Pruned> prune(Nanos now);
    // Another retention, from the next prune() on. By the thread that writes.
    void keep(const HistoryConfig& config);

    Result<Series> series(const SeriesQuery& query);
    Result<Measures> measures(const MeasureQuery& query);
    Result<Page<ExecutionRow>> executions(const ExecutionQuery& query);
    Result<std::optional<DecisionRow>> decision(std::uint64_t id);
    Result<Page<DecisionRow>> decisions(std::optional<std::uint64_t> parent, std::uint32_t limit,
                                        std::string cursor);
    // Of [from, to), oldest first. Numbers rise with time, so that what lies before is not read.
    Result<Page<DecisionRow>> decisions_between(Nanos from, Nanos to, std::uint32_t limit,
                                                std::string cursor);
    Result<Page<ParentRow>> parents(std::uint32_t limit, std::string cursor);
    Result<std::optional<ParentRow>> parent(std::uint64_t id);
    Result<Page<RejectionRow>> rejections(const RejectionQuery& query);
    // Newest last; every LP of a page of the board.
    Result<std::vector<ScoreRow>> scores(const ScoreQuery& query);
    // How the LPs stood in one place at the last time before `at` that anything was written of it,
    // but not before `earliest`; empty: nothing was.
    Result<std::vector<ScoreRow>> standing_before(const ScorePlace& place, Nanos earliest,
                                                  Nanos at);
    // Where an LP's composite stood at the end of each of `points` parts of [from, to) in which
    // something was written of the place. Work goes with the points, not with what is between them.
    Result<std::vector<ScoreRow>> score_line(const ScorePlace& place, Nanos from, Nanos to,
                                             std::uint32_t points);
    Result<std::vector<ConfigRow>> configs();
    Result<std::vector<ConfigChangeRow>> config_changes();  // oldest first
    Result<std::vector<HealthRow>> health(Nanos from, Nanos to);
    // Each row of minutes (or of quarters, of days) in order of time, until `each` says false.
    Result<void> each_row(Level level, Nanos from, Nanos to,
                          const std::function<bool(const MinuteRow&)>& each);
    Result<std::vector<TableFacts>> tables();

    struct Store;  // of this folder alone

  private:
    explicit History(std::unique_ptr<Store> store);
    std::unique_ptr<Store> store_;
};

}  // namespace assay::history
