// What a router may know of one symbol under one profile: who is first for every size and
// condition, how good each LP is there and how surely, and how much it can take. One version, never
// changed once it is published. Layout, versions and ages: docs/board.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/estimate/shrink.h"
#include "core/market/regime.h"
#include "core/score/ranking.h"
#include "core/units/nanos.h"
#include "core/units/result.h"

namespace assay::score {

inline constexpr std::size_t kPageSizes = 7, kPageRegimes = 3;  // docs/spec.md 3.1, 3.4
inline constexpr std::size_t kPlaces = kPageSizes * kPageRegimes;
constexpr std::size_t place_index(std::uint8_t size, Regime regime) {
    return size * kPageRegimes + static_cast<std::size_t>(regime);
}

// What is known of one LP in one place. bps as in docs/spec.md 0.3: costs are positive when they
// are bad for us, improvement when it is good.
enum class PageValue : std::uint8_t {
    // What a plan is made of: the first cache line of a row.
    composite,   // 0 to 100
    lcb,         // composite - z_route sd, of the cautious beliefs where `caution` says so
    fill_rate,   // 0 to 1, of what is offered
    latency_ms,  // expected round trip
    price_improvement_bps,  // against the far touch, per offered share
    leakage_bps_per_lot,    // the LP's share of the leakage, for each lot sent
    fee_bps,                // a taker's; negative: a rebate
    // What it is explained with: the second.
    composite_sd,     // points; closed form of docs/spec.md 5.3
    n_eff,            // child orders, decayed: long memory and today's
    reject_rate,      // 0 to 1
    reject_cost_bps,  // per offered share
    leakage_bps,      // 15 s after we showed it, net of control
    composite_slow,   // without today's evidence: what is left of a page that is too old
    latency_p99_ms,   // 99 % quantile of it
    all_in_cost_bps,  // effective spread / 2 + reject cost + fee
};
inline constexpr std::size_t kPageValues = 15;

// An LP that is hardly known is ranked by the cautious quantile of its fill rate
// (docs/spec.md 4.4).
enum class Caution : std::uint8_t { none, quantile };

// One LP in one place: two cache lines.
struct alignas(64) PageRow {
    std::uint16_t lp{};  // index into Page::lps
    Gate gate{};         // why it is not eligible
    Caution caution{};
    std::uint16_t unused{};
    std::uint16_t present{};  // bit per PageValue; a value without its bit is absent, and 0 here
    std::array<double, kPageValues> values{};
    static constexpr bool kNoPadding = true;

    std::optional<double> value(PageValue v) const {
        const auto i = static_cast<std::size_t>(v);
        if (((present >> i) & 1u) == 0) return std::nullopt;
        return values[i];
    }
    // PRIOR, LOW or enough, of n_eff.
    estimate::Evidence evidence() const {
        return estimate::evidence(values[static_cast<std::size_t>(PageValue::n_eff)]);
    }
    // Numbers that are not finite stay absent.
    void put(PageValue v, double x);
    bool operator==(const PageRow&) const = default;
};
static_assert(sizeof(PageRow) == 128);

// How much an LP can take of orders of one kind (docs/spec.md 7b): T at each of Page::sizes, the
// orders behind it, and T as one who wants to learn believes it. A FOK is foreseen by the IOC tail.
struct PageTail {
    static constexpr std::uint16_t kAnyLp = 0xffff;  // of all LPs together: for one never seen
    std::uint16_t lp{kAnyLp};
    estimate::TifClass tif{};
    estimate::LimitClass limit{};
    std::uint32_t unused{};
    std::array<double, estimate::kCapacityPoints> plain{}, optimistic{}, n{};
    static constexpr bool kNoPadding = true;
    bool operator==(const PageTail&) const = default;
};

// What an LP's fills improve on the far touch, in half-spreads per filled share, by size of order:
// what a plan prices its lots with, at the spread of the moment.
struct PageImprovement {
    std::array<double, kPageSizes> half_spreads{};
    static constexpr bool kNoPadding = true;
    bool operator==(const PageImprovement&) const = default;
};

// Which version. A later epoch (the writer began anew) is newer whatever its sequence.
struct PageStamp {
    std::uint64_t epoch{}, sequence{};
    Nanos as_of{};  // capture time of the last event that is in it
    static constexpr bool kNoPadding = true;
    bool newer_than(const PageStamp& o) const {
        return epoch != o.epoch ? epoch > o.epoch : sequence > o.sequence;
    }
    bool operator==(const PageStamp&) const = default;
};

// The LPs of one or more places, best first; places where nothing was seen share one.
struct PageRanking {
    double p_leader{};         // P(the first beats the second), closed form; 0 below two eligible
    std::uint32_t eligible{};  // so many of the rows, from the first
    std::uint32_t unused{};
    static constexpr bool kNoPadding = true;
    bool operator==(const PageRanking&) const = default;
};

struct Page {
    static constexpr std::uint32_t kSchema = 2;
    // What every look-up reads stands together.
    std::array<std::uint8_t, kPlaces> ranking_of{};  // place -> index of its ranking
    std::uint32_t schema{kSchema};
    std::vector<PageRow> rows;                  // lps.size() for each ranking, best first
    std::vector<std::string> lps;               // by name
    std::vector<PageImprovement> improvements;  // by LP; or none, where nothing is known
    PageStamp stamp;
    std::vector<PageRanking> rankings;
    std::vector<PageTail> tails;  // by LP, then kind; those of kAnyLp last
    std::vector<double> sizes;    // multiples of the displayed far size; kCapacityPoints of them
    std::uint64_t config_version{}, priors_version{};
    std::uint64_t profile_hash{};  // Profile::hash()
    std::string profile, symbol;   // names
    std::uint64_t checksum{};      // of all the above

    // All LPs, best first; those behind a gate after all eligible ones. Empty for a size that is
    // none.
    std::span<const PageRow> ranked(std::uint8_t size, Regime regime) const;
    const PageRanking* ranking(std::uint8_t size, Regime regime) const;
    // That of all LPs where this one was never sent such an order; nullptr where nobody was.
    const PageTail* tail(std::uint16_t lp, estimate::CapacityKey key) const;

    std::uint64_t sum() const;  // what the checksum must be
    bool operator==(const Page&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(schema, stamp, config_version, priors_version, profile_hash, profile, symbol, lps,
          improvements, ranking_of, rankings, rows, sizes, tails, checksum);
    }
};

// Whether a version may be used (docs/board.md). The first thing that is wrong.
enum class Acceptance : std::uint8_t {
    accepted,
    unknown_schema,
    malformed,  // counts or indices that do not fit each other
    bad_checksum,
    not_finite,  // a value, or a present bit without a value
    not_newer,   // than what was accepted before
    too_old,
    ahead_of_time,  // as_of is later than now: a wrong clock
    no_room,        // only Board: all versions are held by readers, or there are too many symbols
};
const char* text(Acceptance a);

// Of the content alone: schema, shape, checksum, finite values.
Acceptance content_of(const Page& page);
// Of a version against the last one accepted and the reader's clock.
inline constexpr Duration kMaxAge{60'000'000'000}, kMaxAhead{2'000'000'000};
Acceptance freshness_of(const PageStamp& stamp, const std::optional<PageStamp>& last, Nanos now,
                        Duration max_age = kMaxAge);

// Both: what a reader asks of a page that came from elsewhere.
Acceptance acceptance_of(const Page& page, const std::optional<PageStamp>& last, Nanos now,
                         Duration max_age = kMaxAge);

// Versioned bytes, for carriers. from_bytes refuses what is not a page to the last bit.
std::string to_bytes(const Page& page);
Result<Page> page_from_bytes(std::string_view bytes);

}  // namespace assay::score
