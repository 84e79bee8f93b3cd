// Which profile was in force when, by whom and why, and what waits for a second person: one file of
// lines beside the journal, each durable before its change is told to anyone.
//
// The newest version of a profile is in force after a restart too, unless its file (or the built-in
// profile) was changed since: the later change wins, and becomes a version of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/score/profile.h"
#include "core/units/result.h"
#include "hosts/http/calibration.h"
#include "hosts/journal/disk.h"

namespace assay::desk {

struct ProfileVersion {
    http::ProfileVersionView told;  // `current` is not kept
    std::uint64_t file_hash{};      // of the profile that the desk's file named then
};

class ProfileVersions {
  public:
    // A last line that a crash cut short is cut off. Errors: any other damage, with its line.
    static Result<ProfileVersions> open(journal::Disk& disk, const std::string& path);

    const std::vector<ProfileVersion>& versions(const std::string& profile) const;  // oldest first
    const ProfileVersion* newest(const std::string& profile) const;
    const std::vector<http::ProposalView>& proposals(const std::string& profile) const;
    const http::ProposalView* proposal(const std::string& profile, std::uint64_t id) const;

    // These number what they are given, and are durable when they return. After an error nothing
    // can be added any more until the file is opened again.
    Result<void> add(const std::string& profile, ProfileVersion version);
    Result<http::ProposalView> propose(const std::string& profile, http::ProposalView proposal);
    Result<void> end_proposal(const std::string& profile, std::uint64_t id, std::string state,
                              std::string by);

  private:
    struct Kept {
        std::vector<ProfileVersion> versions;
        std::vector<http::ProposalView> proposals;
    };
    Result<void> append(std::string line);
    bool take(std::string_view line);

    std::string path_;
    std::unique_ptr<journal::GrowingFile> file_;
    bool failed_{};
    std::map<std::string, Kept> kept_;
};

// In force after a start, or after the file was read anew: that of the newest version, or `of_file`
// where it was changed since, or where there is none; then a version is added, by `who`.
Result<score::Profile> in_force(ProfileVersions& versions, const score::Profile& of_file, Nanos at,
                                const std::string& who, const std::string& why);

}  // namespace assay::desk
