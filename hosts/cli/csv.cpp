#include "hosts/cli/csv.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

namespace assay {

namespace {

// Grows to two of the longest rows where a row needs it.
constexpr std::size_t kFirstBuffer = std::size_t{256} << 10;

constexpr std::array<char, 4> kSeparators{',', ';', '\t', '|'};

bool blank(char c) {
    return c == ' ' || c == '\t';
}

char separator_of(std::string_view header) {
    std::array<std::size_t, 4> seen{};
    bool quoted = false;
    for (const char c : header) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        for (std::size_t i = 0; i < kSeparators.size(); ++i) seen[i] += c == kSeparators[i];
    }
    return kSeparators[static_cast<std::size_t>(std::max_element(seen.begin(), seen.end()) -
                                                seen.begin())];
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string count_of(std::size_t n, const char* noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    while (s.starts_with("\xc2\xa0")) s.remove_prefix(2);
    while (s.ends_with("\xc2\xa0")) s.remove_suffix(2);
    return s;
}

std::string plain_name(std::string_view header) {
    std::string name;
    for (const char c : header) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            name += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return name;
}

std::size_t find_column(std::span<const std::string> header,
                        std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        for (std::size_t i = 0; i < header.size(); ++i)
            if (plain_name(header[i]) == name) return i;
    return kNoColumn;
}

Decimal parse_rounded(std::string_view s, int scale, std::int64_t limit) {
    Decimal exact = parse_decimal(s, scale, limit);
    if (exact.error != DecimalError::too_fine) return exact;
    const std::size_t kept = s.find('.') + 1 + static_cast<std::size_t>(scale);
    Decimal near = parse_decimal(s.substr(0, kept), scale, limit);
    if (near && s[kept] >= '5' && near.scaled != limit && near.scaled != -limit)
        near.scaled += s[0] == '-' ? -1 : 1;
    return near;
}

CsvReader::CsvReader(Source& source) : source_(source), buffer_(kFirstBuffer) {}

// Brings more bytes in; false where there are none.
bool CsvReader::fill() {
    if (at_end_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
    const Result<std::size_t> n = source_.read(std::span(buffer_).subspan(end_));
    if (!n) {
        source_broken_ = true;
        source_problem_ = n.error().text();
    }
    if (n && *n == 0 && source_.growing()) {
        starved_ = true;
        return false;
    }
    if (!n || *n == 0) {
        at_end_ = true;
        return false;
    }
    end_ += *n;
    return true;
}

// Makes the line at begin_ whole, up to kMaxCsvRow.
CsvReader::Line CsvReader::find_line() {
    std::size_t seen = 0;
    for (;;) {
        const char* from = buffer_.data() + begin_ + seen;
        const std::size_t there = std::min(end_ - begin_, kMaxCsvRow) - seen;
        if (const void* found = std::memchr(from, '\n', there)) {
            line_size_ = static_cast<std::size_t>(static_cast<const char*>(found) -
                                                  (buffer_.data() + begin_)) +
                         1;
            return Line::some;
        }
        seen += there;
        if (seen == kMaxCsvRow) return Line::overlong;
        if (!fill()) break;
    }
    if (starved_) return Line::none;  // the rest of the line is still to come
    line_size_ = end_ - begin_;
    return line_size_ == 0 ? Line::none : Line::some;
}

void CsvReader::consume(std::size_t size) {
    begin_ += size;
    offset_ += size;
    line_ += 1;
}

std::string CsvReader::place(std::size_t column) const {
    return fmt::format("{}:{}:{}", source_.name(), row_line_, column);
}

CsvStep CsvReader::bad(std::size_t column, std::string why) {
    counts_.dead += row_size_;
    problem_ = fmt::format("{}: {}", place(column), why);
    return CsvStep::bad;
}

// Drops an overlong line up to its end, in bounded memory, keeping a sight of its front.
CsvStep CsvReader::overlong() {
    constexpr std::size_t kKept = 4096;
    unquoted_.assign(buffer_.data() + begin_, kKept);
    row_ = unquoted_;
    row_size_ = 0;
    for (;;) {
        const char* from = buffer_.data() + begin_;
        const void* found = std::memchr(from, '\n', end_ - begin_);
        const std::size_t size =
            found ? static_cast<std::size_t>(static_cast<const char*>(found) - from) + 1
                  : end_ - begin_;
        begin_ += size;
        offset_ += size;
        row_size_ += size;
        if (found || !fill()) break;
    }
    line_ += 1;
    return bad(1, fmt::format("the row has {} bytes; at most {} are read as one row", row_size_,
                              kMaxCsvRow));
}

CsvStep CsvReader::finish() {
    if (!source_broken_) return CsvStep::end;
    problem_ = source_problem_;
    return CsvStep::failed;
}

// Fields of a line without quotes. The usual case, and the fast one.
bool CsvReader::split_plain() {
    fields_.clear();
    const char* field = row_.data();
    const char* const end = row_.data() + row_.size();
    const auto push = [this](const char* from, const char* to) {
        if (from != to && (static_cast<unsigned char>(*from) > 0x7f || blank(*from) ||
                           static_cast<unsigned char>(to[-1]) > 0x7f || blank(to[-1])))
            fields_.push_back(trimmed({from, to}));
        else
            fields_.push_back({from, to});
    };
    for (const char* p = field; p != end; ++p) {
        if (*p == '"') return false;
        if (*p == separator_) {
            push(field, p);
            field = p + 1;
        }
    }
    push(field, end);
    return true;
}

// Fields of a row in which quotes occur; it may run over several lines. False: problem_ is set, and
// only the first line of the row is taken, so that one bad quote costs one line.
bool CsvReader::split_quoted() {
    fields_.clear();
    quoted_columns_.clear();
    unquoted_.clear();
    // Views of fields point into it: it must not move while the row is read.
    unquoted_.reserve(kMaxCsvRow);
    std::size_t at = 0, lines = 1;
    const std::size_t first_line = line_size_;
    const auto give_up = [&](std::size_t column, std::string why) {
        row_ = without_line_end({buffer_.data() + begin_, first_line});
        row_size_ = first_line;
        (void)bad(column, std::move(why));
        return false;
    };
    // Reads one byte further than the line where a quoted field contains its end.
    const auto byte = [&]() -> int {
        while (at >= end_ - begin_)
            if (end_ - begin_ >= kMaxCsvRow || !fill()) return -1;
        return static_cast<unsigned char>(buffer_[begin_ + at]);
    };
    for (;;) {
        while (byte() == ' ') ++at;
        const std::size_t first = at;
        quoted_columns_.push_back(first + 1);
        const std::size_t out = unquoted_.size();
        if (byte() == '"') {
            for (++at;; ++at) {
                const int c = byte();
                if (c < 0 || at >= kMaxCsvRow)
                    return give_up(first + 1, "the quote that opens here is never closed");
                if (c == '"') {
                    ++at;
                    if (byte() != '"') break;
                }
                lines += c == '\n';
                unquoted_ += static_cast<char>(c);
            }
            while (byte() == ' ') ++at;
        } else {
            for (int c = byte(); c >= 0 && c != separator_ && c != '\n' && at < kMaxCsvRow;
                 ++at, c = byte())
                unquoted_ += static_cast<char>(c);
        }
        std::string_view field = std::string_view(unquoted_).substr(out);
        int c = byte();
        if (c == '\r') {
            ++at;
            c = byte();
        } else if ((c == '\n' || c < 0) && field.ends_with('\r') &&
                   buffer_[begin_ + at - 1] == '\r') {
            field.remove_suffix(1);
        }
        fields_.push_back(trimmed(field));
        if (c == separator_) {
            ++at;
            continue;
        }
        if (c >= 0 && c != '\n')
            return give_up(at + 1, fmt::format("after the closing quote a '{}' is expected",
                                               separator_ == '\t' ? std::string("tab")
                                                                  : std::string(1, separator_)));
        row_size_ = at + (c == '\n');
        row_ = without_line_end({buffer_.data() + begin_, row_size_});
        line_ += lines - 1;  // consume() adds the last one
        return true;
    }
}

std::size_t CsvReader::column(std::size_t field) const {
    if (!quoted_columns_.empty())
        return field < quoted_columns_.size() ? quoted_columns_[field] : row_.size() + 1;
    if (field >= fields_.size()) return row_.size() + 1;
    return static_cast<std::size_t>(fields_[field].data() - row_.data()) + 1;
}

DeadRow CsvReader::dead() const {
    return {row_line_, row_offset_, row_, problem_};
}

void CsvReader::reject(std::size_t field, std::string_view why) {
    counts_.rows -= row_size_;
    (void)bad(column(field), std::string(why));
}

// Rows without content: blank, only separators, or the rule below the head of a | table.
bool CsvReader::skip_as_blank() {
    if (!fields_.empty() && !fields_[0].empty() && separator_ != '|') return false;
    const bool empty =
        std::all_of(fields_.begin(), fields_.end(), [](std::string_view f) { return f.empty(); });
    if (empty) return true;
    if (separator_ != '|') return false;
    return std::all_of(row_.begin(), row_.end(),
                       [](char c) { return c == '|' || c == '-' || c == ':' || blank(c); });
}

CsvStep CsvReader::next() {
    for (;;) {
        starved_ = false;
        row_line_ = line_;
        row_offset_ = offset_;
        quoted_columns_.clear();
        const Line line = find_line();
        if (line == Line::none) return finish();
        if (line == Line::overlong) return overlong();
        row_size_ = line_size_;
        row_ = without_line_end({buffer_.data() + begin_, line_size_});
        const bool cut = source_broken_ && buffer_[begin_ + line_size_ - 1] != '\n';
        if (cut) {
            consume(row_size_);
            return bad(row_.size() + 1, "the row is cut off here: the input ends early");
        }
        const std::uint64_t first_line = line_;
        const bool whole = split_plain() || split_quoted();
        if (starved_) {  // a quoted field goes on in bytes that are still to come
            if (!whole) counts_.dead -= row_size_;
            line_ = first_line;
            return CsvStep::end;
        }
        if (!whole) {
            consume(row_size_);
            return CsvStep::bad;
        }
        consume(row_size_);
        if (skip_as_blank()) {
            counts_.between += row_size_;
            continue;
        }
        if (table_ && fields_.size() == header_.size() + 2 && fields_.front().empty() &&
            fields_.back().empty()) {
            fields_.erase(fields_.begin());
            fields_.pop_back();
            if (!quoted_columns_.empty()) quoted_columns_.erase(quoted_columns_.begin());
        }
        if (fields_.size() != header_.size()) {
            const bool more = fields_.size() > header_.size();
            return bad(column(more ? header_.size() : fields_.size()),
                       fmt::format("{} where the header has {}", count_of(fields_.size(), "field"),
                                   header_.size()));
        }
        counts_.rows += row_size_;
        return CsvStep::row;
    }
}

Result<void> CsvReader::read_header() {
    while (end_ - begin_ < 3 && fill()) {
    }
    if (end_ - begin_ >= 3 && std::memcmp(buffer_.data() + begin_, "\xef\xbb\xbf", 3) == 0) {
        begin_ += 3;
        offset_ += 3;
        counts_.between += 3;
    }
    for (;;) {
        row_line_ = line_;
        row_offset_ = offset_;
        const Line line = find_line();
        if (line == Line::overlong)
            return fail(fmt::format("{}: the first line has more than {} bytes: not a CSV header",
                                    place(1), kMaxCsvRow));
        if (line == Line::none) {
            if (source_broken_) return fail(source_problem_);
            return fail(source_.name() + ": is empty: a CSV header is expected in its first line");
        }
        row_size_ = line_size_;
        row_ = without_line_end({buffer_.data() + begin_, line_size_});
        if (!trimmed(row_).empty()) break;
        counts_.between += row_size_;
        consume(row_size_);
    }
    separator_ = separator_of(row_);
    if (!split_plain() && !split_quoted()) {
        consume(row_size_);
        return fail(problem_);
    }
    counts_.between += row_size_;
    consume(row_size_);
    table_ = separator_ == '|' && fields_.size() > 2 && fields_.front().empty() &&
             fields_.back().empty();
    if (table_) {
        fields_.erase(fields_.begin());
        fields_.pop_back();
    }
    header_.assign(fields_.begin(), fields_.end());
    return {};
}

}  // namespace assay
