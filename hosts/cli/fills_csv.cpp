#include "hosts/cli/fills_csv.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "core/fix/secrets.h"

namespace assay {

Result<void> FillsCsv::load(const std::function<void(const DeadRow&)>& dead) {
    if (Result<void> header = csv_.read_header(); !header) return header;
    const FillColumns& columns = columns_ = FillColumns::of(csv_.header());
    if (!columns.complete()) {
        std::string missing;
        for (const NeededColumn& needed : needed_fill_columns())
            if (missing.empty() && columns.*needed.at == kNoColumn)
                missing = fmt::format("{} (it may be called {})", needed.name, needed.synonyms);
        return fail(fmt::format(
            "{}:{}: no column for {}: found {}; fills need timestamp,LP,symbol,fill size,fill "
            "price "
            "and may have order size,side,NBBO bid,NBBO ask,latency ms,order id,exec id,status",
            csv_.source().name(), csv_.line(), missing,
            fix::mask_secrets_anywhere(fmt::format("{}", fmt::join(csv_.header(), ",")))
                .substr(0, 300)));
    }
    for (CsvStep step = csv_.next(); step != CsvStep::end; step = csv_.next()) {
        if (step == CsvStep::failed) {
            broken_off_ = csv_.problem();
            break;
        }
        ++counts_.rows;
        FillRow row;
        if (step == CsvStep::row) {
            if (rows_.size() == kMaxFillRows) {
                csv_.reject(0, fmt::format("one row too many: at most {} are read from one table; "
                                           "split it by day",
                                           kMaxFillRows));
            } else if (const auto problem = read_fill_row(csv_, columns, time_, names_, row)) {
                csv_.reject(problem->field, problem->why);
            } else {
                counts_.unknown_status += row.status_unknown;
                counts_.thousands += row.thousands;
                rows_.push_back(row);
                continue;
            }
        }
        ++counts_.dead;
        if (dead) dead(csv_.dead());
    }
    decide_dates();
    group_rows();
    for (std::uint32_t i = 0; i < orders_.size(); ++i) plan(i);
    std::sort(planned_.begin(), planned_.end(), [](const Planned& a, const Planned& b) {
        return std::tie(a.at, a.order_row, a.kind, a.row) <
               std::tie(b.at, b.order_row, b.kind, b.row);
    });
    return {};
}

// Dates that could be read both ways were read month first, until the whole column was seen.
void FillsCsv::decide_dates() {
    dates_turned_ = time_.decided() == DateOrder::day_first;
    if (!dates_turned_) return;
    for (FillRow& row : rows_)
        if (row.date_open) row.at = SheetTime::turned(row.at);
}

void FillsCsv::group_rows() {
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> order_of;
    // One id at several LPs or symbols is a parent's: its children are told apart.
    std::set<std::uint32_t> ids;
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        const FillRow& row = rows_[i];
        auto number = static_cast<std::uint32_t>(orders_.size());
        if (row.order_id != NameTable::kNone)
            number = order_of.try_emplace({row.order_id, row.lp, row.symbol}, number).first->second;
        if (number == orders_.size()) {
            Order& order = orders_.emplace_back();
            if (row.order_id == NameTable::kNone)
                order.cl_ord_id = fmt::format("row-{}", row.line);
            else if (ids.insert(row.order_id).second)
                order.cl_ord_id = names_.name(row.order_id);
            else
                order.cl_ord_id = fmt::format("{}/{}/{}", names_.name(row.order_id),
                                              names_.name(row.lp), names_.name(row.symbol));
        }
        orders_[number].rows.push_back(i);
    }
}

Side FillsCsv::assumed(const FillRow& row) const {
    switch (assume_) {
        case AssumeSide::buy:
            return Side::buy;
        case AssumeSide::sell:
            return Side::sell;
        case AssumeSide::none:
            return Side::none;
        case AssumeSide::infer:
            break;
    }
    if (!row.has_quote() || row.price.nano == 0) return Side::none;
    return 2 * row.price.nano < row.bid.nano + row.ask.nano ? Side::sell : Side::buy;
}

// Settles what the rows of an order have in common, and when it was sent.
void FillsCsv::plan(std::uint32_t number) {
    Order& order = orders_[number];
    const auto send_time = [this](std::uint32_t i) {
        const FillRow& row = rows_[i];
        return row.status == RowStatus::sent || !row.latency ? row.at : row.at - *row.latency;
    };
    std::stable_sort(order.rows.begin(), order.rows.end(),
                     [this](auto a, auto b) { return rows_[a].at < rows_[b].at; });
    std::uint32_t start = order.rows.front();
    Qty filled;
    for (const std::uint32_t i : order.rows) {
        const FillRow& row = rows_[i];
        if (row.status == RowStatus::sent && !order.live_events) {
            order.live_events = true;
            start = i;
        }
        if (!order.live_events && send_time(i) < send_time(start)) start = i;
        if (row.order_qty > order.order_qty) order.order_qty = row.order_qty;
        if (order.side == Side::none) order.side = row.side;
        filled += row.fill_qty;
    }
    if (order.order_qty.micro == 0) order.order_qty = filled;
    if (order.side == Side::none) {
        order.side = assumed(rows_[start]);
        ++counts_.sides_assumed;
    }
    order.capture_clock = order.live_events || rows_[start].latency.has_value();
    counts_.without_latency += !order.capture_clock;
    counts_.without_quote += !rows_[start].has_quote();
    ++counts_.orders;
    plan_events_of(number, start, std::min(send_time(start), rows_[order.rows.front()].at));
}

void FillsCsv::plan_events_of(std::uint32_t number, std::uint32_t start, Nanos sent_at) {
    const Order& order = orders_[number];
    const std::uint32_t first = *std::min_element(order.rows.begin(), order.rows.end());
    const auto add = [&](Nanos at, Kind kind, std::uint32_t row, std::uint32_t place) {
        planned_.push_back({at.ns, place, kind, row, number});
    };
    if (rows_[start].bid.nano > 0 || rows_[start].ask.nano > 0)
        add(sent_at, Kind::quote, start, first);
    add(sent_at, Kind::sent, start, first);
    Qty filled;
    bool over = false;
    for (const std::uint32_t i : order.rows) {
        const FillRow& row = rows_[i];
        if (order.live_events && i != start && (row.bid.nano > 0 || row.ask.nano > 0))
            add(row.at, Kind::quote, i, i);
        const bool rejected =
            row.status == RowStatus::rejected ||
            (row.fill_qty.micro == 0 && !order.live_events &&
             (row.status == RowStatus::unsaid || row.status == RowStatus::filled));
        filled += row.fill_qty;
        if (row.fill_qty.micro > 0) {
            add(row.at, Kind::filled, i, i);
            ++counts_.fills;
        }
        if (row.status == RowStatus::canceled || (rejected && filled.micro > 0)) {
            if (!over) add(row.at, Kind::canceled, i, i), ++counts_.cancels;
            over = true;
        } else if (rejected) {
            if (!over) add(row.at, Kind::rejected, i, i), ++counts_.rejects;
            over = true;
        } else if (row.fill_qty.micro == 0 && row.status != RowStatus::sent) {
            ++counts_.noted;
        }
    }
    // IOC: what is left after the last row was given back with it.
    if (!over && !order.live_events && filled < order.order_qty) {
        add(rows_[order.rows.back()].at, Kind::canceled, order.rows.back(), order.rows.back());
        ++counts_.cancels;
    }
}

bool FillsCsv::next(Event& event) {
    if (next_ == planned_.size()) return false;
    const Planned& planned = planned_[next_++];
    const FillRow& row = rows_[planned.row];
    const Order& order = orders_[planned.order];
    const OrderRef ref{.cl_ord_id = order.cl_ord_id, .orig_cl_ord_id = {}, .order_id = {}};
    event.at = {planned.at};
    event.place = {row.offset, row.length, file_};
    event.symbol = names_.name(row.symbol);
    event.lp = planned.kind == Kind::quote ? std::string_view() : names_.name(row.lp);
    event.session = session_;
    event.capture_clock = order.capture_clock;
    switch (planned.kind) {
        case Kind::quote:
            event.what = Quote{row.bid, row.ask, row.bid_size, row.ask_size};
            break;
        case Kind::sent: {
            Sent sent;
            sent.ref = ref;
            sent.side = order.side;
            sent.ord_type = row.limit_price ? OrdType::limit : OrdType::market;
            sent.tif = order.live_events ? Tif::day : Tif::ioc;
            sent.order_qty = order.order_qty;
            sent.price = row.limit_price;
            event.what = sent;
            break;
        }
        case Kind::filled: {
            Filled filled;
            filled.ref = ref;
            if (row.exec_id == NameTable::kNone) {
                made_up_id_ = fmt::format("row-{}", row.line);
                filled.execution.exec_id = made_up_id_;
            } else {
                filled.execution.exec_id = names_.name(row.exec_id);
            }
            filled.execution.last_qty = row.fill_qty;
            filled.execution.last_px = row.price;
            filled.execution.side = order.side;
            filled.execution.transact_time = row.at;
            filled.execution.trade_date = static_cast<std::int32_t>(utc_day(row.at));
            filled.execution.liquidity = row.liquidity;
            event.what = filled;
            break;
        }
        case Kind::rejected: {
            Rejected rejected;
            rejected.ref = ref;
            if (row.reason != NameTable::kNone) rejected.text = names_.name(row.reason);
            event.what = rejected;
            break;
        }
        case Kind::canceled:
            event.what = Canceled{.ref = ref, .cum_qty = {-1}};
            break;
    }
    return true;
}

std::vector<std::string> FillsCsv::assumptions() const {
    const std::string& name = csv_.source().name();
    std::vector<std::string> said;
    const bool quoted = columns_.bid != kNoColumn || columns_.ask != kNoColumn;
    std::string sent = columns_.latency != kNoColumn && counts_.without_latency < counts_.orders
                           ? "; orders were sent one latency earlier"
                           : "";
    if (quoted)
        sent += sent.empty() ? "; the row's own bid and ask are the market at that time"
                             : ", and the row's own bid and ask are the market then";
    said.push_back(fmt::format("{}: the timestamp is the time of the fill{}.", name, sent));
    if (const std::string lp = plain_name(csv_.header()[columns_.lp]);
        lp != "lp" && lp != "liquidityprovider")
        said.push_back(
            fmt::format("{}: the LP is the column \"{}\".", name, csv_.header()[columns_.lp]));
    if (time_.open_dates() > 0) {
        const bool known = time_.decided() != DateOrder::automatic;
        said.push_back(fmt::format(
            "{}: dates such as 2/8/2025 are read {} first{}.", name,
            dates_turned_ ? "day" : "month",
            known ? ", as another date of the column can only be read so"
                  : ", and no other date says so (--set fills.dates=day_first|month_first)"));
    }
    if (counts_.thousands > 0)
        said.push_back(fmt::format("{}: commas within numbers separate thousands, in {} rows.",
                                   name, counts_.thousands));
    if (counts_.sides_assumed > 0) {
        const char* how = assume_ == AssumeSide::buy    ? "taken as buys"
                          : assume_ == AssumeSide::sell ? "taken as sells"
                          : assume_ == AssumeSide::infer
                              ? "inferred: below the mid is a sell, else a buy"
                              : "left unknown: priced KPIs are absent";
        said.push_back(
            fmt::format("{}: Side is missing for {} of {} orders; they are {} "
                        "(--assume-side buy|sell|infer).",
                        name, counts_.sides_assumed, counts_.orders, how));
    }
    if (counts_.without_latency > 0)
        said.push_back(
            fmt::format("{}: {} of {} orders have no latency: latency KPIs leave them out, "
                        "and they count as sent when they were filled.",
                        name, counts_.without_latency, counts_.orders));
    return said;
}

}  // namespace assay
