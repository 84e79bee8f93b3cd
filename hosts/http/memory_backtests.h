// Back-tests of the desk in memory, for tests of the routes: each is done when it is looked at for
// the second time.
#pragma once

#include <vector>

#include "hosts/http/backtests.h"

namespace assay::http {

class MemoryBacktests final : public Backtests {
  public:
    Answer<BacktestView> start(const BacktestWish& wish) override;
    Rows<BacktestView> all() override;
    Answer<BacktestView> one(std::uint64_t id) override;
    Answer<BacktestView> cancel(std::uint64_t id) override;

  private:
    std::vector<BacktestView> runs_;
};

}  // namespace assay::http
