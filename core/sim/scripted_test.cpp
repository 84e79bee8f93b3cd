// The ACME story, from FIX to FIX: its numbers, and that they hang on what the LPs answer.
#include "core/sim/scripted.h"

#include <gtest/gtest.h>

#include "core/sim/scripted_testkit.h"

namespace assay::sim {
namespace {

TEST(Tune, look) {
    const auto story = play(acme());
    ASSERT_TRUE(story) << story.error().text();
    for (const Moment& m : story->moments) {
        std::string s;
        for (std::size_t i = 0; i < m.after.size(); ++i)
            s += fmt::format(" {:.2f}", m.after[i] ? m.after[i]->composite : -1);
        fmt::print("{:.3f} what {} rem {} at {} cost {:.2f} |{} | {}\n",
                   as_seconds(m.at - story->parent.starts), int(m.what), as_double(m.remaining),
                   as_double(m.at_lps), m.cost_bps.value_or(0), s, m.words);
        for (auto& c : m.children)
            fmt::print("   child {} {} {} filled {}\n", c.number, story->lps[c.lp.number],
                       as_double(c.qty), as_double(c.filled));
        for (auto& a : m.alerts) fmt::print("   ALERT {}\n", a);
    }
}

}  // namespace
}  // namespace assay::sim
