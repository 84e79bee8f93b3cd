#include "core/kpi/reject_cost.h"

#include <algorithm>

namespace assay::kpi {

std::vector<PaidLot> UnfilledLots::filled(Nanos at, Qty last_qty, Price last_px) {
    std::vector<PaidLot> paid;
    for (auto lot = lots_.begin(); lot != lots_.end() && last_qty.micro > 0; ++lot) {
        // A fill in the very nanosecond of the reject was on its way before it.
        if (lot->ended >= at) break;
        const Qty part = std::min(lot->left, last_qty);
        if (part.micro <= 0) continue;
        paid.push_back(
            {lot->owner, part, reject_cost(side_, part, last_px, lot->tried), lot->tried * part});
        lot->left -= part;
        last_qty -= part;
    }
    while (!lots_.empty() && lots_.front().left.micro <= 0) lots_.pop_front();
    return paid;
}

std::vector<PaidLot> UnfilledLots::close_due(Nanos now, std::optional<Price> far_touch,
                                             Duration window) {
    std::vector<PaidLot> paid;
    while (!lots_.empty() && lots_.front().ended + window <= now) {
        const UnfilledLot& lot = lots_.front();
        if (far_touch && lot.left.micro > 0) {
            paid.push_back({lot.owner, lot.left,
                            reject_cost(side_, lot.left, *far_touch, lot.tried),
                            lot.tried * lot.left});
        }
        lots_.pop_front();
    }
    return paid;
}

}  // namespace assay::kpi
