#include "hosts/cli/sniff.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>

#include "hosts/cli/csv.h"
#include "hosts/cli/fill_row.h"
#include "hosts/cli/quotes_csv.h"
#include "hosts/cli/source.h"

namespace assay {

const char* text(InputKind kind) {
    switch (kind) {
        case InputKind::fix_log:
            return "FIX log";
        case InputKind::quotes_csv:
            return "quotes";
        case InputKind::fills_csv:
            return "fills";
        case InputKind::empty:
            return "empty";
        case InputKind::not_used:
            return "not used";
    }
    return "?";
}

namespace {

// 8=FIX. followed soon by 9=, or BeginString printed with its tag: `BeginString    (8) - FIX.4.2`,
// `BeginString( 8): FIX.4.2`. A table may mention 8=FIX in a column of raw messages: the framer
// finds those too.
bool has_fix(std::string_view front) {
    for (std::size_t at = front.find("8=FIX"); at != std::string_view::npos;
         at = front.find("8=FIX", at + 1))
        if (front.substr(at, 40).find("9=", 2) != std::string_view::npos) return true;
    for (std::size_t at = front.find("BeginString"); at != std::string_view::npos;
         at = front.find("BeginString", at + 1)) {
        const std::string_view after = front.substr(at + 11, 40);
        const std::size_t open = after.find('('), close = after.find(')');
        if (open != std::string_view::npos && close != std::string_view::npos && close > open &&
            trimmed(after.substr(open + 1, close - open - 1)) == "8")
            return true;
    }
    return false;
}

std::string_view known_binary(std::string_view front) {
    struct Magic {
        std::string_view bytes, what;
    };
    static constexpr Magic kMagics[] = {
        {"\xd4\xc3\xb2\xa1", "a packet capture (.pcap); export its FIX messages as text"},
        {"\xa1\xb2\xc3\xd4", "a packet capture (.pcap); export its FIX messages as text"},
        {"\x4d\x3c\xb2\xa1", "a packet capture (.pcap); export its FIX messages as text"},
        {"\x0a\x0d\x0d\x0a", "a packet capture (.pcapng); export its FIX messages as text"},
        {"PK\x03\x04", "a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"},
        {"\xfd"
         "7zXZ",
         "xz-compressed; unpack it first (`unxz`)"},
        {"\x28\xb5\x2f\xfd", "zstd-compressed; unpack it first (`unzstd`)"},
        {"BZh", "bzip2-compressed; unpack it first (`bunzip2`)"},
        {"PAR1", "a Parquet file; export it as CSV"},
        {"\x7f"
         "ELF",
         "a program"},
        {"\x89PNG", "a picture"},
        {"%PDF", "a PDF document"},
    };
    for (const Magic& magic : kMagics)
        if (front.starts_with(magic.bytes)) return magic.what;
    return {};
}

// FIX's own separator is a control character, so a few of those are no sign of a binary file.
bool looks_binary(std::string_view front) {
    std::size_t strange = 0;
    for (const char c : front) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0) return true;
        strange += (byte < 32 && byte != '\t' && byte != '\n' && byte != '\r' && byte != 1 &&
                    byte != 0x0c && byte != 0x1b) ||
                   byte == 127;
    }
    return strange * 20 > front.size();
}

// "has time, bid and ask, but no symbol": for a table that is nearly one of ours.
std::string nearly(std::span<const std::string> header) {
    const QuoteColumns q = QuoteColumns::of(header);
    const FillColumns f = FillColumns::of(header);
    struct Column {
        const char* name;
        bool there;
    };
    const auto tell = [](std::span<const Column> columns, const char* what) {
        std::vector<std::string_view> has, lacks;
        for (const Column& c : columns) (c.there ? has : lacks).push_back(c.name);
        return fmt::format("a table with {}, but without {} it cannot be read as {}",
                           fmt::join(has, ", "), fmt::join(lacks, ", "), what);
    };
    const Column quotes[] = {{"time", q.time != kNoColumn},
                             {"symbol", q.symbol != kNoColumn},
                             {"bid", q.bid != kNoColumn},
                             {"ask", q.ask != kNoColumn}};
    const auto there = [](std::span<const Column> columns) {
        return std::count_if(columns.begin(), columns.end(),
                             [](const Column& c) { return c.there; });
    };
    const auto needed = needed_fill_columns();
    const auto of_fills = std::count_if(
        needed.begin(), needed.end(), [&](const NeededColumn& n) { return f.*n.at != kNoColumn; });
    const bool fills = f.fill_qty != kNoColumn || f.price != kNoColumn;
    if (of_fills >= 3 && fills && q.bid == kNoColumn) return missing_fill_columns(header);
    if (of_fills >= 3 && f.fill_qty != kNoColumn) return missing_fill_columns(header);
    if (there(quotes) >= 2 && (q.bid != kNoColumn || q.ask != kNoColumn))
        return tell(quotes, "quotes");
    return {};
}

// Of a long file only the front was looked at.
std::string within(std::string_view front) {
    return front.size() < kSniffBytes ? "" : " in its first MiB";
}

}  // namespace

Sniffed sniff(std::string_view front) {
    if (front.empty()) return {InputKind::empty, "the file is empty"};
    // First: a packet capture holds whole FIX messages, and its own bytes between their parts.
    if (const std::string_view what = known_binary(front); !what.empty())
        return {InputKind::not_used, std::string(what)};
    if (has_fix(front)) return {InputKind::fix_log, {}};
    if (looks_binary(front)) return {InputKind::not_used, "a binary file"};
    const std::unique_ptr<Source> source = memory_source("", std::string(front));
    CsvReader csv(*source);
    if (!csv.read_header()) {
        const bool blank = front.find_first_not_of(" \t\r\n") == std::string_view::npos;
        if (blank) return {InputKind::empty, "the file holds only blank lines"};
        return {InputKind::not_used, "text without FIX messages" + within(front)};
    }
    if (FillColumns::of(csv.header()).complete()) return {InputKind::fills_csv, {}};
    // Fills that lack a column may still have those of quotes.
    const FillColumns fills = FillColumns::of(csv.header());
    const bool of_fills = fills.fill_qty != kNoColumn && fills.lp != kNoColumn;
    if (!of_fills && QuoteColumns::of(csv.header()).complete()) return {InputKind::quotes_csv, {}};
    if (std::string why = nearly(csv.header()); !why.empty())
        return {InputKind::not_used, std::move(why)};
    return {InputKind::not_used,
            "text without FIX messages" + within(front) + ", and no table of quotes or fills"};
}

}  // namespace assay
