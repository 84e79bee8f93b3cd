#include "hosts/history/minute_rows.h"

namespace assay::history {

void append_minutes(const Kernel& kernel, std::span<const ReportRow> rows, const Config& config,
                    std::vector<MinuteRow>& out) {
    const bool fees = !config.fees.empty();
    for (const ReportRow& r : rows) {
        // What is gone was told as minutes; together it is no minute.
        if (r.vacant || r.key.minute == RowKey::kEarlier) continue;
        MinuteRow& row = out.emplace_back();
        row.minute = r.key.minute;
        row.cell.lp = kernel.lps().name(r.key.lp);
        row.cell.symbol = kernel.symbols().name(r.key.symbol);
        row.cell.currency = config.instruments.of(row.cell.symbol).currency;
        if (r.key.size != RowKey{}.size) {
            row.cell.size = size_name(config.size_by, r.key.size);
            row.cell.size_place = r.key.size;
            row.cell.regime = text(static_cast<Regime>(r.key.regime));
        }
        Measured& m = row.measured;
        m.sums = r.sums;
        m.latency = {r.round_trip,  r.command,   r.gateway, r.first_fill,
                     r.ack_to_fill, r.last_fill, r.reject,  r.cancel};
        m.hold_accept = r.hold_accept;
        m.hold_reject = r.hold_reject;
        m.fees_known = fees;
    }
}

}  // namespace assay::history
