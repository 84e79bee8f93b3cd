#include "hosts/cli/fill_row.h"

#include <array>
#include <fmt/format.h>
#include <string>

namespace assay {

FillColumns FillColumns::of(std::span<const std::string> header) {
    FillColumns c;
    c.time = find_column(
        header, {"time", "ts", "tsutc", "timestamp", "timestamputc", "timeutc", "filltime",
                 "exectime", "executiontime", "tradetime", "datetime", "transacttime", "date"});
    c.date = find_column(header, {"date", "dateutc", "filldate", "execdate", "executiondate",
                                  "tradedate", "transactdate"});
    if (c.date == c.time) c.date = kNoColumn;
    c.lp = find_column(header,
                       {"lp", "liquidityprovider", "provider", "counterparty", "cpty", "broker",
                        "brokerid", "venue", "destination", "dest", "exdestination", "lastmkt"});
    c.symbol =
        find_column(header, {"symbol", "ticker", "instrument", "sym", "ccypair", "security"});
    c.order_qty = find_column(header, {"ordersize", "orderqty", "orderquantity", "ordered",
                                       "orderedqty", "ordernotional", "qty", "quantity", "size"});
    c.fill_qty =
        find_column(header, {"fillsize", "fillqty", "fillquantity", "filled", "filledqty",
                             "filledquantity", "filledsize", "lastqty", "lastshares", "execqty",
                             "executedqty", "executedquantity", "executednotional"});
    c.price = find_column(header, {"fillprice", "fillpx", "price", "px", "lastpx", "lastprice",
                                   "execprice", "executedprice", "avgpx"});
    c.bid = find_column(header, {"nbbobid", "bid", "bidpx", "bidprice", "bestbid", "marketbid"});
    c.ask = find_column(header, {"nbboask", "ask", "askpx", "askprice", "bestask", "marketask",
                                 "nbbooffer", "offer", "bestoffer"});
    c.bid_size = find_column(header, {"nbbobidsize", "bidsize", "bidqty"});
    c.ask_size = find_column(header, {"nbboasksize", "asksize", "askqty", "offersize"});
    c.side = find_column(header, {"side", "buysell", "bs", "direction"});
    c.order_id = find_column(
        header, {"clordid", "orderid", "childorderid", "ordid", "order", "ancestorpointerid"});
    c.exec_id = find_column(header, {"execid", "executionid", "fillid", "tradeid", "id"});
    c.status = find_column(
        header, {"status", "ordstatus", "orderstatus", "exectype", "eventtype", "event", "result"});
    c.reason = find_column(header, {"rejectreason", "reason", "rejecttext", "text"});
    c.limit_price = find_column(header, {"limitprice", "pricelimit", "limit", "limitpx"});
    c.liquidity = find_column(
        header, {"liquidity", "lastliquidityind", "liquidityind", "makertaker", "addedremoved"});
    struct Unit {
        std::initializer_list<std::string_view> names;
        int scale;
    };
    const std::array<Unit, 4> units{{
        {{"latencyms", "latency", "latencymsec", "latencymillis", "roundtripms", "rtms", "rtt",
          "rttms"},
         6},
        {{"latencyus", "latencyusec", "latencymicros", "roundtripus"}, 3},
        {{"latencyns", "roundtripns"}, 0},
        {{"latencys", "latencysec", "latencyseconds"}, 9},
    }};
    for (const Unit& unit : units) {
        if (c.latency != kNoColumn) break;
        c.latency = find_column(header, unit.names);
        c.latency_scale = unit.scale;
    }
    return c;
}

std::span<const NeededColumn> needed_fill_columns() {
    static constexpr NeededColumn kNeeded[] = {
        {"time", &FillColumns::time, "time, timestamp, fill time, exec time, trade time, date"},
        {"LP", &FillColumns::lp,
         "LP, liquidity provider, counterparty, broker, venue, destination"},
        {"symbol", &FillColumns::symbol, "symbol, ticker, instrument, ccy pair, security"},
        {"fill size", &FillColumns::fill_qty,
         "fill size, fill qty, filled, filled qty, last qty, last shares, executed qty"},
        {"price", &FillColumns::price, "fill price, price, last px, exec price, avg px"}};
    return kNeeded;
}

std::string missing_fill_columns(std::span<const std::string> header) {
    const FillColumns c = FillColumns::of(header);
    std::string has, lacks;
    for (const NeededColumn& needed : needed_fill_columns()) {
        if (c.*needed.at != kNoColumn)
            has += (has.empty() ? "" : ", ") + std::string(needed.name);
        else
            lacks += fmt::format("{}{} (a column called {})", lacks.empty() ? "" : " and ",
                                 needed.name, needed.synonyms);
    }
    if (lacks.empty()) return {};
    std::string text =
        fmt::format("a table with {}, but without {} it cannot be read as fills", has, lacks);
    if (c.fill_qty == kNoColumn && c.order_qty != kNoColumn)
        text += fmt::format(
            "; \"{}\" is taken for the size of the order: where it is what was "
            "filled, call it fill size",
            header[c.order_qty]);
    return text;
}

bool FillColumns::complete() const {
    return time != kNoColumn && lp != kNoColumn && symbol != kNoColumn && fill_qty != kNoColumn &&
           price != kNoColumn;
}

namespace {

struct StatusWord {
    std::string_view word;
    RowStatus status;
};
constexpr std::array<StatusWord, 31> kStatusWords{{
    {"placement", RowStatus::sent},     {"new", RowStatus::sent},
    {"sent", RowStatus::sent},          {"order", RowStatus::sent},
    {"submitted", RowStatus::sent},     {"placed", RowStatus::sent},
    {"trade", RowStatus::filled},       {"fill", RowStatus::filled},
    {"filled", RowStatus::filled},      {"partial", RowStatus::filled},
    {"partialfill", RowStatus::filled}, {"partiallyfilled", RowStatus::filled},
    {"executed", RowStatus::filled},    {"execution", RowStatus::filled},
    {"done", RowStatus::filled},        {"reject", RowStatus::rejected},
    {"rejected", RowStatus::rejected},  {"declined", RowStatus::rejected},
    {"refused", RowStatus::rejected},   {"lastlookreject", RowStatus::rejected},
    {"cancel", RowStatus::canceled},    {"canceled", RowStatus::canceled},
    {"cancelled", RowStatus::canceled}, {"expired", RowStatus::canceled},
    {"unfilled", RowStatus::canceled},  {"replace", RowStatus::noted},
    {"replaced", RowStatus::noted},     {"cancelreplace", RowStatus::noted},
    {"pendingnew", RowStatus::noted},   {"pendingcancel", RowStatus::noted},
    {"ack", RowStatus::noted},
}};

struct SideWord {
    std::string_view word;
    Side side;
};
constexpr std::array<SideWord, 21> kSideWords{{
    {"buy", Side::buy},    {"b", Side::buy},          {"bot", Side::buy},
    {"bought", Side::buy}, {"long", Side::buy},       {"1", Side::buy},
    {"3", Side::buy},      {"buyminus", Side::buy},   {"sell", Side::sell},
    {"s", Side::sell},     {"sld", Side::sell},       {"sold", Side::sell},
    {"short", Side::sell}, {"sellshort", Side::sell}, {"ss", Side::sell},
    {"2", Side::sell},     {"4", Side::sell},         {"5", Side::sell},
    {"6", Side::sell},     {"sellplus", Side::sell},  {"sellshortexempt", Side::sell},
}};

// Fields of the row at hand, with the first problem kept.
class RowReader {
  public:
    RowReader(const CsvReader& csv, NameTable& names) : csv_(csv), names_(names) {}

    std::string_view text(std::size_t column) const {
        return column == kNoColumn ? std::string_view() : csv_.fields()[column];
    }
    bool wrong(std::size_t column, std::string_view why) {
        if (!problem_)
            problem_ = RowProblem{column, fmt::format("{} \"{}\" {}", csv_.header()[column],
                                                      text(column).substr(0, 60), why)};
        return false;
    }
    // False where the field is empty, or wrong.
    bool number(std::size_t column, int scale, std::int64_t limit, std::int64_t& out) {
        if (text(column).empty()) return false;
        const Decimal d = parse_rounded(as_number(text(column)), scale, limit);
        if (!d) return wrong(column, assay::text(d.error));
        out = d.scaled;
        return true;
    }
    bool quantity(std::size_t column, Qty& out) {
        if (!number(column, 6, kMaxQtyMicro, out.micro)) return false;
        return out.micro >= 0 ||
               wrong(column, "is negative: the side says buy or sell, sizes are 0 or more");
    }
    std::uint32_t name(std::size_t column) {
        const std::string_view s = text(column);
        if (s.empty()) return NameTable::kNone;
        if (s.size() > 255) return wrong(column, "is longer than 255 bytes"), NameTable::kNone;
        return names_.id(s);
    }
    std::uint32_t needed_name(std::size_t column) {
        if (text(column).empty()) wrong(column, "is empty");
        return name(column);
    }
    std::optional<RowProblem>& problem() { return problem_; }
    bool thousands() const { return thousands_; }

  private:
    // Without a sign of a currency in front, and without commas that separate thousands: groups of
    // three digits, before any point. All else is as it was, and judged so.
    std::string_view as_number(std::string_view s) {
        for (const std::string_view sign : {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5"})
            if (s.starts_with(sign)) s.remove_prefix(sign.size());
        while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
        if (s.find(',') == s.npos) return s;
        const std::size_t sign = s.front() == '-' || s.front() == '+' ? 1 : 0;
        const std::size_t point = std::min(s.find('.'), s.size());
        plain_ = s.substr(0, sign);
        std::size_t group = 0;
        bool first = true;
        for (std::size_t i = sign; i <= point; ++i) {
            if (i < point && s[i] != ',') {
                plain_ += s[i];
                if (++group > 3) return s;
                continue;
            }
            if (group == 0 || (!first && group != 3)) return s;
            first = false;
            group = 0;
        }
        plain_ += s.substr(point);
        thousands_ = true;
        return plain_;
    }

    const CsvReader& csv_;
    NameTable& names_;
    std::optional<RowProblem> problem_;
    std::string plain_;  // scratch
    bool thousands_{};
};

void read_side(RowReader& reader, const FillColumns& columns, FillRow& row) {
    const std::string_view given = reader.text(columns.side);
    if (given.empty()) return;
    row.side_given = true;
    if (given == "-1" || given == "-1.0") {
        row.side = Side::sell;
        return;
    }
    const std::string word = plain_name(given == "1.0" || given == "+1" ? "1" : given);
    for (const SideWord& known : kSideWords) {
        if (known.word != word) continue;
        row.side = known.side;
        return;
    }
    reader.wrong(columns.side,
                 "is not a side: expected buy or sell, B or S, 1 or -1, or a code of "
                 "Side(54)");
}

void read_status(RowReader& reader, const FillColumns& columns, FillRow& row) {
    const std::string word = plain_name(reader.text(columns.status));
    if (word.empty()) return;
    for (const StatusWord& known : kStatusWords)
        if (known.word == word) {
            row.status = known.status;
            return;
        }
    row.status_unknown = true;
}

Liquidity liquidity_of(std::string_view given) {
    const std::string word = plain_name(given);
    if (word == "1" || word == "maker" || word == "added" || word == "add" || word == "a")
        return Liquidity::added;
    if (word == "2" || word == "taker" || word == "removed" || word == "remove" || word == "r")
        return Liquidity::removed;
    if (word == "3" || word == "routed") return Liquidity::routed;
    return Liquidity::unknown;
}

}  // namespace

std::optional<RowProblem> read_fill_row(const CsvReader& csv, const FillColumns& columns,
                                        SheetTime& time, NameTable& names, FillRow& row) {
    RowReader reader(csv, names);
    row = {};
    row.offset = csv.offset();
    row.line = csv.line();
    row.length = static_cast<std::uint32_t>(csv.bytes().size());
    if (!time.parse(reader.text(columns.date), reader.text(columns.time), row.at, row.date_open))
        reader.wrong(columns.time, fmt::format("is not a time: {}", SheetTime::kExpected));
    row.has_order_qty = reader.quantity(columns.order_qty, row.order_qty);
    const bool has_fill = reader.quantity(columns.fill_qty, row.fill_qty);
    read_status(reader, columns, row);
    const bool has_price = reader.number(columns.price, 9, kMaxPriceNano, row.price.nano);
    if (!has_fill && row.status == RowStatus::unsaid)
        reader.wrong(columns.fill_qty, "says nothing: a row without fill size needs a status");
    if (row.fill_qty.micro > 0 && (!has_price || row.price.nano == 0))
        reader.wrong(columns.price, "is not a price: a fill needs one");
    reader.number(columns.bid, 9, kMaxPriceNano, row.bid.nano);
    reader.number(columns.ask, 9, kMaxPriceNano, row.ask.nano);
    reader.quantity(columns.bid_size, row.bid_size);
    reader.quantity(columns.ask_size, row.ask_size);
    std::int64_t limit = 0, latency = 0;
    if (reader.number(columns.limit_price, 9, kMaxPriceNano, limit) && limit != 0)
        row.limit_price = Price{limit};
    if (reader.number(columns.latency, columns.latency_scale, kDay.ns, latency)) {
        row.latency = Duration{latency};
        if (latency < 0) reader.wrong(columns.latency, "is negative: a latency is 0 or more");
    }
    read_side(reader, columns, row);
    row.liquidity = liquidity_of(reader.text(columns.liquidity));
    row.symbol = reader.needed_name(columns.symbol);
    row.lp = reader.needed_name(columns.lp);
    row.order_id = reader.name(columns.order_id);
    row.exec_id = reader.name(columns.exec_id);
    row.reason = reader.name(columns.reason);
    row.thousands = reader.thousands();
    return std::move(reader.problem());
}

}  // namespace assay
