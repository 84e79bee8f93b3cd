// The only file of the server that sees nlohmann's JSON.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hosts/http/fields.h"

namespace assay::http {

// Takes a flat object out of the parser's hands. What lies deeper is only measured.
class FieldsReader {
  public:
    using Json = nlohmann::json;

    bool null() { return value("", Fields::Kind::null); }
    bool boolean(bool x) { return value(x ? "true" : "false", Fields::Kind::boolean); }
    bool number_integer(Json::number_integer_t x) {
        return value(std::to_string(x), Fields::Kind::number);
    }
    bool number_unsigned(Json::number_unsigned_t x) {
        return value(std::to_string(x), Fields::Kind::number);
    }
    bool number_float(Json::number_float_t, const std::string& raw) {
        return value(raw, Fields::Kind::number);
    }
    bool string(std::string& x) { return value(std::move(x), Fields::Kind::text); }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return deeper(Fields::Kind::object); }
    bool end_object() { return --depth_ >= 0; }
    bool start_array(std::size_t) { return deeper(Fields::Kind::array); }
    bool end_array() { return --depth_ >= 0; }
    bool key(std::string& name) {
        if (depth_ == 1) name_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
        if (error_.empty()) error_ = fmt::format("the body is no JSON: wrong at byte {}", position);
        return false;
    }

    std::string error_;
    std::vector<Fields::Field> fields_;

  private:
    bool stop(std::string why) {
        error_ = std::move(why);
        return false;
    }
    bool deeper(Fields::Kind kind) {
        if (depth_ == 0 && kind == Fields::Kind::array)
            return stop("the body is an array; expected an object");
        if (depth_ == 1 && !value("", kind)) return false;
        if (++depth_ > static_cast<int>(kDeepestBody))
            return stop(fmt::format("the body is nested deeper than {} levels", kDeepestBody));
        return true;
    }
    bool value(std::string text, Fields::Kind kind) {
        if (depth_ == 0) return stop("the body is a single value; expected an object");
        if (depth_ > 1) return true;
        for (const Fields::Field& field : fields_)
            if (field.name == name_) return stop(fmt::format("the body has \"{}\" twice", name_));
        if (fields_.size() == kMostFields)
            return stop(fmt::format("the body has more than {} fields", kMostFields));
        fields_.push_back({name_, std::move(text), kind});
        return true;
    }

    int depth_{};
    std::string name_;
};

std::expected<Fields, Problem> Fields::of_body(const Request& request) {
    std::string type(request.header("content-type"));
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (type != "application/json")
        return std::unexpected(Problem{.status = 415,
                                       .detail = "The body must be JSON, and say so: Content-Type: "
                                                 "application/json"});
    FieldsReader reader;
    if (!nlohmann::json::sax_parse(request.body, &reader))
        return std::unexpected(Problem{.status = 400,
                                       .detail = reader.error_,
                                       .name = "malformed-body",
                                       .title = "Malformed body"});
    Fields fields;
    fields.fields_ = std::move(reader.fields_);
    return fields;
}

}  // namespace assay::http
