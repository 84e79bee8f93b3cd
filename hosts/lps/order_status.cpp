#include "hosts/lps/order_status.h"

namespace assay::lps {

OrderStatuses::Known& OrderStatuses::known(std::uint32_t lp, std::string_view cl_ord_id) {
    const auto [it, fresh] = known_.try_emplace(Key{lp, std::string(cl_ord_id)});
    if (fresh) {
        in_order_.push_back(it->first);
        if (in_order_.size() > kMost) {
            known_.erase(in_order_.front());
            in_order_.pop_front();
        }
    }
    return it->second;
}

void OrderStatuses::heard(std::uint32_t lp, const fix::Message& order) {
    if (order.cl_ord_id.empty() || known_.contains({lp, std::string(order.cl_ord_id)})) return;
    Known& k = known(lp, order.cl_ord_id);
    k.symbol = order.symbol;
    k.side = side_of_fix(order.side);
    k.order_qty = k.leaves_qty = order.order_qty;
}

void OrderStatuses::said(std::uint32_t lp, const fix::Message& report) {
    const auto take = [&](std::string_view id) {
        Known& k = known(lp, id);
        k.order_id = report.order_id;
        k.symbol = report.symbol;
        k.ord_status = report.ord_status;
        k.side = side_of_fix(report.side);
        k.order_qty = report.order_qty;
        k.cum_qty = report.cum_qty;
        k.leaves_qty = report.leaves_qty;
        k.avg_px = report.avg_px;
    };
    take(report.cl_ord_id);
    if (!report.orig_cl_ord_id.empty()) take(report.orig_cl_ord_id);
}

std::string_view OrderStatuses::answer(std::uint32_t lp, const fix::Message& request, Nanos at) {
    Known unknown;
    unknown.ord_status = '8';
    const auto it = known_.find(Key{lp, std::string(request.cl_ord_id)});
    const bool found = it != known_.end();
    const Known& k = found ? it->second : unknown;
    fix::ExecutionReport r;
    r.order_id = k.order_id;
    r.cl_ord_id = request.cl_ord_id;
    r.exec_id = "0";
    r.symbol = found ? std::string_view(k.symbol) : request.symbol;
    r.exec_type = 'I';
    r.ord_status = k.ord_status;
    r.side = found ? k.side : side_of_fix(request.side);
    r.order_qty = k.order_qty;
    r.cum_qty = k.cum_qty;
    r.leaves_qty = k.leaves_qty;
    r.avg_px = k.avg_px;
    if (!found) r.text = "unknown order";
    r.transact_time = at;
    return encoder_.write({}, r);
}

}  // namespace assay::lps
