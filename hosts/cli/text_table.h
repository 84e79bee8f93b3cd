// A table of aligned columns for a terminal. It never wraps a line: the caller chooses columns
// that fit (`width_of`), this only lays them out.
#pragma once

#include <string>
#include <vector>

#include "hosts/cli/terminal.h"

namespace assay::cli {

struct Cell {
    std::string text;  // already printable
    Style style{Style::plain};
    std::string mark{};  // one column after the text: a glyph for best or worst
};

struct TextColumn {
    std::string over;  // first line of the head, may be empty
    std::string head;
    Align align{Align::right};
    std::vector<Cell> cells{};  // one a row
    std::string section{};      // title above the first column of a section, else empty
};

struct TextTable {
    std::vector<TextColumn> columns;
    std::vector<std::string> headings;  // before row i, where not empty; may be shorter
    bool total{};                       // the last row stands under a rule
};

// Columns one column takes, without the gap of two before it.
int width_of(const TextColumn& column);
int width_of(const std::vector<TextColumn>& columns);  // with gaps
inline constexpr int kGap = 2;

std::string text_of(const TextTable& table, const Terminal& t);

}  // namespace assay::cli
