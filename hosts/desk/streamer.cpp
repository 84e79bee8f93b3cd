#include "hosts/desk/streamer.h"

#include <fmt/format.h>

#include "core/route/decision_words.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/desk/board_view.h"
#include "hosts/http/views_json.h"

namespace assay::desk {

namespace {
constexpr Duration kScores{250'000'000}, kHealth{1'000'000'000};
}

void Streamer::applied(const Input& input, std::uint32_t, const SessionOutput& out) {
    last_at_ = input.at;
    last_seq_ = input.seq;
    for (const route::Decision& d : out.desk.routed.decisions)
        symbols_[d.inputs.parent] = d.inputs.symbol;
    for (const route::Decision& d : out.desk.routed.decisions) {
        cli::JsonWriter j;
        j.begin_object();
        j.member("what", "decision");
        j.member("at", cli::iso_time(d.inputs.at));
        j.member("decision", std::to_string(d.inputs.id));
        j.member("parent", std::to_string(d.inputs.parent));
        j.member("symbol", d.inputs.symbol);
        j.member("line", route::decision_line(d));
        j.end_object();
        hub_->publish(http::Topic::orders, {}, d.inputs.symbol, j.text());
    }
    for (const route::DecisionOutcome& o : out.desk.routed.outcomes)
        for (const route::ChildOutcome& c : o.children) {
            cli::JsonWriter j;
            j.begin_object();
            j.member("what", "child");
            j.member("decision", std::to_string(o.decision));
            j.member("parent", std::to_string(o.parent));
            j.member("symbol", symbol_of(o.parent));
            j.member("child", std::to_string(c.child.number));
            j.member("lp", config_.desk.router.lps[c.lp.number]);
            j.member("state", route::text(c.state));
            j.member("qty", as_double(c.qty));
            j.member("filled", as_double(c.filled));
            j.end_object();
            hub_->publish(http::Topic::orders, {}, symbol_of(o.parent), j.text());
        }
    for (const route::ParentReport& r : out.desk.routed.reports) {
        cli::JsonWriter j;
        j.begin_object();
        j.member("what", "parent");
        j.member("at", cli::iso_time(r.at));
        j.member("parent", std::to_string(r.parent));
        j.member("symbol", symbol_of(r.parent));
        j.member("state", route::text(r.state));
        j.member("last_qty", as_double(r.last_qty));
        j.member("last_px", as_double(r.last_px));
        j.member("lp", r.lp.number < config_.desk.router.lps.size()
                           ? config_.desk.router.lps[r.lp.number]
                           : std::string());
        j.member("cum_qty", as_double(r.cum_qty));
        j.member("leaves_qty", as_double(r.leaves_qty));
        j.key("avg_px");
        if (r.cum_qty > Qty{})
            j.value(r.avg_px);
        else
            j.null();
        j.member("text", r.text);
        j.end_object();
        hub_->publish(http::Topic::orders, {}, symbol_of(r.parent), j.text());
    }
    for (const route::Decision& d : out.desk.routed.decisions) touched_.insert(d.inputs.symbol);
    for (const route::Alert& a : out.desk.routed.alerts) {
        cli::JsonWriter j;
        j.begin_object();
        j.member("what", "alert");
        j.member("at", cli::iso_time(a.at));
        j.member("parent", std::to_string(a.parent));
        j.member("text", a.text);
        j.end_object();
        hub_->publish(http::Topic::orders, {}, symbol_of(a.parent), j.text());
    }
    for (const std::uint64_t parent : out.desk.routed.forgotten) symbols_.erase(parent);
}

// Empty before the first decision that this process saw: such an event goes to every reader.
std::string Streamer::symbol_of(std::uint64_t parent) const {
    const auto known = symbols_.find(parent);
    return known == symbols_.end() ? std::string() : known->second;
}

void Streamer::settled(SessionDesk& desk) {
    if (!known(health_at_) || last_at_ - health_at_ >= kHealth) {
        health_at_ = last_at_;
        const auto& counts = desk.desk().stage().counts();
        cli::JsonWriter j;
        j.begin_object();
        j.member("at", cli::iso_time(last_at_));
        j.member("seq", last_seq_);
        j.member("messages_applied", counts.applied);
        j.member("messages_duplicate", counts.duplicate);
        j.member("messages_waiting", counts.waiting);
        j.member("messages_dead", counts.dead + desk.desk().unreadable());
        j.end_object();
        hub_->publish(http::Topic::health, "ingest", {}, j.text());
    }
    if (touched_.empty() || (known(told_at_) && last_at_ - told_at_ < kScores)) return;
    told_at_ = last_at_;
    for (const std::string& symbol : touched_)
        for (const score::Profile& profile : desk.config().desk.ranked)
            if (const auto page = desk.desk().page(profile.name, symbol)) {
                const Regime regime = desk.desk().regime(symbol);
                hub_->publish(
                    http::Topic::scores, profile.name + "/" + symbol, symbol,
                    http::json_of(ranking_view(*page, best_known_size(*page, regime), regime,
                                               config_.desk.kernel.size_by, profile, last_at_,
                                               desk.desk().orders_behind(profile.name, symbol))));
            }
    touched_.clear();
}

}  // namespace assay::desk
