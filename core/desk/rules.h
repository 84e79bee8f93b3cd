// What of a desk may change while it works: limits, the router's rules, what a parent is unless it
// says otherwise, which LPs are enabled, and the weights of its profiles. A change is one input of
// the desk, the note `config`, which holds all of them: whoever reads the journal again makes it at
// the same place.
//
// Everything else (sessions, LPs, names and fast half-lives of profiles, what kernels measure by)
// is part of the state from its first entry on, and takes a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/session_desk.h"
#include "core/units/result.h"

namespace assay::desk {

struct Rules {
    std::uint64_t version{};  // of the whole configuration: on pages and decisions
    route::Limits limits;
    route::LadderRules ladder;
    route::RerouteRules reroute;
    Duration time_out;
    double unfilled_bps{}, still_open{}, sweep_bps_per_sqrt_lot{}, p_min{};
    std::uint64_t seed{};
    route::ExploreRules explore;
    ParentDefaults parents;
    std::vector<LpTraits> traits;          // of the LPs, in step
    std::vector<score::Profile> profiles;  // that are ranked, in step

    static Rules of(const SessionDeskConfig& config);
    void put_into(SessionDeskConfig& config) const;
    // Why they cannot be those of this desk while it works; empty: they can.
    std::string against(const SessionDeskConfig& config) const;

    // Equal rules, equal bytes. In hexadecimal digits, as notes hold no others.
    std::string text() const;
    static Result<Rules> read(std::string_view text);
};

}  // namespace assay::desk
