#include "core/orders/chain.h"

namespace assay {

const char* text(Term t) {
    switch (t) {
        case Term::none:
            return "open";
        case Term::filled:
            return "filled";
        case Term::canceled:
            return "canceled";
        case Term::expired:
            return "expired";
        case Term::done:
            return "done for day";
        case Term::rejected:
            return "rejected";
        case Term::timed_out:
            return "timed out";
        case Term::unread:
            return "report unreadable";
    }
    return "?";
}

}  // namespace assay
