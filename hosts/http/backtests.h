// Back-tests that run beside a desk, in the background: started, watched, cancelled, kept. Plain
// values, and one abstract class that the desk implements; calls come from the server's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/units/nanos.h"
#include "hosts/http/answer.h"
#include "hosts/http/routes.h"

namespace assay::http {

struct BacktestWish {
    std::string first, second;  // profiles that are ranked here
    std::string second_toml;    // instead of `second`: a draft
    Nanos from, to;             // messages captured in [from, to)
    std::string who, why;
};
struct BacktestView {
    std::uint64_t id{};
    std::string state;  // running, done, failed, canceled
    Nanos at{kNever};
    std::optional<Nanos> ended;
    std::string who, why, first, second;
    Nanos from{kNever}, to{kNever};
    std::optional<double> progress;  // 0 to 1; absent: not known
    std::string words, error;        // what it said last; why it failed
    std::string result;              // the document of `assay backtest --format json`, once done
};

class Backtests {
  public:
    virtual ~Backtests() = default;
    virtual Answer<BacktestView> start(const BacktestWish& wish) = 0;
    virtual Rows<BacktestView> all() = 0;  // newest first, without results
    virtual Answer<BacktestView> one(std::uint64_t id) = 0;
    virtual Answer<BacktestView> cancel(std::uint64_t id) = 0;
};

// The routes under /api/v1/backtests. `backtests` outlives them.
void add_backtests(Routes& routes, Backtests& backtests);

}  // namespace assay::http
