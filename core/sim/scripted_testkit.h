// For tests: the ACME story as values.
#pragma once

#include <fmt/format.h>
#include <string>

#include "core/sim/scripted.h"

namespace assay::sim {

inline Script acme(int orders = 10'000) {
    Script s;
    s.title = "ACME";
    s.long_run.symbol = "ACME";
    s.long_run.begins = {20'776 * kDay.ns};
    s.long_run.orders = orders;
    s.long_run.shown = 26'000_qty;
    s.long_run.lps = {{"LP_A", .985, 16.5, .50, .012, .09},
                      {"LP_B", .65, 55, -.25, .15, 1.13},
                      {"LP_C", .95, 25, 1.00, .035, .265},
                      {"LP_D", .831, 20, 1.00, 0, 0},
                      {"LP_E", .80, 30, 0, .05, -1.485}};
    const auto quote = [&](int minute, Price bid) {
        s.market.push_back(
            {Duration{minute * kMinute.ns}, bid, bid + 0.02_dpx, 40'000_qty, 40'000_qty});
    };
    quote(0, 99.99_px);
    quote(3, 99.98_px);
    quote(6, 99.97_px);
    quote(14, 99.96_px);
    route::ParentOrder& p = s.parent;
    p.id = 1;
    p.cl_ord_id = "ACME-1";
    p.symbol = "ACME";
    p.side = Side::sell;
    p.qty = 200'000_qty;
    p.lot = 100_qty;
    p.tick = 0.01_dpx;
    p.starts = {20'777 * kDay.ns + 10 * kHour.ns};
    p.ends = p.starts + Duration{30 * kMinute.ns};
    p.pace.round_gap = kMinute;
    p.pace.round_qty = 45'000_qty;
    p.pace.urgency = 0.37;
    p.min_child = 5'000_qty;
    p.max_child = 30'000_qty;
    p.probe_qty = 20'000_qty;
    p.profile = "acme";
    p.policy = route::PolicyId::probe_then_split;
    s.terms = {.unfilled_bps = 10.0};
    s.answers = {{"LP_A", 1, 20'000_qty, 15_ms}, {"LP_A", 2, 10'000_qty, 40_ms},
                 {"LP_C", 1, 30'000_qty, 25_ms}, {"LP_D", 1, 10'000_qty, 30_ms},
                 {"LP_A", 3, 24'000_qty, 20_ms}, {"LP_A", 4, 27'000_qty, 21_ms}};
    return s;
}

}  // namespace assay::sim
