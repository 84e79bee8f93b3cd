// Writes JSON in the order it is told to. The caller keeps objects and arrays balanced.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::cli {

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

class JsonWriter {
  public:
    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);

    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    void value(double x);  // shortest round trip; null where not finite
    void value(bool x);
    void value(std::integral auto x) { raw(std::to_string(x)); }
    // A number as it is written already, to all its digits.
    void number(std::string_view digits) { raw(digits); }
    void null() { raw("null"); }
    template <class T>
    void value(const std::optional<T>& x) {
        if (x)
            value(*x);
        else
            null();
    }
    template <class T>
    void member(std::string_view name, const T& x) {
        key(name);
        value(x);
    }

    const std::string& text() const { return out_; }

  private:
    void raw(std::string_view token);
    void separate();

    std::string out_;
    int depth_{};
    bool first_{true};  // nothing stands yet in the object or array that is open
    bool after_key_{};
};

}  // namespace assay::cli
