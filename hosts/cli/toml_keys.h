// Small readers over a TOML tree for files whose keys name things (LPs, symbols, KPIs).
#pragma once

#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// A file being read, and what was found wrong so far.
class TomlKeys {
  public:
    explicit TomlKeys(const TomlFile& file) : file_(file) {}

    const TomlFile& file() const { return file_; }
    TomlProblems& problems() { return problems_; }

    // Reports children of `table` that are not in `known`, with the nearest that is.
    void only(const TomlNode& table, std::span<const std::string_view> known,
              std::string_view what) {
        for (const TomlNode& node : table.children) {
            bool found = false;
            for (const std::string_view name : known) found = found || name == node.key;
            if (!found)
                wrong_key(node, fmt::format("no {} is called \"{}\"{}", what, node.key,
                                            did_you_mean(node.key, known)));
        }
    }
    void wrong_key(const TomlNode& node, std::string_view message) {
        problems_.add(file_.at_key(node, message));
    }
    void wrong(const TomlNode& node, std::string_view message) {
        problems_.add(file_.at_value(node, message));
    }
    bool is(const TomlNode& node, TomlNode::Kind kind, std::string_view expected) {
        if (node.kind == kind) return true;
        wrong(node, fmt::format("{} is {}; expected {}", node.key.empty() ? "this" : node.key,
                                text(node.kind), expected));
        return false;
    }
    // Which of `choices` the text of that name is; nullopt where absent, or none of them (then
    // reported).
    std::optional<std::size_t> choice(const TomlNode& table, std::string_view name,
                                      std::span<const std::string_view> choices) {
        const std::string allowed = fmt::format("one of {}", fmt::join(choices, ", "));
        const TomlNode* node = child(table, name, TomlNode::Kind::text, allowed);
        if (node == nullptr) return std::nullopt;
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i] == node->text) return i;
        wrong(*node, fmt::format("{} is \"{}\"; allowed: {}{}", name, node->text, allowed,
                                 did_you_mean(node->text, choices)));
        return std::nullopt;
    }
    // The child of `table` of that name and kind; null where absent, or wrong (then reported).
    const TomlNode* child(const TomlNode& table, std::string_view name, TomlNode::Kind kind,
                          std::string_view expected) {
        const TomlNode* node = table.find(name);
        return node && is(*node, kind, expected) ? node : nullptr;
    }
    // Sets `out` where there is such a text.
    bool text_into(const TomlNode& table, std::string_view name, std::string_view expected,
                   std::string& out) {
        const TomlNode* node = child(table, name, TomlNode::Kind::text, expected);
        if (node) out = node->text;
        return node != nullptr;
    }

  private:
    const TomlFile& file_;
    TomlProblems problems_;
};

}  // namespace assay
