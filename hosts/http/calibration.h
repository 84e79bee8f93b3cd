// Other weights for a desk at work: profiles as they are, drafts and what they would change,
// versions with who and why, proposals that another person approves. Plain values, and one abstract
// class that the desk implements; calls come from the server's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"
#include "hosts/http/answer.h"
#include "hosts/http/league_view.h"
#include "hosts/http/routes.h"

namespace assay::http {

// A draft is the TOML of a profile, at most so many bytes.
inline constexpr std::size_t kMostDraft = 64 << 10;

struct ProfileDetail {
    std::string name, toml, rank_by;
    std::uint64_t version{};
    std::vector<std::string> fast_kpis;
    std::optional<double> fast_kappa;  // absent: pooled
    Duration fast_half_life{};         // 0: never forgets
    double z_route{}, z_report{}, max_reject_rate{1};
    std::vector<LeagueTerm> terms;
    std::vector<std::string> warnings;
    bool four_eyes{};
    int step_limit_bp{}, day_limit_bp{};
    std::uint64_t open_proposals{};
};

struct ProfileVersionView {
    std::uint64_t version{};
    Nanos at{kNever};
    std::string who, why, approved_by, source;  // source: file, apply, rollback
    std::optional<std::uint64_t> rolled_back_to;
    std::string config_version;  // of the desk's whole configuration since then
    std::vector<std::string> changed;
    std::string toml;
    bool current{};
};

struct ProposalView {
    std::uint64_t id{}, base_version{};
    Nanos at{kNever};
    std::string who, why, source, toml;
    std::optional<std::uint64_t> rolled_back_to;
    std::vector<std::string> changed;
    std::string state, by;  // state: open, approved, withdrawn, overtaken; by: whoever ended it
};

// A rule on how far a change may go, in words for the one who asks.
struct GuardRail {
    std::string rule, words;  // rule: step, day, half, restart
    bool holds{true}, blocks{};
};

struct PreviewWish {
    std::string profile, toml;
    int days{5};
};
struct PreviewCell {
    std::string symbol, size_name, regime;
    std::uint8_t size{};
    std::int64_t orders{};
    std::vector<std::string> before, after;  // LPs that are eligible, best first
    bool first_changes{};
    std::optional<double> alike;  // Spearman
};
struct PreviewFlow {
    std::string lp;
    double before{}, after{};  // share of the orders whose first choice it is
};
struct PreviewView {
    std::string name;
    std::uint64_t base_version{};
    std::vector<std::string> changed, warnings, remarks;
    std::vector<GuardRail> guard_rails;
    bool may_apply{};
    int days{};
    std::int64_t orders{};
    std::uint64_t cells_looked_at{}, cells_changed{};
    Known stability;                 // mean of `alike`, by orders
    std::vector<PreviewCell> cells;  // those that change, most orders first
    std::vector<PreviewFlow> flow;
    Known cost_before, cost_after;  // bps, believed, of the first choices
    Known difference, low, high;    // of the costs, with its 90 % interval
};

struct ChangeWish {
    std::string profile, who, why;
    std::uint64_t
        base_version{};  // that the person saw: another one is in force, and it is refused
    std::string toml;    // empty: a roll-back
    std::uint64_t roll_back_to{};
};
// One of the two.
struct Change {
    std::optional<ProfileVersionView> version;  // in force
    std::optional<ProposalView> proposal;       // waits for another person
};

class Calibration {
  public:
    virtual ~Calibration() = default;
    virtual Answer<ProfileDetail> profile(const std::string& name) = 0;
    virtual Answer<PreviewView> preview(const PreviewWish& wish) = 0;
    virtual Answer<Change> change(const ChangeWish& wish) = 0;
    virtual Answer<Rows<ProfileVersionView>> versions(const std::string& name) = 0;
    virtual Answer<Rows<ProposalView>> proposals(const std::string& name) = 0;
    virtual Answer<Change> approve(const std::string& name, std::uint64_t id,
                                   const std::string& who) = 0;
    virtual Answer<ProposalView> withdraw(const std::string& name, std::uint64_t id,
                                          const std::string& who) = 0;
};

// The routes under /api/v1/profiles/{name}. `calibration` outlives them.
void add_calibration(Routes& routes, Calibration& calibration);

}  // namespace assay::http
