// So many at once, and so many a second after that: for tries at a password, and for requests.
//
//     Allowance tries({.at_once = 10, .per_second = 1. / 30});
//     if (const Duration wait = tries.take("ann", now); wait.ns > 0) ... not now
//
// Of each key its own. Keys beyond `keys` push out those that have the most left. One thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/units/nanos.h"

namespace assay::people {

struct AllowanceLimits {
    double at_once{10}, per_second{1};
    std::size_t keys{10'000};
};

class Allowance {
  public:
    explicit Allowance(AllowanceLimits limits) : limits_(limits) {}

    // Takes `cost`, or takes nothing and says how long until it would be there.
    Duration take(std::string_view key, Nanos now, double cost = 1);
    void give_back(std::string_view key, double cost = 1);

  private:
    struct Left {
        double amount{};
        Nanos at{};
    };
    double left(const Left& l, Nanos now) const;
    AllowanceLimits limits_;
    std::map<std::string, Left, std::less<>> left_;
};

}  // namespace assay::people
