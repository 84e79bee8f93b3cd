// How a dealer writes what it has to say, and the habits it has about it.
#include <cmath>

#include "core/sim/dealer.h"

namespace assay::sim {

namespace {

// Between the LP's stamp and our capture.
constexpr Duration kWire{40'000};
constexpr Duration kRepeat{5'000'000};  // a message that is sent twice comes again so soon

void name(std::string& out, char kind, std::uint64_t number) {
    out.assign(1, kind);
    fix::append_scaled(out, static_cast<std::int64_t>(number), 0);
}

}  // namespace

Nanos Dealer::stamp(Nanos at) const {
    const Habits& h = lp_->habits;
    const double run = h.clock_drift_ppm * 1e-6 * static_cast<double>((at - config_->start).ns);
    return at - kWire + h.clock_offset + Duration{std::llround(run)};
}

Dealer::Report Dealer::report_of(std::uint32_t index, char exec_type) const {
    const Order& o = orders_[index];
    Report r;
    r.order = index;
    r.exec_type = exec_type;
    r.cum = o.cum;
    r.leaves = exec_type == '8' || o.cum >= o.qty ? Qty{} : o.qty - o.cum;
    if (exec_type == 'F')
        r.ord_status = o.cum >= o.qty ? '2' : '1';
    else
        r.ord_status = exec_type;
    if (o.cum.micro > 0) r.avg_px = {static_cast<std::int64_t>(o.notional / o.cum.micro)};
    return r;
}

void Dealer::plan(const Report& report, Nanos at, std::vector<Later>& out) {
    std::uint32_t index = static_cast<std::uint32_t>(reports_.size());
    if (free_reports_.empty()) {
        reports_.push_back(report);
    } else {
        index = free_reports_.back();
        free_reports_.pop_back();
        reports_[index] = report;
    }
    put({at, Later::Kind::report, index, 0}, out);
}

std::string_view Dealer::send(std::uint32_t index, Nanos now, std::vector<Later>& out) {
    Report r = reports_[index];
    free_reports_.push_back(index);
    const Order& o = orders_[r.order];
    const bool possdup = r.sent_as != 0 && known(r.sent_at);
    if (r.exec == 0 && r.msg_type == '8') {
        r.exec = ++execs_;
        if (r.exec_type == 'F' && last_fill_exec_ != 0 && lp_->habits.reuse_share > 0 &&
            luck_.uniform(What::reuse, o.attempt.parent, fill_key(o, r.fill)) <
                lp_->habits.reuse_share) {
            ++counts_.reused;
            r.exec = last_fill_exec_;
        } else if (r.exec_type == 'F') {
            last_fill_exec_ = r.exec;
        }
    }
    const fix::Header header{.sender_comp_id = lp_->name,
                             .target_comp_id = config_->our_comp_id,
                             .msg_seq_num = possdup ? r.sent_as : ++seq_,
                             .sending_time = stamp(now),
                             .orig_sending_time = possdup ? r.sent_at : kNever};
    const bool first = r.sent_as == 0;
    if (first && r.exec_type == 'F') after_fill(r, header, now, out);
    return write(r, header, stamp(now));
}

// What a habit makes of a fill that has just been reported for the first time.
void Dealer::after_fill(const Report& r, const fix::Header& header, Nanos now,
                        std::vector<Later>& out) {
    const Order& o = orders_[r.order];
    const Habits& h = lp_->habits;
    if (h.duplicate_share > 0) {
        score::Draws draws = luck_.draws(What::duplicate, o.attempt.parent, fill_key(o, r.fill));
        if (draws.uniform() < h.duplicate_share) {
            ++counts_.duplicates;
            Report again = r;
            // Half of them are honest resends (43=Y under the old number), the others new
            // messages with an old execution.
            again.sent_as = header.msg_seq_num;
            again.sent_at = draws.uniform() < 0.5 ? header.sending_time : kNever;
            plan(again, now + kRepeat, out);
        }
    }
    if (h.bust_share > 0 &&
        luck_.uniform(What::bust, o.attempt.parent, fill_key(o, r.fill)) < h.bust_share) {
        ++counts_.busts;
        Report bust = r;
        bust.exec_type = 'H';
        bust.exec_ref = r.exec;
        bust.exec = 0;
        bust.cum = r.cum - r.last_qty;
        bust.leaves = {};
        bust.ord_status = bust.cum.micro > 0 ? '1' : '4';
        bust.text = "trade broken";
        plan(bust, now + h.bust_after, out);
    }
}

std::string_view Dealer::write(const Report& r, const fix::Header& header, Nanos at) {
    const Order& o = orders_[r.order];
    name(order_id_, 'O', o.number);
    const bool rejected = r.msg_type == '9';
    std::string_view cl_ord_id = o.cl_ord_id, orig;
    if (r.of_cancel) {
        cl_ord_id = o.cancel_id;
        orig = o.cl_ord_id;
    } else if (r.of_replace) {
        cl_ord_id = rejected ? o.replace_id : o.cl_ord_id;
        orig = rejected ? o.cl_ord_id : o.replaced_id;
    }
    if (rejected)
        return encoder_.write(header,
                              fix::OrderCancelReject{.order_id = order_id_,
                                                     .cl_ord_id = cl_ord_id,
                                                     .orig_cl_ord_id = orig,
                                                     .ord_status = r.ord_status,
                                                     .cxl_rej_reason = r.reason,
                                                     .response_to = r.of_replace ? '2' : '1',
                                                     .text = r.text,
                                                     .transact_time = at});
    name(exec_id_, 'X', r.exec);
    exec_ref_.clear();
    if (r.exec_ref != 0) name(exec_ref_, 'X', r.exec_ref);
    const std::string_view symbol = o.symbol < config_->market.symbols.size()
                                        ? std::string_view(config_->market.symbols[o.symbol])
                                        : std::string_view();
    return encoder_.write(header, fix::ExecutionReport{.order_id = order_id_,
                                                       .cl_ord_id = cl_ord_id,
                                                       .orig_cl_ord_id = orig,
                                                       .exec_id = exec_id_,
                                                       .exec_ref_id = exec_ref_,
                                                       .symbol = symbol,
                                                       .exec_type = r.exec_type,
                                                       .ord_status = r.ord_status,
                                                       .side = o.side,
                                                       .order_qty = o.qty,
                                                       .last_qty = r.last_qty,
                                                       .last_px = r.last_px,
                                                       .cum_qty = r.cum,
                                                       .leaves_qty = r.leaves,
                                                       .avg_px = r.avg_px,
                                                       .ord_rej_reason = r.reason,
                                                       .text = r.text,
                                                       .transact_time = at});
}

}  // namespace assay::sim
