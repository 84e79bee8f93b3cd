// The wheel: whole parents are given to one of two policies by a hash, and their costs compared.
// The one comparison in which nothing was simulated (docs/spec.md 8.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/estimate/distributions.h"
#include "core/units/result.h"

namespace assay::judge {

enum class Arm : std::uint8_t { current, challenger };

// The same wheel and parent give the same arm on every machine, for ever. `share` of parents go to
// the challenger, 0 to 1.
Arm arm_of(std::string_view wheel, std::string_view parent_id, double share);

// What is to be found, and how surely.
struct WheelPlan {
    double least_difference_bps{};  // worth finding; > 0
    double sd_bps{};                // of one parent's cost; > 0
    double share{0.5};              // of parents for the challenger; inside (0, 1)
    double alpha{0.05};             // chance of a difference that is none; inside (0, 1)
    double power{0.80};             // chance to find the least difference; inside (0, 1)
};
// Parents on both arms together for one look at the end:
// (z_{1-alpha/2} + z_power)^2 sd^2 (1/share + 1/(1-share)) / difference^2, rounded up.
// Errors: a number of the plan is out of its range.
Result<std::int64_t> parents_needed(const WheelPlan& plan);

enum class Verdict : std::uint8_t { go_on, challenger_cheaper, challenger_dearer, nothing_found };
const char* text(Verdict v);

struct WheelReading {
    std::int64_t current{}, challenger{};        // parents
    std::optional<double> difference_bps;        // challenger less current; < 0: cheaper
    std::optional<estimate::Interval> interval;  // at 1 - alpha, at every moment at once
    double p{1};                                 // valid whenever it is looked at; never rises
    Verdict verdict{Verdict::go_on};
};

// May be looked at after every parent: p and interval are always valid, by the mixture sequential
// probability ratio test with a normal mixture over the difference (Robbins 1970; Johari, Koomen,
// Pekelis, Walsh 2022). Its variance is estimated, so it begins at 100 parents an arm. Gives up at
// three times the parents of the plan.
class Wheel {
  public:
    static constexpr std::int64_t kLeastArm = 100;
    static constexpr std::int64_t kGiveUp = 3;  // times the plan

    static Result<Wheel> make(const WheelPlan& plan);
    // After a verdict has been given nothing changes any more.
    void observe(Arm arm, double cost_bps);
    const WheelReading& reading() const { return reading_; }

  private:
    // Welford's running mean and sum of squares.
    struct Costs {
        double n{}, mean{}, squares{};
        void observe(double x);
        double variance_of_mean() const { return squares / (n - 1) / n; }
    };
    Wheel(const WheelPlan& plan, std::int64_t needed) : plan_(plan), needed_(needed) {}
    void read();

    WheelPlan plan_;
    std::int64_t needed_{};
    Costs current_, challenger_;
    WheelReading reading_;
};

}  // namespace assay::judge
