#include "core/kpi/catalog.h"

#include <array>
#include <deque>
#include <fmt/format.h>
#include <vector>

#include "core/kpi/values.h"

namespace assay::kpi {

const char* text(Tier t) {
    switch (t) {
        case Tier::volume:
            return "volume";
        case Tier::execution:
            return "execution quality";
        case Tier::liquidity:
            return "liquidity profile and impact";
    }
    return "?";
}

const char* text(Absent why) {
    switch (why) {
        case Absent::no:
            return "";
        case Absent::no_orders:
            return "no orders";
        case Absent::no_fills:
            return "no fills";
        case Absent::no_quote:
            return "no usable quote at route";
        case Absent::no_horizon:
            return "no usable quote at the horizon";
        case Absent::no_clock:
            return "no capture clock";
        case Absent::no_peers:
            return "no other LP to compare with";
        case Absent::mixed_symbols:
            return "several symbols";
        case Absent::mixed_currency:
            return "several currencies";
        case Absent::too_few:
            return "too few observations";
        case Absent::not_measured:
            return "not in this input";
        case Absent::no_rejects:
            return "nothing was rejected";
        case Absent::no_cancels:
            return "none of our cancels was answered with a clock";
        case Absent::none_accepted:
            return "no order was accepted";
        case Absent::nothing_moved:
            return "the price moved by less than half a tick";
        case Absent::no_lot_price:
            return "no quote after it to price what was left unfilled";
    }
    return "?";
}

namespace {

using enum Tier;
using enum Good;

constexpr const char* kOrders = "docs/spec.md 1.5";
constexpr const char* kPi = "docs/spec.md 2.1; 17 CFR 242.600(b), executed with price improvement";
constexpr const char* kSpread = "docs/spec.md 2.2; 17 CFR 242.600(b)(8), average effective spread";
constexpr const char* kRealized =
    "docs/spec.md 2.3; 17 CFR 242.600(b)(13), average realized spread";
constexpr const char* k605 = "docs/spec.md 2.13; in the style of 17 CFR 242.605 as amended in 2024";
constexpr const char* kFill = "docs/spec.md 2.7";
constexpr const char* kReject = "docs/spec.md 2.8";
constexpr const char* kLeak = "docs/spec.md 2.9";
constexpr const char* kCost = "docs/spec.md 2.11";
constexpr const char* kOwn =
    "docs/spec.md 0.5; custom of FX scorecards and market maker obligations";
constexpr const char* kBelief = "docs/spec.md 4 and 5";

const Entry kCounts[] = {
    {"n_orders", "orders", "count", volume, neither,
     "child orders (chains with a NewOrderSingle), without those we got rejected ourselves",
     kOrders, "Four orders: (1000, 800), (500, rejected), (200, 200), (5000, 2500) = 4",
     value::n_orders},
    {"n_fills", "fills", "count", volume, neither, "fills that were not busted", kOrders,
     "E1: 600 and 200 = 2", value::n_fills},
    {"n_rejects", "rejects", "count", volume, neither,
     "orders rejected by the LP with nothing filled: discretionary + technical + risk", kOrders,
     "Four orders: 500 rejected = 1", value::n_rejects},
    {"n_rejects_discretionary", "rejects discr.", "count", volume, neither,
     "rejects that the LP chose (last look, off market, stale), and time-outs with nothing filled",
     kOrders, "Four orders: 500 rejected on last look = 1",
     value::n_rejects_of<RejectClass::discretionary>},
    {"n_rejects_technical", "rejects tech.", "count", volume, neither,
     "rejects for a technical reason of the LP, and those whose reason is not mapped", kOrders,
     "Four orders: none = 0", value::n_rejects_of<RejectClass::technical>},
    {"n_rejects_risk", "rejects risk", "count", volume, neither,
     "rejects by the LP's risk controls: limits, credit, throttle", kOrders,
     "Four orders: none = 0", value::n_rejects_of<RejectClass::risk>},
    {"n_timeouts", "time-outs", "count", volume, neither,
     "orders without an answer within the time-out", kOrders, "Four orders: none = 0",
     value::n_timeouts},
    {"n_ours", "ours", "count", volume, neither,
     "orders rejected for a reason of our own making; in no other figure", kOrders,
     "Four orders: one more with a duplicate ClOrdID = 1", value::n_ours},
    {"n_unreadable", "unreadable", "count", volume, neither,
     "orders of which a report could not be used (a dead letter names them) and no end was read; "
     "in "
     "no other figure of orders",
     kOrders, "Four orders: every report is sound = 0", value::n_unreadable},
    {"n_open", "open", "count", volume, neither,
     "orders without a terminal event at the end of input", kOrders, "Four orders: all ended = 0",
     value::n_open},
    {"n_fills_unpriced", "unpriced", "count", volume, neither,
     "fills without a usable quote when the order was sent, or without a side", "docs/spec.md 0.5",
     "Bust: one fill without any quote = 1", value::n_fills_unpriced},
    {"n_busts", "busts", "count", volume, lower, "fills that were busted", kOrders,
     "Bust: one of two fills = 1", value::n_busts},
    {"filled_qty", "filled", "shares", volume, neither, "sum q over fills", kOrders,
     "E1: 600 + 200 = 800", value::filled_qty},
    {"ordered_qty", "ordered", "shares", volume, neither,
     "sum O over orders; O: what the LP had a chance to fill", kOrders,
     "Four orders: 1000 + 500 + 200 + 5000 = 6700", value::ordered_qty},
    {"vwap", "vwap", "currency/share", volume, neither,
     "sum q p / sum q; absent over several symbols", "custom",
     "E1: (600 x 100.015 + 200 x 100.02) / 800 = 100.01625", value::vwap},
};

const Entry kAtRoute[] = {
    {"price_improvement", "PI", "currency/share", execution, higher,
     "sum q s (F - p) / sum q; F: far touch when the order was sent", kPi,
     "E1: (600 x 0.005 + 200 x 0) / 800 = 0.00375", value::price_improvement},
    {"price_improvement_bps", "PI bps", "bps", execution, higher, "1e4 sum q s (F - p) / sum q F",
     kPi, "E1: 1e4 x 3.00 / (800 x 100.02) = 0.3749", value::price_improvement_bps},
    {"price_improvement_amount", "PI sum", "currency", execution, higher,
     "sum q s (F - p); F: far touch when the order was sent", kPi,
     "E1: 600 x 0.005 + 200 x 0 = 3.00", value::price_improvement_amount},
    {"price_improvement_bps_simple", "PI simple", "bps", execution, higher,
     "mean over fills of 1e4 s (F - p) / F, whatever their quantity", kPi,
     "E1: (0.4999 + 0) / 2 = 0.2500", value::price_improvement_bps_simple},
    {"price_improvement_near_bps", "PI near", "bps", execution, higher,
     "1e4 sum q s (N - p) / sum q N; N: near touch when the order was sent", kPi,
     "E1: 1e4 x -13.00 / (800 x 100.00) = -1.625", value::price_improvement_near_bps},
    {"price_improvement_arrival_bps", "PI arrival", "bps", execution, higher,
     "1e4 sum q s (M - p) / sum q M; M: mid when the order was first sent, before any replace", kPi,
     "E1: 1e4 x -5.00 / (800 x 100.01) = -0.6249", value::price_improvement_arrival_bps},
    {"price_improvement_mid_bps", "PI mid", "bps", execution, higher,
     "1e4 sum q s (M - p) / sum q M; M: mid when the order was sent", kPi,
     "E1: 1e4 x -5.00 / (800 x 100.01) = -0.6249", value::price_improvement_mid_bps},
    {"pi_frequency", "PI freq", "share of 1", execution, higher,
     "share of quantity with s (F - p) > 1e-6", kPi, "E1: 600 / 800 = 0.75", value::pi_frequency},
    {"pi_share_at", "at quote", "share of 1", execution, neither,
     "share of quantity filled at the far touch, within 1e-6", kPi, "E1: 200 / 800 = 0.25",
     value::pi_share_at},
    {"pi_share_worse", "worse", "share of 1", execution, lower,
     "share of quantity with s (F - p) < -1e-6", kPi, "E1: 0 / 800 = 0", value::pi_share_worse},
    {"pi_conditional", "PI if any", "currency/share", execution, higher,
     "mean improvement of the improved quantity", kPi, "E1: 3.00 / 600 = 0.005",
     value::pi_conditional},
    {"pi_day_sd_bps", "PI daily sd", "bps", execution, lower,
     "standard deviation of the daily price_improvement_bps: how consistent", kPi,
     "Days: 0.30, 0.40, 0.50 bps, sample standard deviation = 0.10", value::pi_day_sd_bps},
    {"half_spread_capture", "half spreads", "half spreads", execution, higher,
     "sum q s (F - p) / (0.5 sum q QS): 0 far touch, 1 mid, 2 near touch; locked quotes left out",
     kPi, "E1: 3.00 / (0.5 x 800 x 0.02) = 0.375", value::half_spread_capture},
    {"quoted_spread", "quoted", "currency/share", execution, lower,
     "sum q (ask - bid) / sum q when the order was sent", kSpread, "E1: 100.02 - 100.00 = 0.02",
     value::quoted_spread},
    {"quoted_spread_bps", "quoted bps", "bps", execution, lower, "1e4 sum q (ask - bid) / sum q M",
     kSpread, "E1: 1e4 x 0.02 / 100.01 = 1.9998", value::quoted_spread_bps},
    {"effective_spread", "effective", "currency/share", execution, lower,
     "sum q 2 s (p - M) / sum q; M: mid when the order was sent", kSpread,
     "E1: 2 x (100.01625 - 100.01) = 0.0125", value::effective_spread},
    {"effective_spread_bps", "effective bps", "bps", execution, lower,
     "1e4 sum q 2 s (p - M) / sum q M", kSpread, "E1: 1e4 x 0.0125 / 100.01 = 1.2499",
     value::effective_spread_bps},
    {"e_over_q", "E/Q", "share of 1", execution, lower,
     "sum q ES / sum q QS over fills with QS > 0; 1: at the touch, 0: at mid", kSpread,
     "E1: 0.0125 / 0.02 = 0.625", value::e_over_q},
    {"price_improvement_605", "PI 605", "currency/share", execution, higher,
     "sum q s (F - p) / sum q; F: far touch when the LP received the order (estimated)", k605,
     "E1: 11.00 / 800 = 0.01375", value::price_improvement_605},
    {"price_improvement_605_bps", "PI 605 bps", "bps", execution, higher,
     "1e4 sum q s (F - p) / sum q F with the quote at receipt", k605,
     "E1: 1e4 x 11.00 / (800 x 100.03) = 1.3746", value::price_improvement_605_bps},
    {"effective_spread_605", "effective 605", "currency/share", execution, lower,
     "sum q 2 s (p - M) / sum q; M: mid when the LP received the order (estimated)", k605,
     "E1: 2 x (100.01625 - 100.02) = -0.0075", value::effective_spread_605},
    {"effective_spread_605_bps", "effective 605 bps", "bps", execution, lower,
     "1e4 sum q 2 s (p - M) / sum q M with the quote at receipt", k605,
     "E1: 1e4 x -0.0075 / 100.02 = -0.7499", value::effective_spread_605_bps},
    {"e_over_q_605", "E/Q 605", "share of 1", execution, lower,
     "sum q ES / sum q QS with the quote at receipt, over fills with QS > 0", k605,
     "E1: -0.0075 / 0.02 = -0.375", value::e_over_q_605},
    {"size_improvement", "size gain", "shares", execution, higher,
     "sum of max(0, filled at or better than F - size displayed there); F: far touch when the LP "
     "received the order (estimated), else when it was sent",
     k605, "E1: 800 - 400 = 400", value::size_improvement},
    {"size_improvement_ratio", "size ratio", "ratio", execution, higher,
     "sum filled at or better than F / sum min(order, size displayed there), as size_improvement",
     k605, "E1: 800 / min(1000, 400) = 2.0", value::size_improvement_ratio},
};

const Entry kFills[] = {
    {"fill_rate", "fill", "share of 1", execution, higher,
     "sum min(cum, O) / sum O: by volume; rejects are zeros", kFill,
     "Four orders: 3500 / 6700 = 0.5224", value::fill_rate},
    {"fill_rate_order", "fill/order", "share of 1", execution, higher,
     "mean of min(1, cum/O) over orders with O > 0", kFill,
     "Four orders: (0.8 + 0 + 1 + 0.5) / 4 = 0.575", value::fill_rate_order},
    {"fill_rate_accepted", "fill|acc", "share of 1", execution, higher,
     "as fill_rate, over orders that were accepted", kFill, "Four orders: 3500 / 6200 = 0.5645",
     value::fill_rate_accepted},
    {"p_any", "any", "share of 1", execution, higher, "share of orders with a fill", kFill,
     "Four orders: 3 of 4 = 0.75", value::p_any},
    {"p_full", "full", "share of 1", execution, higher, "share of orders filled completely", kFill,
     "Four orders: 1 of 4 = 0.25", value::p_full},
    {"fill_rate_order_accepted", "fill/acc", "share of 1", execution, higher,
     "as fill_rate_order, over orders that were accepted", kFill,
     "Four orders: (0.8 + 1 + 0.5) / 3 = 0.7667", value::fill_rate_order_accepted},
    {"p_any_accepted", "any|acc", "share of 1", execution, higher,
     "share of accepted orders with a fill", kFill, "Four orders: 3 of 3 = 1",
     value::p_any_accepted},
    {"p_full_accepted", "full|acc", "share of 1", execution, higher,
     "share of accepted orders filled completely", kFill, "Four orders: 1 of 3 = 0.3333",
     value::p_full_accepted},
    {"bust_rate", "busted", "share of 1", execution, lower,
     "busted quantity / all quantity that was ever filled", kOrders, "Bust: 100 of 1000 = 0.1",
     value::bust_rate},
    {"fee_bps", "fees bps", "bps", execution, lower,
     "1e4 sum fees / sum q p; a rebate is negative; absent without a fee schedule",
     "docs/spec.md 7d", "E1: 1e4 x 800 x 0.003 / 80013 = 0.29995", value::fee_bps},
    {"all_in_cost_bps", "all-in bps", "bps", execution, lower,
     "effective_spread_bps / 2 + reject_cost_bps + fee_bps; the last two are 0 where absent",
     "docs/spec.md 2.2, 2.11 and 7d", "E1: 1.2499 / 2 + 0 + 0.29995 = 0.9249", value::all_in},
};

const Entry kRejects[] = {
    {"reject_rate", "reject", "share of 1", liquidity, lower, "n_rejects / n_orders", kReject,
     "Four orders: 1 of 4 = 0.25", value::reject_rate},
    {"reject_rate_discretionary", "reject discr.", "share of 1", liquidity, lower,
     "n_rejects_discretionary / n_orders", kReject, "Four orders: 1 of 4 = 0.25",
     value::reject_rate_of<RejectClass::discretionary>},
    {"reject_rate_technical", "reject tech.", "share of 1", liquidity, lower,
     "n_rejects_technical / n_orders", kReject, "Four orders: 0 of 4 = 0",
     value::reject_rate_of<RejectClass::technical>},
    {"reject_rate_risk", "reject risk", "share of 1", liquidity, lower, "n_rejects_risk / n_orders",
     kReject, "Four orders: 0 of 4 = 0", value::reject_rate_of<RejectClass::risk>},
    {"reject_rate_volume", "reject volume", "share of 1", liquidity, lower,
     "quantity of rejected orders / ordered_qty", kReject, "Four orders: 500 / 6700 = 0.0746",
     value::reject_rate_volume},
    {"last_look_asymmetry", "last look", "share of 1", liquidity, lower,
     "P(reject | mid moved our way > 0.1 bps) - P(reject | moved against us), at a fixed time "
     "after "
     "sending; discretionary rejects only",
     kReject, "Drift: 12/40 - 3/60 = 0.25", value::last_look_asymmetry},
    {"last_look_z", "last look z", "standard errors", liquidity, lower,
     "two-proportion z of last_look_asymmetry, pooled variance", kReject,
     "Drift: 12 of 40 against 3 of 60 = 3.43", value::last_look_z},
    {"last_look_p", "last look p", "share of 1", liquidity, neither,
     "two-sided p value of last_look_z, adjusted by Holm over the LPs it is compared with; flagged "
     "below 0.0027, which is |z| > 3 for one LP",
     kReject, "Holm: p values 0.01, 0.04, 0.03, 0.005; of the first (4 - 1) x 0.01 = 0.03",
     value::last_look_p},
    {"hold_asymmetry_ms", "hold asym", "ms", liquidity, lower,
     "median hold of rejects - median hold of accepts, IOC and FOK orders; medians within 1 %",
     kReject, "Holds: rejects 60, 75, 90 ms, accepts 18, 20, 22, 25 ms: 75 - 21 = 54",
     value::hold_asymmetry},
    {"reject_drift_bps_15s", "reject drift 15s", "bps", liquidity, lower,
     "mean of 1e4 s (M(t_rej + 15 s) - M(t_rej)) / M(t_rej) over rejects: what we missed", kReject,
     "Rejected 500: mid 100.02 to 100.05 = 2.9994", value::reject_drift_bps_15s},
    {"reject_cost_bps", "reject cost", "bps", liquidity, lower,
     "1e4 sum over unfilled lots of q s (paid later - F) / sum O F over all orders", kCost,
     "Rejected 500: 1e4 x 12.00 / (1000 x 100.02 + 500 x 100.03) = 0.7998", value::reject_cost_bps},
    {"reject_cost_per_rejected_bps", "cost/reject", "bps", liquidity, lower,
     "1e4 sum over unfilled lots of q s (paid later - F) / sum q F of those lots", kCost,
     "Rejected 500: 1e4 x 12.00 / (500 x 100.03) = 2.399", value::reject_cost_per_rejected_bps},
};

const Entry kImpact[] = {
    {"reversion_bps", "reversion", "bps", liquidity, neither,
     "-1e4 sum q s (M(t + 5 m) - M(t + 15 s)) / sum q M(t_send); > 0: the move was temporary",
     "docs/spec.md 2.5", "E1: -1e4 x (100.015 - 100.040) / 100.01 = 2.500", value::reversion_bps},
    {"reversion_ratio", "reverted", "ratio", liquidity, neither,
     "-sum q s (M(t + 5 m) - M(t + 15 s)) / sum q s (M(t + 15 s) - M(t_send)): the part of the "
     "move "
     "that came back; absent where the mean move is below half a tick",
     "docs/spec.md 2.5", "E1: (100.040 - 100.015) / (100.040 - 100.01) = 0.833",
     value::reversion_share},
    {"leakage_raw_bps_15s", "leakage raw", "bps", liquidity, lower,
     "mean over orders, filled or not, of 1e4 s (M(t_send + 15 s) - M(t_send)) / M(t_send)", kLeak,
     "E1: 1e4 x (100.04 - 100.01) / 100.01 = 2.9997", value::leakage_raw_bps_15s},
    {"leakage_bps_15s", "leakage 15s", "bps", liquidity, lower,
     "as leakage_raw_bps_15s, minus the mean of the orders sent to all other LPs in the same "
     "symbol, "
     "side and regime",
     kLeak, "E1: 2.9997 - 1.0 = 1.9997", value::leakage_bps_15s},
    {"leakage_per_lot_bps", "leakage/lot", "bps/lot", liquidity, lower,
     "by regression of the move after a round of orders (one symbol and side, within 1 s), until "
     "it has been answered and from there to 15 s, on the lots shown to each LP, all less their "
     "means over the rounds of that symbol, side and regime; a move counts the more, the shorter "
     "and the quieter; memory of 5 sessions, shrunk to the LPs together, not below 0; rows by LP "
     "alone",
     kLeak,
     "Rounds: (100, 50) lots 1.0 bps, (0, 80) 0.1, (120, 0) 1.3, each of variance 1 = 0.00184",
     value::leakage_per_lot_bps},
};

const Entry kOwnQuotes[] = {
    {"own_quote_gain", "vs own", "currency/share", execution, higher,
     "sum q s (own far touch - p) / sum q; < 0: slipped from its own quote", kOwn,
     "Own quote: 100.02 - 100.01 = 0.01", value::own_quote_gain},
    {"own_quote_gain_bps", "vs own bps", "bps", execution, higher,
     "1e4 sum q s (own far touch - p) / sum q own far touch", kOwn,
     "Own quote: 1e4 x 0.01 / 100.02 = 0.9998", value::own_quote_gain_bps},
    {"own_quote_age_ms", "quote age", "ms", liquidity, neither,
     "mean age of the LP's own quote when we sent the order that it filled", kOwn,
     "Own quote: sent 250 ms after it = 250", value::own_quote_age_ms},
    {"quoted_two_sided_share", "two-sided", "share of 1", liquidity, higher,
     "time with both sides quoted / time watched", kOwn, "Own quote: 9 s of 10 s = 0.9",
     value::quoted_share<&QuotedTime::two_sided>},
    {"touch_bid_share", "at bid", "share of 1", liquidity, higher,
     "time its bid was the best of all LPs / time watched", kOwn, "Own quote: 6 s of 10 s = 0.6",
     value::quoted_share<&QuotedTime::at_bid>},
    {"touch_ask_share", "at ask", "share of 1", liquidity, higher,
     "time its offer was the best of all LPs / time watched", kOwn, "Own quote: 5 s of 10 s = 0.5",
     value::quoted_share<&QuotedTime::at_ask>},
    {"touch_both_share", "at both", "share of 1", liquidity, higher,
     "time both were / time watched", kOwn, "Own quote: 4 s of 10 s = 0.4",
     value::quoted_share<&QuotedTime::at_both>},
    {"touch_alone_share", "alone", "share of 1", liquidity, higher,
     "time at the touch on a side where nobody else was / time watched", kOwn,
     "Own quote: 2 s of 10 s = 0.2", value::quoted_share<&QuotedTime::alone>},
    {"own_spread_time_weighted", "own spread", "currency/share", liquidity, lower,
     "time-weighted ask - bid of its own two-sided quotes", kOwn, "Own quote: 0.02 for 9 s = 0.02",
     value::own_spread},
    {"own_size_time_weighted", "own size", "shares", liquidity, higher,
     "time-weighted (bid size + ask size) / 2 of its own two-sided quotes", kOwn,
     "Own quote: (200 x 4 s + 250 x 5 s) / 9 s = 227.7778", value::own_size},
};

const Entry kScore[] = {
    {"composite", "score", "points of 100", volume, higher,
     "100 sum w u / sum w over the KPIs of the profile; u: between the goalposts", kBelief,
     "docs/spec.md 5.4 works four LPs out", nullptr},
    {"composite_sd", "sd", "points of 100", volume, lower,
     "posterior standard deviation of composite", kBelief, "docs/spec.md 5.3", nullptr},
    {"composite_fast", "fast", "points of 100", volume, higher,
     "composite with the short memory over the long one", kBelief, "docs/spec.md 5.4, ACME",
     nullptr},
    {"lcb", "LCB", "points of 100", volume, higher,
     "composite - z_report x composite_sd; tables show 0 where it is below", kBelief,
     "docs/spec.md 5.3", nullptr},
    {"p_best", "P(best)", "share of 1", volume, higher,
     "share of 1,000 posterior draws ranked first among eligible LPs; absent where there is one "
     "only",
     kBelief, "docs/spec.md 5.4", nullptr},
    {"n_eff", "n eff", "count", volume, neither,
     "effective number of observations behind the beliefs: (sum w)^2 / sum w^2; absent by hour or "
     "side",
     kBelief, "docs/spec.md 4.1", nullptr},
};

// Families of KPIs differ in one word of name and text: their rows are written once. The strings
// live as long as the table.
class Families {
  public:
    std::vector<Entry>& rows() { return rows_; }

    void latency() {
        latency_part<Latency::round_trip>("rt", "trip",
                                          "terminal event - sent, whatever the outcome",
                                          "E1: sent 0, canceled = 22.4");
        latency_part<Latency::command>("cmd", "answer", "first answer of the LP - sent",
                                       "E1: sent 0, acknowledged = 4.0");
        latency_part<Latency::first_fill>("first_fill", "first fill", "first fill - sent",
                                          "E1: sent 0, 600 filled = 15.0");
        latency_part<Latency::ack_to_fill>("ack_to_fill", "ack to fill",
                                           "first fill - ack; absent where the fill came first",
                                           "E1: 15.0 - 4.0 = 11.0");
        latency_part<Latency::last_fill>("last_fill", "last fill", "last fill - sent",
                                         "E1: sent 0, 200 filled = 22.0");
        latency_part<Latency::gateway>("gateway", "gateway",
                                       "acknowledged by the LP's gateway - sent",
                                       "E1: sent 0, pending new = 1.0");
        latency_part<Latency::cancel>("cancel", "cancel", "canceled - our cancel request sent",
                                      "Five: 15, 16, 18, 20, 40 ms, mean = 21.8");
        latency_part<Latency::reject>("reject", "reject", "reject - sent",
                                      "Five: 15, 16, 18, 20, 40 ms, mean = 21.8");
        rows_.push_back({"latency_fill_ms_size_weighted", "fill by size", "ms", liquidity, lower,
                         "sum q (t - sent) / sum q over fills", "docs/spec.md 1.6",
                         "E1: (600 x 15 + 200 x 22) / 800 = 16.75",
                         value::latency_size_weighted_fill});
    }

    void realized() {
        realized_at<2>("-0.0175", "-1.750");
        realized_at<4>("-0.0275", "-2.750");
        realized_at<6>("-0.0475", "-4.750");
        realized_at<7>("-0.0275", "-2.750");
        realized_at<8>("0.0025", "0.250");
    }

    void impacts() {
        impact_at<2>("100.025", "0.03", "3.000");
        impact_at<4>("100.030", "0.04", "4.000");
        impact_at<6>("100.040", "0.06", "5.999");
        impact_at<7>("100.030", "0.04", "4.000");
        impact_at<8>("100.015", "0.01", "1.000");
    }

    void markouts() {
        markout_at<0>("100.020", "0.375");
        markout_at<1>("100.025", "0.875");
        markout_at<2>("100.025", "0.875");
        markout_at<3>("100.030", "1.375");
        markout_at<4>("100.030", "1.375");
        markout_at<5>("100.035", "1.875");
        markout_at<6>("100.040", "2.375");
        markout_at<7>("100.030", "1.375");
        markout_at<8>("100.015", "-0.125");
    }

  private:
    std::string_view keep(std::string s) { return strings_.emplace_back(std::move(s)); }

    template <Latency L>
    void latency_part(std::string_view name, std::string_view title, std::string_view formula,
                      std::string_view mean_example) {
        constexpr const char* source = "docs/spec.md 1.6 and 2.10";
        const auto quantile = [&](const char* level, const char* example, auto* fn) {
            rows_.push_back({keep(fmt::format("latency_{}_ms_p{}", name, level)),
                             keep(fmt::format("{} p{}", title, level)), "ms", liquidity, lower,
                             keep(fmt::format("{} % quantile of: {}; within 1 %", level, formula)),
                             source, example, fn});
        };
        rows_.push_back({keep(fmt::format("latency_{}_ms_mean", name)),
                         keep(fmt::format("{} mean", title)), "ms", liquidity, lower,
                         keep(fmt::format("mean of: {}", formula)), source, mean_example,
                         value::latency_mean<L>});
        quantile("50", "Five: 15, 16, 18, 20, 40 ms, the 3rd of 5 = 18",
                 value::latency_quantile<L, 50>);
        quantile("90", "Five: 15, 16, 18, 20, 40 ms, the 5th of 5 = 40",
                 value::latency_quantile<L, 90>);
        quantile("99", "Five: 15, 16, 18, 20, 40 ms, the 5th of 5 = 40",
                 value::latency_quantile<L, 99>);
    }

    template <std::size_t H>
    void realized_at(const char* currency, const char* bps) {
        const char* h = kHorizonName[H];
        rows_.push_back(
            {keep(fmt::format("realized_spread_{}", h)), keep(fmt::format("realised {}", h)),
             "currency/share", execution, neither,
             keep(fmt::format("sum q 2 s (p - M(t + {})) / sum q", h)), kRealized,
             keep(fmt::format("E1: 2 x (100.01625 - mid {} after the fill) = {}", h, currency)),
             value::realized_spread<H>});
        rows_.push_back({keep(fmt::format("realized_spread_{}_bps", h)),
                         keep(fmt::format("realised {} bps", h)), "bps", execution, neither,
                         keep(fmt::format("1e4 sum q 2 s (p - M(t + {})) / sum q M(t_send)", h)),
                         kRealized, keep(fmt::format("E1: 1e4 x {} / 100.01 = {}", currency, bps)),
                         value::realized_spread_bps<H>});
    }

    template <std::size_t H>
    void impact_at(const char* mid, const char* currency, const char* bps) {
        const char* h = kHorizonName[H];
        rows_.push_back({keep(fmt::format("price_impact_{}", h)), keep(fmt::format("impact {}", h)),
                         "currency/share", liquidity, lower,
                         keep(fmt::format("sum q 2 s (M(t + {}) - M(t_send)) / sum q", h)),
                         kRealized, keep(fmt::format("E1: 2 x ({} - 100.01) = {}", mid, currency)),
                         value::price_impact<H>});
        rows_.push_back(
            {keep(fmt::format("price_impact_bps_{}", h)), keep(fmt::format("impact {} bps", h)),
             "bps", liquidity, lower,
             keep(fmt::format("1e4 sum q 2 s (M(t + {}) - M(t_send)) / sum q M(t_send)", h)),
             kRealized, keep(fmt::format("E1: 1e4 x {} / 100.01 = {}", currency, bps)),
             value::price_impact_bps<H>});
    }

    template <std::size_t H>
    void markout_at(const char* mid, const char* bps) {
        const char* h = kHorizonName[H];
        rows_.push_back({keep(fmt::format("markout_bps_{}", h)), keep(fmt::format("markout {}", h)),
                         "bps", liquidity, higher,
                         keep(fmt::format("1e4 sum q s (M(t + {}) - p) / sum q p", h)),
                         "docs/spec.md 2.4; Conrad and Wahal (2020) on horizons",
                         keep(fmt::format("E1: 1e4 x ({} - 100.01625) / 100.01625 = {}", mid, bps)),
                         value::markout<H>});
    }

    std::vector<Entry> rows_;
    std::deque<std::string> strings_;  // deque: views survive growth
};

Families build() {
    Families f;
    const auto add = [&](std::span<const Entry> rows) {
        f.rows().insert(f.rows().end(), rows.begin(), rows.end());
    };
    add(kScore);
    add(kCounts);
    add(kAtRoute);
    f.realized();
    add(kFills);
    add(kRejects);
    f.latency();
    f.markouts();
    f.impacts();
    add(kImpact);
    add(kOwnQuotes);
    return f;
}

}  // namespace

std::span<const Entry> catalog() {
    static Families families = build();
    return families.rows();
}

const Entry* find(std::string_view name) {
    for (const Entry& e : catalog()) {
        if (e.name == name) return &e;
    }
    return nullptr;
}

}  // namespace assay::kpi
