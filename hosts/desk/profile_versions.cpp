#include "hosts/desk/profile_versions.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hosts/cli/profile_toml.h"
#include "hosts/desk/profile_change.h"

namespace assay::desk {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostOfFile = 256 << 20;

Json version_line(const std::string& profile, const ProfileVersion& v) {
    Json line = {{"what", "version"},
                 {"profile", profile},
                 {"version", v.told.version},
                 {"at_ns", v.told.at.ns},
                 {"who", v.told.who},
                 {"why", v.told.why},
                 {"approved_by", v.told.approved_by},
                 {"source", v.told.source},
                 {"config_version", v.told.config_version},
                 {"changed", v.told.changed},
                 {"toml", v.told.toml},
                 {"file_hash", fmt::format("{:016x}", v.file_hash)}};
    if (v.told.rolled_back_to) line["rolled_back_to"] = *v.told.rolled_back_to;
    return line;
}

Json proposal_line(const std::string& profile, const http::ProposalView& p) {
    Json line = {{"what", "proposal"},
                 {"profile", profile},
                 {"id", p.id},
                 {"at_ns", p.at.ns},
                 {"base_version", p.base_version},
                 {"who", p.who},
                 {"why", p.why},
                 {"source", p.source},
                 {"changed", p.changed},
                 {"toml", p.toml}};
    if (p.rolled_back_to) line["rolled_back_to"] = *p.rolled_back_to;
    return line;
}

std::optional<std::uint64_t> rolled_back(const Json& line) {
    if (!line.contains("rolled_back_to")) return std::nullopt;
    return line.at("rolled_back_to").get<std::uint64_t>();
}

ProfileVersion version_of(const Json& line) {
    ProfileVersion v;
    v.told.version = line.at("version");
    v.told.at = {line.at("at_ns").get<std::int64_t>()};
    v.told.who = line.at("who");
    v.told.why = line.at("why");
    v.told.approved_by = line.at("approved_by");
    v.told.source = line.at("source");
    v.told.config_version = line.at("config_version");
    v.told.changed = line.at("changed").get<std::vector<std::string>>();
    v.told.toml = line.at("toml");
    v.told.rolled_back_to = rolled_back(line);
    v.file_hash = std::stoull(line.at("file_hash").get<std::string>(), nullptr, 16);
    return v;
}

http::ProposalView proposal_of(const Json& line) {
    http::ProposalView p;
    p.id = line.at("id");
    p.at = {line.at("at_ns").get<std::int64_t>()};
    p.base_version = line.at("base_version");
    p.who = line.at("who");
    p.why = line.at("why");
    p.source = line.at("source");
    p.changed = line.at("changed").get<std::vector<std::string>>();
    p.toml = line.at("toml");
    p.rolled_back_to = rolled_back(line);
    p.state = "open";
    return p;
}

}  // namespace

Result<ProfileVersions> ProfileVersions::open(journal::Disk& disk, const std::string& path) {
    ProfileVersions out;
    out.path_ = path;
    auto file = disk.append(path);
    if (!file) return std::unexpected(file.error());
    out.file_ = std::move(*file);
    std::string content;
    while (content.size() < kMostOfFile) {
        const auto read = disk.read(path, content.size(), 1 << 20, content);
        if (!read) return std::unexpected(read.error());
        if (*read == 0) break;
    }
    std::size_t number = 0, whole = 0;
    for (std::size_t from = 0; from < content.size(); from = whole) {
        const std::size_t end = content.find('\n', from);
        if (end == content.npos) break;
        ++number;
        if (!out.take(std::string_view(content).substr(from, end - from)))
            return fail(
                fmt::format("{}:{}: this line is no version of a profile; restore a copy of the "
                            "file, or put it aside: the desk then begins with its files' profiles",
                            path, number));
        whole = end + 1;
    }
    // Half of a line was never told to anyone.
    if (whole < content.size()) {
        if (auto cut = disk.cut(path, whole); !cut) return std::unexpected(cut.error());
        auto again = disk.append(path);
        if (!again) return std::unexpected(again.error());
        out.file_ = std::move(*again);
    }
    return out;
}

bool ProfileVersions::take(std::string_view text) {
    const Json line = Json::parse(text, nullptr, false);
    try {
        Kept& kept = kept_[line.at("profile").get<std::string>()];
        const std::string what = line.at("what");
        if (what == "version") {
            kept.versions.push_back(version_of(line));
        } else if (what == "proposal") {
            kept.proposals.push_back(proposal_of(line));
        } else {
            const auto id = line.at("id").get<std::uint64_t>();
            const auto found = std::ranges::find(kept.proposals, id, &http::ProposalView::id);
            if (what != "ended" || found == kept.proposals.end()) return false;
            found->state = line.at("state");
            found->by = line.at("by");
        }
    } catch (const std::exception&) {
        return false;
    }
    return true;
}

Result<void> ProfileVersions::append(std::string line) {
    if (failed_) return fail(fmt::format("{}: an earlier write failed; restart the desk", path_));
    line += '\n';
    failed_ = true;
    if (auto written = file_->write(line); !written) return written;
    if (auto synced = file_->sync(); !synced) return synced;
    failed_ = false;
    if (!take(std::string_view(line).substr(0, line.size() - 1)))
        return fail(fmt::format("{}: a line that cannot be read again", path_));
    return {};
}

const std::vector<ProfileVersion>& ProfileVersions::versions(const std::string& profile) const {
    static const std::vector<ProfileVersion> kNone;
    const auto found = kept_.find(profile);
    return found == kept_.end() ? kNone : found->second.versions;
}

const ProfileVersion* ProfileVersions::newest(const std::string& profile) const {
    const auto& all = versions(profile);
    return all.empty() ? nullptr : &all.back();
}

const std::vector<http::ProposalView>& ProfileVersions::proposals(
    const std::string& profile) const {
    static const std::vector<http::ProposalView> kNone;
    const auto found = kept_.find(profile);
    return found == kept_.end() ? kNone : found->second.proposals;
}

const http::ProposalView* ProfileVersions::proposal(const std::string& profile,
                                                    std::uint64_t id) const {
    const auto& all = proposals(profile);
    const auto found = std::ranges::find(all, id, &http::ProposalView::id);
    return found == all.end() ? nullptr : &*found;
}

Result<void> ProfileVersions::add(const std::string& profile, ProfileVersion version) {
    version.told.version = versions(profile).size() + 1;
    return append(
        version_line(profile, version).dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<http::ProposalView> ProfileVersions::propose(const std::string& profile,
                                                    http::ProposalView proposal) {
    proposal.id = proposals(profile).size() + 1;
    if (auto added = append(
            proposal_line(profile, proposal).dump(-1, ' ', false, Json::error_handler_t::replace));
        !added)
        return std::unexpected(added.error());
    return proposals(profile).back();
}

Result<void> ProfileVersions::end_proposal(const std::string& profile, std::uint64_t id,
                                           std::string state, std::string by) {
    const Json line = {
        {"what", "ended"}, {"profile", profile}, {"id", id}, {"state", state}, {"by", by}};
    return append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<score::Profile> in_force(ProfileVersions& versions, const score::Profile& of_file, Nanos at,
                                const std::string& who, const std::string& why) {
    score::Profile before = of_file;
    if (const ProfileVersion* newest = versions.newest(of_file.name)) {
        auto read = read_draft(of_file.name, newest->told.toml);
        if (!read) return std::unexpected(std::move(read.error()).in("a version that is kept"));
        if (newest->file_hash == of_file.hash()) return read->profile;
        before = read->profile;
    }
    ProfileVersion version;
    version.file_hash = of_file.hash();
    version.told.at = at;
    version.told.who = who;
    version.told.why = why;
    version.told.source = "file";
    version.told.changed = changes_of(before, of_file);
    version.told.toml = print_profile(of_file);
    if (auto added = versions.add(of_file.name, std::move(version)); !added)
        return std::unexpected(added.error());
    return of_file;
}

}  // namespace assay::desk
