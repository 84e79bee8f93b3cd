#include "hosts/desk/calibration.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/profile_toml.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/preview.h"

namespace assay::desk {

using http::Answer;
using http::Refused;

// What a draft would do to the version in force.
struct DeskCalibration::Plan {
    score::Profile before, after;
    std::uint64_t base_version{}, file_hash{};
    std::vector<std::string> changed, warnings;
    std::vector<http::GuardRail> rails;
};

namespace {

std::string in_small_letters(std::string name) {
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return name;
}

std::unexpected<Refused> no_profile(const std::string& name) {
    return no(Refused::Why::not_found,
              fmt::format("no profile \"{}\" is ranked here; /api/v1/profiles lists them", name));
}

// Why it may not be put in force; nullopt: it may. A roll-back goes to what was in force before,
// however far.
std::optional<Refused> held_back(const std::vector<http::GuardRail>& rails, bool roll_back) {
    for (const http::GuardRail& rail : rails)
        if (rail.rule == "restart" && !rail.holds)
            return Refused{Refused::Why::conflict, rail.words, {}};
    if (roll_back) return std::nullopt;
    Refused refused{Refused::Why::wrong, {}, {}};
    for (const http::GuardRail& rail : rails) {
        if (rail.holds || !rail.blocks) continue;
        refused.detail += (refused.detail.empty() ? "" : "; ") + rail.words;
        refused.fields.push_back({"toml", rail.words});
    }
    if (refused.fields.empty()) return std::nullopt;
    return refused;
}

}  // namespace

DeskCalibration::DeskCalibration(Service& service, history::History* history,
                                 ProfileVersions& versions, std::mutex& changing, Rules rules,
                                 PutInForce put_in_force)
    : service_(&service),
      history_(history),
      versions_(&versions),
      changing_(&changing),
      rules_(rules),
      put_in_force_(std::move(put_in_force)) {}

std::vector<WeightsThen> DeskCalibration::earlier(const std::string& name) const {
    std::vector<WeightsThen> all;
    for (const ProfileVersion& v : versions_->versions(name))
        if (auto read = read_draft(name, v.told.toml))
            all.push_back({v.told.at, v.told.source != "file", std::move(read->profile)});
    return all;
}

Answer<DeskCalibration::Plan> DeskCalibration::plan(const std::string& name,
                                                    const std::string& toml) const {
    const ProfileVersion* newest = versions_->newest(name);
    if (newest == nullptr) return no_profile(name);
    auto before = read_draft(name, newest->told.toml);
    if (!before) return no(Refused::Why::unavailable, before.error().text());
    auto draft = read_draft(name, toml);
    if (!draft)
        return std::unexpected(
            Refused{Refused::Why::wrong, draft.error().text(), {{"toml", draft.error().text()}}});
    Plan plan{std::move(before->profile),
              std::move(draft->profile),
              newest->told.version,
              newest->file_hash,
              {},
              std::move(draft->warnings),
              {}};
    plan.changed = changes_of(plan.before, plan.after);
    plan.rails =
        guard_rails(plan.before, plan.after, earlier(name), service_->clock().now(), rules_.limits);
    return plan;
}

Answer<http::ProfileDetail> DeskCalibration::profile(const std::string& name) {
    const std::lock_guard lock(*changing_);
    const ProfileVersion* newest = versions_->newest(name);
    if (newest == nullptr) return no_profile(name);
    const auto read = read_draft(name, newest->told.toml);
    if (!read) return no(Refused::Why::unavailable, read.error().text());
    http::ProfileDetail v = detail_of(read->profile);
    v.version = newest->told.version;
    v.four_eyes = rules_.four_eyes;
    v.step_limit_bp = rules_.limits.step_bp;
    v.day_limit_bp = rules_.limits.day_bp;
    for (const http::ProposalView& p : versions_->proposals(name))
        v.open_proposals += p.state == "open";
    return v;
}

Answer<http::PreviewView> DeskCalibration::preview(const http::PreviewWish& wish) {
    http::PreviewView v;
    std::optional<Plan> plan;
    {
        const std::lock_guard lock(*changing_);
        auto made = this->plan(wish.profile, wish.toml);
        if (!made) return std::unexpected(made.error());
        plan = std::move(*made);
    }
    v.name = wish.profile;
    v.base_version = plan->base_version;
    v.changed = plan->changed;
    v.warnings = plan->warnings;
    v.guard_rails = plan->rails;
    v.may_apply = !v.changed.empty() && !held_back(plan->rails, false);
    v.days = wish.days;
    if (plan->before.fast_half_life != plan->after.fast_half_life) {
        v.remarks.emplace_back("with another fast_half_life nothing can be foreseen");
        return v;
    }
    if (history_ == nullptr) {
        v.remarks.emplace_back("this desk keeps no history of orders to weigh the cells by");
        return v;
    }
    if (auto told = foresee(*service_, *history_, plan->before, plan->after, wish.days, v); !told)
        return std::unexpected(told.error());
    return v;
}

Answer<http::Change> DeskCalibration::apply(const std::string& name, const Plan& plan,
                                            http::ProfileVersionView told) {
    const auto version = put_in_force_(plan.after, told.who, told.why, plan.changed);
    if (!version) return std::unexpected(version.error());
    told.at = service_->clock().now();
    told.config_version = *version;
    told.changed = plan.changed;
    told.toml = print_profile(plan.after);
    if (auto added = versions_->add(name, {std::move(told), plan.file_hash}); !added)
        return no(Refused::Why::unavailable,
                  "it is in force, but was not written down, so that a restart takes it back: " +
                      added.error().text());
    http::Change change;
    change.version = versions_->newest(name)->told;
    change.version->current = true;
    return change;
}

Answer<http::Change> DeskCalibration::change(const http::ChangeWish& wish) {
    const std::lock_guard lock(*changing_);
    const ProfileVersion* newest = versions_->newest(wish.profile);
    if (newest == nullptr) return no_profile(wish.profile);
    if (newest->told.version != wish.base_version)
        return no(Refused::Why::stale, fmt::format("version {} is in force, by {} ({}); you had {}",
                                                   newest->told.version, newest->told.who,
                                                   newest->told.why, wish.base_version));
    std::string toml = wish.toml;
    const bool back = toml.empty();
    if (back) {
        const auto& all = versions_->versions(wish.profile);
        if (wish.roll_back_to == 0 || wish.roll_back_to > all.size())
            return std::unexpected(
                Refused{Refused::Why::wrong,
                        fmt::format("there is no version {}", wish.roll_back_to),
                        {{"to", fmt::format("there are versions 1 to {}", all.size())}}});
        toml = all[wish.roll_back_to - 1].told.toml;
    }
    const auto plan = this->plan(wish.profile, toml);
    if (!plan) return std::unexpected(plan.error());
    if (plan->changed.empty())
        return std::unexpected(Refused{Refused::Why::wrong,
                                       "it changes nothing",
                                       {{back ? "to" : "toml", "it is what is in force"}}});
    if (auto held = held_back(plan->rails, back)) return std::unexpected(*held);
    const std::string source = back ? "rollback" : "apply";
    const auto to = back ? std::optional(wish.roll_back_to) : std::nullopt;
    if (!rules_.four_eyes) {
        http::ProfileVersionView told;
        told.who = wish.who;
        told.why = wish.why;
        told.source = source;
        told.rolled_back_to = to;
        return apply(wish.profile, *plan, std::move(told));
    }
    http::ProposalView proposal;
    proposal.base_version = plan->base_version;
    proposal.at = service_->clock().now();
    proposal.who = wish.who;
    proposal.why = wish.why;
    proposal.source = source;
    proposal.rolled_back_to = to;
    proposal.changed = plan->changed;
    proposal.toml = print_profile(plan->after);
    auto kept = versions_->propose(wish.profile, std::move(proposal));
    if (!kept) return no(Refused::Why::unavailable, kept.error().text());
    http::Change change;
    change.proposal = std::move(*kept);
    return change;
}

Answer<http::Rows<http::ProfileVersionView>> DeskCalibration::versions(const std::string& name) {
    const std::lock_guard lock(*changing_);
    const auto& all = versions_->versions(name);
    if (all.empty()) return no_profile(name);
    http::Rows<http::ProfileVersionView> rows;
    for (auto v = all.rbegin(); v != all.rend(); ++v) {
        rows.rows.push_back(v->told);
        rows.rows.back().current = v == all.rbegin();
    }
    return rows;
}

Answer<http::Rows<http::ProposalView>> DeskCalibration::proposals(const std::string& name) {
    const std::lock_guard lock(*changing_);
    if (versions_->newest(name) == nullptr) return no_profile(name);
    const auto& all = versions_->proposals(name);
    return http::Rows<http::ProposalView>{{all.rbegin(), all.rend()}, {}};
}

Answer<const http::ProposalView*> DeskCalibration::open_proposal(const std::string& name,
                                                                 std::uint64_t id) const {
    const http::ProposalView* p = versions_->proposal(name, id);
    if (p == nullptr)
        return no(Refused::Why::not_found,
                  fmt::format("no proposal {} of profile \"{}\" is known", id, name));
    if (p->state != "open")
        return no(Refused::Why::conflict,
                  fmt::format("proposal {} is {}{}", id, p->state,
                              p->by.empty() ? std::string() : ", by " + p->by));
    return p;
}

Answer<http::Change> DeskCalibration::approve(const std::string& name, std::uint64_t id,
                                              const std::string& who) {
    const std::lock_guard lock(*changing_);
    const auto found = open_proposal(name, id);
    if (!found) return std::unexpected(found.error());
    const http::ProposalView p = **found;  // what is kept grows below
    if (in_small_letters(p.who) == in_small_letters(who))
        return no(Refused::Why::forbidden,
                  "who proposes a change does not approve it; another person must");
    const auto plan = this->plan(name, p.toml);
    if (!plan) return std::unexpected(plan.error());
    if (plan->base_version != p.base_version) {
        if (auto ended = versions_->end_proposal(name, id, "overtaken", who); !ended)
            return no(Refused::Why::unavailable, ended.error().text());
        return no(Refused::Why::conflict,
                  fmt::format("it was proposed to version {}, and version {} is in force by now: "
                              "propose it anew",
                              p.base_version, plan->base_version));
    }
    if (auto held = held_back(plan->rails, p.source == "rollback")) return std::unexpected(*held);
    http::ProfileVersionView told;
    told.who = p.who;
    told.why = p.why;
    told.approved_by = who;
    told.source = p.source;
    told.rolled_back_to = p.rolled_back_to;
    auto done = apply(name, *plan, std::move(told));
    if (!done) return done;
    if (auto ended = versions_->end_proposal(name, id, "approved", who); !ended)
        return no(Refused::Why::unavailable, ended.error().text());
    return done;
}

Answer<http::ProposalView> DeskCalibration::withdraw(const std::string& name, std::uint64_t id,
                                                     const std::string& who) {
    const std::lock_guard lock(*changing_);
    const auto found = open_proposal(name, id);
    if (!found) return std::unexpected(found.error());
    if (auto ended = versions_->end_proposal(name, id, "withdrawn", who); !ended)
        return no(Refused::Why::unavailable, ended.error().text());
    return *versions_->proposal(name, id);
}

}  // namespace assay::desk
