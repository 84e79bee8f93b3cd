#include "tests/gateway.h"

namespace assay::testkit {

std::int64_t day_number(int year, int month, int day) {
    // Howard Hinnant's days_from_civil, for years after 0.
    const int y = year - (month <= 2);
    const int era = y / 400, yoe = y - era * 400;
    const int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return std::int64_t{era} * 146'097 + doe - 719'468;
}

}  // namespace assay::testkit
