#include "hosts/cli/lp_guess.h"

#include <fmt/format.h>
#include <set>

#include "core/fix/frame.h"
#include "core/fix/message.h"

namespace assay {

namespace {

// Calls take(message) for each NewOrderSingle that can be read.
template <class Take>
void each_order(std::string_view front, Take take) {
    fix::Framer framer(
        {.strictness = fix::Strictness::lenient, .max_message = 64 * 1024, .file = 0});
    fix::Message m;
    for (;;) {
        const fix::Step step = framer.step(front, fix::Input::last);
        if (step.kind == fix::Step::Kind::frame && framer.frame().verdict == fix::Verdict::good) {
            const fix::Frame& f = framer.frame();
            if (!fix::parse(f.bytes, f.delimiter, m) && m.msg_type == "D") take(m);
        }
        front.remove_prefix(step.consumed);
        if (step.kind == fix::Step::Kind::need_more) break;
    }
}

}  // namespace

void find_counterparties(std::string_view front, fix::Parties& parties) {
    each_order(front, [&](const fix::Message& m) {
        if (!parties.ours.contains(m.target_comp_id))
            parties.counterparties.emplace(m.target_comp_id);
    });
}

std::string guess_lp(std::string_view front, fix::Parties& parties) {
    std::set<std::string, std::less<>> targets, destinations, deliver_to;
    each_order(front, [&](const fix::Message& m) {
        targets.emplace(m.target_comp_id);
        if (!m.ex_destination.empty()) destinations.emplace(m.ex_destination);
        if (!m.deliver_to_comp_id.empty()) deliver_to.emplace(m.deliver_to_comp_id);
    });
    parties.lp_source = fix::LpSource::comp_id;
    if (targets.size() == 1 && destinations.size() > 1) {
        parties.lp_source = fix::LpSource::tag;
        parties.lp_tag = 100;
        return fmt::format(
            "LP taken from ExDestination(100): all orders go to {}, to {} destinations "
            "(change with --set capture.lp_from=comp_id)",
            *targets.begin(), destinations.size());
    }
    if (targets.size() == 1 && deliver_to.size() > 1) {
        parties.lp_source = fix::LpSource::tag;
        parties.lp_tag = 128;
        return fmt::format(
            "LP taken from DeliverToCompID(128): all orders go to {}, for {} parties "
            "(change with --set capture.lp_from=comp_id)",
            *targets.begin(), deliver_to.size());
    }
    return "LP taken from the counterparty's CompID (change with --set capture.lp_from=tag:100, "
           "...)";
}

}  // namespace assay
