#include "hosts/cli/backtest_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/off_policy_json.h"

namespace assay::cli {
namespace {

void answer_object(JsonWriter& w, std::string_view name, const judge::LoggedAnswer* a) {
    w.key(name);
    if (a == nullptr) return w.null();
    w.begin_object();
    off_policy_members(w, a->estimate);
    w.end_object();
}

void policy_object(JsonWriter& w, const Backtest& b, const judge::Row& r) {
    w.begin_object();
    w.member("policy", r.policy);
    w.member("orders", r.parents);
    w.member("cost_bps", r.shortfall_bps);
    w.member("filled_share", r.filled_share);
    w.member("rounds", r.rounds);
    w.member("children", r.children);
    w.key("replay");
    if (const auto& g = r.regret) {
        w.begin_object();
        w.member("difference_bps", g->bps.mean);
        interval_members(w, g->bps.interval);
        w.member("p", g->bps.p);
        w.member("p_holm", r.p_holm);
        w.member("diebold_mariano_p", g->check ? std::optional(g->check->p) : std::nullopt);
        w.member("drawn_by", g->drawn_by == judge::Unit::block ? "blocks" : "days");
        w.end_object();
    } else {
        w.null();
    }
    answer_object(w, "log", answer_of(b, r.policy));
    const judge::LoggedAnswer* once = nullptr;
    for (const judge::LoggedAnswer& a : b.once)
        if (a.policy == r.policy) once = &a;
    answer_object(w, "deviate_once", once);
    const Verdict v = verdict_of(b, r.policy);
    w.member("conclusion", v.word);
    w.member("why", v.why);
    w.end_object();
}

void group_object(JsonWriter& w, std::string_view name, const backtest::Group& g) {
    w.key(name);
    w.begin_object();
    w.member("orders", g.orders);
    w.member("filled_share", g.orders > 0 ? std::optional(g.filled_share) : std::nullopt);
    w.member("cost_bps", g.orders > 0 ? std::optional(g.cost.mean) : std::nullopt);
    if (g.orders > 0) interval_members(w, g.cost.interval);
    w.end_object();
}

void reranking_object(JsonWriter& w, const std::optional<backtest::Reranking>& reranking) {
    w.key("reranking");
    if (!reranking) return w.null();
    const backtest::Reranking& r = *reranking;
    w.begin_object();
    w.member("profile", r.first);
    w.member("against", r.second);
    w.member("orders", r.orders);
    w.member("unranked", r.unranked);
    w.member("differ", r.differ);
    w.member("profile_by_points", r.first_by);
    w.member("against_by_points", r.second_by);
    group_object(w, "both", r.both);
    group_object(w, "only_profile", r.only_first);
    group_object(w, "only_against", r.only_second);
    group_object(w, "neither", r.neither);
    w.member("difference_bps", r.difference);
    if (r.difference_interval) interval_members(w, *r.difference_interval);
    w.member("spearman", r.alike);
    w.member("profile_changes", r.changes_first);
    w.member("against_changes", r.changes_second);
    w.key("flow");
    w.begin_array();
    for (const backtest::LpShare& l : r.flow) {
        w.begin_object();
        w.member("lp", l.lp);
        w.member("sent", l.sent);
        w.member("first_by_profile", l.first);
        w.member("first_by_against", l.second);
        w.end_object();
    }
    w.end_array();
    w.end_object();
}

}  // namespace

std::string backtest_json(const Backtest& b) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    w.member("orders_are", b.orders_are);
    w.member("orders", b.orders);
    w.member("children", b.children);
    w.member("without_quote", b.without_quote);
    w.member("lps", b.lps);
    w.member("symbols", b.symbols);
    w.member("from", iso_time(b.from));
    w.member("to", iso_time(b.to));
    w.member("decisions", b.decisions_from);
    w.member("traded_by", b.traded_by);
    w.member("rounds", b.rounds);
    w.member("draws", b.rules.draws);
    w.member("seed", b.rules.seed);
    w.member("sweep_bps_per_sqrt_lot", b.rules.sweep_bps_per_sqrt_lot);
    w.member("replayed_bps", b.replayed_bps);
    w.member("paid_bps", b.paid_bps);
    w.key("policies");
    w.begin_array();
    for (const judge::Row& r : b.replay.rows) policy_object(w, b, r);
    w.end_array();
    reranking_object(w, b.reranking);
    w.key("recommendations");
    w.begin_array();
    for (const judge::Recommendation& r : b.recommendations) {
        w.begin_object();
        w.member("policy", r.policy);
        w.member("recommended", r.recommended);
        w.member("why", r.why);
        w.end_object();
    }
    w.end_array();
    const auto texts = [&](std::string_view name, const std::vector<std::string>& all) {
        w.key(name);
        w.begin_array();
        for (const std::string& text : all) w.value(text);
        w.end_array();
    };
    texts("says", backtest_words(b));
    texts("biases", b.biases);
    texts("assumptions", b.assumptions);
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
