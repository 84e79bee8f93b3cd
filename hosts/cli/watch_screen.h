// What a running desk looks like on a terminal: one frame, as lines that fit. Where its numbers
// come from is watch_source.h's affair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// What is not known is absent, and is shown as a dash.
struct Watched {
    std::string trouble{};  // the desk does not answer; the rest is what was seen last
    std::string url, version, mode;
    std::optional<std::uint64_t> run{};
    Nanos at{kNever};                  // of the last thing that the desk applied
    bool killed{};                     // everything
    std::vector<std::string> stops{};  // else: "ABC", "lp LP_B"
    std::string step{}, step_reason{};

    struct Session {
        std::string name, state;  // up, down, connecting
    };
    std::vector<Session> sessions{};

    std::string symbol{}, regime{}, profile{}, rank_by{};
    std::optional<double> bid{}, ask{};
    struct Lp {
        std::string name, gate{};  // why it has no rank
        std::optional<std::uint64_t> rank{};
        std::optional<double> score{}, sd{}, fill_rate{}, effective_spread_bps{}, latency_ms{},
            n_eff{};
        std::string stopped{};  // killed, halted or an open breaker, in a word
        std::optional<double> open_qty{};
    };
    std::vector<Lp> lps{};  // by rank

    std::optional<std::uint64_t> parents_open{}, children_open{}, children_unknown{};
    struct AtLp {
        std::string lp;
        double qty{};
    };
    struct Parent {
        std::string id, cl_ord_id, symbol, side, state, held{};
        double qty{}, cum_qty{};
        std::optional<double> avg_px{}, shortfall_bps{};
        std::vector<AtLp> out{};  // what LPs have of it now
        bool over{};
    };
    std::vector<Parent> parents{};  // under way first, oldest first; then those that are over

    struct Execution {
        Nanos at{kNever};
        std::string lp, symbol, side, cl_ord_id;
        double qty{}, price{};
        bool bust{};
    };
    std::vector<Execution> executions{};  // newest first

    std::optional<double> messages_per_second{}, lag_s{};
    std::optional<std::uint64_t> queue{}, queue_capacity{}, journal_behind{}, journal_waiting{},
        dead{}, waiting{}, gaps{};
    std::string journal_failed{};
};

// At most t.height lines of at most t.width columns; with t.height 0 as many as there is to say.
// The first lines and the last one are always there; parents and executions share what is left.
std::vector<std::string> watch_lines(const Watched& w, const Terminal& t);

}  // namespace assay::cli
