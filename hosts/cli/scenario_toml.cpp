#include "hosts/cli/scenario_toml.h"

#include <algorithm>
#include <cmath>

#include "hosts/cli/csv_time.h"
#include "hosts/cli/toml_section.h"

namespace assay {
namespace {

using Kind = TomlNode::Kind;
using sim::Script;
using Section = TomlSection;

void read_history(TomlKeys& keys, const TomlNode& table, sim::LongRun& run) {
    static constexpr std::string_view kKnown[] = {"orders", "child", "shown", "bid", "ask"};
    keys.only(table, kKnown, "key of the history");
    Section s(keys, table);
    double orders = run.orders;
    s.number("orders", 1, 60'000, orders);
    run.orders = static_cast<int>(orders);
    s.qty("child", {1'000'000}, run.child);
    s.qty("shown", {1'000'000}, run.shown);
    s.price("bid", run.bid.nano);
    s.price("ask", run.ask.nano);
    if (run.bid >= run.ask) keys.wrong_key(table, "the bid must be below the ask");
}

void read_lp(TomlKeys& keys, const TomlNode& node, Script& script) {
    static constexpr std::string_view kKnown[] = {"fill",   "latency_ms", "price_improvement_bps",
                                                  "reject", "impact_bps", "answers"};
    static constexpr std::string_view kOfAnswer[] = {"filled", "after"};
    if (!keys.is(node, Kind::table, "a section such as [lp.LP_A]")) return;
    keys.only(node, kKnown, "key of an LP");
    sim::LongRunRecord lp;
    lp.lp = node.key;
    const bool plain = std::all_of(lp.lp.begin(), lp.lp.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    if (!plain || lp.lp.empty() || lp.lp.size() > 32 || lp.lp == script.long_run.us ||
        lp.lp == script.long_run.market)
        keys.wrong_key(node, fmt::format("\"{}\" cannot be the name of an LP: up to 32 letters, "
                                         "digits, - and _, other than {} and {}",
                                         lp.lp, script.long_run.us, script.long_run.market));
    Section s(keys, node);
    s.number("fill", 0, 1, lp.fill);
    s.number("latency_ms", 0.001, 999, lp.latency_ms);
    s.number("price_improvement_bps", -99, 99, lp.price_improvement_bps);
    s.number("reject", 0, 1, lp.reject);
    s.number("impact_bps", -9.9, 9.9, lp.impact_bps);
    script.long_run.lps.push_back(lp);
    const TomlNode* list = keys.child(node, "answers", Kind::array,
                                      "a list such as [{ filled = 20_000, after = \"15ms\" }]");
    if (list == nullptr) return;
    int n = 0;
    for (const TomlNode& entry : list->children) {
        if (!keys.is(entry, Kind::table, "an answer such as { filled = 20_000, after = \"15ms\" }"))
            continue;
        keys.only(entry, kOfAnswer, "key of an answer");
        sim::ScriptedAnswer a{lp.lp, ++n, {}, {}, {}};
        Section answer(keys, entry);
        answer.qty("filled", {}, a.filled);
        answer.duration("after", a.after);
        a.place =
            fmt::format("{}:{}:{}", keys.file().name(), entry.value_at.line, entry.value_at.column);
        script.answers.push_back(std::move(a));
    }
}

void read_policy(TomlKeys& keys, Section& s, route::ParentOrder& p) {
    const std::string policy = s.word("policy", "the name of a policy");
    std::vector<std::string_view> names;
    for (const route::Policy& known : route::policies())
        if (known.use != route::Use::truth) names.push_back(known.name);
    const auto id = route::policy_named(policy);
    if (id && route::policy(*id).use != route::Use::truth)
        p.policy = *id;
    else if (const TomlNode* node = s.find("policy"); node != nullptr && !policy.empty())
        keys.wrong(*node, fmt::format("no policy is called \"{}\"{}", policy,
                                      did_you_mean(policy, names)));
    const std::string profile = s.word("profile", "the name of a built-in profile");
    std::vector<std::string_view> profiles;
    for (const score::Profile& known : score::built_in_profiles()) profiles.push_back(known.name);
    if (score::find_profile(profile) != nullptr)
        p.profile = profile;
    else if (const TomlNode* node = s.find("profile"); node != nullptr && !profile.empty())
        keys.wrong(*node, fmt::format("no profile is called \"{}\"{}", profile,
                                      did_you_mean(profile, profiles)));
}

void read_parent(TomlKeys& keys, const TomlNode& table, Script& script) {
    static constexpr std::string_view kKnown[] = {
        "symbol",  "side",      "quantity",       "entered",
        "window",  "profile",   "policy",         "lot",
        "tick",    "probe",     "min_child",      "max_child",
        "urgency", "round_gap", "round_quantity", "participation_cap"};
    static constexpr std::string_view kSides[] = {"buy", "sell"};
    keys.only(table, kKnown, "key of the parent");
    Section s(keys, table);
    route::ParentOrder& p = script.parent;
    p.id = 1;
    p.symbol = s.word("symbol", "a symbol in quotes");
    p.cl_ord_id = p.symbol + "-1";
    script.long_run.symbol = p.symbol;
    const std::string side = s.word("side", "\"buy\" or \"sell\"");
    p.side = side == "buy" ? Side::buy : Side::sell;
    if (const TomlNode* node = table.find("side");
        node != nullptr && side != "buy" && side != "sell" && node->kind == Kind::text)
        keys.wrong(*node, fmt::format("side is \"{}\"; allowed: buy, sell{}", side,
                                      did_you_mean(side, kSides)));
    const Qty one{1'000'000};
    s.qty("quantity", one, p.qty);
    s.qty("lot", one, p.lot);
    s.price("tick", p.tick.nano);
    s.qty("probe", one, p.probe_qty);
    s.qty("min_child", one, p.min_child);
    s.qty("max_child", one, p.max_child);
    s.qty("round_quantity", one, p.pace.round_qty);
    s.duration("round_gap", p.pace.round_gap);
    s.number("urgency", 0, 1, p.pace.urgency);
    if (const TomlNode* cap = table.find("participation_cap"))
        keys.wrong(
            *cap,
            "a participation cap needs what the market trades, and a scenario has quotes only: "
            "nothing would ever be sent; leave it out");
    read_policy(keys, s, p);
    Duration window{};
    s.duration("window", window);
    if (const TomlNode* node = s.needed("entered", Kind::text, "a time in quotes")) {
        CsvTime time;
        if (!time.parse(node->text, p.starts))
            keys.wrong(*node, fmt::format("entered is \"{}\"; expected a time such as "
                                          "2026-11-20T10:00:00Z",
                                          node->text));
        else if (utc_day(p.starts + window) != utc_day(p.starts))
            keys.wrong(*node, "the window reaches into the next day");
    }
    p.ends = p.starts + window;
    if (known(p.starts)) script.long_run.begins = {(utc_day(p.starts) - 1) * kDay.ns};
}

void read_costs(TomlKeys& keys, const TomlNode& table, Script& script) {
    static constexpr std::string_view kKnown[] = {"unfilled_bps", "still_open", "p_min", "refill"};
    keys.only(table, kKnown, "key of the costs");
    Section s(keys, table);
    s.number_if_there("unfilled_bps", 0, 1'000, script.terms.unfilled_bps);
    s.number_if_there("still_open", 0, 1, script.terms.still_open);
    s.number_if_there("p_min", 0, 1, script.p_min);
    if (table.find("refill") != nullptr) s.duration("refill", script.reroute.refill);
}

void read_market(TomlKeys& keys, const TomlNode& list, Script& script) {
    static constexpr std::string_view kKnown[] = {"from", "bid", "ask", "shown"};
    for (const TomlNode& entry : list.children) {
        if (!keys.is(entry, Kind::table, "a section [[market]]")) continue;
        keys.only(entry, kKnown, "key of the market");
        Section s(keys, entry);
        sim::ScriptedQuote q{};
        s.duration("from", q.from);
        s.price("bid", q.bid.nano);
        s.price("ask", q.ask.nano);
        s.qty("shown", {1'000'000}, q.bid_size);
        q.ask_size = q.bid_size;
        if (!script.market.empty() && q.from <= script.market.back().from)
            keys.wrong_key(entry, "this [[market]] does not stand after the one before it");
        script.market.push_back(q);
    }
}

}  // namespace

Result<sim::Script> read_scenario(const TomlFile& file) {
    static constexpr std::string_view kKnown[] = {"title",  "about", "history", "lp",
                                                  "parent", "costs", "market"};
    TomlKeys keys(file);
    const TomlNode& root = file.root();
    keys.only(root, kKnown, "key of a scenario");
    Script script;
    keys.text_into(root, "title", "a text in quotes", script.title);
    keys.text_into(root, "about", "a text in quotes", script.about);
    for (const char* needed : {"history", "lp", "parent", "market"})
        if (root.find(needed) == nullptr)
            keys.problems().add(
                fmt::format("{}: [{}] is missing; examples/acme.toml shows a whole scenario",
                            file.name(), needed));
    if (const TomlNode* t = keys.child(root, "history", Kind::table, "a section"))
        read_history(keys, *t, script.long_run);
    if (const TomlNode* t = keys.child(root, "lp", Kind::table, "sections such as [lp.LP_A]"))
        for (const TomlNode& lp : t->children) read_lp(keys, lp, script);
    if (const TomlNode* t = keys.child(root, "parent", Kind::table, "a section"))
        read_parent(keys, *t, script);
    if (const TomlNode* t = keys.child(root, "costs", Kind::table, "a section"))
        read_costs(keys, *t, script);
    if (const TomlNode* t = keys.child(root, "market", Kind::array, "sections [[market]]"))
        read_market(keys, *t, script);
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    std::sort(script.long_run.lps.begin(), script.long_run.lps.end(),
              [](const auto& a, const auto& b) { return a.lp < b.lp; });
    return script;
}

bool looks_like_scenario(const TomlFile& file) {
    return file.root().find("parent") != nullptr && file.root().find("history") != nullptr;
}

}  // namespace assay
