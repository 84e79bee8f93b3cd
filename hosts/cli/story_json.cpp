#include "hosts/cli/story_json.h"

#include "hosts/cli/comparison_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/retold_output.h"

namespace assay::cli {

using sim::Scene;
using sim::Story;

namespace {

const char* name(Scene::What what) {
    switch (what) {
        case Scene::What::entered:
            return "entered";
        case Scene::What::decided:
            return "decided";
        case Scene::What::answered:
            return "answered";
        case Scene::What::over:
            return "over";
    }
    return "";
}

void scores(JsonWriter& w, const char* key, const Story& story, const sim::ScriptedScores& of) {
    w.key(key);
    w.begin_object();
    for (std::size_t i = 0; i < of.size(); ++i) {
        w.key(story.lps[i]);
        if (!of[i]) {
            w.null();
            continue;
        }
        w.begin_object();
        w.member("composite", of[i]->composite);
        w.member("sd", of[i]->sd);
        w.member("rank", of[i]->rank);
        w.end_object();
    }
    w.end_object();
}

void moment(JsonWriter& w, const Story& story, const Scene& m) {
    w.begin_object();
    w.member("what", name(m.what));
    w.member("at", iso_time(m.at));
    w.member("bid", as_double(m.quote.bid));
    w.member("ask", as_double(m.quote.ask));
    w.key("children");
    w.begin_array();
    for (const sim::ScriptedChild& c : m.children) {
        w.begin_object();
        w.member("child", c.number);
        w.member("lp", story.lps[c.lp.number]);
        w.member("quantity", as_double(c.qty));
        w.member("limit", as_double(c.limit));
        w.member("predicted_lots", c.predicted_lots);
        w.member("predicted_full", c.predicted_full);
        w.member("predicted_ms", c.predicted_ms);
        if (m.what == Scene::What::answered) {
            w.member("filled", as_double(c.filled));
            w.member("average_price", c.average);
            w.member("took_ms", as_ms(m.took));
            if (c.size_before && c.size_after) {
                w.member("score_at_this_size_before", c.size_before->composite);
                w.member("score_at_this_size_after", c.size_after->composite);
            }
        }
        w.end_object();
    }
    w.end_array();
    if (m.what == Scene::What::decided) w.member("predicted_in_time", m.predicted_in_time);
    w.member("filled", as_double(m.filled));
    w.member("remaining", as_double(m.remaining));
    w.member("at_lps", as_double(m.at_lps));
    w.member("average_price", m.average);
    w.member("shortfall_bps", m.cost_bps);
    scores(w, "scores_before", story, m.before);
    scores(w, "scores_after", story, m.after);
    if (!m.words.empty()) w.member("words", m.words);
    w.key("alerts");
    w.begin_array();
    for (const std::string& a : m.alerts) w.value(a);
    w.end_array();
    w.end_object();
}

void retold_object(JsonWriter& w, const Retold& again) {
    w.key("comparison");
    w.begin_object();
    w.member("about", retold_about(again));
    w.member("policy", again.policy);
    w.member("first_seed", again.first_seed);
    w.member("seeds", again.seeds);
    w.member("sigma_bps", again.sigma_bps);
    w.key("blocks");
    w.begin_array();
    for (const RetoldBlock& block : again.blocks) {
        w.begin_object();
        w.member("lps", block.lps == sim::LpsDrawn::at_random ? "at random" : "around the history");
        w.member("about", lps_about(block));
        w.key("verdicts");
        w.begin_array();
        for (const std::string& line : verdicts(again, block)) w.value(line);
        w.end_array();
        w.key("truth");
        w.begin_array();
        for (const TrueLp& lp : block.truth) {
            w.begin_object();
            w.member("lp", lp.name);
            w.member("fill_share", lp.fill);
            w.member("paid_bps", lp.paid_bps);
            w.member("impact_bps", lp.impact_bps);
            w.end_object();
        }
        w.end_array();
        w.key("compared");
        write_comparison(w, block.compared);
        w.end_object();
    }
    w.end_array();
    w.end_object();
}

}  // namespace

std::string story_json(const sim::Script& script, const Story& story, const Retold* again) {
    const route::ParentOrder& p = story.parent;
    JsonWriter w;
    w.begin_object();
    w.member("title", script.title);
    w.member("about", script.about);
    w.key("parent");
    w.begin_object();
    w.member("symbol", p.symbol);
    w.member("side", p.side == Side::buy ? "buy" : "sell");
    w.member("quantity", as_double(p.qty));
    w.member("entered", iso_time(p.starts));
    w.member("ends", iso_time(p.ends));
    w.member("profile", p.profile);
    w.member("policy", route::policy(p.policy).name);
    w.end_object();
    w.member("messages", story.messages);
    w.member("arrival_mid", as_double(story.arrival));
    w.key("moments");
    w.begin_array();
    for (const Scene& m : story.moments) moment(w, story, m);
    w.end_array();
    w.member("state", route::text(story.state));
    w.member("ended", iso_time(story.ended));
    w.member("filled", as_double(story.filled));
    w.member("average_price", story.average);
    w.key("shortfall_bps");
    w.value(story.shortfall ? std::optional(story.shortfall->total_bps) : std::nullopt);
    if (again != nullptr) retold_object(w, *again);
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
