// Profiles of the desk in memory, for tests of the routes: versions, proposals and conflicts are
// real, what is in a draft is not looked at, unless it says "wrong".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hosts/http/calibration.h"

namespace assay::http {

class MemoryCalibration final : public Calibration {
  public:
    MemoryCalibration();
    Answer<ProfileDetail> profile(const std::string& name) override;
    Answer<PreviewView> preview(const PreviewWish& wish) override;
    Answer<Change> change(const ChangeWish& wish) override;
    Answer<Rows<ProfileVersionView>> versions(const std::string& name) override;
    Answer<Rows<ProposalView>> proposals(const std::string& name) override;
    Answer<Change> approve(const std::string& name, std::uint64_t id,
                           const std::string& who) override;
    Answer<ProposalView> withdraw(const std::string& name, std::uint64_t id,
                                  const std::string& who) override;

    bool four_eyes{};

  private:
    Answer<ProposalView*> open(const std::string& name, std::uint64_t id);
    Change add(const std::string& name, ProfileVersionView version);

    std::map<std::string, std::vector<ProfileVersionView>, std::less<>> versions_;  // oldest first
    std::map<std::string, std::vector<ProposalView>, std::less<>> proposals_;
};

}  // namespace assay::http
