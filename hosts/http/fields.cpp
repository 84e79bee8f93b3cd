#include "hosts/http/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/http/target.h"

namespace assay::http {
namespace {

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

// 1.5e3 as 1500, -2E-2 as -0.02: JSON may write them so. Empty where that is no plain decimal of a
// sensible length.
std::string without_exponent(std::string_view number) {
    const std::size_t e = number.find_first_of("eE");
    if (e == number.npos) return std::string(number);
    std::string_view digits = number.substr(0, e), power = number.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int shift = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), shift);
    if (error != std::errc{} || end != power.data() + power.size() || std::abs(shift) > 40)
        return {};
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    const std::size_t point = digits.find('.');
    std::string all(digits.substr(0, point));
    std::int64_t places = static_cast<std::int64_t>(all.size()) + shift;
    if (point != digits.npos) all += digits.substr(point + 1);
    if (all.empty() || all.size() > 60) return {};
    while (places > static_cast<std::int64_t>(all.size())) all += '0';
    for (; places < 1; ++places) all.insert(0, "0");
    all.insert(static_cast<std::size_t>(places), ".");
    if (all.back() == '.') all.pop_back();
    return (negative ? "-" : "") + all;
}

std::string reason(DecimalError error, std::string_view what, int digits) {
    switch (error) {
        case DecimalError::too_large:
            return fmt::format("this {} is too large", what);
        case DecimalError::too_fine:
            return fmt::format("a {} has at most {} digits after the point", what, digits);
        default:
            return fmt::format("expected a {}: a decimal number", what);
    }
}

}  // namespace

Fields Fields::of_query(const Request& request) {
    Fields fields;
    fields.query_ = true;
    for (const Pair& pair : request.query) {
        const bool twice = std::any_of(fields.fields_.begin(), fields.fields_.end(),
                                       [&](const Field& f) { return f.name == pair.first; });
        if (twice)
            fields.refuse(pair.first, "it is given more than once");
        else
            fields.fields_.push_back({pair.first, pair.second, Kind::text});
    }
    return fields;
}

void Fields::refuse(std::string_view name, std::string message) {
    for (const FieldError& error : errors_)
        if (error.field == name) return;  // one reason is enough
    errors_.push_back({std::string(name), std::move(message)});
}

const Fields::Field* Fields::find(std::string_view name) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
    for (const Field& field : fields_)
        if (field.name == name) return field.kind == Kind::null ? nullptr : &field;
    return nullptr;
}

bool Fields::has(std::string_view name) {
    return find(name) != nullptr;
}

std::optional<std::string> Fields::text(std::string_view name, std::size_t most) {
    const Field* field = find(name);
    if (!field) return std::nullopt;
    if (field->kind != Kind::text)
        refuse(name, "expected a string");
    else if (field->value.empty())
        refuse(name, "it is empty");
    else if (characters(field->value) > most)
        refuse(name, fmt::format("it is longer than {} characters", most));
    else if (has_control(field->value))
        refuse(name, "it has a control character");
    else
        return field->value;
    return std::nullopt;
}

std::string Fields::required_text(std::string_view name, std::size_t most) {
    const bool given = has(name);
    auto value = text(name, most);
    if (!given) refuse(name, "it is missing");
    return value.value_or("");
}

std::string Fields::required_document(std::string_view name, std::size_t most) {
    const Field* field = find(name);
    if (!field) {
        refuse(name, "it is missing");
        return {};
    }
    const auto control = [](char c) {
        return has_control({&c, 1}) && c != '\n' && c != '\r' && c != '\t';
    };
    if (field->kind != Kind::text)
        refuse(name, "expected a string");
    else if (field->value.empty())
        refuse(name, "it is empty");
    else if (field->value.size() > most)
        refuse(name, fmt::format("it is longer than {} bytes", most));
    else if (std::any_of(field->value.begin(), field->value.end(), control))
        refuse(name, "it has a control character");
    else
        return field->value;
    return {};
}

std::optional<std::string> Fields::choice(std::string_view name,
                                          std::span<const std::string_view> choices) {
    auto value = text(name);
    if (!value || std::find(choices.begin(), choices.end(), *value) != choices.end()) return value;
    refuse(name, fmt::format("\"{}\" is none of {}{}", *value, fmt::join(choices, ", "),
                             did_you_mean(*value, choices)));
    return std::nullopt;
}

// A number of a body as it is written, or the text of a query that is to be one.
std::optional<std::string> Fields::decimal(std::string_view name) {
    const Field* field = find(name);
    if (!field) return std::nullopt;
    if (field->kind == (query_ ? Kind::text : Kind::number)) {
        std::string plain = query_ ? field->value : without_exponent(field->value);
        if (!plain.empty() && plain.size() <= 64) return plain;
    }
    refuse(name, "expected a number");
    return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t least,
                                            std::int64_t most) {
    const auto value = decimal(name);
    if (!value) return std::nullopt;
    const Decimal parsed = parse_decimal(*value, 0, INT64_MAX);
    if (parsed && parsed.scaled >= least && parsed.scaled <= most) return parsed.scaled;
    refuse(name, fmt::format("expected a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<double> Fields::number(std::string_view name, double least, double most) {
    const auto value = decimal(name);
    if (!value) return std::nullopt;
    double x = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), x);
    const bool whole = error == std::errc{} && end == value->data() + value->size();
    if (whole && std::isfinite(x) && x >= least && x <= most) return x;
    refuse(name, fmt::format("expected a number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<Price> Fields::price(std::string_view name) {
    const auto value = decimal(name);
    if (!value) return std::nullopt;
    const Decimal parsed = parse_price(*value);
    if (!parsed)
        refuse(name, reason(parsed.error, "price", 9));
    else if (parsed.scaled <= 0)
        refuse(name, "expected a price above 0");
    else
        return Price{parsed.scaled};
    return std::nullopt;
}

std::optional<Qty> Fields::qty(std::string_view name) {
    const auto value = decimal(name);
    if (!value) return std::nullopt;
    const Decimal parsed = parse_qty(*value);
    if (!parsed)
        refuse(name, reason(parsed.error, "quantity", 6));
    else if (parsed.scaled <= 0)
        refuse(name, "expected a quantity above 0");
    else
        return Qty{parsed.scaled};
    return std::nullopt;
}

std::optional<bool> Fields::yes(std::string_view name) {
    const Field* field = find(name);
    if (!field) return std::nullopt;
    if (field->value == "true" || field->value == "false")
        if (field->kind == (query_ ? Kind::text : Kind::boolean)) return field->value == "true";
    refuse(name, "expected true or false");
    return std::nullopt;
}

std::optional<std::string> Fields::as_written(std::string_view name) const {
    for (const Field& field : fields_)
        if (field.name == name && field.kind != Kind::null && field.kind != Kind::object &&
            field.kind != Kind::array)
            return field.value;
    return std::nullopt;
}

std::optional<Nanos> Fields::time(std::string_view name) {
    const Field* field = find(name);
    if (!field) return std::nullopt;
    Nanos at;
    if (field->kind == Kind::text && CsvTime().parse(field->value, at)) return at;
    refuse(name, "expected a time like 2026-03-02T14:30:00.123456789Z");
    return std::nullopt;
}

std::vector<std::string> Fields::list(std::string_view name, std::size_t most) {
    std::vector<std::string> out;
    const auto value = text(name, most * 64);
    if (!value) return out;
    std::string_view rest = *value;
    for (;;) {
        const std::size_t comma = rest.find(',');
        const std::string_view one = rest.substr(0, comma);
        if (one.empty()) refuse(name, "one of its parts is empty");
        out.emplace_back(one);
        if (comma == rest.npos) break;
        rest.remove_prefix(comma + 1);
    }
    if (out.size() > most) refuse(name, fmt::format("it has more than {} parts", most));
    return out;
}

std::optional<Problem> Fields::wrong() {
    const std::vector<std::string_view> names(known_.begin(), known_.end());
    for (const Field& field : fields_)
        if (std::find(known_.begin(), known_.end(), field.name) == known_.end())
            refuse(field.name, "it is not known" + did_you_mean(field.name, names));
    if (errors_.empty()) return std::nullopt;
    std::vector<std::string> in_words;
    for (const FieldError& error : errors_)
        in_words.push_back(fmt::format("{}: {}", error.field, error.message));
    return Problem{.status = query_ ? 400 : 422,
                   .detail = fmt::format("{}", fmt::join(in_words, "; ")),
                   .name = query_ ? "wrong-parameters" : "wrong-fields",
                   .title = query_ ? "Wrong parameters" : "Wrong fields",
                   .errors = errors_};
}

}  // namespace assay::http
