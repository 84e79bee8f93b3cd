#include "core/kpi/latency.h"

#include "core/units/decimal.h"

namespace assay::kpi {

const char* text(Latency l) {
    switch (l) {
        case Latency::round_trip:
            return "round trip";
        case Latency::command:
            return "command";
        case Latency::gateway:
            return "gateway";
        case Latency::first_fill:
            return "first fill";
        case Latency::ack_to_fill:
            return "ack to fill";
        case Latency::last_fill:
            return "last fill";
        case Latency::reject:
            return "reject";
        case Latency::cancel:
            return "cancel";
    }
    return "?";
}

namespace {

std::optional<Duration> between(Nanos from, Nanos to) {
    if (!known(from) || !known(to) || to < from) return std::nullopt;
    return to - from;
}

}  // namespace

Latencies latencies_of(const OrderTimes& t) {
    Latencies parts;
    parts[Latency::round_trip] = between(t.sent, t.terminal);
    parts[Latency::command] = between(t.sent, t.first_response);
    parts[Latency::gateway] = between(t.sent, t.gateway_acked);
    parts[Latency::first_fill] = between(t.sent, t.first_fill);
    parts[Latency::ack_to_fill] = between(t.acked, t.first_fill);
    parts[Latency::last_fill] = between(t.sent, t.last_fill);
    parts[Latency::reject] = between(t.sent, t.rejected);
    parts[Latency::cancel] = between(t.cancel_sent, t.cancel_answered);
    return parts;
}

bool clock_went_back(const OrderTimes& t) {
    // Everything an LP says comes after our send; ack and fill may swap, so they are not compared.
    for (const Nanos answer : {t.gateway_acked, t.acked, t.first_response, t.first_fill,
                               t.last_fill, t.rejected, t.terminal}) {
        if (known(t.sent) && known(answer) && answer < t.sent) return true;
    }
    return known(t.cancel_sent) && known(t.cancel_answered) && t.cancel_answered < t.cancel_sent;
}

std::optional<double> size_weighted_fill_ms(std::span<const TimedFill> fills) {
    Money weighted = 0, quantity = 0;
    for (const TimedFill& f : fills) {
        weighted += static_cast<Money>(f.last_qty.micro) * f.since_send.ns;
        quantity += f.last_qty.micro;
    }
    if (quantity == 0) return std::nullopt;
    return ratio(weighted, quantity) * 1e-6;
}

}  // namespace assay::kpi
