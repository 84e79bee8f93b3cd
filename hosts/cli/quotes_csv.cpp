#include "hosts/cli/quotes_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/fix/secrets.h"

namespace assay {

QuoteColumns QuoteColumns::of(std::span<const std::string> header) {
    QuoteColumns c;
    c.time = find_column(header, {"time", "ts", "tsutc", "timestamp", "timestamputc", "timeutc",
                                  "datetime", "quotetime", "sendingtime", "transacttime", "dt"});
    c.symbol =
        find_column(header, {"symbol", "ticker", "instrument", "sym", "ccypair", "security"});
    c.bid = find_column(header, {"bid", "bidpx", "bidprice", "bestbid", "nbbobid", "marketbid"});
    c.ask =
        find_column(header, {"ask", "askpx", "askprice", "bestask", "nbboask", "marketask", "offer",
                             "offerpx", "offerprice", "bestoffer", "nbbooffer", "ofr"});
    c.bid_size = find_column(header, {"bidsize", "bidqty", "bidsz", "bidsiz", "bidquantity",
                                      "bestbidsize", "nbbobidsize"});
    c.ask_size =
        find_column(header, {"asksize", "askqty", "asksz", "asksiz", "askquantity", "bestasksize",
                             "nbboasksize", "offersize", "offerqty", "ofrsiz", "ofrsize"});
    c.lp = find_column(header, {"lp", "liquidityprovider", "provider", "counterparty", "broker"});
    return c;
}

bool QuoteColumns::complete() const {
    return time != kNoColumn && symbol != kNoColumn && bid != kNoColumn && ask != kNoColumn;
}

Result<void> QuotesCsv::open() {
    if (Result<void> header = csv_.read_header(); !header) return header;
    columns_ = QuoteColumns::of(csv_.header());
    if (columns_.complete()) return {};
    const char* missing = columns_.time == kNoColumn     ? "time"
                          : columns_.symbol == kNoColumn ? "symbol"
                          : columns_.bid == kNoColumn    ? "bid"
                                                         : "ask";
    return fail(
        fmt::format("{}:{}: no column for {}: found {}; quotes need time,symbol,bid,ask and "
                    "may have bid_size,ask_size,lp",
                    csv_.source().name(), csv_.line(), missing,
                    fix::mask_secrets_anywhere(fmt::format("{}", fmt::join(csv_.header(), ",")))
                        .substr(0, 300)));
}

bool QuotesCsv::reject(std::size_t field, std::string_view what) {
    const std::string_view text = csv_.fields()[field];
    csv_.reject(field, fmt::format("{} \"{}\" {}", csv_.header()[field], text.substr(0, 60), what));
    return false;
}

// Quotes of one symbol often follow one another: the last name is tried first.
std::string_view QuotesCsv::name_of(std::string_view text, std::uint32_t& last) {
    if (last != NameTable::kNone && names_.name(last) == text) return names_.name(last);
    const std::uint32_t known = names_.find(text);
    if (known == NameTable::kNone && names_.size() >= kMaxCsvNames) return {};
    last = known == NameTable::kNone ? names_.id(text) : known;
    return names_.name(last);
}

bool QuotesCsv::read_fields(Event& event) {
    const std::span<const std::string_view> f = csv_.fields();
    if (!time_.parse(f[columns_.time], event.at))
        return reject(columns_.time, fmt::format("is not a time: {}", CsvTime::kExpected));

    Quote quote;
    const auto price = [&](std::size_t column, Price& out) {
        if (f[column].empty()) return true;
        const Decimal d = parse_rounded(f[column], 9, kMaxPriceNano);
        if (!d) return reject(column, text(d.error));
        out.nano = d.scaled;
        return true;
    };
    const auto size = [&](std::size_t column, Qty& out) {
        if (column == kNoColumn || f[column].empty()) return true;
        const Decimal d = parse_rounded(f[column], 6, kMaxQtyMicro);
        if (!d) return reject(column, text(d.error));
        if (d.scaled < 0) return reject(column, "is negative: a size is 0 or more");
        out.micro = d.scaled;
        return true;
    };
    if (!price(columns_.bid, quote.bid) || !price(columns_.ask, quote.ask) ||
        !size(columns_.bid_size, quote.bid_size) || !size(columns_.ask_size, quote.ask_size))
        return false;

    const std::string_view symbol = f[columns_.symbol];
    if (symbol.empty()) return reject(columns_.symbol, "is empty: a symbol is expected");
    if (symbol.size() > kMaxCsvName) return reject(columns_.symbol, "is too long for a symbol");
    event.symbol = name_of(symbol, last_symbol_);
    if (event.symbol.empty())
        return reject(columns_.symbol, "is one symbol too many: at most 1,000,000 are kept");
    event.lp = {};
    if (columns_.lp != kNoColumn && !f[columns_.lp].empty()) {
        if (f[columns_.lp].size() > kMaxCsvName)
            return reject(columns_.lp, "is too long for an LP");
        event.lp = name_of(f[columns_.lp], last_lp_);
        if (event.lp.empty())
            return reject(columns_.lp, "is one LP too many: at most 1,000,000 names are kept");
    }
    event.what = quote;
    return true;
}

CsvStep QuotesCsv::next(Event& event) {
    const CsvStep step = csv_.next();
    if (step == CsvStep::row) {
        if (!read_fields(event)) {
            ++counts_.dead;
            return CsvStep::bad;
        }
        event.place = {csv_.offset(), static_cast<std::uint32_t>(csv_.bytes().size()), file_};
        event.session = 0;
        event.capture_clock = true;
        ++counts_.quotes;
        counts_.of_lps += !event.lp.empty();
        counts_.time_backwards += known(last_at_) && event.at < last_at_;
        last_at_ = event.at;
    } else if (step == CsvStep::bad) {
        ++counts_.dead;
    }
    return step;
}

}  // namespace assay
