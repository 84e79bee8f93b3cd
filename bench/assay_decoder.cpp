#include "bench/corpus.h"
#include "core/fix/book.h"
#include "core/fix/message.h"

namespace assay::bench {

// The same fields, in the same order, as in quickfix_peer.cpp; absent ones are left out.
std::uint64_t decode_with_assay(const Corpus& corpus) {
    std::uint64_t sum = 0;
    fix::Message m;
    for (std::size_t i = 0; i < corpus.messages.size(); ++i) {
        if (fix::parse(corpus.message(i), '\x01', m)) return 0;
        digest(sum, m.msg_type);
        digest(sum, m.sender_comp_id);
        digest(sum, m.target_comp_id);
        digest(sum, m.msg_seq_num);
        digest(sum, static_cast<std::uint64_t>(m.sending_time.ns));
        for (const std::string_view text : {m.cl_ord_id, m.orig_cl_ord_id, m.order_id, m.exec_id,
                                            m.symbol, m.text, m.last_mkt, m.ex_destination}) {
            if (!text.empty()) digest(sum, text);
        }
        for (const char c : {m.exec_type, m.ord_status, m.side, m.ord_type, m.time_in_force,
                             m.last_liquidity_ind, m.cxl_rej_response_to}) {
            if (c != 0) digest(sum, static_cast<std::uint64_t>(c));
        }
        const auto number = [&](std::uint32_t tag, std::int64_t value) {
            if (m.has(tag)) digest(sum, static_cast<std::uint64_t>(value));
        };
        number(38, m.order_qty.micro);
        number(32, m.last_qty.micro);
        number(14, m.cum_qty.micro);
        number(151, m.leaves_qty.micro);
        number(44, m.price.nano);
        number(31, m.last_px.nano);
        number(6, m.avg_px.nano);
        number(60, m.transact_time.ns);
        number(103, m.ord_rej_reason);
        number(102, m.cxl_rej_reason);
        number(268, m.md_entry_count);
    }
    return sum;
}

}  // namespace assay::bench
