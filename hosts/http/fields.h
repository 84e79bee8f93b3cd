// Named values from a query or from the body of a request, read one by one. What is wrong is
// gathered, so that one answer names every wrong field.
//
//     auto fields = Fields::of_body(request);          // a flat JSON object
//     if (!fields) return problem_reply(fields.error());
//     const std::string symbol = fields->required_text("symbol", 64);
//     const auto limit = fields->price("limit");
//     if (auto problem = fields->wrong(request)) return problem_reply(*problem);
//
// Names that nobody has asked for by then are refused, with the nearest that is known. A JSON null
// is an absent value. Numbers of a body are read as they are written, without a double in between.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "hosts/http/problem.h"

namespace assay::http {

inline constexpr std::size_t kMostFields = 64, kDeepestBody = 32;

class Fields {
  public:
    static Fields of_query(const Request& request);
    // 415 where it is not application/json, 400 where it is no JSON or no flat object.
    static std::expected<Fields, Problem> of_body(const Request& request);

    bool has(std::string_view name);
    // UTF-8 without control characters, of 1 to `most` characters.
    std::optional<std::string> text(std::string_view name, std::size_t most = 64);
    std::string required_text(std::string_view name, std::size_t most = 64);
    // UTF-8 of several lines, of 1 to `most` bytes: control characters but tab and line ends are
    // refused.
    std::string required_document(std::string_view name, std::size_t most);
    std::optional<std::string> choice(std::string_view name,
                                      std::span<const std::string_view> choices);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                        std::int64_t most);
    std::optional<double> number(std::string_view name, double least, double most);
    std::optional<Price> price(std::string_view name);  // more than 0
    std::optional<Qty> qty(std::string_view name);      // more than 0
    std::optional<bool> yes(std::string_view name);     // true or false
    // A text, number or boolean as it is written, whatever is expected of it; for the audit.
    std::optional<std::string> as_written(std::string_view name) const;
    // RFC 3339; in a query also ns since 1970.
    std::optional<Nanos> time(std::string_view name);
    // Parted by commas; none of them empty.
    std::vector<std::string> list(std::string_view name, std::size_t most);

    void refuse(std::string_view name, std::string message);
    // All that was refused, and the names that nobody asked for.
    std::optional<Problem> wrong();

  private:
    enum class Kind : std::uint8_t { null, text, number, boolean, object, array };
    struct Field {
        std::string name, value;
        Kind kind{};
    };
    friend class FieldsReader;
    const Field* find(std::string_view name);
    std::optional<std::string> decimal(std::string_view name);

    bool query_{};
    std::vector<Field> fields_;
    std::vector<std::string> known_;
    std::vector<FieldError> errors_;
};

}  // namespace assay::http
