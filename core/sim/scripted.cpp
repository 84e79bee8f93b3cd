#include "core/sim/scripted.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "core/fix/values.h"
#include "core/route/decision_words.h"
#include "core/sim/script_answers.h"
#include "core/units/decimal.h"

namespace assay::sim {

using route::ParentState;

namespace {

constexpr std::uint32_t kLongRunSession = 1, kDaySession = 2;
constexpr Duration kScriptGrace{5'000'000'000};  // after the window, for what is still at LPs
constexpr Duration kScriptQuoteEvery{5'000'000'000};

class Player {
  public:
    Player(const Script& script, const ScriptProgress& progress, const ScriptWatch& watch)
        : script_(script),
          progress_(progress),
          watch_(watch),
          desk_(desk_of(script), 1),
          asked_(lps().size()) {
        for (const LongRunRecord& lp : lps()) story_.lps.push_back(lp.lp);
        story_.market = script.market;
        story_.parent = script.parent;
    }

    Result<Story> play() {
        if (auto read = read_long_run(); !read) return std::unexpected(read.error());
        const Nanos entry = script_.parent.starts, last = script_.parent.ends + kScriptGrace;
        show_market(last);
        bool entered = false;
        for (;;) {
            // At the same time messages first, then what the desk had planned for it.
            const auto due = entered ? desk_.next_due() : std::optional(entry);
            const bool message = !queue_.empty() && (!due || queue_.begin()->first.first <= *due);
            if (!message && !due) break;
            const Nanos at = message ? queue_.begin()->first.first : std::max(*due, now_);
            if (at > last) break;
            // An answer may be two messages, a fill and the end of the rest: before it is before
            // both.
            if (at != now_ || !before_) before_ = page();
            now_ = at;
            out_.clear();
            if (message) {
                const std::string text = std::move(queue_.begin()->second);
                queue_.erase(queue_.begin());
                if (watch_.day) watch_.day(text);
                take(text, kDaySession);
            } else if (!entered) {
                entered = true;
                enter();
            } else {
                desk_.pass(at, out_);
            }
            tell();
            if (!impossible_.empty()) return fail(impossible_);
            if (watch_.led_to) watch_.led_to(out_, desk_);
            if (const route::Parent* p = desk_.router().parent(script_.parent.id);
                entered && (p == nullptr || terminal(p->state)))
                break;
        }
        close();
        return std::move(story_);
    }

  private:
    const std::vector<LongRunRecord>& lps() const { return script_.long_run.lps; }

    Result<void> read_long_run() {
        return write_long_run(script_.long_run, log_, [this](std::string_view text) {
            if (watch_.before) watch_.before(text);
            while (!text.empty()) {
                const std::size_t end = text.find('\n') + 1;
                take(text.substr(0, end), kLongRunSession);
                out_.clear();
                text.remove_prefix(end);
            }
            if (progress_)
                progress_(as_seconds(now_ - script_.long_run.begins) / as_seconds(kLongRunDay));
        });
    }

    // A line of a log: when it was seen, and the message.
    void take(std::string_view line, std::uint32_t session) {
        const fix::Record record = captured(line, session, story_.messages++);
        now_ = record.capture_ns;
        desk_.take(record, out_);
    }
    void put(Nanos at, std::string line) { queue_.emplace(std::pair(at, ++put_), std::move(line)); }

    // A market that does not move says so every few seconds: silence would make scores old.
    void show_market(Nanos last) {
        const auto& quotes = script_.market;
        for (std::size_t i = 0; i < quotes.size(); ++i) {
            const ScriptedQuote& q = quotes[i];
            const Nanos next =
                i + 1 < quotes.size() ? script_.parent.starts + quotes[i + 1].from : last;
            for (Nanos at = script_.parent.starts + q.from; at < next; at = at + kScriptQuoteEvery)
                put(at, log_.quote(at, script_.long_run.market, script_.long_run.us,
                                   script_.parent.symbol, q.bid, q.ask, q.bid_size, q.ask_size));
        }
    }

    void enter() {
        desk_.take_parent(script_.parent, now_, out_);
        story_.arrival = desk_.quote(script_.parent.symbol).mid2();
        add(Scene::What::entered);
    }

    // As the board has it now; what is asked of it later stays as it is.
    std::optional<score::Page> page() {
        const auto page = desk_.page(script_.parent.profile, script_.parent.symbol);
        return page ? std::optional(*page) : std::nullopt;
    }
    std::uint8_t bucket(Qty qty) const {
        return desk_.size_bucket(script_.parent.symbol, script_.parent.side, qty);
    }
    ScriptedScores scores(const std::optional<score::Page>& page, std::uint8_t size) const {
        ScriptedScores all(lps().size());
        if (!page) return all;
        std::int32_t rank = 0;
        for (const score::PageRow& row : page->ranked(size, desk_.regime(script_.parent.symbol))) {
            ++rank;
            for (std::size_t i = 0; i < all.size(); ++i)
                if (page->lps[row.lp] == lps()[i].lp)
                    if (const auto c = row.value(score::PageValue::composite))
                        all[i] = {*c, row.value(score::PageValue::composite_sd).value_or(0), rank};
        }
        return all;
    }

    Scene& add(Scene::What what) {
        Scene m;
        m.what = what;
        m.at = now_;
        m.quote = desk_.quote(script_.parent.symbol);
        const std::uint8_t size = bucket(script_.parent.probe_qty);
        m.before = scores(before_, size);
        m.after = scores(page(), size);
        m.remaining = script_.parent.qty;
        if (const route::Parent* p = desk_.router().parent(script_.parent.id)) {
            m.filled = p->cum;
            m.remaining = p->remaining();
            m.at_lps = desk_.router().exposure(*p);
            if (p->cum > Qty{}) {
                const double mid = as_double(story_.arrival);
                m.average = p->avg_px();
                m.cost_bps = 1e4 * sign(script_.parent.side) * (p->avg_px() - mid) / mid;
            }
        }
        story_.moments.push_back(std::move(m));
        return story_.moments.back();
    }

    // What the last call led to: answers first, for decisions follow from them.
    void tell() {
        for (auto it = open_.begin(); it != open_.end();) {
            const route::Child* c = desk_.router().child(it->id);
            if (c == nullptr || !terminal(c->state)) {
                ++it;
                continue;
            }
            Scene& m = add(Scene::What::answered);
            m.took = c->ended_at - c->sent_at;
            it->filled = c->cum;
            if (c->cum > Qty{})
                it->average =
                    static_cast<double>(c->notional) / static_cast<double>(c->cum.micro) * 1e-9;
            if (const std::uint8_t size = bucket(c->qty);
                size != bucket(script_.parent.probe_qty)) {
                it->size_before = scores(before_, size)[c->lp.number];
                it->size_after = scores(page(), size)[c->lp.number];
            }
            m.children = {*it};
            it = open_.erase(it);
        }
        for (const route::Decision& d : out_.routed.decisions) {
            Scene& m = add(Scene::What::decided);
            m.line = decision_line(d);
            m.words = decision_words(d);
            m.predicted_in_time = d.choice.completion;
            for (const desk::Outgoing& o : out_.outgoing) {
                const route::Child* c = desk_.router().child(o.child);
                if (c == nullptr || c->decision != d.inputs.id || c->cum > Qty{}) continue;
                m.children.push_back({c->id,
                                      ++children_,
                                      c->lp,
                                      c->qty,
                                      {},
                                      c->limit,
                                      c->predicted_lots,
                                      c->predicted_full,
                                      c->predicted_ms,
                                      {},
                                      {},
                                      {}});
            }
        }
        const std::size_t at = story_.moments.size();
        if (at > 0)
            for (const route::Alert& a : out_.routed.alerts)
                story_.moments[at - 1].alerts.push_back(
                    a.parent == 0 ? a.text : lps()[a.lp.number].lp + ": " + a.text);
        if (at > 0)
            for (const route::Refusal& r : out_.routed.refusals)
                story_.moments[at - 1].alerts.push_back("The gate refused: " + r.text);
        for (const desk::Outgoing& o : out_.outgoing) send(o);
    }

    // What leaves is captured like everything else; the LP answers by the script.
    void send(const desk::Outgoing& o) {
        put(o.at, fmt::format("{} : {}\n", fix_time(o.at), o.bytes));
        const route::Child* c = desk_.router().child(o.child);
        if (c == nullptr || !sent_.insert(o.child).second) return;
        ScriptedChild child{.id = c->id, .lp = c->lp, .qty = c->qty, .limit = c->limit};
        for (const Scene& m : story_.moments)
            for (const ScriptedChild& s : m.children)
                if (s.id == c->id) child = s;
        open_.push_back(child);
        const LongRunRecord& lp = lps()[o.lp.number];
        const int nth = ++asked_[o.lp.number];
        const ScriptedFill fill = scripted_fill(script_, lp, nth, c->qty);
        if (fill.cut != nullptr && impossible_.empty())
            impossible_ = fmt::format(
                "{}{}answer {} of {} fills {}, and the child that it answers is of {}: an LP "
                "cannot "
                "fill more than it was sent",
                fill.cut->place, fill.cut->place.empty() ? "" : ": ", nth, lp.lp,
                to_text(fill.cut->filled), to_text(c->qty));
        answer(*c, lp, fill.filled, o.at + fill.after);
    }

    void answer(const route::Child& c, const LongRunRecord& lp, Qty filled, Nanos at) {
        const route::ParentOrder& o = script_.parent;
        const std::string id = desk::cl_ord_id_of(c.id);
        // At the far touch as it stands then.
        const Price px = scripted_price(lp, o.side, scripted_touch(script_, o.side, at - o.starts));
        for (const std::string& body :
             scripted_reports({id, o.symbol, o.side, c.qty, filled, px, at}))
            put(at, log_.line(at, lp.lp, script_.long_run.us, "8", body));
    }

    void close() {
        add(Scene::What::over);
        story_.ended = now_;
        const route::Parent* p = desk_.router().parent(script_.parent.id);
        if (p == nullptr) return;
        story_.state = p->state;
        story_.filled = p->cum;
        story_.average = p->avg_px();
        story_.shortfall = p->shortfall();
    }

    const Script& script_;
    const ScriptProgress& progress_;
    const ScriptWatch& watch_;
    desk::Desk desk_;
    FixLog log_;
    desk::Output out_;
    Story story_;
    Nanos now_{};
    std::map<std::pair<Nanos, std::uint64_t>, std::string> queue_;  // lines, by time and turn
    std::uint64_t put_{};
    std::vector<int> asked_;  // children so far, by LpId
    std::vector<ScriptedChild> open_;
    std::set<route::ChildId> sent_;
    int children_{};
    std::string impossible_;             // what the script says that cannot be
    std::optional<score::Page> before_;  // the board before what happens at now_
};

}  // namespace

Result<Story> play(const Script& script, const ScriptProgress& progress, const ScriptWatch& watch) {
    if (auto ok = possible(script); !ok) return std::unexpected(ok.error());
    return Player(script, progress, watch).play();
}

}  // namespace assay::sim
