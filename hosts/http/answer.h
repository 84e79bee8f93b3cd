// What a Source answers with: a value, some rows, or why not; and numbers that may be absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "hosts/http/problem.h"

namespace assay::http {

// A number, or why there is none.
struct Known {
    std::optional<double> value{};
    std::string absent{};
};

// Why a question or a command is not answered.
struct Refused {
    enum class Why : std::uint8_t {
        not_found,    // 404
        wrong_query,  // 400: a parameter that only the desk can judge, such as a cursor
        forbidden,    // 403: not by this person
        stale,        // 412: it was changed meanwhile
        conflict,     // 409: not in this state, or an id that was used for something else
        wrong,        // 422: the desk does not take it; `fields` say which
        unavailable,  // 503: not now
    } why{};
    std::string detail;
    std::vector<FieldError> fields{};
};
template <class T>
using Answer = std::expected<T, Refused>;

// Some rows, and where the next ones begin; no cursor: that was all.
template <class T>
struct Rows {
    std::vector<T> rows;
    std::string next_cursor{};
};
struct Paging {
    std::size_t limit{100};
    std::string cursor{};  // of an earlier answer; empty: from the start
};

}  // namespace assay::http
