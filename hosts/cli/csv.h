// CSV as firms have it (RFC 4180 and its habits), row by row, in memory that does not grow.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/decimal.h"
#include "core/units/result.h"
#include "hosts/cli/source.h"

namespace assay {

enum class CsvStep : std::uint8_t {
    row,     // fields() are those of a row
    bad,     // a row that cannot be read: problem() says why; reading goes on
    end,     // no more rows; of a source that grows: none yet
    failed,  // the source broke off: problem() says where; what came before was delivered
};

// Where the bytes of a CSV went. read = rows + between + dead, once the end is reached.
struct CsvBytes {
    std::uint64_t rows{};     // of rows handed out and not rejected
    std::uint64_t between{};  // header, blank lines, the |---| rule of a table
    std::uint64_t dead{};     // of bad and rejected rows
};

// A row that could not be used, for the dead letter file. Views hold until the reader goes on.
struct DeadRow {
    std::uint64_t line{}, offset{};
    std::string_view bytes;   // of an overlong row only the front
    std::string_view reason;  // "file:line:column: what is wrong"
};

// A row longer than this is bad, so that memory stays bounded.
inline constexpr std::size_t kMaxCsvRow = std::size_t{1} << 20;

// The separator is found from the header: `,` `;` tab or `|` (also as a table with | at both ends
// and a rule of dashes below the header). Quotes as in RFC 4180; CRLF or LF; a BOM is skipped;
// blanks around a field are not part of it.
class CsvReader {
  public:
    explicit CsvReader(Source& source);

    // Reads the first row that is not blank. To be called once, before next().
    Result<void> read_header();
    std::span<const std::string> header() const { return header_; }
    char separator() const { return separator_; }

    CsvStep next();
    // Valid until the next call of next(). As many as the header has.
    std::span<const std::string_view> fields() const { return fields_; }
    // Of the row: first line (from 1), offset of its first byte, its bytes without the line end.
    // Of an overlong row only the front is kept.
    std::uint64_t line() const { return row_line_; }
    std::uint64_t offset() const { return row_offset_; }
    std::string_view bytes() const { return row_; }
    // Column of a field, in bytes from 1.
    std::size_t column(std::size_t field) const;

    // "file:line:column: what is wrong".
    const std::string& problem() const { return problem_; }
    DeadRow dead() const;
    // Turns the row just handed out into a bad one: `why` is put behind the place of `field`.
    void reject(std::size_t field, std::string_view why);

    const CsvBytes& byte_counts() const { return counts_; }
    const Source& source() const { return source_; }

  private:
    enum class Line : std::uint8_t { some, none, overlong };

    Line find_line();
    bool fill();
    CsvStep overlong();
    CsvStep finish();
    bool split_plain();
    bool split_quoted();
    bool skip_as_blank();
    void consume(std::size_t size);
    CsvStep bad(std::size_t column, std::string why);
    std::string place(std::size_t column) const;

    Source& source_;
    std::vector<char> buffer_;
    std::size_t begin_{}, end_{};  // unread bytes in buffer_
    std::size_t line_size_{};      // of the line at begin_, its end included
    bool at_end_{}, source_broken_{}, starved_{};
    std::uint64_t offset_{}, line_{1};

    char separator_{','};
    bool table_{};  // rows begin and end with the separator
    std::vector<std::string> header_;
    std::vector<std::string_view> fields_;
    std::vector<std::size_t> quoted_columns_;  // where fields begin, filled where quotes moved them
    std::string unquoted_;
    std::string_view row_;
    std::uint64_t row_line_{}, row_offset_{};
    std::size_t row_size_{};
    std::string problem_, source_problem_;
    CsvBytes counts_;
};

// Blanks (space, tab, no-break space) off both ends.
std::string_view trimmed(std::string_view s);
// For looking names up: letters and digits only, lower case: "Timestamp (UTC)" -> "timestamputc".
std::string plain_name(std::string_view header);

inline constexpr std::size_t kNoColumn = SIZE_MAX;
// The column whose plain name is the first of `names` to be found, or kNoColumn.
std::size_t find_column(std::span<const std::string> header,
                        std::initializer_list<std::string_view> names);

// Like parse_decimal, but decimals beyond the scale are rounded, half away from zero: spreadsheets
// hold doubles, and write 1.0879649446610604.
Decimal parse_rounded(std::string_view text, int scale, std::int64_t limit);

}  // namespace assay
