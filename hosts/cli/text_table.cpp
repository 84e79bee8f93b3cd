#include "hosts/cli/text_table.h"

#include <algorithm>

namespace assay::cli {
namespace {

bool marked(const TextColumn& column) {
    return std::any_of(column.cells.begin(), column.cells.end(),
                       [](const Cell& c) { return !c.mark.empty(); });
}

void end_line(std::string& out) {
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
}

// Titles may run on over the columns of their section.
void section_line(const TextTable& table, const Terminal& t, std::string& out) {
    std::string line;
    int at = 0;
    for (const TextColumn& column : table.columns) {
        const int used = display_width(line);
        if (!column.section.empty() && used <= at) {
            line.append(static_cast<std::size_t>(at - used), ' ');
            line += column.section;
        }
        at += width_of(column) + kGap;
    }
    out += painted(t, Style::bold, line);
    end_line(out);
}

void head_line(const TextTable& table, const Terminal& t, std::string TextColumn::* part,
               std::string& out) {
    std::string line;
    for (const TextColumn& column : table.columns) {
        if (!line.empty()) line.append(kGap, ' ');
        const int slot = marked(column) ? 1 : 0;
        line += padded(column.*part, width_of(column) - slot, column.align);
        line.append(static_cast<std::size_t>(slot), ' ');
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += painted(t, Style::dim, line) + '\n';
}

// `widths`: of the columns, looked at once and not for every row.
void row_line(const TextTable& table, const Terminal& t, std::size_t row,
              const std::vector<int>& widths, std::string& out) {
    const std::size_t start = out.size();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const TextColumn& column = table.columns[i];
        if (out.size() != start) out.append(kGap, ' ');
        const Cell cell = row < column.cells.size() ? column.cells[row] : Cell{};
        const int slot = marked(column) ? 1 : 0;
        const std::string text = padded(cell.text, widths[i] - slot, column.align);
        const std::string mark = slot == 0 ? "" : cell.mark.empty() ? " " : cell.mark;
        out += painted(t, cell.style, text + mark);
    }
    end_line(out);
}

}  // namespace

int width_of(const TextColumn& column) {
    int width = 0;
    for (const Cell& cell : column.cells) width = std::max(width, display_width(cell.text));
    width = std::max({width, display_width(column.over), display_width(column.head)});
    return width + (marked(column) ? 1 : 0);
}

int width_of(const std::vector<TextColumn>& columns) {
    int width = 0;
    for (const TextColumn& column : columns) width += width_of(column) + kGap;
    return std::max(0, width - kGap);
}

std::string text_of(const TextTable& table, const Terminal& t) {
    const auto any = [&](std::string TextColumn::* part) {
        return std::any_of(table.columns.begin(), table.columns.end(),
                           [part](const TextColumn& c) { return !(c.*part).empty(); });
    };
    std::string out;
    if (any(&TextColumn::section)) section_line(table, t, out);
    if (any(&TextColumn::over)) head_line(table, t, &TextColumn::over, out);
    if (any(&TextColumn::head)) head_line(table, t, &TextColumn::head, out);
    const std::string line = painted(t, Style::dim, rule(t, width_of(table.columns))) + '\n';
    out += line;
    std::vector<int> widths;
    for (const TextColumn& column : table.columns) widths.push_back(width_of(column));
    std::size_t rows = 0;
    for (const TextColumn& column : table.columns) rows = std::max(rows, column.cells.size());
    for (std::size_t row = 0; row < rows; ++row) {
        if (table.total && row + 1 == rows) out += line;
        if (row < table.headings.size() && !table.headings[row].empty()) {
            out += painted(t, Style::accent, table.headings[row]) + '\n';
        }
        row_line(table, t, row, widths, out);
    }
    return out;
}

}  // namespace assay::cli
