// Answers the cases of tests/oracle/route with the product's own functions: one JSON object a line
// in, one out (tests/oracle/route/README.md). It translates and decides nothing.
#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/route/allocation.h"
#include "core/route/breaker.h"
#include "core/route/cont_kukanov.h"
#include "core/route/decision.h"
#include "core/route/equalise.h"
#include "core/route/gate.h"
#include "core/route/net_cost.h"
#include "core/route/parent.h"
#include "core/score/composite.h"

namespace assay::route {
namespace {

// Keeps every number as the text it came as, so that none is rounded twice.
using Json = boost::property_tree::ptree;

template <class Number>
Number number(const std::string& text) {
    Number n{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error(fmt::format("\"{}\" is not a number", text));
    return n;
}
std::string word(const Json& in, const char* key) {
    return in.get_child(key).data();
}
double real(const Json& in, const char* key) {
    return number<double>(word(in, key));
}
std::int64_t whole(const Json& in, const char* key) {
    return number<std::int64_t>(word(in, key));
}
bool yes(const Json& in, const char* key) {
    return word(in, key) == "true";
}
bool absent(const Json& in, const char* key) {
    return word(in, key) == "null";
}
template <class Number>
std::vector<Number> numbers(const Json& in) {
    std::vector<Number> all;
    for (const auto& [_, item] : in) all.push_back(number<Number>(item.data()));
    return all;
}

std::string json(double x) {
    return std::isfinite(x) ? fmt::format("{}", x) : "null";
}
std::string json(const std::optional<double>& x) {
    return x ? json(*x) : "null";
}
std::string json(const std::vector<double>& all) {
    std::vector<std::string> texts;
    for (const double x : all) texts.push_back(json(x));
    return fmt::format("[{}]", fmt::join(texts, ", "));
}
std::string in_quotes(const auto& x) {
    return fmt::format("\"{}\"", x);
}
std::string listed(const std::vector<std::string>& items) {
    return fmt::format("[{}]", fmt::join(items, ", "));
}

// The LPs of a case; candidates look into their tails.
struct Field {
    struct Lp {
        std::string name;
        std::vector<double> upper, t;
    };
    std::vector<std::unique_ptr<Lp>> lps;
    std::vector<Candidate> candidates;

    explicit Field(const Json& in) {
        for (const auto& [_, item] : in) {
            auto& lp = *lps.emplace_back(std::make_unique<Lp>());
            lp.name = word(item, "lp");
            for (const auto& [none, step] : item.get_child("tail")) {
                const auto pair = numbers<double>(step);
                lp.upper.push_back(pair.at(0));
                lp.t.push_back(pair.at(1));
            }
            Candidate c;
            c.lp = {static_cast<std::uint32_t>(candidates.size())};
            c.round_trip_ms = static_cast<double>(whole(item, "expected_round_trip_ns")) * 1e-6;
            c.tail = {lp.upper, lp.t, {}};
            candidates.push_back(c);
        }
    }
    void read_costs(const Json& in) {
        std::size_t i = 0;
        for (const auto& [_, item] : in) {
            Candidate& c = candidates[i++];
            c.half_spread_bps = real(item, "half_spread_bps");
            c.price_improvement_bps = real(item, "price_improvement_bps");
            c.fee_bps = real(item, "fee_bps");
            c.leak_bps_per_lot = real(item, "leakage_bps_per_lot");
        }
    }
};

CostFactors factors_in(const Json& weights) {
    const std::map<std::string, score::Scored> kpis = {
        {"fill", score::Scored::fill_rate},
        {"latency", score::Scored::latency_p50_ms},
        {"price_improvement", score::Scored::price_improvement_bps},
        {"impact", score::Scored::leakage_bps_15s}};
    score::Profile profile;
    for (const auto& [family, weight] : weights)
        profile.terms.push_back(
            {.kpi = kpis.at(family),
             .weight_bp = static_cast<int>(std::lround(1e4 * number<double>(weight.data())))});
    return factors_of(profile);
}

CostTerms terms_in(const Json& order) {
    return {
        .unfilled_bps = real(order, "fallback_half_spread_bps") + real(order, "sweep_impact_bps"),
        .urgency_bps_per_ms = real(order, "urgency_bps_per_s") / 1000,
        .still_open = real(order, "phi"),
        .remaining_lots = real(order, "remaining_lots")};
}

std::vector<UnitCosts> costs_in(const Json& in, Field& field) {
    field.read_costs(in.get_child("lps"));
    const CostTerms terms = terms_in(in.get_child("order"));
    const CostFactors factors = factors_in(in.get_child("weights"));
    std::vector<UnitCosts> costs;
    for (const Candidate& c : field.candidates) costs.push_back(unit_costs(c, terms, factors));
    return costs;
}

std::string answer_allocate(const Json& in) {
    Field field(in.get_child("lps"));
    const auto costs = costs_in(in, field);
    const Json& order = in.get_child("order");
    const std::int64_t probe = whole(order, "probe_lots");
    const AllocationRules rules{
        .lots = whole(order, "quantity_lots"),
        .min_lots = whole(order, "min_lots"),
        .p_min = real(order, "p_min"),
        .nothing_pays = probe > 0 ? WhenNothingPays::probe : WhenNothingPays::wait,
        .probe_lots = probe};
    const Allocation a = allocate(field.candidates, costs, rules);
    const std::span lots(a.lots.data(), field.candidates.size());
    return fmt::format("\"lots\": [{}], \"value\": {}", fmt::join(lots, ", "),
                       json(value_of(field.candidates, costs, lots)));
}

std::string answer_net_cost(const Json& in) {
    Field field(in.get_child("lps"));
    const UnitCosts costs = costs_in(in, field).at(0);
    const CostTerms terms = terms_in(in.get_child("order"));
    const FillTail& tail = field.candidates.at(0).tail;
    const std::int64_t q = whole(in, "child_lots");
    return fmt::format(
        "\"cost_per_filled_bps\": {}, \"leakage_bps_per_lot\": {}, \"cost_per_unfilled_bps\": {}, "
        "\"expected_fill_lots\": {}, \"p_full\": {}, \"expected_cost_bps_lots\": {}, "
        "\"cost_of_not_sending_bps_lots\": {}",
        json(costs.filled), json(costs.leak / (terms.still_open * terms.remaining_lots)),
        json(costs.unfilled), json(tail.expected(q)), json(tail.at_least(q)),
        json(net_cost(tail, costs, q)), json(static_cast<double>(q) * costs.unsent));
}

std::string answer_capacity(const Json& in) {
    const auto most = static_cast<std::size_t>(whole(in, "most_lots"));
    const auto grid = estimate::lot_grid(static_cast<int>(most));
    std::vector<estimate::Capacity> lps;
    estimate::Capacity all;
    for (const auto& [_, lp] : in.get_child("lps")) {
        estimate::Capacity& c = lps.emplace_back();
        for (const auto& [none, item] : lp.get_child("seen")) {
            const auto seen = numbers<double>(item);
            const double sent = seen.at(0), filled = seen.at(1), weight = seen.at(2);
            if (filled < sent)
                c.observe_exact(grid, filled, weight);
            else
                c.observe_censored(grid, sent, weight);
        }
        all.merge(c);
    }
    const auto prior = estimate::pooled_hazard(all, grid, 1);
    std::vector<std::string> answers;
    for (const auto& c : lps) {
        const auto t = estimate::tail(estimate::hazard(c, prior, 1));
        const auto n = estimate::support(c, most, 1);
        answers.push_back(fmt::format("{{\"tail\": {}, \"support\": {}, \"optimistic\": {}}}",
                                      json(t), json(n), json(estimate::optimistic(t, n))));
    }
    return "\"lps\": " + listed(answers);
}

std::string answer_primary(const Json& in) {
    Field field(in.get_child("lps"));
    const std::int64_t quantity = whole(in, "quantity_lots");
    DecisionInputs d;
    d.at = Nanos{1'000'000'000};
    d.side = Side::buy;
    d.policy = PolicyId::primary;
    d.rank_by = word(in, "rank_by") == "lcb" ? score::RankBy::lcb : score::RankBy::composite;
    d.p_min = real(in, "p_min");
    d.order.lot = 1_qty;
    d.order.remaining = d.order.free = d.order.round_qty = d.order.max_child =
        Qty{quantity * Qty{1_qty}.micro};
    d.quote = {d.at, 99_px, 101_px, {}, {}, QuoteState::ok};
    d.scores = {BoardState::good, d.at, 1, 1, 1};
    std::size_t i = 0;
    for (const auto& [_, item] : in.get_child("lps")) {
        Candidate c = field.candidates[i];
        if (!absent(item, "composite")) {
            score::Composite believed;
            believed.score = real(item, "composite");
            believed.sd = real(item, "sd");
            c.standing = Standing{*believed.score, believed.sd, *believed.lcb(real(in, "z"))};
        }
        c.permission = yes(item, "enabled") ? Permission::enabled : Permission::disabled;
        auto& r = d.candidates.emplace_back(CandidateRecord::of(c, field.lps[i++]->name));
        r.breaker = word(item, "breaker") == "open" ? BreakerState::open : BreakerState::closed;
        if (!yes(item, "symbol_ok")) r.stopped = "not in this symbol";
    }
    const Choice choice = decide(d);
    // Where nobody has a score, the ladder works without one: nobody is first by score.
    if (choice.step != Step::live)
        return "\"order\": [], \"primary\": null, \"cap_lots\": 0, \"disagree\": false";
    std::vector<std::string> order;
    for (const LpId lp : choice.ranking) order.push_back(in_quotes(field.lps[lp.number]->name));
    const std::int64_t cap = cap_of(field.candidates[choice.ranking.at(0).number],
                                    {.max_lots = quantity, .p_min = d.p_min});
    return fmt::format("\"order\": {}, \"primary\": {}, \"cap_lots\": {}, \"disagree\": {}",
                       listed(order), order[0], cap, choice.other_leader.has_value());
}

std::string answer_limit_or_market(const Json& in) {
    const double sd = real(in, "outflow_sd_lots");
    const auto best =
        limit_or_market(LimitOrMarket{.target = real(in, "target_lots"),
                                      .queue_ahead = real(in, "queue_lots"),
                                      .outflow = {real(in, "outflow_mean_lots"), sd * sd},
                                      .half_spread = real(in, "half_spread_bps"),
                                      .fee = real(in, "fee_bps"),
                                      .rebate = real(in, "rebate_bps"),
                                      .impact = real(in, "theta_bps"),
                                      .underfill = real(in, "underfill_bps")});
    return fmt::format(
        "\"lower_bps\": {}, \"upper_bps\": {}, \"limit_lots\": {}, \"market_lots\": {}",
        json(best.all_limit_below), json(best.all_market_above), json(best.limit),
        json(best.market));
}

std::string answer_equalise(const Json& in) {
    const auto medians = numbers<std::int64_t>(in.get_child("one_way_ns"));
    const auto jitters = numbers<std::int64_t>(in.get_child("jitter_ns"));
    std::vector<OneWay> ways;
    for (std::size_t i = 0; i < medians.size(); ++i)
        ways.push_back({Duration{medians[i]}, Duration{jitters.at(i)}});
    std::vector<std::int64_t> delays;
    for (const Duration d : equalising_delays(ways, Duration{whole(in, "cap_ns")}))
        delays.push_back(d.ns);
    return fmt::format("\"delay_ns\": [{}]", fmt::join(delays, ", "));
}

std::string answer_breaker(const Json& in) {
    Cusum cusum = cusum_for(real(in, "reject_posterior_mean"));
    cusum.threshold = real(in, "threshold");
    Breaker breaker;
    std::vector<std::string> steps;
    for (const auto& [_, event] : in.get_child("events")) {
        const Nanos at{whole(event, "at_ns")};
        const std::string what = word(event, "what");
        if (what == "ok") breaker.observe(at, Outcome::answered, cusum);
        if (what == "reject") breaker.observe(at, Outcome::rejected, cusum);
        if (what == "timeout") breaker.observe(at, Outcome::timed_out, cusum);
        if (what == "session_down") breaker.open(at, Fault::session_down);
        if (what == "bust") breaker.open(at, Fault::bust);
        if (what == "crossed_quote") breaker.open(at, Fault::crossed_own_quote);
        // What was our mistake, or a halt of the market, is never told to it.
        const BreakerState state = breaker.state(at);
        const bool open = state == BreakerState::open;
        steps.push_back(fmt::format("{{\"state\": \"{}\", \"cusum\": {}, \"open_until_ns\": {}}}",
                                    state == BreakerState::half_open ? "half_open" : text(state),
                                    json(breaker.sum()),
                                    open ? in_quotes(breaker.open_until().ns) : "null"));
    }
    return fmt::format("\"p0\": {}, \"p1\": {}, \"steps\": {}", json(cusum.p0), json(cusum.p1),
                       listed(steps));
}

std::string answer_threshold(const Json& in) {
    return "\"threshold\": " + json(cusum_for(real(in, "reject_posterior_mean")).threshold);
}

std::string answer_score(const Json& in) {
    score::Profile profile;
    score::Beliefs beliefs;
    std::uint8_t place = 0;
    for (const auto& [_, kpi] : in.get_child("kpis")) {
        const score::Term term{
            .kpi = static_cast<score::Scored>(place++),
            .weight_bp = static_cast<int>(whole(kpi, "weight_bp")),
            .worst = real(kpi, "worst"),
            .best = real(kpi, "best"),
            .scale = word(kpi, "scale") == "log" ? score::Scale::log : score::Scale::linear};
        profile.terms.push_back(term);
        if (absent(kpi, "value")) continue;
        const double mean = real(kpi, "value"), sd = real(kpi, "sd");
        const double unit = term.scale == score::Scale::log ? mean : 1;  // of the belief's variance
        score::of(beliefs, term.kpi) = {mean, sd * sd * unit * unit, 100, false};
    }
    const auto c = score::composite(profile, beliefs);
    return fmt::format("\"score\": {}, \"sd\": {}, \"lcb\": {}", json(c.score),
                       c.score ? json(c.sd) : "null", json(c.lcb(real(in, "z"))));
}

// A parent, its children and the gate, told what the events of a life say.
class Life {
  public:
    explicit Life(const Json& events) {
        for (const auto& [_, e] : events)
            if (e.count("lp") != 0) lps_.try_emplace(word(e, "lp"), LpId{});
        std::vector<std::string> names;
        for (auto& [name, id] : lps_) {
            id = {static_cast<std::uint32_t>(names.size())};
            names.push_back(name);
        }
        // Limits that never bind: what is compared is the quantity, and that no id comes twice.
        const Qty most{kMaxQtyMicro};
        const Money value = Price{kMaxPriceNano} * most;
        constexpr int kMany = std::numeric_limits<int>::max();
        gate_ = Gate({.parent_qty = most,
                      .child_qty = most,
                      .parent_notional = value,
                      .child_notional = value,
                      .collar_bps = 1e9,
                      .open_qty = most,
                      .orders_per_window = kMany,
                      .window = Duration{1},
                      .orders_per_parent = kMany,
                      .duplicate_window = Duration{1}},
                     names);
        for (const auto& [_, e] : events) steps_.push_back(step(e));
    }

    std::string answer() const {
        std::vector<std::string> children;
        std::vector<const Child*> all;
        for (const auto& [name, c] : children_) {
            all.push_back(&c);
            children.push_back(fmt::format(
                "{{\"child\": \"{}\", \"cum\": \"{}\", \"leaves\": \"{}\", \"overfill\": \"{}\", "
                "\"unknown\": {}}}",
                name, c.cum.micro, c.exposure().micro, std::max(Qty{}, c.cum - c.qty).micro,
                c.state == ChildState::unknown));
        }
        const auto slippage = p_.vwap_slippage_bps(all);
        return fmt::format(
            "\"steps\": {}, \"children\": {}, \"notional\": \"{}\", \"avg_px\": {}, "
            "\"stopped\": {}, \"shortfall\": {}, \"vwap_slippage_bps\": {}",
            listed(steps_), listed(children), p_.notional,
            p_.cum > Qty{} ? json(p_.avg_px()) : "null", stopped_, shortfall(),
            slippage ? json(*slippage) : "null");
    }

  private:
    static Bbo quote_in(const Json& e) {
        Bbo q;
        q.at = Nanos{whole(e, "at_ns")};
        q.bid = Price{whole(e, "bid")};
        q.ask = Price{whole(e, "ask")};
        q.state = state_of(q.bid, q.ask);
        return q;
    }

    std::string step(const Json& e) {
        const std::string what = word(e, "event");
        std::string allowed;
        if (what == "parent") {
            enter(e);
        } else if (what == "send") {
            allowed = fmt::format(", \"allowed\": {}", send(e));
        } else if (what == "traded") {
            if (word(e, "own") == "yes") return state("");
            const Qty qty{whole(e, "qty")};
            traded_.volume += qty;
            traded_.notional += Price{whole(e, "px")} * qty;
        } else if (what == "ended") {
            p_.end_mid = quote_in(e).mid2();
            p_.move_to(ParentState::stopping);
            p_.move_to(ParentState::canceled);
        } else {
            tell(named(word(e, "child")), what, e);
        }
        return state(allowed);
    }

    std::string state(const std::string& allowed) const {
        Qty exposure;
        for (const auto& [_, c] : children_) exposure += c.exposure();
        // The gate keeps books of its own: they must say the same.
        if (gate_.outstanding(1) != exposure || gate_.filled_of(1) != p_.cum)
            throw std::runtime_error("the gate's books differ from the parent's");
        const Qty leaves = terminal(p_.state) ? Qty{} : p_.remaining();
        return fmt::format("{{\"cum\": \"{}\", \"leaves\": \"{}\", \"exposure\": \"{}\"{}}}",
                           p_.cum.micro, leaves.micro, exposure.micro, allowed);
    }

    void enter(const Json& e) {
        p_.order.id = 1;
        p_.order.side = word(e, "side") == "buy" ? Side::buy : Side::sell;
        p_.order.qty = Qty{whole(e, "qty")};
        const Bbo quote = quote_in(e);
        p_.decision_mid = quote.mid2();
        p_.move_to(ParentState::working);
        if (const auto no =
                gate_.admit({quote.at, 1, "SYM", p_.order.side, p_.order.qty, std::nullopt, quote}))
            throw std::runtime_error(no->text);
    }

    bool send(const Json& e) {
        const std::string name = word(e, "child");
        const Bbo quote = quote_in(e);
        Child c;
        c.id = ChildId{children_.size() + 1};
        for (const auto& [known, other] : children_)
            if (known == name) c.id = other.id;
        c.parent = 1;
        c.lp = lps_.at(word(e, "lp"));
        c.side = p_.order.side;
        c.qty = Qty{whole(e, "qty")};
        c.fee_bps = real(e, "fee_bps");
        // Each another price: the same order twice is refused for a reason that is not compared.
        c.limit = quote.far_touch(c.side) + PriceDelta{static_cast<std::int64_t>(c.id.number)};
        if (p_.state != ParentState::working) return false;
        if (gate_.send({quote.at, 1, c.id, c.lp, "SYM", c.side, c.qty, c.limit, quote}))
            return false;
        if (p_.first_route_mid.nano2 <= 0) p_.first_route_mid = quote.mid2();
        children_.emplace_back(name, std::move(c));
        return true;
    }

    void tell(Child& c, const std::string& what, const Json& e) {
        static const std::map<std::string, Answer> kAnswers = {
            {"acked", Answer::acked},        {"filled", Answer::filled},
            {"canceled", Answer::canceled},  {"rejected", Answer::rejected},
            {"expired", Answer::expired},    {"busted", Answer::busted},
            {"corrected", Answer::corrected}};
        const Nanos at{whole(e, "at_ns")};
        if (what == "timed_out") return c.time_out(at);
        if (what == "settled") {
            c.settle(at);
            return gate_.closed(c.id, Qty{});
        }
        ChildReport r;
        r.at = at;
        r.child = c.id;
        r.answer = kAnswers.at(what);
        r.traded = traded_;
        if (e.count("exec") != 0) r.exec_id = word(e, "exec");
        if (e.count("ref") != 0) r.exec_ref_id = word(e, "ref");
        if (e.count("qty") != 0) r.last_qty = Qty{whole(e, "qty")};
        if (e.count("px") != 0) r.last_px = Price{whole(e, "px")};
        const ChildChange change = c.apply(r);
        if (change.what == ChildChange::What::counted) {
            gate_.filled(c.id, change.filled);
            p_.count(c, change);
            if (p_.overfilled_by(change)) {
                stopped_ = true;
                p_.move_to(ParentState::stopping);
            }
        }
        if (terminal(c.state)) gate_.closed(c.id, c.exposure());
    }

    Child& named(const std::string& name) {
        for (auto& [known, c] : children_)
            if (known == name) return c;
        throw std::runtime_error(fmt::format("no child is called {}", name));
    }

    std::string shortfall() const {
        if (!terminal(p_.state)) return "null";
        const auto s = p_.shortfall();
        if (!s) return "null";
        return fmt::format(
            "{{\"delay\": {}, \"execution\": {}, \"opportunity\": {}, \"fees\": {}, "
            "\"total\": {}, \"bps\": {}}}",
            json(s->delay), json(s->execution), json(s->opportunity), json(s->fees), json(s->total),
            json(s->total_bps));
    }

    Parent p_;
    Gate gate_;
    Traded traded_;
    bool stopped_{};
    std::map<std::string, LpId> lps_;
    std::vector<std::pair<std::string, Child>> children_;  // in order of sending
    std::vector<std::string> steps_;
};

std::string answer_parent(const Json& in) {
    return Life(in.get_child("events")).answer();
}

std::string answer(const Json& in) {
    static const std::map<std::string, std::string (*)(const Json&)> kKinds = {
        {"allocate", answer_allocate},
        {"allocate_large", answer_allocate},
        {"net_cost", answer_net_cost},
        {"capacity", answer_capacity},
        {"primary", answer_primary},
        {"limit_or_market", answer_limit_or_market},
        {"equalise", answer_equalise},
        {"breaker", answer_breaker},
        {"breaker_threshold", answer_threshold},
        {"score", answer_score},
        {"parent", answer_parent}};
    const auto kind = kKinds.find(word(in, "kind"));
    if (kind == kKinds.end()) return "\"unsupported\": \"a kind that it does not know\"";
    return kind->second(in);
}

}  // namespace
}  // namespace assay::route

int main() {
    std::string line;
    std::int64_t read = 0;
    try {
        while (std::getline(std::cin, line)) {
            ++read;
            std::istringstream text(line);
            boost::property_tree::ptree in;
            boost::property_tree::read_json(text, in);
            fmt::print("{{\"case\": {}, {}}}\n", in.get<std::int64_t>("case"),
                       assay::route::answer(in));
        }
    } catch (const std::exception& problem) {
        fmt::print(stderr, "line {}: {}\n", read, problem.what());
        return 1;
    }
    return 0;
}
