#include "hosts/http/memory_calibration.h"

#include <fmt/format.h>

namespace assay::http {
namespace {

constexpr std::int64_t kCalibrated = 1'772'461'800'000'000'000;  // 2026-03-02T14:30:00Z

std::unexpected<Refused> refuse(Refused::Why why, std::string detail,
                                std::vector<FieldError> fields = {}) {
    return std::unexpected(Refused{why, std::move(detail), std::move(fields)});
}
std::unexpected<Refused> unknown_profile(std::string_view name) {
    return refuse(Refused::Why::not_found, fmt::format("No profile is called \"{}\"", name));
}

}  // namespace

MemoryCalibration::MemoryCalibration() {
    for (const char* name : {"all-in", "balanced", "note4"}) {
        ProfileVersionView v;
        v.who = "desk";
        v.why = "it started";
        v.source = "file";
        v.toml = fmt::format("name = \"{}\"\n", name);
        add(name, std::move(v));
    }
}

Change MemoryCalibration::add(const std::string& name, ProfileVersionView version) {
    auto& all = versions_[name];
    version.version = all.size() + 1;
    version.at = {kCalibrated + static_cast<std::int64_t>(all.size())};
    version.config_version = fmt::format("{:016x}", all.size() + 1);
    for (ProfileVersionView& before : all) before.current = false;
    version.current = true;
    all.push_back(std::move(version));
    return {all.back(), std::nullopt};
}

Answer<ProfileDetail> MemoryCalibration::profile(const std::string& name) {
    const auto found = versions_.find(name);
    if (found == versions_.end()) return unknown_profile(name);
    ProfileDetail v;
    v.name = name;
    v.toml = found->second.back().toml;
    v.rank_by = "lcb";
    v.version = found->second.size();
    v.fast_kpis = {"fill_rate"};
    v.fast_kappa = 3;
    v.fast_half_life = {30 * kMinute.ns};
    v.z_route = 1;
    v.z_report = 1.645;
    v.terms = {{"fill_rate", "execution quality", "linear", 10'000, 0.5, 1}};
    v.warnings = {"fill_rate holds more than half of the weight"};
    v.four_eyes = four_eyes;
    v.step_limit_bp = 500;
    v.day_limit_bp = 2'000;
    for (const ProposalView& p : proposals_[name]) v.open_proposals += p.state == "open";
    return v;
}

Answer<PreviewView> MemoryCalibration::preview(const PreviewWish& wish) {
    const auto found = versions_.find(wish.profile);
    if (found == versions_.end()) return unknown_profile(wish.profile);
    if (wish.toml.find("wrong") != std::string::npos)
        return refuse(Refused::Why::wrong, "draft:1:1: it is wrong", {{"toml", "it is wrong"}});
    PreviewView v;
    v.name = wish.profile;
    v.base_version = found->second.size();
    v.changed = {"kpi.fill_rate.weight: 40 -> 45"};
    v.guard_rails = {{"step", "no weight moves by more than 5 points at once", true, true}};
    v.may_apply = true;
    v.days = wish.days;
    v.orders = 120;
    v.cells_looked_at = 3;
    v.cells_changed = 1;
    v.stability = {0.97};
    v.cells = {{"ACME", "1-2x", "normal", 2, 120, {"LP_A", "LP_C"}, {"LP_C", "LP_A"}, true, -1.0}};
    v.flow = {{"LP_A", 1, 0}, {"LP_C", 0, 1}};
    v.cost_before = {1.2};
    v.cost_after = {1.0};
    v.difference = {-0.2};
    v.low = {-0.5};
    v.high = {0.1};
    return v;
}

Answer<Change> MemoryCalibration::change(const ChangeWish& wish) {
    const auto found = versions_.find(wish.profile);
    if (found == versions_.end()) return unknown_profile(wish.profile);
    const ProfileVersionView& newest = found->second.back();
    if (newest.version != wish.base_version)
        return refuse(Refused::Why::stale,
                      fmt::format("version {} is in force, by {} ({}); you had {}", newest.version,
                                  newest.who, newest.why, wish.base_version));
    const bool back = wish.toml.empty();
    if (back && wish.roll_back_to > found->second.size())
        return refuse(Refused::Why::wrong, "there is no such version",
                      {{"to", "there is no such version"}});
    const std::string toml = back ? found->second[wish.roll_back_to - 1].toml : wish.toml;
    if (toml.find("wrong") != std::string::npos)
        return refuse(Refused::Why::wrong, "draft:1:1: it is wrong", {{"toml", "it is wrong"}});
    const auto to = back ? std::optional(wish.roll_back_to) : std::nullopt;
    const std::string source = back ? "rollback" : "apply";
    if (!four_eyes) {
        ProfileVersionView v;
        v.who = wish.who;
        v.why = wish.why;
        v.source = source;
        v.rolled_back_to = to;
        v.changed = {"kpi.fill_rate.weight: 40 -> 45"};
        v.toml = toml;
        return add(wish.profile, std::move(v));
    }
    ProposalView p;
    p.id = proposals_[wish.profile].size() + 1;
    p.base_version = wish.base_version;
    p.at = {kCalibrated};
    p.who = wish.who;
    p.why = wish.why;
    p.source = source;
    p.rolled_back_to = to;
    p.toml = toml;
    p.state = "open";
    proposals_[wish.profile].push_back(p);
    return Change{std::nullopt, p};
}

Answer<Rows<ProfileVersionView>> MemoryCalibration::versions(const std::string& name) {
    const auto found = versions_.find(name);
    if (found == versions_.end()) return unknown_profile(name);
    return Rows<ProfileVersionView>{{found->second.rbegin(), found->second.rend()}, {}};
}

Answer<Rows<ProposalView>> MemoryCalibration::proposals(const std::string& name) {
    if (!versions_.contains(name)) return unknown_profile(name);
    const auto& all = proposals_[name];
    return Rows<ProposalView>{{all.rbegin(), all.rend()}, {}};
}

Answer<ProposalView*> MemoryCalibration::open(const std::string& name, std::uint64_t id) {
    if (!versions_.contains(name)) return unknown_profile(name);
    auto& all = proposals_[name];
    if (id == 0 || id > all.size())
        return refuse(Refused::Why::not_found, fmt::format("No proposal has the id {}", id));
    if (all[id - 1].state != "open")
        return refuse(Refused::Why::conflict, fmt::format("it is {}", all[id - 1].state));
    return &all[id - 1];
}

Answer<Change> MemoryCalibration::approve(const std::string& name, std::uint64_t id,
                                          const std::string& who) {
    const auto found = open(name, id);
    if (!found) return std::unexpected(found.error());
    ProposalView& p = **found;
    if (p.who == who) return refuse(Refused::Why::forbidden, "another person must approve it");
    if (p.base_version != versions_.at(name).size()) {
        p.state = "overtaken";
        return refuse(Refused::Why::conflict, "another version is in force by now");
    }
    p.state = "approved";
    p.by = who;
    ProfileVersionView v;
    v.who = p.who;
    v.why = p.why;
    v.approved_by = who;
    v.source = p.source;
    v.rolled_back_to = p.rolled_back_to;
    v.toml = p.toml;
    return add(name, std::move(v));
}

Answer<ProposalView> MemoryCalibration::withdraw(const std::string& name, std::uint64_t id,
                                                 const std::string& who) {
    const auto found = open(name, id);
    if (!found) return std::unexpected(found.error());
    (*found)->state = "withdrawn";
    (*found)->by = who;
    return **found;
}

}  // namespace assay::http
