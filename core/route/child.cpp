#include "core/route/child.h"

#include <algorithm>
#include <array>

#include "core/units/bug.h"

namespace assay::route {
namespace {

constexpr std::size_t kStates = 8;
constexpr std::string_view kBooked = "booked by people ";
constexpr std::array<const char*, kStates> kStateNames = {
    "pending", "live", "canceling", "unknown", "filled", "canceled", "rejected", "expired"};

// Rows: from; columns: to, in the order of ChildState. A terminal state is never left: a late fill
// changes its quantity, not the state.
constexpr std::array<std::array<char, kStates + 1>, kStates> kMoves = {{
    //        p l c u f c r e
    {{"01111111"}},  // pending
    {{"00111111"}},  // live: a reject after an acknowledgement is odd, and believed
    {{"01011111"}},  // canceling: a cancel reject brings it back
    {{"01101111"}},  // unknown: any answer resolves it
    {{"00000000"}},  // filled
    {{"00000000"}},  // canceled
    {{"00000000"}},  // rejected
    {{"00000000"}},  // expired
}};

ChildChange::What what_of(bool moved) {
    return moved ? ChildChange::What::moved : ChildChange::What::nothing;
}

}  // namespace

const char* text(ChildState s) {
    return kStateNames[static_cast<std::size_t>(s)];
}

bool booked_by_people(std::string_view exec_id) {
    return exec_id.starts_with(kBooked);
}

const char* text(Answer a) {
    constexpr std::array<const char*, 9> kNames = {"acked",    "filled",    "canceled",
                                                   "rejected", "expired",   "cancel rejected",
                                                   "busted",   "corrected", "status"};
    return kNames[static_cast<std::size_t>(a)];
}

bool legal(ChildState from, ChildState to) {
    return kMoves[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)] == '1';
}

Qty Child::exposure() const {
    if (planted(Bug::unknown_quantity_freed) && state == ChildState::unknown) return Qty{};
    return terminal(state) ? owed : std::max(Qty{}, qty - cum);
}

bool Child::move_to(ChildState to) {
    if (!legal(state, to)) return false;
    state = to;
    return true;
}

void Child::time_out(Nanos at) {
    if (move_to(ChildState::unknown) && !timed_out()) timed_out_at = at;
}

void Child::cancel_asked(Nanos answer_due) {
    if (move_to(ChildState::canceling)) times_out_at = answer_due;
}

ChildChange Child::settle(Nanos at) {
    ChildChange change;
    owed = Qty{};
    change.ended = move_to(ChildState::canceled);
    change.what = ChildChange::What::moved;
    if (change.ended) ended_at = at;
    return change;
}

ChildChange Child::book(const ChildReport& found) {
    const ChildChange change = fill(found);
    if (change.ended) ended_at = found.at;
    return change;
}

std::string Child::booked_id() const {
    return std::string(kBooked) + std::to_string(fills.size() + 1);  // fills are never taken out
}

const ChildFill* Child::booked() const {
    const auto it = std::find_if(fills.begin(), fills.end(), [](const ChildFill& f) {
        return f.qty > Qty{} && booked_by_people(f.exec_id);
    });
    return it == fills.end() ? nullptr : &*it;
}

bool Child::knows_fill(const std::string& exec_id) const {
    return std::any_of(fills.begin(), fills.end(),
                       [&](const ChildFill& f) { return f.exec_id == exec_id; });
}

ChildChange Child::fill(const ChildReport& report) {
    // Without an ExecID a fill cannot be told from its repetition; without quantity there is none.
    if (report.exec_id.empty() || report.last_qty <= Qty{}) return {};
    if (fill_named(report.exec_id) != nullptr) return {};
    if (planted(Bug::late_fill_dropped) && timed_out()) return {};
    ChildChange change{ChildChange::What::counted, report.last_qty,
                       report.last_px * report.last_qty};
    const bool was_terminal = terminal(state);
    change.late = was_terminal || state == ChildState::unknown;
    fills.push_back({report.exec_id, report.last_qty, report.last_px, report.traded, {}});
    cum += change.filled;
    notional += change.notional;
    if (planted(Bug::overfill_hidden)) cum = std::min(cum, qty);
    change.overfilled = cum > qty;
    if (was_terminal) {
        change.contradictory = report.last_qty > owed && state != ChildState::filled;
        owed = std::max(Qty{}, owed - report.last_qty);
        return change;
    }
    if (cum >= qty) {
        change.ended = move_to(ChildState::filled);
    } else if (report.answer == Answer::filled &&
               (state == ChildState::pending || state == ChildState::unknown)) {
        // A correction is about an earlier fill: whether the order lives, it does not say.
        move_to(ChildState::live);
    }
    return change;
}

ChildFill* Child::fill_named(const std::string& exec_id) {
    const auto it = std::find_if(fills.begin(), fills.end(),
                                 [&](const ChildFill& f) { return f.exec_id == exec_id; });
    return it == fills.end() ? nullptr : &*it;
}

ChildChange Child::bust(const std::string& exec_id) {
    if (exec_id.empty()) return {};
    ChildFill* f = fill_named(exec_id);
    // LPs name a corrected fill by its first ExecID or by a later one.
    while (f != nullptr && !f->corrected_to.empty()) f = fill_named(f->corrected_to);
    if (f == nullptr) {
        // The bust came before its fill: remembered, so that the fill will not count.
        fills.push_back({exec_id, Qty{}, Price{}, {}, {}});
        return {};
    }
    if (f->qty == Qty{}) return {};
    const ChildChange change{ChildChange::What::counted, Qty{} - f->qty, -(f->px * f->qty)};
    cum += change.filled;
    notional += change.notional;
    f->qty = Qty{};
    return change;
}

ChildChange Child::correct(const ChildReport& report) {
    // A correction that would not count as a fill must not take one out either.
    if (report.exec_id.empty() || report.exec_ref_id.empty() || report.last_qty <= Qty{} ||
        fill_named(report.exec_id) != nullptr)
        return {};
    ChildFill* old = fill_named(report.exec_ref_id);
    while (old != nullptr && !old->corrected_to.empty()) old = fill_named(old->corrected_to);
    if (old != nullptr && old->qty == Qty{}) return {};  // what was busted stays so
    ChildReport again = report;
    if (old != nullptr) again.traded = old->traded;
    const std::string replaced = old != nullptr ? old->exec_id : report.exec_ref_id;
    const ChildChange out = bust(replaced);
    fill_named(replaced)->corrected_to = report.exec_id;
    ChildChange change = fill(again);
    change.filled += out.filled;
    change.notional += out.notional;
    return change;
}

ChildChange Child::end(const ChildReport& report, ChildState as) {
    ChildChange change;
    if (report.cum_qty > cum + owed) {
        change.contradictory = terminal(state);
        owed = report.cum_qty - cum;
    }
    if (planted(Bug::leaves_kept_on_partial_cancel) && cum > Qty{}) owed = qty - cum;
    change.ended = move_to(as);
    change.what = what_of(change.ended);
    return change;
}

ChildChange Child::apply(const ChildReport& report) {
    if (!known(answered_at)) answered_at = report.at;
    ChildChange change;
    switch (report.answer) {
        case Answer::acked:
            if (state == ChildState::pending || state == ChildState::unknown)
                change.what = what_of(move_to(ChildState::live));
            break;
        case Answer::cancel_rejected:
            if (state == ChildState::canceling) change.what = what_of(move_to(ChildState::live));
            break;
        case Answer::status:
            if (state == ChildState::unknown) change.what = what_of(move_to(ChildState::live));
            break;
        case Answer::filled:
            change = fill(report);
            break;
        case Answer::canceled:
            change = end(report, ChildState::canceled);
            break;
        case Answer::rejected:
            change = end(report, ChildState::rejected);
            break;
        case Answer::expired:
            change = end(report, ChildState::expired);
            break;
        case Answer::busted:
            change = bust(report.exec_ref_id);
            break;
        case Answer::corrected:
            change = correct(report);
            break;
    }
    if (change.ended) ended_at = report.at;
    return change;
}

}  // namespace assay::route
