// Every KPI of the catalog can be had: in the JSON of at least one row of one of two inputs it is a
// number. What the example day cannot show (it has one day, and no quotes of LPs) the other does.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "core/kernel/scorecard.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/json_output.h"
#include "hosts/cli/replay.h"
#include "tests/gateway.h"

namespace assay {
namespace {

using testkit::Folder;
using testkit::Gateway;

struct Shown {
    std::string json;
    std::vector<score::Row> rows;  // with the total
};
Shown shown(Settings settings, ReplayOptions options) {
    Calendars calendars;
    const auto done = replay(settings, options, calendars);
    if (!done) {
        ADD_FAILURE() << done.error().text();
        return {};
    }
    const score::Report report = scorecard(done->shards(), settings.config);
    Shown s{cli::json_text(report, done->health, kpi::catalog()), report.rows};
    s.rows.push_back(report.total);
    return s;
}
bool has_number(const std::string& json, std::string_view name) {
    const std::string field = fmt::format("\"{}\":", name);
    for (std::size_t at = 0; (at = json.find(field, at)) != std::string::npos;) {
        at = json.find_first_not_of(" \n", at + field.size());
        if (at != std::string::npos && (json[at] == '-' || std::isdigit(json[at]) != 0))
            return true;
    }
    return false;
}
// The reasons that the rows give for a value that none of them has.
std::string reasons(const Shown& s, std::size_t i) {
    std::set<std::string> all;
    for (const score::Row& row : s.rows)
        if (!row.values[i].number) all.insert(kpi::text(row.values[i].why));
    std::string text;
    for (const std::string& r : all) text += (text.empty() ? "" : "; ") + r;
    return text;
}

Settings settings_by(std::uint32_t by) {
    Settings s;
    s.config.profile = *score::find_profile("balanced");
    s.config.by = by;
    return s;
}

Shown example_day() {
    const std::string examples = std::string(ASSAY_SOURCE_DIR) + "/examples";
    Settings s = settings_by(kByLp | kBySymbol);
    const auto file = TomlFile::read(examples + "/fees.toml");
    EXPECT_TRUE(file) << file.error().text();
    const auto fees = read_fees(*file);
    EXPECT_TRUE(fees) << fees.error().text();
    s.config.fees = *fees;
    ReplayOptions options;
    options.inputs = {examples + "/day"};
    options.dead_letter_file = "/dev/null";
    return shown(s, options);
}

// Two mornings of two LPs that quote a currency pair themselves.
class Mornings {
  public:
    Mornings() : quotes_("time,symbol,bid,ask,bid_size,ask_size,lp\n") {
        for (const int day : {16, 17}) {
            open_ = Nanos{testkit::day_number(2026, 11, day) * kDay.ns + 10 * kHour.ns};
            for (int i = 0; i < 400; ++i) quote(i);
            for (int i = 0; i < 20; ++i) order(day, i, i % 2 == 0 ? "LP_A" : "LP_B");
        }
    }
    Shown shown_by(std::uint32_t by) const {
        const Folder folder;
        ReplayOptions options;
        options.inputs = {folder.write("day.log", log_)};
        options.quotes = {folder.write("quotes.csv", quotes_)};
        return shown(settings_by(by), options);
    }

  private:
    // Each second the one or the other moves by a tenth of a pip; LP_A is wider.
    void quote(int i) {
        const Nanos at = open_ + Duration{i * kSecond.ns};
        const int mid = 110'000 + (i * 7 % 11) - 5;  // 0.00001
        const bool a = i % 2 == 0;
        const int half = a ? 6 : 4;
        quotes_ += fmt::format("{},EURUSD,1.{:05},1.{:05},1000000,2000000,{}\n", at.ns,
                               mid - half - 100'000, mid + half - 100'000, a ? "LP_A" : "LP_B");
    }
    void told(Nanos at, const std::string& lp, const std::string& body) {
        log_ += gateway_.line(at, lp, "US", "8", body);
    }
    // In turn: filled in two parts, partly, rejected, and resting until we cancel it.
    void order(int day, int i, const std::string& lp) {
        const Nanos sent = open_ + Duration{10 * kSecond.ns + i * 15 * kSecond.ns};
        const auto after = [&](int ms) { return sent + Duration{ms * kMillisecond.ns}; };
        const std::string id = fmt::format("{}-{}", day, i);
        const int kind = i / 2 % 4;
        log_ += gateway_.line(sent, "US", lp, "D",
                              fmt::format("11={}|55=EURUSD|54=1|38=500000|40=2|44=1.10020|59={}|"
                                          "60={}|",
                                          id, kind == 3 ? 0 : 3, testkit::fix_time(sent)));
        const std::string head = fmt::format("37=O{0}|11={0}|55=EURUSD|54=1|38=500000|", id);
        told(after(2), lp, head + fmt::format("17=P{}|150=A|39=A|14=0|151=500000|", id));
        if (kind == 2) {
            told(after(60), lp,
                 head + fmt::format("17=R{}|150=8|39=8|103=99|58=last look|14=0|"
                                    "151=0|",
                                    id));
            return;
        }
        told(after(4), lp, head + fmt::format("17=N{}|150=0|39=0|14=0|151=500000|", id));
        // Next to the quote of the LP, moved a little from day to day.
        told(after(20 + i), lp,
             head + fmt::format("17=E{}|150=F|39=1|32=200000|31=1.1000{}|14=200000|151=300000|", id,
                                day == 16 ? 4 : 5));
        if (kind == 0) {
            told(after(30 + i), lp,
                 head + fmt::format("17=F{}|150=F|39=2|32=300000|31=1.10006|14=500000|151=0|", id));
            return;
        }
        if (kind == 3)
            log_ += gateway_.line(after(2'000), "US", lp, "F",
                                  fmt::format("11=C{0}|41={0}|55=EURUSD|54=1|38=500000|60={1}|", id,
                                              testkit::fix_time(after(2'000))));
        told(after(kind == 3 ? 2'010 : 40 + i), lp,
             head + fmt::format("17=X{}|150=4|39=4|14=200000|151=0|", id));
    }

    Gateway gateway_;
    Nanos open_;
    std::string log_, quotes_;
};

TEST(EveryKpi, is_a_number_on_at_least_one_row_of_one_input) {
    const Shown day = example_day(), mornings = Mornings().shown_by(kByLp);
    const auto catalog = kpi::catalog();
    std::string only_mornings;
    for (std::size_t i = 0; i < catalog.size(); ++i) {
        const std::string name(catalog[i].name);
        const bool in_day = has_number(day.json, name),
                   in_mornings = has_number(mornings.json, name);
        EXPECT_TRUE(in_day || in_mornings)
            << name << " is null on every row of every input; example day: " << reasons(day, i)
            << "; two mornings: " << reasons(mornings, i);
        if (!in_day && in_mornings)
            only_mornings += fmt::format("  {}: {}\n", name, reasons(day, i));
    }
    std::printf("Null on every row of the example day:\n%s", only_mornings.c_str());
}

// What is null must say why, in both inputs, on every row.
TEST(EveryKpi, that_is_absent_says_why) {
    for (const Shown& s : {example_day(), Mornings().shown_by(kByLp | kBySymbol | kBySide)})
        for (const score::Row& row : s.rows)
            for (std::size_t i = 0; i < row.values.size(); ++i)
                EXPECT_EQ(row.values[i].number.has_value(), row.values[i].why == kpi::Absent::no)
                    << kpi::catalog()[i].name;
}

}  // namespace
}  // namespace assay
