#include "core/sim/habits.h"

#include <algorithm>

namespace assay::sim {

namespace {

// The last look needs time to look: such an LP holds orders for about 100 ms.
void look_last(Nature& n, LastLook kind) {
    n.last_look = kind;
    n.last_look_bps = .4;
    n.latency_ms = std::max(n.latency_ms, 100.0);
}

constexpr Behaviour kBehaviours[] = {
    {"slow", "answers eight times later", [](Nature& n, Habits&) { n.latency_ms *= 8; }},
    {"flaky", "loses 4 % of orders without a word, and rejects 8 % because a system is down",
     [](Nature&, Habits& h) {
         h.silent_share = .04;
         h.technical_share = .08;
     }},
    {"acks-then-silent", "acks, and of every tenth order nothing more is heard",
     [](Nature&, Habits& h) { h.after_ack_share = .10; }},
    {"late", "reports every fifth order's outcome 30 s later",
     [](Nature&, Habits& h) { h.late_share = .20; }},
    {"out-of-order", "reports the end before the fills and the ack after them, every third order",
     [](Nature&, Habits& h) {
         h.disorder_share = .33;
         h.pieces = 2;
     }},
    {"buster", "takes back 4 % of its fills after a minute",
     [](Nature&, Habits& h) { h.bust_share = .04; }},
    {"bust-after-window", "takes back 4 % of its fills when their markouts are closed",
     [](Nature&, Habits& h) {
         h.bust_share = .04;
         h.bust_after = Duration{360'000'000'000};
     }},
    {"overfiller", "fills a fifth too much of every tenth order that it fills",
     [](Nature&, Habits& h) { h.overfill_share = .10; }},
    {"duplicate-exec-ids", "reports every fifth fill twice under one ExecID",
     [](Nature&, Habits& h) { h.duplicate_share = .20; }},
    {"reused-exec-ids", "gives every fifth fill the ExecID of a fill of another order",
     [](Nature&, Habits& h) { h.reuse_share = .20; }},
    {"wrong-clock", "stamps its messages 7 s ahead, and runs away 50 us a second",
     [](Nature&, Habits& h) {
         h.clock_offset = Duration{7'000'000'000};
         h.clock_drift_ppm = 50;
     }},
    {"last-look", "holds orders for 100 ms, and rejects what moved by .4 bps either way",
     [](Nature& n, Habits&) { look_last(n, LastLook::symmetric); }},
    {"one-sided-last-look", "holds orders for 100 ms, and rejects what moved our way by .4 bps",
     [](Nature& n, Habits&) { look_last(n, LastLook::one_sided); }},
    {"flash-reject", "rejects a third of the orders within a millisecond, to look fast",
     [](Nature&, Habits& h) { h.flash_share = .33; }},
    {"fast-ack-slow-fill", "acks at once and fills six times later",
     [](Nature& n, Habits& h) {
         n.latency_ms *= 6;
         h.ack_share = .01;
     }},
    {"good-small-bad-large", "above 10 lots it often has nothing, and little of what it has",
     [](Nature&, Habits& h) {
         h.small_lots = 10;
         h.large_zero_share = .4;
         h.large_size_factor = .3;
     }},
    {"small-order-farming", "perfect on one lot, bad on all larger orders",
     [](Nature&, Habits& h) {
         h.small_lots = 1;
         h.perfect_when_small = true;
         h.large_zero_share = .4;
         h.large_size_factor = .3;
     }},
    {"painted-improvement", "a better price on one lot, a worse one on all larger orders",
     [](Nature&, Habits& h) {
         h.small_lots = 1;
         h.small_improvement = 1;
         h.large_improvement = -.6;
     }},
    {"regime-switcher", "good for 100 parents, bad for 100, and so on",
     [](Nature&, Habits& h) { h.turns_every_parents = 100; }},
    {"reputation-then-exploit", "good for 400 orders, bad ever after",
     [](Nature&, Habits& h) { h.turns_after_orders = 400; }},
};

}  // namespace

Face face_of(const Habits& habits, std::uint64_t orders, std::uint64_t parents) {
    if (habits.turns_after_orders > 0 && orders > habits.turns_after_orders) return Face::turned;
    if (habits.turns_every_parents > 0 && parents / habits.turns_every_parents % 2 == 1)
        return Face::turned;
    return Face::usual;
}

Nature met(Nature nature, const Habits& habits, Face face, double lots) {
    if (face == Face::turned) {
        nature.reject_share = std::min(1.0, nature.reject_share + habits.turned_reject);
        nature.mean_lots *= habits.turned_size;
        nature.leak_bps *= habits.turned_leak;
    }
    if (habits.small_lots == 0) return nature;
    if (lots <= habits.small_lots) {
        nature.improvement += habits.small_improvement;
        if (habits.perfect_when_small) {
            nature.zero_share = 0;
            nature.reject_share = 0;
            nature.last_look = LastLook::none;
        }
    } else {
        nature.improvement += habits.large_improvement;
        nature.zero_share += (1 - nature.zero_share) * habits.large_zero_share;
        nature.mean_lots *= habits.large_size_factor;
    }
    return nature;
}

std::span<const Behaviour> behaviours() {
    return kBehaviours;
}

const Behaviour* find_behaviour(std::string_view name) {
    for (const Behaviour& b : kBehaviours)
        if (b.name == name) return &b;
    return nullptr;
}

}  // namespace assay::sim
