#include "hosts/cli/calendar.h"

#include <fmt/format.h>

#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/csv_time.h"

namespace assay {
namespace {

Nanos at(const char* text) {
    CsvTime time;
    Nanos t;
    EXPECT_TRUE(time.parse(text, t)) << text;
    return t;
}

TEST(Calendar, the_built_in_ones_know_holidays_early_closes_and_daylight_saving) {
    Calendars calendars;
    struct {
        const char *calendar, *asked, *opens, *closes;
    } cases[] = {
        {"us_equities", "2025-08-04T00:00:00Z", "2025-08-04T13:30:00Z",
         "2025-08-04T20:00:00Z"},  // summer
        {"us_equities", "2025-01-13T00:00:00Z", "2025-01-13T14:30:00Z",
         "2025-01-13T21:00:00Z"},  // winter
        {"us_equities", "2025-03-07T22:00:00Z", "2025-03-10T13:30:00Z",
         "2025-03-10T20:00:00Z"},  // clocks change
        {"us_equities", "2025-07-03T00:00:00Z", "2025-07-03T13:30:00Z",
         "2025-07-03T17:00:00Z"},  // early close
        {"us_equities", "2025-07-04T00:00:00Z", "2025-07-07T13:30:00Z",
         "2025-07-07T20:00:00Z"},  // holiday
        {"us_equities", "2012-10-29T00:00:00Z", "2012-10-31T13:30:00Z",
         "2012-10-31T20:00:00Z"},  // storm
        {"us_equities", "2025-04-18T00:00:00Z", "2025-04-21T13:30:00Z",
         "2025-04-21T20:00:00Z"},  // Good Friday
        {"us_equities", "2025-01-09T00:00:00Z", "2025-01-10T14:30:00Z",
         "2025-01-10T21:00:00Z"},  // mourning
        {"us_equities", "2021-12-31T00:00:00Z", "2021-12-31T14:30:00Z",
         "2021-12-31T21:00:00Z"},  // no make-up
        {"us_equities", "2013-10-08T14:00:00Z", "2013-10-08T13:30:00Z",
         "2013-10-08T20:00:00Z"},  // inside
        {"us_equities", "2013-10-08T20:00:00Z", "2013-10-09T13:30:00Z",
         "2013-10-09T20:00:00Z"},  // at the close
        {"fx", "2025-08-02T12:00:00Z", "2025-08-03T21:00:00Z", "2025-08-04T21:00:00Z"},  // weekend
        {"fx", "2025-01-14T12:00:00Z", "2025-01-13T22:00:00Z", "2025-01-14T22:00:00Z"},
        {"fx", "2025-12-25T12:00:00Z", "2025-12-25T22:00:00Z", "2025-12-26T22:00:00Z"},
    };
    for (const auto& c : cases) {
        const Calendar* calendar = calendars.find(c.calendar);
        ASSERT_TRUE(calendar);
        const std::size_t i = calendar->session_at_or_after(at(c.asked));
        ASSERT_LT(i, calendar->sessions().size());
        EXPECT_EQ(calendar->sessions()[i].opens, at(c.opens)) << c.asked;
        EXPECT_EQ(calendar->sessions()[i].closes, at(c.closes)) << c.asked;
    }
    EXPECT_EQ(calendars.find("us_equities")->sessions().size(), 4526u);
    EXPECT_EQ(calendars.find("fx")->sessions().size(), 4671u);
    EXPECT_EQ(calendars.find("mars"), nullptr);
}

TEST(Calendar, says_what_is_wrong_with_a_file) {
    struct {
        const char *csv, *error;
    } cases[] = {
        {"date,opens_utc\n", "c.csv:1: a calendar needs the columns date,opens_utc,closes_utc"},
        {"opens,closes\n2025-08-04T10:00:00Z,2025-08-04T09:00:00Z\n",
         "c.csv:2:22: closes before it opens"},
        {"opens,closes\n2025-08-04T08:00:00Z,2025-08-04T16:00:00Z\n2025-08-04T15:00:00Z,2025-08-"
         "04T17:00:00Z\n",
         "c.csv:3:1: opens before the session above has closed"},
        {"opens,closes\n08:00,16:00\n",
         "c.csv:2:1: expected 2025-08-02 13:30:01.123456 (UTC), an offset like -04:00, FIX "
         "20250802-13:30:01, or "
         "epoch s, ms, us or ns"},
    };
    for (const auto& c : cases) {
        const auto source = memory_source("c.csv", c.csv);
        const auto read = Calendar::read(*source, "c");
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().text(), c.error);
    }
}

TEST(SessionEvents, open_and_close_every_symbol_seen_in_time_order) {
    Calendars calendars;
    Instruments instruments;
    instruments.fallback.calendar = "us_equities";
    instruments.by_symbol["EURUSD"].calendar = "fx";
    instruments.by_symbol["NONE"].calendar = "";
    SessionEvents sessions(calendars, instruments);
    std::string told;
    const auto drain = [&](const char* until) {
        Event e;
        while (sessions.due(at(until), e)) {
            const auto* opened = std::get_if<SessionOpened>(&e.what);
            told += fmt::format(
                "{} {} +{}s{}\n", opened ? "open" : "close", e.symbol,
                (e.at - at("2025-08-04T00:00:00Z")).ns / 1'000'000'000,
                opened ? fmt::format(" to +{}s", (opened->closes - e.at).ns / 1'000'000'000) : "");
        }
    };
    sessions.see("B", at("2025-08-04T12:00:00Z"));
    sessions.see("A", at("2025-08-04T12:00:01Z"));
    sessions.see("NONE", at("2025-08-04T12:00:01Z"));
    drain("2025-08-04T13:29:59Z");
    EXPECT_EQ(told, "");
    drain("2025-08-04T13:30:00Z");
    EXPECT_EQ(told, "open B +48600s to +23400s\nopen A +48600s to +23400s\n");
    told.clear();
    sessions.see("EURUSD", at("2025-08-04T15:00:00Z"));  // in the middle of its session
    sessions.see("B", at("2025-08-04T15:00:00Z"));
    drain("2025-08-04T15:00:00Z");
    EXPECT_EQ(told, "open EURUSD +54000s to +21600s\n");
    told.clear();
    drain("2025-08-05T13:30:00Z");
    EXPECT_EQ(
        told,
        "close B +72000s\nclose A +72000s\nclose EURUSD +75600s\nopen EURUSD +75600s to +86400s\n"
        "open B +135000s to +23400s\nopen A +135000s to +23400s\n");
}

}  // namespace
}  // namespace assay
