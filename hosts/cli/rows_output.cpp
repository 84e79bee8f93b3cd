#include "hosts/cli/rows_output.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"
#include "hosts/cli/csv_output.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {

Result<RowsFormat> rows_format(std::string_view text) {
    if (text == "table") return RowsFormat::table;
    if (text == "csv") return RowsFormat::csv;
    if (text == "json") return RowsFormat::json;
    return fail(fmt::format("--format: \"{}\" is none of table, csv, json", text));
}

namespace {

// For eyes: six digits that count, without what binary fractions leave behind them.
std::string for_eyes(double x) {
    const double size = std::abs(x);
    return size >= 1e6 || !std::isfinite(x) ? fmt::format("{:.0f}", x) : fmt::format("{:.6g}", x);
}

// Where a table is too wide for the terminal, its last texts are cut, but for what is copied from
// it and what stands in front.
void make_fit(TextTable& table, const std::vector<bool>& texts, const Terminal& t) {
    constexpr int kLeast = 12;
    for (std::size_t i = table.columns.size(); i-- > 2;) {
        const int over = width_of(table.columns) - t.width;
        if (over <= 0) return;
        if (!texts[i]) continue;
        TextColumn& column = table.columns[i];
        const int width = std::max({kLeast, display_width(column.head), width_of(column) - over});
        for (Cell& cell : column.cells) cell.text = cut_to(t, cell.text, width);
    }
}

}  // namespace

Datum datum(const std::string& text) {
    return text.empty() ? Datum() : Datum(text);
}
Datum datum(Nanos at) {
    return known(at) ? Datum(at) : Datum();
}
Datum datum(const std::optional<Qty>& qty) {
    return qty ? Datum(Exact{to_text(*qty)}) : Datum();
}
Datum datum(const std::optional<Price>& price) {
    return price ? Datum(Exact{to_text(*price)}) : Datum();
}
Datum datum(const std::optional<double>& x) {
    return x ? Datum(*x) : Datum();
}

RowsOutput::RowsOutput(std::FILE* file, RowsFormat format, const Terminal& terminal,
                       std::vector<std::string> columns)
    : file_(file), format_(format), terminal_(terminal), columns_(std::move(columns)) {
    cells_.resize(columns_.size());
    left_.resize(columns_.size());
    if (format_ == RowsFormat::json) put("[");
    if (format_ != RowsFormat::csv) return;
    std::string head;
    for (const std::string& c : columns_) head += (head.empty() ? "" : ",") + csv_cell(c);
    put(head + "\r\n");
}

bool RowsOutput::put(std::string_view text) {
    good_ = good_ && std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    return good_;
}

bool RowsOutput::row(const std::vector<Datum>& values) {
    struct Plain {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(double v) const { return shortest(v); }
        std::string operator()(const std::string& v) const { return v; }
        std::string operator()(const Exact& v) const { return v.text; }
        std::string operator()(Nanos v) const { return iso_time(v); }
    };
    ++rows_;
    if (format_ == RowsFormat::table) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const bool absent = std::holds_alternative<std::monostate>(values[i]);
            const auto* number = std::get_if<double>(&values[i]);
            const auto* time = std::get_if<Nanos>(&values[i]);
            left_[i] =
                left_[i] || time != nullptr || std::holds_alternative<std::string>(values[i]);
            cells_[i].push_back(absent              ? dash(terminal_)
                                : number != nullptr ? for_eyes(*number)
                                : time != nullptr
                                    ? to_the_millisecond(*time)
                                    : printable(terminal_, std::visit(Plain{}, values[i])));
        }
        return good_;
    }
    std::string line = format_ == RowsFormat::csv ? "" : rows_ == 1 ? "\n{" : ",\n{";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) line += ',';
        if (format_ == RowsFormat::json) line += json_string(columns_[i]) + ":";
        if (const auto* text = std::get_if<std::string>(&values[i]))
            line += format_ == RowsFormat::json ? json_string(*text) : csv_cell(*text);
        else if (const auto* time = std::get_if<Nanos>(&values[i]))
            line += format_ == RowsFormat::json ? json_string(iso_time(*time)) : iso_time(*time);
        else if (format_ == RowsFormat::json && std::holds_alternative<std::monostate>(values[i]))
            line += "null";
        else
            line += std::visit(Plain{}, values[i]);
    }
    return put(line + (format_ == RowsFormat::csv ? "\r\n" : "}"));
}

bool RowsOutput::end() {
    if (format_ == RowsFormat::json) put(rows_ == 0 ? "]\n" : "\n]\n");
    if (format_ == RowsFormat::table && rows_ > 0) {
        TextTable table;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            TextColumn& column = table.columns.emplace_back();
            column.head = columns_[i];
            column.align = left_[i] ? Align::left : Align::right;
            for (std::string& text : cells_[i]) column.cells.push_back({std::move(text)});
        }
        // Into a file or a pipe it goes whole.
        if (terminal_.moves) make_fit(table, left_, terminal_);
        put(text_of(table, terminal_));
    }
    return good_ && std::fflush(file_) == 0;
}

}  // namespace assay::cli
