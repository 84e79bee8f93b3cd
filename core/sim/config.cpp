#include "core/sim/config.h"

namespace assay::sim {

std::vector<LpConfig> six_lps() {
    constexpr LastLook kFirm = LastLook::none, kLooks = LastLook::one_sided;
    return {
        {"LP_A", {.05, 60, 15, .35, .010, kFirm, 0, .25, .25, .004}, {}},
        {"LP_B", {.20, 90, 55, .40, .030, kLooks, 1.0, .45, .25, .003}, {}},
        {"LP_C", {.10, 45, 25, .35, .020, kFirm, 0, .50, .25, .007}, {}},
        {"LP_D", {.50, 160, 35, .50, .005, kFirm, 0, 1.0, .25, .0008}, {}},
        {"LP_E", {.15, 70, 8, .30, .020, kFirm, 0, .05, .25, .010}, {}},
        {"LP_G", {.30, 120, 80, .60, .050, kLooks, .6, .60, .25, .002}, {}},
    };
}

}  // namespace assay::sim
