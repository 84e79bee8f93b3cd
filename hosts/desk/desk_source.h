// What the HTTP API tells of a running desk, and what it asks of it: http::Source over the service,
// the history and the sessions. Called by the server's thread; whatever concerns the desk's state
// is asked of the desk's own thread, between two inputs.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hosts/desk/config_in_force.h"
#include "hosts/desk/desk_toml.h"
#include "hosts/desk/footings.h"
#include "hosts/desk/links.h"
#include "hosts/desk/recorder.h"
#include "hosts/desk/service.h"
#include "hosts/desk/stops_book.h"
#include "hosts/history/history.h"
#include "hosts/http/source.h"

namespace assay::desk {

class DeskSource final : public http::Source {
  public:
    struct Build {
        std::string version, commit;
    };
    using Reload = std::function<http::Answer<http::ReloadView>(const http::ReloadWish&)>;
    // All of it outlives the source; `history` may be null, `reload` empty.
    DeskSource(Service& service, const DeskSettings& settings, Build build,
               const ConfigInForce& config, const Links* links, const Footings* footings,
               const StopsBook* stops, history::History* history, Nanos started, Reload reload,
               std::function<HistoryQueue()> history_queue, double recovery_seconds);

    std::vector<std::string> not_ready() override;
    http::VersionView version() override;
    http::StatusView status() override;
    std::vector<http::LpView> lps() override;
    std::vector<http::ProfileView> profiles() override;
    http::Answer<http::RankingView> ranking(const http::RankingWish& wish) override;
    http::Answer<http::LeagueView> league(const http::LeagueWish& wish) override;
    http::Answer<http::Rows<http::RankingView>> scores(const std::optional<std::string>& symbol,
                                                       const std::optional<std::string>& profile,
                                                       const http::Paging& paging) override;
    http::Answer<http::Rows<http::SymbolView>> symbols(const http::Paging& paging) override;
    http::Answer<http::Rows<http::ParentView>> parents(const std::optional<std::string>& state,
                                                       const http::Paging& paging) override;
    http::Answer<http::ParentView> parent(std::uint64_t id) override;
    http::Answer<std::vector<http::ChildView>> children(std::uint64_t parent) override;
    http::Answer<http::Submitted> submit(const http::SubmitWish& wish) override;
    http::Answer<http::ParentView> cancel(std::uint64_t parent) override;
    http::Answer<http::DecisionView> decision(std::uint64_t id) override;
    http::Answer<http::TimelineView> timeline(std::uint64_t parent) override;
    http::Answer<http::MessagesView> messages(const std::string& cl_ord_id) override;
    http::Answer<http::Rows<http::BestExecutionRow>> best_execution(
        const http::BestExecutionWish& wish) override;
    http::Answer<http::Rows<http::ChildView>> orders(const http::OrdersWish& wish) override;
    http::Answer<http::Rows<http::ExecutionView>> executions(
        const http::ExecutionsWish& wish) override;
    http::Answer<http::SeriesView> series(const http::SeriesWish& wish) override;
    http::HealthView health() override;
    http::Answer<http::KillView> kill(const http::KillWish& wish) override;
    http::Answer<http::KillView> release(const http::KillWish& wish) override;
    std::vector<http::KillView> kills() override;
    std::vector<http::UnsettledView> unsettled() override;
    http::Answer<http::ChildView> settle(const http::SettleWish& wish) override;
    http::Answer<http::Rows<http::RejectionView>> rejections(
        const http::RejectionsWish& wish) override;
    http::ConfigView config() override;
    http::Answer<http::ReloadView> reload(const http::ReloadWish& wish) override;
    std::vector<http::MetricRow> metrics() override;

  private:
    std::string session_state(std::uint32_t place) const;
    std::string lp_session_state(std::string_view lp) const;
    history::ScorePlace kept_place(const http::LeagueView& v, Nanos earliest, Nanos at,
                                   bool& other_size);
    void compare_with_past(http::LeagueView& v, Nanos at);
    void put_measured(http::LeagueView& v, const http::LeagueWish& wish, Nanos now);
    void put_sparks(http::LeagueView& v, Nanos to);
    http::Answer<http::ParentView> cancel(std::uint64_t parent, std::string_view who,
                                          std::string_view why);
    std::vector<http::KillView> held();  // of kills(), what holds
    http::Answer<http::LeagueView> league_now(const http::LeagueWish& wish);
    void add_session_metrics(std::vector<http::MetricRow>& rows) const;
    void add_latencies(std::vector<http::MetricRow>& rows) const;
    void add_state_metrics(std::vector<http::MetricRow>& rows);

    Service* service_;
    const DeskSettings* settings_;
    Build build_;
    const ConfigInForce* config_;
    const Links* links_;
    const Footings* footings_;
    const StopsBook* stops_;
    fixnet::Net* net_;
    history::History* history_;
    Nanos started_;
    Reload reload_;
    std::function<HistoryQueue()> history_queue_;
    double recovery_seconds_{};
    std::uint64_t submitted_{};
    std::map<std::string, http::SubmitWish> wishes_;  // by cl_ord_id, of this process
    std::deque<std::string> oldest_wishes_;           // first; at most kWishes are kept
    // Tables as they were a moment ago: many look at the same few.
    struct KeptTable {
        std::chrono::steady_clock::time_point until;
        http::LeagueView table;
    };
    std::map<std::string, KeptTable> tables_;
    static constexpr std::size_t kTables = 64;
    static constexpr std::chrono::milliseconds kTableAge{250};
    static constexpr std::size_t kWishes = 10'000;  // as many as there may be orders at work
};

}  // namespace assay::desk
