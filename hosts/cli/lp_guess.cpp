#include "hosts/cli/lp_guess.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>

#include "core/fix/frame.h"
#include "core/fix/message.h"
#include "hosts/journal/entry.h"

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

using Names = std::set<std::string, std::less<>>;

// Of a journal: who sent to whom, by the entries that are marked as sent. A desk writes to its OMS,
// its LPs and its market; an LP to whoever called it.
std::map<std::string, Names, std::less<>> sent_in_journal(std::string_view front) {
    std::map<std::string, Names, std::less<>> sent;
    fix::Message m;
    for (bool first = true;; first = false) {
        const auto tried = journal::read_entry(front);
        const auto* read = std::get_if<journal::Read>(&tried);
        if (read == nullptr) break;
        const journal::Entry& e = read->entry;
        if (first && e.mark != journal::Mark::own) break;
        if (e.mark == journal::Mark::sent && !fix::parse(e.bytes, '\x01', m) &&
            !m.sender_comp_id.empty())
            sent[std::string(m.sender_comp_id)].emplace(m.target_comp_id);
        front.remove_prefix(read->length);
    }
    return sent;
}

}  // namespace

std::vector<std::string> find_routers(std::string_view front, fix::Parties& parties) {
    Names takes, sends;
    each_order(front, [&](const fix::Message& m) {
        sends.emplace(m.sender_comp_id);
        takes.emplace(m.target_comp_id);
    });
    Names routers;
    std::set_intersection(takes.begin(), takes.end(), sends.begin(), sends.end(),
                          std::inserter(routers, routers.end()));
    for (const auto& [sender, targets] : sent_in_journal(front))
        if (targets.size() > 1) routers.insert(sender);
    std::vector<std::string> found;
    for (const std::string& name : routers)
        if (parties.ours.insert(name).second) found.push_back(name);
    return found;
}

void find_counterparties(std::string_view front, fix::Parties& parties) {
    each_order(front, [&](const fix::Message& m) {
        if (!parties.ours.contains(m.target_comp_id))
            parties.counterparties.emplace(m.target_comp_id);
    });
}

std::string guess_lp(std::string_view front, fix::Parties& parties) {
    std::set<std::string, std::less<>> targets, destinations, deliver_to;
    each_order(front, [&](const fix::Message& m) {
        if (parties.ours.contains(m.target_comp_id)) return;  // a parent order
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
