// A desk in memory, for tests: the rules of the API with real state behind it. Orders are taken
// once per cl_ord_id, filled by their LPs in a round, cancelled only while they work; what is
// killed refuses orders until two people release it. Time is counted in calls, not read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "hosts/http/event_hub.h"
#include "hosts/http/source.h"

namespace assay::http {

class MemoryDesk final : public Source {
  public:
    // Events go to `hub` where there is one.
    explicit MemoryDesk(EventHub* hub = nullptr);

    std::vector<std::string> not_ready() override { return reasons; }
    VersionView version() override;
    StatusView status() override;
    std::vector<LpView> lps() override;
    std::vector<ProfileView> profiles() override;
    Answer<RankingView> ranking(const RankingWish& wish) override;
    Answer<LeagueView> league(const LeagueWish& wish) override;
    Answer<Rows<RankingView>> scores(const std::optional<std::string>& symbol,
                                     const std::optional<std::string>& profile,
                                     const Paging& paging) override;
    Answer<Rows<SymbolView>> symbols(const Paging& paging) override;
    Answer<Rows<ParentView>> parents(const std::optional<std::string>& state,
                                     const Paging& paging) override;
    Answer<ParentView> parent(std::uint64_t id) override;
    Answer<std::vector<ChildView>> children(std::uint64_t parent) override;
    Answer<Submitted> submit(const SubmitWish& wish) override;
    Answer<ParentView> cancel(std::uint64_t parent) override;
    Answer<DecisionView> decision(std::uint64_t id) override;
    Answer<TimelineView> timeline(std::uint64_t parent) override;
    Answer<MessagesView> messages(const std::string& cl_ord_id) override;
    Answer<Rows<BestExecutionRow>> best_execution(const BestExecutionWish& wish) override;
    Answer<Rows<ChildView>> orders(const OrdersWish& wish) override;
    Answer<Rows<ExecutionView>> executions(const ExecutionsWish& wish) override;
    Answer<SeriesView> series(const SeriesWish& wish) override;
    HealthView health() override;
    Answer<KillView> kill(const KillWish& wish) override;
    Answer<KillView> release(const KillWish& wish) override;
    std::vector<KillView> kills() override { return kills_; }
    std::vector<UnsettledView> unsettled() override;
    Answer<ChildView> settle(const SettleWish& wish) override;
    Answer<Rows<RejectionView>> rejections(const RejectionsWish& wish) override;
    ConfigView config() override;
    Answer<ReloadView> reload(const ReloadWish& wish) override;
    std::vector<MetricRow> metrics() override;

    std::vector<std::string> reasons;  // of not being ready
    // Its LP said nothing of the child, and is not heard of.
    void make_unknown(std::uint64_t child);
    // A newer page of every symbol.
    void next_pages() { ++sequence_; }

  private:
    Nanos tick();
    void route(ParentView& parent);
    void publish(const ParentView& parent);
    bool stopped(KillScope scope, std::string_view value) const;

    EventHub* hub_;
    std::int64_t now_{};
    std::uint64_t sequence_{1}, next_parent_{1}, next_child_{1}, next_exec_{1}, next_kill_{1};
    std::map<std::uint64_t, ParentView> parents_;
    std::map<std::string, std::pair<SubmitWish, std::uint64_t>, std::less<>> taken_;
    std::map<std::uint64_t, ChildView> children_;
    std::map<std::uint64_t, DecisionView> decisions_;
    std::vector<ExecutionView> executions_;
    std::vector<KillView> kills_;
};

}  // namespace assay::http
