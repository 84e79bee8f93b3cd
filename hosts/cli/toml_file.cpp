#include "hosts/cli/toml_file.h"

// The library asserts what it then also checks and reports; without NDEBUG it stops the program,
// and with it some compilers take the assertion for granted. Neither suits a file that a user
// wrote.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <algorithm>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <vector>

#include "core/fix/secrets.h"
#include "hosts/cli/source.h"

namespace assay {

namespace {

constexpr std::size_t kMaxTomlBytes = std::size_t{1} << 20;

TomlPlace place_of(const toml::source_region& region) {
    return {std::max<std::uint32_t>(region.begin.line, 1),
            std::max<std::uint32_t>(region.begin.column, 1)};
}

// Where the first byte stands that TOML forbids there: a control character, or anything beyond
// ASCII outside of quotes and comments. The parser's answer to those is undefined.
class ForbiddenByte {
  public:
    explicit ForbiddenByte(std::string_view content) : content_(content) {}

    std::optional<TomlPlace> find() {
        for (; at_ < content_.size(); ++at_) {
            const char c = content_[at_];
            const auto byte = static_cast<unsigned char>(c);
            if ((byte < 32 && c != '\t' && c != '\n' && c != '\r') || byte == 127) return place();
            if (within_ == 0 && byte > 127) return place();
            step(c);
        }
        return std::nullopt;
    }

  private:
    // Comments end with their line, as do strings of one quote: `within_` is #, " or '.
    void step(char c) {
        if (c == '\n') {
            line_begin_ = at_ + 1;
            ++line_;
            if (!long_) within_ = 0;
        } else if (within_ == 0) {
            if (c != '#' && c != '"' && c != '\'') return;
            within_ = c;
            long_ = c != '#' && triple(c);
            if (long_) at_ += 2;
        } else if (c == '\\' && within_ == '"') {
            if (at_ + 1 < content_.size() && content_[at_ + 1] > ' ') ++at_;
        } else if (c == within_ && c != '#' && (!long_ || triple(c))) {
            if (long_) at_ += 2;
            // Up to two quotes may stand right before the three that end a long string.
            for (int more = 0;
                 long_ && more < 2 && content_.substr(at_ + 1, 1) == std::string_view(&c, 1);
                 ++more)
                ++at_;
            within_ = 0;
            long_ = false;
        }
    }
    bool triple(char c) const { return content_.substr(at_, 3) == std::string(3, c); }
    TomlPlace place() const { return {line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)}; }

    std::string_view content_;
    std::size_t at_{}, line_begin_{};
    std::uint32_t line_{1};
    char within_{};
    bool long_{};
};

TomlNode node_of(const toml::node& from);

void fill_children(const toml::node& from, TomlNode& node) {
    if (const toml::table* table = from.as_table()) {
        for (const auto& [key, value] : *table) {
            TomlNode child = node_of(value);
            child.key = std::string(key.str());
            child.key_at = place_of(key.source());
            node.children.push_back(std::move(child));
        }
        const auto before = [](const TomlNode& a, const TomlNode& b) {
            return std::pair(a.key_at.line, a.key_at.column) <
                   std::pair(b.key_at.line, b.key_at.column);
        };
        std::stable_sort(node.children.begin(), node.children.end(), before);
    } else if (const toml::array* array = from.as_array()) {
        for (const toml::node& entry : *array) node.children.push_back(node_of(entry));
    }
}

TomlNode node_of(const toml::node& from) {
    TomlNode node;
    node.value_at = node.key_at = place_of(from.source());
    switch (from.type()) {
        case toml::node_type::table:
            node.kind = TomlNode::Kind::table;
            break;
        case toml::node_type::array:
            node.kind = TomlNode::Kind::array;
            break;
        case toml::node_type::string:
            node.kind = TomlNode::Kind::text;
            node.text = from.as_string()->get();
            break;
        case toml::node_type::integer:
            node.kind = TomlNode::Kind::number;
            node.text = fmt::format("{}", from.as_integer()->get());
            node.number = static_cast<double>(from.as_integer()->get());
            break;
        case toml::node_type::floating_point:
            node.kind = TomlNode::Kind::number;
            node.number = from.as_floating_point()->get();
            node.text = fmt::format("{}", node.number);
            break;
        case toml::node_type::boolean:
            node.kind = TomlNode::Kind::boolean;
            node.text = from.as_boolean()->get() ? "true" : "false";
            break;
        default:
            node.kind = TomlNode::Kind::other;
            break;
    }
    fill_children(from, node);
    return node;
}

}  // namespace

const char* text(TomlNode::Kind kind) {
    switch (kind) {
        case TomlNode::Kind::table:
            return "a table";
        case TomlNode::Kind::array:
            return "a list";
        case TomlNode::Kind::text:
            return "a text";
        case TomlNode::Kind::number:
            return "a number";
        case TomlNode::Kind::boolean:
            return "true or false";
        case TomlNode::Kind::other:
            return "a date or time";
    }
    return "?";
}

const TomlNode* TomlNode::find(std::string_view name) const {
    for (const TomlNode& child : children)
        if (child.key == name) return &child;
    return nullptr;
}

Result<TomlFile> TomlFile::read(const std::string& path) {
    Result<std::unique_ptr<Source>> source = open_source(path);
    if (!source) return std::unexpected(source.error());
    std::string content(kMaxTomlBytes + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const Result<std::size_t> n = (*source)->read(std::span(content).subspan(size));
        if (!n) return std::unexpected(n.error());
        if (*n == 0) break;
        size += *n;
    }
    if (size > kMaxTomlBytes)
        return fail(path + ": has more than 1 MiB: this is no configuration file");
    content.resize(size);
    return parse(path, std::move(content));
}

Result<TomlFile> TomlFile::parse(std::string name, std::string content) {
    TomlFile file;
    file.name_ = std::move(name);
    file.content_ = std::move(content);
    if (const auto place = ForbiddenByte(file.content_).find())
        return fail(
            file.at(*place, 1, "not TOML: a byte that may stand only inside quotes, or nowhere"));
    const toml::parse_result parsed = toml::parse(std::string_view(file.content_), file.name_);
    if (!parsed) {
        const TomlPlace place = place_of(parsed.error().source());
        return fail(file.at(place, 1, "not TOML: " + std::string(parsed.error().description())));
    }
    file.root_ = node_of(parsed.table());
    return file;
}

std::string_view TomlFile::line(std::uint32_t number) const {
    std::string_view rest = content_;
    for (std::uint32_t i = 1; i < number; ++i) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return {};
        rest.remove_prefix(end + 1);
    }
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest.substr(0, 160);
}

std::string TomlFile::at(TomlPlace place, std::size_t width, std::string_view message) const {
    // Whatever was named as a configuration, a log for one, it does not show its passwords.
    const std::string shown = fix::mask_secrets_anywhere(line(place.line));
    const std::string number = fmt::format("{}", place.line);
    const std::size_t column = std::min<std::size_t>(place.column, shown.size() + 1);
    const std::size_t tail = std::min(width, shown.size() + 2 - column);
    return fmt::format("{}:{}:{}: {}\n  {} | {}\n  {:{}} | {:{}}^{:~<{}}", name_, place.line,
                       place.column, message, number, shown, "", number.size(), "", column - 1, "",
                       tail > 1 ? tail - 1 : 0);
}

std::string TomlFile::at_key(const TomlNode& node, std::string_view message) const {
    return at(node.key_at, node.key.size(), message);
}

std::string TomlFile::at_value(const TomlNode& node, std::string_view message) const {
    const bool quoted = node.kind == TomlNode::Kind::text;
    return at(node.value_at, node.text.size() + (quoted ? 2 : 0), message);
}

void TomlProblems::add(std::string message) {
    if (++count_ > kShown) return;
    if (!text_.empty()) text_ += '\n';
    text_ += message;
}

std::string TomlProblems::more() const {
    return fmt::format("\nand {} more", count_ - kShown);
}

}  // namespace assay
