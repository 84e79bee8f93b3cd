#include "hosts/cli/json_writer.h"

#include <array>
#include <fmt/format.h>

#include "hosts/cli/shortest.h"

namespace assay::cli {
namespace {

// Length of the UTF-8 character `s` begins with, 0 where it is none.
std::size_t character_length(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return 0;
    }
    // Overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned char second = byte(1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
        return 0;
    }
    return length;
}

// Characters that stand for themselves. '<' does not, so that a document put inside a <script>
// cannot end it.
constexpr std::array<bool, 256> make_plain() {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\' && c != '<';
    return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

// Appends the first character of `text`, which is not plain, and moves past it.
void append_other(std::string& out, std::string_view& text) {
    const std::size_t length = character_length(text);
    const char c = text[0];
    if (length == 0)
        out += "\\ufffd";
    else if (length > 1)
        out += text.substr(0, length);
    else if (c == '"' || c == '\\')
        (out += '\\') += c;
    else if (c == '\n')
        out += "\\n";
    else if (c == '\t')
        out += "\\t";
    else if (c == '\r')
        out += "\\r";
    else
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    text.remove_prefix(length == 0 ? 1 : length);
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && kPlain[static_cast<unsigned char>(text[plain])]) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (!text.empty()) append_other(out, text);
    }
    out += '"';
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

void JsonWriter::separate() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (!first_) out_ += ',';
    if (depth_ > 0 && depth_ <= 3) {  // readable by eye and by `diff`, small inside a row
        out_ += '\n';
        out_.append(static_cast<std::size_t>(2 * depth_), ' ');
    }
    first_ = false;
}

void JsonWriter::raw(std::string_view token) {
    separate();
    out_ += token;
}

void JsonWriter::begin_object() {
    raw("{");
    ++depth_;
    first_ = true;
}

void JsonWriter::begin_array() {
    raw("[");
    ++depth_;
    first_ = true;
}

void JsonWriter::end_object() {
    --depth_;
    if (!first_ && depth_ < 3) {
        out_ += '\n';
        out_.append(static_cast<std::size_t>(2 * depth_), ' ');
    }
    out_ += '}';
    first_ = false;
}

void JsonWriter::end_array() {
    --depth_;
    if (!first_ && depth_ < 3) {
        out_ += '\n';
        out_.append(static_cast<std::size_t>(2 * depth_), ' ');
    }
    out_ += ']';
    first_ = false;
}

void JsonWriter::key(std::string_view name) {
    separate();
    append_string(out_, name);
    out_ += depth_ <= 3 ? ": " : ":";
    after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
    separate();
    append_string(out_, text);
}
void JsonWriter::value(double x) {
    raw(shortest(x));
}
void JsonWriter::value(bool x) {
    raw(x ? "true" : "false");
}

}  // namespace assay::cli
