// For data tests only: recorded quotes and prints of a day, and what the metric functions say of
// them. Files are read as they are published (zip, gz, csv, json), from $ASSAY_TEST_DATA.
#pragma once

#include <array>
#include <boost/property_tree/ptree.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/kpi/sums.h"
#include "core/market/bbo.h"
#include "core/units/nanos.h"

namespace assay::kpi::recorded {

// $ASSAY_TEST_DATA, or ../shared/data beside the project.
std::string data_folder();
bool present(const std::string& file);
// Whether an absent file is a failure (ASSAY_REQUIRE_DATA=1) or a test to be skipped.
bool must_be_present();

// The bytes of a file: the single entry of a .zip, an unpacked .gz, anything else as it is.
std::string contents(const std::string& file);
std::vector<std::string_view> fields(std::string_view line, char separator);
// Calls row(line) for each line that is not empty.
template <class Row>
void each_line(std::string_view all, Row row) {
    while (!all.empty()) {
        const std::size_t end = all.find('\n');
        std::string_view line = all.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) row(line);
        if (end == std::string_view::npos) break;
        all.remove_prefix(end + 1);
    }
}
std::int64_t integer(std::string_view digits);
// 2018-01-02T14:30:00.115000Z and 20131008-14:00:00.164; any number of digits behind the point.
Nanos timestamp(std::string_view iso);

using Json = boost::property_tree::ptree;
Json json(const std::string& file);
// The number at `path` ("counts.locked"); NaN, and a failure of the test, where there is none.
double number_at(const Json& tree, const std::string& path);
std::int64_t count_at(const Json& tree, const std::string& path);
// 0 where there is none.
std::int64_t count_or_zero_at(const Json& tree, const std::string& path);

struct Print {
    Nanos at{};
    Price px;
    Qty qty;
    char venue{};
};

// Quotes in order of time; each holds until the next one.
class QuoteLine {
  public:
    // Several changes at the same moment: the last one stands.
    void add(const Bbo& quote);
    // The last quote at or before `t` (or strictly before); state none where there is none.
    const Bbo& at(Nanos t) const;
    const Bbo& before(Nanos t) const;
    const std::vector<Bbo>& all() const { return quotes_; }

  private:
    std::vector<Bbo> quotes_;
    Bbo none_;
};

enum class AsOf : std::uint8_t { at_or_before, before };

// Calls held(i, length) for each stretch of [from, to) during which quote number i stands.
template <class Held>
void each_stretch(const std::vector<Bbo>& quotes, Nanos from, Nanos to, Held held) {
    for (std::size_t i = 0; i < quotes.size(); ++i) {
        const Nanos begin = quotes[i].at < from ? from : quotes[i].at;
        const Nanos end = i + 1 < quotes.size() && quotes[i + 1].at < to ? quotes[i + 1].at : to;
        if (begin < end) held(i, end - begin);
    }
}

// What is known of one group of prints (all, or one venue).
struct Figures {
    Sums by_share;  // each print with its quantity
    Sums by_trade;  // each print with quantity 1: its ratios are means over prints
    std::int64_t buys{}, inside{}, at{}, outside{};
    long double effective_bps{}, effective_bps_shares{}, improvement_bps{};  // sums over prints
    std::array<long double, kHorizons> markout_bps{};                        // sums over prints

    // Adds one print taken as a fill of ours.
    void add(Side side, const Print& print, const Bbo& quote);
    // ... and one of its horizons.
    void add(std::size_t horizon, Side side, const Print& print, const Bbo& quote, TwiceMid later);
};

struct Day {
    Figures all;
    std::map<char, Figures> by_venue;
    std::int64_t midpoint{}, unusable{}, crossed{}, locked{};
};

// Lee and Ready (1991): against the mid, else against the last different price.
class TickRule {
  public:
    Side side_of(Price px, const Bbo& quote);

  private:
    Price last_{}, different_{};
    bool any_{}, moved_{};
};

// Takes every print of the session as a fill. A quote counts if 0 < bid < ask; a horizon if it lies
// before `close`.
Day judge(const std::vector<Print>& prints, const QuoteLine& quotes, Nanos close, AsOf as_of);

// Compares with the figures published for a group, to 1e-9 relative.
void expect_figures(const Figures& ours, const Json& expected, const std::string& where,
                    const std::array<std::string, kHorizons>& horizon_names);
void expect_close(double ours, double expected, const std::string& where);

}  // namespace assay::kpi::recorded

// Skips, by name, a test whose data is not there.
#define ASSAY_NEEDS(file)                                                                \
    do {                                                                                 \
        if (!assay::kpi::recorded::present(file)) {                                      \
            if (assay::kpi::recorded::must_be_present()) FAIL() << "absent: " << (file); \
            GTEST_SKIP() << "absent: " << (file);                                        \
        }                                                                                \
    } while (false)
