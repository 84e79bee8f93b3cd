// A TOML file as a plain tree that knows where everything stands, and errors that show the place.
// The only file that names the TOML library is toml_file.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"

namespace assay {

// From 1; columns in bytes of the line.
struct TomlPlace {
    std::uint32_t line{1}, column{1};
};

struct TomlNode {
    enum class Kind : std::uint8_t { table, array, text, number, boolean, other };

    std::string key;  // empty for entries of arrays
    Kind kind{Kind::table};
    std::string text;  // of text: its value; of numbers and booleans: as written in the file
    double number{};   // of numbers
    TomlPlace key_at, value_at;
    std::vector<TomlNode> children;  // of tables and arrays, in the order of the file

    const TomlNode* find(std::string_view name) const;
};

// The word for a kind in messages: "a table", "a number", ...
const char* text(TomlNode::Kind kind);

class TomlFile {
  public:
    // Errors: not readable, larger than 1 MiB, not TOML (with line, column and the line itself).
    static Result<TomlFile> read(const std::string& path);
    static Result<TomlFile> parse(std::string name, std::string content);

    const std::string& name() const { return name_; }
    const std::string& content() const { return content_; }
    const TomlNode& root() const { return root_; }

    // name:line:column: message
    //   14 | fil_rate = 0.40
    //      | ^~~~~~~~
    std::string at(TomlPlace place, std::size_t width, std::string_view message) const;
    // The same at the key, or the value, of a node.
    std::string at_key(const TomlNode& node, std::string_view message) const;
    std::string at_value(const TomlNode& node, std::string_view message) const;

  private:
    std::string_view line(std::uint32_t number) const;

    std::string name_, content_;
    TomlNode root_;
};

// Messages about one file, all of them rather than the first. More than 20 are summed up.
class TomlProblems {
  public:
    void add(std::string message);
    bool none() const { return count_ == 0; }
    Error error() const { return Error(text_ + (count_ > kShown ? more() : std::string())); }

  private:
    static constexpr std::size_t kShown = 20;
    std::string more() const;

    std::string text_;
    std::size_t count_{};
};

}  // namespace assay
