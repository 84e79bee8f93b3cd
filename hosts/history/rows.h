// What a history holds, as plain values. A desk makes these rows, whatever store stands behind.
//
// Every row has a key, and writing it again changes nothing: an execution has its place in the
// journal, a minute its time and cell, a decision its number. A row of a minute is what that minute
// is worth as a whole, never a difference.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/estimate/sketch.h"
#include "core/fix/record.h"
#include "core/kpi/sums.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::history {

// One FIX message about an order: a report (8), a cancel reject (9), an order, cancel or replace of
// ours (D, F, G), a DK (Q), a reject that names one (3, j). A field that the message lacks is
// absent.
struct ExecutionRow {
    // Place in the desk's journal, from 1 on. Negative: of an imported log, made from its content.
    std::int64_t seq{};
    Nanos capture_ns{kNever};
    std::int64_t place{};  // orders what was captured at one time; of a journal: seq
    std::string session{};
    fix::Direction direction{};
    std::string lp{}, symbol{};
    Side side{};
    std::string msg_type{}, exec_type{}, ord_status{};
    std::string cl_ord_id{}, orig_cl_ord_id{}, order_id{}, exec_id{};
    std::optional<Qty> order_qty{}, last_qty{}, cum_qty{}, leaves_qty{};
    std::optional<Price> price{}, last_px{};
    std::optional<std::uint64_t> parent{}, child{};  // of the router; absent: not a child of it
    // Of a report on a child, as the desk measured it when it came (core/desk, Measured); absent:
    // not measured. Price improvement > 0 is better for us, effective spread > 0 is what we paid.
    std::optional<double> price_improvement_bps{}, effective_spread_bps{};
    std::optional<Duration> latency{};  // since the order left
    // A report that the LP said before, on either of its sessions: where that stands. As read;
    // never written.
    std::optional<std::int64_t> repeats{};
    std::string text{};
    std::string bytes{};  // as on the wire; empty: they are in the journal, at `seq`
    bool operator==(const ExecutionRow&) const = default;
};

// What is measured of orders: exact sums, and latencies for quantiles. Two may be added.
struct Measured {
    kpi::Sums sums;
    std::array<estimate::Sketch, kpi::kLatencies> latency;  // by kpi::Latency
    estimate::Sketch hold_accept, hold_reject;
    bool fees_known{};  // fees were counted by a schedule, so that 0 means free
    Measured& operator+=(const Measured& other);
    bool operator==(const Measured&) const = default;
};

// Which orders: those of one LP, symbol, size and condition of the market. What an LP quoted has no
// size and no condition; both are empty then.
struct Cell {
    std::string lp, symbol, size, regime, currency;
    std::uint8_t size_place{255};  // for sorting: sizes by how large they are
    auto operator<=>(const Cell&) const = default;
};

// What orders sent in one minute came to, as far as it is known.
struct MinuteRow {
    std::int64_t minute{};  // since 1970
    Cell cell;
    Measured measured;
};

// A parent order that was refused: it never was one. By the entry of the journal that it answers,
// and its place among what that entry led to.
struct RejectionRow {
    std::int64_t seq{}, n{};
    Nanos at{kNever};
    std::string session{}, cl_ord_id{}, symbol{};
    Side side{};
    std::optional<Qty> qty{};
    std::string text{};  // why, as its OMS was told
    bool operator==(const RejectionRow&) const = default;
};

// Where an LP stood on a page of the board.
struct ScoreRow {
    Nanos at{kNever};
    std::string profile{}, symbol{}, size{}, regime{}, lp{};
    std::optional<double> composite{}, lcb{}, sd{};
    std::optional<int> rank{};
    std::uint64_t priors_version{};
    std::string config_version{};
    bool operator==(const ScoreRow&) const = default;
};

struct DecisionRow {
    std::uint64_t id{};
    Nanos at{kNever};
    std::uint64_t parent{};
    std::string bytes{};    // route::Decision::bytes()
    std::string outcome{};  // of route::DecisionOutcome; empty: its children are not over yet
    std::string words{};    // what it says to people
    bool operator==(const DecisionRow&) const = default;
};

// What became of a decision, once all of its children are over.
struct OutcomeRow {
    std::uint64_t decision{};
    std::string bytes{};
    bool operator==(const OutcomeRow&) const = default;
};

struct ParentRow {
    std::uint64_t id{};
    Nanos at{kNever};  // when it came
    std::optional<Nanos> ended{};
    std::string symbol{}, state{};
    Side side{};
    Qty qty{}, cum{};
    std::optional<Price> avg_px{};
    std::optional<double> shortfall_bps{};
    std::string bytes{};  // of the order
    std::optional<double> vwap_slippage_bps{};
    bool operator==(const ParentRow&) const = default;
};

struct ConfigRow {
    std::string version{};
    Nanos at{kNever};
    std::string text{};
    bool operator==(const ConfigRow&) const = default;
};

// When a configuration came into force, by whom. One version may do so more than once.
struct ConfigChangeRow {
    Nanos at{kNever};
    std::string version{}, who{}, why{};
    std::string changed{};  // keys with their values before and after; empty: as a desk started
    bool operator==(const ConfigChangeRow&) const = default;
};

// Counters of a minute, by name, as they stood at its end.
struct HealthRow {
    std::int64_t minute{};
    std::vector<std::pair<std::string, std::int64_t>> counters{};
    bool operator==(const HealthRow&) const = default;
};

// What is written in one go, or not at all.
struct Batch {
    // The entry of the journal that all of this was made from; absent: of no journal. Minutes of a
    // batch that reaches less far than what is there are left alone: they would go back in time.
    std::optional<std::uint64_t> through_seq;
    std::vector<ExecutionRow> executions;
    std::vector<MinuteRow> minutes;
    std::vector<ScoreRow> scores;
    std::vector<DecisionRow> decisions;
    std::vector<OutcomeRow> outcomes;  // of these decisions, or of any before
    std::vector<ParentRow> parents;
    std::vector<RejectionRow> rejections;
    std::vector<HealthRow> health;
    void clear() { *this = {}; }
};

}  // namespace assay::history
