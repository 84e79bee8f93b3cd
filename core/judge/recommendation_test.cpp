#include "core/judge/recommendation.h"

#include <gtest/gtest.h>

namespace assay::judge {
namespace {

LoggedAnswer answer(double low, double high, Conclusion conclusion = Conclusion::cheaper) {
    LoggedAnswer a;
    a.policy = "bandit";
    a.conclusion = conclusion;
    a.estimate.snips =
        Estimated{1 + (low + high) / 2, {1 + low, 1 + high}, (low + high) / 2, {low, high}};
    return a;
}

Compared against(const char* reference, Standing standing, double regret = 0) {
    return {reference, standing, regret, ""};
}

TEST(Recommendation, only_where_the_log_and_the_comparison_agree) {
    LoggedAnswer refused = answer(-2, -1);
    refused.estimate.snips.reset();
    refused.estimate.refused = Refusal::few;
    refused.estimate.why = "the effective sample size is 12.0, and 200 are needed";
    Compared dearer = against("split", Standing::clearly_cheaper, -.3);
    dearer.dearer_in = "fading";
    const struct {
        const char* what;
        LoggedAnswer log;
        std::optional<Compared> compared;
        bool recommended;
        const char* words;
    } rows[] = {
        {"both clearly cheaper", answer(-.5, -.1), against("split", Standing::clearly_cheaper, -.3),
         true, "both are clear and agree"},
        {"the log is not clear", answer(-.5, .1), against("split", Standing::clearly_cheaper, -.3),
         false, "[-0.50, +0.10], which is not clear"},
        {"the log says dearer", answer(.1, .5, Conclusion::dearer),
         against("split", Standing::clearly_cheaper, -.3), false,
         "+0.30 bps [+0.10, +0.50]: dearer"},
        {"the comparison says dearer", answer(-.5, -.1),
         against("split", Standing::clearly_dearer, .2), false,
         "but the comparison says clearly dearer, +0.20 bps"},
        {"the comparison is not clear", answer(-.5, -.1),
         against("split", Standing::no_clear_difference, -.02), false, "but the comparison says"},
        {"dearer in one scenario", answer(-.5, -.1), dearer, false,
         "clearly dearer in scenario fading"},
        {"a replay says the opposite", answer(-.5, -.1, Conclusion::disagree),
         against("split", Standing::clearly_cheaper, -.3), false, "says the opposite"},
        {"held against somebody else", answer(-.5, -.1),
         against("oracle", Standing::clearly_cheaper, -.3), false,
         "compare with --reference split"},
        {"no comparison", answer(-.5, -.1), std::nullopt, false,
         "assay compare --policies bandit --reference split"},
        {"the log cannot say", refused, against("split", Standing::clearly_cheaper, -.3), false,
         "effective sample size is 12.0"},
    };
    for (const auto& row : rows) {
        const Recommendation r = recommendation(row.log, row.compared, "split");
        EXPECT_EQ(r.policy, "bandit");
        EXPECT_EQ(r.recommended, row.recommended) << row.what;
        EXPECT_NE(r.why.find(row.words), std::string::npos) << row.what << ": " << r.why;
    }
}

}  // namespace
}  // namespace assay::judge
