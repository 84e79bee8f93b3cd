// Back-tests of a desk's own journal, each a process of its own with low priority: the time asked
// for is written out as a FIX log, and `assay backtest` reads that. What it was asked, said and
// found is kept in a folder for each, so that runs can be compared later. Called by the server's
// thread, which never waits for one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>

#include "hosts/desk/service.h"
#include "hosts/http/backtests.h"

namespace assay::desk {

class BacktestRuns final : public http::Backtests {
  public:
    static constexpr std::size_t kMostRunning = 2, kMostKept = 100;

    // `state`: of the desk, with its journal; `program`: assay. Runs that a desk which stopped left
    // behind have failed.
    BacktestRuns(Service& service, std::string state, std::string program);
    ~BacktestRuns() override;  // those that run are ended

    http::Answer<http::BacktestView> start(const http::BacktestWish& wish) override;
    http::Rows<http::BacktestView> all() override;
    http::Answer<http::BacktestView> one(std::uint64_t id) override;
    http::Answer<http::BacktestView> cancel(std::uint64_t id) override;

  private:
    struct Run {
        http::BacktestView told;
        pid_t pid{-1};  // of its group too; -1: it does not run
    };
    std::string folder_of(std::uint64_t id) const;
    void load();
    void look();
    void end(Run& run, std::string state, std::string error);
    void keep(const Run& run) const;
    void forget_oldest();

    Service* service_;
    std::string state_, program_;
    std::map<std::uint64_t, Run> runs_;
};

}  // namespace assay::desk
