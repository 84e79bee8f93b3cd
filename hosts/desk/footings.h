// What the desk's decisions stand on: the step of the ladder (core/route/ladder.h) of the last
// decision for each profile and symbol. Of this process; on the desk's thread alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hosts/desk/service.h"
#include "hosts/http/source.h"

namespace assay::desk {

// As the API names a step: live, last_good, static_table, equal, hold.
const char* name_of(route::Step step);

class Footings final : public Watcher {
  public:
    void applied(const Input& input, std::uint32_t place, const SessionOutput& out) override;
    // What no order is at work for is forgotten once there is much of it.
    void settled(SessionDesk& desk) override;

    // Of those that an order is at work for, in order of name.
    std::vector<http::FootingView> at_work(const route::Router& router) const;
    // Of the last decision of all; none yet: nullopt.
    const std::optional<http::FootingView>& last() const { return last_; }

  private:
    static constexpr std::size_t kMost = 10'000;
    std::map<std::pair<std::string, std::string>, http::FootingView> by_profile_and_symbol_;
    std::optional<http::FootingView> last_;
};

// The one to be told where only one can be: what stands lowest of those at work, else the last.
std::optional<http::FootingView> lowest(const std::vector<http::FootingView>& at_work,
                                        const std::optional<http::FootingView>& last);

}  // namespace assay::desk
