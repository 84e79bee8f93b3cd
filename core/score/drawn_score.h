// One LP's score drawn from its beliefs, again and again (docs/spec.md 7a): KPIs on a log scale
// log-normal, rates beta (fill and reject rate together, as every reject is also a zero fill), the
// rest normal. What all draws share is worked out once.
#pragma once

#include <cstdint>
#include <vector>

#include "core/score/composite.h"
#include "core/score/draws.h"
#include "core/score/goalposts.h"

namespace assay::score {

class DrawnScore {
  public:
    // `cell` keys the LP: the same cell, the same draws, whatever the company.
    DrawnScore(const Profile& p, const Beliefs& beliefs, std::uint64_t config_hash,
               std::uint64_t profile_hash, std::uint64_t cell);

    // 0 to 100, of the draw with this number: keyed by (config hash, profile hash, cell, draw,
    // KPI) and nothing else. Once it cannot come up to `to_beat` any more, some number below that.
    double at(std::uint64_t draw, double to_beat = 0) const;

  private:
    // How a KPI varies: not at all; as a beta; as a share, fixed or beta, of what was not filled;
    // normal or log-normal.
    enum class Law : std::uint8_t { fixed, beta, unfilled, unfilled_beta, normal, log_normal };
    struct Drawn {
        Law law{};
        double centre{}, sd{};  // of a log-normal: of the logarithm, around ln centre
        GammaShape a{1}, b{1};
    };
    struct DrawnTerm {
        double weight_bp{};
        bool is_fill{};
        Drawn kpi;
        Goalposts goalposts;
        std::uint64_t stream{};
        double most{};  // that this term and those after it can add to the sum
    };
    static Drawn rate(double mean, double var);
    static Drawn rejects(const Beliefs& b);
    static Drawn magnitude(const Term& t, const Belief& b);
    static double drawn(const Drawn& k, double fill, Draws draws);
    static double greatest_utility(const DrawnTerm& t, const Drawn& k);

    Draws draws_;
    Drawn fill_;
    std::uint64_t fill_stream_{};
    std::vector<DrawnTerm> terms_;  // those whose belief is usable
    double present_{};              // their weight
};

}  // namespace assay::score
