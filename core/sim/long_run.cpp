#include "core/sim/long_run.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <map>

#include "core/units/decimal.h"

namespace assay::sim {
namespace {

// Spreads `share` of n evenly: true for exactly round(share * n) of k = 0 .. n - 1.
bool turn(int k, double share) {
    const auto upto = [&](int i) {
        return static_cast<std::int64_t>(std::floor(share * i + 1e-9));
    };
    return upto(k + 1) > upto(k);
}

class Day {
  public:
    Day(const LongRun& run, FixLog& log, const std::function<void(std::string_view)>& take)
        : run_(run), log_(log), take_(take) {}

    void write() {
        const Duration slot{kLongRunDay.ns / run_.orders};
        const double n = static_cast<double>(run_.lps.size());
        text_ += log_.quote(run_.begins, run_.market, run_.us, run_.symbol, run_.bid, run_.ask,
                            run_.shown, run_.shown);
        for (int k = 0; k < run_.orders; ++k) {
            const Nanos first = run_.begins + Duration{k * slot.ns + kMillisecond.ns};
            for (std::size_t i = 0; i < run_.lps.size(); ++i) {
                const LongRunRecord& lp = run_.lps[i];
                const Nanos at = first + Duration{static_cast<std::int64_t>(i) * kLongRunApart.ns};
                order(lp, k, at);
                if (lp.impact_bps == 0) continue;
                // What is left of a move net of the mean of all others, which sum to its opposite.
                const double raw = lp.impact_bps * (n - 1) / n;
                moves_[at + Duration{14'999'000'000}] = raw;
                moves_[at + Duration{15'001'000'000}] = 0;
            }
            write_until(run_.begins + Duration{(k + 1) * slot.ns});
        }
        write_until(Nanos{INT64_MAX});
        take_(text_);
    }

  private:
    struct Line {
        Nanos at;
        std::string_view from, to;
        const char* type;
        std::string body;
    };

    void order(const LongRunRecord& r, int k, Nanos at) {
        const std::string id = fmt::format("{}-{}", r.lp, k), qty = to_text(run_.child);
        lines_.push_back({at, run_.us, r.lp, "D",
                          fmt::format("11={}|55={}|54=1|38={}|40=2|44={}|59=3|60={}|", id,
                                      run_.symbol, qty, to_text(run_.ask), fix_time(at))});
        const Nanos answered = at + Duration{std::llround(r.latency_ms * 1e6)};
        const std::string head = fmt::format("37=O{0}|11={0}|55={1}|54=1|38={2}|60={3}|", id,
                                             run_.symbol, qty, fix_time(answered));
        const auto say = [&](std::string rest) {
            lines_.push_back({answered, r.lp, run_.us, "8", head + std::move(rest)});
        };
        if (turn(k, r.reject)) {
            say(fmt::format("17=R{}|150=8|39=8|103=99|14=0|151=0|6=0|", id));
            return;
        }
        // What is not rejected fills whole or not at all, so that the mean is r.fill.
        const int accepted = k - static_cast<int>(std::floor(r.reject * k + 1e-9));
        if (r.reject < 1 && turn(accepted, r.fill / (1 - r.reject))) {
            const double better = r.price_improvement_bps / r.fill * 1e-4;
            const std::string px =
                to_text(Price{std::llround(static_cast<double>(run_.ask.nano) * (1 - better))});
            say(fmt::format("17=E{}|150=F|39=2|32={}|31={}|14={}|151=0|6={}|", id, qty, px, qty,
                            px));
        } else {
            say(fmt::format("17=C{}|150=4|39=4|14=0|151=0|6=0|", id));
        }
    }

    // All messages and moves of the market that are due before `end`, in order of time.
    void write_until(Nanos end) {
        std::stable_sort(lines_.begin(), lines_.end(),
                         [](const Line& a, const Line& b) { return a.at < b.at; });
        std::size_t i = 0;
        for (;;) {
            const bool move =
                !moves_.empty() && (i == lines_.size() || moves_.begin()->first <= lines_[i].at);
            if (!move && i == lines_.size()) break;
            const Nanos at = move ? moves_.begin()->first : lines_[i].at;
            if (at >= end) break;
            if (move) {
                const double mid = 0.5 * static_cast<double>(run_.bid.nano + run_.ask.nano);
                const PriceDelta d{std::llround(mid * moves_.begin()->second * 1e-4)};
                text_ += log_.quote(at, run_.market, run_.us, run_.symbol, run_.bid + d,
                                    run_.ask + d, run_.shown, run_.shown);
                moves_.erase(moves_.begin());
            } else {
                const Line& l = lines_[i++];
                text_ += log_.line(l.at, l.from, l.to, l.type, l.body);
            }
        }
        lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(i));
        if (text_.size() < (1u << 22)) return;
        take_(text_);
        text_.clear();
    }

    const LongRun& run_;
    FixLog& log_;
    const std::function<void(std::string_view)>& take_;
    std::vector<Line> lines_;
    std::map<Nanos, double> moves_;  // of the mid, bps
    std::string text_;
};

Result<void> possible(const LongRun& run) {
    if (run.orders < 1) return fail("a long run needs at least one order an LP");
    if (run.lps.empty()) return fail("a long run needs at least one LP");
    if (static_cast<std::int64_t>(run.lps.size()) * run.orders * kLongRunApart.ns > kLongRunDay.ns)
        return fail(fmt::format(
            "{} orders of each of {} LPs, 1.2 s apart, do not fit into a day: at most {}",
            run.orders, run.lps.size(),
            kLongRunDay.ns / kLongRunApart.ns / static_cast<std::int64_t>(run.lps.size())));
    double impacts = 0;
    for (const LongRunRecord& lp : run.lps) {
        impacts += lp.impact_bps;
        if (!(lp.fill >= 0 && lp.reject >= 0 && lp.fill + lp.reject <= 1 + 1e-12))
            return fail(
                fmt::format("{}: fill {} and reject {} must be shares that sum to 1 at most", lp.lp,
                            lp.fill, lp.reject));
        if (!(lp.latency_ms > 0 && lp.latency_ms < 1'000))
            return fail(fmt::format("{}: a latency of {} ms is not between 0 and 1,000 ms", lp.lp,
                                    lp.latency_ms));
        if (!(std::abs(lp.price_improvement_bps) < 100 && std::abs(lp.impact_bps) < 10) ||
            (lp.fill == 0 && lp.price_improvement_bps != 0))
            return fail(
                fmt::format("{}: price improvement {} bps and impact {} bps cannot be shown", lp.lp,
                            lp.price_improvement_bps, lp.impact_bps));
    }
    if (std::abs(impacts) > 1e-9)
        return fail(
            fmt::format("the impacts are net of each other and must sum to 0; they sum to "
                        "{:.6g} bps: add an LP for the rest of the market",
                        impacts));
    return {};
}

}  // namespace

Result<void> write_long_run(const LongRun& run, FixLog& log,
                            const std::function<void(std::string_view)>& take) {
    if (auto ok = possible(run); !ok) return ok;
    Day(run, log, take).write();
    return {};
}

}  // namespace assay::sim
