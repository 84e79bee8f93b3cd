#include "core/orders/chain.h"

namespace assay {

const char* text(Term t) {
    switch (t) {
        case Term::none: return "open";
        case Term::canceled: return "canceled";
        case Term::expired: return "expired";
        case Term::done: return "done for day";
        case Term::rejected: return "rejected";
        case Term::timed_out: return "timed out";
    }
    return "?";
}

std::int64_t Chain::resolved_after() const {
    std::int64_t at = why != Term::none ? term : kNoOffset;
    if (filled() && (at == kNoOffset || last_fill < at)) at = last_fill;
    return at;
}

}  // namespace assay
