#include "core/desk/rules.h"

#include <fmt/format.h>

#include "core/units/archive.h"

namespace assay::desk {

namespace {

constexpr std::string_view kRulesMagic = "ASSAYRU2";
// Of journals from before a desk could explore: the same without its rules.
constexpr std::string_view kRulesMagic1 = "ASSAYRU1";

template <class Archive>
void archive(Archive& a, score::Term& t) {
    a(t.kpi, t.weight_bp, t.worst, t.best, t.scale);
}

template <class Archive>
void archive(Archive& a, score::Profile& p) {
    a(p.name);
    auto n = static_cast<std::uint64_t>(p.terms.size());
    a(n);
    if constexpr (Archive::kLoading) {
        // No more than there are KPIs: a damaged number must not ask for memory.
        p.terms.resize(n <= score::kScored ? n : 0);
    }
    for (score::Term& t : p.terms) archive(a, t);
    a(p.rank_by, p.fast_kpis, p.fast_kappa, p.fast_half_life, p.z_route, p.z_report,
      p.max_reject_rate);
}

template <class Archive>
void archive(Archive& a, ParentDefaults& p) {
    a(p.window, p.lot, p.tick, p.round_qty, p.min_child, p.max_child, p.probe_qty, p.round_gap,
      p.urgency, p.participation_cap, p.max_slip_bps, p.profile, p.policy, p.fallback);
}

template <class Archive>
void archive(Archive& a, LpTraits& t) {
    a(t.permission, t.venue, t.refill);
}

template <class Archive, class T>
void archive(Archive& a, std::vector<T>& all) {
    auto n = static_cast<std::uint64_t>(all.size());
    a(n);
    if constexpr (Archive::kLoading) all.resize(n <= 10'000 ? n : 0);
    for (T& one : all) archive(a, one);
}

template <class Archive>
void archive(Archive& a, Rules& r, bool explores = true) {
    a(r.version, r.limits, r.ladder, r.reroute, r.time_out, r.unfilled_bps, r.still_open,
      r.sweep_bps_per_sqrt_lot, r.p_min, r.seed);
    if (explores) a(r.explore);
    archive(a, r.parents);
    archive(a, r.traits);
    archive(a, r.profiles);
}

int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

Rules Rules::of(const SessionDeskConfig& config) {
    const route::RouterConfig& r = config.desk.router;
    return {.version = config.desk.version,
            .limits = r.limits,
            .ladder = r.ladder,
            .reroute = r.reroute,
            .time_out = r.time_out,
            .unfilled_bps = r.terms.unfilled_bps,
            .still_open = r.terms.still_open,
            .sweep_bps_per_sqrt_lot = r.sweep_bps_per_sqrt_lot,
            .p_min = r.p_min,
            .seed = r.seed,
            .explore = r.explore,
            .parents = config.parents,
            .traits = config.desk.traits,
            .profiles = config.desk.ranked};
}

void Rules::put_into(SessionDeskConfig& config) const {
    route::RouterConfig& r = config.desk.router;
    config.desk.version = version;
    r.version = version;
    r.limits = limits;
    r.ladder = ladder;
    r.reroute = reroute;
    r.time_out = time_out;
    r.terms.unfilled_bps = unfilled_bps;
    r.terms.still_open = still_open;
    r.sweep_bps_per_sqrt_lot = sweep_bps_per_sqrt_lot;
    r.p_min = p_min;
    r.seed = seed;
    r.explore = explore;
    config.parents = parents;
    config.desk.traits = traits;
    config.desk.ranked = profiles;
    if (!profiles.empty()) config.desk.kernel.profile = profiles.front();
    // The router knows some by name that are not ranked.
    for (score::Profile& known : r.profiles)
        for (const score::Profile& p : profiles)
            if (p.name == known.name) known = p;
}

std::string Rules::against(const SessionDeskConfig& config) const {
    if (traits.size() != config.desk.traits.size())
        return fmt::format("they are of {} LPs, and this desk has {}", traits.size(),
                           config.desk.traits.size());
    if (profiles.size() != config.desk.ranked.size())
        return fmt::format("they rank by {} profiles, and this desk by {}", profiles.size(),
                           config.desk.ranked.size());
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        const score::Profile &now = config.desk.ranked[i], &then = profiles[i];
        if (now.name != then.name)
            return fmt::format("they rank by {}, and this desk by {}", then.name, now.name);
        // What kernels remember of today was weighed by it.
        if (now.fast_half_life != then.fast_half_life)
            return fmt::format("the fast half-life of profile {} is another one", then.name);
    }
    return {};
}

std::string Rules::text() const {
    std::string bytes(kRulesMagic);
    Saver a(bytes);
    Rules copy = *this;  // archive() only reads while saving
    archive(a, copy);
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

Result<Rules> Rules::read(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0) return fail("rules that are no hexadecimal digits");
        bytes += static_cast<char>(high * 16 + low);
    }
    const bool before = bytes.starts_with(kRulesMagic1);
    if (!before && !bytes.starts_with(kRulesMagic))
        return fail("no rules, or those of another version");
    Rules r;
    Loader a(std::string_view(bytes).substr(kRulesMagic.size()));
    archive(a, r, !before);
    if (!a.ok() || !a.at_end()) return fail("the rules are damaged");
    return r;
}

}  // namespace assay::desk
