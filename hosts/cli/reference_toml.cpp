#include "hosts/cli/reference_toml.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <optional>

#include "core/units/decimal.h"
#include "hosts/cli/toml_keys.h"

namespace assay {

namespace {

using Kind = TomlNode::Kind;

// name = "other name" pairs.
void read_names(TomlKeys& keys, const TomlNode& table, std::string_view what,
                fix::Parties::Names& names) {
    for (const TomlNode& node : table.children) {
        if (!keys.is(node, Kind::text, fmt::format("{} in quotes", what))) continue;
        if (node.text.empty())
            keys.wrong(node, fmt::format("is empty: {} is expected", what));
        else
            names[node.key] = node.text;
    }
}

void read_list(TomlKeys& keys, std::string_view name, std::set<std::string, std::less<>>& out) {
    const TomlNode* list =
        keys.child(keys.file().root(), name, Kind::array, "a list such as [\"DESK1\"]");
    if (!list) return;
    for (const TomlNode& entry : list->children)
        if (keys.is(entry, Kind::text, "a CompID in quotes")) out.insert(entry.text);
}

void read_reject_rule(TomlKeys& keys, const TomlNode& entry, fix::Dialect& dialect) {
    constexpr std::array<std::string_view, 3> kKnown{"reason", "text", "class"};
    constexpr std::array<std::string_view, 4> kClasses{"discretionary", "technical", "risk",
                                                       "ours"};
    if (!keys.is(entry, Kind::table, "{ text = \"...\", class = \"...\" }")) return;
    keys.only(entry, kKnown, "part of a reject rule");
    fix::RejectRule rule;
    keys.text_into(entry, "text", "a pattern in quotes; * is any run of characters",
                   rule.text_pattern);
    if (const TomlNode* reason =
            keys.child(entry, "reason", Kind::number, "an OrdRejReason(103)")) {
        if (reason->number < 0 || reason->number > 1e9 ||
            std::floor(reason->number) != reason->number)
            keys.wrong(*reason, "is not an OrdRejReason(103): a whole number from 0");
        else
            rule.ord_rej_reason = static_cast<std::int32_t>(reason->number);
    }
    const auto found = keys.choice(entry, "class", kClasses);
    if (found)
        rule.reject_class = RejectClass(*found);
    else if (!entry.find("class"))
        keys.wrong_key(entry, "a reject rule needs a class");
    dialect.reject_rules.push_back(std::move(rule));
}

void read_lp(TomlKeys& keys, const TomlNode& lp, fix::Parties& parties) {
    constexpr std::array<std::string_view, 5> kKnown{"class", "group", "exec_type", "symbols",
                                                     "reject_text"};
    constexpr std::array<std::string_view, 2> kStyles{"standard", "ord_status"};
    if (!keys.is(lp, Kind::table, "a section such as [lp.LP_A]")) return;
    keys.only(lp, kKnown, "key of an LP");
    std::string word;
    if (keys.text_into(lp, "class", "a word in quotes", word)) parties.lp_class[lp.key] = word;
    if (keys.text_into(lp, "group", "a word in quotes", word)) parties.lp_group[lp.key] = word;
    if (const TomlNode* symbols = keys.child(lp, "symbols", Kind::table, "its names = ours"))
        read_names(keys, *symbols, "our symbol", parties.lp_symbol_of[lp.key]);
    const auto style = keys.choice(lp, "exec_type", kStyles);
    const TomlNode* rules = keys.child(lp, "reject_text", Kind::array, "a list of rules");
    if (!style && !rules) return;
    fix::Dialect& dialect = parties.dialects[lp.key];
    if (style) dialect.exec_type_style = fix::ExecTypeStyle(*style);
    if (rules)
        for (const TomlNode& entry : rules->children) read_reject_rule(keys, entry, dialect);
}

// A decimal as number or in quotes. Quotes keep every digit.
std::optional<std::int64_t> decimal(TomlKeys& keys, const TomlNode& table, std::string_view name,
                                    int scale, std::int64_t limit) {
    const TomlNode* node = table.find(name);
    if (!node) return std::nullopt;
    if (node->kind != Kind::text && !keys.is(*node, Kind::number, "a number")) return std::nullopt;
    const Decimal d = parse_decimal(node->text, scale, limit);
    if (d && d.scaled > 0) return d.scaled;
    keys.wrong(*node, fmt::format("{} \"{}\" {}; expected a number above 0", name, node->text,
                                  d ? "is not above 0" : text(d.error)));
    return std::nullopt;
}

void read_symbol(TomlKeys& keys, const TomlNode& symbol, Calendars& calendars,
                 Instrument& instrument) {
    constexpr std::array<std::string_view, 6> kKnown{"asset_class", "currency", "tick",
                                                     "round_lot",   "adv",      "calendar"};
    constexpr std::array<std::string_view, 3> kClasses{"equity", "fx", "other"};
    if (!keys.is(symbol, Kind::table, "a section such as [symbol.XYZ]")) return;
    keys.only(symbol, kKnown, "key of a symbol");
    if (const auto c = keys.choice(symbol, "asset_class", kClasses))
        instrument.asset_class = AssetClass(*c);
    keys.text_into(symbol, "currency", "a currency in quotes, such as \"USD\"",
                   instrument.currency);
    if (const auto d = decimal(keys, symbol, "tick", 9, kMaxPriceNano)) instrument.tick = {*d};
    if (const auto d = decimal(keys, symbol, "round_lot", 6, kMaxQtyMicro))
        instrument.round_lot = {*d};
    if (const auto d = decimal(keys, symbol, "adv", 6, kMaxQtyMicro)) instrument.adv = Qty{*d};
    if (!keys.text_into(symbol, "calendar", "the name of a calendar in quotes",
                        instrument.calendar))
        return;
    if (!calendars.find(instrument.calendar)) {
        const std::vector<std::string_view> names = calendars.names();
        keys.wrong(*symbol.find("calendar"),
                   fmt::format("no calendar is called \"{}\"{} (there are {})", instrument.calendar,
                               did_you_mean(instrument.calendar, names), fmt::join(names, ", ")));
    }
}

void read_calendar(TomlKeys& keys, const TomlNode& calendar, Calendars& calendars) {
    constexpr std::array<std::string_view, 1> kKnown{"file"};
    if (!keys.is(calendar, Kind::table, "a section such as [calendar.lse]")) return;
    keys.only(calendar, kKnown, "key of a calendar");
    std::string path;
    if (!keys.text_into(calendar, "file", "a path in quotes", path)) {
        if (!calendar.find("file")) keys.wrong_key(calendar, "a calendar needs file = \"...\"");
        return;
    }
    const std::filesystem::path folder = std::filesystem::path(keys.file().name()).parent_path();
    const Result<std::unique_ptr<Source>> source = open_source((folder / path).string());
    if (!source) return keys.wrong(*calendar.find("file"), source.error().text());
    Result<Calendar> read = Calendar::read(**source, calendar.key);
    if (!read) return keys.wrong(*calendar.find("file"), read.error().text());
    calendars.add(std::move(*read));
}

// base = "USD", and for each other currency what one unit of it is worth in that.
void read_rates(TomlKeys& keys, const TomlNode& table, Rates& rates) {
    constexpr std::int64_t kOne = 1'000'000'000'000, kMost = 1'000'000 * kOne;
    if (!keys.text_into(table, "base", "a currency in quotes, such as \"USD\"", rates.base)) {
        if (!table.find("base")) keys.wrong_key(table, "rates need base = \"USD\", or another");
        return;
    }
    if (rates.base.empty()) return keys.wrong(*table.find("base"), "base is empty");
    for (const TomlNode& node : table.children) {
        if (node.key == "base") continue;
        if (const auto rate = decimal(keys, table, node.key, Rates::kScale, kMost))
            rates.of[node.key] = *rate;
        if (node.key == rates.base && rates.of[node.key] != kOne)
            keys.wrong(node, fmt::format("{} is the base: its rate is 1", node.key));
    }
    rates.of[rates.base] = kOne;
    if (rates.of.size() > Rates::kMost)
        keys.wrong_key(
            table, fmt::format("{} rates; at most {} are taken", rates.of.size(), Rates::kMost));
}

// A currency that a symbol has and no rate is given for: more likely a slip than meant.
void check_currencies(TomlKeys& keys, const TomlNode& symbols, const Rates& rates) {
    if (rates.empty()) return;
    std::vector<std::string_view> known;
    for (const auto& [currency, rate] : rates.of) known.push_back(currency);
    for (const TomlNode& symbol : symbols.children) {
        const TomlNode* currency = symbol.find("currency");
        if (currency == nullptr || currency->kind != Kind::text ||
            rates.of.contains(currency->text))
            continue;
        keys.wrong(*currency,
                   fmt::format("currency \"{}\" has no rate{} ([rates] has {})", currency->text,
                               did_you_mean(currency->text, known), fmt::join(known, ", ")));
    }
}

template <class Read>
void each_of(TomlKeys& keys, std::string_view section, std::string_view expected, Read read) {
    if (const TomlNode* table = keys.child(keys.file().root(), section, Kind::table, expected))
        for (const TomlNode& node : table->children) read(node);
}

}  // namespace

Result<Reference> read_reference(const TomlFile& file, Calendars& calendars) {
    constexpr std::array<std::string_view, 9> kKnown{"unmapped", "our_comp_ids", "drop_copies",
                                                     "comp_ids", "symbols",      "lp",
                                                     "symbol",   "calendar",     "rates"};
    constexpr std::array<std::string_view, 2> kUnmapped{"stands_for_itself", "counted"};
    TomlKeys keys(file);
    keys.only(file.root(), kKnown, "part of a reference file");
    Reference reference;
    fix::Parties& parties = reference.parties;
    const std::optional<std::size_t> unmapped = keys.choice(file.root(), "unmapped", kUnmapped);
    read_list(keys, "our_comp_ids", parties.ours);
    read_list(keys, "drop_copies", parties.drop_copies);
    if (const TomlNode* ids = keys.child(file.root(), "comp_ids", Kind::table, "a section"))
        read_names(keys, *ids, "the name of an LP", parties.lp_of);
    if (const TomlNode* symbols = keys.child(file.root(), "symbols", Kind::table, "a section"))
        read_names(keys, *symbols, "our symbol", parties.symbol_of);
    each_of(keys, "lp", "sections such as [lp.LP_A]",
            [&](const TomlNode& lp) { read_lp(keys, lp, parties); });
    each_of(keys, "calendar", "sections such as [calendar.lse]",
            [&](const TomlNode& node) { read_calendar(keys, node, calendars); });
    Instruments& instruments = reference.instruments;
    if (const TomlNode* symbols = file.root().find("symbol"); symbols && symbols->find("default"))
        read_symbol(keys, *symbols->find("default"), calendars, instruments.fallback);
    each_of(keys, "symbol", "sections such as [symbol.XYZ]", [&](const TomlNode& node) {
        if (node.key == "default") return;
        Instrument& instrument =
            instruments.by_symbol.emplace(node.key, instruments.fallback).first->second;
        read_symbol(keys, node, calendars, instrument);
        parties.symbol_of.emplace(node.key, node.key);
    });
    if (const TomlNode* rates = keys.child(file.root(), "rates", Kind::table, "a section"))
        read_rates(keys, *rates, instruments.rates);
    if (const TomlNode* symbols = file.root().find("symbol"))
        check_currencies(keys, *symbols, instruments.rates);
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    // A table that is not there leaves nothing out: only where names are listed, the others count
    // as unmapped.
    const auto of = [&](bool listed) { return fix::Unmapped(unmapped.value_or(listed ? 1 : 0)); };
    parties.unmapped = of(!parties.lp_of.empty());
    parties.unmapped_symbols = of(!parties.symbol_of.empty() || !parties.lp_symbol_of.empty());
    const fix::Parties::Names named = parties.symbol_of;
    for (const auto& [theirs, ours] : named) parties.symbol_of.emplace(ours, ours);
    reference.content = file.content();
    return reference;
}

void merge_reference(const Reference& reference, fix::Parties& parties, Instruments& instruments) {
    fix::Parties merged = reference.parties;
    merged.lp_source = parties.lp_source;
    merged.lp_tag = parties.lp_tag;
    merged.lp_party_role = parties.lp_party_role;
    merged.capture_counts = parties.capture_counts;
    merged.ours.insert(parties.ours.begin(), parties.ours.end());
    merged.drop_copies.insert(parties.drop_copies.begin(), parties.drop_copies.end());
    // A desk knows its counterparties by its sessions.
    merged.lp_of.insert(parties.lp_of.begin(), parties.lp_of.end());
    merged.counterparties.insert(parties.counterparties.begin(), parties.counterparties.end());
    parties = std::move(merged);
    instruments = reference.instruments;
}

}  // namespace assay
