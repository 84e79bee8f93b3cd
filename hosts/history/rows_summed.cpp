#include "hosts/history/rows_summed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace assay::history {
namespace {

std::optional<double> latency_quantile(const void* row, kpi::Latency l, double q) {
    return static_cast<const Measured*>(row)->latency[static_cast<std::size_t>(l)].quantile(q);
}

std::optional<double> daily_sd(const std::vector<std::pair<Money, Money>>& days) {
    std::vector<double> bps;
    for (const auto& [gain, far] : days)
        if (far != 0) bps.push_back(1e4 * static_cast<double>(gain) / static_cast<double>(far));
    if (bps.size() < 2) return std::nullopt;
    double mean = 0, ss = 0;
    for (const double x : bps) mean += x;
    mean /= static_cast<double>(bps.size());
    for (const double x : bps) ss += (x - mean) * (x - mean);
    return std::sqrt(ss / static_cast<double>(bps.size() - 1));
}

Level below(Level level) {
    return static_cast<Level>(static_cast<int>(level) - 1);
}

bool among(const std::vector<std::string>& wanted, const std::string& name) {
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

}  // namespace

Result<Kept> kept_of(Database& db) {
    Kept kept;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto from = History::Store::meta(db, kKeptFrom[i]);
        if (!from) return std::unexpected(from.error());
        if (*from) kept.from[i] = **from;
    }
    return kept;
}

void cut(Level level, std::int64_t from, std::int64_t to, const Kept& kept,
         std::vector<Segment>& out, bool& widened) {
    if (from >= to) return;
    if (level == Level::minute) {
        out.push_back({level, from, to});
        return;
    }
    const std::int64_t p = period(level);
    const std::int64_t low = floor_div(from + p - 1, p) * p, high = floor_div(to, p) * p;
    const auto finer = [&](std::int64_t a, std::int64_t b) {
        if (a >= b) return;
        if (kept.from[static_cast<std::size_t>(below(level))] <= a)
            return cut(below(level), a, b, kept, out, widened);
        widened = true;
        out.push_back({level, begin_of(a, level), begin_of(b + p - 1, level)});
    };
    if (low > high) return finer(from, to);
    finer(from, low);
    if (low < high) out.push_back({level, low, high});
    finer(high, to);
}

Result<std::pair<std::int64_t, std::int64_t>> within_what_is_there(Database& db, Nanos from,
                                                                   Nanos to) {
    const auto first = db.one_whole("SELECT ifnull(min(id), 0) FROM days"),
               last = db.one_whole("SELECT ifnull(max(id), -4294967296) FROM days");
    if (!first || !last) return std::unexpected((first ? last : first).error());
    return std::pair(std::max(first_minute(from), minute_of(*first)),
                     std::min(end_minute(to), minute_of(*last) + 1440));
}

bool passes(const SeriesFilter& f, const Cell& c, bool told_apart) {
    if ((told_apart || !f.size.empty() || !f.regime.empty()) && c.size.empty()) return false;
    return among(f.lp, c.lp) && among(f.symbol, c.symbol) && among(f.size, c.size) &&
           among(f.regime, c.regime);
}

void say_unknown(const SeriesFilter& f, const Cells& cells, std::vector<std::string>& remarks) {
    const auto look = [&](const char* what, const std::vector<std::string>& names,
                          std::string Cell::* part) {
        for (const std::string& name : names) {
            bool there = false;
            for (std::size_t i = 1; i < cells.size(); ++i) there = there || cells[i].*part == name;
            if (!there) remarks.push_back(fmt::format("no {} here is called \"{}\"", what, name));
        }
    };
    look("LP", f.lp, &Cell::lp);
    look("symbol", f.symbol, &Cell::symbol);
    look("size", f.size, &Cell::size);
    look("regime", f.regime, &Cell::regime);
}

std::string date_of(std::int64_t minute) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{floor_div(minute, 1440)}}};
    return fmt::format("{:04d}-{:02d}-{:02d}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void Sum::note(const Cell& cell) {
    if (first == nullptr) {
        first = &cell;
        return;
    }
    several_symbols = several_symbols || cell.symbol != first->symbol;
    several_currencies = several_currencies || cell.currency != first->currency;
}
void Sum::add_day(std::int64_t day, Money gain, Money far) {
    if (days.empty() || days.back().first != day) days.push_back({day, {0, 0}});
    days.back().second.first += gain;
    days.back().second.second += far;
}

kpi::Value value_of(const kpi::Entry& kpi, const Measured& measured, bool several_symbols,
                    bool several_currencies, const std::vector<std::pair<Money, Money>>& days) {
    kpi::RowFacts facts;
    facts.sums = &measured.sums;
    facts.latency_quantile = latency_quantile;
    facts.row = &measured;
    facts.several_symbols = several_symbols;
    facts.several_currencies = several_currencies;
    facts.no_fee_schedule = !measured.fees_known;
    const auto accepted = measured.hold_accept.median(), rejected = measured.hold_reject.median();
    if (accepted && rejected) facts.hold_asymmetry_ms = (*rejected - *accepted) * 1e-6;
    if (!several_currencies) facts.pi_day_sd_bps = daily_sd(days);
    return kpi.value(facts);
}

kpi::Value value_of(const kpi::Entry& kpi, const Sum& s) {
    std::vector<std::pair<Money, Money>> days;
    for (const auto& [day, sums] : s.days) days.push_back(sums);
    return history::value_of(kpi, s.measured, s.several_symbols, s.several_currencies, days);
}

Result<OnePicture> OnePicture::begin(Database& db) {
    if (auto begun = db.run("BEGIN"); !begun) return std::unexpected(begun.error());
    return OnePicture(db);
}

}  // namespace assay::history
