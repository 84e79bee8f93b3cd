// A number that fills its text.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace assay::journal {

// False: the text is empty, not a number, too large for T, or has something behind it.
template <class T>
bool whole(std::string_view text, T& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace assay::journal
