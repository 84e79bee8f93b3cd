// One table of a TOML file, read key by key into its types. What must be there and is not is said
// at the table; what is there and wrong, at its value.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/units/decimal.h"
#include "core/units/nanos.h"
#include "hosts/cli/duration_text.h"
#include "hosts/cli/toml_keys.h"

namespace assay {

// Digits of a TOML number may be grouped by underscores.
inline std::string digits_of(const TomlNode& node) {
    std::string text = node.text;
    std::erase(text, '_');
    return text;
}

// Reads keys of one table; what must be there is said where it is missing.
class TomlSection {
  public:
    TomlSection(TomlKeys& keys, const TomlNode& table) : keys_(keys), table_(table) {}

    const TomlNode* needed(std::string_view name, TomlNode::Kind kind, std::string_view expected) {
        if (table_.find(name) == nullptr) {
            keys_.wrong_key(table_, fmt::format("{} is missing here; expected {}", name, expected));
            return nullptr;
        }
        return keys_.child(table_, name, kind, expected);
    }
    void number(std::string_view name, double least, double most, double& out) {
        const TomlNode* node = needed(name, TomlNode::Kind::number, "a number");
        if (node != nullptr) in_range(*node, name, least, most, out);
    }
    void number_if_there(std::string_view name, double least, double most, double& out) {
        const TomlNode* node = keys_.child(table_, name, TomlNode::Kind::number, "a number");
        if (node != nullptr) in_range(*node, name, least, most, out);
    }
    void qty(std::string_view name, Qty least, Qty& out) {
        const TomlNode* node = needed(name, TomlNode::Kind::number, "a number of shares");
        if (node == nullptr) return;
        const Decimal d = parse_qty(digits_of(*node));
        if (!d || d.scaled < least.micro || d.scaled > kMostQty)
            keys_.wrong(*node, fmt::format("{} = {} is no quantity from {} to {}", name, node->text,
                                           to_text(least), to_text(Qty{kMostQty})));
        else
            out = {d.scaled};
    }
    void price(std::string_view name, std::int64_t& nano) {
        const TomlNode* node = needed(name, TomlNode::Kind::number, "a price");
        if (node == nullptr) return;
        const Decimal d = parse_price(digits_of(*node));
        if (!d || d.scaled <= 0 || d.scaled > kMostPrice)
            keys_.wrong(*node, fmt::format("{} = {} is no price above 0 and up to {}", name,
                                           node->text, to_text(Price{kMostPrice})));
        else
            nano = d.scaled;
    }
    void duration(std::string_view name, Duration& out) {
        const TomlNode* node = needed(name, TomlNode::Kind::text, "a duration such as \"30s\"");
        if (node == nullptr) return;
        const auto d = parse_duration(node->text);
        if (!d || *d >= kDay)
            keys_.wrong(*node, fmt::format("{} is \"{}\"; expected a duration below a day, such as "
                                           "500ms, 30s or 5m",
                                           name, node->text));
        else
            out = *d;
    }
    void qty_if_there(std::string_view name, Qty least, Qty& out) {
        if (table_.find(name) != nullptr) qty(name, least, out);
    }
    void price_if_there(std::string_view name, std::int64_t& nano) {
        if (table_.find(name) != nullptr) price(name, nano);
    }
    void duration_if_there(std::string_view name, Duration& out) {
        if (table_.find(name) != nullptr) duration(name, out);
    }
    void word_if_there(std::string_view name, std::string_view expected, std::string& out) {
        if (table_.find(name) != nullptr) out = word(name, expected);
    }
    void yes_if_there(std::string_view name, bool& out) {
        const TomlNode* node = keys_.child(table_, name, TomlNode::Kind::boolean, "true or false");
        if (node != nullptr) out = node->text == "true";
    }
    std::string word(std::string_view name, std::string_view expected) {
        const TomlNode* node = needed(name, TomlNode::Kind::text, expected);
        return node == nullptr ? std::string() : node->text;
    }
    const TomlNode* find(std::string_view name) const { return table_.find(name); }

  private:
    static constexpr std::int64_t kMostQty = 1'000'000'000'000'000;    // 1e9 shares
    static constexpr std::int64_t kMostPrice = 1'000'000'000'000'000;  // 1e6
    void in_range(const TomlNode& node, std::string_view name, double least, double most,
                  double& out) {
        if (node.number >= least && node.number <= most)
            out = node.number;
        else
            keys_.wrong(
                node, fmt::format("{} = {} is out of range; allowed: a number from {} to {}", name,
                                  node.text, least, most));
    }
    TomlKeys& keys_;
    const TomlNode& table_;
};

}  // namespace assay
