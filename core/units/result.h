// A value, or an error for a human: what was expected, where, and what to do.
// For cold paths (configuration, files, commands). Hot paths return a small code instead.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace assay {

class Error {
  public:
    explicit Error(std::string text) : text_(std::move(text)) {}

    const std::string& text() const { return text_; }

    // Puts the outer place in front: error.in("fills.csv:3").
    Error in(const std::string& place) && { return Error(place + ": " + text_); }

  private:
    std::string text_;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string text) {
    return std::unexpected(Error(std::move(text)));
}

}  // namespace assay
