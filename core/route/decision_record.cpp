// The bytes of a decision, and back.
#include <algorithm>
#include <fmt/format.h>

#include "core/route/decision.h"
#include "core/units/archive.h"

namespace assay::route {

CandidateRecord CandidateRecord::of(const Candidate& c, std::string name) {
    CandidateRecord r;
    r.name = std::move(name);
    r.known = c;
    r.known.tail = {};
    r.upper_lots.assign(c.tail.upper_lots.begin(), c.tail.upper_lots.end());
    r.t.assign(c.tail.t.begin(), c.tail.t.end());
    r.support.assign(c.tail.support.begin(), c.tail.support.end());
    return r;
}

Candidate CandidateRecord::view() const {
    Candidate c = known;
    c.tail = {upper_lots, t, support};
    return c;
}

std::string bytes_of(const Choice& choice) {
    std::string out;
    Saver saver(out);
    saver(choice);
    return out;
}

std::string Decision::bytes() const {
    std::string out;
    Saver saver(out);
    saver(kVersion, *this);
    return out;
}

namespace {

// Numbers that stand for one of a list are one of it, and places are inside what they point into:
// what is read may be told and decided again without another look.
bool readable(const Decision& d) {
    const auto a_policy = [](PolicyId id) {
        return static_cast<std::size_t>(id) < policies().size();
    };
    const auto a_record = [](const CandidateRecord& r) {
        return r.fault <= Fault::crossed_own_quote && r.breaker <= BreakerState::open;
    };
    const DecisionInputs& in = d.inputs;
    const Choice& c = d.choice;
    const bool outcome_is =
        !d.outcome || std::all_of(d.outcome->children.begin(), d.outcome->children.end(),
                                  [](const auto& o) { return o.state <= ChildState::expired; });
    return a_policy(in.policy) && a_policy(c.policy) && in.order.lot > Qty{} &&
           in.order.free <= in.order.remaining && in.order.remaining.micro <= kMaxQtyMicro &&
           c.hold <= Hold::off_market && c.plans.size() == c.chances.size() &&
           (c.plans.empty() || c.chosen < c.plans.size()) && outcome_is &&
           std::all_of(in.candidates.begin(), in.candidates.end(), a_record) &&
           std::all_of(in.truth.begin(), in.truth.end(), a_record);
}

}  // namespace

Result<Decision> Decision::from_bytes(std::string_view bytes) {
    Loader loader(bytes);
    std::uint32_t version = 0;
    loader(version);
    if (!loader.ok() || version != kVersion)
        return fail(fmt::format("this decision record is of version {}; version {} is read",
                                version, kVersion));
    Decision d;
    loader(d);
    if (!loader.ok() || !loader.at_end() || !readable(d))
        return fail("this decision record is damaged");
    return d;
}

}  // namespace assay::route
