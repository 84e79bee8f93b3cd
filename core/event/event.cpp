#include "core/event/event.h"

namespace assay {

const char* text(RejectClass c) {
    switch (c) {
        case RejectClass::discretionary:
            return "discretionary";
        case RejectClass::technical:
            return "technical";
        case RejectClass::risk:
            return "risk";
        case RejectClass::ours:
            return "ours";
    }
    return "?";
}

}  // namespace assay
