// Rows of named columns as a table, CSV or JSON, one row at a time: what a history holds may be
// larger than memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/result.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

enum class RowsFormat : std::uint8_t { table, csv, json };
// Errors: none of the three.
Result<RowsFormat> rows_format(std::string_view text);

// A number that is written as it stands: a decimal, exact.
struct Exact {
    std::string text;
};
using Datum = std::variant<std::monostate, std::int64_t, double, std::string, Exact, Nanos>;

Datum datum(const std::string& text);  // absent where it is empty
Datum datum(Nanos at);                 // ISO, UTC; to the millisecond in a table
Datum datum(const std::optional<Qty>& qty);
Datum datum(const std::optional<Price>& price);
Datum datum(const std::optional<double>& x);
template <class T>
    requires std::is_integral_v<T>
Datum datum(const std::optional<T>& x) {
    return x ? Datum(static_cast<std::int64_t>(*x)) : Datum();
}

// JSON is an array of objects, absent values are null; in CSV they are empty.
class RowsOutput {
  public:
    // The file outlives it. `terminal`: of a table.
    RowsOutput(std::FILE* file, RowsFormat format, const Terminal& terminal,
               std::vector<std::string> columns);
    // False when nothing more can be written.
    bool row(const std::vector<Datum>& values);
    bool end();

  private:
    bool put(std::string_view text);

    std::FILE* file_;
    RowsFormat format_;
    Terminal terminal_;
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> cells_;  // of a table, by column
    std::vector<bool> left_;
    std::uint64_t rows_{};
    bool good_{true};
};

}  // namespace assay::cli
