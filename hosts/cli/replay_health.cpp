#include "hosts/cli/replay_health.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <map>

namespace assay {
namespace {

std::string type_name(std::string_view t) {
    struct Name {
        std::string_view type, name;
    };
    static constexpr Name kNames[] = {{"0", "Heartbeat"},
                                      {"1", "TestRequest"},
                                      {"2", "ResendRequest"},
                                      {"3", "Reject"},
                                      {"4", "SequenceReset"},
                                      {"5", "Logout"},
                                      {"8", "ExecutionReport"},
                                      {"9", "OrderCancelReject"},
                                      {"A", "Logon"},
                                      {"D", "NewOrderSingle"},
                                      {"F", "OrderCancelRequest"},
                                      {"G", "OrderCancelReplaceRequest"},
                                      {"H", "OrderStatusRequest"},
                                      {"Q", "DontKnowTrade"},
                                      {"R", "QuoteRequest"},
                                      {"S", "Quote"},
                                      {"V", "MarketDataRequest"},
                                      {"W", "MarketDataSnapshot"},
                                      {"X", "MarketDataIncremental"},
                                      {"Y", "MarketDataRequestReject"},
                                      {"j", "BusinessMessageReject"},
                                      {"AE", "TradeCaptureReport"}};
    for (const Name& n : kNames)
        if (n.type == t) return fmt::format("{} {}", t, n.name);
    return std::string(t);
}

// Which direction of a session is ours: the one that sends orders, else the one that is sent
// reports; of two that tell nothing, the first by name. Never the one that happened to speak first.
std::size_t our_direction(const fix::SessionHealth& session) {
    const auto sent = [&](std::size_t side, std::initializer_list<const char*> types) {
        std::uint64_t n = 0;
        for (const char* type : types) {
            const auto& by_type = session.directions[side].by_type;
            if (const auto it = by_type.find(type); it != by_type.end()) n += it->second;
        }
        return n;
    };
    const std::uint64_t orders[] = {sent(0, {"D", "F", "G"}), sent(1, {"D", "F", "G"})};
    if (orders[0] != orders[1]) return orders[0] > orders[1] ? 0 : 1;
    const std::uint64_t reports[] = {sent(0, {"8", "9"}), sent(1, {"8", "9"})};
    if (reports[0] != reports[1]) return reports[0] < reports[1] ? 0 : 1;
    const bool sorted =
        session.directions[0].sender_comp_id <= session.directions[1].sender_comp_id;
    return sorted ? 0 : 1;
}

// What is counted under a reason for a dead letter, in words.
const char* meaning_of(std::string_view reason) {
    struct Meaning {
        std::string_view reason;
        const char* meaning;
    };
    static constexpr Meaning kMeanings[] = {
        {"truncated", "no CheckSum(10) before the next message or the end of the input"},
        {"too_long", "longer than fix.max_message"},
        {"header_order", "does not begin with 8, 9 and 35 in this order"},
        {"body_length", "BodyLength(9) does not lead to CheckSum(10)"},
        {"checksum_form", "CheckSum(10) is not three digits from 000 to 255"},
        {"checksum", "CheckSum(10) is not the sum of the bytes"},
        {"quote row", "a row of quotes that is not one"},
        {"fill row", "a row of fills that is not one"},
    };
    for (const Meaning& m : kMeanings)
        if (m.reason == reason) return m.meaning;
    return "the message is whole, but cannot be used";
}

BlotterCounts summed(const std::vector<const Kernel*>& kernels) {
    // All members are counters of one type, so the struct is added as an array of them.
    static_assert(sizeof(BlotterCounts) % sizeof(std::uint64_t) == 0);
    BlotterCounts total;
    for (const Kernel* k : kernels) {
        const BlotterCounts c = k->blotter().counts();
        std::array<std::uint64_t, sizeof(BlotterCounts) / sizeof(std::uint64_t)> a{}, b{};
        std::memcpy(a.data(), &total, sizeof total);
        std::memcpy(b.data(), &c, sizeof c);
        for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
        std::memcpy(static_cast<void*>(&total), a.data(), sizeof total);
    }
    return total;
}

}  // namespace

Carried carried(const fix::SessionStage& stage, const std::vector<const Kernel*>& kernels) {
    const BlotterCounts b = summed(kernels);
    return {stage.counts(), b.headless_messages, b.unread};
}

void account_messages(const fix::SessionStage& stage, const ShardCounts& shards,
                      const std::vector<const Kernel*>& kernels, const Carried& before, Health& h) {
    const fix::StageCounts& s = stage.counts();
    const BlotterCounts b = summed(kernels);
    h.messages.read += before.stage.waiting + before.headless;
    h.messages.applied += s.applied - before.stage.applied + before.headless - shards.duplicate -
                          shards.dead - b.headless_messages;
    h.messages.duplicate += s.duplicate - before.stage.duplicate + shards.duplicate;
    h.messages.waiting += s.waiting + b.headless_messages;
    h.messages.dead += s.dead - before.stage.dead + shards.dead;

    const auto count = [&](const char* name, std::uint64_t n, const char* meaning) {
        h.counts.push_back({name, meaning, n});
    };
    KernelCounts k{};
    for (const Kernel* kernel : kernels) {
        const KernelCounts& c = kernel->counts();
        k.quotes += c.quotes;
        k.orders += c.orders;
        k.no_benchmark += c.no_benchmark;
        k.crossed_quotes += c.crossed_quotes;
        k.locked_quotes += c.locked_quotes;
        k.onesided_quotes += c.onesided_quotes;
        k.outlier_quotes += c.outlier_quotes;
        k.time_backwards += c.time_backwards;
        k.timers_refused += kernel->timers_refused();
    }
    std::uint64_t gaps = 0, missing = 0, poss_dup = 0, poss_resend = 0, unknown = 0, custom = 0;
    std::map<std::string, std::uint64_t> types;
    for (const fix::SessionHealth& session : stage.health()) {
        SessionLine line;
        line.lp = session.lp;
        const std::size_t ours = our_direction(session);
        line.us = session.directions[ours].sender_comp_id;
        line.them = session.directions[1 - ours].sender_comp_id;
        if (line.them.empty() && !line.us.empty()) line.them = "(silent)";
        for (const fix::DirectionHealth& d : session.directions) {
            line.messages += d.counts.messages;
            line.missing += d.missing_numbers;
            line.gaps += d.missing.size();
            line.duplicates += d.counts.duplicates;
            if (known(d.counts.first) && (!known(line.first) || d.counts.first < line.first))
                line.first = d.counts.first;
            if (known(d.counts.last) && d.counts.last > line.last) line.last = d.counts.last;
            poss_dup += d.counts.poss_dup;
            poss_resend += d.counts.poss_resend;
            unknown += d.counts.unknown_tags;
            custom += d.counts.custom_tags;
            for (const auto& [type, n] : d.by_type) types[type] += n;
        }
        // The side whose messages are not ours tells how its clock stands to ours.
        for (const fix::DirectionHealth& d : session.directions)
            if (d.has_clock_offset && d.sender_comp_id == line.them)
                line.clock_offset_ms = as_ms(d.clock_offset_median);
        if (session.drop_copy) line.note = "drop copy";
        gaps += line.gaps;
        missing += line.missing;
        h.sessions.push_back(line);
    }
    for (const auto& [type, n] : types) h.by_msg_type.emplace_back(type_name(type), n);

    count("orphans", b.headless_chains,
          "orders with reports but no NewOrderSingle: their messages wait, unscored");
    count("sequence_gaps", gaps, "places where MsgSeqNum jumped");
    count("missing_messages", missing,
          "sequence numbers never seen; KPIs around them may be incomplete");
    count("duplicate_exec_ids", b.dup_exec,
          "same session, date, order and ExecID again: counted once");
    count("exec_id_conflicts", b.exec_conflict,
          "same ExecID with other quantity or price: the first one stands");
    count("overfills", b.overfills, "orders filled beyond their quantity");
    count("quarantined_fills", b.quarantined,
          "impossible quantity, price or side: kept as dead letters");
    count("unreadable_reports", b.unread,
          "orders of which a report could not be used: without another end they are in no KPI");
    count("late_fills", b.late_fills,
          "fills after the order had ended: counted, the order opened again");
    count("fills_after_cancel", b.fills_after_cancel, "of those: after it was canceled");
    count("busts", b.busts, "fills taken out again by the LP");
    count("corrects", b.corrects, "fills corrected by the LP");
    count("busts_before_fill", b.busts_parked,
          "busts and corrections that came before their fill, or without it");
    count("bust_too_late", b.bust_too_late, "busts of orders already forgotten: only counted");
    count("replaces", b.replaced, "orders replaced");
    count("cancel_rejects", b.cancel_rejects, "cancels the LP refused");
    count("unsolicited_cancels", b.unsolicited_cancels, "orders the LP canceled by itself");
    count("rejects_after_partial", b.rej_after_partial,
          "rejects of partly filled orders: treated as cancels");
    count("timeouts", b.timeouts, "orders without an answer in time");
    count("restated", b.restated, "orders restated by the LP");
    count("cum_qty_gaps", b.cum_qty_gaps, "final reports whose CumQty is above the fills we saw");
    count("cl_ord_ids_reused", b.cl_ord_id_reused,
          "ClOrdIDs used again in a session: treated as new orders");
    count("poss_dup", poss_dup, "messages marked PossDupFlag(43)=Y");
    count("poss_resend", poss_resend, "messages marked PossResend(97)=Y");
    count("no_quote_at_route", k.no_benchmark,
          "orders sent without a usable quote: their priced KPIs are absent");
    count("crossed_quotes", k.crossed_quotes, "quotes with bid above ask: never a benchmark");
    count("locked_quotes", k.locked_quotes, "quotes with bid equal to ask");
    count("one_sided_quotes", k.onesided_quotes, "quotes with a side missing or not positive");
    count("outlier_quotes", k.outlier_quotes,
          "quotes too far off the last good one to be believed: never a benchmark");
    count("time_backwards", k.time_backwards, "events earlier than the one before them");
    count("timers_refused", k.timers_refused,
          "horizons beyond the bound of 4,000,000 waiting in a shard");
    count("unmapped", s.unmapped,
          "messages whose CompID or symbol the reference file does not name");
    count("parent_orders", s.parents, "messages of orders sent to ourselves: counted, not scored");
    count("unresolved_rejects", s.unresolved_rejects,
          "session or business rejects of messages we did not see");
    count("bad_market_data_entries", s.bad_entries, "entries of W or X with an unreadable number");
    count("drop_copies", s.drop_copies, "messages of drop-copy sessions, compared and not counted");
    count("unknown_tags", unknown, "fields whose tag is in no FIX dictionary");
    count("custom_tags", custom, "fields with user defined tags (5000 and more)");
    std::stable_partition(h.counts.begin(), h.counts.end(), [](const Count& c) { return c.n > 0; });
    for (const auto& [name, n] : stage.unmapped_names())
        h.counts.insert(h.counts.begin(), {"unmapped " + name, "not in the reference file", n});
}

void account_dead(const DeadLetters& dead, Health& h) {
    for (const auto& [reason, n] : dead.by_reason())
        h.dead_by_reason.push_back({reason, meaning_of(reason), n});
    h.dead_letter_file = dead.where();
}

}  // namespace assay
