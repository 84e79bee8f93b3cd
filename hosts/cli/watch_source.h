// A running desk, asked over HTTP for what a screen of it shows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"
#include "hosts/cli/desk_access.h"
#include "hosts/cli/watch_screen.h"

namespace assay::cli {

// Empty: the symbol of the first parent order, or else the first there is; the first profile.
struct WatchWish {
    DeskAccess access;
    std::string symbol, profile;
};

class WatchSource {
  public:
    explicit WatchSource(WatchWish wish);
    ~WatchSource();
    WatchSource(const WatchSource&) = delete;
    WatchSource& operator=(const WatchSource&) = delete;

    // Asks for everything. Where the desk does not answer, `trouble` says so and the rest is as it
    // was seen last.
    const Watched& look();
    // Whether the symbol or profile that was wished for is none of the desk's, in words.
    std::string unknown() const;
    // Goes on to the next symbol or profile of those that the desk has.
    void next_symbol();
    void next_profile();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace assay::cli
