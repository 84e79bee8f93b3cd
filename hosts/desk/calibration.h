// Profiles of a running desk, and the way to another version of one: http::Calibration over the
// service, the history and the versions that are kept. Called by the server's thread.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "hosts/desk/profile_change.h"
#include "hosts/desk/profile_versions.h"
#include "hosts/desk/service.h"
#include "hosts/history/history.h"
#include "hosts/http/calibration.h"

namespace assay::desk {

class DeskCalibration final : public http::Calibration {
  public:
    // Makes the profile one of the rules of the desk: in the journal, and applied, when it returns.
    // Gives the version of the whole configuration.
    using PutInForce = std::function<http::Answer<std::string>(
        const score::Profile& profile, const std::string& who, const std::string& why,
        const std::vector<std::string>& changed)>;
    struct Rules {
        bool four_eyes{};  // another person approves
        WeightLimits limits;
    };
    // All of it outlives this; `history` may be null. `changing` is held while versions are read or
    // changed, and when put_in_force is called: one change at a time, a reload of files too.
    DeskCalibration(Service& service, history::History* history, ProfileVersions& versions,
                    std::mutex& changing, Rules rules, PutInForce put_in_force);

    http::Answer<http::ProfileDetail> profile(const std::string& name) override;
    http::Answer<http::PreviewView> preview(const http::PreviewWish& wish) override;
    http::Answer<http::Change> change(const http::ChangeWish& wish) override;
    http::Answer<http::Rows<http::ProfileVersionView>> versions(const std::string& name) override;
    http::Answer<http::Rows<http::ProposalView>> proposals(const std::string& name) override;
    http::Answer<http::Change> approve(const std::string& name, std::uint64_t id,
                                       const std::string& who) override;
    http::Answer<http::ProposalView> withdraw(const std::string& name, std::uint64_t id,
                                              const std::string& who) override;

  private:
    struct Plan;
    http::Answer<Plan> plan(const std::string& name, const std::string& toml) const;
    http::Answer<http::Change> apply(const std::string& name, const Plan& plan,
                                     http::ProfileVersionView told);
    http::Answer<const http::ProposalView*> open_proposal(const std::string& name,
                                                          std::uint64_t id) const;
    std::vector<WeightsThen> earlier(const std::string& name) const;

    Service* service_;
    history::History* history_;
    ProfileVersions* versions_;
    std::mutex* changing_;
    Rules rules_;
    PutInForce put_in_force_;
};

}  // namespace assay::desk
