// For tests of the kernel only: one shard that is told what happened, in few words. Its first
// moment is Tuesday, 14 November 2023, 10:00 UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/kernel/kernel.h"

namespace assay::testkit {

inline constexpr Nanos kTen{1'699'956'000'000'000'000};

inline Config config_by(std::uint32_t by, std::string_view profile = "balanced") {
    Config c;
    c.profile = *score::find_profile(profile);
    c.by = by;
    return c;
}

class Desk {
  public:
    explicit Desk(const Config& config = config_by(kByLp), std::string symbol_name = "XYZ")
        : kernel(config), symbol(std::move(symbol_name)) {}

    Event event(Happening what, std::string_view whose) const {
        Event e;
        e.at = now;
        e.symbol = symbol;
        e.lp = whose;
        e.capture_clock = capture_clock;
        e.what = std::move(what);
        return e;
    }
    void at(Duration since_ten) { now = kTen + since_ten; }
    void wait(Duration d) { now = now + d; }

    Verdict market(Price bid, Price ask, Qty bid_size = 300_qty, Qty ask_size = 400_qty) {
        return kernel.apply(event(Quote{bid, ask, bid_size, ask_size}, {}));
    }
    Verdict quote_of(std::string_view whose, Price bid, Price ask) {
        return kernel.apply(event(Quote{bid, ask, 500_qty, 500_qty}, whose));
    }
    Verdict tick() { return kernel.apply(event(Tick{}, {})); }
    Verdict opens(Duration session = {23'400'000'000'000}) {
        return kernel.apply(event(SessionOpened{now + session}, {}));
    }
    Verdict closes() { return kernel.apply(event(SessionClosed{}, {})); }
    Verdict halt() { return kernel.apply(event(Halted{}, {})); }
    Verdict resume() { return kernel.apply(event(Resumed{}, {})); }

    Verdict send(std::string_view id, Qty qty, Tif tif = Tif::ioc, Side side = Side::buy) {
        Sent m;
        m.ref.cl_ord_id = id;
        m.side = side;
        m.side_given = side != Side::none;
        m.tif = tif;
        m.order_qty = qty;
        return kernel.apply(event(m, lp));
    }
    template <class Report>
    Verdict report(std::string_view id) {
        Report m;
        m.ref.cl_ord_id = id;
        return kernel.apply(event(m, lp));
    }
    Verdict ack(std::string_view id) { return report<Acked>(id); }
    Verdict canceled(std::string_view id) { return report<Canceled>(id); }
    Verdict reject(std::string_view id, RejectClass c = RejectClass::discretionary) {
        Rejected m;
        m.ref.cl_ord_id = id;
        m.reject_class = c;
        return kernel.apply(event(m, lp));
    }
    Verdict fill(std::string_view id, Qty qty, Price px, std::string_view exec_id = "E1",
                 Liquidity liquidity = Liquidity::unknown) {
        Filled m;
        m.ref.cl_ord_id = id;
        m.execution.exec_id = exec_id;
        m.execution.last_qty = qty;
        m.execution.last_px = px;
        m.execution.trade_date = static_cast<std::int32_t>(utc_day(now));
        m.execution.liquidity = liquidity;
        return kernel.apply(event(m, lp));
    }
    Verdict bust(std::string_view id, std::string_view ref, std::string_view exec_id) {
        return kernel.apply(
            event(Busted{{id, {}, {}}, ref, exec_id, static_cast<std::int32_t>(utc_day(now))}, lp));
    }
    // An IOC of `qty` that fills `filled` of it at `px` after `latency`; the rest is canceled then.
    void ioc(std::string_view id, Qty qty, Qty filled, Price px, Duration latency = {15'000'000},
             Side side = Side::buy, Liquidity liquidity = Liquidity::unknown) {
        send(id, qty, Tif::ioc, side);
        wait(latency);
        if (filled.micro > 0) fill(id, filled, px, "E1", liquidity);
        if (filled < qty) canceled(id);
    }

    // Of the only row there is.
    kpi::Sums sums() const { return kernel.rows().at(0).sums; }

    Kernel kernel;
    Nanos now{kTen};
    std::string symbol, lp{"LP_A"};
    bool capture_clock{true};
};

}  // namespace assay::testkit
