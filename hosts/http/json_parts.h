// What views have in common as JSON: exact numbers, times told twice, numbers that may be absent,
// ids as strings.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/decimal.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/http/answer.h"

namespace assay::http::parts {

inline void exact(cli::JsonWriter& out, std::string_view name, Qty x) {
    out.key(name);
    out.number(to_text(x));
}
inline void exact(cli::JsonWriter& out, std::string_view name, Price x) {
    out.key(name);
    out.number(to_text(x));
}
template <class T>
inline void exact(cli::JsonWriter& out, std::string_view name, const std::optional<T>& x) {
    if (x) return exact(out, name, *x);
    out.key(name);
    out.null();
}

inline void time(cli::JsonWriter& out, const std::string& name, std::optional<Nanos> at) {
    if (at && !known(*at)) at.reset();
    out.member(name, at ? std::optional(cli::iso_time(*at)) : std::nullopt);
    out.member(name + "_ns", at ? std::optional(at->ns) : std::nullopt);
}

inline void number(cli::JsonWriter& out, const std::string& name, const Known& x) {
    out.member(name, x.value);
    if (!x.value && !x.absent.empty()) out.member(name + "_absent", std::string_view(x.absent));
}

inline void text_or_null(cli::JsonWriter& out, std::string_view name, const std::string& x) {
    out.key(name);
    if (x.empty())
        out.null();
    else
        out.value(std::string_view(x));
}

inline void id(cli::JsonWriter& out, std::string_view name, std::uint64_t x) {
    out.member(name, std::to_string(x));
}
// As the log and the history name a configuration.
inline void version(cli::JsonWriter& out, std::string_view name, std::uint64_t x) {
    out.member(name, fmt::format("{:016x}", x));
}
inline void id_or_null(cli::JsonWriter& out, std::string_view name, std::uint64_t x) {
    text_or_null(out, name, x == 0 ? std::string() : std::to_string(x));
}

inline void texts(cli::JsonWriter& out, std::string_view name,
                  const std::vector<std::string>& all) {
    out.key(name);
    out.begin_array();
    for (const std::string& one : all) out.value(std::string_view(one));
    out.end_array();
}

template <class Rows, class One>
void array(cli::JsonWriter& out, std::string_view name, const Rows& rows, const One& one) {
    out.key(name);
    out.begin_array();
    for (const auto& row : rows) {
        out.begin_object();
        one(row);
        out.end_object();
    }
    out.end_array();
}

}  // namespace assay::http::parts
