// Trading sessions as data, and the events the kernel is told them by. The core has no time zones.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/event/event.h"
#include "core/market/instrument.h"
#include "core/units/result.h"
#include "core/units/symbol.h"
#include "hosts/cli/source.h"

namespace assay {

struct TradingSession {
    Nanos opens, closes;  // [opens, closes)
};

// Sessions in time order, without overlap.
class Calendar {
  public:
    // CSV with date,opens_utc,closes_utc (more columns are ignored). Errors: file:line:column, also
    // where a session ends before it begins, or begins before the last one ended.
    static Result<Calendar> read(Source& source, std::string name);

    const std::string& name() const { return name_; }
    std::span<const TradingSession> sessions() const { return sessions_; }
    // Index of the session that is open at t, or of the next one; sessions().size() where none is.
    std::size_t session_at_or_after(Nanos t) const;

  private:
    std::string name_;
    std::vector<TradingSession> sessions_;
};

// Calendars by name. Built in, for 2010 to 2027 with holidays, early closes and daylight saving
// worked out: us_equities, fx (see tools/make_calendars.py).
class Calendars {
  public:
    // Null where no calendar has that name.
    const Calendar* find(std::string_view name);
    void add(Calendar calendar);
    std::vector<std::string_view> names() const;

  private:
    std::map<std::string, Calendar, std::less<>> by_name_;
};

// SessionOpened and SessionClosed of every symbol seen, in time order: closings before openings of
// the same time, then the symbol first seen. A symbol without calendar gets none: one session a UTC
// day is the kernel's own rule.
class SessionEvents {
  public:
    SessionEvents(Calendars& calendars, const Instruments& instruments)
        : calendars_(calendars), instruments_(instruments) {}

    // To be told of every event before it is applied: a symbol seen for the first time in the
    // middle of a session is opened at `at`.
    void see(std::string_view symbol, Nanos at);

    // Puts the next event due at or before `until` into `event`; false where there is none. Its
    // symbol holds for the life of this object.
    bool due(Nanos until, Event& event) {
        if (next_.empty() || std::get<0>(*next_.begin()) > until.ns) [[likely]]
            return false;
        take_next(event);
        return true;
    }

  private:
    void take_next(Event& event);

    enum class Move : std::uint8_t { close, open };
    using Next = std::tuple<std::int64_t, Move, std::uint32_t>;  // time, what, symbol

    struct Position {
        const Calendar* calendar;
        std::size_t session;
    };

    Calendars& calendars_;
    const Instruments& instruments_;
    NameTable symbols_;
    std::vector<Position> positions_;  // by symbol id
    std::set<Next> next_;
};

}  // namespace assay
