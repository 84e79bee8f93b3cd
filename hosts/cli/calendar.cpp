#include "hosts/cli/calendar.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "hosts/cli/csv.h"
#include "hosts/cli/csv_time.h"

namespace assay {

// In embedded_calendars.cpp, which the build writes.
extern const char* const kUsEquitiesCalendar;
extern const char* const kFxCalendar;

Result<Calendar> Calendar::read(Source& source, std::string name) {
    CsvReader csv(source);
    if (const Result<void> header = csv.read_header(); !header)
        return std::unexpected(header.error());
    const std::size_t opens = find_column(csv.header(), {"opensutc", "opens", "open"});
    const std::size_t closes = find_column(csv.header(), {"closesutc", "closes", "close"});
    if (opens == kNoColumn || closes == kNoColumn)
        return fail(source.name() + ":1: a calendar needs the columns date,opens_utc,closes_utc");
    Calendar calendar;
    calendar.name_ = std::move(name);
    CsvTime time;
    for (CsvStep step = csv.next(); step != CsvStep::end; step = csv.next()) {
        if (step != CsvStep::row) return fail(csv.problem());
        TradingSession session;
        const auto wrong = [&](std::size_t field, std::string_view why) {
            csv.reject(field, why);
            return fail(csv.problem());
        };
        if (!time.parse(csv.fields()[opens], session.opens))
            return wrong(opens, CsvTime::kExpected);
        if (!time.parse(csv.fields()[closes], session.closes))
            return wrong(closes, CsvTime::kExpected);
        if (session.closes <= session.opens) return wrong(closes, "closes before it opens");
        if (!calendar.sessions_.empty() && session.opens < calendar.sessions_.back().closes)
            return wrong(opens, "opens before the session above has closed");
        calendar.sessions_.push_back(session);
    }
    return calendar;
}

std::size_t Calendar::session_at_or_after(Nanos t) const {
    const auto it = std::partition_point(sessions_.begin(), sessions_.end(),
                                         [t](const TradingSession& s) { return s.closes <= t; });
    return static_cast<std::size_t>(it - sessions_.begin());
}

const Calendar* Calendars::find(std::string_view name) {
    if (const auto it = by_name_.find(name); it != by_name_.end()) return &it->second;
    const char* text = name == "us_equities" ? kUsEquitiesCalendar
                       : name == "fx"        ? kFxCalendar
                                             : nullptr;
    if (!text) return nullptr;
    const std::unique_ptr<Source> source = memory_source(std::string(name), text);
    Result<Calendar> calendar = Calendar::read(*source, std::string(name));
    if (!calendar) return nullptr;  // the tests read both
    return &by_name_.emplace(std::string(name), std::move(*calendar)).first->second;
}

void Calendars::add(Calendar calendar) {
    std::string name = calendar.name();
    by_name_.insert_or_assign(std::move(name), std::move(calendar));
}

std::vector<std::string_view> Calendars::names() const {
    std::vector<std::string_view> names{"us_equities", "fx"};
    for (const auto& [name, calendar] : by_name_)
        if (name != names[0] && name != names[1]) names.push_back(name);
    return names;
}

void SessionEvents::see(std::string_view symbol, Nanos at) {
    if (symbol.empty() || symbols_.find(symbol) != NameTable::kNone) return;
    const std::uint32_t id = symbols_.id(symbol);
    const std::string& name = instruments_.of(symbol).calendar;
    const Calendar* calendar = name.empty() ? nullptr : calendars_.find(name);
    positions_.push_back({calendar, 0});
    if (!calendar) return;
    const std::size_t session = calendar->session_at_or_after(at);
    positions_.back().session = session;
    if (session == calendar->sessions().size()) return;
    next_.insert({std::max(calendar->sessions()[session].opens, at).ns, Move::open, id});
}

void SessionEvents::take_next(Event& event) {
    const auto [at, move, id] = *next_.begin();
    next_.erase(next_.begin());
    Position& position = positions_[id];
    const std::span<const TradingSession> sessions = position.calendar->sessions();
    event = Event{};
    event.at = {at};
    event.symbol = symbols_.name(id);
    if (move == Move::open) {
        event.what = SessionOpened{sessions[position.session].closes};
        next_.insert({sessions[position.session].closes.ns, Move::close, id});
        return;
    }
    event.what = SessionClosed{};
    if (++position.session < sessions.size())
        next_.insert({sessions[position.session].opens.ns, Move::open, id});
}

}  // namespace assay
