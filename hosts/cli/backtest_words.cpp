// What a back-test says in words, in every format alike.
#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/backtest_output.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

std::string signed_bps(double x) {
    return fmt::format("{:+.2f} bps", x);
}

// What orders got that went to a choice of only one of two profiles.
std::string said_of(const backtest::Reranking& r) {
    if (r.orders == 0)
        return fmt::format("No order had LPs that both {} and {} could rank when it left.", r.first,
                           r.second);
    std::string out = fmt::format(
        "{} and {} put another LP first for {} of {} orders ({:.1f} %), {} by {:.1f} points and "
        "{} by {:.1f} in the mean.",
        r.first, r.second, grouped(r.differ), grouped(r.orders),
        100 * static_cast<double>(r.differ) / static_cast<double>(r.orders), r.first, r.first_by,
        r.second, r.second_by);
    if (!r.difference) return out + " Too few went to either's own choice to say what they got.";
    const judge::Interval& i = *r.difference_interval;
    out += fmt::format(
        " What went to the choice of {} alone cost {} against what went to that of {} alone, "
        "[{:+.2f}, {:+.2f}]: {}. Nobody drew which order went where, so this is no experiment.",
        r.second, signed_bps(*r.difference), r.first, i.low, i.high,
        i.low > 0    ? "dearer"
        : i.high < 0 ? "cheaper"
                     : "not clear");
    return out;
}

}  // namespace

const judge::LoggedAnswer* answer_of(const Backtest& b, const std::string& policy) {
    const auto at = std::find_if(b.replay.logged.begin(), b.replay.logged.end(),
                                 [&](const auto& a) { return a.policy == policy; });
    return at == b.replay.logged.end() ? nullptr : &*at;
}

Verdict verdict_of(const Backtest& b, const std::string& policy) {
    const judge::LoggedAnswer* a = answer_of(b, policy);
    if (a == nullptr) return {"", ""};
    switch (a->conclusion) {
        case judge::Conclusion::cheaper:
            return {"cheaper", "replay and log agree, and both are clear"};
        case judge::Conclusion::dearer:
            return {"dearer", "replay and log agree, and both are clear"};
        case judge::Conclusion::no_clear_difference:
            return {"no conclusion", "replay and log are not both clear"};
        case judge::Conclusion::disagree:
            return {"no conclusion", "replay and log say opposite things"};
        case judge::Conclusion::refused:
            return {"no conclusion", a->estimate.why};
    }
    return {"", ""};
}

std::vector<std::string> backtest_words(const Backtest& b) {
    std::vector<std::string> out;
    // Policies with the same verdict for the same reason are said once.
    std::vector<std::pair<std::string, std::string>> said;
    for (const judge::LoggedAnswer& a : b.replay.logged) {
        const Verdict v = verdict_of(b, a.policy);
        const std::string words = v.word + ": " + v.why + ".";
        const auto same = std::find_if(said.begin(), said.end(),
                                       [&](const auto& s) { return s.second == words; });
        if (same == said.end())
            said.emplace_back(a.policy, words);
        else
            same->first += ", " + a.policy;
    }
    for (const auto& [policies, words] : said) out.push_back(policies + ": " + words);
    if (b.reranking) out.push_back(said_of(*b.reranking));
    out.push_back(fmt::format(
        "What was done comes to {} in the replay, and came to {} in truth: {}.",
        signed_bps(b.replayed_bps), signed_bps(b.paid_bps),
        std::abs(b.replayed_bps - b.paid_bps) > 0.5
            ? "its prices are off by more than half a basis point, so trust its differences little"
            : "its prices are near enough"));
    for (const judge::Recommendation& r : b.recommendations)
        out.push_back(fmt::format("{}: {}: {}.", r.policy,
                                  r.recommended ? "recommended" : "not recommended", r.why));
    if (b.without_quote > 0)
        out.push_back(
            fmt::format("{} had no usable quote at the start and {} left out.",
                        b.without_quote == 1 ? "1 order" : grouped(b.without_quote) + " orders",
                        b.without_quote == 1 ? "is" : "are"));
    for (const std::string& line : b.assumptions) out.push_back("Assumed: " + line + ".");
    return out;
}

}  // namespace assay::cli
